/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the parts of swoffd/kernel/datapath.c share; private to datapath_*. */
#ifndef SWOFFD_KERNEL_DATAPATH_PRIV_H
#define SWOFFD_KERNEL_DATAPATH_PRIV_H

#include <libmnl/libmnl.h>
#include <stdbool.h>

#include "common/base/loop.h"
#include "swoffd/kernel/datapath.h"
#include "swoffd/kernel/genl.h"
#include "swoffd/kernel/genlsock.h"
#include "swoffd/kernel/tcdump.h"

enum { OF_DATAPATHS, OF_PORTS, OF_FLOWS, N_FAMILIES };

/* A read: dumps one after the other, of datapaths, then of ports and flows of
 * each. */
struct datapath_reader {
	struct genlsock sock;
	struct watch watch;
	bool running;
	enum datapath_read what;
	int err;                       /* positive errno: not all is told */
	int family;                    /* of the dump under way */
	uint32_t dps[DATAPATH_MAX];
	size_t n, at;
};

/* Commands: the kernel numbers its answers as we did. */
struct datapath_cmds {
	struct genlsock sock;
	struct watch watch;
	uint32_t dps[DATAPATH_MAX];    /* of the last ones, by seq, modulo */
};

struct netlink_datapaths {
	struct datapaths base;
	struct loop *loop;             /* borrowed */
	struct genl_family families[N_FAMILIES];   /* id 0: there is none */
	struct genlsock sock;          /* notifications */
	struct watch watch;
	bool lost;                     /* to be told at the end of the round */
	struct datapath_reader reader;
	struct datapath_cmds cmds;
	struct kernel kernel;          /* of dump: its events are ours */
	struct tcdump *dump;
	struct odp_flow *flow;         /* the one that is told */
	uint64_t bad_at_ms;            /* when one was logged; 0: never */
	uint64_t n_bad;                /* since then */
};

/* Logs that there was a message which cannot be decoded, once a minute. */
void datapath_bad(struct netlink_datapaths *d, const char *what);

/* A notification, or part of a dump; false: nobody knows what it is about.  A
 * flow that is malformed otherwise is logged, and told. */
bool datapath_event_notified(struct netlink_datapaths *d,
			     const struct nlmsghdr *nlh);
bool datapath_event_read(struct netlink_datapaths *d,
			 const struct nlmsghdr *nlh);

/* 0, or -errno and no events. */
int datapath_read_start(struct netlink_datapaths *d, enum datapath_read what);
/* Takes one datagram of the read socket; false if there was none. */
bool datapath_read_chunk(struct netlink_datapaths *d);
void datapath_read_stop(struct netlink_datapaths *d);

int datapath_cmd_features(struct netlink_datapaths *d, uint32_t dp,
			  uint32_t features);
void datapath_cmd_stop(struct netlink_datapaths *d);

/* Of the read socket and that of notifications alike. */
void datapath_on_ready(struct netlink_datapaths *d);

#endif
