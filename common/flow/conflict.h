/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reasons for matches that mean nothing; private to common/flow. */
#ifndef COMMON_FLOW_CONFLICT_H
#define COMMON_FLOW_CONFLICT_H

#include "common/flow/field.h"
#include "common/flow/reason.h"

/* f does not apply to m: names f, and what it needs or what contradicts. */
void conflict_add(struct reason_list *reasons, const struct flow_field *f,
		  const struct flow_match *m);

/* Fields that each apply to m, but not together: flower would leave out one of
 * them, or match nothing. */
void conflict_find(struct reason_list *reasons, const struct flow_match *m);

#endif
