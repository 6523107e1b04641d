/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which arguments each action has, as Open vSwitch prints them (its
 * lib/odp-util.c, format_odp_action()).
 */
#include "common/flow/odp_arg_table.h"

#include <linux/if_ether.h>

#define U8 0xff
#define U16 0xffff
#define U32 0xffffffff
#define U64 UINT64_MAX
#define LABEL 0xfffff

#define AT(member) \
	.offset = offsetof(struct odp_action, member), \
	.size = sizeof(((struct odp_action *)0)->member)
#define ROW(n, k, ...) { .name = n, .kind = ODP_ARG_##k, __VA_ARGS__ }
#define NUMBER(n, m) ROW(n, NUMBER, .max = (m))
#define NEST(n, i) ROW(n, NEST, .inner = (i))
#define MUST .required = true
#define END { .name = NULL }

/*
 * Stored
 */

const struct odp_arg odp_args_recirc[] = {
	ROW("recirc_id", ONLY_HEX, MUST, .max = U32, AT(number)), END
};

const struct odp_arg odp_args_push_vlan[] = {
	ROW("tpid", HEX, .max = U16, .usual = ETH_P_8021Q, .big_endian = true,
	    AT(push_vlan.tpid_be)),
	ROW("vid", NUMBER, MUST, .max = 0xfff, AT(push_vlan.id)),
	ROW("pcp", NUMBER, .max = 7, AT(push_vlan.prio)),
	ROW("cfi", NUMBER, .max = 1, .usual = 1, AT(push_vlan.cfi)), END
};

const struct odp_arg odp_args_push_mpls[] = {
	ROW("label", NUMBER, MUST, .max = LABEL, AT(push_mpls.label)),
	ROW("tc", NUMBER, .max = 7, AT(push_mpls.tc)),
	ROW("ttl", NUMBER, .max = U8, AT(push_mpls.ttl)),
	ROW("bos", NUMBER, .max = 1, AT(push_mpls.bos)),
	ROW("eth_type", HEX, MUST, .max = U16, .big_endian = true,
	    AT(push_mpls.eth_type_be)), END
};

const struct odp_arg odp_args_pop_mpls[] = {
	ROW("eth_type", HEX, MUST, .max = U16, .big_endian = true,
	    AT(eth_type_be)), END
};

const struct odp_arg odp_args_meter[] = {
	ROW("the meter", ONLY_NUMBER, MUST, .max = U32, AT(number)), END
};

const struct odp_arg odp_args_trunc[] = {
	ROW("the bytes to keep", ONLY_NUMBER, MUST, .max = U32, AT(number)),
	END
};

const struct odp_arg odp_args_push_eth[] = {
	ROW("src", MAC, MUST, AT(push_eth.src)),
	ROW("dst", MAC, MUST, AT(push_eth.dst)), END
};

/*
 * Kept as text
 */

static const struct odp_arg only_number[] = {
	ROW("the argument", ONLY_NUMBER, MUST, .max = U32), END
};

static const struct odp_arg only_port[] = {
	ROW("a port", ONLY_PORT, MUST), END
};

const struct odp_arg odp_args_hash[] = {
	NEST("l4", only_number), NEST("sym_l4", only_number), END
};

const struct odp_arg odp_args_lb_output[] = {
	ROW("the bond", ONLY_NUMBER, MUST, .max = U32), END
};

const struct odp_arg odp_args_tnl_pop[] = {
	ROW("a port", ONLY_PORT, MUST), END
};

const struct odp_arg odp_args_none[] = { END };

const struct odp_arg odp_args_psample[] = {
	ROW("group", NUMBER, MUST, .max = U32), ROW("cookie", BYTES), END
};

const struct odp_arg odp_args_add_mpls[] = {
	ROW("label", NUMBER, MUST, .max = LABEL), NUMBER("tc", 7),
	NUMBER("ttl", U8), NUMBER("bos", 1),
	ROW("eth_type", NUMBER, MUST, .max = U16), END
};

const struct odp_arg odp_args_push_nsh[] = {
	NUMBER("flags", 3), NUMBER("ttl", 0x3f),
	ROW("mdtype", NUMBER, MUST, .max = 0xf),
	ROW("np", NUMBER, MUST, .max = U8),
	ROW("spi", NUMBER, MUST, .max = 0xffffff), NUMBER("si", U8),
	NUMBER("c1", U32), NUMBER("c2", U32), NUMBER("c3", U32),
	NUMBER("c4", U32), ROW("md2", BYTES), END
};

static const struct odp_arg sflow[] = {
	NUMBER("vid", 0xfff), NUMBER("pcp", 7), NUMBER("output", U32), END
};

static const struct odp_arg slow_path[] = {
	ROW("the reasons", ONLY_WORDS, MUST), END
};

static const struct odp_arg flow_sample[] = {
	NUMBER("probability", U16), NUMBER("collector_set_id", U32),
	NUMBER("obs_domain_id", U32), NUMBER("obs_point_id", U32),
	ROW("output_port", PORT), ROW("ingress", FLAG), ROW("egress", FLAG),
	END
};

static const struct odp_arg ipfix[] = {
	ROW("output_port", PORT, MUST), END
};

static const struct odp_arg controller[] = {
	NUMBER("reason", U16), NUMBER("dont_send", 1),
	NUMBER("continuation", 1), NUMBER("recirc_id", U32),
	NUMBER("rule_cookie", U64), NUMBER("controller_id", U16),
	NUMBER("max_len", U16), END
};

static const struct odp_arg userdata[] = {
	ROW("bytes", ONLY_DIGITS), END
};

const struct odp_arg odp_args_userspace[] = {
	ROW("pid", NUMBER, MUST, .max = U32),
	NEST("sFlow", sflow), NEST("slow_path", slow_path),
	NEST("flow_sample", flow_sample), NEST("ipfix", ipfix),
	NEST("controller", controller), NEST("userdata", userdata),
	ROW("actions", FLAG), ROW("tunnel_out_port", PORT), END
};

/*
 * tnl_push(): the header is given in full, outermost first.
 */

static const struct odp_arg hdr_eth[] = {
	ROW("dst", MAC, MUST), ROW("src", MAC, MUST),
	ROW("dl_type", NUMBER, MUST, .max = U16), END
};

static const struct odp_arg hdr_ipv4[] = {
	ROW("src", IPV4, MUST), ROW("dst", IPV4, MUST), NUMBER("proto", U8),
	NUMBER("tos", U8), NUMBER("ttl", U8), NUMBER("frag", U16), END
};

static const struct odp_arg hdr_ipv6[] = {
	ROW("src", IPV6, MUST), ROW("dst", IPV6, MUST),
	NUMBER("label", LABEL), NUMBER("proto", U8), NUMBER("tclass", U8),
	NUMBER("hlimit", U8), END
};

static const struct odp_arg hdr_udp[] = {
	NUMBER("src", U16), NUMBER("dst", U16), NUMBER("csum", U16), END
};

static const struct odp_arg hdr_gre_base[] = {
	ROW("flags", NUMBER, MUST, .max = U16),
	ROW("proto", NUMBER, MUST, .max = U16), END
};

static const struct odp_arg hdr_gre[] = {
	ROW("", NEST, MUST, .inner = hdr_gre_base),
	NUMBER("csum", U16), NUMBER("key", U32), NUMBER("seq", U32), END
};

static const struct odp_arg hdr_erspan[] = {
	ROW("ver", NUMBER, MUST, .max = 2), NUMBER("sid", 0x3ff),
	NUMBER("idx", LABEL), NUMBER("dir", 1), NUMBER("hwid", 0x3f), END
};

static const struct odp_arg hdr_vxlan[] = {
	NUMBER("flags", U32), ROW("vni", NUMBER, MUST, .max = 0xffffff), END
};

static const struct odp_arg geneve_options[] = {
	ROW("the options", ONLY_OPTIONS, MUST), END
};

static const struct odp_arg hdr_geneve[] = {
	ROW("oam", FLAG), ROW("crit", FLAG),
	ROW("vni", NUMBER, MUST, .max = 0xffffff),
	NEST("options", geneve_options), END
};

static const struct odp_arg hdr_gtpu[] = {
	NUMBER("flags", U8), NUMBER("msgtype", U8),
	ROW("teid", NUMBER, MUST, .max = U32), END
};

static const struct odp_arg srv6_segs[] = {
	ROW("the segments", ONLY_SEGMENTS, MUST), END
};

static const struct odp_arg hdr_srv6[] = {
	ROW("segments_left", SEGMENTS_LEFT, MUST, .max = U8),
	ROW("segs", NEST, MUST, .inner = srv6_segs), END
};

static const struct odp_arg tnl_header[] = {
	ROW("size", NUMBER, MUST, .max = U32),
	ROW("type", NUMBER, MUST, .max = U32),
	ROW("eth", NEST, MUST, .inner = hdr_eth),
	NEST("ipv4", hdr_ipv4), NEST("ipv6", hdr_ipv6), NEST("udp", hdr_udp),
	NEST("gre", hdr_gre), NEST("erspan", hdr_erspan),
	NEST("vxlan", hdr_vxlan), NEST("geneve", hdr_geneve),
	NEST("gtpu", hdr_gtpu), NEST("srv6", hdr_srv6), END
};

const struct odp_arg odp_args_tnl_push[] = {
	ROW("tnl_port", NEST, MUST, .inner = only_port),
	ROW("header", NEST, MUST, .inner = tnl_header),
	ROW("out_port", NEST, MUST, .inner = only_port), END
};
