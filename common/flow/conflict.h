/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The reason for a field that does not apply; private to common/flow. */
#ifndef COMMON_FLOW_CONFLICT_H
#define COMMON_FLOW_CONFLICT_H

#include "common/flow/field.h"
#include "common/flow/reason.h"

/* f does not apply to m: names f, and what it needs or what contradicts. */
void conflict_add(struct reason_list *reasons, const struct flow_field *f,
		  const struct flow_match *m);

#endif
