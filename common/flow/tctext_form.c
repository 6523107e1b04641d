/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Making forms, and reading lines by them. */
#include "common/flow/tctext_form.h"

#include <string.h>

#include "common/base/cleanup.h"

void tctext_forms_init(struct tctext_forms *forms)
{
	forms->oldest = 0;
	for (size_t i = 0; i < ARRAY_LEN(forms->forms); i++)
		forms->forms[i].known = false;
}

/*
 * Making
 */

void tctext_form_begin(struct tctext_forms *forms, struct tc_parser *p)
{
	struct tctext_form *form = &forms->forms[forms->oldest];

	forms->oldest = (forms->oldest + 1) % ARRAY_LEN(forms->forms);
	form->known = false;
	form->len = form->n_values = 0;
	p->form = form;
	p->form_end = p->s.p;
}

/* Up to here the line has what the form has. */
static bool add_text(struct tc_parser *p, const char *end)
{
	struct tctext_form *form = p->form;
	size_t len = (size_t)(end - p->form_end);

	if (len > sizeof(form->text) - form->len) {
		p->form = NULL;
		return false;
	}
	memcpy(form->text + form->len, p->form_end, len);
	form->len += len;
	return true;
}

/* No other key means another thing by such a value (flow_match_has()), nor is
 * it in conflict with one. */
static bool stands_alone(const struct flow_field *f)
{
	switch (f->kind) {
	case FLOW_KIND_MAC:
	case FLOW_KIND_IPV4:
	case FLOW_KIND_IPV6:
		return true;
	case FLOW_KIND_UINT:
		return f->max >= UINT16_MAX;
	default:
		return false;
	}
}

/* One with a mask is text. */
void tctext_form_value(struct tc_parser *p, const struct flow_field *f,
		       const char *at, const char *end)
{
	struct tctext_form *form = p->form;

	if (!form || !stands_alone(f) || memchr(at, '/', (size_t)(end - at)) ||
	    form->n_values == ARRAY_LEN(form->values) || !add_text(p, at))
		return;
	form->values[form->n_values].field = f;
	form->values[form->n_values].text_end = form->len;
	form->n_values++;
	p->form_end = end;
}

void tctext_form_keep(struct tc_parser *p)
{
	struct tctext_form *form = p->form;

	if (!form || p->reasons->n || !add_text(p, p->s.p))
		return;
	form->protocol_be = p->rule->protocol_be;
	form->match = p->rule->match;
	form->policy = p->rule->policy;
	form->verbose = p->rule->verbose;
	form->classid = p->rule->classid;
	form->known = true;
}

/*
 * Reading
 */

static bool read_value(struct scan *s, const struct flow_field *f,
		       struct flow_key *out)
{
	return scan_field(s, f, out) == 0 &&
	       scan_is_in(*s->p, SCAN_BLANK | SCAN_HASH | SCAN_END);
}

/* Behind all of it; NULL: the line at p is of another form. */
static const char *read_values(const struct tctext_form *form, const char *p,
			       struct flow_key *out)
{
	struct error unused;
	struct scan s = { .line = p, .p = p, .err = &unused };
	size_t at = 0;

	for (size_t i = 0; i < form->n_values; i++) {
		size_t end = form->values[i].text_end;

		if (strncmp(s.p, form->text + at, end - at) != 0)
			return NULL;
		s.p += end - at;
		if (!read_value(&s, form->values[i].field, out))
			return NULL;
		at = end;
	}
	if (strncmp(s.p, form->text + at, form->len - at) != 0)
		return NULL;
	return s.p + form->len - at;
}

static void set_rule(struct rule *r, const struct tctext_form *form,
		     const struct flow_key *values)
{
	r->match = form->match;
	for (size_t i = 0; i < form->n_values; i++) {
		const struct flow_field *f = form->values[i].field;

		memcpy((char *)&r->match.key + f->offset,
		       (const char *)values + f->offset, f->size);
	}
	r->policy = form->policy;
	r->verbose = form->verbose;
	r->classid = form->classid;
}

static bool read_by(const struct tctext_form *form, struct tc_parser *p)
{
	struct flow_key values;
	struct tc_parser next = { .end = read_values(form, p->s.p, &values) };

	if (!next.end)
		return false;
	tc_next(&next);
	if (tc_len(&next) && !tc_is(&next, "action"))
		return false;
	p->s.p = next.s.p;
	p->end = next.end;
	set_rule(p->rule, form, &values);
	return true;
}

bool tctext_form_recall(const struct tctext_forms *forms, struct tc_parser *p)
{
	for (size_t i = 0; i < ARRAY_LEN(forms->forms); i++) {
		const struct tctext_form *form = &forms->forms[i];

		if (form->known && form->protocol_be == p->rule->protocol_be &&
		    read_by(form, p))
			return true;
	}
	return false;
}
