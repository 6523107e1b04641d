/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A rule as a line that tc(8) takes.  Numbers whose base tc would guess carry
 * their 0x.
 */
#include <linux/pkt_sched.h>
#include <stdio.h>
#include <string.h>

#include "common/flow/tctext_parse.h"
#include "common/flow/text.h"

static void add_place(struct text *t, const struct rule *r)
{
	if (r->block) {
		text_add(t, "block %u", r->block);
	} else {
		text_add(t, "dev ");
		text_port(t, &r->dev);
		text_add(t, r->hook == RULE_EGRESS ? " egress" : " ingress");
	}
	text_add(t, " protocol ");
	tc_format_protocol(t, r->protocol_be);
	if (r->prio)
		text_add(t, " prio %u", r->prio);
	if (r->handle)
		text_add(t, " handle 0x%x", r->handle);
	if (r->chain)
		text_add(t, " chain %u", r->chain);
	text_add(t, " flower");
}

/*
 * Actions
 */

static void add_verdict(struct text *t, const struct rule_action *a)
{
	switch (a->verdict) {
	case RULE_PIPE:
		text_add(t, " pipe");
		return;
	case RULE_DROP:
		text_add(t, " drop");
		return;
	case RULE_PASS:
		text_add(t, " pass");
		return;
	case RULE_STOLEN:
		text_add(t, " stolen");
		return;
	case RULE_GOTO_CHAIN:
		text_add(t, " goto chain %u", a->chain);
		return;
	}
}

static void add_mirred(struct text *t, const struct rule_action *a)
{
	static const char *const ops[] = {
		[RULE_EGRESS_REDIRECT] = "egress redirect",
		[RULE_EGRESS_MIRROR] = "egress mirror",
		[RULE_INGRESS_REDIRECT] = "ingress redirect",
		[RULE_INGRESS_MIRROR] = "ingress mirror",
	};

	text_add(t, " mirred %s dev ", ops[a->mirred.op]);
	text_port(t, &a->mirred.port);
	/* tc has no word for another verdict of a redirect. */
	if (a->mirred.op == RULE_EGRESS_MIRROR ||
	    a->mirred.op == RULE_INGRESS_MIRROR)
		add_verdict(t, a);
}

static void add_vlan(struct text *t, const struct rule_action *a)
{
	static const char *const ops[] = {
		[RULE_VLAN_POP] = "pop",
		[RULE_VLAN_PUSH] = "push",
		[RULE_VLAN_MODIFY] = "modify",
	};

	text_add(t, " vlan %s", ops[a->vlan.op]);
	if (a->vlan.op != RULE_VLAN_POP) {
		text_add(t, " id %u protocol ", a->vlan.id);
		tc_format_protocol(t, a->vlan.tpid_be);
		if (a->vlan.has_prio)
			text_add(t, " priority %u", a->vlan.prio);
	}
	add_verdict(t, a);
}

void tc_format_action(struct text *t, const struct rule_action *a)
{
	text_add(t, "action");
	switch (a->kind) {
	case RULE_ACTION_GACT:
		add_verdict(t, a);
		return;
	case RULE_ACTION_MIRRED:
		add_mirred(t, a);
		return;
	case RULE_ACTION_VLAN:
		add_vlan(t, a);
		return;
	}
}

/* hw_tc is what tc calls the classes of the hook. */
static void add_classid(struct text *t, uint32_t classid)
{
	uint32_t major = TC_H_MAJ(classid) >> 16, minor = TC_H_MIN(classid);

	if (TC_H_MAJ(classid) == TC_H_CLSACT && minor >= TC_H_MIN_PRIORITY &&
	    minor < TC_H_MIN_PRIORITY + TC_QOPT_MAX_QUEUE)
		text_add(t, " hw_tc %u", minor - TC_H_MIN_PRIORITY);
	else if (classid)
		text_add(t, " classid %x:%x", major, minor);
}

int tctext_format(const struct rule *rule, char *out, size_t size)
{
	struct text t;

	text_init(&t, out, size);
	add_place(&t, rule);
	tc_format_keys(&t, &rule->match);
	add_classid(&t, rule->classid);
	if (rule->policy != RULE_BEST_EFFORT)
		text_add(&t, rule->policy == RULE_HW_ONLY ? " skip_sw" :
							    " skip_hw");
	if (rule->verbose)
		text_add(&t, " verbose");
	for (size_t i = 0; i < rule->n_actions; i++) {
		text_add(&t, " ");
		tc_format_action(&t, &rule->actions[i]);
	}
	return (int)t.len;
}
