/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The rule table: where rules are kept and how one is found. Does not know
 * what keys and actions mean.
 *
 * A bind holds chains, a chain holds groups in the order in which they are
 * tried: by prio, then by age, as cls_flower tries its masks. A group is one
 * mask; all rules of all groups are in one hash, by group and masked bytes.
 * So a lookup costs one hash per group, however many rules there are.
 */
#include <linux/jhash.h>
#include <linux/seq_file.h>
#include <linux/slab.h>

#include "hw.h"

static u32 lookup_hash(const void *data, u32 len, u32 seed)
{
	const struct nsim_hw_lookup *l = data;

	return jhash2((const u32 *)l->bytes, l->group->len / sizeof(u32),
		      seed ^ hash_ptr(l->group, 32));
}

static int lookup_cmp(struct rhashtable_compare_arg *arg, const void *obj)
{
	const struct nsim_hw_lookup *l = arg->key;
	const struct nsim_hw_rule *rule = obj;

	return rule->lookup.group != l->group ||
	       memcmp(rule->lookup.bytes, l->bytes, l->group->len);
}

static const struct rhashtable_params by_key_params = {
	.key_offset = offsetof(struct nsim_hw_rule, lookup),
	.key_len = sizeof(struct nsim_hw_lookup),
	.head_offset = offsetof(struct nsim_hw_rule, by_key),
	.hashfn = lookup_hash,
	.obj_cmpfn = lookup_cmp,
	.automatic_shrinking = true,
};

static const struct rhashtable_params by_cookie_params = {
	.key_offset = offsetof(struct nsim_hw_rule, id),
	.key_len = sizeof(struct nsim_hw_rule_id),
	.head_offset = offsetof(struct nsim_hw_rule, by_cookie),
	.automatic_shrinking = true,
};

static const struct rhashtable_params group_params = {
	.key_offset = offsetof(struct nsim_hw_group, id),
	.key_len = sizeof(struct nsim_hw_group_id),
	.head_offset = offsetof(struct nsim_hw_group, node),
	.automatic_shrinking = true,
};

int nsim_hw_table_init(struct nsim_hw *hw)
{
	int err;

	xa_init_flags(&hw->rules, XA_FLAGS_ALLOC1);
	err = rhashtable_init(&hw->by_cookie, &by_cookie_params);
	if (err)
		return err;
	err = rhltable_init(&hw->by_key, &by_key_params);
	if (err)
		goto err_cookie;
	err = rhashtable_init(&hw->groups, &group_params);
	if (err)
		goto err_key;
	return 0;

err_key:
	rhltable_destroy(&hw->by_key);
err_cookie:
	rhashtable_destroy(&hw->by_cookie);
	return err;
}

void nsim_hw_table_exit(struct nsim_hw *hw)
{
	WARN_ON_ONCE(hw->n_rules);
	rhashtable_destroy(&hw->groups);
	rhltable_destroy(&hw->by_key);
	rhashtable_destroy(&hw->by_cookie);
	xa_destroy(&hw->rules);
}

void nsim_hw_bind_init(struct nsim_hw_bind *bind, struct nsim_hw *hw,
		       struct net_device *dev, struct nsim_hw_port *port)
{
	bind->hw = hw;
	bind->dev = dev;
	bind->port = port;
	INIT_LIST_HEAD(&bind->list);
	xa_init(&bind->chains);
}

/* tc destroys every rule before it lets go of a device: nothing is left. */
void nsim_hw_bind_exit(struct nsim_hw_bind *bind)
{
	struct nsim_hw_rule *rule;
	unsigned long i;

	mutex_lock(&bind->hw->lock);
	if (WARN_ON_ONCE(bind->rules)) {
		xa_for_each(&bind->hw->rules, i, rule)
			if (rule->id.bind == bind)
				nsim_hw_table_remove(rule);
	}
	mutex_unlock(&bind->hw->lock);
	xa_destroy(&bind->chains);
}

static struct nsim_hw_chain *get_chain(struct nsim_hw_bind *bind, u32 index)
{
	struct nsim_hw_chain *chain = xa_load(&bind->chains, index);
	int err;

	if (chain)
		return chain;
	chain = kzalloc(sizeof(*chain), GFP_KERNEL);
	if (!chain)
		return ERR_PTR(-ENOMEM);
	chain->bind = bind;
	chain->index = index;
	INIT_LIST_HEAD(&chain->groups);
	err = xa_err(xa_store(&bind->chains, index, chain, GFP_KERNEL));
	if (err) {
		kfree(chain);
		return ERR_PTR(err);
	}
	return chain;
}

static void put_chain(struct nsim_hw_chain *chain)
{
	if (!list_empty(&chain->groups))
		return;
	xa_erase(&chain->bind->chains, chain->index);
	kfree_rcu(chain, rcu);
}

/* The newest prio is mostly the last, so look from the end. */
static void link_group(struct nsim_hw_chain *chain,
		       struct nsim_hw_group *group)
{
	struct nsim_hw_group *before;

	list_for_each_entry_reverse(before, &chain->groups, list)
		if (before->id.prio <= group->id.prio)
			break;
	list_add_rcu(&group->list, &before->list);
}

/* Rules come in crowds: the next one is mostly like the last. */
static bool is_last(const struct nsim_hw_chain *chain, u32 prio,
		    __be16 protocol, const struct nsim_hw_key *mask)
{
	const struct nsim_hw_group *last = chain->last;

	return last && last->id.prio == prio &&
	       last->id.protocol == protocol &&
	       !memcmp(&last->id.mask, mask, sizeof(*mask));
}

static struct nsim_hw_group *get_group(struct nsim_hw_chain *chain, u32 prio,
				       __be16 protocol,
				       const struct nsim_hw_key *mask)
{
	struct nsim_hw *hw = chain->bind->hw;
	struct nsim_hw_group *group, *old;
	int err;

	if (is_last(chain, prio, protocol, mask))
		return chain->last;
	group = kzalloc(sizeof(*group), GFP_KERNEL);
	if (!group)
		return ERR_PTR(-ENOMEM);
	group->id.chain = chain;
	group->id.prio = prio;
	group->id.protocol = protocol;
	group->id.mask = *mask;
	nsim_hw_key_span(mask, &group->start, &group->len);

	old = rhashtable_lookup_get_insert_fast(&hw->groups, &group->node,
						group_params);
	if (old) {
		err = PTR_ERR_OR_ZERO(old);
		kfree(group);
		if (err)
			return ERR_PTR(err);
		group = old;
	} else {
		link_group(chain, group);
	}
	chain->last = group;
	return group;
}

static void put_group(struct nsim_hw_group *group)
{
	struct nsim_hw_chain *chain = group->id.chain;

	if (group->rules)
		return;
	if (chain->last == group)
		chain->last = NULL;
	list_del_rcu(&group->list);
	rhashtable_remove_fast(&chain->bind->hw->groups, &group->node,
			       group_params);
	kfree_rcu(group, rcu);
	put_chain(chain);
}

struct nsim_hw_rule *nsim_hw_table_alloc(struct nsim_hw_bind *bind,
					 unsigned long cookie,
					 unsigned int n_actions,
					 const struct nsim_hw_match *match)
{
	struct nsim_hw_rule *rule;
	size_t size = struct_size(rule, actions, n_actions);
	u16 start, len;

	nsim_hw_key_span(&match->mask, &start, &len);
	size = ALIGN(size, sizeof(long));
	rule = kzalloc(size + len, GFP_KERNEL);
	if (!rule)
		return NULL;
	rule->id.bind = bind;
	rule->id.cookie = cookie;
	rule->n_actions = n_actions;
	rule->lookup.bytes = (u8 *)rule + size;
	memcpy((u8 *)rule + size, (const u8 *)&match->key + start, len);
	return rule;
}

/* References go at once: whoever still sees the rule is under RCU. */
void nsim_hw_table_free(struct nsim_hw_rule *rule)
{
	int i;

	for (i = 0; i < rule->n_actions; i++)
		nsim_hw_action_put(&rule->actions[i]);
	kfree_rcu(rule, rcu);
}

int nsim_hw_table_insert(struct nsim_hw_rule *rule, u32 index, u32 prio,
			 __be16 protocol, const struct nsim_hw_match *match)
{
	struct nsim_hw_bind *bind = (struct nsim_hw_bind *)rule->id.bind;
	struct nsim_hw *hw = bind->hw;
	struct nsim_hw_chain *chain;
	struct nsim_hw_group *group;
	int err;

	chain = get_chain(bind, index);
	if (IS_ERR(chain))
		return PTR_ERR(chain);
	group = get_group(chain, prio, protocol, &match->mask);
	if (IS_ERR(group)) {
		put_chain(chain);
		return PTR_ERR(group);
	}
	err = xa_alloc_cyclic(&hw->rules, &rule->number, rule, xa_limit_32b,
			      &hw->last_number, GFP_KERNEL);
	if (err < 0)
		goto err_group;
	err = rhashtable_insert_fast(&hw->by_cookie, &rule->by_cookie,
				     by_cookie_params);
	if (err)
		goto err_number;
	rule->lookup.group = group;
	err = rhltable_insert(&hw->by_key, &rule->by_key, by_key_params);
	if (err)
		goto err_cookie;
	group->rules++;
	bind->rules++;
	hw->n_rules++;
	return 0;

err_cookie:
	rhashtable_remove_fast(&hw->by_cookie, &rule->by_cookie,
			       by_cookie_params);
err_number:
	xa_erase(&hw->rules, rule->number);
err_group:
	put_group(group);
	return err;
}

void nsim_hw_table_remove(struct nsim_hw_rule *rule)
{
	struct nsim_hw_group *group = (void *)rule->lookup.group;
	struct nsim_hw_bind *bind = (void *)rule->id.bind;
	struct nsim_hw *hw = bind->hw;

	rhltable_remove(&hw->by_key, &rule->by_key, by_key_params);
	rhashtable_remove_fast(&hw->by_cookie, &rule->by_cookie,
			       by_cookie_params);
	xa_erase(&hw->rules, rule->number);
	hw->n_rules--;
	bind->rules--;
	group->rules--;
	put_group(group);
	nsim_hw_table_free(rule);
}

struct nsim_hw_rule *nsim_hw_table_by_cookie(struct nsim_hw_bind *bind,
					     unsigned long cookie)
{
	struct nsim_hw_rule_id id = { .bind = bind, .cookie = cookie };

	return rhashtable_lookup_fast(&bind->hw->by_cookie, &id,
				      by_cookie_params);
}

static struct nsim_hw_rule *find_in(struct nsim_hw *hw,
				    const struct nsim_hw_group *group,
				    struct nsim_hw_frame *frame)
{
	const long *mask = (void *)((u8 *)&group->id.mask + group->start);
	const long *key = (void *)((u8 *)&frame->key + group->start);
	long *masked = (long *)&frame->masked;
	struct nsim_hw_lookup lookup = {
		.group = group,
		.bytes = (u8 *)masked,
	};
	struct rhlist_head *found;
	int i;

	for (i = 0; i < group->len / sizeof(long); i++)
		masked[i] = key[i] & mask[i];
	found = rhltable_lookup(&hw->by_key, &lookup, by_key_params);
	return found ? container_of(found, struct nsim_hw_rule, by_key) : NULL;
}

struct nsim_hw_rule *nsim_hw_table_find(struct nsim_hw_bind *bind, u32 index,
					struct nsim_hw_frame *frame)
{
	__be16 protocol = nsim_hw_key_protocol(frame->data);
	struct nsim_hw_chain *chain = xa_load(&bind->chains, index);
	struct nsim_hw_group *group;
	struct nsim_hw_rule *rule;

	if (!chain)
		return NULL;
	nsim_hw_key_dissect(frame);
	list_for_each_entry_rcu(group, &chain->groups, list) {
		if (group->id.protocol != protocol &&
		    group->id.protocol != htons(ETH_P_ALL))
			continue;
		rule = find_in(bind->hw, group, frame);
		if (rule)
			return rule;
	}
	return NULL;
}

void nsim_hw_table_show(struct seq_file *seq, const struct nsim_hw_rule *rule)
{
	const struct nsim_hw_group *group = rule->lookup.group;
	__be16 protocol = group->id.protocol;
	struct nsim_hw_key key = {};
	int i;

	memcpy((u8 *)&key + group->start, rule->lookup.bytes, group->len);
	seq_printf(seq, "dev %s chain %u prio %u protocol ",
		   netdev_name(rule->id.bind->dev), group->id.chain->index,
		   group->id.prio);
	if (protocol == htons(ETH_P_ALL))
		seq_puts(seq, "all");
	else
		seq_printf(seq, "0x%04x", ntohs(protocol));
	seq_puts(seq, " match");
	nsim_hw_show_match(seq, &group->id.mask, &key);
	seq_puts(seq, " actions");
	for (i = 0; i < rule->n_actions; i++)
		nsim_hw_action_show(seq, &rule->actions[i]);
	seq_printf(seq, " packets %lld bytes %lld\n",
		   atomic64_read(&rule->packets),
		   atomic64_read(&rule->bytes));
}
