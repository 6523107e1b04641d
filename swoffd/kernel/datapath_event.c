/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages become events. */
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/openvswitch.h>
#include <string.h>

#include "common/base/log.h"
#include "swoffd/kernel/datapath_priv.h"
#include "swoffd/kernel/datapath_wire.h"
#include "swoffd/kernel/ovs_flow.h"

#define BAD_GAP_MS 60000

void datapath_bad(struct netlink_datapaths *d, const char *what)
{
	uint64_t now = loop_now_ms(d->loop);

	d->n_bad++;
	if (d->bad_at_ms && now - d->bad_at_ms < BAD_GAP_MS)
		return;
	log_warning("openvswitch: %s (%llu such messages)", what,
		    (unsigned long long)d->n_bad);
	d->bad_at_ms = now;
	d->n_bad = 0;
}

static bool tell_datapath(struct netlink_datapaths *d,
			  const struct nlmsghdr *nlh)
{
	struct datapath_info dp;

	if (datapath_wire_decode(nlh, &dp))
		return false;
	d->base.events->datapath(d->base.events_ctx, &dp);
	return true;
}

/* Of the port that a datapath is made with nobody is notified. */
static bool tell_new_datapath(struct netlink_datapaths *d,
			      const struct nlmsghdr *nlh)
{
	struct datapath_info dp;
	struct datapath_port local = { .no = OVSP_LOCAL,
				       .type = OVS_VPORT_TYPE_INTERNAL };

	if (datapath_wire_decode(nlh, &dp))
		return false;
	local.dp = local.ifindex = dp.id;
	memcpy(local.name, dp.name, sizeof(local.name));
	d->base.events->datapath(d->base.events_ctx, &dp);
	d->base.events->port(d->base.events_ctx, &local);
	return true;
}

static bool tell_datapath_gone(struct netlink_datapaths *d,
			       const struct nlmsghdr *nlh)
{
	struct datapath_info dp;

	if (datapath_wire_decode(nlh, &dp))
		return false;
	d->base.events->datapath_gone(d->base.events_ctx, dp.id);
	return true;
}

static bool tell_port(struct netlink_datapaths *d, const struct nlmsghdr *nlh)
{
	struct datapath_port port;

	if (datapath_wire_decode_port(nlh, &port))
		return false;
	d->base.events->port(d->base.events_ctx, &port);
	return true;
}

static bool tell_port_gone(struct netlink_datapaths *d,
			   const struct nlmsghdr *nlh)
{
	struct datapath_port port;

	if (datapath_wire_decode_port(nlh, &port))
		return false;
	d->base.events->port_gone(d->base.events_ctx, &port);
	return true;
}

/* One of which a part cannot be decoded is told: who is told refuses it. */
static bool decode_flow(struct netlink_datapaths *d,
			const struct nlmsghdr *nlh, uint32_t *dp)
{
	int ifindex, rc;

	if (ovs_flow_datapath(nlh, &ifindex) || ifindex <= 0)
		return false;
	rc = ovs_flow_decode(nlh, loop_now_ms(d->loop), d->flow);
	if (rc < 0)
		return false;
	if (rc)
		datapath_bad(d, "key or actions of a flow cannot be decoded");
	*dp = (uint32_t)ifindex;
	return true;
}

static bool tell_flow(struct netlink_datapaths *d, const struct nlmsghdr *nlh)
{
	uint32_t dp;

	if (!datapath_wire_has_key(nlh) || !decode_flow(d, nlh, &dp))
		return false;
	d->base.events->flow(d->base.events_ctx, dp, d->flow);
	return true;
}

static bool tell_flow_gone(struct netlink_datapaths *d,
			   const struct nlmsghdr *nlh)
{
	uint32_t dp;

	if (!decode_flow(d, nlh, &dp))
		return false;
	d->base.events->flow_gone(d->base.events_ctx, dp, d->flow);
	return true;
}

static bool tell_flow_stats(struct netlink_datapaths *d,
			    const struct nlmsghdr *nlh)
{
	struct datapath_stats stats;
	uint32_t dp;

	if (!decode_flow(d, nlh, &dp))
		return false;
	if (!d->flow->has_ufid)
		return true;
	stats = (struct datapath_stats){
		.ufid = d->flow->ufid,
		.packets = d->flow->packets,
		.bytes = d->flow->bytes,
		.used_ms = d->flow->used_ms,
	};
	d->base.events->flow_stats(d->base.events_ctx, dp, &stats);
	return true;
}

typedef bool (*tell_fn)(struct netlink_datapaths *d,
			const struct nlmsghdr *nlh);

static const struct message {
	int family;
	uint8_t cmd;
	tell_fn tell;
} messages[] = {
	{ OF_DATAPATHS, OVS_DP_CMD_NEW, tell_new_datapath },
	{ OF_DATAPATHS, OVS_DP_CMD_SET, tell_datapath },
	{ OF_DATAPATHS, OVS_DP_CMD_DEL, tell_datapath_gone },
	{ OF_PORTS, OVS_VPORT_CMD_NEW, tell_port },
	{ OF_PORTS, OVS_VPORT_CMD_SET, tell_port },
	{ OF_PORTS, OVS_VPORT_CMD_DEL, tell_port_gone },
	{ OF_FLOWS, OVS_FLOW_CMD_NEW, tell_flow },
	{ OF_FLOWS, OVS_FLOW_CMD_SET, tell_flow },
	{ OF_FLOWS, OVS_FLOW_CMD_DEL, tell_flow_gone },
};

/* The module comes or goes: the next read looks for it, and joins its groups
 * again, which it takes away with it. */
static bool note_family(struct netlink_datapaths *d,
			const struct nlmsghdr *nlh)
{
	static const char *const last[] = { OVS_FLOW_FAMILY };
	struct genl_family family;
	size_t which;
	uint8_t cmd = genl_cmd(nlh);

	if (cmd != CTRL_CMD_NEWFAMILY && cmd != CTRL_CMD_DELFAMILY)
		return true;
	if (!genl_decode_family(nlh, last, ARRAY_LEN(last), &which, &family))
		d->lost = true;
	return true;
}

bool datapath_event_notified(struct netlink_datapaths *d,
			     const struct nlmsghdr *nlh)
{
	if (nlh->nlmsg_type == GENL_ID_CTRL)
		return note_family(d, nlh);
	for (size_t i = 0; i < ARRAY_LEN(messages); i++) {
		const struct message *m = &messages[i];

		if (nlh->nlmsg_type == d->families[m->family].id &&
		    genl_cmd(nlh) == m->cmd)
			return m->tell(d, nlh);
	}
	return true;
}

bool datapath_event_read(struct netlink_datapaths *d,
			 const struct nlmsghdr *nlh)
{
	static const tell_fn tell[DATAPATH_N_READS][N_FAMILIES] = {
		[DATAPATH_READ_ALL] = { tell_datapath, tell_port, tell_flow },
		[DATAPATH_READ_STATS] = { tell_datapath, tell_port,
					  tell_flow_stats },
	};

	return tell[d->reader.what][d->reader.family](d, nlh);
}
