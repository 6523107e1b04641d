/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The label stack as words: mpls lse depth 2 label 3 lse …, both ways. */
#include <string.h>

#include "common/base/cleanup.h"
#include "common/flow/tctext_parse.h"
#include "common/flow/text.h"

static const struct part {
	const char *word;
	uint32_t max;
	size_t offset, size;
} parts[] = {
#define PART(member, max) \
	{ #member, max, offsetof(struct flow_mpls, member), \
	  sizeof(((struct flow_mpls *)0)->member) }
	PART(label, 0xfffff),
	PART(tc, 7),
	PART(bos, 1),
	PART(ttl, 0xff),
#undef PART
};

static void set_part(const struct part *part, struct flow_mpls *e, uint32_t v)
{
	uint8_t v8 = (uint8_t)v;

	memcpy((char *)e + part->offset,
	       part->size == sizeof(v8) ? (void *)&v8 : (void *)&v,
	       part->size);
}

static uint32_t get_part(const struct part *part, const struct flow_mpls *e)
{
	const char *p = (const char *)e + part->offset;
	uint32_t v;

	if (part->size == sizeof(uint8_t))
		return (uint8_t)*p;
	memcpy(&v, p, sizeof(v));
	return v;
}

static const struct part *find_part(const struct tc_parser *p)
{
	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		if (tc_is(p, parts[i].word))
			return &parts[i];
	return NULL;
}

static int parse_part(struct tc_parser *p, const struct part *part,
		      struct flow_mpls *key, struct flow_mpls *mask)
{
	uint64_t v;
	int rc;

	if (get_part(part, mask))
		return scan_fail_at(&p->s, p->s.p, "\"%s\" is given twice",
				    part->word);
	tc_next(p);
	rc = tc_uint(p, part->max, part->word, &v);
	if (rc < 0)
		return rc;
	set_part(part, key, (uint32_t)v);
	set_part(part, mask, part->max);
	return 0;
}

static int parse_depth(struct tc_parser *p, uint64_t *depth)
{
	const char *at;
	int rc;

	if (*depth)
		return scan_fail_at(&p->s, p->s.p,
				    "\"depth\" is given twice");
	tc_next(p);
	at = p->s.p;
	rc = tc_uint(p, FLOW_MAX_MPLS, "a depth", depth);
	if (rc == 0 && !*depth)
		return scan_fail_at(&p->s, at, "the first label is 1 deep");
	return rc;
}

/* The words of one entry, in any order. */
static int parse_entry(struct tc_parser *p, uint64_t *depth,
		       struct flow_mpls *key, struct flow_mpls *mask)
{
	int rc = 0;

	while (rc == 0) {
		const struct part *part = find_part(p);

		if (tc_is(p, "depth"))
			rc = parse_depth(p, depth);
		else if (part)
			rc = parse_part(p, part, key, mask);
		else if (*depth)
			return 0;
		else
			rc = scan_expected(&p->s, "\"depth\"");
	}
	return rc;
}

static bool is_nothing(const struct flow_mpls *mask)
{
	static const struct flow_mpls nothing;

	return memcmp(mask, &nothing, sizeof(nothing)) == 0;
}

static int parse_lse(struct tc_parser *p)
{
	struct flow_match *m = &p->rule->match;
	struct flow_mpls key = { 0 }, mask = { 0 };
	const char *at = p->s.p;
	uint64_t depth = 0;
	int rc;

	tc_next(p);
	rc = parse_entry(p, &depth, &key, &mask);
	if (rc < 0)
		return rc;
	if (!is_nothing(&m->mask.mpls[depth - 1]))
		return scan_fail_at(&p->s, at, "depth %u is given twice",
				    (unsigned int)depth);
	if (is_nothing(&mask))
		key.there = mask.there = 1;
	m->key.mpls[depth - 1] = key;
	m->mask.mpls[depth - 1] = mask;
	return 0;
}

int tc_parse_mpls(struct tc_parser *p)
{
	if (!tc_is(p, "lse"))
		return scan_expected(&p->s, "\"lse\"");
	while (tc_is(p, "lse")) {
		int rc = parse_lse(p);

		if (rc < 0)
			return rc;
	}
	return 0;
}

void tc_format_mpls(struct text *t, const struct flow_match *m)
{
	text_add(t, "mpls");
	for (unsigned int i = 0; i < FLOW_MAX_MPLS; i++) {
		const struct flow_mpls *mask = &m->mask.mpls[i];

		if (is_nothing(mask))
			continue;
		text_add(t, " lse depth %u", i + 1);
		for (size_t part = 0; part < ARRAY_LEN(parts); part++)
			if (get_part(&parts[part], mask))
				text_add(t, " %s %u", parts[part].word,
					 get_part(&parts[part],
						  &m->key.mpls[i]));
	}
}
