/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tunnels: what the outer headers were becomes enc_* keys, and set(tunnel())
 * becomes a tunnel_key action.
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
 * does have.  For the same reason df of set(tunnel()) goes only to kernels
 * that know it (6.4; told by the same probe): before, act_tunnel_key sends
 * without, as it does for Open vSwitch.  The packet inside is the same.
 */
#include <arpa/inet.h>
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/cleanup.h"
#include "common/flow/odp_translate.h"
#include "common/flow/uapi.h"

#define AT(member) offsetof(struct flow_key, member)
#define VSWITCHD_FLAGS (FLOW_TUN_DF | FLOW_TUN_CSUM | FLOW_TUN_KEY)
#define GENEVE_HEADER 4        /* of an option, before its data */
#define GENEVE_WORDS 0x1f      /* of the last byte of that header */

bool odp_translate_is_tunnel(const struct flow_field *f)
{
	return f->odp_group && strcmp(f->odp_group, "tunnel") == 0;
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

/* Options follow each other, and flower wants data in each. */
static bool are_options_whole(const struct flow_opts *opts)
{
	size_t at = 0, size;

	for (; at + GENEVE_HEADER <= opts->len; at += size) {
		size = GENEVE_HEADER +
		       4U * (opts->data[at + 3] & GENEVE_WORDS);
		if (size == GENEVE_HEADER)
			return false;
	}
	return at == opts->len;
}

/*
 * Flower compares the length of all options only in the bits that it has, so
 * a longer list of options that begins so may match as well; Open vSwitch
 * offloads them nevertheless, and no control plane sends such lists.
 */
static void take_geneve(struct odp_translation *t, const struct flow_field *f)
{
	const struct flow_match *m = &t->flow->match;

	if (!are_options_whole(&m->key.enc_geneve))
		refuse_key(t, "geneve(len=0)");
	else if (m->mask.enc_geneve.len != m->key.enc_geneve.len)
		reason_add(t->reasons, REASON_MASK_UNSUPPORTED, 0,
			   "geneve_len");
	if (port_kind_is_tunnel(t->in_kind) && t->in_kind != PORT_KIND_GENEVE)
		reason_add(t->reasons, REASON_KEY_CONFLICT, 0,
			   "tunnel(geneve) on a port of another kind");
	odp_translate_take(t, f);
}

static void take_erspan(struct odp_translation *t, const struct flow_field *f)
{
	if (!flow_field_exact(f, &t->flow->match.mask))
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

/*
 * set(tunnel())
 */

static void refuse_set(struct odp_translation *t, const char *name)
{
	reason_add(t->reasons, REASON_ACTION_UNSUPPORTED, 0, "%s", name);
}

static void set_id(struct odp_translation *t, struct rule_tunnel *tun,
		   const void *value)
{
	uint64_t id_be, id;

	memcpy(&id_be, value, sizeof(id_be));
	id = be64toh(id_be);
	if (id > UINT32_MAX)
		refuse_set(t, "set(tunnel(tun_id over 32 bits))");
	tun->id_be = htonl((uint32_t)id);
	tun->has |= RULE_TUNNEL_ID;
}

static void set_flags(struct odp_translation *t, struct rule_tunnel *tun,
		      const void *value)
{
	uint32_t flags;

	memcpy(&flags, value, sizeof(flags));
	if (flags & ~(uint32_t)VSWITCHD_FLAGS)
		refuse_set(t, "set(tunnel(flags(oam)))");
	if (flags & FLOW_TUN_CSUM)
		tun->no_csum = false;
	if (flags & FLOW_TUN_DF && t->ports && t->ports->keeps_tunnel_flags)
		tun->has |= RULE_TUNNEL_NO_FRAG;
}

static void set_geneve(struct odp_translation *t, struct rule_tunnel *tun,
		       const void *value)
{
	memcpy(&tun->geneve, value, sizeof(tun->geneve));
	if (!are_options_whole(&tun->geneve))
		refuse_set(t, "set(tunnel(geneve(len=0)))");
	if (tun->geneve.len)
		tun->has |= RULE_TUNNEL_GENEVE;
}

static void set_tp_src(struct odp_translation *t, struct rule_tunnel *tun,
		       const void *value)
{
	(void)tun;
	(void)value;
	refuse_set(t, "tnl-tp_src");
}

static void set_gtpu(struct odp_translation *t, struct rule_tunnel *tun,
		     const void *value)
{
	(void)tun;
	(void)value;
	refuse_set(t, "set(tunnel(gtpu))");
}

/* Copied as it is; zero says "as usual" of those that are optional. */
static const struct {
	size_t from, to, size;
	uint16_t has;
	bool even_if_zero;
} tunnel_members[] = {
#define MEMBER(a, b, bit, zero) \
	{ AT(a), offsetof(struct rule_tunnel, b), \
	  sizeof(((struct rule_tunnel *)0)->b), RULE_TUNNEL_##bit, zero }
	MEMBER(enc_ipv4_src_be, ipv4_src_be, IPV4_SRC, true),
	MEMBER(enc_ipv4_dst_be, ipv4_dst_be, IPV4_DST, false),
	MEMBER(enc_ipv6_src, ipv6_src, IPV6_SRC, true),
	MEMBER(enc_ipv6_dst, ipv6_dst, IPV6_DST, false),
	MEMBER(enc_ip_tos, tos, TOS, false),
	MEMBER(enc_ip_ttl, ttl, TTL, false),
	MEMBER(enc_tp_dst_be, tp_dst_be, TP_DST, false),
	MEMBER(enc_vxlan_gbp, vxlan_gbp, VXLAN, true),
	MEMBER(enc_erspan_ver, erspan_ver, ERSPAN, true),
	MEMBER(enc_erspan_index_be, erspan_index_be, ERSPAN, true),
	MEMBER(enc_erspan_dir, erspan_dir, ERSPAN, true),
	MEMBER(enc_erspan_hwid, erspan_hwid, ERSPAN, true),
#undef MEMBER
};

static const struct {
	size_t offset;
	void (*set)(struct odp_translation *t, struct rule_tunnel *tun,
		    const void *value);
} tunnel_setters[] = {
	{ AT(tun_id_be), set_id },
	{ AT(tun_flags), set_flags },
	{ AT(enc_geneve), set_geneve },
	{ AT(enc_tp_src_be), set_tp_src },
	{ AT(gtpu_flags), set_gtpu },
	{ AT(gtpu_msgtype), set_gtpu },
};

static void set_member(struct rule_tunnel *tun, size_t offset,
		       const uint8_t *value)
{
	for (size_t i = 0; i < ARRAY_LEN(tunnel_members); i++) {
		uint8_t *to = (uint8_t *)tun + tunnel_members[i].to;
		bool zero = true;

		if (tunnel_members[i].from != offset)
			continue;
		memcpy(to, value, tunnel_members[i].size);
		for (size_t j = 0; j < tunnel_members[i].size; j++)
			zero = zero && !value[j];
		if (!zero || tunnel_members[i].even_if_zero)
			tun->has |= tunnel_members[i].has;
	}
}

static void set_field(struct odp_translation *t, struct rule_tunnel *tun,
		      const struct odp_set_field *field)
{
	size_t offset = flow_fields[field->row].offset;

	for (size_t i = 0; i < ARRAY_LEN(tunnel_setters); i++)
		if (tunnel_setters[i].offset == offset) {
			tunnel_setters[i].set(t, tun, field->bytes);
			return;
		}
	set_member(tun, offset, field->bytes);
}

/* One family, source and destination both, as act_tunnel_key wants it. */
static void settle_addresses(struct odp_translation *t,
			     struct rule_tunnel *tun)
{
	bool v4 = tun->has & RULE_TUNNEL_IPV4_DST;
	bool v6 = tun->has & RULE_TUNNEL_IPV6_DST;

	if (v4 == v6)
		refuse_set(t, v4 ? "set(tunnel(dst, ipv6_dst))" :
				   "set(tunnel()) without dst");
	tun->has &= (uint16_t)~(RULE_TUNNEL_IPV4_SRC | RULE_TUNNEL_IPV6_SRC);
	tun->has |= v4 ? RULE_TUNNEL_IPV4_SRC : RULE_TUNNEL_IPV6_SRC;
	if (v4)
		memset(tun->ipv6_src, 0, sizeof(tun->ipv6_src));
	else
		tun->ipv4_src_be = 0;
}

void odp_translate_set_tunnel(struct odp_translation *t,
			      const struct odp_action *a)
{
	const struct odp_set_field *field = NULL;
	struct rule_action *out;
	struct rule_tunnel *tun;

	odp_translate_release(t);
	out = odp_translate_add(t, RULE_ACTION_TUNNEL_KEY);
	out->tunnel_key.set = true;
	t->packet.encapped = true;
	t->packet.changed = true;
	tun = odp_translate_add_data(t, out, sizeof(*tun));
	if (!tun)
		return;
	tun->no_csum = true;
	tun->has = RULE_TUNNEL_NO_CSUM;
	while ((field = odp_set_next(t->flow, a, field)))
		set_field(t, tun, field);
	settle_addresses(t, tun);
}
