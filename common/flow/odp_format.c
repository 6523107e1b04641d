/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A rule as the line of a datapath flow.  Keys come from the field table; what
 * only tc has stands in tc(…), in the words of tc.
 */
#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <stdio.h>
#include <string.h>

#include "common/flow/odp_parse.h"
#include "common/flow/tctext_parse.h"
#include "common/flow/text.h"

#define TAGS (FLOW_NEED_VLAN | FLOW_NEED_CVLAN)

/*
 * Values
 */

static void add_frag(struct text *t, const struct flow_field *f,
		     const struct flow_match *m)
{
	uint32_t key = flow_field_get(f, &m->key);

	if (!(key & FLOW_FRAG_IS_FRAGMENT))
		text_add(t, "no");
	else
		text_add(t, key & FLOW_FRAG_FIRST ? "first" : "later");
}

/* tc may match one bit alone, for which ODP has no word. */
static bool has_odp_word(const struct flow_field *f,
			 const struct flow_match *m)
{
	uint32_t key, mask;

	if (f->kind != FLOW_KIND_FRAG)
		return true;
	key = flow_field_get(f, &m->key);
	mask = flow_field_get(f, &m->mask);
	return (mask == FLOW_FRAG_IS_FRAGMENT && !key) ||
	       (mask == f->max && key & FLOW_FRAG_IS_FRAGMENT);
}

/* +syn-ack; exactly matched: syn|ack. */
static void add_tcp_flags(struct text *t, const struct flow_field *f,
			  const struct flow_match *m)
{
	uint32_t key = flow_field_get(f, &m->key);
	uint32_t mask = flow_field_get(f, &m->mask);
	const char *sep = "";

	if (mask == f->max && !key)
		text_add(t, "0");
	for (unsigned int i = 0; i < ODP_N_TCP_FLAGS; i++) {
		uint32_t bit = 1U << i;

		if (mask != f->max && mask & bit) {
			text_add(t, "%c%s", key & bit ? '+' : '-',
				 odp_tcp_flag_names[i]);
		} else if (mask == f->max && key & bit) {
			text_add(t, "%s%s", sep, odp_tcp_flag_names[i]);
			sep = "|";
		}
	}
}

static void add_value(struct text *t, const struct flow_field *f,
		      const struct flow_match *m)
{
	bool hex = f->kind == FLOW_KIND_HEX;

	if (f->kind == FLOW_KIND_FRAG) {
		add_frag(t, f, m);
		return;
	}
	if (f->kind == FLOW_KIND_TCP_FLAGS) {
		add_tcp_flags(t, f, m);
		return;
	}
	/* Open vSwitch prints 0 where %#x has nothing to mark. */
	if (hex && !flow_field_get(f, &m->key))
		hex = false;
	text_field(t, f, &m->key, hex);
	if (flow_field_exact(f, &m->mask))
		return;
	text_add(t, "/");
	text_field(t, f, &m->mask, true);
}

/*
 * Keys
 */

static bool is_printed(const struct flow_field *f, const struct flow_match *m)
{
	return f->odp_group && f->attr && flow_field_any(f, &m->mask) &&
	       flow_field_applies(f, m) && has_odp_word(f, m);
}

static bool is_same_group(size_t a, size_t b)
{
	return a < flow_n_fields && flow_fields[a].odp_group &&
	       strcmp(flow_fields[a].odp_group, flow_fields[b].odp_group) ==
		       0 && flow_fields[a].need == flow_fields[b].need;
}

/* One group, from its first row; returns the row behind it. */
static size_t add_group(struct text *t, size_t row, const struct flow_match *m,
			bool even_if_wild)
{
	const char *group = flow_fields[row].odp_group;
	bool is_value = !flow_fields[row].odp_name;
	size_t first = row;
	bool open = even_if_wild;

	if (open)
		text_add(t, "%s(", group);
	for (; is_same_group(row, first); row++) {
		const struct flow_field *f = &flow_fields[row];

		if (!is_printed(f, m))
			continue;
		if (!open)
			text_add(t, "%s(", group);
		open = true;
		if (!is_value)
			text_add(t, "%s=", f->odp_name);
		add_value(t, f, m);
		text_comma(t);
	}
	if (open) {
		text_end_list(t);
		text_add(t, ")");
		text_comma(t);
	}
	return row;
}

/* Those that need one of these, or with 0 those that need nothing. */
static void add_groups(struct text *t, const struct flow_match *m,
		       uint8_t need)
{
	for (size_t row = 0; row < flow_n_fields;) {
		const struct flow_field *f = &flow_fields[row];
		bool wanted = f->odp_group && f->attr &&
			      (need ? f->need & need : !f->need);

		row = wanted ? add_group(t, row, m, false) : row + 1;
	}
}

static void add_eth_type(struct text *t, uint16_t type_be, uint16_t mask_be)
{
	if (mask_be)
		text_add(t, "eth_type(0x%04x)", ntohs(type_be));
	else
		text_add(t, "eth_type(0/0)");
	text_comma(t);
}

static void add_tag(struct text *t, const struct flow_match *m, uint8_t need)
{
	size_t row = 0;

	while (flow_fields[row].need != need || !flow_fields[row].odp_group)
		row++;
	(void)add_group(t, row, m, true);
	text_add(t, "encap(");
}

static void add_types(struct text *t, const struct flow_match *m,
		      unsigned int *n_tags)
{
	const struct flow_key *k = &m->key, *mask = &m->mask;

	*n_tags = 0;
	add_eth_type(t, k->eth_type_be, mask->eth_type_be);
	if (!mask->eth_type_be || !flow_is_tpid(k->eth_type_be))
		return;
	*n_tags = 1;
	add_tag(t, m, FLOW_NEED_VLAN);
	add_eth_type(t, k->vlan_eth_type_be, mask->vlan_eth_type_be);
	if (!mask->vlan_eth_type_be || !flow_is_tpid(k->vlan_eth_type_be))
		return;
	*n_tags = 2;
	add_tag(t, m, FLOW_NEED_CVLAN);
	add_eth_type(t, k->cvlan_eth_type_be, mask->cvlan_eth_type_be);
}

static void add_keys(struct text *t, const struct rule *r)
{
	unsigned int n_tags;

	text_add(t, "recirc_id(%s%x),in_port(", r->chain ? "0x" : "",
		 r->chain);
	text_port(t, &r->dev);
	text_add(t, ")");
	text_comma(t);
	add_groups(t, &r->match, 0);
	add_types(t, &r->match, &n_tags);
	add_groups(t, &r->match, FLOW_NEED_L3);
	for (text_end_list(t); n_tags; n_tags--)
		text_add(t, ")");
}

/*
 * Actions
 */

static bool is_plain_output(const struct rule_action *a, bool last)
{
	return a->kind == RULE_ACTION_MIRRED &&
	       a->mirred.op ==
		       (last ? RULE_EGRESS_REDIRECT : RULE_EGRESS_MIRROR);
}

static void add_push_vlan(struct text *t, const struct rule_action *a)
{
	text_add(t, "push_vlan(");
	if (a->vlan.tpid_be && a->vlan.tpid_be != htons(ETH_P_8021Q))
		text_add(t, "tpid=0x%04x,", ntohs(a->vlan.tpid_be));
	text_add(t, "vid=%u,pcp=%u)", a->vlan.id, a->vlan.prio);
}

static void add_tc_action(struct text *t, const struct rule *r,
			  const struct rule_action *a)
{
	text_add(t, "tc(");
	tc_format_action(t, r, a);
	text_add(t, ")");
}

static void add_action(struct text *t, const struct rule *r,
		       const struct rule_action *a, bool last)
{
	bool vlan = a->kind == RULE_ACTION_VLAN &&
		    a->verdict == (last ? RULE_DROP : RULE_PIPE);

	if (is_plain_output(a, last))
		text_port(t, &a->mirred.port);
	else if (vlan && a->vlan.op == RULE_VLAN_PUSH)
		add_push_vlan(t, a);
	else if (vlan && a->vlan.op == RULE_VLAN_POP)
		text_add(t, "pop_vlan");
	else if (a->kind == RULE_ACTION_GACT && last &&
		 a->verdict == RULE_DROP)
		text_add(t, "drop");
	else if (a->kind == RULE_ACTION_GACT && last &&
		 a->verdict == RULE_GOTO_CHAIN)
		text_add(t, "recirc(0x%x)", a->chain);
	else
		add_tc_action(t, r, a);
}

static void add_tc_keys(struct text *t, const struct flow_match *m)
{
	for (size_t row = 0; row < flow_n_fields; row++) {
		const struct flow_field *f = &flow_fields[row];

		if (!f->tc || has_odp_word(f, m) ||
		    !flow_field_any(f, &m->mask) || !flow_field_applies(f, m))
			continue;
		text_add(t, ",tc(");
		tc_format_key(t, f, m);
		text_add(t, ")");
	}
}

/* What the rule has beyond a datapath flow. */
static void add_tc_place(struct text *t, const struct rule *r)
{
	if (r->hook == RULE_EGRESS)
		text_add(t, ",tc(egress)");
	if (r->prio)
		text_add(t, ",tc(prio %u)", r->prio);
	if (r->handle)
		text_add(t, ",tc(handle 0x%x)", r->handle);
	if (r->policy != RULE_BEST_EFFORT)
		text_add(t, ",tc(%s)", r->policy == RULE_HW_ONLY ? "skip_sw" :
								   "skip_hw");
}

int odp_format_rule(const struct rule *rule, char *out, size_t size)
{
	struct text t;

	text_init(&t, out, size);
	add_keys(&t, rule);
	add_tc_keys(&t, &rule->match);
	add_tc_place(&t, rule);
	text_add(&t, ", actions:");
	for (size_t i = 0; i < rule->n_actions; i++) {
		add_action(&t, rule, &rule->actions[i],
			   i + 1 == rule->n_actions);
		text_comma(&t);
	}
	text_end_list(&t);
	return (int)t.len;
}
