/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages about datapaths and their ports, and requests to the families of
 * openvswitch.  Pure; flows are read by ovs_flow.h.
 */
#ifndef SWOFFD_KERNEL_DATAPATH_WIRE_H
#define SWOFFD_KERNEL_DATAPATH_WIRE_H

#include <libmnl/libmnl.h>
#include <stdbool.h>

#include "swoffd/core/datapath.h"

#define DATAPATH_WIRE_SIZE 128         /* of any request made here */

/* OVS_DP_CMD_*, OVS_VPORT_CMD_* behind generic netlink.  0, or -EBADMSG. */
int datapath_wire_decode(const struct nlmsghdr *nlh,
			 struct datapath_info *out);
int datapath_wire_decode_port(const struct nlmsghdr *nlh,
			      struct datapath_port *out);

/* Does the message of a flow have its key?  Who asks says whether it should,
 * and others are notified in the same way. */
bool datapath_wire_has_key(const struct nlmsghdr *nlh);

/* Requests, in buf of DATAPATH_WIRE_SIZE; cmd is a _GET.  dp is 0 for
 * datapaths themselves; terse: flows without key, mask and actions.  features
 * is answered when it is refused only. */
struct nlmsghdr *datapath_wire_dump(void *buf, uint16_t family, uint8_t cmd,
				    uint32_t dp, bool terse);
struct nlmsghdr *datapath_wire_features(void *buf, uint16_t family,
					uint32_t dp, uint32_t features);

#endif
