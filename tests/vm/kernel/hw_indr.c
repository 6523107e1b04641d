/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Rules on devices that are not ours but stand above our ports: the indirect
 * block callbacks of tunnel and bond devices. In switchdev mode only.
 */
#include <linux/slab.h>
#include <net/bonding.h>
#include <net/pkt_cls.h>

#include "hw.h"

static bool is_output(const struct flow_action_entry *entry)
{
	return entry->id == FLOW_ACTION_REDIRECT ||
	       entry->id == FLOW_ACTION_MIRRED;
}

/* Every switch is asked; the one that has the ports takes the rule. */
static bool is_ours(struct nsim_hw_bind *bind, const struct flow_rule *rule)
{
	const struct flow_action_entry *entry;
	bool outputs = false;
	int i;

	if (netif_is_bond_master(bind->dev))
		return nsim_hw_upper_is_bond(bind->hw, bind->dev);
	flow_action_for_each(i, entry, &rule->action) {
		if (!is_output(entry))
			continue;
		outputs = true;
		if (entry->dev && nsim_hw_port_of(bind->hw, entry->dev))
			return true;
	}
	return !outputs;
}

static int indr_block_cb(enum tc_setup_type type, void *type_data,
			 void *cb_priv)
{
	struct flow_cls_offload *f = type_data;
	struct nsim_hw_bind *bind = cb_priv;

	if (type != TC_SETUP_CLSFLOWER)
		return -EOPNOTSUPP;
	if (f->command == FLOW_CLS_REPLACE && !is_ours(bind, f->rule)) {
		nsim_hw_say(f->common.extack,
			    "no redirect leads to a port of this switch");
		return -EOPNOTSUPP;
	}
	return nsim_hw_tc_flower(bind, f);
}

static void indr_release(void *cb_priv)
{
	struct nsim_hw_bind *bind = cb_priv;

	mutex_lock(&bind->hw->lock);
	list_del_rcu(&bind->list);
	mutex_unlock(&bind->hw->lock);
	nsim_hw_bind_exit(bind);
	kfree_rcu(bind, rcu);
}

static struct nsim_hw_bind *find_bind(struct nsim_hw *hw,
				      const struct net_device *dev)
{
	struct nsim_hw_bind *bind, *found = NULL;

	mutex_lock(&hw->lock);
	list_for_each_entry(bind, &hw->binds, list)
		if (bind->dev == dev)
			found = bind;
	mutex_unlock(&hw->lock);
	return found;
}

static int indr_bind(struct nsim_hw *hw, struct net_device *dev,
		     struct Qdisc *sch, struct flow_block_offload *bo,
		     void *data,
		     void (*cleanup)(struct flow_block_cb *block_cb))
{
	struct flow_block_cb *block_cb;
	struct nsim_hw_bind *bind;

	if (find_bind(hw, dev))
		return -EEXIST;
	bind = kzalloc(sizeof(*bind), GFP_KERNEL);
	if (!bind)
		return -ENOMEM;
	nsim_hw_bind_init(bind, hw, dev, NULL);
	block_cb = flow_indr_block_cb_alloc(indr_block_cb, bind, bind,
					    indr_release, bo, dev, sch, data,
					    hw, cleanup);
	if (IS_ERR(block_cb)) {
		kfree(bind);
		return PTR_ERR(block_cb);
	}
	/* Whoever lets go of the block takes it off a list of the driver's. */
	INIT_LIST_HEAD(&block_cb->driver_list);
	mutex_lock(&hw->lock);
	list_add_tail_rcu(&bind->list, &hw->binds);
	mutex_unlock(&hw->lock);
	flow_block_cb_add(block_cb, bo);
	return 0;
}

static int indr_unbind(struct nsim_hw *hw, struct net_device *dev,
		       struct flow_block_offload *bo)
{
	struct nsim_hw_bind *bind = find_bind(hw, dev);
	struct flow_block_cb *block_cb;

	if (!bind)
		return -ENOENT;
	block_cb = flow_block_cb_lookup(bo->block, indr_block_cb, bind);
	if (!block_cb)
		return -ENOENT;
	flow_indr_block_cb_remove(block_cb, bo);
	list_del_init(&block_cb->driver_list);
	return 0;
}

static int indr_setup(struct net_device *dev, struct Qdisc *sch,
		      void *cb_priv, enum tc_setup_type type, void *type_data,
		      void *data,
		      void (*cleanup)(struct flow_block_cb *block_cb))
{
	struct flow_block_offload *bo = type_data;
	struct nsim_hw *hw = cb_priv;

	if (!dev || type != TC_SETUP_BLOCK ||
	    bo->binder_type != FLOW_BLOCK_BINDER_TYPE_CLSACT_INGRESS ||
	    (!nsim_hw_upper_is_tunnel(dev) && !netif_is_bond_master(dev)))
		return -EOPNOTSUPP;
	switch (bo->command) {
	case FLOW_BLOCK_BIND:
		return indr_bind(hw, dev, sch, bo, data, cleanup);
	case FLOW_BLOCK_UNBIND:
		return indr_unbind(hw, dev, bo);
	default:
		return -EOPNOTSUPP;
	}
}

/* Both under the devlink lock. */
void nsim_hw_indr_start(struct nsim_hw *hw)
{
	if (!hw->indr)
		hw->indr = !flow_indr_dev_register(indr_setup, hw);
}

void nsim_hw_indr_stop(struct nsim_hw *hw)
{
	if (hw->indr)
		flow_indr_dev_unregister(indr_setup, hw, indr_release);
	hw->indr = false;
}
