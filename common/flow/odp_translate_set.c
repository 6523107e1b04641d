/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * set() of header fields: a pedit action each, in their order.
 */
#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/tc_act/tc_pedit.h>
#include <netinet/in.h>
#include <string.h>

#include "common/base/cleanup.h"
#include "common/flow/odp_translate.h"
#include "common/flow/pedit.h"

#define HTYPE(x) TCA_PEDIT_KEY_EX_HDR_TYPE_##x

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

static bool is_field(const struct odp_set_field *field, const char *group,
		     const char *name)
{
	const struct flow_field *f = &flow_fields[field->row];

	/* Mostly the first letters tell. */
	return f->odp_group && f->odp_name && f->odp_name[0] == name[0] &&
	       f->odp_group[0] == group[0] &&
	       strcmp(f->odp_group, group) == 0 &&
	       strcmp(f->odp_name, name) == 0;
}

static bool any_bit(const uint8_t *p, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (p[i])
			return true;
	return false;
}

/* NULL as well if nothing of it is written. */
static const struct odp_set_field *find_field(struct odp_translation *t,
					      const struct odp_action *a,
					      const struct odp_write *w)
{
	const struct odp_set_field *field = NULL;

	while ((field = odp_set_next(t->flow, a, field)))
		if (is_field(field, w->group, w->name))
			return any_bit(odp_set_mask(field), field->size) ?
				       field : NULL;
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
	else if (proto && odp_translate_settle_proto(t) && out->key.ip_proto != proto)
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
	const uint8_t *value = field->bytes, *mask = odp_set_mask(field);
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

/* A field that the flow matches with this very value is as it was. */
static bool is_set_already(const struct odp_translation *t,
			   const struct odp_set_field *field)
{
	const struct flow_match *m = &t->flow->match;
	size_t offset = flow_fields[field->row].offset;
	const uint8_t *key = (const uint8_t *)&m->key + offset;
	const uint8_t *mask = (const uint8_t *)&m->mask + offset;
	const uint8_t *wanted = odp_set_mask(field);

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
		if (known || !any_bit(odp_set_mask(field), field->size) ||
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

		if (!field)
			continue;
		if (!out) {
			check_header(t, group, w->htype);
			out = odp_translate_add(t, RULE_ACTION_PEDIT);
			out->pedit.extended = true;
		}
		write_field(t, out, w, field);
		odp_translate_need_csum(t, group, w->htype, w->l4);
	}
	t->packet.changed = t->packet.changed || out;
}

/*
 * The protocol is settled before the first action, so that the checksums of
 * all of them are those of the packets that the rule then matches.
 */
void odp_translate_prepare_sets(struct odp_translation *t)
{
	for (size_t i = 0; i < t->flow->n_actions; i++) {
		const struct odp_action *a = &t->flow->actions[i];

		for (size_t w = 0; a->kind == ODP_SET && w < odp_n_writes; w++)
			if (odp_writes[w].l4 &&
			    find_field(t, a, &odp_writes[w]))
				(void)odp_translate_settle_proto(t);
	}
}

void odp_translate_set(struct odp_translation *t, const struct odp_action *a)
{
	const char *group = group_of(t, a);

	if (strcmp(group, "tunnel") == 0)
		odp_translate_set_tunnel(t, a);
	else if (strcmp(group, "mpls") == 0)
		odp_translate_set_mpls(t, a);
	else
		set_headers(t, a);
}
