/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The message around key, mask and actions: which flow, and what it has done. */
#include "swoffd/kernel/ovs_flow.h"

#include <errno.h>
#include <linux/genetlink.h>
#include <linux/openvswitch.h>
#include <string.h>

#include "common/base/cleanup.h"
#include "swoffd/kernel/attr.h"
#include "swoffd/kernel/ovs_codec.h"

#define HEADER_SIZE (sizeof(struct genlmsghdr) + sizeof(struct ovs_header))

int ovs_flow_datapath(const struct nlmsghdr *nlh, int *dp_ifindex)
{
	struct ovs_header header;
	const char *body;
	size_t size;

	body = attr_body(nlh, sizeof(struct genlmsghdr), &size);
	if (!body || size < sizeof(header))
		return -EBADMSG;
	memcpy(&header, body, sizeof(header));
	*dp_ifindex = header.dp_ifindex;
	return 0;
}

static int read_stats(const struct nlattr *const *tb, uint64_t now_ms,
		      struct odp_flow *out)
{
	struct ovs_flow_stats stats;
	uint64_t used;
	uint8_t flags;

	if (tb[OVS_FLOW_ATTR_STATS]) {
		if (attr_copy(tb[OVS_FLOW_ATTR_STATS], &stats, sizeof(stats)))
			return -EBADMSG;
		out->packets = stats.n_packets;
		out->bytes = stats.n_bytes;
	}
	if (tb[OVS_FLOW_ATTR_USED]) {
		if (attr_copy(tb[OVS_FLOW_ATTR_USED], &used, sizeof(used)))
			return -EBADMSG;
		out->used_ms = used < now_ms ? now_ms - used : 0;
	}
	if (tb[OVS_FLOW_ATTR_TCP_FLAGS]) {
		if (attr_u8(tb[OVS_FLOW_ATTR_TCP_FLAGS], &flags))
			return -EBADMSG;
		out->tcp_flags = flags;
	}
	return 0;
}

static bool read_ufid(const struct nlattr *attr, struct odp_flow *out)
{
	uint8_t raw[sizeof(out->ufid.bytes)];

	if (!attr)
		return true;
	if (attr_copy(attr, raw, sizeof(raw)))
		return false;
	ufid_from_wire(raw, &out->ufid);
	out->has_ufid = true;
	return true;
}

/* A flow that has no room in a datagram of a dump is told without its actions
 * (net/openvswitch/datapath.c ovs_flow_cmd_fill_actions): one that is none. */
static int add_untold(struct odp_flow *out)
{
	static const char text[] = "action0()";
	struct odp_action *a = odp_add_action(out, ODP_OTHER);

	return a ? ovs_text_put(out, a, text, strlen(text)) : -EBADMSG;
}

/* 0, 1: it is shown in bytes, or -EBADMSG. */
static int read_key(const struct nlattr *const *tb, struct odp_flow *out)
{
	const struct nlattr *key = tb[OVS_FLOW_ATTR_KEY];
	const struct nlattr *mask = tb[OVS_FLOW_ATTR_MASK];

	if (!key || !ovs_key_decode(key, mask, out))
		return 0;
	odp_flow_clear(out);
	return ovs_key_refuse(key, mask, out) < 0 ? -EBADMSG : 1;
}

/* 0, 1: they are as if they were not told, or -EBADMSG. */
static int read_actions(const struct nlattr *const *tb, struct odp_flow *out)
{
	const struct nlattr *actions = tb[OVS_FLOW_ATTR_ACTIONS];
	uint32_t data_size = out->data_size;

	if (!actions)
		return tb[OVS_FLOW_ATTR_KEY] ? add_untold(out) : 0;
	if (!ovs_actions_decode(actions, out))
		return 0;
	out->n_actions = 0;
	out->data_size = data_size;
	return add_untold(out) < 0 ? -EBADMSG : 1;
}

int ovs_flow_decode(const struct nlmsghdr *nlh, uint64_t now_ms,
		    struct odp_flow *out)
{
	const struct nlattr *tb[OVS_FLOW_ATTR_MAX + 1];
	const void *body;
	size_t size;
	int key, actions;

	body = attr_body(nlh, HEADER_SIZE, &size);
	if (!body)
		return -EBADMSG;
	attr_table(body, size, tb, OVS_FLOW_ATTR_MAX);
	if (!tb[OVS_FLOW_ATTR_UFID] && !tb[OVS_FLOW_ATTR_KEY])
		return -EBADMSG;
	odp_flow_clear(out);
	key = read_key(tb, out);
	out->stats = ODP_STATS_ALL;
	if (key < 0 || !read_ufid(tb[OVS_FLOW_ATTR_UFID], out) ||
	    read_stats(tb, now_ms, out) < 0)
		return -EBADMSG;
	actions = read_actions(tb, out);
	return actions < 0 ? actions : key | actions;
}
