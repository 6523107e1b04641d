/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Back to set() and ct(): pedit words become fields again, which is possible
 * if they write nothing but whole fields, or parts of them, of one header.
 */
#include <arpa/inet.h>
#include <endian.h>
#include <linux/tc_act/tc_ct.h>
#include <linux/tc_act/tc_pedit.h>
#include <string.h>

#include "common/base/cleanup.h"
#include "common/flow/odp_from_rule.h"
#include "common/flow/odp_translate.h"

#define AT(member) offsetof(struct flow_key, member)
#define HEADER_SIZE 40         /* IPv6 is the longest */

/* A header and which of its bits are written. */
struct header {
	uint8_t value[HEADER_SIZE], bits[HEADER_SIZE];
};

static bool add_key(struct header *h, const struct rule_pedit_key *k,
		    uint16_t htype)
{
	const uint8_t *value = (const uint8_t *)&k->value_be;
	const uint8_t *mask = (const uint8_t *)&k->mask_be;

	if (k->htype != htype || k->cmd != TCA_PEDIT_KEY_EX_CMD_SET || k->at ||
	    k->off_mask || k->shift || k->offset > HEADER_SIZE - 4)
		return false;
	for (unsigned int i = 0; i < 4; i++) {
		uint8_t bits = (uint8_t)~mask[i], *to = &h->value[k->offset + i];

		*to = (uint8_t)((*to & ~bits) | (value[i] & bits));
		h->bits[k->offset + i] |= bits;
	}
	return true;
}

static bool read_header(const struct rule *rule, const struct rule_action *a,
			struct header *h)
{
	const struct rule_pedit_key *keys = rule_data(rule, a);
	size_t n = a->data_size / sizeof(*keys);

	memset(h, 0, sizeof(*h));
	for (size_t i = 0; i < n; i++)
		if (!add_key(h, &keys[i], keys[0].htype))
			return false;
	return n && a->pedit.extended;
}

static void take(uint8_t *from, const struct odp_write *w, uint8_t *to)
{
	from += w->offset;
	if (w->shift) {
		to[0] = (uint8_t)(from[0] << w->shift |
				  from[1] >> (8 - w->shift));
		from[0] &= (uint8_t)~(0xff >> w->shift);
		from[1] &= (uint8_t)(0xff >> w->shift);
		return;
	}
	memcpy(to, from, w->size);
	memset(from, 0, w->size);
}

static bool any_bit(const uint8_t *p, size_t size)
{
	while (size--)
		if (*p++)
			return true;
	return false;
}

/* The row of a field in the set() of that group. */
static size_t find_row(const struct odp_write *w)
{
	size_t row = 0;

	for (; row < flow_n_fields; row++) {
		const struct flow_field *f = &flow_fields[row];

		if (f->odp_group && f->odp_name &&
		    strcmp(f->odp_group, w->group) == 0 &&
		    strcmp(f->odp_name, w->name) == 0)
			break;
	}
	return row;
}

/* All bits of a value in memory, as a mask of struct flow_key has them. */
static void fill_mask(const struct flow_field *f, uint8_t *to)
{
	struct flow_key mask;

	flow_field_set_exact(f, &mask);
	memcpy(to, (const uint8_t *)&mask + f->offset, f->size);
}

static bool add_field(struct odp_reversal *r, struct odp_action *set,
		      size_t row, const void *value, const void *mask)
{
	uint16_t size = flow_fields[row].size;
	size_t all = (sizeof(struct odp_set_field) + 2U * size + 3) &
		     ~(size_t)3;
	struct odp_set_field *to = odp_add_data(r->out, set, all);

	if (!to)
		return false;
	to->row = (uint16_t)row;
	to->size = size;
	memcpy(to->bytes, value, size);
	if (mask)
		memcpy(to->bytes + size, mask, size);
	else
		fill_mask(&flow_fields[row], to->bytes + size);
	return true;
}

static bool add_fields(struct odp_reversal *r, struct odp_action *set,
		       struct header *h, uint16_t htype)
{
	for (size_t i = 0; i < odp_n_writes; i++) {
		const struct odp_write *w = &odp_writes[i];
		uint8_t value[16], bits[16];

		if (w->htype != htype)
			continue;
		take(h->value, w, value);
		take(h->bits, w, bits);
		if (any_bit(bits, w->shift ? 1 : w->size) &&
		    !add_field(r, set, find_row(w), value, bits))
			return false;
	}
	return set->data_size && !any_bit(h->bits, sizeof(h->bits));
}

/* What could not be said in full is taken back. */
static bool settle(struct odp_reversal *r, uint32_t data_size, bool ok)
{
	if (!ok) {
		r->out->n_actions--;
		r->out->data_size = data_size;
	}
	return ok;
}

bool odp_from_rule_pedit(struct odp_reversal *r, const struct rule_action *a)
{
	const struct rule_pedit_key *first = rule_data(r->rule, a);
	uint32_t data_size = r->out->data_size;
	struct odp_action *set;
	struct header h;

	if (!read_header(r->rule, a, &h))
		return false;
	set = odp_add_action(r->out, ODP_SET);
	if (!set || !settle(r, data_size, add_fields(r, set, &h, first->htype)))
		return false;
	r->csum |= odp_translate_csum(&r->rule->match, first->htype);
	return true;
}

bool odp_from_rule_mpls(struct odp_reversal *r, const struct rule_action *a)
{
	uint32_t data_size = r->out->data_size;
	struct odp_action *set = odp_add_action(r->out, ODP_SET);
	bool ok = set && a->mpls.has;

	if (!set)
		return false;
	for (size_t i = 0; i < ODP_N_MPLS_MEMBERS; i++) {
		const struct odp_mpls_member *m = &odp_mpls_members[i];
		size_t row = 0;

		if (!(a->mpls.has & m->has))
			continue;
		while (flow_fields[row].offset != m->key ||
		       !flow_fields[row].odp_name)
			row++;
		ok = ok && add_field(r, set, row,
				     (const uint8_t *)a + m->action, NULL);
	}
	return settle(r, data_size, ok);
}

/*
 * set(tunnel())
 */

static bool add_tunnel_field(struct odp_reversal *r, struct odp_action *set,
			     size_t offset, const void *value)
{
	size_t row = 0;

	while (flow_fields[row].offset != offset ||
	       !odp_translate_is_tunnel(&flow_fields[row]))
		row++;
	return add_field(r, set, row, value, NULL);
}

static bool add_geneve(struct odp_reversal *r, struct odp_action *set,
		       const struct rule_tunnel *t)
{
	struct flow_opts mask = { .len = t->geneve.len };
	size_t row = 0;

	memset(mask.data, UINT8_MAX, t->geneve.len);
	for (size_t at = 0; at + 4 <= t->geneve.len;
	     at += 4U + 4U * (t->geneve.data[at + 3] & 0x1f))
		mask.data[at + 3] = t->geneve.data[at + 3];
	while (flow_fields[row].offset != AT(enc_geneve))
		row++;
	return add_field(r, set, row, &t->geneve, &mask);
}

static bool add_members(struct odp_reversal *r, struct odp_action *set,
			const struct rule_tunnel *t)
{
	static const struct {
		uint16_t has;
		size_t from, to;
	} members[] = {
#define MEMBER(bit, member, key) \
	{ RULE_TUNNEL_##bit, offsetof(struct rule_tunnel, member), AT(key) }
		MEMBER(IPV4_SRC, ipv4_src_be, enc_ipv4_src_be),
		MEMBER(IPV4_DST, ipv4_dst_be, enc_ipv4_dst_be),
		MEMBER(IPV6_SRC, ipv6_src, enc_ipv6_src),
		MEMBER(IPV6_DST, ipv6_dst, enc_ipv6_dst),
		MEMBER(TOS, tos, enc_ip_tos),
		MEMBER(TTL, ttl, enc_ip_ttl),
		MEMBER(TP_DST, tp_dst_be, enc_tp_dst_be),
		MEMBER(VXLAN, vxlan_gbp, enc_vxlan_gbp),
#undef MEMBER
	};
	static const uint8_t none[16];

	for (size_t i = 0; i < ARRAY_LEN(members); i++) {
		const uint8_t *value = (const uint8_t *)t + members[i].from;
		uint16_t has = members[i].has;
		size_t size = has == RULE_TUNNEL_IPV4_SRC ? 4 : 16;

		if (!(t->has & has))
			continue;
		if (has & (RULE_TUNNEL_IPV4_SRC | RULE_TUNNEL_IPV6_SRC) &&
		    memcmp(value, none, size) == 0)
			continue;
		if (!add_tunnel_field(r, set, members[i].to, value))
			return false;
	}
	return true;
}

static bool add_erspan(struct odp_reversal *r, struct odp_action *set,
		       const struct rule_tunnel *t)
{
	if (!add_tunnel_field(r, set, AT(enc_erspan_ver), &t->erspan_ver))
		return false;
	if (t->erspan_ver == 1)
		return add_tunnel_field(r, set, AT(enc_erspan_index_be),
					&t->erspan_index_be);
	return add_tunnel_field(r, set, AT(enc_erspan_dir), &t->erspan_dir) &&
	       add_tunnel_field(r, set, AT(enc_erspan_hwid), &t->erspan_hwid);
}

static bool add_tunnel(struct odp_reversal *r, struct odp_action *set,
		       const struct rule_tunnel *t)
{
	uint64_t id_be = htobe64(ntohl(t->id_be));
	uint32_t flags = (t->has & RULE_TUNNEL_NO_FRAG ? FLOW_TUN_DF : 0) |
			 (t->no_csum ? 0 : FLOW_TUN_CSUM) |
			 (t->has & RULE_TUNNEL_ID ? FLOW_TUN_KEY : 0);

	if (t->has & RULE_TUNNEL_ID &&
	    !add_tunnel_field(r, set, AT(tun_id_be), &id_be))
		return false;
	if (!add_members(r, set, t))
		return false;
	if (t->has & RULE_TUNNEL_GENEVE && !add_geneve(r, set, t))
		return false;
	if (t->has & RULE_TUNNEL_ERSPAN && !add_erspan(r, set, t))
		return false;
	return add_tunnel_field(r, set, AT(tun_flags), &flags);
}

bool odp_from_rule_tunnel(struct odp_reversal *r, const struct rule_action *a)
{
	uint32_t data_size = r->out->data_size;
	struct odp_action *set = odp_add_action(r->out, ODP_SET);

	return set && settle(r, data_size,
			     add_tunnel(r, set, rule_data(r->rule, a)));
}

/*
 * ct()
 */

static enum odp_nat nat_of(uint16_t flags)
{
	if (flags & TCA_CT_ACT_NAT_SRC)
		return ODP_NAT_SRC;
	if (flags & TCA_CT_ACT_NAT_DST)
		return ODP_NAT_DST;
	return flags & TCA_CT_ACT_NAT ? ODP_NAT_PLAIN : ODP_NAT_NONE;
}

static void write_ct(struct odp_ct *out, const struct rule_ct *ct)
{
	out->commit = ct->flags & TCA_CT_ACT_COMMIT;
	out->force = ct->flags & TCA_CT_ACT_FORCE;
	out->has_zone = ct->has_zone;
	out->zone = ct->zone;
	out->has_mark = ct->has_mark;
	out->mark = ct->mark;
	out->mark_mask = ct->mark_mask;
	out->has_label = ct->has_label;
	memcpy(out->label, ct->label, sizeof(out->label));
	memcpy(out->label_mask, ct->label_mask, sizeof(out->label_mask));
	memcpy(out->helper, ct->helper, sizeof(ct->helper));
	out->nat = nat_of(ct->flags);
	out->nat_family = ct->nat_family;
	memcpy(out->nat_min, ct->nat_min, sizeof(out->nat_min));
	memcpy(out->nat_max, ct->nat_max, sizeof(out->nat_max));
	out->nat_port_min = ntohs(ct->nat_port_min_be);
	out->nat_port_max = ntohs(ct->nat_port_max_be);
}

bool odp_from_rule_ct(struct odp_reversal *r, const struct rule_action *a)
{
	const struct rule_ct *ct = rule_data(r->rule, a);
	uint32_t data_size = r->out->data_size;
	struct odp_action *out;
	struct odp_ct *to;

	if (ct->flags & TCA_CT_ACT_CLEAR)
		return odp_add_action(r->out, ODP_CT_CLEAR);
	out = odp_add_action(r->out, ODP_CT);
	if (!out)
		return false;
	to = odp_add_data(r->out, out, sizeof(*to));
	if (to)
		write_ct(to, ct);
	return settle(r, data_size, to);
}
