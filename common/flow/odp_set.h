/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The values that set() writes; private to common/flow. */
#ifndef COMMON_FLOW_ODP_SET_H
#define COMMON_FLOW_ODP_SET_H

#include "common/flow/odp_parse.h"
#include "common/flow/text.h"

/*
 * VALUE or VALUE/MASK of a field, all bits of the mask without one; what may
 * be outside the mask is kept.  0, or -EINVAL.
 */
int odp_read_field(struct odp_parser *p, const struct flow_field *f,
		   struct flow_match *m);

void odp_show_field(struct text *t, const struct flow_field *f,
		    const struct flow_match *m);

#endif
