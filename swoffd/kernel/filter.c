/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TCA_KIND is on every request, also where it looks needless: without it the
 * kernel takes the rtnl lock (net/sched/cls_api.c tcf_proto_is_unlocked).
 */
#include "swoffd/kernel/filter.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "common/base/cleanup.h"
#include "swoffd/kernel/attr.h"
#include "swoffd/kernel/flower.h"
#include "swoffd/kernel/qdisc.h"

static const struct {
	uint16_t type, flags;
	bool whole;                    /* carries the rule itself */
	uint32_t cls_flags;
} requests[] = {
	[REQUEST_ADD] = { RTM_NEWTFILTER, NLM_F_CREATE | NLM_F_EXCL, true, 0 },
	[REQUEST_REPLACE] = { RTM_NEWTFILTER, NLM_F_CREATE, true, 0 },
	[REQUEST_EXPLAIN] = { RTM_NEWTFILTER, NLM_F_CREATE | NLM_F_ACK, true,
			      TCA_CLS_FLAGS_VERBOSE },
	[REQUEST_PROBE] = { RTM_NEWTFILTER,
			    NLM_F_CREATE | NLM_F_EXCL | NLM_F_ACK, true,
			    TCA_CLS_FLAGS_VERBOSE },
	[REQUEST_DEL] = { RTM_DELTFILTER, 0, false, 0 },
	[REQUEST_GET] = { RTM_GETTFILTER, 0, false, 0 },
};

static const uint32_t parents[] = {
	[RULE_INGRESS] = TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_INGRESS),
	[RULE_EGRESS] = TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_EGRESS),
};

static const uint32_t policies[] = {
	[RULE_BEST_EFFORT] = 0,
	[RULE_HW_ONLY] = TCA_CLS_FLAGS_SKIP_SW,
	[RULE_SW_ONLY] = TCA_CLS_FLAGS_SKIP_HW,
};

static struct nlmsghdr *put_header(void *buf, uint16_t type, uint16_t flags,
				   const struct tcmsg *tcm)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);

	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_REQUEST | flags;
	memcpy(mnl_nlmsg_put_extra_header(nlh, sizeof(*tcm)), tcm,
	       sizeof(*tcm));
	return nlh;
}

static int put_options(struct nlmsghdr *nlh, size_t size,
		       const struct kernel_request *req)
{
	uint32_t flags = requests[req->kind].cls_flags |
			 policies[req->rule->policy] |
			 (req->rule->verbose ? TCA_CLS_FLAGS_VERBOSE : 0);
	struct nlattr *nest = attr_nest(nlh, size, TCA_OPTIONS);
	int rc;

	if (!nest)
		return -EMSGSIZE;
	rc = flower_encode(nlh, size, &req->rule->match);
	if (!rc && req->rule->classid &&
	    !attr_put_u32(nlh, size, TCA_FLOWER_CLASSID, req->rule->classid))
		rc = -EMSGSIZE;
	if (!rc)
		rc = action_encode(nlh, size, TCA_FLOWER_ACT, req->rule,
				   req->no_cookie ? NULL : req->cookie);
	if (!rc && !attr_put_u32(nlh, size, TCA_FLOWER_FLAGS, flags))
		rc = -EMSGSIZE;
	if (!rc && !attr_nest_end(nlh, nest))
		rc = -EMSGSIZE;
	return rc;
}

static void set_place(struct tcmsg *tcm, uint32_t ifindex, uint32_t block,
		      enum rule_hook hook)
{
	if (block) {
		tcm->tcm_ifindex = (int)TCM_IFINDEX_MAGIC_BLOCK;
		tcm->tcm_block_index = block;
	} else {
		tcm->tcm_ifindex = (int)ifindex;
		tcm->tcm_parent = parents[hook];
	}
}

static int encode_filter(void *buf, size_t size,
			 const struct kernel_request *req)
{
	const struct rule *r = req->rule;
	struct tcmsg tcm = {
		.tcm_family = AF_UNSPEC,
		.tcm_handle = r->handle,
		.tcm_info = TC_H_MAKE((uint32_t)r->prio << 16, r->protocol_be),
	};
	struct nlmsghdr *nlh;

	set_place(&tcm, r->dev.ifindex, r->block, r->hook);
	nlh = put_header(buf, requests[req->kind].type,
			 requests[req->kind].flags, &tcm);
	if (!attr_put_str(nlh, size, TCA_KIND, FILTER_KIND))
		return -EMSGSIZE;
	if (r->chain && !attr_put_u32(nlh, size, TCA_CHAIN, r->chain))
		return -EMSGSIZE;
	return requests[req->kind].whole ? put_options(nlh, size, req) : 0;
}

int filter_encode(void *buf, size_t size, const struct kernel_request *req)
{
	if (req->kind == REQUEST_QDISC || req->kind == REQUEST_QDISC_DEL)
		return qdisc_encode(buf, size, req);
	if ((size_t)req->kind >= ARRAY_LEN(requests) ||
	    (size_t)req->rule->hook >= ARRAY_LEN(parents) ||
	    (size_t)req->rule->policy >= ARRAY_LEN(policies))
		return -EINVAL;
	if (size < NLMSG_SPACE(sizeof(struct tcmsg)))
		return -EMSGSIZE;
	return encode_filter(buf, size, req);
}

int filter_encode_dump(void *buf, size_t size, const struct kernel_dump *dump)
{
	const struct nla_bitfield32 flags = { TCA_DUMP_FLAGS_TERSE,
					      TCA_DUMP_FLAGS_TERSE };
	struct tcmsg tcm = { .tcm_family = AF_UNSPEC };
	struct nlmsghdr *nlh;

	if ((size_t)dump->hook >= ARRAY_LEN(parents))
		return -EINVAL;
	if (size < NLMSG_SPACE(sizeof(tcm)))
		return -EMSGSIZE;
	set_place(&tcm, dump->ifindex, dump->block, dump->hook);
	nlh = put_header(buf, RTM_GETTFILTER, NLM_F_DUMP, &tcm);
	if (dump->terse && !attr_put(nlh, size, TCA_DUMP_FLAGS, &flags,
				     sizeof(flags)))
		return -EMSGSIZE;
	return 0;
}
