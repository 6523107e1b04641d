/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rules as the kernel reports them.  Each step is a fact about the dump
 * function of an action, net/sched/act_*.c.
 */
#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/pkt_cls.h>
#include <linux/tc_act/tc_ct.h>
#include <string.h>

#include "common/flow/police.h"
#include "common/flow/rule.h"

#define MPLS_TTL 255           /* of a label that says none */
/* VXLAN_GBP_MASK of net/vxlan.h: group, applied, do not learn. */
#define VXLAN_GBP (0xffffU | 1U << 19 | 1U << 22)
#define HW_STATS_ANY (TCA_ACT_HW_STATS_IMMEDIATE | TCA_ACT_HW_STATS_DELAYED)

static bool is_zero(const void *p, size_t size)
{
	const uint8_t *byte = p;

	while (size && !*byte) {
		byte++;
		size--;
	}
	return !size;
}

static void settle_vlan(struct rule_action *a)
{
	bool push = a->vlan.op == RULE_VLAN_PUSH;

	if (push)
		a->vlan.has_prio = true;
	if ((push || a->vlan.op == RULE_VLAN_MODIFY) && !a->vlan.tpid_be)
		a->vlan.tpid_be = htons(ETH_P_8021Q);
}

static void settle_mpls(struct rule_action *a)
{
	if (a->mpls.op != RULE_MPLS_PUSH && a->mpls.op != RULE_MPLS_MAC_PUSH)
		return;
	if (!a->mpls.proto_be)
		a->mpls.proto_be = htons(ETH_P_MPLS_UC);
	if (a->mpls.has & RULE_MPLS_HAS_TTL)
		return;
	a->mpls.has |= RULE_MPLS_HAS_TTL;
	a->mpls.ttl = MPLS_TTL;
}

static void settle_erspan(struct rule_tunnel *t)
{
	t->erspan_has = 0;
	if (t->erspan_ver == 1)
		t->erspan_dir = t->erspan_hwid = 0;
	else
		t->erspan_index_be = 0;
}

static void settle_tunnel(struct rule *r, const struct rule_action *a)
{
	struct rule_tunnel *t = (void *)(r->data + a->data);

	if (!a->tunnel_key.set)
		return;
	t->has |= RULE_TUNNEL_NO_CSUM;
	if (!t->tos)
		t->has &= (uint16_t)~RULE_TUNNEL_TOS;
	if (!t->ttl)
		t->has &= (uint16_t)~RULE_TUNNEL_TTL;
	if (!t->tp_dst_be)
		t->has &= (uint16_t)~RULE_TUNNEL_TP_DST;
	if (!t->geneve.len)
		t->has &= (uint16_t)~RULE_TUNNEL_GENEVE;
	t->vxlan_gbp &= VXLAN_GBP;
	settle_erspan(t);
}

static void settle_nat(struct rule_ct *ct)
{
	size_t size = ct->nat_family == 6 ? 16 : 4;

	if (ct->nat_family && is_zero(ct->nat_max, size))
		memcpy(ct->nat_max, ct->nat_min, size);
	if (!ct->nat_port_max_be)
		ct->nat_port_max_be = ct->nat_port_min_be;
}

static void settle_ct(struct rule *r, const struct rule_action *a)
{
	struct rule_ct *ct = (void *)(r->data + a->data);

	if (ct->flags & TCA_CT_ACT_CLEAR) {
		memset(ct, 0, sizeof(*ct));
		ct->flags = TCA_CT_ACT_CLEAR;
		return;
	}
	if (!ct->zone)
		ct->has_zone = false;
	if (!ct->mark_mask) {
		ct->has_mark = false;
		ct->mark = 0;
	}
	if (is_zero(ct->label_mask, sizeof(ct->label_mask))) {
		ct->has_label = false;
		memset(ct->label, 0, sizeof(ct->label));
	}
	ct->label_cut = ct->label_mask_cut = 0;
	settle_nat(ct);
}

/* Of a burst the kernel keeps the time; without an mtu, what the rate table
 * reaches. */
static void settle_police(struct rule_action *a)
{
	struct rule_police *c = &a->police;
	uint8_t cell = c->rate_cell ? (uint8_t)(c->rate_cell - 1) :
				      police_cell(c->mtu);
	bool none = !c->rate && c->mtu == UINT32_MAX;

	if (c->rate && !c->mtu)
		c->mtu = 255U << cell;
	if (none)
		c->mtu = 0;
	c->rate_cell = c->peak_cell = 0;
	if (c->has_conform && c->conform == RULE_PASS) {
		c->has_conform = false;
		c->conform = 0;
	}
	if (c->rate)
		c->burst = (uint32_t)police_size(
			c->rate, police_ticks(c->rate, c->burst));
	else
		c->burst = c->mpu = c->overhead = c->linklayer = 0;
	if (c->pkts_rate)
		c->pkts_burst = police_size(
			c->pkts_rate,
			police_ticks(c->pkts_rate, c->pkts_burst));
}

static void settle_kind(struct rule *r, struct rule_action *a)
{
	switch (a->kind) {
	case RULE_ACTION_VLAN:
		settle_vlan(a);
		return;
	case RULE_ACTION_MPLS:
		settle_mpls(a);
		return;
	case RULE_ACTION_TUNNEL_KEY:
		settle_tunnel(r, a);
		return;
	case RULE_ACTION_CT:
		settle_ct(r, a);
		return;
	case RULE_ACTION_POLICE:
		settle_police(a);
		return;
	default:
		return;
	}
}

void rule_settle_actions(struct rule *rule)
{
	for (uint8_t i = 0; i < rule->n_actions; i++) {
		struct rule_action *a = &rule->actions[i];

		if (a->has_hw_stats && a->hw_stats == HW_STATS_ANY) {
			a->has_hw_stats = false;
			a->hw_stats = 0;
		}
		if (!a->only_index)
			settle_kind(rule, a);
	}
}

/* The same but for the place of their data, and for the index, if nobody
 * else has it. */
static bool same_action(const struct rule *wanted, const struct rule_action *w,
			const struct rule *dumped, const struct rule_action *d)
{
	struct rule_action a, b;

	memcpy(&a, w, sizeof(a));
	memcpy(&b, d, sizeof(b));
	if (w->kind != d->kind)
		return false;
	if (w->index && d->index)
		return w->index == d->index;
	if (w->only_index)
		return true;
	a.index = b.index = 0;
	/* Padding is zero in both. */
	a.data = b.data = 0;
	return memcmp(&a, &b, sizeof(a)) == 0 &&
	       memcmp(rule_data(wanted, w), rule_data(dumped, d),
		      w->data_size) == 0;
}

bool rule_actions_hold(const struct rule *wanted, const struct rule *dumped)
{
	if (wanted->n_actions != dumped->n_actions)
		return false;
	for (uint8_t i = 0; i < wanted->n_actions; i++)
		if (!same_action(wanted, &wanted->actions[i], dumped,
				 &dumped->actions[i]))
			return false;
	return true;
}

bool rule_has_room_for_cookie(const struct rule *rule)
{
	for (uint8_t i = 0; i < rule->n_actions; i++)
		if (!rule->actions[i].cookie_size)
			return true;
	return false;
}
