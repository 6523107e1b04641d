/* SPDX-License-Identifier: GPL-2.0-or-later */
/* flow explain: would it be offloaded, and if not, why not. */
#ifndef SWCTL_FLOW_EXPLAIN_H
#define SWCTL_FLOW_EXPLAIN_H

#include "swctl/cmd.h"

enum status flow_explain_run(struct ctx *ctx);

/* What speaks for and against it, of a verdict: all but the verdict. */
void flow_explain_print(struct json_object *o);

#endif
