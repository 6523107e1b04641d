/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * check_pkt_len() as a police action whose mtu splits the road: longer packets
 * go on to the actions of gt, shorter ones jump over them to those of le.
 * Jumps of tc count actions from the first of the rule.
 *
 * In the datapath each branch works on a copy if something follows; in tc it
 * is the packet itself, so there branches may only output it.  And there the
 * length is that on arrival: one tag lies beside the packet and does not count,
 * but a second one and labels do, and of these act_police learns nothing.
 */
#include <string.h>

#include "common/flow/odp_translate.h"

static void add_exit(struct odp_translation *t, unsigned int action,
		     bool conform)
{
	if (t->n_exits < sizeof(t->exits) / sizeof(t->exits[0]))
		t->exits[t->n_exits++] = (struct odp_exit){ (uint8_t)action,
							    conform };
}

static void set_exit(struct rule *out, const struct odp_exit *e,
		     enum rule_verdict verdict, uint32_t jump)
{
	struct rule_action *a = &out->actions[e->action];

	if (e->conform) {
		a->police.conform = (uint8_t)verdict;
		a->police.conform_arg = jump;
	} else {
		a->verdict = (uint8_t)verdict;
		a->jump = jump;
	}
}

/* The exits from mark on go to the action that comes next. */
static void land_exits(struct odp_translation *t, unsigned int mark)
{
	uint32_t here = t->out->n_actions;

	for (; t->n_exits > mark; t->n_exits--) {
		const struct odp_exit *e = &t->exits[t->n_exits - 1];
		bool falls_through = !e->conform && e->action + 1U == here;

		set_exit(t->out, e, falls_through ? RULE_PIPE : RULE_JUMP,
			 falls_through ? 0 : here);
	}
}

/* Exits that have nowhere to go: everything was done to the packet. */
void odp_translate_end_exits(struct odp_translation *t)
{
	struct rule *out = t->out;

	for (; t->n_exits; t->n_exits--)
		set_exit(out, &t->exits[t->n_exits - 1], RULE_STOLEN, 0);
	for (unsigned int i = 0; i < out->n_actions; i++) {
		struct odp_exit e = { (uint8_t)i, false };
		const struct rule_action *a = &out->actions[i];

		if (a->verdict == RULE_JUMP && a->jump == out->n_actions)
			set_exit(out, &e, RULE_STOLEN, 0);
		e.conform = true;
		if (a->kind == RULE_ACTION_POLICE &&
		    a->police.conform == RULE_JUMP &&
		    a->police.conform_arg == out->n_actions)
			set_exit(out, &e, RULE_STOLEN, 0);
	}
}

/* "drop" at the end of a branch is how it is said that nothing follows. */
static size_t branch_end(const struct odp_flow *flow, size_t branch)
{
	size_t end = branch + 1 + flow->actions[branch].n_inner;
	size_t last = end;

	for (size_t i = branch + 1; i < end; i += 1U + flow->actions[i].n_inner)
		last = i;
	return last < end && flow->actions[last].kind == ODP_DROP ? last : end;
}

/* What is known where two roads meet. */
static void merge_packets(struct odp_packet *a, const struct odp_packet *b)
{
	a->tunnel |= b->tunnel;
	a->released |= b->released;
	a->resized |= b->resized;
	a->changed |= b->changed;
	a->encapped &= b->encapped;
	a->gone &= b->gone;
}

static void check_copies(struct odp_translation *t,
			 const struct odp_packet *gt,
			 const struct odp_packet *le)
{
	if (gt->changed || le->changed || gt->gone || le->gone)
		reason_add(t->reasons, REASON_ACTION_UNSUPPORTED, 0,
			   "check_pkt_len that changes what later actions get");
}

static struct rule_action *add_police(struct odp_translation *t,
				      const struct odp_action *a)
{
	struct rule_action *out = odp_translate_add(t, RULE_ACTION_POLICE);

	out->police.mtu = a->number;
	out->police.has_conform = true;
	out->police.conform = RULE_PIPE;
	if (!a->number)
		reason_add(t->reasons, REASON_ACTION_UNSUPPORTED, 0,
			   "check_pkt_len(size=0)");
	if (t->packet.resized)
		reason_add(t->reasons, REASON_ACTION_UNSUPPORTED, 0,
			   "check_pkt_len behind a change of the length");
	return out;
}

/*
 * The end of gt jumps over le.  Where gt is empty that is the police action
 * itself; where le is empty, shorter packets jump over gt to the same place.
 */
static void translate_branches(struct odp_translation *t, size_t gt, size_t le,
			       bool more)
{
	const struct odp_flow *flow = t->flow;
	struct odp_packet before = t->packet, after_gt;
	struct rule_action *police = add_police(t, &flow->actions[gt - 1]);
	unsigned int at = t->out->n_actions - 1U, le_start;

	t->packet.changed = before.changed = false;
	odp_translate_list(t, gt + 1, branch_end(flow, gt), more);
	after_gt = t->packet;
	le_start = t->out->n_actions;
	if (!after_gt.gone)
		add_exit(t, le_start - 1, false);
	t->packet = before;
	odp_translate_list(t, le + 1, branch_end(flow, le), more);
	if (t->out->n_actions == le_start) {
		add_exit(t, at, true);
	} else {
		police->police.conform = RULE_JUMP;
		police->police.conform_arg = le_start;
	}
	if (more)
		check_copies(t, &after_gt, &t->packet);
	merge_packets(&t->packet, &after_gt);
}

static bool is_whole(const struct odp_flow *flow, size_t i, size_t *le)
{
	size_t end = i + 1 + flow->actions[i].n_inner;

	if (end > flow->n_actions || end < i + 3 ||
	    flow->actions[i + 1].kind != ODP_IF_GT)
		return false;
	*le = i + 2 + flow->actions[i + 1].n_inner;
	return *le < end && flow->actions[*le].kind == ODP_IF_LE &&
	       *le + 1 + flow->actions[*le].n_inner == end;
}

void odp_translate_check_len(struct odp_translation *t, size_t i, bool follows,
			     bool more)
{
	bool changed = t->packet.changed;
	unsigned int mark = t->n_exits;
	size_t le;

	if (!is_whole(t->flow, i, &le)) {
		reason_add(t->reasons, REASON_ACTION_UNSUPPORTED, 0,
			   "check_pkt_len without gt and le");
		return;
	}
	if (t->out->n_actions >= RULE_MAX_ACTIONS) {
		(void)odp_translate_add(t, RULE_ACTION_POLICE);
		return;
	}
	translate_branches(t, i + 1, le, more);
	t->packet.changed |= changed;
	if (follows)
		land_exits(t, mark);
}
