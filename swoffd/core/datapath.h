/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All that may be asked of the datapaths of Open vSwitch in the kernel, and all
 * that they tell.  The real ones are swoffd/kernel/datapath.c, tests hand in
 * fakes.  As in kernel.h, a call never blocks and never calls back before it
 * returns.
 */
#ifndef SWOFFD_CORE_DATAPATH_H
#define SWOFFD_CORE_DATAPATH_H

#include "common/flow/odp.h"
#include "swoffd/core/kernel.h"

struct datapath_info {
	uint32_t id;                   /* dp_ifindex: of its local port */
	char name[IFNAMSIZ];           /* "ovs-system" */
	uint32_t features;             /* OVS_DP_F_* of linux/openvswitch.h */
};

struct datapath_port {
	uint32_t dp;                   /* id of its datapath */
	uint32_t no;                   /* as flows have it */
	uint32_t ifindex;              /* 0: not told */
	uint32_t type;                 /* OVS_VPORT_TYPE_* */
	char name[IFNAMSIZ];           /* "eth1", "vxlan_sys_4789" */
};

/* What a flow has done, without what it is. */
struct datapath_stats {
	struct ufid ufid;
	uint64_t packets, bytes;
	uint64_t used_ms;              /* ago; UINT64_MAX: never */
};

enum datapath_read {
	DATAPATH_READ_ALL,     /* datapaths, their ports, their flows */
	DATAPATH_READ_STATS,   /* datapaths, ports, and what flows have done */
	DATAPATH_N_READS
};

struct datapaths;

struct datapath_ops {
	/*
	 * datapath for each, port for each of its ports, flow or flow_stats for
	 * each of its flows, then read_done.  Follows what happens from the
	 * first read on.  One at a time, else -EBUSY; -ENOENT: the kernel has
	 * no openvswitch (which is not loaded because of us); -errno.
	 */
	int (*read)(struct datapaths *d, enum datapath_read what);
	/* All of the features, as OVS_DP_ATTR_USER_FEATURES is; datapath
	 * follows.  -errno. */
	int (*features_set)(struct datapaths *d, uint32_t dp,
			    uint32_t features);
	/* As tc_dump of struct kernel_ops, on a socket of its own. */
	int (*filters)(struct datapaths *d, const struct kernel_dump *dump);
};

/* Borrowed pointers live as long as the callback. */
struct datapath_events {
	/* New, changed, or read. */
	void (*datapath)(void *ctx, const struct datapath_info *dp);
	void (*datapath_gone)(void *ctx, uint32_t dp);
	void (*port)(void *ctx, const struct datapath_port *port);
	void (*port_gone)(void *ctx, const struct datapath_port *port);
	/* New, changed, or read.  Ports have numbers and no names; one without
	 * a ufid is told as it is, one that is malformed with a key or an
	 * action that nobody knows.  Who is told may write into it. */
	void (*flow)(void *ctx, uint32_t dp, struct odp_flow *flow);
	void (*flow_stats)(void *ctx, uint32_t dp,
			   const struct datapath_stats *stats);
	/* With its last statistics; without key and actions, perhaps. */
	void (*flow_gone)(void *ctx, uint32_t dp, const struct odp_flow *flow);
	/* err: 0, or a positive errno, and there may be more than was told.
	 * EINTR: it changed meanwhile in a way that left out some. */
	void (*read_done)(void *ctx, enum datapath_read what, int err);
	/* Notifications were lost: what was told may have changed since. */
	void (*lost)(void *ctx);
	void (*filter)(void *ctx, const struct kernel_filter *filter);
	void (*filters_done)(void *ctx, uint32_t ifindex, int err);
};

struct datapaths {
	const struct datapath_ops *ops;
	const struct datapath_events *events;  /* set before the first call */
	void *events_ctx;
};

#endif
