/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a key has beyond name=value: groups in the tunnel, and the further
 * entries of a label stack.
 */
#include <arpa/inet.h>
#include <linux/mpls.h>
#include <stdio.h>
#include <string.h>

#include "common/base/cleanup.h"
#include "common/flow/odp_parse.h"

/* geneve(…), vxlan(…), flags(…): the value of one row. */
static int parse_in_parens(struct odp_parser *p, size_t row, const char *name,
			   size_t len)
{
	const struct flow_field *f = &flow_fields[row];
	struct odp_flow *flow = p->flow;
	unsigned int form = 0;
	int rc;

	if (scan_seen(p->rows_seen, row))
		return odp_parse_duplicate(p, name, len);
	p->s.p++;
	rc = odp_parse_value(p, f, &flow->match, &form);
	if (rc == 0)
		rc = odp_parse_close(p);
	if (rc < 0)
		return rc;
	flow->given[flow->n_given++] = (uint8_t)row;
	p->row = row + 1;
	return odp_parse_shown(p, row, form, name);
}

/* erspan(ver=…,idx=…): rows "erspan/ver", "erspan/idx". */
static int parse_sub_item(struct odp_parser *p, const struct odp_group *g,
			  const char *group, size_t group_len)
{
	const char *name = p->s.p;
	size_t len = scan_word_len(name), row;
	char path[32];
	int n = snprintf(path, sizeof(path), "%.*s/%.*s", (int)group_len,
			 group, (int)(len < 16 ? len : 16), name);

	row = odp_group_row(g, path, (size_t)n, p->row);
	if (row == flow_n_fields || name[len] != '=')
		return scan_expected(&p->s, "a field of %.*s()",
				     (int)group_len, group);
	if (scan_seen(p->rows_seen, row))
		return odp_parse_duplicate(p, name, len);
	p->s.p += len + 1;
	return odp_parse_field(p, row, name);
}

static int parse_sub_group(struct odp_parser *p, const struct odp_group *g,
			   const char *name, size_t len)
{
	const char *open = p->s.p;

	p->s.p++;
	odp_skip_separators(&p->s);
	if (*p->s.p == ')') {
		p->s.p = open;
		return odp_parse_unknown(p, g->first, REASON_KEY_UNKNOWN, name,
					 len);
	}
	while (*p->s.p != ')') {
		int rc = parse_sub_item(p, g, name, len);

		if (rc < 0)
			return rc;
		if (*p->s.p != ')' && *p->s.p != ',')
			return scan_expected(&p->s, "\",\" or \")\"");
		odp_skip_separators(&p->s);
	}
	p->s.p++;
	return 0;
}

static bool is_sub_group(const struct odp_group *g, const char *name,
			 size_t len)
{
	for (size_t row = g->first; row < g->end; row++) {
		const char *n = flow_fields[row].odp_name;

		if (odp_group_of(row) == g && strncmp(n, name, len) == 0 &&
		    n[len] == '/')
			return true;
	}
	return false;
}

static bool is_in_parens(const struct flow_field *f)
{
	return f->kind == FLOW_KIND_GENEVE || f->kind == FLOW_KIND_GBP ||
	       f->kind == FLOW_KIND_TUN_FLAGS;
}

int odp_parse_nested(struct odp_parser *p, const struct odp_group *g,
		     const char *name, size_t len)
{
	size_t row = odp_group_row(g, name, len, p->row);

	if (row < flow_n_fields && is_in_parens(&flow_fields[row]))
		return parse_in_parens(p, row, name, len);
	if (len && is_sub_group(g, name, len))
		return parse_sub_group(p, g, name, len);
	if (len > 3 && strncmp(name, "key", 3) == 0 &&
	    scan_span(name + 3, SCAN_DIGIT) >= len - 3)
		return odp_parse_unknown(p, g->first, REASON_KEY_UNKNOWN, name,
					 len);
	p->s.p = name;
	return scan_expected(&p->s, "a field of %s()", g->name);
}

/*
 * label=1,tc=0,ttl=64,bos=0,label=2,…: each entry begins with its label.
 */

static size_t find_stack_row(void)
{
	size_t row = 0;

	while (flow_fields[row].kind != FLOW_KIND_MPLS_OPTS)
		row++;
	return row;
}

/* Does the stack have that entry?  The row of all of it is then given. */
static bool give_entry(struct odp_parser *p, size_t entry)
{
	struct odp_flow *flow = p->flow;
	size_t row = find_stack_row();

	if (entry >= FLOW_MAX_MPLS) {
		reason_add(&flow->refused, REASON_KEY_UNSUPPORTED, 0,
			   "more than %d mpls labels", FLOW_MAX_MPLS);
		return false;
	}
	if (!scan_seen(p->rows_seen, row))
		flow->given[flow->n_given++] = (uint8_t)row;
	return true;
}

static int parse_part(struct odp_parser *p, size_t row, const char *name)
{
	struct flow_field f = flow_fields[row];
	struct flow_match unused;
	struct flow_match *m = &unused;
	unsigned int form;
	int rc;

	if (give_entry(p, p->lse)) {
		m = &p->flow->match;
		f.offset = (uint16_t)(f.offset +
				      p->lse * sizeof(struct flow_mpls));
	}
	rc = odp_parse_value(p, &f, m, &form);
	return rc < 0 ? rc : odp_parse_shown(p, row, ODP_FORM_TEXT, name);
}

static void split_lse(struct flow_mpls *out, uint32_t lse)
{
	out->label = (lse & MPLS_LS_LABEL_MASK) >> MPLS_LS_LABEL_SHIFT;
	out->tc = (uint8_t)((lse & MPLS_LS_TC_MASK) >> MPLS_LS_TC_SHIFT);
	out->bos = (uint8_t)((lse & MPLS_LS_S_MASK) >> MPLS_LS_S_SHIFT);
	out->ttl = (uint8_t)((lse & MPLS_LS_TTL_MASK) >> MPLS_LS_TTL_SHIFT);
}

/* The first entry has rows of its own. */
static void give_first(struct odp_parser *p)
{
	const struct flow_field *stack = &flow_fields[find_stack_row()];

	for (size_t row = 0; row < flow_n_fields; row++) {
		const struct flow_field *f = &flow_fields[row];

		if (f != stack && f->need & FLOW_NEED_MPLS && f->odp_group &&
		    !scan_seen(p->rows_seen, row))
			p->flow->given[p->flow->n_given++] = (uint8_t)row;
	}
}

/* lse1=0x1f40/0xfffff000: a whole entry as it is on the wire. */
static int parse_whole(struct odp_parser *p, const struct odp_group *g,
		       const char *name, size_t len)
{
	struct flow_match *m = &p->flow->match;
	uint64_t entry, lse, mask = UINT32_MAX;
	struct scan s = p->s;
	int rc;

	s.p = name + strlen("lse");
	rc = scan_uint(&s, SCAN_MAX_NESTING, "the number of an entry", &entry);
	if (rc == 0 && s.p != name + len)
		return scan_expected(&s, "\"=\"");
	if (rc == 0)
		rc = scan_uint(&p->s, UINT32_MAX, "lse", &lse);
	if (rc == 0 && scan_char(&p->s, '/'))
		rc = scan_uint(&p->s, UINT32_MAX, "the mask of lse", &mask);
	if (rc < 0)
		return rc;
	if (entry == 0)
		give_first(p);
	if (entry == 0 || give_entry(p, entry)) {
		split_lse(&m->key.mpls[entry], (uint32_t)lse);
		split_lse(&m->mask.mpls[entry], (uint32_t)mask);
	}
	return odp_parse_shown(p, g->first, ODP_FORM_TEXT, name);
}

int odp_parse_lse(struct odp_parser *p, const struct odp_group *g, size_t row,
		  const char *name, size_t len)
{
	if (!(flow_fields[g->first].need & FLOW_NEED_MPLS))
		return odp_parse_duplicate(p, name, len);
	if (row == flow_n_fields)
		return parse_whole(p, g, name, len);
	if (scan_is(flow_fields[row].odp_name, len, "label")) {
		p->lse++;
		p->lse_seen = 0;
	}
	if (!p->lse || scan_seen(&p->lse_seen, row - g->first))
		return odp_parse_duplicate(p, name, len);
	return parse_part(p, row, name);
}
