/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Labels: push_mpls(), pop_mpls() and set(mpls()). */
#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <string.h>

#include "common/flow/odp_translate.h"

#define ETH_TYPE_MIN 0x0600
#define MPLS_IMPLICIT_NULL 3   /* net/sched/act_mpls.c refuses this label */

void odp_translate_push_mpls(struct odp_translation *t,
			     const struct odp_action *a)
{
	struct rule_action *out = odp_translate_add(t, RULE_ACTION_MPLS);
	uint16_t type = ntohs(a->push_mpls.eth_type_be);

	if (type != ETH_P_MPLS_UC && type != ETH_P_MPLS_MC)
		reason_add(t->reasons, REASON_ACTION_UNSUPPORTED, 0,
			   "push_mpls(eth_type=0x%04x)", type);
	if (a->push_mpls.label == MPLS_IMPLICIT_NULL)
		reason_add(t->reasons, REASON_ACTION_UNSUPPORTED, 0,
			   "push_mpls(label=3)");
	out->mpls.op = RULE_MPLS_PUSH;
	out->mpls.proto_be = a->push_mpls.eth_type_be;
	out->mpls.label = a->push_mpls.label;
	out->mpls.tc = a->push_mpls.tc;
	out->mpls.ttl = a->push_mpls.ttl;
	out->mpls.bos = a->push_mpls.bos;
	out->mpls.has = RULE_MPLS_HAS_LABEL | RULE_MPLS_HAS_TC |
			RULE_MPLS_HAS_TTL | RULE_MPLS_HAS_BOS;
	t->packet.l3 = type;
	t->packet.resized = true;
	t->packet.changed = true;
}

void odp_translate_pop_mpls(struct odp_translation *t,
			    const struct odp_action *a)
{
	struct rule_action *out = odp_translate_add(t, RULE_ACTION_MPLS);

	if (ntohs(a->eth_type_be) < ETH_TYPE_MIN)
		reason_add(t->reasons, REASON_ACTION_UNSUPPORTED, 0,
			   "pop_mpls(eth_type=0x%x)", ntohs(a->eth_type_be));
	out->mpls.op = RULE_MPLS_POP;
	out->mpls.proto_be = a->eth_type_be;
	t->packet.l3 = ntohs(a->eth_type_be);
	t->packet.resized = true;
	t->packet.changed = true;
}

const struct odp_mpls_member odp_mpls_members[ODP_N_MPLS_MEMBERS] = {
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
	for (size_t i = 0; i < ODP_N_MPLS_MEMBERS; i++)
		if (odp_mpls_members[i].key == f->offset) {
			memcpy((uint8_t *)out + odp_mpls_members[i].action, value,
			       f->size);
			out->mpls.has |= odp_mpls_members[i].has;
		}
}

void odp_translate_set_mpls(struct odp_translation *t,
			    const struct odp_action *a)
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
		memcpy(&mask, odp_set_mask(field), f->size);
		if (mask != f->max)
			reason_add(t->reasons, REASON_ACTION_UNSUPPORTED, 0,
				   "set(mpls) with a partial mask");
		if (f->size == sizeof(v) && v == MPLS_IMPLICIT_NULL)
			reason_add(t->reasons, REASON_ACTION_UNSUPPORTED, 0,
				   "set(mpls(label=3))");
		write_mpls(out, f, field->bytes);
	}
}
