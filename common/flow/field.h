/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a packet can be matched on.  One table of fields drives parse and
 * format of ODP text, tc text and JSON, encode and decode of TCA_FLOWER,
 * translation, documentation and completion: a field is a row.
 *
 * struct flow_key holds values just as TCA_FLOWER carries them: network order
 * where the attribute is big-endian (be in the name of the member), host order
 * elsewhere (linux/pkt_cls.h; net/sched/cls_flower.c fl_policy).
 */
#ifndef COMMON_FLOW_FIELD_H
#define COMMON_FLOW_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bits of ip_flags, host order (linux/pkt_cls.h TCA_FLOWER_KEY_FLAGS_*). */
#define FLOW_FRAG_IS_FRAGMENT 0x1
#define FLOW_FRAG_FIRST 0x2

struct flow_key {
	uint8_t eth_dst[6], eth_src[6];
	uint16_t eth_type_be;         /* what follows the MACs; the TPID if tagged */
	uint16_t vlan_id;             /* 12 bits, host order */
	uint8_t vlan_prio;            /* 3 bits */
	uint8_t cvlan_prio;
	uint16_t vlan_eth_type_be;    /* what follows the first tag */
	uint16_t cvlan_id;
	uint16_t cvlan_eth_type_be;   /* what follows the second tag */
	uint8_t ip_proto, ip_tos, ip_ttl;
	uint8_t icmp_type, icmp_code; /* ICMP or ICMPv6, by ip_proto */
	uint8_t arp_op;
	uint16_t tcp_flags_be;        /* 12 bits */
	uint32_t ip_flags_be;         /* FLOW_FRAG_* */
	uint32_t ipv4_src_be, ipv4_dst_be;
	uint8_t ipv6_src[16], ipv6_dst[16];
	uint16_t tp_src_be, tp_dst_be; /* TCP, UDP or SCTP, by ip_proto */
	uint32_t arp_sip_be, arp_tip_be;
	uint8_t arp_sha[6], arp_tha[6];

	/* Datapath flows only; tc flower has nothing for them. */
	uint32_t skb_priority, skb_mark, dp_hash, recirc_id;
	uint32_t ipv6_label;          /* 20 bits, host order */
};

struct flow_match {
	struct flow_key key;          /* zero wherever mask is zero */
	struct flow_key mask;
};

/* How the text of both languages writes a value. */
enum flow_kind {
	FLOW_KIND_UINT,        /* decimal or 0x…; masks in hexadecimal */
	FLOW_KIND_HEX,         /* as FLOW_KIND_UINT, printed in hexadecimal */
	FLOW_KIND_TTL,         /* as FLOW_KIND_UINT but in tc */
	FLOW_KIND_MAC,
	FLOW_KIND_IPV4,
	FLOW_KIND_IPV6,
	FLOW_KIND_ETHERTYPE,
	FLOW_KIND_IP_PROTO,
	FLOW_KIND_ARP_OP,
	FLOW_KIND_FRAG,        /* no, first, later */
	FLOW_KIND_TCP_FLAGS,   /* a number, or +syn-ack */
};

/* What a match must hold exactly before a field means anything: bits. */
#define FLOW_NEED_IPV4 0x01    /* one bit of these three is enough */
#define FLOW_NEED_IPV6 0x02
#define FLOW_NEED_ARP 0x04
#define FLOW_NEED_IP (FLOW_NEED_IPV4 | FLOW_NEED_IPV6)
#define FLOW_NEED_L3 (FLOW_NEED_IP | FLOW_NEED_ARP)
#define FLOW_NEED_VLAN 0x08    /* the first tag */
#define FLOW_NEED_CVLAN 0x10   /* the second tag */

/*
 * A field of struct flow_key.  Fields that share storage are several rows, at
 * most one of which applies to a match.  The value is size bytes, in memory as
 * on the wire of netlink; so is the mask.
 */
struct flow_field {
	const char *name;              /* "ip_proto", as reasons say it */
	const char *odp_group;         /* "ipv4": ipv4(src=…); NULL: none */
	const char *odp_name;          /* "src"; NULL: group(…) is the value */
	const char *tc;                /* "src_ip"; NULL: not a word of its own */
	uint16_t offset, size;         /* in struct flow_key; on the wire */
	uint16_t attr;                 /* TCA_FLOWER_KEY_*; 0: flower has none */
	uint16_t mask_attr;            /* 0: flower matches it exactly only */
	uint32_t max;                  /* of a number: all bits that it has */
	uint8_t kind;                  /* enum flow_kind */
	uint8_t big_endian;            /* a number stored in network order */
	uint8_t need;                  /* FLOW_NEED_* */
	uint8_t need_proto;            /* exact ip_proto; 0: any */
};

#define FLOW_MAX_FIELDS 128    /* room for row numbers kept elsewhere */

extern const struct flow_field flow_fields[];
extern const size_t flow_n_fields;

/*
 * Does the row describe its storage in this match?  True if the match holds
 * exactly what the field needs, whether or not the field itself is matched.
 */
bool flow_field_applies(const struct flow_field *f, const struct flow_match *m);

/* Is the field matched at all; are all of its bits? */
bool flow_field_any(const struct flow_field *f, const struct flow_key *mask);
bool flow_field_exact(const struct flow_field *f, const struct flow_key *mask);

/* The number of a field of at most four bytes, in host order. */
uint32_t flow_field_get(const struct flow_field *f, const struct flow_key *k);
void flow_field_set(const struct flow_field *f, struct flow_key *k, uint32_t v);

/* All bits of the field in the mask. */
void flow_field_set_exact(const struct flow_field *f, struct flow_key *mask);

/* Zeroes the bits of the value that the mask does not have. */
void flow_field_clear_unmasked(const struct flow_field *f,
			       struct flow_match *m);

/* 802.1Q or 802.1ad: may a tag follow? */
bool flow_is_tpid(uint16_t eth_type_be);

/* The L3 ethertype of a match: behind up to two tags; 0 if not matched. */
uint16_t flow_match_l3_type(const struct flow_match *m);

/* Is any bit of the field at [offset, offset + size) in the mask? */
bool flow_mask_any(const struct flow_key *mask, size_t offset, size_t size);

#endif
