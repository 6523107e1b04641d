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

/* hw_tc is what tc calls the classes of the hook. */
static void add_classid(struct text *t, uint32_t classid)
{
	uint32_t major = TC_H_MAJ(classid) >> 16, minor = TC_H_MIN(classid);

	if (TC_H_MAJ(classid) == TC_H_MAJ(TC_H_CLSACT) && minor >= TC_H_MIN_PRIORITY &&
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
		tc_format_action(&t, rule, &rule->actions[i]);
	}
	return (int)t.len;
}
