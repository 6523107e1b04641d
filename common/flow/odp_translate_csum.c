/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Checksums of rewritten headers: a csum action behind the last of the pedits
 * that follow each other.
 *
 * Which checksum lies above IP depends on the protocol.  If the flow does not
 * match it but was dumped with -m, the protocol of the packet that made the
 * flow is known, and the rule is narrowed to it, as by Open vSwitch: packets
 * of other protocols miss the rule and find the flow in the datapath.  Without
 * it the flow is refused.  Time to live and type of service are no part of
 * those checksums, so to rewrite these alone no protocol is needed.
 */
#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/tc_act/tc_csum.h>
#include <linux/tc_act/tc_pedit.h>
#include <netinet/in.h>

#include "common/flow/odp_translate.h"

#define HTYPE(x) TCA_PEDIT_KEY_EX_HDR_TYPE_##x

static uint32_t l4_csum(uint8_t ip_proto)
{
	switch (ip_proto) {
	case IPPROTO_TCP:
		return TCA_CSUM_UPDATE_FLAG_TCP;
	case IPPROTO_UDP:
		return TCA_CSUM_UPDATE_FLAG_UDP;
	case IPPROTO_UDPLITE:
		return TCA_CSUM_UPDATE_FLAG_UDPLITE;
	case IPPROTO_ICMPV6:
		return TCA_CSUM_UPDATE_FLAG_ICMP;
	default:
		return 0;
	}
}

/* False: the protocol is neither matched nor known. */
bool odp_translate_settle_proto(struct odp_translation *t)
{
	const struct flow_match *in = &t->flow->match;
	struct flow_match *out = &t->out->match;
	uint16_t l3 = flow_match_l3_type(in);

	if (out->mask.ip_proto)
		return true;
	if ((l3 != ETH_P_IP && l3 != ETH_P_IPV6) || !in->key.ip_proto ||
	    !odp_translate_has_given(t->flow,
				     offsetof(struct flow_key, ip_proto)))
		return false;
	out->key.ip_proto = in->key.ip_proto;
	out->mask.ip_proto = UINT8_MAX;
	return true;
}

static bool may_be_fragment(const struct flow_match *m)
{
	return !(ntohl(m->mask.ip_flags_be) & FLOW_FRAG_IS_FRAGMENT) ||
	       ntohl(m->key.ip_flags_be) & FLOW_FRAG_IS_FRAGMENT;
}

/* act_csum takes a fragment for the whole and would spoil it. */
static void require_l4(struct odp_translation *t, const char *group)
{
	if (!odp_translate_settle_proto(t)) {
		reason_add(t->reasons, REASON_PROTO_UNKNOWN, 0, "set(%s)",
			   group);
		return;
	}
	if (l4_csum(t->out->match.key.ip_proto) &&
	    may_be_fragment(&t->out->match))
		reason_add(t->reasons, REASON_ACTION_UNSUPPORTED, 0,
			   "pedit-frag");
}

uint32_t odp_translate_csum(const struct flow_match *m, uint16_t htype)
{
	uint32_t flags = htype == HTYPE(IP4) ? TCA_CSUM_UPDATE_FLAG_IPV4HDR : 0;

	if (htype != HTYPE(ETH) && m->mask.ip_proto && !may_be_fragment(m))
		flags |= l4_csum(m->key.ip_proto);
	return flags;
}

void odp_translate_need_csum(struct odp_translation *t, const char *group,
			     uint16_t htype, bool l4)
{
	if (l4)
		require_l4(t, group);
	t->csum |= odp_translate_csum(&t->out->match, htype);
}

void odp_translate_end_sets(struct odp_translation *t)
{
	uint32_t flags = t->csum;

	t->csum = 0;
	if (flags)
		odp_translate_add(t, RULE_ACTION_CSUM)->csum.flags = flags;
}
