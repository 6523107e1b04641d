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

#include <arpa/inet.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Bits of ip_flags, host order (linux/pkt_cls.h TCA_FLOWER_KEY_FLAGS_*). */
#define FLOW_FRAG_IS_FRAGMENT 0x1
#define FLOW_FRAG_FIRST 0x2

/* The most label stack entries that flower matches, FLOW_DIS_MPLS_MAX. */
#define FLOW_MAX_MPLS 7

/* Of flow_key.tun_flags: what a tunnel packet has; in the order of its text. */
#define FLOW_TUN_OAM 0x01
#define FLOW_TUN_DF 0x02
#define FLOW_TUN_CSUM 0x04
#define FLOW_TUN_KEY 0x08
#define FLOW_TUN_CRIT 0x10

typedef uint8_t flow_mac_t[6];
typedef uint8_t flow_ipv6_t[16];
typedef uint8_t flow_label_t[16];  /* as in netlink: least significant first */
typedef char flow_ifname_t[16];

/*
 * Geneve options as on the wire: class (2 bytes), type, length in words, data.
 * In a mask the length of each option and of all is that of the key.
 */
struct flow_opts {
	uint8_t len;                   /* of all options; a multiple of 4 */
	uint8_t data[255];
};

/* A label stack entry, its parts apart; the mask likewise. */
struct flow_mpls {
	uint32_t label;                /* 20 bits, host order */
	uint8_t tc, bos, ttl;
	uint8_t there;                 /* 1 in key and mask: nothing of it is
					* matched but that there is one */
};
typedef struct flow_mpls flow_mpls_t[FLOW_MAX_MPLS];

/* Members are in the table. */
struct flow_key {
#define FIELD(type, member, ...) type member;
#define SHARE(...)
#include "common/flow/field_table.def"
#undef FIELD
#undef SHARE
};

struct flow_match {
	struct flow_key key;          /* in a rule: zero wherever mask is */
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
	FLOW_KIND_U64,         /* 0x…, network order, eight bytes */
	FLOW_KIND_TUN_FLAGS,   /* df|csum|key, or -df+key: FLOW_TUN_* */
	FLOW_KIND_ENC_FLAGS,   /* tundf, tuncsum … of tc */
	FLOW_KIND_GENEVE,      /* struct flow_opts */
	FLOW_KIND_GBP,         /* vxlan(gbp(id=…,flags=…)), one number in tc */
	FLOW_KIND_DP_CT_STATE, /* bits of OVS_CS_F_*: +trk-new */
	FLOW_KIND_CT_STATE,    /* bits of TCA_FLOWER_KEY_CT_FLAGS_* */
	FLOW_KIND_LABEL,       /* 128 bits */
	FLOW_KIND_PPP_PROTO,
	FLOW_KIND_MPLS_OPTS,   /* struct flow_mpls [FLOW_MAX_MPLS] */
	FLOW_KIND_PORT_RANGE,  /* one end of it: 10-20 */
	FLOW_KIND_IFNAME,
	FLOW_KIND_BARE_HEX,    /* hexadecimal for tc without 0x, too */
	FLOW_KIND_ERSPAN_VER,  /* 1 or 2; its mask in netlink is itself */
};

/* What a match must hold exactly before a field means anything: bits. */
#define FLOW_NEED_IPV4 0x01    /* one bit of these three is enough */
#define FLOW_NEED_IPV6 0x02
#define FLOW_NEED_ARP 0x04
#define FLOW_NEED_IP (FLOW_NEED_IPV4 | FLOW_NEED_IPV6)
#define FLOW_NEED_L3 (FLOW_NEED_IP | FLOW_NEED_ARP)
#define FLOW_NEED_VLAN 0x08    /* the first tag */
#define FLOW_NEED_CVLAN 0x10   /* the second tag */
#define FLOW_NEED_MPLS 0x20
#define FLOW_NEED_PPP 0x40     /* PPPoE session */
#define FLOW_NEED_CFM 0x80
#define FLOW_NEED_PORTS 0x100  /* TCP, UDP or SCTP */
#define FLOW_NEED_IPSEC 0x200  /* ESP or AH */
#define FLOW_NEED_ERSPAN1 0x400        /* ERSPAN options of this version */
#define FLOW_NEED_ERSPAN2 0x800

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
	uint16_t opts;                 /* TCA_FLOWER_KEY_ENC_OPTS_* around it,
					* in TCA_FLOWER_KEY_ENC_OPTS[_MASK] */
	uint16_t sub;                  /* attribute inside opts, or inside attr;
					* 0: attr is the value itself */
	bool probed;                   /* newer than Linux 6.1, which takes the
					* attribute and forgets it */
	uint32_t max;                  /* of a number: all bits that it has */
	uint8_t kind;                  /* enum flow_kind */
	uint8_t big_endian;            /* a number stored in network order */
	uint16_t need;                 /* FLOW_NEED_* */
	uint8_t need_proto;            /* exact ip_proto; 0: any */
	uint16_t ovs_attr;             /* OVS_KEY_ATTR_*; 0: none, or not plain */
	uint16_t ovs_offset;           /* in its structure; of
					* OVS_KEY_ATTR_TUNNEL: the attribute */
};

#define FLOW_MAX_FIELDS 192    /* room for row numbers kept elsewhere */

extern const struct flow_field flow_fields[];
extern const size_t flow_n_fields;

/*
 * Does the row describe its storage in this match?  True if the match holds
 * exactly what the field needs, whether or not the field itself is matched.
 */
bool flow_field_applies(const struct flow_field *f, const struct flow_match *m);

/* The same for many rows: all FLOW_NEED_* that the match meets, once. */
unsigned int flow_match_has(const struct flow_match *m);
bool flow_field_applies_to(const struct flow_field *f,
			   const struct flow_match *m, unsigned int has);

/* Numbers of rows, as bits. */
struct flow_rows {
	uint64_t bits[FLOW_MAX_FIELDS / 64];
};

/* The first of them from this one on; flow_n_fields: none is left. */
size_t flow_rows_next(const struct flow_rows *rows, size_t from);

/*
 * The rows that hold all that is matched, in the order of the table.  False if
 * there is a bit in the mask that no row speaks for.
 */
bool flow_match_rows(const struct flow_match *m, struct flow_rows *out);

/* Is the field matched at all; are all of its bits? */
static inline bool flow_field_any(const struct flow_field *f,
				  const struct flow_key *mask)
{
	const uint8_t *p = (const uint8_t *)mask + f->offset;
	size_t i = 0;

	while (i < f->size && !p[i])
		i++;
	return i < f->size;
}

bool flow_field_exact(const struct flow_field *f, const struct flow_key *mask);

/* The number of a field of at most four bytes, in host order. */
static inline uint32_t flow_field_get(const struct flow_field *f,
				      const struct flow_key *k)
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

static inline void flow_field_set(const struct flow_field *f,
				  struct flow_key *k, uint32_t v)
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

/* All bits of the field in the mask. */
void flow_field_set_exact(const struct flow_field *f, struct flow_key *mask);

/* The bits of the number that the kernel keeps; the others it forgets without
 * a word, also those of a mask that is exact. */
uint32_t flow_field_kept(const struct flow_field *f);

/* Zeroes the bits of the value that the mask does not have. */
void flow_field_clear_unmasked(const struct flow_field *f,
			       struct flow_match *m);

/*
 * The same, and what the kernel makes of the mask, so that what was sent and
 * what is dumped are one rule.
 */
void flow_field_settle(const struct flow_field *f, struct flow_match *m);

/* 802.1Q or 802.1ad: may a tag follow? */
bool flow_is_tpid(uint16_t eth_type_be);

/* The L3 ethertype of a match: behind up to two tags and PPPoE; 0 if not
 * matched. */
uint16_t flow_match_l3_type(const struct flow_match *m);

/* Is more of the label stack matched than values of its first entry?  Then
 * TCA_FLOWER_KEY_MPLS_OPTS speaks for it, else the rows of mpls_label … do. */
bool flow_match_deep_mpls(const struct flow_key *mask);

/* Is any bit of the field at [offset, offset + size) in the mask? */
bool flow_mask_any(const struct flow_key *mask, size_t offset, size_t size);

#endif
