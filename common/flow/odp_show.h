/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files that write ODP text share; private to common/flow. */
#ifndef COMMON_FLOW_ODP_SHOW_H
#define COMMON_FLOW_ODP_SHOW_H

#include "common/flow/odp.h"
#include "common/flow/text.h"

/* How Open vSwitch writes the field, but for what it says twice. */
unsigned int odp_usual_form(const struct flow_field *f,
			    const struct flow_match *m);

/* How many entries of the label stack are matched, 1 at least; wholly? */
size_t odp_stack_size(const struct flow_match *m, bool *exact);

/* Puts the field behind what odp_flow.shown has, in its usual form. */
int odp_show_row(struct odp_flow *flow, size_t row);

/* VALUE or VALUE/MASK. */
void odp_text_value(struct text *t, const struct flow_field *f,
		    const struct flow_match *m, unsigned int form);

/* name=VALUE, name(VALUE); without a name in its group, VALUE. */
void odp_text_field(struct text *t, const struct flow_field *f,
		    const struct flow_match *m, unsigned int form);

void odp_text_geneve(struct text *t, const struct flow_opts *key,
		     const struct flow_opts *mask);

/* Bytes as one number: 0x… without leading zeros, or 0. */
void odp_text_hex(struct text *t, const uint8_t *p, size_t n);

#endif
