/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The actions of a tc line that edit headers and metadata by plain parameters:
 * vlan, mpls, skbedit, sample, csum.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/tc_act/tc_csum.h>
#include <string.h>

#include "common/base/cleanup.h"
#include "common/flow/tctext_action.h"

struct op_word {
	const char *word;
	unsigned int op;
};

/* The operation, as an index into words; -EINVAL. */
static int parse_op(struct tc_parser *p, const struct op_word *words, size_t n,
		    const char *expected, unsigned int *op)
{
	for (size_t i = 0; i < n; i++) {
		if (!tc_is_prefix(p, words[i].word))
			continue;
		*op = words[i].op;
		tc_next(p);
		return 0;
	}
	return scan_expected(&p->s, "%s", expected);
}

static int parse_vlan_words(struct tc_parser *p, struct rule_action *a)
{
	bool has_id = false, has_dst = false, has_src = false;
	int rc;

	do {
		has_id |= tc_is_prefix(p, "id");
		has_dst |= tc_is_prefix(p, "dst_mac");
		has_src |= tc_is_prefix(p, "src_mac");
		rc = act_param(p, a);
	} while (rc > 0);
	if (rc < 0)
		return rc;
	if ((a->vlan.op == RULE_VLAN_PUSH || a->vlan.op == RULE_VLAN_MODIFY) &&
	    !has_id)
		return scan_expected(&p->s, "id");
	if (a->vlan.op == RULE_VLAN_PUSH_ETH && !(has_dst && has_src))
		return scan_expected(&p->s, "%s",
				     has_dst ? "src_mac" : "dst_mac");
	return 0;
}

int act_parse_vlan(struct tc_parser *p, struct rule_action *a)
{
	static const struct op_word words[] = {
		{ "pop", RULE_VLAN_POP }, { "push", RULE_VLAN_PUSH },
		{ "modify", RULE_VLAN_MODIFY },
		{ "pop_eth", RULE_VLAN_POP_ETH },
		{ "push_eth", RULE_VLAN_PUSH_ETH },
	};
	unsigned int op = 0;

	if (a->only_index)
		return act_control(p, a, RULE_PIPE);
	if (parse_op(p, words, ARRAY_LEN(words),
		     "pop, push, modify, pop_eth or push_eth", &op) < 0)
		return -EINVAL;
	a->vlan.op = (enum rule_vlan)op;
	if (parse_vlan_words(p, a) < 0)
		return -EINVAL;
	/* What act_vlan of the kernel refuses. */
	if (a->vlan.id >= 4095)
		reason_add(p->reasons, REASON_ACTION_UNSUPPORTED, 0,
			   "vlan id %u", a->vlan.id);
	if (a->vlan.tpid_be && !flow_is_tpid(a->vlan.tpid_be))
		reason_add(p->reasons, REASON_ACTION_UNSUPPORTED, 0,
			   "vlan protocol 0x%04x", ntohs(a->vlan.tpid_be));
	return act_control(p, a, RULE_PIPE);
}

static bool is_mpls(uint16_t type_be)
{
	return type_be == htons(ETH_P_MPLS_UC) ||
	       type_be == htons(ETH_P_MPLS_MC);
}

static int check_mpls(struct tc_parser *p, const struct rule_action *a)
{
	bool push = a->mpls.op == RULE_MPLS_PUSH ||
		    a->mpls.op == RULE_MPLS_MAC_PUSH;

	if (a->mpls.op == RULE_MPLS_POP && !a->mpls.proto_be)
		return scan_expected(&p->s, "protocol");
	if (push && !(a->mpls.has & RULE_MPLS_HAS_LABEL))
		return scan_expected(&p->s, "label");
	if (push && a->mpls.proto_be && !is_mpls(a->mpls.proto_be))
		return scan_expected(&p->s, "a protocol of mpls_uc or mpls_mc "
				     "before this");
	/* Of the kernel: 0 to 15 mean something else, but for 3 of them. */
	if (a->mpls.has & RULE_MPLS_HAS_LABEL && a->mpls.label == 3)
		reason_add(p->reasons, REASON_ACTION_UNSUPPORTED, 0,
			   "mpls label 3, implicit null");
	return 0;
}

int act_parse_mpls(struct tc_parser *p, struct rule_action *a)
{
	static const struct op_word words[] = {
		{ "pop", RULE_MPLS_POP }, { "push", RULE_MPLS_PUSH },
		{ "modify", RULE_MPLS_MODIFY },
		{ "mac_push", RULE_MPLS_MAC_PUSH },
		{ "dec_ttl", RULE_MPLS_DEC_TTL },
	};
	unsigned int op = 0;

	if (a->only_index)
		return act_control(p, a, RULE_PIPE);
	if (parse_op(p, words, ARRAY_LEN(words),
		     "pop, push, modify, mac_push or dec_ttl", &op) < 0)
		return -EINVAL;
	a->mpls.op = (enum rule_mpls)op;
	if (act_params(p, a) < 0 || check_mpls(p, a) < 0)
		return -EINVAL;
	return act_control(p, a, RULE_PIPE);
}

/* "queue_mapping 3-6" is ours: tc has no word for a choice by hash. */
static int parse_queues(struct tc_parser *p, struct rule_action *a)
{
	uint64_t first, last = 0;
	int rc;

	tc_next(p);
	rc = act_scan_uint(p, 10, UINT16_MAX, "a queue", &first);
	if (rc == 0 && scan_char(&p->s, '-'))
		rc = act_scan_uint(p, 10, UINT16_MAX, "a queue", &last);
	if (rc == 0)
		rc = tc_word_done(p);
	if (rc < 0)
		return rc;
	if (last && last < first)
		return scan_expected(&p->s, "queues in ascending order before "
				     "this");
	a->skbedit.has |= RULE_SKBEDIT_QUEUE;
	a->skbedit.queue = (uint16_t)first;
	a->skbedit.queue_max = (uint16_t)last;
	return 1;
}

static int parse_skbedit_word(struct tc_parser *p, struct rule_action *a)
{
	if (tc_is_prefix(p, "queue_mapping"))
		return parse_queues(p, a);
	if (!tc_is_prefix(p, "inheritdsfield") || tc_is_prefix(p, "index"))
		return act_param(p, a);
	a->skbedit.has |= RULE_SKBEDIT_INHERITDSFIELD;
	tc_next(p);
	return 1;
}

int act_parse_skbedit(struct tc_parser *p, struct rule_action *a)
{
	int rc;

	if (a->only_index)
		return act_control(p, a, RULE_PIPE);
	do
		rc = parse_skbedit_word(p, a);
	while (rc > 0);
	if (rc < 0)
		return rc;
	if (!a->skbedit.has)
		return scan_expected(&p->s, "priority, mark, queue_mapping, "
				     "ptype or inheritdsfield");
	return act_control(p, a, RULE_PIPE);
}

int act_parse_sample(struct tc_parser *p, struct rule_action *a)
{
	bool has_group = false;
	int rc;

	if (a->only_index)
		return act_control(p, a, RULE_PIPE);
	do {
		has_group |= tc_is_prefix(p, "group");
		rc = act_param(p, a);
	} while (rc > 0);
	if (rc < 0)
		return rc;
	if (!a->sample.rate || !has_group)
		return scan_expected(&p->s, "%s", has_group ? "rate" :
							       "group");
	return act_control(p, a, RULE_PIPE);
}

/* In the order of tc, which takes beginnings. */
const struct act_bit act_csums[] = {
	{ "iph", TCA_CSUM_UPDATE_FLAG_IPV4HDR },
	{ "ip4h", TCA_CSUM_UPDATE_FLAG_IPV4HDR },
	{ "ipv4h", TCA_CSUM_UPDATE_FLAG_IPV4HDR },
	{ "icmp", TCA_CSUM_UPDATE_FLAG_ICMP },
	{ "igmp", TCA_CSUM_UPDATE_FLAG_IGMP },
	{ "tcp", TCA_CSUM_UPDATE_FLAG_TCP },
	{ "udp", TCA_CSUM_UPDATE_FLAG_UDP },
	{ "udplite", TCA_CSUM_UPDATE_FLAG_UDPLITE },
	{ "sctp", TCA_CSUM_UPDATE_FLAG_SCTP },
	{ "and", 0 }, { "or", 0 }, { "+", 0 },
};

const size_t act_n_csums = ARRAY_LEN(act_csums);

static const struct act_bit *find_csum(const struct tc_parser *p)
{
	for (size_t i = 0; i < act_n_csums; i++)
		if (tc_is_prefix(p, act_csums[i].word))
			return &act_csums[i];
	return NULL;
}

int act_parse_csum(struct tc_parser *p, struct rule_action *a)
{
	const struct act_bit *b;

	if (a->only_index)
		return act_control(p, a, RULE_PASS);
	/* "a" would begin "and", but "action" begins the next. */
	while ((b = find_csum(p))) {
		a->csum.flags |= b->bit;
		tc_next(p);
	}
	if (!a->csum.flags)
		return scan_expected(&p->s, "iph, icmp, igmp, tcp, udp, "
				     "udplite or sctp");
	return act_control(p, a, RULE_PASS);
}
