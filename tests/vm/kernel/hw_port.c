/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Ports: what comes out of the function behind one (or of the wire), what is
 * handed to its representor, and what the host sends through that. A port
 * outlives its netdev for as long as a rule points at it, and drops frames
 * meanwhile.
 */
#include <linux/etherdevice.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <net/pkt_cls.h>

#include "hw.h"

static void port_free(struct rcu_head *rcu)
{
	struct nsim_hw_port *port = container_of(rcu, struct nsim_hw_port,
						 rcu);
	int i;

	for (i = 0; i < NSIM_HW_RING; i++)
		kfree(port->ring[i].data);
	kfree(port);
}

void nsim_hw_port_hold(struct nsim_hw_port *port)
{
	refcount_inc(&port->ref);
}

void nsim_hw_port_put(struct nsim_hw_port *port)
{
	if (refcount_dec_and_test(&port->ref))
		call_rcu(&port->rcu, port_free);
}

/* Before the netdev is registered. */
int nsim_hw_port_add(struct netdevsim *ns)
{
	struct nsim_hw *hw = ns->nsim_dev->hw;
	struct nsim_hw_port *port;
	int err;

	port = kzalloc(sizeof(*port), GFP_KERNEL);
	if (!port)
		return -ENOMEM;
	port->hw = hw;
	port->dev = ns->netdev;
	port->index = ns->nsim_dev_port->port_index;
	port->unlocked = READ_ONCE(hw->unlocked);
	refcount_set(&port->ref, 1);
	spin_lock_init(&port->lock);
	nsim_hw_bind_init(&port->bind, hw, ns->netdev, port);

	mutex_lock(&hw->lock);
	err = xa_insert(&hw->ports, port->index, port, GFP_KERNEL);
	mutex_unlock(&hw->lock);
	if (err) {
		kfree(port);
		return err;
	}
	ns->hw_port = port;
	return 0;
}

/* Before the netdev is unregistered: no frame reaches it from now on. */
void nsim_hw_port_down(struct netdevsim *ns)
{
	struct nsim_hw *hw = ns->nsim_dev->hw;

	mutex_lock(&hw->lock);
	WRITE_ONCE(ns->hw_port->gone, true);
	xa_erase(&hw->ports, ns->hw_port->index);
	mutex_unlock(&hw->lock);
	synchronize_net();
}

/* After it is unregistered, or was never registered. */
void nsim_hw_port_del(struct netdevsim *ns)
{
	nsim_hw_bind_exit(&ns->hw_port->bind);
	nsim_hw_port_put(ns->hw_port);
	ns->hw_port = NULL;
}

struct nsim_hw_port *nsim_hw_port_of(struct nsim_hw *hw,
				     const struct net_device *dev)
{
	struct netdevsim *ns;

	if (!nsim_is_netdev(dev))
		return NULL;
	ns = netdev_priv(dev);
	return ns->nsim_dev == hw->nsim_dev ? ns->hw_port : NULL;
}

/* The link of a function follows the state of its representor. */
bool nsim_hw_port_is_up(const struct nsim_hw_port *port)
{
	return !READ_ONCE(port->gone) && netif_running(port->dev);
}

static bool record_fits(struct nsim_hw_record *record, u32 len)
{
	if (record->size >= len)
		return true;
	kfree(record->data);
	record->size = 0;
	record->len = 0;
	record->data = kmalloc(len, GFP_ATOMIC);
	if (!record->data)
		return false;
	record->size = len;
	return true;
}

static struct nsim_hw_record *record_next(struct nsim_hw_port *port, u32 len)
{
	struct nsim_hw_record *record;

	record = &port->ring[port->frames++ % NSIM_HW_RING];
	port->bytes += len;
	if (!record_fits(record, len))
		return NULL;
	record->len = len;
	return record;
}

void nsim_hw_port_deliver(struct nsim_hw_port *port, const u8 *data, u32 len)
{
	struct nsim_hw_record *record;

	if (!nsim_hw_port_is_up(port))
		return;
	spin_lock_bh(&port->lock);
	record = record_next(port, len);
	if (record)
		memcpy(record->data, data, len);
	spin_unlock_bh(&port->lock);
}

static void deliver_skb(struct nsim_hw_port *port, struct sk_buff *skb)
{
	struct nsim_hw_record *record;

	if (skb->ip_summed == CHECKSUM_PARTIAL && skb_checksum_help(skb))
		return;
	spin_lock_bh(&port->lock);
	record = record_next(port, skb->len);
	if (record)
		skb_copy_bits(skb, 0, record->data, skb->len);
	spin_unlock_bh(&port->lock);
}

static void deliver_segments(struct nsim_hw_port *port, struct sk_buff *skb)
{
	struct sk_buff *segs, *seg, *next;

	segs = skb_gso_segment(skb, 0);
	if (IS_ERR(segs))
		return;
	if (!segs) {
		deliver_skb(port, skb);
		return;
	}
	skb_list_walk_safe(segs, seg, next) {
		skb_mark_not_on_list(seg);
		deliver_skb(port, seg);
		consume_skb(seg);
	}
}

/* What the host sends on a representor comes out behind it. */
void nsim_hw_port_xmit(struct netdevsim *ns, struct sk_buff *skb)
{
	struct nsim_hw_port *port = ns->hw_port;

	if (!port || READ_ONCE(port->gone))
		return;
	if (skb_is_gso(skb))
		deliver_segments(port, skb);
	else
		deliver_skb(port, skb);
}

static bool set_chain(struct sk_buff *skb, u32 chain)
{
#if IS_ENABLED(CONFIG_NET_TC_SKB_EXT)
	struct tc_skb_ext *ext = tc_skb_ext_alloc(skb);

	if (!ext)
		return false;
	ext->chain = chain;
#endif
	return true;
}

void nsim_hw_port_receive(struct nsim_hw_port *port, const u8 *data, u32 len,
			  enum nsim_hw_verdict why, u32 chain)
{
	struct sk_buff *skb;

	if (!nsim_hw_port_is_up(port))
		return;
	skb = nsim_hw_frame_skb(data, len, port->dev);
	if (!skb)
		return;
	if (why == NSIM_HW_MISS && chain && !set_chain(skb, chain)) {
		kfree_skb(skb);
		return;
	}
#ifdef CONFIG_NET_CLS_ACT
	skb->tc_skip_classify = why == NSIM_HW_ACCEPT;
#endif
	atomic64_inc(&port->rx_packets);
	atomic64_add(len, &port->rx_bytes);
	skb->protocol = eth_type_trans(skb, port->dev);
	netif_receive_skb(skb);
}

void nsim_hw_port_stats(struct netdevsim *ns, struct rtnl_link_stats64 *stats)
{
	stats->rx_packets = atomic64_read(&ns->hw_port->rx_packets);
	stats->rx_bytes = atomic64_read(&ns->hw_port->rx_bytes);
}

bool nsim_hw_port_has_rules(struct netdevsim *ns)
{
	return READ_ONCE(ns->hw_port->bind.rules);
}

static void show_record(struct seq_file *seq,
			const struct nsim_hw_record *record)
{
	const u32 step = 32;	/* %*ph prints no more than 64 */
	u32 i;

	for (i = 0; i < record->len; i += step)
		seq_printf(seq, "%*phN", (int)min(step, record->len - i),
			   record->data + i);
}

/* Oldest first. */
void nsim_hw_port_show(struct seq_file *seq, struct nsim_hw_port *port)
{
	const char *name = netdev_name(port->dev);
	struct nsim_hw_record *record;
	u64 i;

	spin_lock_bh(&port->lock);
	seq_printf(seq, "%u %s frames %llu bytes %llu\n", port->index, name,
		   port->frames, port->bytes);
	i = port->frames - min_t(u64, port->frames, NSIM_HW_RING);
	for (; i < port->frames; i++) {
		record = &port->ring[i % NSIM_HW_RING];
		seq_printf(seq, "%u %s frame ", port->index, name);
		show_record(seq, record);
		seq_putc(seq, '\n');
	}
	spin_unlock_bh(&port->lock);
}

void nsim_hw_port_clear(struct nsim_hw_port *port)
{
	spin_lock_bh(&port->lock);
	port->frames = 0;
	port->bytes = 0;
	spin_unlock_bh(&port->lock);
}
