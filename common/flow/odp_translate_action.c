/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The list of actions: outputs, tags, chains, meters, and names for what has
 * no tc action.  set(), ct() and check_pkt_len() have files of their own.
 */
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <string.h>

#include "common/base/cleanup.h"
#include "common/flow/odp_translate.h"

#define VLAN_VID_MAX 4094      /* net/sched/act_vlan.c refuses 4095 */

struct rule_action *odp_translate_add(struct odp_translation *t,
				      enum rule_action_kind kind)
{
	struct rule_action *a = &t->spare;

	if (kind != RULE_ACTION_PEDIT && kind != RULE_ACTION_CSUM)
		odp_translate_end_sets(t);
	if (t->out->n_actions < RULE_MAX_ACTIONS)
		a = &t->out->actions[t->out->n_actions++];
	else
		reason_add(t->reasons, REASON_TOO_MANY_ACTIONS, 0,
			   "at most %d", RULE_MAX_ACTIONS);
	memset(a, 0, sizeof(*a));
	a->kind = (uint8_t)kind;
	a->verdict = RULE_PIPE;
	return a;
}

void *odp_translate_add_data(struct odp_translation *t, struct rule_action *a,
			     size_t size)
{
	void *data = rule_add_data(t->out, a, size);

	if (!data)
		reason_add(t->reasons, REASON_TOO_MANY_ACTIONS, 0,
			   "at most %d bytes of them", RULE_DATA_SIZE);
	return data;
}

/* Open vSwitch does so once, before the first output or set(tunnel()). */
void odp_translate_release(struct odp_translation *t)
{
	if (!t->packet.tunnel)
		return;
	(void)odp_translate_add(t, RULE_ACTION_TUNNEL_KEY);
	t->packet.tunnel = false;
	t->packet.released = true;
}

static void refuse(struct odp_translation *t, const char *what)
{
	reason_add(t->reasons, REASON_ACTION_UNSUPPORTED, 0, "%s", what);
}

/*
 * A tunnel device sends what has tunnel metadata and drops the rest.  Internal
 * ports are the host: their packets arrive there and are for it.  What is last
 * becomes a redirection when the list is done.
 */
static void translate_output(struct odp_translation *t,
			     const struct odp_action *a)
{
	enum port_kind kind = odp_translate_kind(t, &a->output);
	struct rule_action *out;

	if (port_kind_is_tunnel(kind) && !t->packet.encapped)
		refuse(t, "output to a tunnel without set(tunnel())");
	if (!t->packet.encapped)
		odp_translate_release(t);
	if (kind == PORT_KIND_INTERNAL) {
		out = odp_translate_add(t, RULE_ACTION_SKBEDIT);
		out->skbedit.has = RULE_SKBEDIT_PTYPE;
		out->skbedit.ptype = PACKET_HOST;
	}
	out = odp_translate_add(t, RULE_ACTION_MIRRED);
	out->mirred.op = kind == PORT_KIND_INTERNAL ? RULE_INGRESS_MIRROR :
						      RULE_EGRESS_MIRROR;
	out->mirred.port = a->output;
}

static void translate_drop(struct odp_translation *t,
			   const struct odp_action *a)
{
	(void)a;
	odp_translate_add(t, RULE_ACTION_GACT)->verdict = RULE_DROP;
	t->packet.gone = true;
}

/*
 * A packet that finds nothing in the next chain goes on to Open vSwitch with
 * the chain as its recirculation id, and as it is by then.
 */
static void translate_recirc(struct odp_translation *t,
			     const struct odp_action *a)
{
	struct rule_action *out = odp_translate_add(t, RULE_ACTION_GACT);

	out->verdict = RULE_GOTO_CHAIN;
	out->chain = a->number;
	t->packet.gone = true;
	if (!a->number)
		refuse(t, "recirc(0)");
	if (a->number > RULE_MAX_CHAIN)
		reason_add(t->reasons, REASON_CHAIN_TOO_BIG, 0, "0x%x",
			   a->number);
	if (t->packet.released)
		reason_add(t->reasons, REASON_CHAIN_AFTER_DECAP, 0,
			   "recirc(0x%x)", a->number);
}

static void translate_push_vlan(struct odp_translation *t,
				const struct odp_action *a)
{
	struct rule_action *out = odp_translate_add(t, RULE_ACTION_VLAN);

	if (!flow_is_tpid(a->push_vlan.tpid_be))
		reason_add(t->reasons, REASON_ACTION_UNSUPPORTED, 0,
			   "push_vlan(tpid=0x%04x)",
			   ntohs(a->push_vlan.tpid_be));
	if (a->push_vlan.id > VLAN_VID_MAX)
		reason_add(t->reasons, REASON_ACTION_UNSUPPORTED, 0,
			   "push_vlan(vid=%u)", a->push_vlan.id);
	if (!a->push_vlan.cfi)
		refuse(t, "push_vlan(cfi=0)");
	out->vlan.op = RULE_VLAN_PUSH;
	out->vlan.tpid_be = a->push_vlan.tpid_be;
	out->vlan.id = a->push_vlan.id;
	out->vlan.prio = a->push_vlan.prio;
	out->vlan.has_prio = true;
	t->packet.resized |= ++t->packet.n_tags > 1;
	t->packet.changed = true;
}

static void translate_pop_vlan(struct odp_translation *t,
			       const struct odp_action *a)
{
	(void)a;
	odp_translate_add(t, RULE_ACTION_VLAN)->vlan.op = RULE_VLAN_POP;
	t->packet.resized |= t->packet.n_tags > 1;
	if (t->packet.n_tags)
		t->packet.n_tags--;
	t->packet.changed = true;
}

/* The police action is there already, and says what becomes of packets. */
static void translate_meter(struct odp_translation *t,
			    const struct odp_action *a)
{
	struct rule_action *out = odp_translate_add(t, RULE_ACTION_POLICE);
	uint32_t index;

	if (!t->ports || !t->ports->meter ||
	    t->ports->meter(t->ports, a->number, &index) < 0)
		reason_add(t->reasons, REASON_METER_MISSING, 0, "meter(%u)",
			   a->number);
	else
		out->index = index;
	out->only_index = true;
}

static const struct action_row {
	const char *name;      /* as Open vSwitch prints it */
	void (*translate)(struct odp_translation *t,
			  const struct odp_action *a);    /* NULL: refused */
} action_rows[ODP_N_ACTION_KINDS] = {
	[ODP_OUTPUT] = { "output", translate_output },
	[ODP_DROP] = { "drop", translate_drop },
	[ODP_RECIRC] = { "recirc", translate_recirc },
	[ODP_PUSH_VLAN] = { "push_vlan", translate_push_vlan },
	[ODP_POP_VLAN] = { "pop_vlan", translate_pop_vlan },
	[ODP_PUSH_MPLS] = { "push_mpls", odp_translate_push_mpls },
	[ODP_POP_MPLS] = { "pop_mpls", odp_translate_pop_mpls },
	[ODP_SET] = { "set", odp_translate_set },
	[ODP_CT] = { "ct", odp_translate_ct },
	[ODP_CT_CLEAR] = { "ct_clear", odp_translate_ct },
	[ODP_METER] = { "meter", translate_meter },
	[ODP_CHECK_PKT_LEN] = { "check_pkt_len", NULL },
	[ODP_IF_GT] = { "gt", NULL },
	[ODP_IF_LE] = { "le", NULL },
	[ODP_CLONE] = { "clone", NULL },
	[ODP_SAMPLE] = { "sample", NULL },
	[ODP_TRUNC] = { "trunc", NULL },
	[ODP_DEC_TTL] = { "dec_ttl", NULL },
	[ODP_PUSH_ETH] = { "push_eth", NULL },
	[ODP_POP_ETH] = { "pop_eth", NULL },
	[ODP_USERSPACE] = { "userspace", NULL },
	[ODP_HASH] = { "hash", NULL },
	[ODP_PUSH_NSH] = { "push_nsh", NULL },
	[ODP_POP_NSH] = { "pop_nsh", NULL },
	[ODP_TNL_PUSH] = { "tnl_push", NULL },
	[ODP_TNL_POP] = { "tnl_pop", NULL },
	[ODP_PSAMPLE] = { "psample", NULL },
	[ODP_LB_OUTPUT] = { "lb_output", NULL },
	[ODP_ADD_MPLS] = { "add_mpls", NULL },
	[ODP_OTHER] = { "", NULL },
};

/* Of one that is kept as text: what is before its "(". */
static void refuse_action(struct odp_translation *t,
			  const struct odp_action *a)
{
	const char *name = action_rows[a->kind].name;
	size_t len = strlen(name);

	if (!len) {
		name = odp_data(t->flow, a);
		while (len < a->data_size && name[len] && name[len] != '(')
			len++;
	}
	reason_add(t->reasons, REASON_ACTION_UNSUPPORTED, 0, "%.*s",
		   len < REASON_SUBJECT_SIZE ? (int)len : REASON_SUBJECT_SIZE,
		   name);
}

void odp_translate_list(struct odp_translation *t, size_t from, size_t to,
			bool more)
{
	const struct odp_flow *flow = t->flow;

	for (size_t i = from, next; i < to; i = next) {
		const struct odp_action *a = &flow->actions[i];
		const struct action_row *row = &action_rows[a->kind];

		next = i + 1 + a->n_inner;
		if (t->packet.gone)
			refuse(t, "actions behind recirc or drop");
		if (a->kind == ODP_CHECK_PKT_LEN)
			odp_translate_check_len(t, i, next < to,
						more || next < to);
		else if (row->translate)
			row->translate(t, a);
		else
			refuse_action(t, a);
	}
	odp_translate_end_sets(t);
}

/*
 * Nothing else gets the packet: the last action takes it away.  A shared
 * police action has a verdict of its own, so one more follows it.
 */
static void end_list(struct odp_translation *t)
{
	struct rule *out = t->out;
	struct rule_action *last = out->n_actions ?
			&out->actions[out->n_actions - 1] : NULL;

	if (!last || (last->kind == RULE_ACTION_POLICE && last->index))
		last = odp_translate_add(t, RULE_ACTION_GACT);
	if (last->verdict != RULE_PIPE)
		return;
	last->verdict = RULE_DROP;
	if (last->kind != RULE_ACTION_MIRRED)
		return;
	last->verdict = RULE_STOLEN;
	last->mirred.op = last->mirred.op == RULE_INGRESS_MIRROR ?
				  RULE_INGRESS_REDIRECT : RULE_EGRESS_REDIRECT;
}

void odp_translate_actions(struct odp_translation *t)
{
	t->out->n_actions = 0;
	t->out->data_size = 0;
	odp_translate_prepare_sets(t);
	odp_translate_list(t, 0, t->flow->n_actions, false);
	end_list(t);
	odp_translate_end_exits(t);
}
