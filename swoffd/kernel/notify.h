/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What exists in the kernel, told as it changes: links, devlink devices and
 * their ports.  Start-up and lost notifications take the same road: a sync
 * that tells everything.
 */
#ifndef SWOFFD_KERNEL_NOTIFY_H
#define SWOFFD_KERNEL_NOTIFY_H

#include <linux/netlink.h>
#include <stdbool.h>

#include "common/base/cleanup.h"
#include "common/base/loop.h"
#include "swoffd/core/kernel.h"

struct notify;

/* kernel is borrowed: its events are told. */
int notify_new(struct loop *loop, struct kernel *kernel, struct notify **out);
void notify_free(struct notify *n);
DEFINE_AUTO(struct notify *, notify_free)

/* Opens the sockets; the first sync follows from the loop. */
int notify_start(struct notify *n, struct error *err);

/* Messages of either family, as received, whole or hostile. */
void notify_message(const struct kernel *kernel, const struct nlmsghdr *nlh,
		    bool devlink);

#endif
