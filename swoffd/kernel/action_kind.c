/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kinds of action, the kernel's numbers for what they do, and of the kinds
 * that have no file of their own what is no plain parameter.
 */
#include "swoffd/kernel/action_kind.h"

#include <linux/pkt_cls.h>
#include <linux/tc_act/tc_csum.h>
#include <linux/tc_act/tc_ct.h>
#include <linux/tc_act/tc_gact.h>
#include <linux/tc_act/tc_mirred.h>
#include <linux/tc_act/tc_mpls.h>
#include <linux/tc_act/tc_pedit.h>
#include <linux/tc_act/tc_sample.h>
#include <linux/tc_act/tc_skbedit.h>
#include <linux/tc_act/tc_tunnel_key.h>
#include <linux/tc_act/tc_vlan.h>

#include "common/base/cleanup.h"
#include "common/flow/action_param.h"
#include "common/flow/uapi.h"
#include "swoffd/kernel/attr.h"

/*
 * Verdicts
 */

static const int verdicts[RULE_N_VERDICTS] = {
	[RULE_PIPE] = TC_ACT_PIPE,
	[RULE_DROP] = TC_ACT_SHOT,
	[RULE_PASS] = TC_ACT_OK,
	[RULE_STOLEN] = TC_ACT_STOLEN,
	[RULE_GOTO_CHAIN] = TC_ACT_GOTO_CHAIN,
	[RULE_CONTINUE] = TC_ACT_UNSPEC,
	[RULE_RECLASSIFY] = TC_ACT_RECLASSIFY,
	[RULE_TRAP] = TC_ACT_TRAP,
	[RULE_JUMP] = TC_ACT_JUMP,
};

int action_put_verdict(uint8_t verdict, uint32_t arg)
{
	if (verdict == RULE_GOTO_CHAIN || verdict == RULE_JUMP)
		return verdicts[verdict] | (int)(arg & RULE_MAX_CHAIN);
	return verdicts[verdict];
}

/* Whoever binds an action that exists is not asked for a verdict; whoever makes
 * one must give a sound one: act_api.c tcf_action_check_ctrlact(). */
int action_put_control(const struct rule_action *a)
{
	if (a->must_exist)
		return TC_ACT_VALUE_MAX + 1;
	return action_put_verdict(a->verdict, a->chain);
}

bool action_get_verdict(int v, uint8_t *verdict, uint32_t *arg)
{
	*arg = 0;
	if (v > 0 && (TC_ACT_EXT_CMP(v, TC_ACT_GOTO_CHAIN) ||
		      TC_ACT_EXT_CMP(v, TC_ACT_JUMP))) {
		*arg = (uint32_t)v & RULE_MAX_CHAIN;
		v &= ~(int)RULE_MAX_CHAIN;
	}
	for (uint8_t i = 0; i < RULE_N_VERDICTS; i++)
		if (verdicts[i] == v) {
			*verdict = i;
			return true;
		}
	return false;
}

/* One reference and one binding are the filter's own. */
uint32_t action_get_index(uint32_t index, int refcnt, int bindcnt)
{
	return refcnt > 1 || bindcnt > 1 ? index : 0;
}

/*
 * What is short enough to stand here
 */

static bool put_gact(const struct action_out *out,
		     const struct rule_action *a)
{
	struct tc_gact_p p = {
		.ptype = a->gact.prob,
		.pval = a->gact.prob_value,
		.paction = action_put_verdict(a->gact.prob_verdict,
					      a->gact.prob_arg),
	};

	return !a->gact.prob || attr_put(out->nlh, out->size, TCA_GACT_PROB,
					 &p, sizeof(p));
}

static const char *get_gact(const struct nlattr **tb, struct rule *rule,
			    struct rule_action *a)
{
	struct tc_gact_p p;

	(void)rule;
	if (!tb[TCA_GACT_PROB])
		return NULL;
	if (attr_copy(tb[TCA_GACT_PROB], &p, sizeof(p)))
		return "random";
	if (p.ptype == PGACT_NONE)
		return NULL;
	if (p.ptype > PGACT_DETERM ||
	    !action_get_verdict(p.paction, &a->gact.prob_verdict,
				&a->gact.prob_arg))
		return "random";
	a->gact.prob = (uint8_t)p.ptype;
	a->gact.prob_value = p.pval;
	return NULL;
}

static bool put_mirred(const struct action_out *out,
		       const struct rule_action *a)
{
	return !a->mirred.block ||
	       attr_put_u32(out->nlh, out->size, UAPI_MIRRED_BLOCKID,
			    a->mirred.block);
}

static const char *get_mirred(const struct nlattr **tb, struct rule *rule,
			      struct rule_action *a)
{
	(void)rule;
	a->mirred.port.no = PORT_NO_NONE;
	return tb[UAPI_MIRRED_BLOCKID] &&
	       attr_u32(tb[UAPI_MIRRED_BLOCKID], &a->mirred.block) ?
		       "block" : NULL;
}

static bool put_skbedit(const struct action_out *out,
			const struct rule_action *a)
{
	uint64_t flags = 0;

	if (a->skbedit.has & RULE_SKBEDIT_INHERITDSFIELD)
		flags |= SKBEDIT_F_INHERITDSFIELD;
	if (a->skbedit.queue_max)
		flags |= SKBEDIT_F_TXQ_SKBHASH;
	if (a->skbedit.queue_max &&
	    !attr_put_u16(out->nlh, out->size, TCA_SKBEDIT_QUEUE_MAPPING_MAX,
			  a->skbedit.queue_max))
		return false;
	return !flags || attr_put(out->nlh, out->size, TCA_SKBEDIT_FLAGS,
				  &flags, sizeof(flags));
}

static const char *get_skbedit(const struct nlattr **tb, struct rule *rule,
			       struct rule_action *a)
{
	uint64_t flags = 0;

	(void)rule;
	if (tb[TCA_SKBEDIT_FLAGS] &&
	    attr_copy(tb[TCA_SKBEDIT_FLAGS], &flags, sizeof(flags)))
		return "flags";
	if (flags & ~(uint64_t)(SKBEDIT_F_INHERITDSFIELD |
				SKBEDIT_F_TXQ_SKBHASH))
		return "flags";
	if (flags & SKBEDIT_F_INHERITDSFIELD)
		a->skbedit.has |= RULE_SKBEDIT_INHERITDSFIELD;
	if (flags & SKBEDIT_F_TXQ_SKBHASH &&
	    attr_u16(tb[TCA_SKBEDIT_QUEUE_MAPPING_MAX],
		     &a->skbedit.queue_max))
		return "queues";
	return NULL;
}

/*
 * The table of kinds
 */

static const uint8_t mirreds[] = {
	[RULE_EGRESS_REDIRECT] = TCA_EGRESS_REDIR,
	[RULE_EGRESS_MIRROR] = TCA_EGRESS_MIRROR,
	[RULE_INGRESS_REDIRECT] = TCA_INGRESS_REDIR,
	[RULE_INGRESS_MIRROR] = TCA_INGRESS_MIRROR, 0,
};

static const uint8_t vlans[] = {
	[RULE_VLAN_POP] = TCA_VLAN_ACT_POP,
	[RULE_VLAN_PUSH] = TCA_VLAN_ACT_PUSH,
	[RULE_VLAN_MODIFY] = TCA_VLAN_ACT_MODIFY,
	[RULE_VLAN_POP_ETH] = TCA_VLAN_ACT_POP_ETH,
	[RULE_VLAN_PUSH_ETH] = TCA_VLAN_ACT_PUSH_ETH, 0,
};

static const uint8_t tunnels[] = {
	[false] = TCA_TUNNEL_KEY_ACT_RELEASE,
	[true] = TCA_TUNNEL_KEY_ACT_SET, 0,
};

static const uint8_t mplss[] = {
	[RULE_MPLS_POP] = TCA_MPLS_ACT_POP,
	[RULE_MPLS_PUSH] = TCA_MPLS_ACT_PUSH,
	[RULE_MPLS_DEC_TTL] = TCA_MPLS_ACT_DEC_TTL,
	[RULE_MPLS_MODIFY] = TCA_MPLS_ACT_MODIFY,
	[RULE_MPLS_MAC_PUSH] = TCA_MPLS_ACT_MAC_PUSH, 0,
};

const struct action_kind action_kinds[RULE_N_ACTION_KINDS] = {
	[RULE_ACTION_GACT] = { "gact", TCA_GACT_PARMS, TCA_GACT_TM, 0, NULL,
			       put_gact, get_gact },
	[RULE_ACTION_MIRRED] = { "mirred", TCA_MIRRED_PARMS, TCA_MIRRED_TM, 2,
				 mirreds, put_mirred, get_mirred },
	[RULE_ACTION_VLAN] = { "vlan", TCA_VLAN_PARMS, TCA_VLAN_TM, 1, vlans,
			       NULL, NULL },
	[RULE_ACTION_TUNNEL_KEY] = { "tunnel_key", TCA_TUNNEL_KEY_PARMS,
				     TCA_TUNNEL_KEY_TM, 1, tunnels,
				     action_put_tunnel, action_get_tunnel },
	[RULE_ACTION_PEDIT] = { "pedit", 0, TCA_PEDIT_TM, 0, NULL,
				action_put_pedit, action_get_pedit },
	[RULE_ACTION_CSUM] = { "csum", TCA_CSUM_PARMS, TCA_CSUM_TM, 1, NULL,
			       NULL, NULL },
	[RULE_ACTION_CT] = { "ct", TCA_CT_PARMS, TCA_CT_TM, 0, NULL,
			     action_put_ct, action_get_ct },
	[RULE_ACTION_POLICE] = { "police", 0, TCA_POLICE_TM, 0, NULL,
				 action_put_police, action_get_police },
	[RULE_ACTION_SAMPLE] = { "sample", TCA_SAMPLE_PARMS, TCA_SAMPLE_TM, 0,
				 NULL, NULL, NULL },
	[RULE_ACTION_SKBEDIT] = { "skbedit", TCA_SKBEDIT_PARMS,
				  TCA_SKBEDIT_TM, 0, NULL, put_skbedit,
				  get_skbedit },
	[RULE_ACTION_MPLS] = { "mpls", TCA_MPLS_PARMS, TCA_MPLS_TM, 1, mplss,
			       NULL, NULL },
};

/* Bytes of data that an action of the kind always has. */
size_t action_fixed_data(const struct rule_action *a)
{
	if (a->kind == RULE_ACTION_CT)
		return sizeof(struct rule_ct);
	return a->kind == RULE_ACTION_TUNNEL_KEY && a->tunnel_key.set ?
		       sizeof(struct rule_tunnel) : 0;
}

bool action_is_op(const struct rule_action *a)
{
	static const uint8_t n_ops[RULE_N_ACTION_KINDS] = {
		[RULE_ACTION_MIRRED] = ARRAY_LEN(mirreds) - 1,
		[RULE_ACTION_VLAN] = ARRAY_LEN(vlans) - 1,
		[RULE_ACTION_TUNNEL_KEY] = ARRAY_LEN(tunnels) - 1,
		[RULE_ACTION_MPLS] = ARRAY_LEN(mplss) - 1,
	};

	return !n_ops[a->kind] || action_op(a) < n_ops[a->kind];
}
