/* SPDX-License-Identifier: GPL-2.0-or-later */
/* RTM_NEWLINK and RTM_DELLINK, decoded, and what is asked of links.  Pure. */
#ifndef SWOFFD_KERNEL_LINK_H
#define SWOFFD_KERNEL_LINK_H

#include <libmnl/libmnl.h>

#include "swoffd/core/kernel.h"

#define LINK_MSG_SIZE 256              /* of any request made here */

void link_encode_dump(void *buf);
void link_encode_get(void *buf, uint32_t ifindex);
void link_encode_up(void *buf, uint32_t ifindex, bool up);
void link_encode_mtu(void *buf, uint32_t ifindex, uint32_t mtu);
/* name is shorter than IFNAMSIZ, an altname than KERNEL_ALTNAME_SIZE. */
void link_encode_rename(void *buf, uint32_t ifindex, const char *name);
void link_encode_altname_add(void *buf, uint32_t ifindex, const char *name);

/* -EBADMSG; -EINVAL: about something else than a netdev (AF_BRIDGE ports). */
int link_decode(const struct nlmsghdr *nlh, struct kernel_link *out);

#endif
