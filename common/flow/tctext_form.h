/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Forms of keys: lines of one load differ in addresses and numbers, and in
 * nothing between them.  A form is known again by all bytes between these
 * values, and only the values are read.  Private to common/flow.
 */
#ifndef COMMON_FLOW_TCTEXT_FORM_H
#define COMMON_FLOW_TCTEXT_FORM_H

#include "common/flow/tctext_parse.h"

#define TCTEXT_FORM_TEXT 256   /* with more none is kept */
#define TCTEXT_FORM_VALUES 8   /* those behind them are text */
#define TCTEXT_FORMS 4         /* the oldest gives way */

struct tctext_form {
	bool known;            /* else it is empty, or being made */
	uint16_t protocol_be;  /* of the place: the keys go by it */
	size_t len;            /* of text: what is before, between and behind
				* values, without a break */
	char text[TCTEXT_FORM_TEXT];
	size_t n_values;
	struct {
		const struct flow_field *field;
		size_t text_end;       /* of what is before the value */
	} values[TCTEXT_FORM_VALUES];
	/* What such keys make of a rule, but for the values. */
	struct flow_match match;
	enum rule_policy policy;
	bool verbose;
	uint32_t classid;
};

struct tctext_forms {
	struct tctext_form forms[TCTEXT_FORMS];
	unsigned int oldest;
};

void tctext_forms_init(struct tctext_forms *forms);

/* Keys of a form that is known into p->rule; then p stands behind them.  False:
 * it is not, and nothing has changed. */
bool tctext_form_recall(const struct tctext_forms *forms, struct tc_parser *p);

/*
 * A form is made while keys are read word by word: begun at the first of them,
 * told of each value that was read, at [at, end), and kept where they end.
 */
void tctext_form_begin(struct tctext_forms *forms, struct tc_parser *p);
void tctext_form_value(struct tc_parser *p, const struct flow_field *f,
		       const char *at, const char *end);
void tctext_form_keep(struct tc_parser *p);

#endif
