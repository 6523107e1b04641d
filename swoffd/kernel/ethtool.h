/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The hw-tc-offload feature by ethtool netlink, encoded and decoded.  Pure. */
#ifndef SWOFFD_KERNEL_ETHTOOL_H
#define SWOFFD_KERNEL_ETHTOOL_H

#include <libmnl/libmnl.h>
#include <stdbool.h>
#include <stdint.h>

#define ETHTOOL_MSG_SIZE 128           /* of any request made here */

struct ethtool_tc_offload {
	bool changeable;               /* the driver has it at all */
	bool wanted, active;
};

void ethtool_encode_get(void *buf, uint16_t family, uint32_t ifindex);
/* Changes this feature and no other. */
void ethtool_encode_set(void *buf, uint16_t family, uint32_t ifindex, bool on);

/* The reply to a get; -EBADMSG. */
int ethtool_decode(const struct nlmsghdr *nlh, struct ethtool_tc_offload *out);

#endif
