/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All messages begin with struct ovs_header: the datapath. */
#include "swoffd/kernel/datapath_wire.h"

#include <errno.h>
#include <linux/genetlink.h>
#include <linux/openvswitch.h>
#include <string.h>

#include "swoffd/kernel/attr.h"
#include "swoffd/kernel/genl.h"
#include "swoffd/kernel/ovs_flow.h"

#define HEADER_SIZE (sizeof(struct genlmsghdr) + sizeof(struct ovs_header))
#define OMIT_ALL (OVS_UFID_F_OMIT_KEY | OVS_UFID_F_OMIT_MASK | \
		  OVS_UFID_F_OMIT_ACTIONS)

static int decode(const struct nlmsghdr *nlh, const struct nlattr **tb,
		  uint16_t max, uint32_t *dp)
{
	size_t size;
	const void *body = attr_body(nlh, HEADER_SIZE, &size);
	int ifindex;

	if (!body || ovs_flow_datapath(nlh, &ifindex) || ifindex <= 0)
		return -EBADMSG;
	attr_table(body, size, tb, max);
	*dp = (uint32_t)ifindex;
	return 0;
}

static bool is_told(const struct nlattr *attr, uint32_t *out)
{
	return !attr || !attr_u32(attr, out);
}

int datapath_wire_decode(const struct nlmsghdr *nlh, struct datapath_info *out)
{
	const struct nlattr *tb[OVS_DP_ATTR_MAX + 1];
	struct datapath_info dp = { 0 };

	if (decode(nlh, tb, OVS_DP_ATTR_MAX, &dp.id) ||
	    attr_str(tb[OVS_DP_ATTR_NAME], dp.name, sizeof(dp.name)) ||
	    !is_told(tb[OVS_DP_ATTR_USER_FEATURES], &dp.features))
		return -EBADMSG;
	*out = dp;
	return 0;
}

int datapath_wire_decode_port(const struct nlmsghdr *nlh,
			      struct datapath_port *out)
{
	const struct nlattr *tb[OVS_VPORT_ATTR_MAX + 1];
	struct datapath_port port = { 0 };

	if (decode(nlh, tb, OVS_VPORT_ATTR_MAX, &port.dp) ||
	    attr_u32(tb[OVS_VPORT_ATTR_PORT_NO], &port.no) ||
	    attr_u32(tb[OVS_VPORT_ATTR_TYPE], &port.type) ||
	    attr_str(tb[OVS_VPORT_ATTR_NAME], port.name, sizeof(port.name)) ||
	    !is_told(tb[OVS_VPORT_ATTR_IFINDEX], &port.ifindex))
		return -EBADMSG;
	*out = port;
	return 0;
}

bool datapath_wire_has_key(const struct nlmsghdr *nlh)
{
	const struct nlattr *tb[OVS_FLOW_ATTR_MAX + 1];
	uint32_t dp;

	return !decode(nlh, tb, OVS_FLOW_ATTR_MAX, &dp) &&
	       tb[OVS_FLOW_ATTR_KEY];
}

static struct nlmsghdr *put(void *buf, uint16_t family, uint8_t cmd,
			    uint8_t version, uint16_t flags, uint32_t dp)
{
	struct nlmsghdr *nlh = genl_put(buf, family, cmd, version, flags);
	struct ovs_header *header =
		mnl_nlmsg_put_extra_header(nlh, sizeof(*header));

	header->dp_ifindex = (int)dp;
	return nlh;
}

/* Kernels from before there were ufids tell flows whole. */
struct nlmsghdr *datapath_wire_dump(void *buf, uint16_t family, uint8_t cmd,
				    uint32_t dp, bool terse)
{
	struct nlmsghdr *nlh = put(buf, family, cmd, OVS_FLOW_VERSION,
				   NLM_F_DUMP, dp);

	if (terse)
		mnl_attr_put_u32(nlh, OVS_FLOW_ATTR_UFID_FLAGS, OMIT_ALL);
	return nlh;
}

struct nlmsghdr *datapath_wire_features(void *buf, uint16_t family,
					uint32_t dp, uint32_t features)
{
	struct nlmsghdr *nlh = put(buf, family, OVS_DP_CMD_SET,
				   OVS_DATAPATH_VERSION, 0, dp);

	mnl_attr_put_u32(nlh, OVS_DP_ATTR_USER_FEATURES, features);
	return nlh;
}
