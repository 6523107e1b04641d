/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Filters out of messages: whole, or only place, flags and counters, which is
 * all that a terse dump has.  Of a terse dump there may be a million, so its
 * decoder looks at each attribute once and clears nothing that is not told.
 */
#include <errno.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>

#include "swoffd/kernel/attr.h"
#include "swoffd/kernel/filter.h"
#include "swoffd/kernel/flower.h"

#define EGRESS TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_EGRESS)

/*
 * Where a filter is.  Of one on a block that devices share the kernel tells no
 * device (net/sched/cls_api.c tcf_fill_node).
 */
static void decode_place(const struct tcmsg *tcm, const struct nlattr *chain,
			 struct kernel_filter *out)
{
	bool shared = tcm->tcm_ifindex == (int)TCM_IFINDEX_MAGIC_BLOCK;

	*out = (struct kernel_filter){
		.ifindex = shared ? 0 : (uint32_t)tcm->tcm_ifindex,
		.block = shared ? tcm->tcm_block_index : 0,
		.hook = !shared && tcm->tcm_parent == EGRESS ?
				RULE_EGRESS : RULE_INGRESS,
		.prio = (uint16_t)(TC_H_MAJ(tcm->tcm_info) >> 16),
		.protocol_be = (uint16_t)TC_H_MIN(tcm->tcm_info),
		.handle = tcm->tcm_handle,
		.stats.used_ms = UINT64_MAX,
		.unpoliced.used_ms = UINT64_MAX,
	};
	(void)attr_u32(chain, &out->chain);
}

static void take_summary(const struct action_summary *sum,
			 struct kernel_filter *out)
{
	out->stats = sum->stats;
	out->unpoliced = sum->unpoliced;
	out->has_cookie = sum->has_cookie;
	memcpy(out->cookie, sum->cookie, sizeof(sum->cookie));
}

/*
 * Terse
 */

static int decode_terse_options(const struct nlattr *options,
				struct kernel_filter *out)
{
	const struct nlattr *flags = NULL, *acts = NULL, *attr;
	struct action_summary sum;
	uint32_t bits = 0;

	attr_for_each_in(attr, options) {
		switch (attr_type(attr)) {
		case TCA_FLOWER_FLAGS:
			flags = attr;
			break;
		case TCA_FLOWER_ACT:
			acts = attr;
			break;
		}
	}
	if ((flags && attr_u32(flags, &bits)) ||
	    (acts && action_decode_terse(acts, &sum)))
		return -EBADMSG;
	out->in_hw = bits & TCA_CLS_FLAGS_IN_HW;
	if (acts)
		take_summary(&sum, out);
	return 0;
}

int filter_decode_terse(const struct nlmsghdr *nlh, struct kernel_filter *out)
{
	const struct nlattr *kind = NULL, *chain = NULL, *options = NULL;
	const struct nlattr *attr;
	size_t size;
	const void *body = attr_body(nlh, sizeof(struct tcmsg), &size);

	if (!body)
		return -EBADMSG;
	attr_for_each(attr, body, size) {
		switch (attr_type(attr)) {
		case TCA_KIND:
			kind = attr;
			break;
		case TCA_CHAIN:
			chain = attr;
			break;
		case TCA_OPTIONS:
			options = attr;
			break;
		}
	}
	decode_place(NLMSG_DATA(nlh), chain, out);
	if (!out->handle)
		return -ENOENT;
	if (!attr_is_str(kind, FILTER_KIND))
		out->undecoded = FILTER_FOREIGN;
	else if (!options || decode_terse_options(options, out))
		out->undecoded = FILTER_MALFORMED;
	return 0;
}

/*
 * Whole
 */

static void head_of_rule(const struct kernel_filter *f, uint32_t flags,
			 struct rule *out)
{
	memset(out, 0, offsetof(struct rule, match));
	out->dev.ifindex = f->ifindex;
	out->dev.no = PORT_NO_NONE;
	out->block = f->block;
	out->hook = f->hook;
	out->chain = f->chain;
	out->prio = f->prio;
	out->protocol_be = f->protocol_be;
	out->handle = f->handle;
	out->verbose = flags & TCA_CLS_FLAGS_VERBOSE;
	out->policy = flags & TCA_CLS_FLAGS_SKIP_SW ? RULE_HW_ONLY :
		      flags & TCA_CLS_FLAGS_SKIP_HW ? RULE_SW_ONLY :
						      RULE_BEST_EFFORT;
}

static int decode_actions(const struct nlattr *acts, struct filter_view *out)
{
	struct action_summary sum;
	int rc;

	out->rule.n_actions = 0;
	if (!acts)
		return 0;
	rc = action_decode(acts, &out->rule, &sum);
	if (rc)
		return rc;
	take_summary(&sum, &out->filter);
	if (!out->undecoded[0])
		memcpy(out->undecoded, sum.undecoded, sizeof(sum.undecoded));
	return 0;
}

static int decode_options(const struct nlattr *options,
			  struct filter_view *out)
{
	struct flower_attrs attrs;
	const struct nlattr *const *tb = attrs.tb;
	uint32_t flags = 0;
	int rc;

	flower_find_attrs(options, &attrs, out->undecoded);
	if (tb[TCA_FLOWER_FLAGS] && attr_u32(tb[TCA_FLOWER_FLAGS], &flags))
		return -EBADMSG;
	head_of_rule(&out->filter, flags, &out->rule);
	if (tb[TCA_FLOWER_CLASSID] &&
	    attr_u32(tb[TCA_FLOWER_CLASSID], &out->rule.classid))
		return -EBADMSG;
	rc = flower_decode(&attrs, out->filter.protocol_be, &out->rule.match,
			   out->undecoded);
	if (!rc)
		rc = decode_actions(tb[TCA_FLOWER_ACT], out);
	if (!rc)
		out->filter.in_hw = flags & TCA_CLS_FLAGS_IN_HW;
	return rc;
}

static void say(struct filter_view *out, const char *what)
{
	(void)snprintf(out->undecoded, sizeof(out->undecoded), "%s", what);
}

int filter_decode(const struct nlmsghdr *nlh, struct filter_view *out)
{
	_Static_assert(FLOWER_UNDECODED_SIZE == ACTION_UNDECODED_SIZE,
		       "both fill filter_view.undecoded");
	const struct nlattr *tb[TCA_CHAIN + 1];
	size_t size;
	const void *body = attr_body(nlh, sizeof(struct tcmsg), &size);

	if (!body)
		return -EBADMSG;
	attr_table(body, size, tb, TCA_CHAIN);
	decode_place(NLMSG_DATA(nlh), tb[TCA_CHAIN], &out->filter);
	if (!out->filter.handle)
		return -ENOENT;
	out->undecoded[0] = '\0';
	if (!attr_is_str(tb[TCA_KIND], FILTER_KIND))
		say(out, FILTER_FOREIGN);
	else if (!tb[TCA_OPTIONS] || decode_options(tb[TCA_OPTIONS], out))
		say(out, FILTER_MALFORMED);
	if (out->undecoded[0])
		out->filter.undecoded = out->undecoded;
	else
		out->filter.rule = &out->rule;
	return 0;
}
