/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Keys of a datapath flow.  What is a row of the field table is read by that
 * table; the few others have a function; what is in neither is kept as text
 * and refused.
 */
#include <string.h>

#include "common/base/cleanup.h"
#include "common/flow/odp_parse.h"

#define MAX_TAGS 2

static void note_presence(struct odp_flow *flow, const struct odp_group *g)
{
	if (g->tag == FLOW_NEED_VLAN)
		flow->vlan_present = true;
	else if (g->tag == FLOW_NEED_CVLAN)
		flow->cvlan_present = true;
	else if (flow_fields[g->first].offset ==
		 offsetof(struct flow_key, eth_src))
		flow->has_eth = true;
}

static int inside_encap(struct odp_parser *p, const char *name, size_t len)
{
	return scan_fail_at(&p->s, name, "\"%.*s\" inside encap()", (int)len,
			    name);
}

static int parse_group(struct odp_parser *p, const struct odp_group *g,
		       const char *name, size_t len)
{
	size_t index = odp_group_index(g);
	int rc;

	if (scan_seen(p->groups_seen, index))
		return odp_parse_duplicate(p, name, len);
	if (p->depth && !g->in_encap)
		return inside_encap(p, name, len);
	note_presence(p->flow, g);
	p->row = g->first;
	p->s.p++;
	if (!g->is_value)
		return odp_parse_items(p, g);
	rc = odp_parse_field(p, g->first, p->s.p);
	return rc < 0 ? rc : odp_parse_close(p);
}

/*
 * Keys that are not fields of a packet.
 */

/* "eth0" with quotes or without. */
static int scan_in_port(struct odp_parser *p, unsigned int *form)
{
	unsigned int stops = SCAN_SLASH | SCAN_PAREN | ODP_SEPARATORS;
	int rc;

	if (!scan_char(&p->s, '"'))
		return scan_port(&p->s, stops, &p->flow->in_port);
	*form |= ODP_FORM_QUOTED;
	rc = scan_port(&p->s, stops | SCAN_QUOTE, &p->flow->in_port);
	if (rc == 0 && !scan_char(&p->s, '"'))
		return scan_expected(&p->s, "another quote");
	return rc;
}

static int parse_in_port(struct odp_parser *p)
{
	uint64_t mask = UINT32_MAX;
	unsigned int form = 0;
	int rc;

	p->s.p++;
	rc = scan_in_port(p, &form);
	if (rc < 0)
		return rc;
	if (scan_char(&p->s, '/')) {
		rc = scan_uint(&p->s, UINT32_MAX, "the mask of in_port", &mask);
		if (rc < 0)
			return rc;
		form |= ODP_FORM_MASK;
		if (mask != UINT32_MAX)
			reason_add(&p->flow->refused, REASON_MASK_UNSUPPORTED,
				   0, "in_port");
	}
	rc = odp_parse_show(p, ODP_SHOWN_IN_PORT, form, (uint32_t)mask);
	return rc < 0 ? rc : odp_parse_close(p);
}

/* A tag behind two others, and what is behind it. */
static int parse_third_vlan(struct odp_parser *p, const char *name)
{
	int rc = scan_skip_parens(&p->s);

	if (rc < 0)
		return rc;
	reason_add(&p->flow->refused, REASON_KEY_UNSUPPORTED, 0, "third vlan");
	return odp_parse_shown(p, ODP_SHOWN_KEY, ODP_FORM_TEXT, name);
}

/* One row a depth: the type behind the MACs, the first and the second tag. */
static int parse_eth_type(struct odp_parser *p)
{
	size_t row;
	int rc;

	if (p->depth > MAX_TAGS)
		return parse_third_vlan(p, p->s.p - strlen("eth_type"));
	row = odp_group_eth_type(p->depth);
	p->s.p++;
	rc = odp_parse_field(p, row, p->s.p);
	return rc < 0 ? rc : odp_parse_close(p);
}

static int parse_encap(struct odp_parser *p)
{
	if (++p->depth > SCAN_MAX_NESTING)
		return scan_fail_at(&p->s, p->s.p,
				    "more than %d levels of encap()",
				    SCAN_MAX_NESTING);
	p->s.p++;
	return odp_parse_show(p, ODP_SHOWN_ENCAP, 0, 0);
}

static const struct other_key {
	const char *name;
	size_t len;
	int (*parse)(struct odp_parser *p);
} other_keys[] = {
	{ "in_port", 7, parse_in_port },
	{ "eth_type", 8, parse_eth_type },
	{ "encap", 5, parse_encap },
};

static const struct other_key *find_other(const char *name, size_t len)
{
	for (size_t i = 0; i < ARRAY_LEN(other_keys); i++)
		if (len == other_keys[i].len &&
		    scan_same(name, other_keys[i].name, len))
			return &other_keys[i];
	return NULL;
}

static int parse_other(struct odp_parser *p, const struct other_key *k,
		       const char *name, size_t len)
{
	size_t bit = (size_t)(k - other_keys);

	if (p->depth && k->parse == parse_in_port)
		return inside_encap(p, name, len);
	if (p->depth < ARRAY_LEN(p->others_seen) &&
	    scan_seen(&p->others_seen[p->depth], bit))
		return odp_parse_duplicate(p, name, len);
	return k->parse(p);
}

/*
 * Keys that are kept as text.
 */

/*
 * An attribute that OVS could not read back is printed in hexadecimal, with a
 * parenthesis more opened than closed (format_odp_key_attr__(), odp-util.c).
 */
static bool is_unread(const char *open)
{
	open += open[1] == '(';
	return open[1] == 'b' && (strncmp(open, "(bad key length", 15) == 0 ||
				  strncmp(open, "(bad mask length", 16) == 0);
}

/* (00/(bad mask length 1, expected -1)(00) */
static const char *end_of_unread(const char *p)
{
	do
		p = strchr(p + 1, ')');
	while (p && p[1] == '(');
	return p;
}

static int skip_key(struct scan *s)
{
	const char *end = is_unread(s->p) ? end_of_unread(s->p) : NULL;

	if (!end)
		return scan_skip_parens(s);
	s->p = end + 1;
	return 0;
}

int odp_parse_unknown(struct odp_parser *p, unsigned int what,
		      enum reason_code code, const char *name, size_t len)
{
	const char *open = p->s.p;
	int rc = skip_key(&p->s);

	if (rc < 0)
		return rc;
	if (!scan_masks_are_zero(open + 1, p->s.p - 1))
		reason_add(&p->flow->refused, code, 0, "%.*s", (int)len, name);
	return odp_parse_shown(p, what, ODP_FORM_TEXT, name);
}

/* key32(00 00/00 00): an attribute newer than the program that printed it. */
static bool is_numbered_key(const char *name, size_t len)
{
	return len > 3 && strncmp(name, "key", 3) == 0 &&
	       scan_span(name + 3, SCAN_DIGIT) >= len - 3;
}

int odp_parse_key(struct odp_parser *p, const char *name, size_t len)
{
	const struct other_key *other = find_other(name, len);
	const struct odp_group *g = NULL;
	bool numbered;

	if (!other)
		g = odp_group_find(name, len, p->depth);
	numbered = !other && !g && is_numbered_key(name, len);
	if (numbered || ((other || g) && is_unread(p->s.p)))
		return odp_parse_unknown(p, ODP_SHOWN_KEY, REASON_KEY_UNKNOWN,
					 name, len);
	if (other)
		return parse_other(p, other, name, len);
	if (g && g->tag && p->depth >= MAX_TAGS)
		return parse_third_vlan(p, name);
	if (g)
		return parse_group(p, g, name, len);
	/* What odp_format_rule() has no key for. */
	if (scan_is(name, len, "tc"))
		return odp_parse_unknown(p, ODP_SHOWN_KEY,
					 REASON_KEY_UNSUPPORTED, name, len);
	return scan_fail_at(&p->s, name, "unknown key \"%.*s\", "
			    "expected one such as in_port(…), eth(…), "
			    "eth_type(…) or ipv4(…)",
			    len < 32 ? (int)len : 32, name);
}
