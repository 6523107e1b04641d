/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Devices above our ports: tunnels, which the switch opens and closes, and
 * bonds, whose slaves are ports. Does not register for them (hw_indr.c).
 */
#include <linux/etherdevice.h>
#include <linux/udp.h>
#include <net/bonding.h>
#include <net/geneve.h>
#include <net/vxlan.h>

#include "hw.h"

bool nsim_hw_upper_is_tunnel(const struct net_device *dev)
{
	return netif_is_vxlan(dev) || netif_is_geneve(dev);
}

bool nsim_hw_upper_is_bond(struct nsim_hw *hw, struct net_device *dev)
{
	struct nsim_hw_port *port;
	bool ours = false;
	unsigned long i;

	if (!netif_is_bond_master(dev))
		return false;
	rcu_read_lock();
	xa_for_each(&hw->ports, i, port)
		ours |= netdev_master_upper_dev_get_rcu(port->dev) == dev;
	rcu_read_unlock();
	return ours;
}

/* The first slave whose link is up. */
static void send_bond(struct nsim_hw_frame *frame,
		      const struct net_device *bond)
{
	struct nsim_hw_port *port;
	unsigned long i;

	xa_for_each(&frame->in->hw->ports, i, port) {
		if (netdev_master_upper_dev_get_rcu(port->dev) != bond ||
		    !nsim_hw_port_is_up(port))
			continue;
		nsim_hw_port_deliver(port, frame->data, frame->len);
		return;
	}
}

/* The frame as tc hands it on: the first tag is not among its bytes. */
static struct sk_buff *frame_skb(const struct nsim_hw_frame *frame,
				 struct net_device *dev)
{
	struct sk_buff *skb = nsim_hw_frame_skb(frame->data, frame->len, dev);

	if (!skb)
		return NULL;
	skb->protocol = eth_type_trans(skb, dev);
	skb_reset_network_header(skb);
	skb_reset_mac_len(skb);
	if (eth_type_vlan(skb->protocol))
		skb = skb_vlan_untag(skb);
	if (skb)
		skb_push(skb, skb->mac_len);
	return skb;
}

/* The tunnel device itself closes the tunnel and finds the way out. */
static void send_tunnel(struct nsim_hw_frame *frame, struct net_device *dev)
{
	struct sk_buff *skb;

	if (!frame->tunnel || !dst_hold_safe(&frame->tunnel->dst))
		return;
	skb = frame_skb(frame, dev);
	if (!skb) {
		dst_release(&frame->tunnel->dst);
		return;
	}
	skb_dst_set(skb, &frame->tunnel->dst);
	dev_queue_xmit(skb);
}

void nsim_hw_upper_send(struct nsim_hw_frame *frame, int ifindex)
{
	struct net_device *dev;

	dev = dev_get_by_index_rcu(dev_net_rcu(frame->in->dev), ifindex);
	if (!dev)
		return;
	if (netif_is_bond_master(dev))
		send_bond(frame, dev);
	else
		send_tunnel(frame, dev);
}

struct nsim_hw_bind *nsim_hw_upper_bond_bind(struct nsim_hw_port *port)
{
	struct net_device *master;
	struct nsim_hw_bind *bind;

	master = netdev_master_upper_dev_get_rcu(port->dev);
	if (!master)
		return NULL;
	list_for_each_entry_rcu(bind, &port->hw->binds, list)
		if (bind->dev == master)
			return bind;
	return NULL;
}

struct envelope {
	u32 at, len;		/* of what UDP carries */
	struct nsim_hw_key *outer;
};

/* Returns the offset of the inner frame, 0 if it is none of this device's. */
static u32 open_vxlan(const struct net_device *dev, const u8 *data,
		      const struct envelope *e)
{
	const struct vxlan_dev *vxlan = netdev_priv(dev);
	const struct vxlanhdr *vh = (const void *)(data + e->at);

	if (vxlan->cfg.dst_port != e->outer->enc_ports.dst ||
	    !(vxlan->cfg.flags & VXLAN_F_COLLECT_METADATA) ||
	    e->len < sizeof(*vh) || vh->vx_flags != VXLAN_HF_VNI)
		return 0;
	e->outer->enc_keyid.keyid = vxlan_vni(vh->vx_vni);
	return e->at + sizeof(*vh);
}

/* A geneve device does not tell its port: the registered one is taken. */
static u32 open_geneve(const u8 *data, const struct envelope *e)
{
	const struct genevehdr *gh = (const void *)(data + e->at);
	struct flow_dissector_key_enc_opts *opts = &e->outer->enc_opts;
	u32 len;

	if (e->outer->enc_ports.dst != htons(GENEVE_UDP_PORT) ||
	    e->len < sizeof(*gh) || gh->ver ||
	    gh->proto_type != htons(ETH_P_TEB))
		return 0;
	len = gh->opt_len * 4;
	if (e->len < sizeof(*gh) + len)
		return 0;
	e->outer->enc_keyid.keyid = cpu_to_be32(gh->vni[0] << 16 |
						gh->vni[1] << 8 | gh->vni[2]);
	if (len) {
		opts->len = len;
		opts->dst_opt_type = TUNNEL_GENEVE_OPT;
		memcpy(opts->data, gh->options, len);
	}
	return e->at + sizeof(*gh) + len;
}

static bool read_envelope(struct nsim_hw_frame *frame, struct envelope *e)
{
	struct nsim_hw_key *key = &frame->key, *outer = &frame->outer_key;
	const struct udphdr *udp;

	nsim_hw_key_of(frame->in, frame->data, frame->len, key);
	e->at = key->control.thoff + sizeof(*udp);
	if (key->basic.ip_proto != IPPROTO_UDP || e->at > frame->len ||
	    key->control.flags & FLOW_DIS_IS_FRAGMENT)
		return false;
	udp = (const void *)(frame->data + key->control.thoff);
	if (ntohs(udp->len) < sizeof(*udp))
		return false;
	e->len = min_t(u32, ntohs(udp->len) - sizeof(*udp),
		       frame->len - e->at);
	e->outer = outer;
	memset(outer, 0, sizeof(*outer));
	outer->enc_control.addr_type = key->control.addr_type;
	outer->enc_ipv6 = key->ipv6;
	outer->enc_ports = key->ports;
	outer->enc_ip = key->ip;
	return true;
}

static u32 open_envelope(const struct net_device *dev, const u8 *data,
			 const struct envelope *e)
{
	if (!netif_running(dev))
		return 0;
	if (netif_is_vxlan(dev))
		return open_vxlan(dev, data, e);
	if (netif_is_geneve(dev))
		return open_geneve(data, e);
	return 0;
}

struct nsim_hw_bind *nsim_hw_upper_decap(struct nsim_hw_frame *frame)
{
	struct nsim_hw *hw = frame->in->hw;
	struct nsim_hw_bind *bind;
	struct envelope e;
	u32 at;

	if (frame->in->index >= NSIM_DEV_VF_PORT_INDEX_BASE ||
	    list_empty(&hw->binds) || !read_envelope(frame, &e))
		return NULL;
	list_for_each_entry_rcu(bind, &hw->binds, list) {
		at = open_envelope(bind->dev, frame->data, &e);
		if (!at || at + ETH_HLEN > e.at + e.len)
			continue;
		frame->data += at;
		frame->len = e.at + e.len - at;
		frame->outer = &frame->outer_key;
		return bind;
	}
	return NULL;
}
