/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The bytes of a frame inside the switch, and what actions do to them. Does
 * not decide anything: a change that cannot be made says so.
 */
#include <linux/etherdevice.h>
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/slab.h>
#include <linux/tc_act/tc_csum.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/checksum.h>
#include <net/ip6_checksum.h>
#include <net/ipv6.h>

#include "hw.h"

struct nsim_hw_frame *nsim_hw_frame_alloc(const u8 *wire, u32 len)
{
	struct nsim_hw_frame *frame;
	/* Two bytes more: a length field is looked behind. */
	u32 size = NSIM_HW_HEADROOM + len + 2;

	frame = kvzalloc(struct_size(frame, buf, size), GFP_KERNEL);
	if (!frame)
		return NULL;
	frame->wire = wire;
	frame->wire_len = len;
	return frame;
}

void nsim_hw_frame_reset(struct nsim_hw_frame *frame)
{
	frame->data = frame->buf + NSIM_HW_HEADROOM;
	frame->len = frame->wire_len;
	frame->tunnel = NULL;
	frame->outer = NULL;
	memcpy(frame->data, frame->wire, frame->len);
}

static bool is_tagged(const struct nsim_hw_frame *frame)
{
	const struct vlan_ethhdr *eth = (const void *)frame->data;

	return eth_type_vlan(eth->h_vlan_proto) &&
	       frame->len >= sizeof(*eth);
}

bool nsim_hw_frame_vlan_push(struct nsim_hw_frame *frame, __be16 proto,
			     u16 tci)
{
	struct vlan_ethhdr *eth;

	if (frame->data - frame->buf < VLAN_HLEN)
		return false;
	frame->data -= VLAN_HLEN;
	frame->len += VLAN_HLEN;
	memmove(frame->data, frame->data + VLAN_HLEN, 2 * ETH_ALEN);
	eth = (struct vlan_ethhdr *)frame->data;
	eth->h_vlan_proto = proto;
	eth->h_vlan_TCI = htons(tci);
	return true;
}

/* Without a tag there is nothing to pop, which act_vlan does not mind. */
bool nsim_hw_frame_vlan_pop(struct nsim_hw_frame *frame)
{
	if (!is_tagged(frame))
		return true;
	memmove(frame->data + VLAN_HLEN, frame->data, 2 * ETH_ALEN);
	frame->data += VLAN_HLEN;
	frame->len -= VLAN_HLEN;
	return true;
}

/* The DEI bit stays. */
bool nsim_hw_frame_vlan_modify(struct nsim_hw_frame *frame, __be16 proto,
			       u16 tci)
{
	struct vlan_ethhdr *eth = (struct vlan_ethhdr *)frame->data;
	u16 old;

	if (!is_tagged(frame))
		return true;
	old = ntohs(eth->h_vlan_TCI) & VLAN_CFI_MASK;
	eth->h_vlan_proto = proto;
	eth->h_vlan_TCI = htons(tci | old);
	return true;
}

/* Where the network header starts and whose it is, behind all tags. */
static u32 network(const struct nsim_hw_frame *frame, __be16 *proto)
{
	u32 at = ETH_HLEN;

	*proto = ((const struct ethhdr *)frame->data)->h_proto;
	while (eth_type_vlan(*proto) && at + VLAN_HLEN <= frame->len) {
		*proto = *(const __be16 *)(frame->data + at + 2);
		at += VLAN_HLEN;
	}
	return at;
}

struct layers {
	u32 ip, l4, end;	/* offsets; end is that of the datagram */
	u8 version;		/* 0: no IP header here */
	u8 proto;		/* 0: no transport header here */
	bool hidden;		/* the latter behind what csum does not pass */
};

static bool ipv4_layers(const struct nsim_hw_frame *frame, struct layers *l)
{
	const struct iphdr *ip = (const void *)(frame->data + l->ip);

	if (l->ip + sizeof(*ip) > frame->len || ip->ihl < 5)
		return false;
	l->version = 4;
	l->l4 = l->ip + ip->ihl * 4;
	l->end = l->ip + ntohs(ip->tot_len);
	l->proto = ip->frag_off & htons(IP_OFFSET) ? 0 : ip->protocol;
	return true;
}

static u32 ipv6_extension(const struct nsim_hw_frame *frame, struct layers *l)
{
	const struct ipv6_opt_hdr *h = (const void *)(frame->data + l->l4);
	const struct frag_hdr *frag = (const void *)h;

	switch (l->proto) {
	case NEXTHDR_HOP:
	case NEXTHDR_ROUTING:
	case NEXTHDR_DEST:
		return ipv6_optlen(h);
	case NEXTHDR_AUTH:
		l->hidden = true;
		return ipv6_authlen(h);
	case NEXTHDR_FRAGMENT:
		l->hidden = true;
		return frag->frag_off & htons(IP6_OFFSET) ? 0 : sizeof(*frag);
	default:
		return 0;
	}
}

static bool ipv6_layers(const struct nsim_hw_frame *frame, struct layers *l)
{
	const struct ipv6hdr *ip = (const void *)(frame->data + l->ip);
	u32 len;

	if (l->ip + sizeof(*ip) > frame->len)
		return false;
	l->version = 6;
	l->l4 = l->ip + sizeof(*ip);
	l->end = l->l4 + ntohs(ip->payload_len);
	l->proto = ip->nexthdr;
	while (ipv6_ext_hdr(l->proto)) {
		len = l->l4 + sizeof(struct frag_hdr) > frame->len ? 0 :
		      ipv6_extension(frame, l);
		if (!len) {
			l->proto = 0;
			break;
		}
		l->proto = frame->data[l->l4];
		l->l4 += len;
	}
	return true;
}

/* False for what says it is IP and has no whole header of it. */
static bool find_layers(const struct nsim_hw_frame *frame, struct layers *l)
{
	__be16 proto;

	memset(l, 0, sizeof(*l));
	l->ip = network(frame, &proto);
	if (proto == htons(ETH_P_IP))
		return ipv4_layers(frame, l);
	if (proto == htons(ETH_P_IPV6))
		return ipv6_layers(frame, l);
	return true;
}

/* As act_pedit, which asks for the protocol above IPv6 only. */
static bool edit_base(const struct nsim_hw_frame *frame, u8 htype, u32 *base)
{
	struct layers l;
	bool is_ip = find_layers(frame, &l) && l.version;

	switch (htype) {
	case FLOW_ACT_MANGLE_HDR_TYPE_ETH:
		*base = 0;
		return true;
	case FLOW_ACT_MANGLE_HDR_TYPE_IP4:
	case FLOW_ACT_MANGLE_HDR_TYPE_IP6:
		*base = l.ip;
		return true;
	case FLOW_ACT_MANGLE_HDR_TYPE_TCP:
		*base = l.l4;
		return is_ip && (l.version == 4 || l.proto == IPPROTO_TCP);
	case FLOW_ACT_MANGLE_HDR_TYPE_UDP:
		*base = l.l4;
		return is_ip && (l.version == 4 || l.proto == IPPROTO_UDP);
	default:
		return false;
	}
}

/* One word; mask says which bits stay. */
bool nsim_hw_frame_edit(struct nsim_hw_frame *frame, u8 htype, u32 offset,
			u32 mask, u32 val, bool add)
{
	u32 base, old, new;
	void *at;

	if (!edit_base(frame, htype, &base) ||
	    (u64)base + offset + sizeof(u32) > frame->len)
		return false;
	at = frame->data + base + offset;
	old = get_unaligned((u32 *)at);
	new = add ? (old + val) & ~mask : val;
	put_unaligned((old & mask) ^ new, (u32 *)at);
	return true;
}

static __sum16 fold(const struct nsim_hw_frame *frame, const struct layers *l)
{
	const void *ip = frame->data + l->ip;
	u32 len = l->end - l->l4;
	__wsum sum = csum_partial(frame->data + l->l4, len, 0);

	if (l->version == 6)
		return csum_ipv6_magic(&((struct ipv6hdr *)ip)->saddr,
				       &((struct ipv6hdr *)ip)->daddr,
				       len, l->proto, sum);
	if (l->proto == IPPROTO_ICMP)
		return csum_fold(sum);
	return csum_tcpudp_magic(((struct iphdr *)ip)->saddr,
				 ((struct iphdr *)ip)->daddr,
				 len, l->proto, sum);
}

static bool csum_l4(struct nsim_hw_frame *frame, const struct layers *l,
		    u32 offset)
{
	__sum16 *at = (__sum16 *)(frame->data + l->l4 + offset);

	*at = 0;
	*at = fold(frame, l);
	if (l->proto == IPPROTO_UDP && !*at)
		*at = CSUM_MANGLED_0;
	return true;
}

/* As act_csum: a length that is not that of the datagram costs the checksum. */
static bool csum_udp(struct nsim_hw_frame *frame, const struct layers *l)
{
	struct udphdr *udp = (void *)(frame->data + l->l4);

	if (l->version == 4 && !udp->check)
		return true;
	if (ntohs(udp->len) != l->end - l->l4) {
		udp->check = 0;
		return true;
	}
	return csum_l4(frame, l, offsetof(struct udphdr, check));
}

static bool is_whole(const struct nsim_hw_frame *frame,
		     const struct layers *l, u32 header)
{
	return l->end <= frame->len && l->l4 + header <= l->end;
}

static bool csum_transport(struct nsim_hw_frame *frame,
			   const struct layers *l, u32 flags)
{
	if (!l->version || l->hidden)
		return true;
	if (l->proto == IPPROTO_TCP && flags & TCA_CSUM_UPDATE_FLAG_TCP)
		return is_whole(frame, l, sizeof(struct tcphdr)) &&
		       csum_l4(frame, l, offsetof(struct tcphdr, check));
	if (l->proto == IPPROTO_UDP && flags & TCA_CSUM_UPDATE_FLAG_UDP)
		return is_whole(frame, l, sizeof(struct udphdr)) &&
		       csum_udp(frame, l);
	if (flags & TCA_CSUM_UPDATE_FLAG_ICMP &&
	    l->proto == (l->version == 4 ? IPPROTO_ICMP : IPPROTO_ICMPV6))
		return is_whole(frame, l, sizeof(struct icmphdr)) &&
		       csum_l4(frame, l, offsetof(struct icmphdr, checksum));
	return true;
}

bool nsim_hw_frame_csum(struct nsim_hw_frame *frame, u32 flags)
{
	struct layers l;

	if (!find_layers(frame, &l) || !csum_transport(frame, &l, flags))
		return false;
	if (l.version == 4 && flags & TCA_CSUM_UPDATE_FLAG_IPV4HDR)
		ip_send_check((struct iphdr *)(frame->data + l.ip));
	return true;
}

/* As a driver would hand it up, but for skb->protocol. */
struct sk_buff *nsim_hw_frame_skb(const u8 *data, u32 len,
				  struct net_device *dev)
{
	u32 room = ALIGN(NSIM_HW_HEADROOM + LL_RESERVED_SPACE(dev), 16) +
		   NET_IP_ALIGN;
	struct sk_buff *skb;

	skb = alloc_skb(room + len, GFP_ATOMIC);
	if (!skb)
		return NULL;
	skb_reserve(skb, room);
	skb_put_data(skb, data, len);
	skb->dev = dev;
	return skb;
}
