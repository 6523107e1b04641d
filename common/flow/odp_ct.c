/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ct(…): connection tracking. */
#include "common/flow/odp_ct.h"

#include <errno.h>
#include <string.h>

#include "common/base/cleanup.h"

static int expected_word(struct odp_ct_reader *r, const struct odp_ct_word *words, size_t n)
{
	char names[160];
	struct text t;

	text_init(&t, names, sizeof(names));
	for (size_t i = 0; i < n; i++) {
		if (words[i].next == '(')
			continue;
		text_add(&t, "%s%s", words[i].name, words[i].next ? "=" : "");
		text_comma(&t);
	}
	return scan_expected(&r->p->s, "one of %s", names);
}

static bool is_word(const struct odp_ct_word *w, const char *p, size_t len)
{
	if (!scan_is(p, len, w->name))
		return false;
	return w->next ? p[len] == w->next : p[len] != '=' && p[len] != '(';
}

static int read_word(struct odp_ct_reader *r, const struct odp_ct_word *words, size_t n)
{
	struct scan *s = &r->p->s;
	const char *name = s->p;
	size_t len = scan_word_len(name);

	for (size_t i = 0; i < n; i++) {
		if (!is_word(&words[i], name, len))
			continue;
		if (scan_seen(&r->seen, i))
			return scan_fail_at(s, name, "\"%s\" is given twice",
					    words[i].name);
		r->has_value = words[i].next == '=';
		s->p += len + r->has_value;
		return words[i].read(r);
	}
	return expected_word(r, words, n);
}

int odp_ct_read_words(struct odp_ct_reader *r, const struct odp_ct_word *words, size_t n)
{
	struct scan *s = &r->p->s;

	r->seen = 0;
	r->open = s->p++;
	for (odp_skip_separators(s); *s->p != ')'; odp_skip_separators(s)) {
		int rc = read_word(r, words, n);

		if (rc < 0)
			return rc;
		if (*s->p != ')' && !scan_is_in(*s->p, ODP_SEPARATORS))
			return scan_expected(s, "\",\" or \")\"");
	}
	s->p++;
	return 0;
}

/*
 * ct(commit,zone=5,mark=0x1/0xff,…)
 */

static int read_commit(struct odp_ct_reader *r)
{
	r->ct->commit = true;
	return 0;
}

static int read_force(struct odp_ct_reader *r)
{
	r->ct->commit = r->ct->force = true;
	return 0;
}

/* Zone 0 is the one that there is without a word. */
static int read_zone(struct odp_ct_reader *r)
{
	uint64_t zone;
	int rc = scan_uint(&r->p->s, UINT16_MAX, "zone", &zone);

	if (rc == 0) {
		r->ct->zone = (uint16_t)zone;
		r->ct->has_zone = zone != 0;
	}
	return rc;
}

/* In hexadecimal without 0x as well: so Open vSwitch reads it. */
static int read_mark_value(struct scan *s, const char *what, uint32_t *out)
{
	uint64_t v;
	int rc = scan_uint_base(s, 16, UINT32_MAX, what, &v);

	if (rc == 0)
		*out = (uint32_t)v;
	return rc;
}

static int read_mark(struct odp_ct_reader *r)
{
	struct odp_ct *ct = r->ct;
	int rc = read_mark_value(&r->p->s, "mark", &ct->mark);

	ct->mark_mask = UINT32_MAX;
	if (rc == 0 && scan_char(&r->p->s, '/'))
		rc = read_mark_value(&r->p->s, "the mask of mark",
				     &ct->mark_mask);
	ct->has_mark = true;
	return rc;
}

static int read_label(struct odp_ct_reader *r)
{
	struct odp_ct *ct = r->ct;
	struct flow_match m = { 0 };
	unsigned int form;
	int rc = odp_parse_value(r->p, odp_field_of_kind(FLOW_KIND_LABEL), &m,
				 &form);

	memcpy(ct->label, m.key.ct_label, sizeof(ct->label));
	memcpy(ct->label_mask, m.mask.ct_label, sizeof(ct->label_mask));
	ct->has_label = true;
	return rc;
}

static int read_eventmask(struct odp_ct_reader *r)
{
	uint64_t mask;
	int rc = scan_uint(&r->p->s, UINT32_MAX, "eventmask", &mask);

	if (rc == 0) {
		r->ct->eventmask = (uint32_t)mask;
		r->ct->has_eventmask = true;
	}
	return rc;
}

static int read_name(struct odp_ct_reader *r, const char *what, char *out, size_t size)
{
	struct scan *s = &r->p->s;
	size_t len = scan_until(s->p, SCAN_PAREN | ODP_SEPARATORS);

	if (!len || len >= size)
		return scan_expected(s, "the name of a %s, at most %zu "
				     "characters", what, size - 1);
	memcpy(out, s->p, len);
	s->p += len;
	return 0;
}

static int read_helper(struct odp_ct_reader *r)
{
	return read_name(r, "helper", r->ct->helper, sizeof(r->ct->helper));
}

static int read_timeout(struct odp_ct_reader *r)
{
	return read_name(r, "timeout policy", r->ct->timeout,
			 sizeof(r->ct->timeout));
}

static const struct odp_ct_word ct_words[] = {
	{ "commit", 0, read_commit },
	{ "force_commit", 0, read_force },
	{ "zone", '=', read_zone },
	{ "mark", '=', read_mark },
	{ "label", '=', read_label },
	{ "eventmask", '=', read_eventmask },
	{ "helper", '=', read_helper },
	{ "timeout", '=', read_timeout },
	{ "nat", 0, odp_ct_read_nat },
	{ "nat", '(', odp_ct_read_nat },
};

int odp_read_ct(struct odp_parser *p, struct odp_action *a)
{
	struct odp_ct ct = { 0 };
	struct odp_ct_reader r = { .p = p, .ct = &ct };
	void *at;
	int rc;

	if (*p->s.p == '(') {
		rc = odp_ct_read_words(&r, ct_words, ARRAY_LEN(ct_words));
		if (rc < 0)
			return rc;
	}
	at = odp_add_data(p->flow, a, sizeof(ct));
	if (!at)
		return odp_no_room(p);
	memcpy(at, &ct, sizeof(ct));
	return 0;
}
