/* SPDX-License-Identifier: GPL-2.0-or-later */
/* flow.explain: would this flow be offloaded, and if not, why. */
#ifndef SWOFFD_CTL_EXPLAIN_H
#define SWOFFD_CTL_EXPLAIN_H

#include <json-c/json.h>

struct call;
struct engine_explain;
struct rule;

void explain_run(struct call *call);

/* What came of it; rule is NULL if none was made of the flow. */
struct json_object *explain_json(const struct engine_explain *x,
				 const struct rule *rule);

#endif
