/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Actions as words that tc(8) takes, and that read back as the same action.
 * Where tc has no words, they are ours.
 */
#include <linux/pkt_cls.h>
#include <linux/tc_act/tc_gact.h>

#include "common/base/cleanup.h"
#include "common/flow/tctext_action.h"

void act_show_verdict(struct text *t, uint8_t verdict, uint32_t arg)
{
	static const char *const words[RULE_N_VERDICTS] = {
		[RULE_PIPE] = "pipe",
		[RULE_DROP] = "drop",
		[RULE_PASS] = "pass",
		[RULE_STOLEN] = "stolen",
		[RULE_GOTO_CHAIN] = "goto chain",
		[RULE_CONTINUE] = "continue",
		[RULE_RECLASSIFY] = "reclassify",
		[RULE_TRAP] = "trap",
		[RULE_JUMP] = "jump",
	};

	text_add(t, " %s", words[verdict]);
	if (verdict == RULE_GOTO_CHAIN || verdict == RULE_JUMP)
		text_add(t, " %u", arg);
}

static void show_control(struct text *t, const struct rule_action *a)
{
	act_show_verdict(t, a->verdict, a->chain);
}

static void show_gact(struct text *t, const struct rule *r,
		      const struct rule_action *a)
{
	(void)r;
	show_control(t, a);
	if (!a->gact.prob)
		return;
	text_add(t, " random %s",
		 a->gact.prob == PGACT_NETRAND ? "netrand" : "determ");
	act_show_verdict(t, a->gact.prob_verdict, a->gact.prob_arg);
	text_add(t, " %u", a->gact.prob_value);
}

static bool is_redirect(const struct rule_action *a)
{
	return a->mirred.op == RULE_EGRESS_REDIRECT ||
	       a->mirred.op == RULE_INGRESS_REDIRECT;
}

static void show_mirred(struct text *t, const struct rule *r,
			const struct rule_action *a)
{
	static const char *const ops[] = {
		[RULE_EGRESS_REDIRECT] = "egress redirect",
		[RULE_EGRESS_MIRROR] = "egress mirror",
		[RULE_INGRESS_REDIRECT] = "ingress redirect",
		[RULE_INGRESS_MIRROR] = "ingress mirror",
	};

	(void)r;
	text_add(t, " %s", ops[a->mirred.op]);
	if (a->mirred.block) {
		text_add(t, " blockid %u", a->mirred.block);
	} else {
		text_add(t, " dev ");
		text_port(t, &a->mirred.port);
	}
	/* Stolen is what a redirect ends with; tc has no place for another. */
	if (!is_redirect(a))
		show_control(t, a);
}

static void show_vlan(struct text *t, const struct rule *r,
		      const struct rule_action *a)
{
	static const char *const ops[] = {
		[RULE_VLAN_POP] = "pop",
		[RULE_VLAN_PUSH] = "push",
		[RULE_VLAN_MODIFY] = "modify",
		[RULE_VLAN_POP_ETH] = "pop_eth",
		[RULE_VLAN_PUSH_ETH] = "push_eth",
	};

	text_add(t, " %s", ops[a->vlan.op]);
	act_show_params(t, r, a);
}

static void show_mpls(struct text *t, const struct rule *r,
		      const struct rule_action *a)
{
	static const char *const ops[] = {
		[RULE_MPLS_POP] = "pop",
		[RULE_MPLS_PUSH] = "push",
		[RULE_MPLS_DEC_TTL] = "dec_ttl",
		[RULE_MPLS_MODIFY] = "modify",
		[RULE_MPLS_MAC_PUSH] = "mac_push",
	};

	text_add(t, " %s", ops[a->mpls.op]);
	act_show_params(t, r, a);
}

static void show_csum(struct text *t, const struct rule *r,
		      const struct rule_action *a)
{
	uint32_t left = a->csum.flags;

	(void)r;
	for (size_t i = 0; i < act_n_csums; i++) {
		if (!(left & act_csums[i].bit))
			continue;
		text_add(t, "%s %s", left == a->csum.flags ? "" : " and",
			 act_csums[i].word);
		left &= ~act_csums[i].bit;
	}
}

static void show_skbedit(struct text *t, const struct rule *r,
			 const struct rule_action *a)
{
	/* The range is a form of ours, and its first queue a parameter. */
	if (a->skbedit.queue_max) {
		struct rule_action rest = *a;

		text_add(t, " queue_mapping %u-%u", a->skbedit.queue,
			 a->skbedit.queue_max);
		rest.skbedit.has &= (uint8_t)~RULE_SKBEDIT_QUEUE;
		act_show_params(t, r, &rest);
	} else {
		act_show_params(t, r, a);
	}
	if (a->skbedit.has & RULE_SKBEDIT_INHERITDSFIELD)
		text_add(t, " inheritdsfield");
}

/* control: is the verdict behind the parameters? */
static const struct {
	const char *word;
	void (*show)(struct text *t, const struct rule *r,
		     const struct rule_action *a);
	bool control;
} kinds[RULE_N_ACTION_KINDS] = {
	[RULE_ACTION_GACT] = { "gact", show_gact, false },
	[RULE_ACTION_MIRRED] = { "mirred", show_mirred, false },
	[RULE_ACTION_VLAN] = { "vlan", show_vlan, true },
	[RULE_ACTION_TUNNEL_KEY] = { "tunnel_key", act_show_tunnel, true },
	[RULE_ACTION_PEDIT] = { "pedit", act_show_pedit, true },
	[RULE_ACTION_CSUM] = { "csum", show_csum, true },
	[RULE_ACTION_CT] = { "ct", act_show_ct, true },
	[RULE_ACTION_POLICE] = { "police", act_show_police, false },
	[RULE_ACTION_SAMPLE] = { "sample", act_show_params, true },
	[RULE_ACTION_SKBEDIT] = { "skbedit", show_skbedit, true },
	[RULE_ACTION_MPLS] = { "mpls", show_mpls, true },
};

static void show_properties(struct text *t, const struct rule_action *a)
{
	static const char *const hw_stats[] = {
		"disabled", "immediate", "delayed", "any",
	};

	if (a->index && !a->only_index)
		text_add(t, " index %u", a->index);
	if (a->cookie_size) {
		text_add(t, " cookie ");
		act_show_hex(t, a->cookie, a->cookie_size);
	}
	if (a->has_hw_stats)
		text_add(t, " hw_stats %s",
			 hw_stats[a->hw_stats % ARRAY_LEN(hw_stats)]);
	if (a->no_percpu)
		text_add(t, " no_percpu");
}

void tc_format_action(struct text *t, const struct rule *r,
		      const struct rule_action *a)
{
	text_add(t, "action");
	/* A plain verdict stands alone, but for the one that tc has not. */
	if (a->kind != RULE_ACTION_GACT || a->verdict == RULE_STOLEN)
		text_add(t, " %s", kinds[a->kind].word);
	if (a->only_index) {
		text_add(t, " index %u", a->index);
	} else {
		kinds[a->kind].show(t, r, a);
		if (kinds[a->kind].control)
			show_control(t, a);
	}
	show_properties(t, a);
}
