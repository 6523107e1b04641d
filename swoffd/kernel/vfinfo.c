/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Each attribute is a structure that begins with the number of the VF; the
 * table says where in it a value is (linux/if_link.h, struct ifla_vf_*).
 */
#include "swoffd/kernel/vfinfo.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include "swoffd/kernel/attr.h"
#include "swoffd/kernel/devattr_wire.h"

#define PROTO_AD 1                     /* in the words of proto */

static struct nlmsghdr *put_link(void *buf, uint16_t type, uint32_t ifindex)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct ifinfomsg *ifi;

	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_REQUEST;
	ifi = mnl_nlmsg_put_extra_header(nlh, sizeof(*ifi));
	ifi->ifi_index = (int)ifindex;
	return nlh;
}

void vfinfo_encode_get(void *buf, uint32_t ifindex)
{
	struct nlmsghdr *nlh = put_link(buf, RTM_GETLINK, ifindex);

	(void)attr_put_u32(nlh, VFINFO_MSG_SIZE, IFLA_EXT_MASK,
			   RTEXT_FILTER_VF | RTEXT_FILTER_SKIP_STATS);
}

static int read_mac(const struct nlattr *attr, size_t at, uint64_t *out)
{
	const uint8_t *data = attr_data(attr);

	if (attr_size(attr) < at + MAC_SIZE)
		return -EBADMSG;
	*out = devattr_mac_number(data + at);
	return 0;
}

static int read_number(const struct nlattr *attr, size_t at, uint64_t *out)
{
	const uint8_t *data = attr_data(attr);
	uint32_t v;

	if (attr_size(attr) < at + sizeof(v))
		return -EBADMSG;
	memcpy(&v, data + at, sizeof(v));
	*out = v;
	return 0;
}

static int read_proto(const struct nlattr *attr, size_t at, uint64_t *out)
{
	const uint8_t *data = attr_data(attr);
	uint16_t be;

	if (attr_size(attr) < at + sizeof(be))
		return -EBADMSG;
	memcpy(&be, data + at, sizeof(be));
	/* 0 where there is no VLAN. */
	*out = ntohs(be) == ETH_P_8021AD ? PROTO_AD : 0;
	return 0;
}

static void take_value(enum devattr_id id, const struct nlattr *attr,
		       struct devattrs *out)
{
	enum devattr_kind kind = devattr_table[id].kind;
	size_t at = devattr_wire[id].at;
	uint64_t v;
	int rc;

	if (kind == DEVATTR_IS_MAC)
		rc = read_mac(attr, at, &v);
	else if (id == DEVATTR_PROTO)
		rc = read_proto(attr, at, &v);
	else
		rc = read_number(attr, at, &v);
	/* The kernel says -1 for what the driver has not told. */
	if (!rc && !(kind == DEVATTR_IS_BOOL && v == UINT32_MAX))
		devattr_put(out, id, v);
}

/* The outermost tag of those that the VF has. */
static const struct nlattr *first_vlan(const struct nlattr *list)
{
	const struct nlattr *info;

	if (!list)
		return NULL;
	attr_for_each_in(info, list)
		if (attr_type(info) == IFLA_VF_VLAN_INFO)
			return info;
	return NULL;
}

static int take_vf(const struct nlattr *info, uint64_t *vf,
		   struct devattrs *out)
{
	const struct nlattr *tb[IFLA_VF_MAX + 1];

	attr_nested_table(info, tb, IFLA_VF_MAX);
	if (!tb[IFLA_VF_MAC] || read_number(tb[IFLA_VF_MAC], 0, vf) < 0)
		return -EBADMSG;
	tb[IFLA_VF_VLAN_LIST] = first_vlan(tb[IFLA_VF_VLAN_LIST]);
	for (int id = 0; id < DEVATTR_N; id++) {
		const struct nlattr *attr;

		if (devattr_table[id].object != DEVATTR_OF_VF)
			continue;
		attr = tb[devattr_wire[id].type];
		if (attr)
			take_value((enum devattr_id)id, attr, out);
	}
	return 0;
}

int vfinfo_decode(const struct nlmsghdr *nlh,
		  void (*fn)(uint32_t vf, const struct devattrs *attrs,
			     void *ctx),
		  void *ctx)
{
	const struct nlattr *tb[IFLA_VFINFO_LIST + 1], *info;
	size_t size;
	const void *body = attr_body(nlh, sizeof(struct ifinfomsg), &size);

	if (!body)
		return -EBADMSG;
	attr_table(body, size, tb, IFLA_VFINFO_LIST);
	if (!tb[IFLA_VFINFO_LIST])
		return 0;
	attr_for_each_in(info, tb[IFLA_VFINFO_LIST]) {
		struct devattrs attrs = { .mask = 0 };
		uint64_t vf;

		if (attr_type(info) != IFLA_VF_INFO ||
		    take_vf(info, &vf, &attrs) < 0)
			continue;
		fn((uint32_t)vf, &attrs, ctx);
	}
	return 0;
}

uint32_t vfinfo_together(enum devattr_id id)
{
	uint32_t mask = 0;

	for (int i = 0; i < DEVATTR_N; i++)
		if (devattr_table[i].object == DEVATTR_OF_VF &&
		    devattr_wire[i].type == devattr_wire[id].type)
			mask |= DEVATTR_BIT(i);
	return mask;
}

/* What a structure holds, at most; sizes are those of linux/if_link.h. */
union payload {
	uint32_t vf;
	uint8_t bytes[sizeof(struct ifla_vf_mac)];
};

static void put_value(enum devattr_id id, uint64_t num, union payload *to)
{
	uint32_t v = (uint32_t)num;
	uint16_t be = htons(num == PROTO_AD ? ETH_P_8021AD : ETH_P_8021Q);
	size_t at = devattr_wire[id].at;

	if (devattr_table[id].kind == DEVATTR_IS_MAC)
		devattr_mac_bytes(num, to->bytes + at);
	else if (id == DEVATTR_PROTO)
		memcpy(to->bytes + at, &be, sizeof(be));
	else
		memcpy(to->bytes + at, &v, sizeof(v));
}

/* Drivers that know nothing of 802.1ad know the older attribute, too. */
static void put_vlan(struct nlmsghdr *nlh, const union payload *p, bool ad)
{
	struct nlattr *list;

	if (!ad) {
		(void)attr_put(nlh, VFINFO_MSG_SIZE, IFLA_VF_VLAN, p,
			       sizeof(struct ifla_vf_vlan));
		return;
	}
	list = attr_nest(nlh, VFINFO_MSG_SIZE, IFLA_VF_VLAN_LIST);
	(void)attr_put(nlh, VFINFO_MSG_SIZE, IFLA_VF_VLAN_INFO, p,
		       sizeof(struct ifla_vf_vlan_info));
	mnl_attr_nest_end(nlh, list);
}

static size_t payload_size(uint16_t type)
{
	switch (type) {
	case IFLA_VF_MAC:
		return sizeof(struct ifla_vf_mac);
	case IFLA_VF_RATE:
		return sizeof(struct ifla_vf_rate);
	default:               /* the number, and one value */
		return 2 * sizeof(uint32_t);
	}
}

void vfinfo_encode_set(void *buf, uint32_t ifindex, uint32_t vf,
		       enum devattr_id id, const struct devattrs *attrs)
{
	struct nlmsghdr *nlh = put_link(buf, RTM_NEWLINK, ifindex);
	uint16_t type = devattr_wire[id].type;
	uint32_t together = vfinfo_together(id);
	union payload p = { .bytes = { 0 } };
	struct nlattr *list, *info;

	p.vf = vf;
	for (int i = 0; i < DEVATTR_N; i++)
		if (together & DEVATTR_BIT(i))
			put_value((enum devattr_id)i,
				  devattr_has(attrs, (enum devattr_id)i) ?
					  attrs->num[i] : 0, &p);
	list = attr_nest(nlh, VFINFO_MSG_SIZE, IFLA_VFINFO_LIST);
	info = attr_nest(nlh, VFINFO_MSG_SIZE, IFLA_VF_INFO);
	if (type == IFLA_VF_VLAN_LIST)
		put_vlan(nlh, &p, devattr_has(attrs, DEVATTR_PROTO) &&
				  attrs->num[DEVATTR_PROTO] == PROTO_AD);
	else
		(void)attr_put(nlh, VFINFO_MSG_SIZE, type, &p,
			       payload_size(type));
	mnl_attr_nest_end(nlh, info);
	mnl_attr_nest_end(nlh, list);
}
