/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names that tc has for numbers, and the base of a number without a name. */
#include <linux/pkt_cls.h>
#include <netinet/in.h>

#include "common/flow/tctext_parse.h"
#include "common/flow/uapi.h"

/* l2tp, esp and ah are newer than tc 6.1, which takes their numbers. */
const struct tc_name tc_ip_protos[] = {
	{ "tcp", IPPROTO_TCP }, { "udp", IPPROTO_UDP },
	{ "sctp", IPPROTO_SCTP }, { "icmp", IPPROTO_ICMP },
	{ "icmpv6", IPPROTO_ICMPV6 }, { "l2tp", UAPI_IPPROTO_L2TP },
	{ "esp", IPPROTO_ESP }, { "ah", IPPROTO_AH },
	{ NULL, 0 },
};

const struct tc_name tc_arp_ops[] = {
	{ "request", 1 }, { "reply", 2 },
	{ NULL, 0 },
};

/* linux/ppp_defs.h */
const struct tc_name tc_ppp_protos[] = {
	{ "ip", UAPI_PPP_IP }, { "at", 0x29 }, { "ipx", 0x2b },
	{ "vjc_comp", 0x2d }, { "vjc_uncomp", 0x2f }, { "mp", 0x3d },
	{ "ipv6", UAPI_PPP_IPV6 }, { "comp_frag", 0xfb }, { "comp", 0xfd },
	{ "mpls_uc", UAPI_PPP_MPLS_UC }, { "mpls_mc", UAPI_PPP_MPLS_MC },
	{ "ipcp", 0x8021 }, { "atcp", 0x8029 }, { "ipxcp", 0x802b },
	{ "ipv6cp", 0x8057 }, { "ccp_frag", 0x80fb }, { "ccp", 0x80fd },
	{ "mplscp", 0x8281 }, { "lcp", 0xc021 }, { "pap", 0xc023 },
	{ "lqr", 0xc025 }, { "chap", 0xc223 }, { "cbcp", 0xc029 },
	{ NULL, 0 },
};

const struct tc_name tc_frag_bits[] = {
	{ "frag", FLOW_FRAG_IS_FRAGMENT }, { "firstfrag", FLOW_FRAG_FIRST },
	{ NULL, 0 },
};

const struct tc_name tc_enc_bits[] = {
	{ "tuncsum", UAPI_TUNNEL_CSUM },
	{ "tundf", UAPI_TUNNEL_DONT_FRAGMENT },
	{ "tunoam", UAPI_TUNNEL_OAM },
	{ "tuncrit", UAPI_TUNNEL_CRIT_OPT },
	{ NULL, 0 },
};

const struct tc_name tc_ct_bits[] = {
	{ "trk", TCA_FLOWER_KEY_CT_FLAGS_TRACKED },
	{ "new", TCA_FLOWER_KEY_CT_FLAGS_NEW },
	{ "est", TCA_FLOWER_KEY_CT_FLAGS_ESTABLISHED },
	{ "rel", TCA_FLOWER_KEY_CT_FLAGS_RELATED },
	{ "inv", TCA_FLOWER_KEY_CT_FLAGS_INVALID },
	{ "rpl", TCA_FLOWER_KEY_CT_FLAGS_REPLY },
	{ NULL, 0 },
};

const char *tc_name_of(const struct tc_name *names, uint32_t value)
{
	for (; names->name; names++)
		if (names->value == value)
			return names->name;
	return NULL;
}

/* "10" is ten and "1f" is 31: tc tries decimal, then hexadecimal. */
static unsigned int guess_base(const char *p)
{
	p += scan_span(p, SCAN_DIGIT);
	return (*p >= 'a' && *p <= 'f') || (*p >= 'A' && *p <= 'F') ? 16 : 10;
}

/* As in C: a number with a zero before it is octal. */
static unsigned int c_base(const char *p)
{
	return p[0] == '0' && p[1] >= '0' && p[1] <= '7' ? 8 : 10;
}

static bool is_as_in_c(const struct flow_field *f)
{
	return f->kind == FLOW_KIND_PPP_PROTO || f->opts ||
	       (f->kind == FLOW_KIND_HEX && f->max > UINT8_MAX);
}

unsigned int tc_value_base(const struct tc_parser *p,
			   const struct flow_field *f)
{
	switch (f->kind) {
	case FLOW_KIND_TCP_FLAGS:
	case FLOW_KIND_IP_PROTO:
	case FLOW_KIND_BARE_HEX:
		return 16;
	default:
		if (is_as_in_c(f))
			return c_base(p->s.p);
		return f->kind == FLOW_KIND_HEX || f->kind == FLOW_KIND_TTL ?
			       guess_base(p->s.p) : 10;
	}
}

unsigned int tc_mask_base(const struct tc_parser *p,
			  const struct flow_field *f)
{
	if (f->kind == FLOW_KIND_BARE_HEX)
		return 16;
	if (is_as_in_c(f))
		return c_base(p->s.p);
	return f->kind == FLOW_KIND_UINT || f->kind == FLOW_KIND_ARP_OP ? 10 :
									   16;
}
