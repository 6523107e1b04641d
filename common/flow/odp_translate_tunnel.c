/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The match of tunnel(): what the outer headers were becomes enc_* keys.
 *
 * About flags(-df-csum+key), which ovs-vswitchd puts into every flow from a
 * tunnel.  key is what enc_key_id says.  df and csum need enc_flags, which
 * flower has since Linux 6.11; before, a rule cannot see these bits.  There
 * they are let go if both are matched together with key, as vswitchd does it
 * and nobody else: OpenFlow has no field for them, so no flow table can treat
 * packets that differ in nothing else in two ways, and whatever such a rule
 * takes beyond its flow gets the actions that its own flow would have had.
 * (Newer Open vSwitch has stopped to match them: tnl_wc_init(), tunnel.c.)
 * Any other match on them is refused, and so are oam and crit, which OpenFlow
 * does have.
 */
#include <arpa/inet.h>
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/cleanup.h"
#include "common/flow/conflict.h"
#include "common/flow/odp_translate.h"
#include "common/flow/uapi.h"

#define AT(member) offsetof(struct flow_key, member)
#define VSWITCHD_FLAGS (FLOW_TUN_DF | FLOW_TUN_CSUM | FLOW_TUN_KEY)

bool odp_translate_is_tunnel(const struct flow_field *f)
{
	return f->odp_group && f->odp_group[0] == 't' &&
	       strcmp(f->odp_group, "tunnel") == 0;
}

/*
 * Match
 */

static void refuse_key(struct odp_translation *t, const char *name)
{
	reason_add(t->reasons, REASON_KEY_UNSUPPORTED, 0, "tunnel(%s)", name);
}

static void take_id(struct odp_translation *t, const struct flow_field *f)
{
	const struct flow_match *m = &t->flow->match;
	uint64_t id = be64toh(m->key.tun_id_be);

	(void)f;
	if (m->mask.tun_id_be != UINT64_MAX)
		reason_add(t->reasons, REASON_MASK_UNSUPPORTED, 0, "tun_id");
	else if (id > UINT32_MAX)
		refuse_key(t, "tun_id over 32 bits");
	t->out->match.key.enc_key_id_be = htonl((uint32_t)id);
	t->out->match.mask.enc_key_id_be = UINT32_MAX;
}

/*
 * Packets of VXLAN and Geneve always have a key.  Those of GRE may have none,
 * and are then seen as having key 0.
 */
static bool is_key_certain(const struct odp_translation *t)
{
	const struct flow_match *m = &t->flow->match;

	if (!(m->key.tun_flags & FLOW_TUN_KEY))
		return false;
	return t->in_kind == PORT_KIND_VXLAN ||
	       t->in_kind == PORT_KIND_GENEVE ||
	       (m->mask.tun_id_be == UINT64_MAX && m->key.tun_id_be);
}

static const struct tunnel_flag {
	uint32_t odp, tc;
	const char *yes, *no;
} tunnel_flags[] = {
	{ FLOW_TUN_DF, UAPI_TUNNEL_DONT_FRAGMENT, "flags(+df)", "flags(-df)" },
	{ FLOW_TUN_CSUM, UAPI_TUNNEL_CSUM, "flags(+csum)", "flags(-csum)" },
	{ FLOW_TUN_OAM, UAPI_TUNNEL_OAM, "flags(+oam)", "flags(-oam)" },
	{ FLOW_TUN_CRIT, UAPI_TUNNEL_CRIT_OPT, "flags(+crit)",
	  "flags(-crit)" },
};

static void take_flags(struct odp_translation *t, const struct flow_field *f)
{
	const struct flow_match *m = &t->flow->match;
	struct flow_match *out = &t->out->match;
	uint32_t mask = m->mask.tun_flags;
	uint32_t ignored = (mask & VSWITCHD_FLAGS) == VSWITCHD_FLAGS ?
				   FLOW_TUN_DF | FLOW_TUN_CSUM : 0;

	(void)f;
	if (mask & FLOW_TUN_KEY && !is_key_certain(t))
		refuse_key(t, m->key.tun_flags & FLOW_TUN_KEY ?
				      "flags(+key) and tun_id=0" :
				      "flags(-key)");
	for (size_t i = 0; i < ARRAY_LEN(tunnel_flags); i++) {
		const struct tunnel_flag *flag = &tunnel_flags[i];
		bool set = m->key.tun_flags & flag->odp;

		if (!(mask & flag->odp))
			continue;
		if (t->ports && t->ports->keeps_tunnel_flags) {
			out->mask.enc_flags_be |= htonl(flag->tc);
			out->key.enc_flags_be |= set ? htonl(flag->tc) : 0;
		} else if (!(ignored & flag->odp)) {
			refuse_key(t, set ? flag->yes : flag->no);
		}
	}
}

/*
 * Flower compares the length of all options only in the bits that it has, so
 * a longer list of options that begins so may match as well; Open vSwitch
 * offloads them nevertheless, and no control plane sends such lists.
 */
static void take_geneve(struct odp_translation *t, const struct flow_field *f)
{
	const struct flow_match *m = &t->flow->match;

	if (!odp_translate_has_whole_options(&m->key.enc_geneve))
		refuse_key(t, "geneve(len=0)");
	else if (m->mask.enc_geneve.len != m->key.enc_geneve.len)
		reason_add(t->reasons, REASON_MASK_UNSUPPORTED, 0,
			   "geneve_len");
	if (port_kind_is_tunnel(t->in_kind) && t->in_kind != PORT_KIND_GENEVE)
		reason_add(t->reasons, REASON_KEY_CONFLICT, 0,
			   "tunnel(geneve) on a port of another kind");
	odp_translate_take(t, f);
}

/* Of bits that no packet has, the kernel forgets value and mask. */
static void take_gbp(struct odp_translation *t, const struct flow_field *f)
{
	const struct flow_match *m = &t->flow->match;

	if (flow_field_get(f, &m->key) & flow_field_get(f, &m->mask) &
	    ~flow_field_kept(f))
		refuse_key(t, "vxlan(gbp(flags))");
	odp_translate_take(t, f);
	flow_field_settle(f, &t->out->match);
}

static void take_erspan(struct odp_translation *t, const struct flow_field *f)
{
	const struct flow_match *m = &t->flow->match;

	if (!flow_field_applies_to(f, m, t->has))
		conflict_add(t->reasons, f, m);
	else if (!flow_field_exact(f, &m->mask))
		reason_add(t->reasons, REASON_MASK_UNSUPPORTED, 0, "%s",
			   f->name);
	odp_translate_take(t, f);
}

static void take_gtpu(struct odp_translation *t, const struct flow_field *f)
{
	(void)f;
	refuse_key(t, "gtpu");
}

static const struct {
	size_t offset;
	void (*take)(struct odp_translation *t, const struct flow_field *f);
} tunnel_rows[] = {
	{ AT(tun_id_be), take_id },
	{ AT(tun_flags), take_flags },
	{ AT(enc_geneve), take_geneve },
	{ AT(enc_vxlan_gbp), take_gbp },
	{ AT(enc_erspan_ver), take_erspan },
	{ AT(enc_erspan_index_be), take_erspan },
	{ AT(enc_erspan_dir), take_erspan },
	{ AT(enc_erspan_hwid), take_erspan },
	{ AT(gtpu_flags), take_gtpu },
	{ AT(gtpu_msgtype), take_gtpu },
};

static void take_tunnel_row(struct odp_translation *t,
			    const struct flow_field *f)
{
	for (size_t i = 0; i < ARRAY_LEN(tunnel_rows); i++)
		if (tunnel_rows[i].offset == f->offset) {
			tunnel_rows[i].take(t, f);
			odp_translate_clear_left(t, f);
			return;
		}
	odp_translate_take(t, f);
}

/*
 * The port that packets came to is that of the device, which drivers want to
 * be told: of a UDP tunnel it is in the flow as dumped with -m, or in the name
 * that Open vSwitch gave the device.
 */
static uint16_t udp_port_be(const struct odp_translation *t)
{
	const char *digits = strrchr(t->flow->in_port.name, '_');
	char *end;
	long no;

	if (t->flow->match.key.enc_tp_dst_be)
		return t->flow->match.key.enc_tp_dst_be;
	if (!digits || port_kind_of_name(t->flow->in_port.name) != t->in_kind)
		return 0;
	no = strtol(digits + 1, &end, 10);
	return *end || no <= 0 || no > UINT16_MAX ? 0 : htons((uint16_t)no);
}

static void add_udp_port(struct odp_translation *t)
{
	struct flow_match *out = &t->out->match;
	uint16_t port_be;

	if (t->in_kind != PORT_KIND_VXLAN && t->in_kind != PORT_KIND_GENEVE)
		return;
	if (out->mask.enc_tp_dst_be)
		return;
	port_be = udp_port_be(t);
	if (!port_be)
		return;
	out->key.enc_tp_dst_be = port_be;
	out->mask.enc_tp_dst_be = UINT16_MAX;
}

/*
 * vswitchd matches all of tos in every flow from a tunnel, but a tos of zero is
 * no attribute of the key, so text and netlink have only the mask of it, and
 * text does not print that.  Flows that match key, as those do, and do not say
 * a word of tos are taken so: packets with another tos miss the rule and find
 * their own flow in the datapath.
 */
static void add_tos(struct odp_translation *t)
{
	const struct odp_flow *flow = t->flow;

	if (!(flow->match.mask.tun_flags & FLOW_TUN_KEY) ||
	    odp_translate_has_given(flow, AT(enc_ip_tos)))
		return;
	t->out->match.key.enc_ip_tos = 0;
	t->out->match.mask.enc_ip_tos = UINT8_MAX;
}

static void check_families(struct odp_translation *t)
{
	const struct flow_key *mask = &t->out->match.mask;
	bool v4 = mask->enc_ipv4_src_be || mask->enc_ipv4_dst_be;
	bool v6 = flow_mask_any(mask, AT(enc_ipv6_src), 16) ||
		  flow_mask_any(mask, AT(enc_ipv6_dst), 16);

	if (v4 && v6)
		reason_add(t->reasons, REASON_KEY_CONFLICT, 0,
			   "tunnel(src, dst) with tunnel(ipv6_src, ipv6_dst)");
}

void odp_translate_tunnel(struct odp_translation *t)
{
	const struct odp_flow *flow = t->flow;
	bool matched = false;

	for (size_t i = 0; i < flow->n_given; i++) {
		const struct flow_field *f = &flow_fields[flow->given[i]];

		if (!odp_translate_is_tunnel(f) ||
		    !flow_field_any(f, &flow->match.mask))
			continue;
		matched = true;
		take_tunnel_row(t, f);
	}
	if (!matched)
		return;
	t->packet.tunnel = true;
	check_families(t);
	add_udp_port(t);
	add_tos(t);
}
