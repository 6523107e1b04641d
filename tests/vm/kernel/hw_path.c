/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The way of one frame: the port's own rules, then those of a bond device
 * above it, then those of a tunnel device if it is a tunnel's frame; and up
 * the representor if nothing wanted it.
 */
#include <linux/jiffies.h>

#include "hw.h"

/* Counted is the frame as the rule saw it: Ethernet header, no FCS. */
static void count(struct nsim_hw_rule *rule, const struct nsim_hw_frame *frame)
{
	atomic64_inc(&rule->packets);
	atomic64_add(frame->len, &rule->bytes);
	WRITE_ONCE(rule->used, jiffies);
}

static enum nsim_hw_verdict run_chains(struct nsim_hw_bind *bind,
				       struct nsim_hw_frame *frame, u32 *chain)
{
	enum nsim_hw_verdict verdict;
	struct nsim_hw_rule *rule;
	int hops;

	*chain = 0;
	for (hops = 0; hops <= NSIM_HW_HOPS; hops++) {
		rule = nsim_hw_table_find(bind, *chain, frame);
		if (!rule)
			return NSIM_HW_MISS;
		count(rule, frame);
		verdict = nsim_hw_action_run(rule, frame, chain);
		if (verdict != NSIM_HW_GOTO)
			return verdict;
	}
	return NSIM_HW_GONE;
}

/* An upper's rules; what they do not finish starts again in software. */
static bool run_upper(struct nsim_hw_bind *bind, struct nsim_hw_frame *frame)
{
	u32 chain;

	return bind && run_chains(bind, frame, &chain) == NSIM_HW_GONE;
}

/*
 * What goes up: an accepted frame as it is now; one that missed in a later
 * chain as it is now, with the number of that chain; any other as it came.
 */
static void go_up(struct nsim_hw_frame *frame, enum nsim_hw_verdict why,
		  u32 chain)
{
	if (why == NSIM_HW_ACCEPT ||
	    (why == NSIM_HW_MISS && chain && IS_ENABLED(CONFIG_NET_TC_SKB_EXT)))
		nsim_hw_port_receive(frame->in, frame->data, frame->len, why,
				     chain);
	else
		nsim_hw_port_receive(frame->in, frame->wire, frame->wire_len,
				     why, 0);
}

void nsim_hw_path(struct nsim_hw_frame *frame)
{
	enum nsim_hw_verdict verdict;
	u32 chain;

	nsim_hw_frame_reset(frame);
	verdict = run_chains(&frame->in->bind, frame, &chain);
	if (verdict == NSIM_HW_GONE)
		return;
	if (verdict == NSIM_HW_MISS && !chain) {
		if (run_upper(nsim_hw_upper_bond_bind(frame->in), frame))
			return;
		nsim_hw_frame_reset(frame);
		if (run_upper(nsim_hw_upper_decap(frame), frame))
			return;
	}
	go_up(frame, verdict, chain);
}
