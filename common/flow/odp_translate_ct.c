/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Connection tracking: ct_state() with its bits renumbered, and ct() as
 * act_ct.
 *
 * How the two kinds of state differ: to Open vSwitch a connection made by a
 * helper stays related for life, to tc only its first packet is.  Open vSwitch
 * offloads such flows all the same, and a match on -rel is in most flows of
 * every control plane, so it is left to act_ct, which takes no helper from us.
 */
#include <arpa/inet.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/openvswitch.h>
#include <linux/pkt_cls.h>
#include <linux/tc_act/tc_ct.h>
#include <string.h>

#include "common/base/cleanup.h"
#include "common/flow/odp_translate.h"

#define TC(x) TCA_FLOWER_KEY_CT_FLAGS_##x
#define TC_TRK TC(TRACKED)

const struct odp_ct_bit odp_ct_bits[ODP_N_CT_BITS] = {
	{ OVS_CS_F_NEW, TC(NEW), "new" },
	{ OVS_CS_F_ESTABLISHED, TC(ESTABLISHED), "est" },
	{ OVS_CS_F_RELATED, TC(RELATED), "rel" },
	{ OVS_CS_F_REPLY_DIR, TC(REPLY), "rpl" },
	{ OVS_CS_F_INVALID, TC(INVALID), "inv" },
	{ OVS_CS_F_TRACKED, TC(TRACKED), "trk" },
	{ OVS_CS_F_SRC_NAT, 0, "snat" },
	{ OVS_CS_F_DST_NAT, 0, "dnat" },
};

static uint16_t renumber(struct odp_translation *t, uint32_t bits)
{
	uint16_t tc = 0;

	for (size_t i = 0; i < ODP_N_CT_BITS; i++) {
		if (!(bits & odp_ct_bits[i].odp))
			continue;
		tc |= odp_ct_bits[i].tc;
		if (!odp_ct_bits[i].tc)
			reason_add(t->reasons, REASON_KEY_UNSUPPORTED, 0,
				   "ct_state(%s)", odp_ct_bits[i].name);
	}
	return tc;
}

/* No packet is in such a state, and the kernel refuses to look for it. */
static void check_state(struct odp_translation *t, uint16_t key)
{
	static const struct {
		uint16_t bit, with;
		const char *name;
	} never[] = {
		{ TC(NEW), TC(ESTABLISHED), "ct_state(+new+est)" },
		{ TC(NEW), TC(REPLY), "ct_state(+new+rpl)" },
		{ TC(INVALID), (uint16_t)~(TC(INVALID) | TC_TRK),
		  "ct_state(+inv) with another" },
	};

	for (size_t i = 0; i < ARRAY_LEN(never); i++)
		if (key & never[i].bit && key & never[i].with)
			reason_add(t->reasons, REASON_KEY_CONFLICT, 0, "%s",
				   never[i].name);
}

/*
 * An established connection is not new, and whatever has a state is tracked:
 * what says so again is left out or, as the kernel wants it, said.
 */
void odp_translate_ct_state(struct odp_translation *t,
			    const struct flow_field *f)
{
	const struct flow_match *m = &t->flow->match;
	struct flow_match *out = &t->out->match;
	uint16_t mask = renumber(t, m->mask.dp_ct_state);
	uint16_t key = renumber(t, m->key.dp_ct_state & m->mask.dp_ct_state);

	(void)f;
	if (mask & TC_TRK && !(key & TC_TRK) && key)
		reason_add(t->reasons, REASON_KEY_CONFLICT, 0,
			   "ct_state(-trk) with another");
	check_state(t, key);
	if (key & TC(ESTABLISHED))
		mask &= (uint16_t)~TC(NEW);
	if (key) {
		key |= TC_TRK;
		mask |= TC_TRK;
	}
	out->key.ct_state = key & mask;
	out->mask.ct_state = mask;
}

/*
 * ct()
 */

/* What vswitchd asks conntrack to report; touches no packet. */
#define USUAL_EVENTS \
	(1U << IPCT_NEW | 1U << IPCT_RELATED | 1U << IPCT_DESTROY | \
	 1U << IPCT_MARK | 1U << IPCT_LABEL)

static void refuse_ct(struct odp_translation *t, bool has, const char *name)
{
	if (has)
		reason_add(t->reasons, REASON_ACTION_UNSUPPORTED, 0, "%s",
			   name);
}

static void check_ct(struct odp_translation *t, const struct odp_ct *ct)
{
	refuse_ct(t, ct->helper[0], "ct-helper");
	refuse_ct(t, ct->timeout[0], "ct(timeout)");
	refuse_ct(t, ct->nat_persistent, "ct(nat(persistent))");
	refuse_ct(t, ct->nat_hash, "ct(nat(hash))");
	refuse_ct(t, ct->nat_random, "ct(nat(random))");
	refuse_ct(t, ct->has_eventmask && ct->eventmask != USUAL_EVENTS,
		  "ct(eventmask)");
	refuse_ct(t, ct->nat >= ODP_NAT_SRC && !ct->commit,
		  "ct(nat(src, dst)) without commit");
	refuse_ct(t, (ct->has_mark || ct->has_label) && !ct->commit,
		  "ct(mark, label) without commit");
}

static uint16_t ct_flags(const struct odp_ct *ct)
{
	static const uint16_t nat[] = {
		[ODP_NAT_NONE] = 0,
		[ODP_NAT_PLAIN] = TCA_CT_ACT_NAT,
		[ODP_NAT_SRC] = TCA_CT_ACT_NAT | TCA_CT_ACT_NAT_SRC,
		[ODP_NAT_DST] = TCA_CT_ACT_NAT | TCA_CT_ACT_NAT_DST,
	};
	uint16_t flags = nat[ct->nat];

	if (ct->commit || ct->force)
		flags |= TCA_CT_ACT_COMMIT;
	if (ct->force)
		flags |= TCA_CT_ACT_FORCE;
	return flags;
}

static void write_nat(struct rule_ct *out, const struct odp_ct *ct)
{
	if (ct->nat < ODP_NAT_SRC)
		return;
	out->nat_family = ct->nat_family;
	memcpy(out->nat_min, ct->nat_min, sizeof(out->nat_min));
	memcpy(out->nat_max, ct->nat_max, sizeof(out->nat_max));
	out->nat_port_min_be = htons(ct->nat_port_min);
	out->nat_port_max_be = htons(ct->nat_port_max);
}

static bool any_bit(const uint8_t *p, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (p[i])
			return true;
	return false;
}

static void write_ct(struct rule_ct *out, const struct odp_ct *ct)
{
	out->flags = ct_flags(ct);
	out->has_zone = ct->zone;
	out->zone = ct->zone;
	if (ct->has_mark && ct->mark_mask) {
		out->has_mark = true;
		out->mark = ct->mark & ct->mark_mask;
		out->mark_mask = ct->mark_mask;
	}
	if (ct->has_label && any_bit(ct->label_mask, sizeof(ct->label_mask))) {
		out->has_label = true;
		memcpy(out->label_mask, ct->label_mask, sizeof(ct->label));
		for (size_t i = 0; i < sizeof(ct->label); i++)
			out->label[i] = ct->label[i] & ct->label_mask[i];
	}
	write_nat(out, ct);
}

void odp_translate_ct(struct odp_translation *t, const struct odp_action *a)
{
	static const struct odp_ct plain;
	const struct odp_ct *ct = a->data_size ? odp_data(t->flow, a) : &plain;
	struct rule_action *out = odp_translate_add(t, RULE_ACTION_CT);
	struct rule_ct *data = odp_translate_add_data(t, out, sizeof(*data));

	t->packet.changed = true;
	if (!data)
		return;
	if (a->kind == ODP_CT_CLEAR) {
		data->flags = TCA_CT_ACT_CLEAR;
		return;
	}
	check_ct(t, ct);
	write_ct(data, ct);
}
