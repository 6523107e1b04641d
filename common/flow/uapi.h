/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Numbers of the kernel's uAPI that are newer than Linux 6.1, whose headers
 * this is built with (linux/pkt_cls.h and linux/tc_act/ of 6.12).
 */
#ifndef COMMON_FLOW_UAPI_H
#define COMMON_FLOW_UAPI_H

enum {
	UAPI_FLOWER_L2_MISS = 106,     /* u8, 6.5 */
	UAPI_FLOWER_CFM = 107,         /* nested, 6.5 */
	UAPI_FLOWER_SPI = 108,         /* be32, 6.6 */
	UAPI_FLOWER_SPI_MASK = 109,
	UAPI_FLOWER_ENC_FLAGS = 110,   /* be32, 6.11 */
	UAPI_FLOWER_ENC_FLAGS_MASK = 111,
	UAPI_FLOWER_MAX = 111,
};

/* Inside UAPI_FLOWER_CFM. */
enum { UAPI_CFM_MD_LEVEL = 1, UAPI_CFM_OPCODE = 2 };

/* Bits of ENC_FLAGS, and of FLAGS since 6.11. */
enum {
	UAPI_TUNNEL_CSUM = 1 << 2,
	UAPI_TUNNEL_DONT_FRAGMENT = 1 << 3,
	UAPI_TUNNEL_OAM = 1 << 4,
	UAPI_TUNNEL_CRIT_OPT = 1 << 5,
};

enum {
	UAPI_TUNNEL_KEY_NO_FRAG = 14,  /* flag, 6.4 */
	UAPI_MIRRED_BLOCKID = 4,       /* u32, 6.8 */
	UAPI_CT_HELPER_NAME = 16,      /* string, 6.2 */
	UAPI_CT_HELPER_FAMILY = 17,    /* u8 */
	UAPI_CT_HELPER_PROTO = 18,     /* u8 */
};

/* linux/openvswitch.h */
enum {
	UAPI_OVS_ACTION_DROP = 24,     /* u32 error, 6.7 */
	UAPI_OVS_ACTION_PSAMPLE = 25,  /* nested, 6.11 */
	UAPI_OVS_PSAMPLE_GROUP = 1,    /* u32 */
	UAPI_OVS_PSAMPLE_COOKIE = 2,   /* bytes */
};

/* Protocols of PPP that have an ethertype, linux/ppp_defs.h. */
enum {
	UAPI_PPP_IP = 0x21,
	UAPI_PPP_IPV6 = 0x57,
	UAPI_PPP_MPLS_UC = 0x281,
	UAPI_PPP_MPLS_MC = 0x283,
};

/* Bits of tunnel options that the kernel keeps: include/net/vxlan.h,
 * struct erspan_md2 of linux/erspan.h. */
#define UAPI_VXLAN_GBP_MASK 0x48ffffU
#define UAPI_ERSPAN_DIR_MASK 1U
#define UAPI_ERSPAN_HWID_MASK 0x3fU

#define UAPI_IPPROTO_L2TP 115      /* linux/in.h of 6.1, not of glibc */

#endif
