/* SPDX-License-Identifier: GPL-2.0-or-later */
/* VFs as rtnetlink has them, IFLA_VFINFO_LIST of their PF's netdev.  Pure. */
#ifndef SWOFFD_KERNEL_VFINFO_H
#define SWOFFD_KERNEL_VFINFO_H

#include <libmnl/libmnl.h>

#include "common/device/devattr.h"

#define VFINFO_MSG_SIZE 128

/* One link with its VFs, without statistics. */
void vfinfo_encode_get(void *buf, uint32_t ifindex);

/* Calls fn for each VF that the message tells of, in its order.  -EBADMSG. */
int vfinfo_decode(const struct nlmsghdr *nlh,
		  void (*fn)(uint32_t vf, const struct devattrs *attrs,
			     void *ctx),
		  void *ctx);

/* Those that are said to the kernel together: bits of vlan, qos and proto. */
uint32_t vfinfo_together(enum devattr_id id);

/* As ip(8) does.  Sets id and those together with it; what is not in attrs
 * becomes 0. */
void vfinfo_encode_set(void *buf, uint32_t ifindex, uint32_t vf,
		       enum devattr_id id, const struct devattrs *attrs);

#endif
