/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of devlink messages have in common. */
#ifndef SWOFFD_KERNEL_DEVLINK_PRIV_H
#define SWOFFD_KERNEL_DEVLINK_PRIV_H

#include "swoffd/kernel/devlink.h"

/* A request about a device, in a buffer of DEVLINK_MSG_SIZE. */
struct nlmsghdr *devlink_put(void *buf, uint16_t family, uint8_t cmd,
			     const struct kernel_handle *handle);

/* tb has DEVLINK_ATTR_MAX + 1 entries; -EBADMSG. */
int devlink_attrs(const struct nlmsghdr *nlh, const struct nlattr **tb);
int devlink_get_handle(const struct nlattr **tb, struct kernel_handle *out);

#endif
