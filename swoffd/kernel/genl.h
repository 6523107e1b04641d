/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers of generic netlink families and of their multicast groups. */
#ifndef SWOFFD_KERNEL_GENL_H
#define SWOFFD_KERNEL_GENL_H

#include <libmnl/libmnl.h>
#include <stddef.h>
#include <stdint.h>

struct genl_family {
	uint16_t id;
	uint32_t group;                /* 0 if none was asked for */
};

/* Asks the kernel; group_name may be NULL.  -ENOENT: it has no such family. */
int genl_resolve(const char *name, const char *group_name,
		 struct genl_family *out);

/*
 * The same of n families whose groups have their names, by looking through all
 * that the kernel has: for one asked for by name it would load a module.
 * -ENOENT: not all of them are there, and *out is undefined.
 */
int genl_find(const char *const names[], size_t n, struct genl_family *out);

/* One of the families, of the messages that nlctrl tells; -ENOENT: of none. */
int genl_decode_family(const struct nlmsghdr *nlh, const char *const names[],
		       size_t n, size_t *which, struct genl_family *out);

/* The command of a message; 0 if it is too short for one. */
uint8_t genl_cmd(const struct nlmsghdr *nlh);

/* A request of a family, in buf, which has room for both headers. */
struct nlmsghdr *genl_put(void *buf, uint16_t family, uint8_t cmd,
			  uint8_t version, uint16_t flags);

#endif
