/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What stands between the parentheses of a key: its fields, by the rows of the
 * field table, and what it may have beside them.
 */
#include <string.h>

#include "common/flow/odp_parse.h"

int odp_parse_duplicate(struct odp_parser *p, const char *name, size_t len)
{
	return scan_fail_at(&p->s, name, "\"%.*s\" is given twice", (int)len,
			    name);
}

int odp_parse_close(struct odp_parser *p)
{
	if (!scan_char(&p->s, ')'))
		return scan_expected(&p->s, "\")\"");
	return 0;
}

static int too_much(struct odp_parser *p, const char *at)
{
	return scan_fail_at(&p->s, at, "more than a flow has room for");
}

int odp_parse_show(struct odp_parser *p, unsigned int what, unsigned int form,
		   uint32_t at)
{
	if (odp_show(p->flow, what, form, at) < 0)
		return too_much(p, p->s.p);
	return 0;
}

int odp_parse_shown(struct odp_parser *p, size_t row, unsigned int form,
		    const char *at)
{
	size_t size = (size_t)(p->s.p - at);

	if (!(form & ODP_FORM_TEXT))
		return odp_parse_show(p, (unsigned int)row, form, 0);
	if (odp_show_text(p->flow, (unsigned int)row, at, size) < 0)
		return too_much(p, at);
	return 0;
}

int odp_parse_field(struct odp_parser *p, size_t row, const char *at)
{
	struct odp_flow *flow = p->flow;
	unsigned int form = 0;
	int rc = odp_parse_value(p, &flow_fields[row], &flow->match, &form);

	if (rc < 0)
		return rc;
	flow->given[flow->n_given++] = (uint8_t)row;
	p->row = row + 1;
	return odp_parse_shown(p, row, form, at);
}

/*
 * The rows of a key: ipv4(src=…,dst=…).
 */

static int expected_field(struct odp_parser *p, const struct odp_group *g)
{
	char names[160] = "";
	size_t used = 0;

	for (size_t row = g->first; row < g->end; row++) {
		size_t len;

		if (odp_group_of(row) != g)
			continue;
		len = strcspn(flow_fields[row].odp_name, "/");
		if (used + len + 3 > sizeof(names))
			break;
		memcpy(names + used, flow_fields[row].odp_name, len);
		memcpy(names + used + len, ", ", 3);
		used += len + 2;
	}
	if (used)
		names[used - 2] = '\0';
	return scan_expected(&p->s, "a field of %s(): %s", g->name, names);
}

/* Set in every tag that exists: a tag without it is no match flower has. */
static int parse_cfi(struct odp_parser *p, const struct odp_group *g)
{
	unsigned int form = ODP_FORM_CFI;
	uint64_t cfi, mask = 1;
	int rc = scan_uint(&p->s, 1, "cfi", &cfi);

	if (rc < 0)
		return rc;
	if (scan_char(&p->s, '/')) {
		rc = scan_uint(&p->s, 1, "the mask of cfi", &mask);
		form |= ODP_FORM_MASK;
	}
	if (rc < 0)
		return rc;
	if (!(cfi & mask))
		reason_add(&p->flow->refused, REASON_MASK_UNSUPPORTED, 0,
			   "vlan cfi");
	return odp_parse_show(p, g->first, form, (uint32_t)(cfi | mask << 1));
}

/*
 * Open vSwitch 3.1 prints ct_tuple6(src_port=…) and takes ct_tuple6(tp_src=…).
 * The row has what it prints; flow_n_fields: there is none.
 */
static size_t other_name(const struct odp_group *g, const char *name,
			 size_t len)
{
	if (scan_is(name, len, "tp_src"))
		return odp_group_row(g, "src_port", 8, g->first);
	if (scan_is(name, len, "tp_dst"))
		return odp_group_row(g, "dst_port", 8, g->first);
	return flow_n_fields;
}

static int parse_by_other_name(struct odp_parser *p, size_t row,
			       const char *name, size_t len)
{
	struct odp_flow *flow = p->flow;
	unsigned int form;
	int rc;

	if (scan_seen(p->rows_seen, row))
		return odp_parse_duplicate(p, name, len);
	rc = odp_parse_value(p, &flow_fields[row], &flow->match, &form);
	if (rc < 0)
		return rc;
	flow->given[flow->n_given++] = (uint8_t)row;
	return odp_parse_shown(p, row, ODP_FORM_TEXT, name);
}

static int parse_item(struct odp_parser *p, const struct odp_group *g)
{
	const char *name = p->s.p;
	size_t len = scan_word_len(name), row;

	if (name[len] == '(') {
		p->s.p += len;
		return odp_parse_nested(p, g, name, len);
	}
	if (name[len] != '=')
		return expected_field(p, g);
	row = odp_group_row(g, name, len, p->row);
	if (row < flow_n_fields) {
		p->s.p += len + 1;
		if (p->lse || scan_seen(p->rows_seen, row))
			return odp_parse_lse(p, g, row, name, len);
		return odp_parse_field(p, row, name);
	}
	row = other_name(g, name, len);
	if (row < flow_n_fields) {
		p->s.p += len + 1;
		return parse_by_other_name(p, row, name, len);
	}
	if (g->tag && scan_is(name, len, "cfi")) {
		p->s.p += len + 1;
		return parse_cfi(p, g);
	}
	if (flow_fields[g->first].need & FLOW_NEED_MPLS && len > 3 &&
	    memcmp(name, "lse", 3) == 0) {
		p->s.p += len + 1;
		return odp_parse_lse(p, g, flow_n_fields, name,
				     len);
	}
	return expected_field(p, g);
}

int odp_parse_items(struct odp_parser *p, const struct odp_group *g)
{
	uint16_t n_shown = p->flow->n_shown;
	int rc;

	p->lse = 0;
	odp_skip_separators(&p->s);
	while (*p->s.p != ')') {
		rc = parse_item(p, g);
		if (rc < 0)
			return rc;
		if (*p->s.p != ')' && *p->s.p != ',')
			return scan_expected(&p->s, "\",\" or \")\"");
		odp_skip_separators(&p->s);
	}
	p->s.p++;
	if (n_shown == p->flow->n_shown)
		return odp_parse_show(p, g->first, ODP_FORM_EMPTY, 0);
	return 0;
}
