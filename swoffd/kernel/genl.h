/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers of generic netlink families and of their multicast groups. */
#ifndef SWOFFD_KERNEL_GENL_H
#define SWOFFD_KERNEL_GENL_H

#include <libmnl/libmnl.h>
#include <stdint.h>

struct genl_family {
	uint16_t id;
	uint32_t group;                /* 0 if none was asked for */
};

/* Asks the kernel; group_name may be NULL.  -ENOENT: it has no such family. */
int genl_resolve(const char *name, const char *group_name,
		 struct genl_family *out);

/* A request of a family, in buf, which has room for both headers. */
struct nlmsghdr *genl_put(void *buf, uint16_t family, uint8_t cmd,
			  uint8_t version, uint16_t flags);

#endif
