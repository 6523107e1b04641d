/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * set() of header fields: a pedit action each, in their order, and a csum
 * action behind the last of those that follow each other.
 *
 * Which checksum lies above IP depends on the protocol.  If the flow does not
 * match it but was dumped with -m, the protocol of the packet that made the
 * flow is known, and the rule is narrowed to it, as by Open vSwitch: packets
 * of other protocols miss the rule and find the flow in the datapath.  Without
 * it the flow is refused.  Time to live and type of service are no part of
 * those checksums, so to rewrite these alone no protocol is needed.
 */
#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/tc_act/tc_csum.h>
#include <linux/tc_act/tc_pedit.h>
#include <netinet/in.h>
#include <string.h>

#include "common/base/cleanup.h"
#include "common/flow/odp_translate.h"
#include "common/flow/pedit.h"

#define HTYPE(x) TCA_PEDIT_KEY_EX_HDR_TYPE_##x
#define L4_CSUMS \
	(TCA_CSUM_UPDATE_FLAG_TCP | TCA_CSUM_UPDATE_FLAG_UDP | \
	 TCA_CSUM_UPDATE_FLAG_UDPLITE | TCA_CSUM_UPDATE_FLAG_ICMP)
#define MPLS_IMPLICIT_NULL 3   /* net/sched/act_mpls.c refuses this label */

const struct odp_write odp_writes[] = {
	{ "ipv4", "src", HTYPE(IP4), 12, 4, 0, true },
	{ "ipv4", "dst", HTYPE(IP4), 16, 4, 0, true },
	{ "ipv4", "ttl", HTYPE(IP4), 8, 1, 0, false },
	{ "ipv4", "tos", HTYPE(IP4), 1, 1, 0, false },
	{ "ipv6", "hlimit", HTYPE(IP6), 7, 1, 0, false },
	{ "ipv6", "src", HTYPE(IP6), 8, 16, 0, true },
	{ "ipv6", "dst", HTYPE(IP6), 24, 16, 0, true },
	{ "ipv6", "tclass", HTYPE(IP6), 0, 2, 4, false },
	{ "eth", "src", HTYPE(ETH), 6, 6, 0, false },
	{ "eth", "dst", HTYPE(ETH), 0, 6, 0, false },
	{ "tcp", "src", HTYPE(TCP), 0, 2, 0, true },
	{ "tcp", "dst", HTYPE(TCP), 2, 2, 0, true },
	{ "udp", "src", HTYPE(UDP), 0, 2, 0, true },
	{ "udp", "dst", HTYPE(UDP), 2, 2, 0, true },
};
const size_t odp_n_writes = ARRAY_LEN(odp_writes);

const struct odp_set_field *odp_set_next(const struct odp_flow *flow,
					 const struct odp_action *a,
					 const struct odp_set_field *field)
{
	const uint8_t *start = odp_data(flow, a);
	size_t at = 0, size;

	if (field) {
		size = sizeof(*field) + 2U * field->size;
		at = (size_t)((const uint8_t *)field - start) +
		     ((size + 3) & ~(size_t)3);
	}
	if (at + sizeof(*field) > a->data_size)
		return NULL;
	return (const void *)(start + at);
}

static const uint8_t *mask_of(const struct odp_set_field *field)
{
	return field->bytes + field->size;
}

static bool is_field(const struct odp_set_field *field, const char *group,
		     const char *name)
{
	const struct flow_field *f = &flow_fields[field->row];

	return f->odp_group && f->odp_name &&
	       strcmp(f->odp_group, group) == 0 &&
	       strcmp(f->odp_name, name) == 0;
}

static const struct odp_set_field *find_field(struct odp_translation *t,
					      const struct odp_action *a,
					      const struct odp_write *w)
{
	const struct odp_set_field *field = NULL;

	while ((field = odp_set_next(t->flow, a, field)))
		if (is_field(field, w->group, w->name))
			return field;
	return NULL;
}

/* eth_type alone is in no group. */
static const char *group_name(const struct flow_field *f)
{
	return f->odp_group ? f->odp_group : f->name;
}

static const char *group_of(const struct odp_translation *t,
			    const struct odp_action *a)
{
	const struct odp_set_field *first = odp_set_next(t->flow, a, NULL);

	return first ? group_name(&flow_fields[first->row]) : "";
}

/*
 * Checksums
 */

uint32_t odp_translate_l4_csum(uint8_t ip_proto)
{
	switch (ip_proto) {
	case IPPROTO_TCP:
		return TCA_CSUM_UPDATE_FLAG_TCP;
	case IPPROTO_UDP:
		return TCA_CSUM_UPDATE_FLAG_UDP;
	case IPPROTO_UDPLITE:
		return TCA_CSUM_UPDATE_FLAG_UDPLITE;
	case IPPROTO_ICMPV6:
		return TCA_CSUM_UPDATE_FLAG_ICMP;
	default:
		return 0;
	}
}

/* False: the protocol is neither matched nor known. */
static bool settle_proto(struct odp_translation *t)
{
	const struct flow_match *in = &t->flow->match;
	struct flow_match *out = &t->out->match;
	uint16_t l3 = flow_match_l3_type(in);

	if (out->mask.ip_proto)
		return true;
	if ((l3 != ETH_P_IP && l3 != ETH_P_IPV6) || !in->key.ip_proto ||
	    !odp_translate_has_given(t->flow,
				     offsetof(struct flow_key, ip_proto)))
		return false;
	out->key.ip_proto = in->key.ip_proto;
	out->mask.ip_proto = UINT8_MAX;
	return true;
}

static bool may_be_fragment(const struct odp_translation *t)
{
	const struct flow_match *m = &t->flow->match;

	return !(ntohl(m->mask.ip_flags_be) & FLOW_FRAG_IS_FRAGMENT) ||
	       ntohl(m->key.ip_flags_be) & FLOW_FRAG_IS_FRAGMENT;
}

/* act_csum takes a fragment for the whole and would spoil it. */
static void require_l4_csum(struct odp_translation *t, const char *group)
{
	uint32_t flags;

	if (!settle_proto(t)) {
		reason_add(t->reasons, REASON_PROTO_UNKNOWN, 0, "set(%s)",
			   group);
		return;
	}
	flags = odp_translate_l4_csum(t->out->match.key.ip_proto);
	if (flags && may_be_fragment(t))
		reason_add(t->reasons, REASON_ACTION_UNSUPPORTED, 0,
			   "pedit-frag");
	t->csum |= flags;
}

static void require_csum(struct odp_translation *t, const char *group,
			 uint16_t htype, bool l4)
{
	if (htype == HTYPE(ETH))
		return;
	if (htype == HTYPE(IP4))
		t->csum |= TCA_CSUM_UPDATE_FLAG_IPV4HDR;
	if (l4)
		require_l4_csum(t, group);
	else if (t->out->match.mask.ip_proto && !may_be_fragment(t))
		t->csum |= odp_translate_l4_csum(
			t->out->match.key.ip_proto);
}

void odp_translate_end_sets(struct odp_translation *t)
{
	uint32_t flags = t->csum;

	t->csum = 0;
	if (flags)
		odp_translate_add(t, RULE_ACTION_CSUM)->csum.flags = flags;
}

/*
 * What must hold of the packet
 */

/*
 * act_pedit counts from the network header, which the kernel has behind the
 * first tag; a second one it would take for an IP header.
 */
static void check_layers(struct odp_translation *t, const char *group,
			 uint16_t l3, uint8_t proto)
{
	const struct flow_match *out = &t->out->match;
	bool ip = t->packet.l3 == ETH_P_IP || t->packet.l3 == ETH_P_IPV6;

	if (l3 ? t->packet.l3 != l3 : !ip)
		reason_add(t->reasons, REASON_KEY_CONFLICT, 0,
			   "set(%s) on eth_type 0x%04x", group, t->packet.l3);
	else if (proto && settle_proto(t) && out->key.ip_proto != proto)
		reason_add(t->reasons, REASON_KEY_CONFLICT, 0,
			   "set(%s) on ip_proto %u", group,
			   out->key.ip_proto);
	if (t->packet.n_tags > 1)
		reason_add(t->reasons, REASON_ACTION_UNSUPPORTED, 0,
			   "set(%s) behind two vlans", group);
}

static void check_header(struct odp_translation *t, const char *group,
			 uint16_t htype)
{
	switch (htype) {
	case HTYPE(IP4):
		check_layers(t, group, ETH_P_IP, 0);
		return;
	case HTYPE(IP6):
		check_layers(t, group, ETH_P_IPV6, 0);
		return;
	case HTYPE(TCP):
		check_layers(t, group, 0, IPPROTO_TCP);
		return;
	case HTYPE(UDP):
		check_layers(t, group, 0, IPPROTO_UDP);
		return;
	default:
		return;
	}
}

/*
 * Writing
 */

static void shift_right(const uint8_t *in, unsigned int shift, uint8_t *out)
{
	out[0] = (uint8_t)(in[0] >> shift);
	out[1] = (uint8_t)(in[0] << (8 - shift));
}

static void write_field(struct odp_translation *t, struct rule_action *out,
			const struct odp_write *w,
			const struct odp_set_field *field)
{
	const uint8_t *value = field->bytes, *mask = mask_of(field);
	uint8_t shifted[2], shifted_mask[2];

	if (w->shift) {
		shift_right(value, w->shift, shifted);
		shift_right(mask, w->shift, shifted_mask);
		value = shifted;
		mask = shifted_mask;
	}
	if (pedit_write(t->out, out, w->htype, w->offset, w->size, value,
			mask) < 0)
		reason_add(t->reasons, REASON_TOO_MANY_ACTIONS, 0,
			   "at most %d bytes of them", RULE_DATA_SIZE);
}

static bool any_bit(const uint8_t *p, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (p[i])
			return true;
	return false;
}

/* A field that the flow matches with this very value is as it was. */
static bool is_set_already(const struct odp_translation *t,
			   const struct odp_set_field *field)
{
	const struct flow_match *m = &t->flow->match;
	size_t offset = flow_fields[field->row].offset;
	const uint8_t *key = (const uint8_t *)&m->key + offset;
	const uint8_t *mask = (const uint8_t *)&m->mask + offset;
	const uint8_t *wanted = mask_of(field);

	for (size_t i = 0; i < field->size; i++)
		if (wanted[i] & ~mask[i] ||
		    (key[i] ^ field->bytes[i]) & wanted[i])
			return false;
	return true;
}

/* frag is two bits of flower, the second of which frag=no does not need. */
static bool is_frag_already(const struct odp_translation *t,
			    const struct odp_set_field *field)
{
	const struct flow_match *m = &t->flow->match;
	uint32_t want;

	if (flow_fields[field->row].kind != FLOW_KIND_FRAG)
		return false;
	memcpy(&want, field->bytes, sizeof(want));
	return m->mask.ip_flags_be && m->key.ip_flags_be == want;
}

static void check_unwritable(struct odp_translation *t,
			     const struct odp_action *a)
{
	const struct odp_set_field *field = NULL;

	while ((field = odp_set_next(t->flow, a, field))) {
		const struct flow_field *f = &flow_fields[field->row];
		bool known = false;

		for (size_t i = 0; i < odp_n_writes; i++)
			known = known || is_field(field, odp_writes[i].group,
						  odp_writes[i].name);
		if (known || !any_bit(mask_of(field), field->size) ||
		    is_set_already(t, field) || is_frag_already(t, field))
			continue;
		if (f->odp_name)
			reason_add(t->reasons, REASON_ACTION_UNSUPPORTED, 0,
				   "set(%s(%s))", f->odp_group, f->odp_name);
		else
			reason_add(t->reasons, REASON_ACTION_UNSUPPORTED, 0,
				   "set(%s)", group_name(f));
	}
}

static void set_headers(struct odp_translation *t, const struct odp_action *a)
{
	const char *group = group_of(t, a);
	struct rule_action *out = NULL;

	check_unwritable(t, a);
	for (size_t i = 0; i < odp_n_writes; i++) {
		const struct odp_write *w = &odp_writes[i];
		const struct odp_set_field *field = find_field(t, a, w);

		if (!field || !any_bit(mask_of(field), field->size))
			continue;
		if (!out) {
			check_header(t, group, w->htype);
			out = odp_translate_add(t, RULE_ACTION_PEDIT);
			out->pedit.extended = true;
		}
		write_field(t, out, w, field);
		require_csum(t, group, w->htype, w->l4);
	}
	t->packet.changed = t->packet.changed || out;
}

/*
 * set(mpls())
 */

static const struct {
	size_t from, to;
	uint8_t has;
} mpls_members[] = {
#define MEMBER(x, bit) \
	{ offsetof(struct flow_key, mpls[0].x), \
	  offsetof(struct rule_action, mpls.x), RULE_MPLS_HAS_##bit }
	MEMBER(label, LABEL),
	MEMBER(tc, TC),
	MEMBER(ttl, TTL),
	MEMBER(bos, BOS),
#undef MEMBER
};

static void write_mpls(struct rule_action *out, const struct flow_field *f,
		       const uint8_t *value)
{
	for (size_t i = 0; i < ARRAY_LEN(mpls_members); i++)
		if (mpls_members[i].from == f->offset) {
			memcpy((uint8_t *)out + mpls_members[i].to, value,
			       f->size);
			out->mpls.has |= mpls_members[i].has;
		}
}

static void set_mpls(struct odp_translation *t, const struct odp_action *a)
{
	struct rule_action *out = odp_translate_add(t, RULE_ACTION_MPLS);
	const struct odp_set_field *field = NULL;

	out->mpls.op = RULE_MPLS_MODIFY;
	t->packet.changed = true;
	if (t->packet.l3 != ETH_P_MPLS_UC && t->packet.l3 != ETH_P_MPLS_MC)
		reason_add(t->reasons, REASON_KEY_CONFLICT, 0,
			   "set(mpls) on eth_type 0x%04x", t->packet.l3);
	while ((field = odp_set_next(t->flow, a, field))) {
		const struct flow_field *f = &flow_fields[field->row];
		uint32_t v = 0, mask = 0;

		memcpy(&v, field->bytes, f->size);
		memcpy(&mask, mask_of(field), f->size);
		if (mask != f->max)
			reason_add(t->reasons, REASON_ACTION_UNSUPPORTED, 0,
				   "set(mpls) with a partial mask");
		if (f->size == sizeof(v) && v == MPLS_IMPLICIT_NULL)
			reason_add(t->reasons, REASON_ACTION_UNSUPPORTED, 0,
				   "set(mpls(label=3))");
		write_mpls(out, f, field->bytes);
	}
}

void odp_translate_set(struct odp_translation *t, const struct odp_action *a)
{
	const char *group = group_of(t, a);

	if (strcmp(group, "tunnel") == 0)
		odp_translate_set_tunnel(t, a);
	else if (strcmp(group, "mpls") == 0)
		set_mpls(t, a);
	else
		set_headers(t, a);
}
