/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Datapath flows as the openvswitch module tells them: messages of its ovs_flow
 * family, in answer to a dump or as notifications.  Pure: bytes in, flow out.
 */
#ifndef SWOFFD_KERNEL_OVS_FLOW_H
#define SWOFFD_KERNEL_OVS_FLOW_H

#include <libmnl/libmnl.h>

#include "common/flow/odp.h"

/*
 * OVS_FLOW_CMD_NEW, _GET, _SET or _DEL behind a generic netlink header.  Ports
 * have numbers and no names; used is told in milliseconds of CLOCK_MONOTONIC
 * and becomes an age by now_ms.  What is newer than this program, and actions
 * that were not told with the key, end as a reason in out->refused or as an
 * ODP_OTHER action.  0; 1: so did a key or actions that are malformed; -EBADMSG:
 * not known which flow it is or what it has done, and *out is undefined.
 */
int ovs_flow_decode(const struct nlmsghdr *nlh, uint64_t now_ms,
		    struct odp_flow *out);

/* The datapath that a message is about; -EBADMSG. */
int ovs_flow_datapath(const struct nlmsghdr *nlh, int *dp_ifindex);

#endif
