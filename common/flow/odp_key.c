/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Keys of a datapath flow.  What is a row of the field table is read by that
 * table; the few others have a function, or only a name to be refused by.
 */
#include <string.h>

#include "common/base/cleanup.h"
#include "common/flow/odp_parse.h"

#define TAGS (FLOW_NEED_VLAN | FLOW_NEED_CVLAN)
#define MAX_TAGS 2

static int duplicate(struct odp_parser *p, const char *name, size_t len)
{
	return scan_fail_at(&p->s, name, "\"%.*s\" is given twice", (int)len,
			    name);
}

static int expect_close(struct odp_parser *p)
{
	if (!scan_char(&p->s, ')'))
		return scan_expected(&p->s, "\")\"");
	return 0;
}

static int parse_row(struct odp_parser *p, size_t row)
{
	const struct flow_field *f = &flow_fields[row];
	struct odp_flow *flow = p->flow;
	int rc = odp_parse_value(p, f);

	if (rc < 0)
		return rc;
	flow_field_clear_unmasked(f, &flow->match);
	if (flow_field_any(f, &flow->match.mask))
		flow->given[flow->n_given++] = (uint8_t)row;
	return 0;
}

/*
 * The rows of a key: ipv4(src=…,dst=…).
 */

static bool same_group(size_t a, size_t b)
{
	return a < flow_n_fields && flow_fields[a].odp_group &&
	       strcmp(flow_fields[a].odp_group, flow_fields[b].odp_group) == 0 &&
	       (flow_fields[a].need & TAGS) == (flow_fields[b].need & TAGS);
}

/* vid, pcp and cfi are of the tag that encap() has not opened yet. */
static bool is_key_of_depth(const struct flow_field *f, unsigned int depth)
{
	uint8_t tag = f->need & TAGS;

	return !tag || tag == (depth ? FLOW_NEED_CVLAN : FLOW_NEED_VLAN);
}

/* Keys come in the order of the table, so start where the last one was. */
static size_t find_group(struct odp_parser *p, const char *name, size_t len)
{
	size_t row = p->row;

	for (size_t i = 0; i < flow_n_fields; i++, row++) {
		const struct flow_field *f;

		if (row >= flow_n_fields)
			row = 0;
		f = &flow_fields[row];
		if (f->odp_group && scan_is(name, len, f->odp_group) &&
		    is_key_of_depth(f, p->depth)) {
			while (row && same_group(row - 1, row))
				row--;
			return row;
		}
	}
	return flow_n_fields;
}

static int expected_field(struct odp_parser *p, size_t group)
{
	char names[128] = "";
	size_t used = 0;

	for (size_t row = group; same_group(row, group); row++) {
		size_t len = strlen(flow_fields[row].odp_name);

		if (used + len + 3 > sizeof(names))
			break;
		memcpy(names + used, flow_fields[row].odp_name, len);
		memcpy(names + used + len, ", ", 3);
		used += len + 2;
	}
	if (used)
		names[used - 2] = '\0';
	return scan_expected(&p->s, "a field of %s(): %s",
			     flow_fields[group].odp_group, names);
}

/* Set in every tag that exists: a tag without it is no match flower has. */
static int parse_cfi(struct odp_parser *p)
{
	uint64_t cfi, mask = 1;
	int rc = scan_uint(&p->s, 1, "cfi", &cfi);

	if (rc < 0)
		return rc;
	if (scan_char(&p->s, '/'))
		rc = scan_uint(&p->s, 1, "the mask of cfi", &mask);
	if (rc == 0 && !(cfi & mask))
		reason_add(&p->flow->refused, REASON_MASK_UNSUPPORTED, 0,
			   "vlan cfi");
	return rc;
}

static int parse_named_row(struct odp_parser *p, size_t group)
{
	const char *name = p->s.p;
	size_t len = scan_word_len(name);

	for (size_t row = group; same_group(row, group); row++) {
		if (!scan_is(name, len, flow_fields[row].odp_name) ||
		    name[len] != '=')
			continue;
		if (scan_seen(p->rows_seen, row))
			return duplicate(p, name, len);
		p->s.p += len + 1;
		return parse_row(p, row);
	}
	if (flow_fields[group].need & TAGS && scan_is(name, len, "cfi") &&
	    name[len] == '=') {
		p->s.p += len + 1;
		return parse_cfi(p);
	}
	return expected_field(p, group);
}

static void note_presence(struct odp_flow *flow, const struct flow_field *f)
{
	if (f->need & FLOW_NEED_VLAN)
		flow->vlan_present = true;
	else if (f->need & FLOW_NEED_CVLAN)
		flow->cvlan_present = true;
	else if (f->kind == FLOW_KIND_MAC && !f->need)
		flow->has_eth = true;
}

static int parse_group(struct odp_parser *p, size_t group, const char *name,
		       size_t len)
{
	int rc;

	p->row = group;
	if (scan_seen(p->groups_seen, group))
		return duplicate(p, name, len);
	if (p->depth && !flow_fields[group].need)
		return scan_fail_at(&p->s, name, "\"%.*s\" inside encap()",
				    (int)len, name);
	note_presence(p->flow, &flow_fields[group]);

	p->s.p++;
	if (!flow_fields[group].odp_name) {
		rc = parse_row(p, group);
		return rc < 0 ? rc : expect_close(p);
	}
	odp_skip_separators(&p->s);
	while (*p->s.p != ')') {
		rc = parse_named_row(p, group);
		if (rc < 0)
			return rc;
		if (*p->s.p != ')' && *p->s.p != ',')
			return scan_expected(&p->s, "\",\" or \")\"");
		odp_skip_separators(&p->s);
	}
	p->s.p++;
	return 0;
}

/*
 * Keys that are not fields of a packet.
 */

static int parse_in_port(struct odp_parser *p)
{
	int rc;

	p->s.p++;
	rc = scan_port(&p->s, SCAN_SLASH | SCAN_PAREN | ODP_SEPARATORS,
		       &p->flow->in_port);
	if (rc < 0)
		return rc;
	if (scan_char(&p->s, '/')) {
		uint64_t mask;

		rc = scan_uint(&p->s, UINT32_MAX, "the mask of in_port", &mask);
		if (rc < 0)
			return rc;
		if (mask != UINT32_MAX)
			reason_add(&p->flow->refused, REASON_MASK_UNSUPPORTED,
				   0, "in_port");
	}
	return expect_close(p);
}

/* One row a depth: the type behind the MACs, the first and the second tag. */
static int parse_eth_type(struct odp_parser *p)
{
	static const size_t offset[] = {
		offsetof(struct flow_key, eth_type_be),
		offsetof(struct flow_key, vlan_eth_type_be),
		offsetof(struct flow_key, cvlan_eth_type_be),
	};
	size_t row = 0;
	int rc;

	if (p->depth > MAX_TAGS)
		return scan_skip_parens(&p->s);
	while (flow_fields[row].offset != offset[p->depth])
		row++;
	p->s.p++;
	rc = parse_row(p, row);
	return rc < 0 ? rc : expect_close(p);
}

static int parse_encap(struct odp_parser *p)
{
	if (++p->depth > SCAN_MAX_NESTING)
		return scan_fail_at(&p->s, p->s.p,
				    "more than %d levels of encap()",
				    SCAN_MAX_NESTING);
	p->s.p++;
	return 0;
}

static int parse_packet_type_part(struct odp_parser *p, const char *name,
				  uint64_t *bits)
{
	uint64_t v, mask = UINT16_MAX;
	size_t len = strlen(name);
	int rc;

	odp_skip_separators(&p->s);
	if (strncmp(p->s.p, name, len) != 0)
		return scan_expected(&p->s, "%s", name);
	p->s.p += len;
	rc = scan_uint(&p->s, UINT16_MAX, "packet_type", &v);
	if (rc == 0 && scan_char(&p->s, '/'))
		rc = scan_uint(&p->s, UINT16_MAX, "packet_type", &mask);
	if (rc == 0)
		*bits |= v & mask;
	return rc;
}

/* Zero is Ethernet, which is all that a tc hook of a switch port sees. */
static int parse_packet_type(struct odp_parser *p)
{
	uint64_t bits = 0;
	int rc;

	p->s.p++;
	rc = parse_packet_type_part(p, "ns=", &bits);
	if (rc == 0)
		rc = parse_packet_type_part(p, "id=", &bits);
	if (rc < 0)
		return rc;
	if (bits)
		reason_add(&p->flow->refused, REASON_KEY_UNSUPPORTED, 0,
			   "packet_type");
	return expect_close(p);
}

/*
 * An attribute that OVS could not read back is printed in hexadecimal, with a
 * parenthesis more opened than closed (format_odp_key_attr__(), odp-util.c).
 */
static int skip_key(struct scan *s)
{
	static const char unread[] = "((bad key length";
	const char *end = NULL;

	if (strncmp(s->p, unread, sizeof(unread) - 1) == 0)
		end = strstr(s->p, "),");
	if (!end)
		return scan_skip_parens(s);
	s->p = end + 1;
	return 0;
}

static int refuse_unless_wild(struct odp_parser *p, enum reason_code code,
			      const char *name, size_t len)
{
	const char *open = p->s.p;
	int rc = skip_key(&p->s);

	if (rc < 0)
		return rc;
	if (!scan_masks_are_zero(open + 1, p->s.p - 1))
		reason_add(&p->flow->refused, code, 0, "%.*s", (int)len, name);
	return 0;
}

static const struct other_key {
	const char *name;
	int (*parse)(struct odp_parser *p);    /* NULL: refused by name */
} other_keys[] = {
	{ "in_port", parse_in_port },
	{ "packet_type", parse_packet_type },
	{ "eth_type", parse_eth_type },
	{ "encap", parse_encap },
	{ "tunnel", NULL },
	{ "ct_state", NULL },
	{ "ct_zone", NULL },
	{ "ct_mark", NULL },
	{ "ct_label", NULL },
	{ "ct_tuple4", NULL },
	{ "ct_tuple6", NULL },
	{ "mpls", NULL },
	{ "nd", NULL },
	{ "nd_ext", NULL },
	{ "nsh", NULL },
	{ "tc", NULL },        /* what odp_format_rule() has no key for */
};

_Static_assert(ARRAY_LEN(other_keys) <= 64, "one bit each");

static int parse_other(struct odp_parser *p, const struct other_key *k,
		       const char *name, size_t len)
{
	bool nests = k->parse == parse_eth_type || k->parse == parse_encap;
	size_t bit = (size_t)(k - other_keys);

	if (p->depth && (k->parse && !nests))
		return scan_fail_at(&p->s, name, "\"%.*s\" inside encap()",
				    (int)len, name);
	if (p->depth == 0 && scan_seen(&p->others_seen[0], bit))
		return duplicate(p, name, len);
	if (p->depth == 1 && scan_seen(&p->others_seen[1], bit))
		return duplicate(p, name, len);
	if (!k->parse)
		return refuse_unless_wild(p, REASON_KEY_UNSUPPORTED, name, len);
	return k->parse(p);
}

/* key32(00 00/00 00): an attribute newer than the program that printed it. */
static bool is_numbered_key(const char *name, size_t len)
{
	return len > 3 && strncmp(name, "key", 3) == 0 &&
	       scan_span(name + 3, SCAN_DIGIT) >= len - 3;
}

/* The third tag and what is behind it: flower knows two. */
static int parse_row_key(struct odp_parser *p, size_t group, const char *name,
			 size_t len)
{
	if (p->depth >= MAX_TAGS && flow_fields[group].need & TAGS)
		return refuse_unless_wild(p, REASON_KEY_UNSUPPORTED,
					  "third vlan", 10);
	return parse_group(p, group, name, len);
}

int odp_parse_key(struct odp_parser *p, const char *name, size_t len)
{
	size_t group;

	for (size_t i = 0; i < ARRAY_LEN(other_keys); i++)
		if (scan_is(name, len, other_keys[i].name))
			return parse_other(p, &other_keys[i], name, len);
	group = find_group(p, name, len);
	if (group < flow_n_fields)
		return parse_row_key(p, group, name, len);
	if (is_numbered_key(name, len))
		return refuse_unless_wild(p, REASON_KEY_UNKNOWN, name, len);
	return scan_fail_at(&p->s, name, "unknown key \"%.*s\"",
			    len < 32 ? (int)len : 32, name);
}
