/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shapes of plans and of what is told while they run. */
#ifndef SWOFFD_CTL_PLAN_JSON_H
#define SWOFFD_CTL_PLAN_JSON_H

#include <json-c/json.h>

#include "swoffd/core/plan_run.h"

/* All may be NULL: no memory.  The caller's. */
struct json_object *plan_json(const struct plan_request *r);
/* What blocks, in the shape of reasons; NULL if nothing does. */
struct json_object *plan_json_reasons(const struct plan *p);
/* id: of the request that it is about, borrowed. */
struct json_object *plan_json_progress(const struct plan_progress *p,
				       struct json_object *id);

#endif
