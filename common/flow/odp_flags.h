/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fields that are sets of named bits, in ODP text; private to common/flow. */
#ifndef COMMON_FLOW_ODP_FLAGS_H
#define COMMON_FLOW_ODP_FLAGS_H

#include "common/flow/scan.h"
#include "common/flow/text.h"

/* Is the kind of the field one of these? */
bool odp_is_flags(const struct flow_field *f);

/*
 * new|trk or -new+trk, up to what is none of both.  *form is ODP_FORM_WORDS or
 * ODP_FORM_SIGNS, with ODP_FORM_TEXT if the bits are not in their order.
 */
int odp_scan_flags(struct scan *s, const struct flow_field *f,
		   struct flow_match *m, unsigned int *form);

void odp_text_flags(struct text *t, const struct flow_field *f,
		    const struct flow_match *m, bool signs);

#endif
