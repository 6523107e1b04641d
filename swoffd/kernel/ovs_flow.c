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
 * (net/openvswitch/datapath.c ovs_flow_cmd_fill_actions). */
static int add_untold(struct odp_flow *out)
{
	static const char text[] = "untold()";
	struct odp_action *a = odp_add_action(out, ODP_OTHER);

	return a ? ovs_text_put(out, a, text, strlen(text)) : -EBADMSG;
}

int ovs_flow_decode(const struct nlmsghdr *nlh, uint64_t now_ms,
		    struct odp_flow *out)
{
	const struct nlattr *tb[OVS_FLOW_ATTR_MAX + 1];
	const void *body;
	size_t size;

	body = attr_body(nlh, HEADER_SIZE, &size);
	if (!body)
		return -EBADMSG;
	odp_flow_clear(out);
	out->stats = ODP_STATS_ALL;
	attr_table(body, size, tb, OVS_FLOW_ATTR_MAX);
	if (!read_ufid(tb[OVS_FLOW_ATTR_UFID], out) ||
	    read_stats(tb, now_ms, out) < 0)
		return -EBADMSG;
	if (tb[OVS_FLOW_ATTR_KEY] &&
	    ovs_key_decode(tb[OVS_FLOW_ATTR_KEY], tb[OVS_FLOW_ATTR_MASK],
			   out) < 0)
		return -EBADMSG;
	if (tb[OVS_FLOW_ATTR_ACTIONS])
		return ovs_actions_decode(tb[OVS_FLOW_ATTR_ACTIONS], out);
	return tb[OVS_FLOW_ATTR_KEY] ? add_untold(out) : 0;
}
