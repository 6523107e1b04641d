/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From a datapath flow to the tc rule that does the same: every matched field
 * and every action is either carried over or gives a reason.  Pure; devices
 * keep the names that the flow has for them.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <netinet/in.h>
#include <string.h>

#include "common/flow/conflict.h"
#include "common/flow/odp.h"

#define ETH_TYPE_MIN 0x0600    /* below it, the field is a length */
#define VLAN_VID_MAX 4094      /* net/sched/act_vlan.c refuses 4095 */

/*
 * Keys
 */

static const char *reason_name(const struct flow_field *f)
{
	return f->need & (FLOW_NEED_VLAN | FLOW_NEED_CVLAN) ? "vlan" : f->name;
}

/* A mark of zero is what every packet at a switch port has. */
static bool is_always_true(const struct flow_field *f,
			   const struct flow_match *m)
{
	return f->offset == offsetof(struct flow_key, skb_mark) &&
	       m->mask.skb_mark == UINT32_MAX && m->key.skb_mark == 0;
}

static void check_chain(const struct flow_match *m,
			struct reason_list *reasons)
{
	if (m->mask.recirc_id != UINT32_MAX)
		reason_add(reasons, REASON_MASK_UNSUPPORTED, 0, "recirc_id");
	else if (m->key.recirc_id > RULE_MAX_CHAIN)
		reason_add(reasons, REASON_CHAIN_TOO_BIG, 0, "0x%x",
			   m->key.recirc_id);
}

/*
 * The kernel's dissector does not look behind the IP header of a fragment and
 * leaves zeros there; Open vSwitch reads the ports of a first fragment.  Only
 * a match on nothing but zeros would then take fragments that it should not.
 */
static void check_l4(const struct odp_flow *flow, struct reason_list *reasons)
{
	const struct flow_match *m = &flow->match;
	uint32_t frag = ntohl(m->key.ip_flags_be);
	uint32_t frag_mask = ntohl(m->mask.ip_flags_be);
	const struct flow_field *zero = NULL;

	if (frag_mask & FLOW_FRAG_IS_FRAGMENT &&
	    !(frag & FLOW_FRAG_IS_FRAGMENT))
		return;
	for (size_t i = 0; i < flow->n_given; i++) {
		const struct flow_field *f = &flow_fields[flow->given[i]];

		if (!f->need_proto)
			continue;
		if (frag_mask & FLOW_FRAG_FIRST && !(frag & FLOW_FRAG_FIRST))
			reason_add(reasons, REASON_KEY_CONFLICT, 0,
				   "%s with frag=later", f->name);
		else if (flow_field_get(f, &m->key))
			return;
		else
			zero = f;
	}
	if (zero)
		reason_add(reasons, REASON_KEY_CONFLICT, 0,
			   "%s=0 without frag=no", zero->name);
}

static void check_field(const struct flow_field *f, const struct flow_match *m,
			struct reason_list *reasons)
{
	if (f->offset == offsetof(struct flow_key, recirc_id))
		check_chain(m, reasons);
	else if (!f->attr && !is_always_true(f, m))
		reason_add(reasons, REASON_KEY_UNSUPPORTED, 0, "%s", f->name);
	else if (f->attr && !flow_field_applies(f, m))
		conflict_add(reasons, f, m);
	else if (f->attr && !f->mask_attr && !flow_field_exact(f, &m->mask))
		reason_add(reasons, REASON_MASK_UNSUPPORTED, 0, "%s",
			   reason_name(f));
}

static void check_fields(const struct odp_flow *flow,
			 struct reason_list *reasons)
{
	for (size_t i = 0; i < flow->n_given; i++)
		check_field(&flow_fields[flow->given[i]], &flow->match,
			    reasons);
	check_l4(flow, reasons);
}

/* Open vSwitch sees protocol 44 where the dissector sees what follows it. */
static void check_ipv6(const struct flow_match *m, struct reason_list *reasons)
{
	if (ntohl(m->key.ip_flags_be) & FLOW_FRAG_IS_FRAGMENT ||
	    (m->mask.ip_proto && m->key.ip_proto == IPPROTO_FRAGMENT))
		reason_add(reasons, REASON_KEY_UNSUPPORTED, 0, "ipv6 frag");
}

/* The dissector of the kernel drops out at any ARP operation but 1 and 2. */
static void check_rarp(const struct flow_match *m, struct reason_list *reasons)
{
	const struct flow_key *k = &m->mask;

	if (k->arp_op || k->arp_sip_be || k->arp_tip_be ||
	    flow_mask_any(k, offsetof(struct flow_key, arp_sha),
			  sizeof(k->arp_sha) + sizeof(k->arp_tha)))
		reason_add(reasons, REASON_KEY_UNSUPPORTED, 0, "rarp");
}

/*
 * 802.2 frames, which have a length there and no type, are printed as
 * eth_type(0/0xffff); without eth_type(), any frame matches.
 */
static bool is_length(uint16_t type_be, uint16_t mask_be)
{
	return mask_be && ntohs(type_be) < ETH_TYPE_MIN;
}

static void check_types(const struct odp_flow *flow,
			struct reason_list *reasons)
{
	const struct flow_match *m = &flow->match;
	uint16_t outer = ntohs(m->key.eth_type_be);
	uint16_t l3 = flow_match_l3_type(m);

	if (is_length(m->key.eth_type_be, m->mask.eth_type_be) ||
	    is_length(m->key.vlan_eth_type_be, m->mask.vlan_eth_type_be) ||
	    is_length(m->key.cvlan_eth_type_be, m->mask.cvlan_eth_type_be))
		reason_add(reasons, REASON_KEY_UNSUPPORTED, 0,
			   "eth_type of 802.2");
	if (flow->vlan_present && !flow_is_tpid(m->key.eth_type_be))
		reason_add(reasons, REASON_KEY_CONFLICT, 0,
			   "vlan with eth_type 0x%04x", outer);
	if (flow->cvlan_present && !flow_is_tpid(m->key.vlan_eth_type_be))
		reason_add(reasons, REASON_KEY_CONFLICT, 0,
			   "inner vlan with eth_type 0x%04x",
			   ntohs(m->key.vlan_eth_type_be));
	if (!flow->vlan_present && flow_is_tpid(m->key.eth_type_be))
		reason_add(reasons, REASON_KEY_CONFLICT, 0,
			   "eth_type 0x%04x without vlan", outer);
	if (l3 == ETH_P_IPV6)
		check_ipv6(m, reasons);
	else if (l3 == ETH_P_RARP)
		check_rarp(m, reasons);
}

static void check_match(const struct odp_flow *flow,
			struct reason_list *reasons)
{
	const struct port *in = &flow->in_port;

	if (in->no == PORT_NO_NONE && !in->name[0])
		reason_add(reasons, REASON_MASK_UNSUPPORTED, 0,
			   "in_port (not given)");
	for (size_t i = 0; i < flow->refused.n; i++)
		reason_add(reasons, flow->refused.reasons[i].code, 0, "%s",
			   flow->refused.reasons[i].subject);
	check_fields(flow, reasons);
	check_types(flow, reasons);
}

/*
 * Actions
 */

static void translate_output(const struct odp_action *a, bool last,
			     struct rule_action *out)
{
	out->kind = RULE_ACTION_MIRRED;
	out->verdict = last ? RULE_STOLEN : RULE_PIPE;
	out->mirred.op = last ? RULE_EGRESS_REDIRECT : RULE_EGRESS_MIRROR;
	out->mirred.port = a->output;
}

static void translate_push_vlan(const struct odp_action *a,
				struct rule_action *out,
				struct reason_list *reasons)
{
	if (!flow_is_tpid(a->push_vlan.tpid_be))
		reason_add(reasons, REASON_ACTION_UNSUPPORTED, 0,
			   "push_vlan(tpid=0x%04x)",
			   ntohs(a->push_vlan.tpid_be));
	if (a->push_vlan.id > VLAN_VID_MAX)
		reason_add(reasons, REASON_ACTION_UNSUPPORTED, 0,
			   "push_vlan(vid=%u)", a->push_vlan.id);
	if (!a->push_vlan.cfi)
		reason_add(reasons, REASON_ACTION_UNSUPPORTED, 0,
			   "push_vlan(cfi=0)");
	out->kind = RULE_ACTION_VLAN;
	out->vlan.op = RULE_VLAN_PUSH;
	out->vlan.tpid_be = a->push_vlan.tpid_be;
	out->vlan.id = a->push_vlan.id;
	out->vlan.prio = a->push_vlan.prio;
	out->vlan.has_prio = true;
}

static void translate_pop_vlan(struct rule_action *out)
{
	out->kind = RULE_ACTION_VLAN;
	out->vlan.op = RULE_VLAN_POP;
}

/*
 * A packet that finds nothing in the next chain goes on to Open vSwitch as if
 * it had just come in, so nothing may have been done to it before.
 */
static void translate_recirc(const struct odp_flow *flow, uint32_t id,
			     struct rule_action *out,
			     struct reason_list *reasons)
{
	if (flow->n_actions > 1)
		reason_add(reasons, REASON_ACTION_UNSUPPORTED, 0, "recirc");
	if (id > RULE_MAX_CHAIN)
		reason_add(reasons, REASON_CHAIN_TOO_BIG, 0, "0x%x", id);
	out->kind = RULE_ACTION_GACT;
	out->verdict = RULE_GOTO_CHAIN;
	out->chain = id;
}

static void translate_action(const struct odp_flow *flow, size_t i,
			     struct rule_action *out,
			     struct reason_list *reasons)
{
	const struct odp_action *a = &flow->actions[i];
	bool last = i + 1 == flow->n_actions;

	memset(out, 0, sizeof(*out));
	out->verdict = last ? RULE_DROP : RULE_PIPE;
	switch (a->kind) {
	case ODP_OUTPUT:
		translate_output(a, last, out);
		return;
	case ODP_PUSH_VLAN:
		translate_push_vlan(a, out, reasons);
		return;
	case ODP_POP_VLAN:
		translate_pop_vlan(out);
		return;
	case ODP_RECIRC:
		translate_recirc(flow, a->number, out, reasons);
		return;
	case ODP_DROP:
		out->kind = RULE_ACTION_GACT;
		return;
	default:
		reason_add(reasons, REASON_ACTION_UNSUPPORTED, 0, "other");
		return;
	}
}

static void translate_actions(const struct odp_flow *flow, struct rule *out,
			      struct reason_list *reasons)
{
	struct rule_action unused;

	for (size_t i = 0; i < flow->n_actions; i++)
		translate_action(flow, i,
				 i < RULE_MAX_ACTIONS ? &out->actions[i] :
							&unused, reasons);
	if (flow->n_actions > RULE_MAX_ACTIONS)
		reason_add(reasons, REASON_TOO_MANY_ACTIONS, 0, "at most %d",
			   RULE_MAX_ACTIONS);
	if (flow->n_actions)
		return;
	memset(&out->actions[0], 0, sizeof(out->actions[0]));
	out->actions[0].kind = RULE_ACTION_GACT;
	out->actions[0].verdict = RULE_DROP;
}

static void translate_match(const struct odp_flow *flow, struct rule *out)
{
	const struct flow_match *m = &flow->match;

	memset(out, 0, offsetof(struct rule, match));
	out->dev = flow->in_port;
	out->hook = RULE_INGRESS;
	out->policy = RULE_BEST_EFFORT;
	out->chain = m->key.recirc_id;
	out->n_actions = flow->n_actions ? flow->n_actions : 1;
	out->protocol_be = m->mask.eth_type_be ? m->key.eth_type_be :
						 htons(ETH_P_ALL);
	out->match = *m;
	out->match.key.recirc_id = out->match.mask.recirc_id = 0;
	out->match.mask.skb_mark = 0;
}

int odp_translate(const struct odp_flow *flow,
		  const struct port_resolver *ports, struct rule *out,
		  struct reason_list *reasons)
{
	size_t before = reasons->n;

	(void)ports;
	check_match(flow, reasons);
	translate_actions(flow, out, reasons);
	if (reasons->n > before)
		return -EOPNOTSUPP;
	translate_match(flow, out);
	return 0;
}
