/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * set(tunnel()) as a tunnel_key action.
 *
 * df goes only to kernels that know it (6.4; told by the probe for flags of
 * tunnels).  Before, act_tunnel_key sends without, as it does for Open vSwitch,
 * whose tunnels have df unless told otherwise: to refuse it would be to refuse
 * every tunnel.  The packet inside is the same.
 */
#include <arpa/inet.h>
#include <endian.h>
#include <string.h>

#include "common/base/cleanup.h"
#include "common/flow/odp_translate.h"

#define AT(member) offsetof(struct flow_key, member)
#define SETTABLE_FLAGS (FLOW_TUN_DF | FLOW_TUN_CSUM | FLOW_TUN_KEY)
#define GENEVE_HEADER 4        /* of an option, before its data */
#define GENEVE_WORDS 0x1f      /* of the last byte of that header */

bool odp_translate_has_whole_options(const struct flow_opts *opts)
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
	if (flags & ~(uint32_t)SETTABLE_FLAGS)
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
	if (!odp_translate_has_whole_options(&tun->geneve))
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

/* A packet has options of one kind; of ERSPAN, tc says all parts. */
static void settle_options(struct odp_translation *t, struct rule_tunnel *tun)
{
	uint16_t options = tun->has & (RULE_TUNNEL_GENEVE |
				       RULE_TUNNEL_VXLAN |
				       RULE_TUNNEL_ERSPAN);

	if (options & (options - 1))
		refuse_set(t, "set(tunnel()) with options of two kinds");
	if (!(options & RULE_TUNNEL_ERSPAN))
		return;
	if (tun->erspan_ver != 1 && tun->erspan_ver != 2)
		refuse_set(t, "set(tunnel(erspan(ver)))");
	if (tun->erspan_ver == 1)
		tun->erspan_dir = tun->erspan_hwid = 0;
	else
		tun->erspan_index_be = 0;
	tun->erspan_has = RULE_ERSPAN_VER | RULE_ERSPAN_INDEX |
			  RULE_ERSPAN_DIR | RULE_ERSPAN_HWID;
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
	settle_options(t, tun);
}
