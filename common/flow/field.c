/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of match fields and what can be asked of a row.  Owns no text and
 * no netlink: those walk the table.
 */
#include "common/flow/field.h"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/pkt_cls.h>
#include <netinet/in.h>
#include <string.h>

#include "common/base/cleanup.h"

#define ATTR(x) TCA_FLOWER_KEY_##x, 0
#define MASKED(x) TCA_FLOWER_KEY_##x, TCA_FLOWER_KEY_##x##_MASK
#define NO_ATTR 0, 0
#define AT(member) \
	offsetof(struct flow_key, member), \
	sizeof(((struct flow_key *)0)->member)
#define U8 0xff
#define U16 0xffff
#define U32 0xffffffff
#define HOST 0
#define BE 1
#define IP4 FLOW_NEED_IPV4
#define IP6 FLOW_NEED_IPV6
#define IP FLOW_NEED_IP
#define ARP FLOW_NEED_ARP
#define TAG1 FLOW_NEED_VLAN
#define TAG2 FLOW_NEED_CVLAN

/* name, ODP group and name, tc word, where, attributes,
 * max, kind, order, needs, ip_proto needed */
#define ROW(name, group, sub, tc, at, attrs, max, kind, order, need, proto) \
	{ name, group, sub, tc, at, attrs, max, FLOW_KIND_##kind, order, \
	  need, proto }

/* In the order in which text prints them. */
const struct flow_field flow_fields[] = {
	ROW("recirc_id", "recirc_id", NULL, NULL,
	    AT(recirc_id), NO_ATTR, U32, HEX, HOST, 0, 0),
	ROW("dp_hash", "dp_hash", NULL, NULL,
	    AT(dp_hash), NO_ATTR, U32, HEX, HOST, 0, 0),
	ROW("skb_priority", "skb_priority", NULL, NULL,
	    AT(skb_priority), NO_ATTR, U32, HEX, HOST, 0, 0),
	ROW("skb_mark", "skb_mark", NULL, NULL,
	    AT(skb_mark), NO_ATTR, U32, HEX, HOST, 0, 0),

	ROW("eth_src", "eth", "src", "src_mac",
	    AT(eth_src), MASKED(ETH_SRC), 0, MAC, HOST, 0, 0),
	ROW("eth_dst", "eth", "dst", "dst_mac",
	    AT(eth_dst), MASKED(ETH_DST), 0, MAC, HOST, 0, 0),
	ROW("eth_type", NULL, NULL, NULL,
	    AT(eth_type_be), ATTR(ETH_TYPE), U16, ETHERTYPE, BE, 0, 0),
	ROW("vlan_id", "vlan", "vid", "vlan_id",
	    AT(vlan_id), ATTR(VLAN_ID), 0xfff, UINT, HOST, TAG1, 0),
	ROW("vlan_prio", "vlan", "pcp", "vlan_prio",
	    AT(vlan_prio), ATTR(VLAN_PRIO), 7, UINT, HOST, TAG1, 0),
	ROW("vlan_eth_type", NULL, NULL, "vlan_ethtype",
	    AT(vlan_eth_type_be), ATTR(VLAN_ETH_TYPE), U16, ETHERTYPE, BE,
	    TAG1, 0),
	ROW("cvlan_id", "vlan", "vid", "cvlan_id",
	    AT(cvlan_id), ATTR(CVLAN_ID), 0xfff, UINT, HOST, TAG2, 0),
	ROW("cvlan_prio", "vlan", "pcp", "cvlan_prio",
	    AT(cvlan_prio), ATTR(CVLAN_PRIO), 7, UINT, HOST, TAG2, 0),
	ROW("cvlan_eth_type", NULL, NULL, "cvlan_ethtype",
	    AT(cvlan_eth_type_be), ATTR(CVLAN_ETH_TYPE), U16, ETHERTYPE, BE,
	    TAG2, 0),

	ROW("ipv4_src", "ipv4", "src", "src_ip",
	    AT(ipv4_src_be), MASKED(IPV4_SRC), U32, IPV4, BE, IP4, 0),
	ROW("ipv4_dst", "ipv4", "dst", "dst_ip",
	    AT(ipv4_dst_be), MASKED(IPV4_DST), U32, IPV4, BE, IP4, 0),
	ROW("ip_proto", "ipv4", "proto", "ip_proto",
	    AT(ip_proto), ATTR(IP_PROTO), U8, IP_PROTO, HOST, IP4, 0),
	ROW("ip_tos", "ipv4", "tos", "ip_tos",
	    AT(ip_tos), MASKED(IP_TOS), U8, HEX, HOST, IP4, 0),
	ROW("ip_ttl", "ipv4", "ttl", "ip_ttl",
	    AT(ip_ttl), MASKED(IP_TTL), U8, TTL, HOST, IP4, 0),
	ROW("ip_frag", "ipv4", "frag", "ip_flags",
	    AT(ip_flags_be), MASKED(FLAGS), 3, FRAG, BE, IP4, 0),
	ROW("ipv6_src", "ipv6", "src", "src_ip",
	    AT(ipv6_src), MASKED(IPV6_SRC), 0, IPV6, HOST, IP6, 0),
	ROW("ipv6_dst", "ipv6", "dst", "dst_ip",
	    AT(ipv6_dst), MASKED(IPV6_DST), 0, IPV6, HOST, IP6, 0),
	ROW("ipv6_label", "ipv6", "label", NULL,
	    AT(ipv6_label), NO_ATTR, 0xfffff, HEX, HOST, IP6, 0),
	ROW("ip_proto", "ipv6", "proto", "ip_proto",
	    AT(ip_proto), ATTR(IP_PROTO), U8, IP_PROTO, HOST, IP6, 0),
	ROW("ip_tos", "ipv6", "tclass", "ip_tos",
	    AT(ip_tos), MASKED(IP_TOS), U8, HEX, HOST, IP6, 0),
	ROW("ip_ttl", "ipv6", "hlimit", "ip_ttl",
	    AT(ip_ttl), MASKED(IP_TTL), U8, TTL, HOST, IP6, 0),
	ROW("ip_frag", "ipv6", "frag", "ip_flags",
	    AT(ip_flags_be), MASKED(FLAGS), 3, FRAG, BE, IP6, 0),

	ROW("tcp_src", "tcp", "src", "src_port",
	    AT(tp_src_be), MASKED(TCP_SRC), U16, UINT, BE, IP, IPPROTO_TCP),
	ROW("tcp_dst", "tcp", "dst", "dst_port",
	    AT(tp_dst_be), MASKED(TCP_DST), U16, UINT, BE, IP, IPPROTO_TCP),
	ROW("tcp_flags", "tcp_flags", NULL, "tcp_flags",
	    AT(tcp_flags_be), MASKED(TCP_FLAGS), 0xfff, TCP_FLAGS, BE, IP,
	    IPPROTO_TCP),
	ROW("udp_src", "udp", "src", "src_port",
	    AT(tp_src_be), MASKED(UDP_SRC), U16, UINT, BE, IP, IPPROTO_UDP),
	ROW("udp_dst", "udp", "dst", "dst_port",
	    AT(tp_dst_be), MASKED(UDP_DST), U16, UINT, BE, IP, IPPROTO_UDP),
	ROW("sctp_src", "sctp", "src", "src_port",
	    AT(tp_src_be), MASKED(SCTP_SRC), U16, UINT, BE, IP, IPPROTO_SCTP),
	ROW("sctp_dst", "sctp", "dst", "dst_port",
	    AT(tp_dst_be), MASKED(SCTP_DST), U16, UINT, BE, IP, IPPROTO_SCTP),
	ROW("icmp_type", "icmp", "type", "type",
	    AT(icmp_type), MASKED(ICMPV4_TYPE), U8, UINT, HOST, IP4,
	    IPPROTO_ICMP),
	ROW("icmp_code", "icmp", "code", "code",
	    AT(icmp_code), MASKED(ICMPV4_CODE), U8, UINT, HOST, IP4,
	    IPPROTO_ICMP),
	ROW("icmpv6_type", "icmpv6", "type", "type",
	    AT(icmp_type), MASKED(ICMPV6_TYPE), U8, UINT, HOST, IP6,
	    IPPROTO_ICMPV6),
	ROW("icmpv6_code", "icmpv6", "code", "code",
	    AT(icmp_code), MASKED(ICMPV6_CODE), U8, UINT, HOST, IP6,
	    IPPROTO_ICMPV6),

	ROW("arp_sip", "arp", "sip", "arp_sip",
	    AT(arp_sip_be), MASKED(ARP_SIP), U32, IPV4, BE, ARP, 0),
	ROW("arp_tip", "arp", "tip", "arp_tip",
	    AT(arp_tip_be), MASKED(ARP_TIP), U32, IPV4, BE, ARP, 0),
	ROW("arp_op", "arp", "op", "arp_op",
	    AT(arp_op), MASKED(ARP_OP), U8, ARP_OP, HOST, ARP, 0),
	ROW("arp_sha", "arp", "sha", "arp_sha",
	    AT(arp_sha), MASKED(ARP_SHA), 0, MAC, HOST, ARP, 0),
	ROW("arp_tha", "arp", "tha", "arp_tha",
	    AT(arp_tha), MASKED(ARP_THA), 0, MAC, HOST, ARP, 0),
};

const size_t flow_n_fields = ARRAY_LEN(flow_fields);

_Static_assert(ARRAY_LEN(flow_fields) <= FLOW_MAX_FIELDS, "too many rows");

bool flow_is_tpid(uint16_t eth_type_be)
{
	return eth_type_be == htons(ETH_P_8021Q) ||
	       eth_type_be == htons(ETH_P_8021AD);
}

static bool has_vlan(const struct flow_match *m)
{
	return m->mask.eth_type_be == U16 && flow_is_tpid(m->key.eth_type_be);
}

static bool has_cvlan(const struct flow_match *m)
{
	return has_vlan(m) && m->mask.vlan_eth_type_be == U16 &&
	       flow_is_tpid(m->key.vlan_eth_type_be);
}

uint16_t flow_match_l3_type(const struct flow_match *m)
{
	uint16_t type = m->key.eth_type_be, mask = m->mask.eth_type_be;

	if (has_cvlan(m)) {
		type = m->key.cvlan_eth_type_be;
		mask = m->mask.cvlan_eth_type_be;
	} else if (has_vlan(m)) {
		type = m->key.vlan_eth_type_be;
		mask = m->mask.vlan_eth_type_be;
	}
	return mask == U16 ? ntohs(type) : 0;
}

static uint8_t l3_bit(const struct flow_match *m)
{
	switch (flow_match_l3_type(m)) {
	case ETH_P_IP:
		return FLOW_NEED_IPV4;
	case ETH_P_IPV6:
		return FLOW_NEED_IPV6;
	case ETH_P_ARP:
	case ETH_P_RARP:
		return FLOW_NEED_ARP;
	default:
		return 0;
	}
}

bool flow_field_applies(const struct flow_field *f, const struct flow_match *m)
{
	if (f->need & FLOW_NEED_L3 && !(f->need & l3_bit(m)))
		return false;
	if (f->need & FLOW_NEED_VLAN && !has_vlan(m))
		return false;
	if (f->need & FLOW_NEED_CVLAN && !has_cvlan(m))
		return false;
	return !f->need_proto || (m->mask.ip_proto == U8 &&
				  m->key.ip_proto == f->need_proto);
}

bool flow_mask_any(const struct flow_key *mask, size_t offset, size_t size)
{
	const uint8_t *p = (const uint8_t *)mask + offset;

	while (size--)
		if (*p++)
			return true;
	return false;
}

bool flow_field_any(const struct flow_field *f, const struct flow_key *mask)
{
	return flow_mask_any(mask, f->offset, f->size);
}

bool flow_field_exact(const struct flow_field *f, const struct flow_key *mask)
{
	const uint8_t *p = (const uint8_t *)mask + f->offset;

	if (f->max)
		return flow_field_get(f, mask) == f->max;
	for (size_t i = 0; i < f->size; i++)
		if (p[i] != U8)
			return false;
	return true;
}

uint32_t flow_field_get(const struct flow_field *f, const struct flow_key *k)
{
	const char *p = (const char *)k + f->offset;
	uint16_t v16;
	uint32_t v32;

	switch (f->size) {
	case sizeof(uint8_t):
		return (uint8_t)*p;
	case sizeof(uint16_t):
		memcpy(&v16, p, sizeof(v16));
		return f->big_endian ? ntohs(v16) : v16;
	default:
		memcpy(&v32, p, sizeof(v32));
		return f->big_endian ? ntohl(v32) : v32;
	}
}

void flow_field_set(const struct flow_field *f, struct flow_key *k, uint32_t v)
{
	char *p = (char *)k + f->offset;
	uint16_t v16 = (uint16_t)v;

	switch (f->size) {
	case sizeof(uint8_t):
		*p = (char)v;
		return;
	case sizeof(uint16_t):
		if (f->big_endian)
			v16 = htons(v16);
		memcpy(p, &v16, sizeof(v16));
		return;
	default:
		if (f->big_endian)
			v = htonl(v);
		memcpy(p, &v, sizeof(v));
		return;
	}
}

void flow_field_set_exact(const struct flow_field *f, struct flow_key *mask)
{
	if (f->max)
		flow_field_set(f, mask, f->max);
	else
		memset((char *)mask + f->offset, U8, f->size);
}

void flow_field_clear_unmasked(const struct flow_field *f,
			       struct flow_match *m)
{
	uint8_t *key = (uint8_t *)&m->key + f->offset;
	const uint8_t *mask = (const uint8_t *)&m->mask + f->offset;

	for (size_t i = 0; i < f->size; i++)
		key[i] &= mask[i];
}
