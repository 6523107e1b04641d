/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From a tc rule back to the datapath flow: the entrance, and the key.  What
 * odp_translate() makes of the flow is the rule again, if nothing is left.
 */
#include "common/flow/odp_from_rule.h"

#include <arpa/inet.h>
#include <endian.h>
#include <linux/if_ether.h>
#include <string.h>

#include "common/base/cleanup.h"
#include "common/flow/odp_group.h"
#include "common/flow/odp_translate.h"
#include "common/flow/uapi.h"

#define AT(member) offsetof(struct flow_key, member)

/* tc may match one bit of a fragment alone, for which ODP has no word. */
static bool has_frag_word(const struct flow_match *m)
{
	uint32_t key = ntohl(m->key.ip_flags_be);
	uint32_t mask = ntohl(m->mask.ip_flags_be);

	return (mask == FLOW_FRAG_IS_FRAGMENT && !key) ||
	       (mask == (FLOW_FRAG_IS_FRAGMENT | FLOW_FRAG_FIRST) &&
		key & FLOW_FRAG_IS_FRAGMENT);
}

static bool has_deeper_label(const struct flow_match *m)
{
	return flow_mask_any(&m->mask, AT(mpls[1]),
			     sizeof(m->mask.mpls) - sizeof(m->mask.mpls[0]));
}

/* Said in other words, or by a row of its own storage. */
static bool is_renamed(const struct flow_field *f)
{
	static const size_t renamed[] = {
		AT(enc_key_id_be), AT(enc_flags_be), AT(ct_state),
		AT(eth_type_be), AT(vlan_eth_type_be), AT(cvlan_eth_type_be),
	};

	for (size_t i = 0; i < ARRAY_LEN(renamed); i++)
		if (renamed[i] == f->offset)
			return true;
	return false;
}

bool odp_from_rule_has_key(const struct flow_field *f,
			   const struct flow_match *m)
{
	if (f->kind == FLOW_KIND_FRAG)
		return has_frag_word(m);
	if (f->kind == FLOW_KIND_MPLS_OPTS)
		return !has_deeper_label(m);
	return f->odp_group || is_renamed(f);
}

/*
 * Fields that the datapath has in another form
 */

static void say_tunnel_flags(struct flow_match *m)
{
	static const struct {
		uint32_t odp, tc;
	} bits[] = {
		{ FLOW_TUN_DF, UAPI_TUNNEL_DONT_FRAGMENT },
		{ FLOW_TUN_CSUM, UAPI_TUNNEL_CSUM },
		{ FLOW_TUN_OAM, UAPI_TUNNEL_OAM },
		{ FLOW_TUN_CRIT, UAPI_TUNNEL_CRIT_OPT },
	};

	for (size_t i = 0; i < ARRAY_LEN(bits); i++) {
		if (m->mask.enc_flags_be & htonl(bits[i].tc))
			m->mask.tun_flags |= bits[i].odp;
		if (m->key.enc_flags_be & htonl(bits[i].tc))
			m->key.tun_flags |= bits[i].odp;
	}
	m->key.enc_flags_be = m->mask.enc_flags_be = 0;
}

static void say_tunnel_id(struct flow_match *m)
{
	if (!m->mask.enc_key_id_be)
		return;
	m->key.tun_id_be = htobe64(ntohl(m->key.enc_key_id_be));
	m->mask.tun_id_be = UINT64_MAX;
	/* Zero is also what a packet without a key has. */
	if (m->key.enc_key_id_be) {
		m->key.tun_flags |= FLOW_TUN_KEY;
		m->mask.tun_flags |= FLOW_TUN_KEY;
	}
	m->key.enc_key_id_be = m->mask.enc_key_id_be = 0;
}

static void say_ct_state(struct flow_match *m)
{
	for (size_t i = 0; i < ODP_N_CT_BITS; i++) {
		if (m->mask.ct_state & odp_ct_bits[i].tc)
			m->mask.dp_ct_state |= odp_ct_bits[i].odp;
		if (m->key.ct_state & odp_ct_bits[i].tc)
			m->key.dp_ct_state |= odp_ct_bits[i].odp;
	}
	m->key.ct_state = m->mask.ct_state = 0;
}

static void say_match(struct odp_reversal *r)
{
	struct flow_match *m = &r->out->match;

	*m = r->rule->match;
	m->key.recirc_id = r->rule->chain;
	m->mask.recirc_id = UINT32_MAX;
	say_tunnel_id(m);
	say_tunnel_flags(m);
	say_ct_state(m);
}

/*
 * The rows, in the order of the table, with the port behind the chain and each
 * tag around what follows it.
 */

static void give(struct odp_reversal *r, size_t row)
{
	if (odp_give(r->out, row) < 0)
		reason_add(r->left, REASON_KEY_UNSUPPORTED, 0, "%s",
			   flow_fields[row].name);
}

static void show(struct odp_reversal *r, unsigned int what, unsigned int form,
		 uint32_t at)
{
	if (odp_show(r->out, what, form, at) < 0)
		reason_add(r->left, REASON_KEY_UNSUPPORTED, 0, "encap");
}

static bool is_tag(const struct flow_match *m, size_t offset)
{
	uint16_t type, mask;

	memcpy(&type, (const char *)&m->key + offset, sizeof(type));
	memcpy(&mask, (const char *)&m->mask + offset, sizeof(mask));
	return mask == UINT16_MAX && flow_is_tpid(type);
}

static bool gives_any(const struct odp_reversal *r, uint8_t need)
{
	for (size_t row = 0; row < flow_n_fields; row++)
		if (flow_fields[row].need == need &&
		    flow_fields[row].odp_group &&
		    flow_field_any(&flow_fields[row], &r->out->match.mask))
			return true;
	return false;
}

static void open_tag(struct odp_reversal *r, uint8_t need)
{
	size_t row = 0;

	while (flow_fields[row].need != need || !flow_fields[row].odp_group)
		row++;
	if (!gives_any(r, need)) {
		show(r, (unsigned int)row, ODP_FORM_EMPTY, 0);
		return;
	}
	for (; row < flow_n_fields && flow_fields[row].need == need; row++)
		if (flow_fields[row].odp_group &&
		    flow_field_any(&flow_fields[row], &r->out->match.mask))
			give(r, row);
}

static void give_types(struct odp_reversal *r, unsigned int *n_tags)
{
	const struct flow_match *m = &r->out->match;

	*n_tags = 0;
	give(r, odp_group_eth_type(0));
	if (!is_tag(m, AT(eth_type_be)))
		return;
	*n_tags = 1;
	r->out->vlan_present = true;
	open_tag(r, FLOW_NEED_VLAN);
	show(r, ODP_SHOWN_ENCAP, 0, 0);
	give(r, odp_group_eth_type(1));
	if (!is_tag(m, AT(vlan_eth_type_be)))
		return;
	*n_tags = 2;
	r->out->cvlan_present = true;
	open_tag(r, FLOW_NEED_CVLAN);
	show(r, ODP_SHOWN_ENCAP, 0, 0);
	give(r, odp_group_eth_type(2));
}

/* Also tos of a tunnel, for a rule that says nothing of it. */
static bool is_given(const struct odp_reversal *r, const struct flow_field *f)
{
	const struct flow_match *m = &r->out->match;

	if (!f->odp_group || f->need & (FLOW_NEED_VLAN | FLOW_NEED_CVLAN))
		return false;
	if (f->offset == AT(enc_ip_tos))
		return m->mask.tun_flags & FLOW_TUN_KEY || m->mask.enc_ip_tos;
	return flow_field_any(f, &m->mask) && flow_field_applies(f, m) &&
	       odp_from_rule_has_key(f, m);
}

static void give_rows(struct odp_reversal *r)
{
	unsigned int n_tags = 0;

	for (size_t row = 0; row < flow_n_fields; row++) {
		const struct flow_field *f = &flow_fields[row];

		if (row == odp_group_eth_type(0))
			give_types(r, &n_tags);
		else if (is_given(r, f))
			give(r, row);
		if (f->offset == AT(recirc_id) && !r->rule->block)
			show(r, ODP_SHOWN_IN_PORT, 0, UINT32_MAX);
		if (f->odp_group && strcmp(f->odp_group, "eth") == 0 &&
		    flow_field_any(f, &r->out->match.mask))
			r->out->has_eth = true;
	}
	while (n_tags--)
		show(r, ODP_SHOWN_ENCAP_END, 0, 0);
}

/*
 * What is left
 */

static void leave(struct odp_reversal *r, bool left, const char *what)
{
	if (left)
		reason_add(r->left, REASON_KEY_UNSUPPORTED, 0, "%s", what);
}

static void leave_keys(struct odp_reversal *r)
{
	const struct flow_match *m = &r->rule->match;
	struct flow_rows rows;

	(void)flow_match_rows(m, &rows);
	for (size_t row = 0; (row = flow_rows_next(&rows, row)) < flow_n_fields;
	     row++) {
		const struct flow_field *f = &flow_fields[row];

		if (f->tc && !odp_from_rule_has_key(f, m))
			leave(r, true, f->name);
	}
	leave(r, r->rule->block, "block");
	leave(r, r->rule->classid, "classid");
	leave(r, r->rule->protocol_be != (m->mask.eth_type_be ?
					  m->key.eth_type_be :
					  htons(ETH_P_ALL)), "protocol");
}

static bool is_from_tunnel(const struct odp_flow *flow)
{
	const struct flow_key *mask = &flow->match.mask;

	return port_kind_is_tunnel(port_kind_of_name(flow->in_port.name)) ||
	       flow_mask_any(mask, AT(tun_id_be), sizeof(mask->tun_id_be)) ||
	       flow_mask_any(mask, AT(enc_ipv4_src_be),
			     AT(enc_flags_be) - AT(enc_ipv4_src_be));
}

void odp_from_rule_words(const struct rule *rule, struct odp_flow *out,
			 struct reason_list *left, bool words)
{
	struct odp_reversal r = {
		.rule = rule, .out = out, .left = left, .words = words,
	};

	odp_flow_clear(out);
	out->in_port = rule->dev;
	say_match(&r);
	give_rows(&r);
	leave_keys(&r);
	r.tunnel = is_from_tunnel(out);
	odp_from_rule_actions(&r);
}

void odp_from_rule(const struct rule *rule, struct odp_flow *out,
		   struct reason_list *left)
{
	odp_from_rule_words(rule, out, left, false);
}
