/* SPDX-License-Identifier: GPL-2.0-or-later */
/* RTM_NEWLINK and RTM_DELLINK, decoded, and the dump of all links.  Pure. */
#ifndef SWOFFD_KERNEL_LINK_H
#define SWOFFD_KERNEL_LINK_H

#include <libmnl/libmnl.h>

#include "swoffd/core/kernel.h"

#define LINK_MSG_SIZE 64

void link_encode_dump(void *buf);

/* -EBADMSG; -EINVAL: about something else than a netdev (AF_BRIDGE ports). */
int link_decode(const struct nlmsghdr *nlh, struct kernel_link *out);

#endif
