/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * set(KEY(FIELD=VALUE/MASK,…)): the fields are rows of the field table, each
 * of which says by itself how its value is read.
 */
#include "common/flow/odp_set.h"

#include <errno.h>

#include "common/base/bulk.h"
#include "common/flow/odp_action.h"
#include "common/flow/odp_group.h"

/* geneve(…), flags(…), vxlan(gbp(…)): the value has the parentheses. */
static bool has_parens(const struct flow_field *f)
{
	return f->kind == FLOW_KIND_GENEVE || f->kind == FLOW_KIND_GBP ||
	       f->kind == FLOW_KIND_TUN_FLAGS;
}

struct reader {
	struct odp_parser *p;
	struct odp_action *a;
	const struct odp_group *group;
	uint64_t seen[FLOW_MAX_FIELDS / 64];
	struct flow_match m;
};

/* The rows of a group need not follow each other. */
static bool is_of(const struct reader *r, size_t row, const char *nest,
		  size_t nest_size)
{
	return odp_group_of(row) == r->group &&
	       odp_set_is_in(&flow_fields[row], nest, nest_size);
}

static int keep_field(struct reader *r, size_t row)
{
	const struct flow_field *f = &flow_fields[row];
	size_t size = sizeof(struct odp_set_field) + 2U * f->size;
	struct odp_set_field *to;

	to = odp_add_data(r->p->flow, r->a, (size + 3) & ~(size_t)3);
	if (!to)
		return odp_no_room(r->p);
	to->row = (uint16_t)row;
	to->size = f->size;
	memcpy(to->bytes, (char *)&r->m.key + f->offset, f->size);
	memcpy(to->bytes + f->size, (char *)&r->m.mask + f->offset, f->size);
	return 0;
}

/* Of options no length is masked; of all other bytes all bits are given. */
static bool has_whole_options(const struct flow_opts *mask)
{
	size_t at = 0;

	while (at < mask->len) {
		size_t end = at + 4U + mask->data[at + 3] % 32 * 4U;

		for (size_t i = at; i < end; i++)
			if (i != at + 3 && mask->data[i] != UINT8_MAX)
				return false;
		at = end;
	}
	return true;
}

#define GBP_BITS 0xffffffU

static bool is_whole(const struct flow_field *f, const struct flow_match *m)
{
	if (f->kind == FLOW_KIND_GENEVE)
		return has_whole_options(&m->mask.enc_geneve);
	if (f->kind == FLOW_KIND_GBP)
		return flow_field_get(f, &m->mask) == GBP_BITS;
	return flow_field_exact(f, &m->mask);
}

/* A tunnel is written whole: nothing of the last one stays. */
static int check_whole(struct reader *r, const struct flow_field *f,
		       const char *at)
{
	if (!f->odp_group || strcmp(f->odp_group, "tunnel") != 0 ||
	    is_whole(f, &r->m))
		return 0;
	return scan_fail_at(&r->p->s, at, "expected all of %s, without a mask",
			    f->name);
}

/* Is there more in the text than the match has room for? */
static bool is_cut(const struct flow_field *f, unsigned int form)
{
	switch (f->kind) {
	case FLOW_KIND_ARP_OP:
		return form & ODP_FORM_MASK;
	case FLOW_KIND_FRAG:
		return form & ODP_FORM_TEXT;
	default:
		return form & ODP_FORM_TEXT && form & ODP_FORM_MASK;
	}
}

/* A key is refused later for what it cannot match; this is an error now. */
static int read_plain(struct reader *r, const struct flow_field *f)
{
	struct reason_list *refused = &r->p->flow->refused;
	const char *start = r->p->s.p;
	size_t n = refused->n;
	unsigned int form;
	int rc = odp_parse_value(r->p, f, &r->m, &form);

	if (rc == 0 && refused->n != n)
		rc = scan_fail_at(&r->p->s, start, "expected %s, at most %#x",
				  f->name, f->max);
	if (rc == 0 && is_cut(f, form))
		rc = scan_fail_at(&r->p->s, start, "expected all of %s, "
				  "without a mask", f->name);
	refused->n = n;
	return rc;
}

static int read_value(struct reader *r, size_t row)
{
	const struct flow_field *f = &flow_fields[row];
	struct scan *s = &r->p->s;
	const char *start = s->p;
	int rc;

	if (has_parens(f))
		s->p++;
	rc = read_plain(r, f);
	if (rc == 0 && has_parens(f))
		rc = odp_expect(r->p, ")");
	if (rc == 0)
		rc = check_whole(r, f, start);
	return rc < 0 ? rc : keep_field(r, row);
}

static int expected_field(struct reader *r, const char *nest, size_t len)
{
	char names[160];
	struct text t;

	text_init(&t, names, sizeof(names));
	for (size_t row = r->group->first; row < r->group->end; row++) {
		const struct flow_field *f = &flow_fields[row];

		if (!is_of(r, row, nest, len))
			continue;
		text_add(&t, has_parens(f) ? "%s()" : "%s=", odp_set_leaf(f));
		text_comma(&t);
	}
	return scan_expected(&r->p->s, "a field of %.*s(): %s",
			     len ? (int)len : r->group->len,
			     len ? nest : r->group->name, names);
}

/* flow_n_fields if there is none of that name. */
static size_t find_field(struct reader *r, const char *nest, size_t nest_size)
{
	const char *name = r->p->s.p;
	size_t len = scan_word_len(name);

	for (size_t row = r->group->first; row < r->group->end; row++) {
		const struct flow_field *f = &flow_fields[row];

		if (is_of(r, row, nest, nest_size) &&
		    scan_is(name, len, odp_set_leaf(f)) &&
		    name[len] == (has_parens(f) ? '(' : '='))
			return row;
	}
	return flow_n_fields;
}

static int read_field(struct reader *r, const char *nest, size_t nest_size)
{
	struct scan *s = &r->p->s;
	size_t row = find_field(r, nest, nest_size);

	if (row == flow_n_fields)
		return expected_field(r, nest, nest_size);
	if (scan_seen(r->seen, row))
		return scan_fail_at(s, s->p, "\"%s\" is given twice",
				    odp_set_leaf(&flow_fields[row]));
	s->p += strlen(odp_set_leaf(&flow_fields[row]));
	if (*s->p == '=')
		s->p++;
	return read_value(r, row);
}

/* Does the group have fields in a nest of the name at the cursor? */
static bool is_nest(struct reader *r)
{
	const char *name = r->p->s.p;
	size_t len = scan_word_len(name);

	if (!len || name[len] != '(')
		return false;
	for (size_t row = r->group->first; row < r->group->end; row++)
		if (is_of(r, row, name, len))
			return true;
	return false;
}

/* The cursor is behind "("; reads the ")" as well. */
static int read_fields(struct reader *r)
{
	struct scan *s = &r->p->s;
	const char *nest = NULL;
	size_t nest_size = 0;

	for (odp_skip_separators(s);; odp_skip_separators(s)) {
		int rc = 0;

		if (scan_char(s, ')')) {
			if (!nest_size)
				return 0;
			nest_size = 0;
		} else if (!nest_size && is_nest(r)) {
			nest = s->p;
			nest_size = scan_word_len(nest);
			s->p += nest_size + 1;
			continue;
		} else {
			rc = read_field(r, nest, nest_size);
		}
		if (rc < 0)
			return rc;
		if (*s->p != ')' && !scan_is_in(*s->p, ODP_SEPARATORS))
			return scan_expected(s, "\",\" or \")\"");
	}
}

/* set(key30(00 01)): newer than the program that printed it. */
static bool is_unknown_key(const char *name, size_t len)
{
	return len > 3 && strncmp(name, "key", 3) == 0 && name[len] == '(' &&
	       scan_span(name + 3, SCAN_DIGIT) >= len - 3;
}

static int read_unknown_key(struct odp_parser *p, struct odp_action *a,
			    size_t len)
{
	int rc = odp_keep_text(p, a, "set(", 4);

	a->kind = ODP_OTHER;
	if (rc == 0)
		rc = odp_keep_text(p, a, p->s.p, len);
	p->s.p += len;
	if (rc == 0)
		rc = odp_read_unknown(p, a);
	if (rc == 0)
		rc = odp_expect(p, ")");
	return rc < 0 ? rc : odp_keep_text(p, a, ")", 1);
}

static int read_group(struct odp_parser *p, struct odp_action *a,
		      const struct odp_group *group, size_t row)
{
	struct reader r;
	int rc;

	bulk_clear(&r, sizeof(r));
	r.p = p;
	r.a = a;
	r.group = group;
	if (group && !group->is_value)
		return read_fields(&r);
	rc = read_value(&r, row);
	return rc < 0 ? rc : odp_expect(p, ")");
}

/* set(eth_type(…)) is a key that is no group. */
int odp_read_set(struct odp_parser *p, struct odp_action *a)
{
	const char *name = ++p->s.p;
	size_t len = scan_word_len(name);
	const struct odp_group *group = odp_group_find(name, len, 0);
	size_t row = group ? group->first : odp_group_eth_type(0);
	int rc;

	if (is_unknown_key(name, len))
		return read_unknown_key(p, a, len);
	if (name[len] != '(' || (!group && !scan_is(name, len, "eth_type")))
		return scan_expected(&p->s, "a key to set, such as "
				     "ipv4(dst=10.0.0.1)");
	p->s.p += len + 1;
	rc = read_group(p, a, group, row);
	if (rc < 0)
		return rc;
	if (!a->data_size)
		return scan_fail_at(&p->s, name, "expected a field in %.*s()",
				    (int)len, name);
	return odp_expect(p, ")");
}
