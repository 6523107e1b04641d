/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Back from the list of tc actions.  What translation adds by itself (the
 * release of a tunnel, checksums, the way to the host) is left out again; what
 * has no action of a datapath is left, or becomes tc(…).
 */
#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <string.h>

#include "common/base/cleanup.h"
#include "common/flow/odp_from_rule.h"
#include "common/flow/tctext_parse.h"
#include "common/flow/text.h"

#define WORDS_SIZE 2048

static void leave(struct odp_reversal *r, const struct rule_action *a)
{
	char words[WORDS_SIZE];
	struct odp_action *out;
	struct text t;
	void *to;

	reason_add(r->left, REASON_ACTION_UNSUPPORTED, 0, "%s",
		   rule_action_words[a->kind]);
	if (!r->words)
		return;
	text_init(&t, words, sizeof(words));
	text_add(&t, "tc(");
	tc_format_action(&t, r->rule, a);
	text_add(&t, ")");
	if (t.len >= sizeof(words))
		return;
	out = odp_add_action(r->out, ODP_OTHER);
	to = out ? odp_add_data(r->out, out, t.len) : NULL;
	if (to)
		memcpy(to, words, t.len);
}

/* Is this how translation makes it: to the next, or away if it is the last? */
static bool is_usual(const struct rule *rule, size_t i, size_t to)
{
	const struct rule_action *a = &rule->actions[i];
	bool mirred = a->kind == RULE_ACTION_MIRRED;

	if (i + 1 < to)
		return a->verdict == RULE_PIPE;
	if (to == rule->n_actions && a->verdict == RULE_STOLEN)
		return true;
	if (to == rule->n_actions)
		return !mirred && a->verdict == RULE_DROP;
	return a->verdict == RULE_PIPE || a->verdict == RULE_JUMP ||
	       a->verdict == RULE_STOLEN;
}

static bool say_output(struct odp_reversal *r, const struct rule_action *a,
		       bool ingress, bool last)
{
	enum rule_mirred op = ingress ?
		(last ? RULE_INGRESS_REDIRECT : RULE_INGRESS_MIRROR) :
		(last ? RULE_EGRESS_REDIRECT : RULE_EGRESS_MIRROR);
	struct odp_action *out;

	if (a->mirred.op != op || a->mirred.block)
		return false;
	out = odp_add_action(r->out, ODP_OUTPUT);
	if (out)
		out->output = a->mirred.port;
	return out;
}

static bool say_vlan(struct odp_reversal *r, const struct rule_action *a)
{
	struct odp_action *out;

	if (a->vlan.op != RULE_VLAN_POP && a->vlan.op != RULE_VLAN_PUSH)
		return false;
	if (a->vlan.op == RULE_VLAN_POP)
		return odp_add_action(r->out, ODP_POP_VLAN);
	out = odp_add_action(r->out, ODP_PUSH_VLAN);
	if (!out)
		return false;
	/* 0: what act_vlan takes if it is told none. */
	out->push_vlan.tpid_be = a->vlan.tpid_be ? a->vlan.tpid_be :
						   htons(ETH_P_8021Q);
	out->push_vlan.id = a->vlan.id;
	out->push_vlan.prio = a->vlan.prio;
	out->push_vlan.cfi = 1;
	return true;
}

static bool say_mpls(struct odp_reversal *r, const struct rule_action *a)
{
	struct odp_action *out;

	if (a->mpls.op == RULE_MPLS_MODIFY)
		return odp_from_rule_mpls(r, a);
	if (a->mpls.op == RULE_MPLS_POP) {
		out = odp_add_action(r->out, ODP_POP_MPLS);
		if (out)
			out->eth_type_be = a->mpls.proto_be;
		return out;
	}
	if (a->mpls.op != RULE_MPLS_PUSH || !(a->mpls.has &
					      RULE_MPLS_HAS_BOS))
		return false;
	out = odp_add_action(r->out, ODP_PUSH_MPLS);
	if (!out)
		return false;
	out->push_mpls.label = a->mpls.label;
	out->push_mpls.tc = a->mpls.tc;
	out->push_mpls.ttl = a->mpls.ttl;
	out->push_mpls.bos = a->mpls.bos;
	out->push_mpls.eth_type_be = a->mpls.proto_be;
	return true;
}

static bool say_meter(struct odp_reversal *r, const struct rule_action *a)
{
	struct odp_action *out;

	if (!port_is_meter_police(a->index))
		return false;
	out = odp_add_action(r->out, ODP_METER);
	if (out)
		out->number = a->index - PORT_METER_POLICE;
	return out;
}

static bool say_gact(struct odp_reversal *r, const struct rule_action *a,
		     bool last)
{
	struct odp_action *out;

	if (!last || a->gact.prob)
		return false;
	if (a->verdict == RULE_DROP)
		return r->rule->n_actions == 1 ||
		       odp_add_action(r->out, ODP_DROP);
	if (a->verdict != RULE_GOTO_CHAIN)
		return false;
	out = odp_add_action(r->out, ODP_RECIRC);
	if (out)
		out->number = a->chain;
	return out;
}

/* The metadata of a tunnel go before the first output or set(tunnel()). */
static bool is_release(struct odp_reversal *r, size_t i, size_t to)
{
	uint8_t next = i + 1 < to ? r->rule->actions[i + 1].kind :
				    RULE_N_ACTION_KINDS;

	if (!r->tunnel || (next != RULE_ACTION_MIRRED &&
			   next != RULE_ACTION_SKBEDIT &&
			   next != RULE_ACTION_TUNNEL_KEY))
		return false;
	r->tunnel = false;
	return true;
}

static bool say_csum(struct odp_reversal *r, const struct rule_action *a)
{
	bool ok = r->csum && a->csum.flags == r->csum;

	r->csum = 0;
	return ok;
}

/* One action with a usual verdict. */
static bool say_action(struct odp_reversal *r, size_t i, size_t to)
{
	const struct rule_action *a = &r->rule->actions[i];
	bool last = i + 1U == r->rule->n_actions;

	switch (a->kind) {
	case RULE_ACTION_MIRRED:
		return say_output(r, a, false, last);
	case RULE_ACTION_VLAN:
		return say_vlan(r, a);
	case RULE_ACTION_MPLS:
		return say_mpls(r, a);
	case RULE_ACTION_PEDIT:
		return odp_from_rule_pedit(r, a);
	case RULE_ACTION_CSUM:
		return say_csum(r, a);
	case RULE_ACTION_CT:
		return odp_from_rule_ct(r, a);
	case RULE_ACTION_POLICE:
		return say_meter(r, a);
	case RULE_ACTION_TUNNEL_KEY:
		return a->tunnel_key.set ? odp_from_rule_tunnel(r, a) :
					   is_release(r, i, to);
	default:
		return false;
	}
}

/* skbedit ptype host and what follows it, an output to an internal port. */
static bool say_host(struct odp_reversal *r, size_t i, size_t to)
{
	const struct rule_action *a = &r->rule->actions[i];

	return a->kind == RULE_ACTION_SKBEDIT && i + 1 < to &&
	       a->skbedit.has == RULE_SKBEDIT_PTYPE &&
	       a->skbedit.ptype == PACKET_HOST && a->verdict == RULE_PIPE &&
	       a[1].kind == RULE_ACTION_MIRRED &&
	       is_usual(r->rule, i + 1, to) &&
	       say_output(r, a + 1, true, i + 2U == r->rule->n_actions);
}

/*
 * A part of the list of actions, and where it goes from its end: the number of
 * actions if nowhere.
 */
struct part {
	size_t from, to, exit;
};

/* Where the roads of a police mtu are. */
struct roads {
	size_t le, end;        /* gt goes up to le, le up to end */
};

static bool find_roads(const struct rule *rule, size_t i,
		       const struct part *in, struct roads *out)
{
	const struct rule_action *a = &rule->actions[i], *gt_end;
	size_t target = a->police.conform_arg, to = in->to;

	if (a->kind != RULE_ACTION_POLICE || !a->police.mtu ||
	    a->police.rate || a->police.pkts_rate || !a->police.has_conform ||
	    port_is_meter_police(a->index))
		return false;
	out->le = out->end = to;
	if (a->police.conform == RULE_STOLEN ||
	    (a->police.conform == RULE_JUMP && target == in->exit))
		return true;
	if (a->police.conform != RULE_JUMP || target <= i || target > to)
		return false;
	gt_end = &rule->actions[target - 1];
	out->le = target;
	if (gt_end->verdict == RULE_PIPE)
		out->end = target;
	else if (gt_end->verdict == RULE_JUMP)
		out->end = gt_end->jump < to ? gt_end->jump : to;
	return out->end >= target;
}

static void say_list(struct odp_reversal *r, const struct part *part);

static void say_branch(struct odp_reversal *r, enum odp_action_kind kind,
		       const struct part *part)
{
	struct odp_action *branch = odp_add_action(r->out, kind);
	size_t n = r->out->n_actions;

	if (!branch)
		return;
	say_list(r, part);
	branch->n_inner = (uint16_t)(r->out->n_actions - n);
}

/* Either branch may have stripped the tunnel, or not. */
static size_t say_roads(struct odp_reversal *r, size_t i,
			const struct part *in, const struct roads *roads)
{
	size_t exit = roads->end < in->to ? roads->end : in->exit;
	const struct part gt = { i + 1, roads->le, exit };
	const struct part le = { roads->le, roads->end, exit };
	struct odp_action *out = odp_add_action(r->out, ODP_CHECK_PKT_LEN);
	size_t n = r->out->n_actions;
	bool tunnel = r->tunnel, tunnel_gt;

	if (!out)
		return roads->end;
	out->number = r->rule->actions[i].police.mtu;
	say_branch(r, ODP_IF_GT, &gt);
	tunnel_gt = r->tunnel;
	r->tunnel = tunnel;
	say_branch(r, ODP_IF_LE, &le);
	r->tunnel |= tunnel_gt;
	out->n_inner = (uint16_t)(r->out->n_actions - n);
	return roads->end;
}

/* The csum behind pedits was not what it should be, or was not there. */
static void check_csum(struct odp_reversal *r, const struct rule_action *next)
{
	if (next->kind == RULE_ACTION_PEDIT || next->kind == RULE_ACTION_CSUM)
		return;
	if (r->csum)
		reason_add(r->left, REASON_ACTION_UNSUPPORTED, 0,
			   "pedit without csum");
	r->csum = 0;
}

static bool say_one(struct odp_reversal *r, size_t i, size_t to)
{
	const struct rule_action *a = &r->rule->actions[i];

	if (a->kind == RULE_ACTION_GACT)
		return say_gact(r, a, i + 1 == to);
	return is_usual(r->rule, i, to) && say_action(r, i, to);
}

static void say_list(struct odp_reversal *r, const struct part *part)
{
	for (size_t i = part->from; i < part->to; i++) {
		const struct rule_action *a = &r->rule->actions[i];
		struct roads roads;

		check_csum(r, a);
		if (find_roads(r->rule, i, part, &roads))
			i = say_roads(r, i, part, &roads) - 1;
		else if (say_host(r, i, part->to))
			i++;
		else if (!say_one(r, i, part->to))
			leave(r, a);
	}
}

void odp_from_rule_actions(struct odp_reversal *r)
{
	const size_t n = r->rule->n_actions;
	const struct part all = { 0, n, n };

	say_list(r, &all);
}
