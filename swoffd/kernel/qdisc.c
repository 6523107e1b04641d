/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel says to RTM_NEWQDISC for clsact, with or without a block,
 * when there is already (Linux 6.1, net/sched/sch_api.c tc_modify_qdisc and
 * qdisc_change; tests/vm/scenario/block.sh):
 *
 *   nothing                  0, and there is clsact with that block; or what
 *                            a driver says that cannot take what is on it
 *   clsact, any block        0, and all stays as it is, whichever block that is
 *   ingress, any block       EINVAL "Invalid qdisc name", and all stays
 *
 * So nobody loses filters by it, but success does not say that the block is
 * there.  Hence NLM_F_ECHO: the answer is the qdisc as it is now.
 *
 * To RTM_DELQDISC: ingress, EINVAL; nothing, ENOENT, or EINVAL "Invalid handle"
 * if there ever was something.
 */
#include "swoffd/kernel/qdisc.h"

#include <errno.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "swoffd/kernel/attr.h"

#define KIND "clsact"

int qdisc_encode(void *buf, size_t size, const struct kernel_request *req)
{
	const struct rule *r = req->rule;
	const struct tcmsg tcm = {
		.tcm_family = AF_UNSPEC,
		.tcm_ifindex = (int)r->dev.ifindex,
		.tcm_handle = TC_H_MAKE(TC_H_CLSACT, 0),
		.tcm_parent = TC_H_CLSACT,
	};
	bool del = req->kind == REQUEST_QDISC_DEL;
	struct nlmsghdr *nlh;

	if (r->block && r->hook != RULE_INGRESS)
		return -EINVAL;
	if (size < NLMSG_SPACE(sizeof(tcm)))
		return -EMSGSIZE;
	nlh = mnl_nlmsg_put_header(buf);
	nlh->nlmsg_type = del ? RTM_DELQDISC : RTM_NEWQDISC;
	nlh->nlmsg_flags = del ? NLM_F_REQUEST : NLM_F_REQUEST | NLM_F_CREATE |
						 NLM_F_REPLACE | NLM_F_ECHO;
	memcpy(mnl_nlmsg_put_extra_header(nlh, sizeof(tcm)), &tcm,
	       sizeof(tcm));
	if (!attr_put_str(nlh, size, TCA_KIND, KIND))
		return -EMSGSIZE;
	if (!del && r->block &&
	    !attr_put_u32(nlh, size, TCA_INGRESS_BLOCK, r->block))
		return -EMSGSIZE;
	return 0;
}

int qdisc_decode_block(const struct nlmsghdr *nlh, uint32_t *block)
{
	const struct nlattr *tb[TCA_INGRESS_BLOCK + 1];
	size_t size;
	const void *body = attr_body(nlh, sizeof(struct tcmsg), &size);

	if (!body)
		return -EBADMSG;
	attr_table(body, size, tb, TCA_INGRESS_BLOCK);
	*block = 0;
	(void)attr_u32(tb[TCA_INGRESS_BLOCK], block);
	return 0;
}
