/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What cls_flower asks of a driver: put a rule in, take it out, say its
 * counters. The faults that a test ordered strike here.
 */
#include <linux/delay.h>
#include <linux/slab.h>
#include <net/pkt_cls.h>

#include "hw.h"

static void take_time(const struct nsim_hw *hw)
{
	u32 us = READ_ONCE(hw->latency_us);

	if (us)
		fsleep(us);
}

static int check_device(const struct nsim_hw_bind *bind,
			struct netlink_ext_ack *extack)
{
	if (!bind->port || tc_can_offload(bind->dev))
		return 0;
	nsim_hw_say(extack, "hw-tc-offload is off on this device");
	return -EOPNOTSUPP;
}

/* Counters are read when asked for, so "immediate" is the truth. */
static int choose_stats(const struct flow_action *action, u8 *stats,
			struct netlink_ext_ack *extack)
{
	enum flow_action_hw_stats asked = FLOW_ACTION_HW_STATS_ANY;

	if (action->num_entries) {
		if (!flow_action_mixed_hw_stats_check(action, extack))
			return -EOPNOTSUPP;
		asked = action->entries[0].hw_stats;
	}
	if (asked & FLOW_ACTION_HW_STATS_IMMEDIATE)
		*stats = FLOW_ACTION_HW_STATS_IMMEDIATE;
	else if (asked & FLOW_ACTION_HW_STATS_DELAYED)
		*stats = FLOW_ACTION_HW_STATS_DELAYED;
	else
		*stats = FLOW_ACTION_HW_STATS_DISABLED;
	return 0;
}

static int check_faults(struct nsim_hw *hw, bool is_new,
			struct netlink_ext_ack *extack)
{
	if (hw->fail_count) {
		/* Without a word, as firmware fails. */
		hw->fail_count--;
		return -hw->fail_errno;
	}
	if (is_new && hw->capacity && hw->n_rules >= hw->capacity) {
		nsim_hw_say(extack, "rule table is full (capacity %u)",
			    hw->capacity);
		return -ENOSPC;
	}
	return 0;
}

static int insert(struct nsim_hw_rule *rule, struct flow_cls_offload *f,
		  const struct nsim_hw_match *match)
{
	struct nsim_hw_bind *bind = (struct nsim_hw_bind *)rule->id.bind;
	struct nsim_hw *hw = bind->hw;
	struct nsim_hw_rule *old;
	int err;

	take_time(hw);
	mutex_lock(&hw->lock);
	old = nsim_hw_table_by_cookie(bind, f->cookie);
	err = check_faults(hw, !old, f->common.extack);
	if (!err) {
		if (old)
			nsim_hw_table_remove(old);
		err = nsim_hw_table_insert(rule, f->common.chain_index,
					   f->common.prio, f->common.protocol,
					   match);
	}
	mutex_unlock(&hw->lock);
	return err;
}

static int build(struct nsim_hw_bind *bind, struct flow_cls_offload *f,
		 struct nsim_hw_match *match)
{
	struct netlink_ext_ack *extack = f->common.extack;
	const struct flow_rule *asked = f->rule;
	struct nsim_hw_rule *rule;
	int err;

	err = nsim_hw_key_match(bind, asked, match, extack);
	if (err)
		return err;
	rule = nsim_hw_table_alloc(bind, f->cookie, asked->action.num_entries,
				   match);
	if (!rule)
		return -ENOMEM;
	err = choose_stats(&asked->action, &rule->hw_stats, extack);
	if (!err)
		err = nsim_hw_action_set(rule, &asked->action, extack);
	if (!err)
		err = insert(rule, f, match);
	if (err)
		nsim_hw_table_free(rule);
	return err;
}

static int replace(struct nsim_hw_bind *bind, struct flow_cls_offload *f)
{
	struct nsim_hw_match *match;
	int err;

	err = check_device(bind, f->common.extack);
	if (err)
		return err;
	match = kmalloc(sizeof(*match), GFP_KERNEL);
	if (!match)
		return -ENOMEM;
	err = build(bind, f, match);
	kfree(match);
	return err;
}

static int destroy(struct nsim_hw_bind *bind, struct flow_cls_offload *f)
{
	struct nsim_hw *hw = bind->hw;
	struct nsim_hw_rule *rule;

	take_time(hw);
	mutex_lock(&hw->lock);
	rule = nsim_hw_table_by_cookie(bind, f->cookie);
	if (rule)
		nsim_hw_table_remove(rule);
	mutex_unlock(&hw->lock);
	return rule ? 0 : -ENOENT;
}

/* tc adds up: it is told what came since it last asked. */
static void tell(struct nsim_hw_rule *rule, struct flow_stats *stats)
{
	u64 packets = atomic64_read(&rule->packets);
	u64 bytes = atomic64_read(&rule->bytes);
	bool counted = rule->hw_stats != FLOW_ACTION_HW_STATS_DISABLED;

	if (counted)
		flow_stats_update(stats, bytes - rule->told_bytes,
				  packets - rule->told_packets, 0,
				  READ_ONCE(rule->used), rule->hw_stats);
	rule->told_packets = packets;
	rule->told_bytes = bytes;
}

static int stats(struct nsim_hw_bind *bind, struct flow_cls_offload *f)
{
	struct nsim_hw *hw = bind->hw;
	struct nsim_hw_rule *rule;

	mutex_lock(&hw->lock);
	rule = nsim_hw_table_by_cookie(bind, f->cookie);
	if (rule)
		tell(rule, &f->stats);
	mutex_unlock(&hw->lock);
	return rule ? 0 : -ENOENT;
}

int nsim_hw_tc_flower(struct nsim_hw_bind *bind, struct flow_cls_offload *f)
{
	switch (f->command) {
	case FLOW_CLS_REPLACE:
		return replace(bind, f);
	case FLOW_CLS_DESTROY:
		return destroy(bind, f);
	case FLOW_CLS_STATS:
		return stats(bind, f);
	case FLOW_CLS_TMPLT_CREATE:
	case FLOW_CLS_TMPLT_DESTROY:
		/* Any mask fits: a template asks for nothing. */
		return 0;
	default:
		return -EOPNOTSUPP;
	}
}

/* Without rtnl, hw->lock is what orders changes of the table. */
void nsim_hw_tc_block(struct netdevsim *ns, struct flow_block_offload *bo)
{
	bo->unlocked_driver_cb = ns->hw_port->unlocked;
}

/* The hook of a port's own block callback. */
int nsim_hw_tc_port(struct netdevsim *ns, struct flow_cls_offload *f)
{
	return nsim_hw_tc_flower(&ns->hw_port->bind, f);
}
