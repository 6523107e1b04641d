/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What netlink calls the attributes of common/device/devattr_table.def. */
#ifndef SWOFFD_KERNEL_DEVATTR_WIRE_H
#define SWOFFD_KERNEL_DEVATTR_WIRE_H

#include "common/device/devattr.h"

/* Newer than the headers of Linux 6.1. */
#define FN_ATTR_CAPS 4                 /* 6.2: struct nla_bitfield32 */
#define FN_ATTR_MAX_IO_EQS 6           /* 6.10: u32 */
#define FN_ATTR_MAX FN_ATTR_MAX_IO_EQS
#define RATE_TX_PRIORITY 177           /* 6.2: u32 */
#define RATE_TX_WEIGHT 178             /* 6.2: u32 */
#define RATE_ATTR_MAX RATE_TX_WEIGHT

struct devattr_wire {
	uint16_t type;
	uint16_t at;                   /* offset, or number of a capability */
};

extern const struct devattr_wire devattr_wire[DEVATTR_N];

#endif
