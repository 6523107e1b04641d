/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names, flags and identity of netdevs; addresses and statistics are not. */
#include "swoffd/kernel/link.h"

#include <errno.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>

#include "common/base/cleanup.h"
#include "swoffd/kernel/attr.h"

void link_encode_dump(void *buf)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);

	nlh->nlmsg_type = RTM_GETLINK;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	mnl_nlmsg_put_extra_header(nlh, sizeof(struct ifinfomsg));
	/* Statistics are half of a link message. */
	(void)attr_put_u32(nlh, LINK_MSG_SIZE, IFLA_EXT_MASK,
			   RTEXT_FILTER_SKIP_STATS);
}

static void get_switch_id(const struct nlattr *attr,
			  char out[KERNEL_SWITCH_ID_SIZE])
{
	const uint8_t *id;
	size_t len;

	if (!attr)
		return;
	id = attr_data(attr);
	len = attr_size(attr);
	if (2 * len >= KERNEL_SWITCH_ID_SIZE)
		return;
	for (size_t i = 0; i < len; i++)
		(void)snprintf(out + 2 * i, 3, "%02x", id[i]);
}

static void get_kind(const struct nlattr *info, char *out, size_t size)
{
	const struct nlattr *tb[IFLA_INFO_KIND + 1];

	if (!info)
		return;
	attr_nested_table(info, tb, IFLA_INFO_KIND);
	(void)attr_str(tb[IFLA_INFO_KIND], out, size);
}

int link_decode(const struct nlmsghdr *nlh, struct kernel_link *out)
{
	const struct nlattr *tb[IFLA_PHYS_PORT_NAME + 1];
	struct kernel_link l = { 0 };
	struct ifinfomsg ifi;
	size_t size;
	const void *body = attr_body(nlh, sizeof(ifi), &size);

	if (!body)
		return -EBADMSG;
	memcpy(&ifi, mnl_nlmsg_get_payload(nlh), sizeof(ifi));
	if (ifi.ifi_family != AF_UNSPEC)
		return -EINVAL;
	attr_table(body, size, tb, IFLA_PHYS_PORT_NAME);
	if (ifi.ifi_index <= 0 ||
	    attr_str(tb[IFLA_IFNAME], l.name, sizeof(l.name)))
		return -EBADMSG;
	l.ifindex = (uint32_t)ifi.ifi_index;
	l.up = ifi.ifi_flags & IFF_UP;
	(void)attr_u32(tb[IFLA_MTU], &l.mtu);
	(void)attr_u32(tb[IFLA_MASTER], &l.master);
	(void)attr_str(tb[IFLA_PHYS_PORT_NAME], l.port_name,
		       sizeof(l.port_name));
	get_switch_id(tb[IFLA_PHYS_SWITCH_ID], l.switch_id);
	get_kind(tb[IFLA_LINKINFO], l.kind, sizeof(l.kind));
	*out = l;
	return 0;
}
