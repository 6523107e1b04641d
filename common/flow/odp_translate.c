/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From a datapath flow to the tc rule that does the same: the entrance, and
 * the match.  Every bit of the mask is taken by a row of the rule or gives a
 * reason.  Pure; devices keep the names that the flow has for them.
 */
#include "common/flow/odp_translate.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <netinet/in.h>
#include <string.h>

#include "common/base/bulk.h"
#include "common/base/cleanup.h"
#include "common/flow/conflict.h"

#define ETH_TYPE_MIN 0x0600    /* below it, the field is a length */
#define AT(member) offsetof(struct flow_key, member)

enum port_kind odp_translate_kind(const struct odp_translation *t,
				  const struct port *port)
{
	enum port_kind kind = PORT_KIND_UNKNOWN;

	if (t->ports && t->ports->kind)
		kind = t->ports->kind(t->ports, port);
	return kind == PORT_KIND_UNKNOWN ? port_kind_of_name(port->name) :
					   kind;
}

bool odp_translate_has_given(const struct odp_flow *flow, size_t offset)
{
	for (size_t i = 0; i < flow->n_given; i++)
		if (flow_fields[flow->given[i]].offset == offset)
			return true;
	return false;
}

void odp_translate_clear_left(struct odp_translation *t,
			      const struct flow_field *f)
{
	memset((uint8_t *)&t->left + f->offset, 0, f->size);
}

void odp_translate_take(struct odp_translation *t, const struct flow_field *f)
{
	const struct flow_match *in = &t->flow->match;
	const uint8_t *key = (const uint8_t *)&in->key + f->offset;
	const uint8_t *mask = (const uint8_t *)&in->mask + f->offset;
	uint8_t *out_key = (uint8_t *)&t->out->match.key + f->offset;
	uint8_t *out_mask = (uint8_t *)&t->out->match.mask + f->offset;
	uint8_t *left = (uint8_t *)&t->left + f->offset;
	size_t i = 0;

	/* Addresses and tunnel options, of which there are 256 bytes. */
	for (; i + sizeof(uint64_t) <= f->size; i += sizeof(uint64_t)) {
		uint64_t k, m;

		memcpy(&k, key + i, sizeof(k));
		memcpy(&m, mask + i, sizeof(m));
		k &= m;
		memcpy(out_key + i, &k, sizeof(k));
		memcpy(out_mask + i, &m, sizeof(m));
		memset(left + i, 0, sizeof(m));
	}
	for (; i < f->size; i++) {
		out_key[i] = key[i] & mask[i];
		out_mask[i] = mask[i];
		left[i] = 0;
	}
}

/*
 * Rows with a rule of their own
 */

static void take_chain(struct odp_translation *t, const struct flow_field *f)
{
	const struct flow_match *m = &t->flow->match;

	(void)f;
	if (m->mask.recirc_id != UINT32_MAX)
		reason_add(t->reasons, REASON_MASK_UNSUPPORTED, 0,
			   "recirc_id");
	else if (m->key.recirc_id > RULE_MAX_CHAIN)
		reason_add(t->reasons, REASON_CHAIN_TOO_BIG, 0, "0x%x",
			   m->key.recirc_id);
	t->out->chain = m->key.recirc_id;
}

/*
 * A mark of zero is what every packet has that a switch port receives; Open
 * vSwitch matches it in every flow from a tunnel.  What the host itself sends
 * into an internal port may have another.
 */
static void take_mark(struct odp_translation *t, const struct flow_field *f)
{
	const struct flow_match *m = &t->flow->match;

	if (m->mask.skb_mark != UINT32_MAX || m->key.skb_mark ||
	    t->in_kind == PORT_KIND_INTERNAL)
		reason_add(t->reasons, REASON_KEY_UNSUPPORTED, 0, "%s",
			   f->name);
}

/* Zero is Ethernet, which is all that a tc hook of a switch port sees. */
static void take_packet_type(struct odp_translation *t,
			     const struct flow_field *f)
{
	const struct flow_match *m = &t->flow->match;

	if (flow_field_get(f, &m->key) & flow_field_get(f, &m->mask))
		reason_add(t->reasons, REASON_KEY_UNSUPPORTED, 0,
			   "packet_type");
}

/* The first of the stack; what is deeper is found in what is left. */
static void take_mpls(struct odp_translation *t, const struct flow_field *f)
{
	uint16_t l3 = flow_match_l3_type(&t->flow->match);

	if (f->kind == FLOW_KIND_MPLS_OPTS)
		return;
	if (l3 != ETH_P_MPLS_UC && l3 != ETH_P_MPLS_MC)
		reason_add(t->reasons, REASON_KEY_CONFLICT, 0,
			   "%s without eth_type 0x8847", f->name);
	else if (!flow_field_exact(f, &t->flow->match.mask))
		reason_add(t->reasons, REASON_MASK_UNSUPPORTED, 0, "%s",
			   f->name);
	odp_translate_take(t, f);
}

/*
 * A tag of zero without its presence bit, all bits matched: "no tag", which
 * an ethertype that is not that of a tag says already.
 */
static bool is_no_tag(const struct odp_translation *t,
		      const struct flow_field *f)
{
	const struct flow_match *m = &t->flow->match;

	return f->need & FLOW_NEED_VLAN && !t->flow->vlan_present &&
	       m->mask.eth_type_be == UINT16_MAX &&
	       !flow_is_tpid(m->key.eth_type_be) &&
	       flow_field_exact(f, &m->mask) && !flow_field_get(f, &m->key);
}

static void take_plain(struct odp_translation *t, const struct flow_field *f)
{
	const struct flow_match *m = &t->flow->match;
	bool tag = f->need & (FLOW_NEED_VLAN | FLOW_NEED_CVLAN);

	if (!f->attr)
		reason_add(t->reasons, REASON_KEY_UNSUPPORTED, 0, "%s",
			   f->need == FLOW_NEED_IPV6 && !f->need_proto ?
				   f->name : f->odp_group);
	else if (!flow_field_applies_to(f, m, t->has))
		conflict_add(t->reasons, f, m);
	else if (!f->mask_attr && !flow_field_exact(f, &m->mask))
		reason_add(t->reasons, REASON_MASK_UNSUPPORTED, 0, "%s",
			   tag ? "vlan" : f->name);
	odp_translate_take(t, f);
}

static const struct special_row {
	size_t offset;
	void (*take)(struct odp_translation *t, const struct flow_field *f);
} special_rows[] = {
	{ AT(recirc_id), take_chain },
	{ AT(skb_mark), take_mark },
	{ AT(packet_type_ns), take_packet_type },
	{ AT(packet_type_id), take_packet_type },
	{ AT(dp_ct_state), odp_translate_ct_state },
};

static void take_row(struct odp_translation *t, const struct flow_field *f)
{
	for (size_t i = 0; i < ARRAY_LEN(special_rows); i++)
		if (special_rows[i].offset == f->offset) {
			special_rows[i].take(t, f);
			odp_translate_clear_left(t, f);
			return;
		}
	if (f->need & FLOW_NEED_MPLS)
		take_mpls(t, f);
	else if (is_no_tag(t, f))
		odp_translate_clear_left(t, f);
	else
		take_plain(t, f);
}

/*
 * The whole of the match
 */

/*
 * The kernel's dissector does not look behind the IP header of a fragment and
 * leaves zeros there; Open vSwitch reads the ports of a first fragment.  Only
 * a match on nothing but zeros would then take fragments that it should not.
 */
static void check_l4(struct odp_translation *t)
{
	const struct odp_flow *flow = t->flow;
	const struct flow_match *m = &flow->match;
	uint32_t frag = ntohl(m->key.ip_flags_be);
	uint32_t frag_mask = ntohl(m->mask.ip_flags_be);
	const struct flow_field *zero = NULL;

	if (frag_mask & FLOW_FRAG_IS_FRAGMENT &&
	    !(frag & FLOW_FRAG_IS_FRAGMENT))
		return;
	for (size_t i = 0; i < flow->n_given; i++) {
		const struct flow_field *f = &flow_fields[flow->given[i]];

		if (!f->need_proto || !f->attr || !flow_field_any(f, &m->mask))
			continue;
		if (frag_mask & FLOW_FRAG_FIRST && !(frag & FLOW_FRAG_FIRST))
			reason_add(t->reasons, REASON_KEY_CONFLICT, 0,
				   "%s with frag=later", f->name);
		else if (flow_field_get(f, &t->out->match.key))
			return;
		else
			zero = f;
	}
	if (zero)
		reason_add(t->reasons, REASON_KEY_CONFLICT, 0,
			   "%s=0 without frag=no", zero->name);
}

/*
 * Of a later fragment, Open vSwitch sees protocol 44 where the dissector sees
 * what follows it; of the authentication header (51) it is the other way round.
 */
static void check_ipv6(struct odp_translation *t)
{
	const struct flow_match *m = &t->flow->match;
	uint32_t frag = ntohl(m->key.ip_flags_be & m->mask.ip_flags_be);

	if (frag & FLOW_FRAG_IS_FRAGMENT ||
	    (m->mask.ip_proto && m->key.ip_proto == IPPROTO_FRAGMENT))
		reason_add(t->reasons, REASON_KEY_UNSUPPORTED, 0,
			   "ipv6 frag");
	else if (m->mask.ip_proto &&
		 !(ntohl(m->mask.ip_flags_be) & FLOW_FRAG_IS_FRAGMENT))
		reason_add(t->reasons, REASON_KEY_CONFLICT, 0,
			   "ipv6 proto without frag=no");
	if (m->mask.ip_proto && m->key.ip_proto == IPPROTO_AH)
		reason_add(t->reasons, REASON_KEY_UNSUPPORTED, 0,
			   "ipv6 proto=51");
}

/*
 * The dissector of the kernel drops out at any ARP operation but 1 and 2 and
 * leaves zeros: reverse ARP is not seen at all, and a match on nothing but
 * zeros would take the other operations too.
 */
static void check_arp(struct odp_translation *t, uint16_t l3)
{
	const struct odp_flow *flow = t->flow;
	const struct flow_field *zero = NULL;

	for (size_t i = 0; i < flow->n_given; i++) {
		const struct flow_field *f = &flow_fields[flow->given[i]];

		if (f->need != FLOW_NEED_ARP ||
		    !flow_field_any(f, &flow->match.mask))
			continue;
		if (l3 == ETH_P_RARP) {
			reason_add(t->reasons, REASON_KEY_UNSUPPORTED, 0,
				   "rarp");
			return;
		}
		if (flow_field_any(f, &t->out->match.key))
			return;
		zero = f;
	}
	if (zero)
		reason_add(t->reasons, REASON_KEY_CONFLICT, 0,
			   "%s=0 without arp_op", zero->name);
}

/*
 * The datapath matches "no tag" where a flow has no vlan(), the inner one as
 * well as the outer.  An ethertype says it too; without one nothing does.
 */
static void check_untagged(struct odp_translation *t)
{
	const struct odp_flow *flow = t->flow;
	const struct flow_key *mask = &flow->match.mask;

	if (flow->cvlan_present)
		return;
	if (!(flow->vlan_present ? mask->vlan_eth_type_be : mask->eth_type_be))
		reason_add(t->reasons, REASON_MASK_UNSUPPORTED, 0,
			   flow->vlan_present ? "inner eth_type (any)" :
						"eth_type (any)");
}

/*
 * 802.2 frames, which have a length there and no type, are printed as
 * eth_type(0/0xffff).
 */
static bool is_length(uint16_t type_be, uint16_t mask_be)
{
	return mask_be && ntohs(type_be) < ETH_TYPE_MIN;
}

static void check_tags(struct odp_translation *t)
{
	const struct odp_flow *flow = t->flow;
	const struct flow_key *k = &flow->match.key;
	uint16_t outer = ntohs(k->eth_type_be);

	if (flow->vlan_present && !flow_is_tpid(k->eth_type_be))
		reason_add(t->reasons, REASON_KEY_CONFLICT, 0,
			   "vlan with eth_type 0x%04x", outer);
	if (flow->cvlan_present && !flow_is_tpid(k->vlan_eth_type_be))
		reason_add(t->reasons, REASON_KEY_CONFLICT, 0,
			   "inner vlan with eth_type 0x%04x",
			   ntohs(k->vlan_eth_type_be));
	if (!flow->vlan_present && flow->match.mask.eth_type_be &&
	    flow_is_tpid(k->eth_type_be))
		reason_add(t->reasons, REASON_KEY_CONFLICT, 0,
			   "eth_type 0x%04x without vlan", outer);
}

static void check_types(struct odp_translation *t)
{
	const struct flow_match *m = &t->flow->match;
	uint16_t l3 = flow_match_l3_type(m);

	if (is_length(m->key.eth_type_be, m->mask.eth_type_be) ||
	    is_length(m->key.vlan_eth_type_be, m->mask.vlan_eth_type_be) ||
	    is_length(m->key.cvlan_eth_type_be, m->mask.cvlan_eth_type_be))
		reason_add(t->reasons, REASON_KEY_UNSUPPORTED, 0,
			   "eth_type of 802.2");
	check_tags(t);
	check_untagged(t);
	check_l4(t);
	if (l3 == ETH_P_IPV6)
		check_ipv6(t);
	else if (l3 == ETH_P_ARP || l3 == ETH_P_RARP)
		check_arp(t, l3);
}

/* Whoever made the flow has named what it matches; if not, it is refused. */
static void refuse_left(struct odp_translation *t)
{
	static const struct flow_key none;

	if (memcmp(&t->left, &none, sizeof(none)) == 0)
		return;
	for (size_t row = 0; row < flow_n_fields; row++) {
		const struct flow_field *f = &flow_fields[row];

		if (!flow_field_any(f, &t->left))
			continue;
		if (f->need & FLOW_NEED_MPLS)
			reason_add(t->reasons, REASON_KEY_DEPTH, 0, "mpls");
		else
			reason_add(t->reasons, REASON_KEY_UNSUPPORTED, 0, "%s",
				   f->name);
		odp_translate_clear_left(t, f);
	}
}

static void translate_rows(struct odp_translation *t)
{
	const struct odp_flow *flow = t->flow;
	bool tunnel = false;

	t->has = flow_match_has(&flow->match);
	bulk_copy(&t->left, &flow->match.mask, sizeof(t->left));
	bulk_clear(&t->out->match, sizeof(t->out->match));
	for (size_t i = 0; i < flow->n_given; i++) {
		const struct flow_field *f = &flow_fields[flow->given[i]];

		if (odp_translate_is_tunnel(f))
			tunnel = true;
		else if (flow_field_any(f, &flow->match.mask))
			take_row(t, f);
	}
	if (tunnel)
		odp_translate_tunnel(t);
	refuse_left(t);
}

static void translate_place(struct odp_translation *t)
{
	const struct flow_match *m = &t->flow->match;
	struct rule *out = t->out;

	memset(out, 0, offsetof(struct rule, match));
	out->dev = t->flow->in_port;
	out->hook = t->in_kind == PORT_KIND_INTERNAL ? RULE_EGRESS :
						       RULE_INGRESS;
	out->policy = RULE_BEST_EFFORT;
	out->protocol_be = m->mask.eth_type_be ? m->key.eth_type_be :
						 htons(ETH_P_ALL);
}

static void translate_match(struct odp_translation *t)
{
	const struct odp_flow *flow = t->flow;

	translate_place(t);
	if (flow->in_port.no == PORT_NO_NONE && !flow->in_port.name[0])
		reason_add(t->reasons, REASON_MASK_UNSUPPORTED, 0,
			   "in_port (not given)");
	for (size_t i = 0; i < flow->refused.n; i++)
		reason_add(t->reasons, flow->refused.reasons[i].code, 0, "%s",
			   flow->refused.reasons[i].subject);
	translate_rows(t);
	check_types(t);
	t->packet.l3 = flow_match_l3_type(&flow->match);
	t->packet.n_tags = flow->cvlan_present ? 2 : flow->vlan_present;
}

int odp_translate(const struct odp_flow *flow,
		  const struct port_resolver *ports, struct rule *out,
		  struct reason_list *reasons)
{
	size_t before = reasons->n;
	struct odp_translation t;

	memset(&t, 0, offsetof(struct odp_translation, left));
	t.flow = flow;
	t.ports = ports;
	t.out = out;
	t.reasons = reasons;
	t.in_kind = odp_translate_kind(&t, &flow->in_port);
	t.packet.tunnel = port_kind_is_tunnel(t.in_kind);
	translate_match(&t);
	odp_translate_actions(&t);
	return reasons->n > before ? -EOPNOTSUPP : 0;
}
