/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names, flags and identity of netdevs; statistics are not. */
#include "swoffd/kernel/link.h"

#include <errno.h>
#include <linux/if_link.h>
#include <linux/if_tunnel.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>

#include "common/base/cleanup.h"
#include "swoffd/kernel/attr.h"

/* All of it fits LINK_MSG_SIZE, so the checks cannot fail. */
static struct nlmsghdr *put_link(void *buf, uint16_t type, uint16_t flags,
				 const struct ifinfomsg *ifi)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);

	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_REQUEST | flags;
	memcpy(mnl_nlmsg_put_extra_header(nlh, sizeof(*ifi)), ifi,
	       sizeof(*ifi));
	return nlh;
}

/* Statistics are half of a link message. */
static void leave_out_statistics(struct nlmsghdr *nlh)
{
	(void)attr_put_u32(nlh, LINK_MSG_SIZE, IFLA_EXT_MASK,
			   RTEXT_FILTER_SKIP_STATS);
}

void link_encode_dump(void *buf)
{
	const struct ifinfomsg all = { 0 };

	leave_out_statistics(put_link(buf, RTM_GETLINK, NLM_F_DUMP, &all));
}

void link_encode_get(void *buf, uint32_t ifindex)
{
	const struct ifinfomsg one = { .ifi_index = (int)ifindex };

	leave_out_statistics(put_link(buf, RTM_GETLINK, 0, &one));
}

void link_encode_up(void *buf, uint32_t ifindex, bool up)
{
	const struct ifinfomsg ifi = {
		.ifi_index = (int)ifindex,
		.ifi_flags = up ? IFF_UP : 0,
		.ifi_change = IFF_UP,
	};

	put_link(buf, RTM_NEWLINK, 0, &ifi);
}

void link_encode_mtu(void *buf, uint32_t ifindex, uint32_t mtu)
{
	const struct ifinfomsg ifi = { .ifi_index = (int)ifindex };

	(void)attr_put_u32(put_link(buf, RTM_NEWLINK, 0, &ifi), LINK_MSG_SIZE,
			   IFLA_MTU, mtu);
}

void link_encode_rename(void *buf, uint32_t ifindex, const char *name)
{
	const struct ifinfomsg ifi = { .ifi_index = (int)ifindex };

	(void)attr_put_str(put_link(buf, RTM_NEWLINK, 0, &ifi), LINK_MSG_SIZE,
			   IFLA_IFNAME, name);
}

void link_encode_altname_add(void *buf, uint32_t ifindex, const char *name)
{
	const struct ifinfomsg ifi = { .ifi_index = (int)ifindex };
	struct nlmsghdr *nlh = put_link(buf, RTM_NEWLINKPROP,
					NLM_F_CREATE | NLM_F_EXCL |
						NLM_F_APPEND, &ifi);
	struct nlattr *list = attr_nest(nlh, LINK_MSG_SIZE,
					IFLA_PROP_LIST | NLA_F_NESTED);

	(void)attr_put_str(nlh, LINK_MSG_SIZE, IFLA_ALT_IFNAME, name);
	mnl_attr_nest_end(nlh, list);
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

/*
 * Kinds of tunnels, and what of their IFLA_INFO_DATA counts.  0: they have no
 * such attribute; that an attribute of IPv6 is there says that the outer
 * header is one.
 */
static const struct tunnel {
	const char *kind;
	uint16_t lower, external, v6[2];
} tunnels[] = {
	{ "vxlan", IFLA_VXLAN_LINK, IFLA_VXLAN_COLLECT_METADATA,
	  { IFLA_VXLAN_GROUP6, IFLA_VXLAN_LOCAL6 } },
	{ "geneve", 0, IFLA_GENEVE_COLLECT_METADATA, { IFLA_GENEVE_REMOTE6 } },
	{ "gre", IFLA_GRE_LINK, IFLA_GRE_COLLECT_METADATA, { 0 } },
	{ "gretap", IFLA_GRE_LINK, IFLA_GRE_COLLECT_METADATA, { 0 } },
	{ "ip6gre", IFLA_GRE_LINK, IFLA_GRE_COLLECT_METADATA, { 0 } },
	{ "ip6gretap", IFLA_GRE_LINK, IFLA_GRE_COLLECT_METADATA, { 0 } },
};

#define TUNNEL_ATTR_MAX IFLA_VXLAN_COLLECT_METADATA    /* the greatest */

/* Some kinds tell of a flag that is off by its value. */
static bool is_set(const struct nlattr *attr)
{
	uint8_t v = 1;

	(void)attr_u8(attr, &v);
	return attr && v;
}

static void get_tunnel(const struct tunnel *t, const struct nlattr *data,
		       struct kernel_link *out)
{
	const struct nlattr *tb[TUNNEL_ATTR_MAX + 1];

	attr_nested_table(data, tb, TUNNEL_ATTR_MAX);
	out->external = is_set(tb[t->external]);
	for (size_t i = 0; i < ARRAY_LEN(t->v6); i++)
		out->tunnel_v6 |= t->v6[i] && tb[t->v6[i]];
	if (t->lower)
		(void)attr_u32(tb[t->lower], &out->lower);
}

static void get_info(const struct nlattr *info, struct kernel_link *out)
{
	const struct nlattr *tb[IFLA_INFO_DATA + 1];

	if (!info)
		return;
	attr_nested_table(info, tb, IFLA_INFO_DATA);
	(void)attr_str(tb[IFLA_INFO_KIND], out->kind, sizeof(out->kind));
	for (size_t i = 0; tb[IFLA_INFO_DATA] && i < ARRAY_LEN(tunnels); i++)
		if (!strcmp(tunnels[i].kind, out->kind))
			get_tunnel(&tunnels[i], tb[IFLA_INFO_DATA], out);
}

static void get_mac(const struct nlattr *attr, uint64_t *out)
{
	/* Tunnels have addresses of other sizes. */
	if (attr && attr_size(attr) == MAC_SIZE)
		*out = devattr_mac_number(attr_data(attr));
}

static void get_altnames(const struct nlattr *list, struct kernel_link *out)
{
	char name[KERNEL_ALTNAME_SIZE];
	const struct nlattr *attr;

	if (!list)
		return;
	attr_for_each_in(attr, list)
		if (attr_type(attr) == IFLA_ALT_IFNAME &&
		    !attr_str(attr, name, sizeof(name)))
			(void)kernel_altname_add(out, name);
}

int link_decode(const struct nlmsghdr *nlh, struct kernel_link *out)
{
	const struct nlattr *tb[IFLA_PROP_LIST + 1];
	struct kernel_link l = { 0 };
	struct ifinfomsg ifi;
	size_t size;
	const void *body = attr_body(nlh, sizeof(ifi), &size);

	if (!body)
		return -EBADMSG;
	memcpy(&ifi, mnl_nlmsg_get_payload(nlh), sizeof(ifi));
	if (ifi.ifi_family != AF_UNSPEC)
		return -EINVAL;
	attr_table(body, size, tb, IFLA_PROP_LIST);
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
	get_info(tb[IFLA_LINKINFO], &l);
	get_mac(tb[IFLA_ADDRESS], &l.mac);
	get_altnames(tb[IFLA_PROP_LIST], &l);
	*out = l;
	return 0;
}
