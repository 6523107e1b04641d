/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The real kernel behind swoffd/core/kernel.h. */
#ifndef SWOFFD_KERNEL_NETLINK_KERNEL_H
#define SWOFFD_KERNEL_NETLINK_KERNEL_H

#include "common/base/cleanup.h"
#include "common/base/error.h"
#include "common/base/loop.h"
#include "swoffd/core/kernel.h"

/*
 * Opens sockets and starts threads; the caller sets events, then calls
 * ops->start.  loop is borrowed, and so is root, which is in front of the
 * paths of sysfs, debugfs and proc.  Needs CAP_NET_ADMIN for what changes
 * things.
 */
int kernel_netlink_new(struct loop *loop, const char *root,
		       struct kernel **out, struct error *err);

/*
 * Sends the batches that were flushed, waits for the job that is being done
 * (jobs not begun are dropped), and calls nothing back any more.
 */
void kernel_netlink_free(struct kernel *k);
DEFINE_AUTO(struct kernel *, kernel_netlink_free)

#endif
