/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The qdisc that filters of a device hang on: clsact, and the block that it
 * may share with others.  Pure.
 */
#ifndef SWOFFD_KERNEL_QDISC_H
#define SWOFFD_KERNEL_QDISC_H

#include <libmnl/libmnl.h>

#include "swoffd/core/kernel.h"

/*
 * REQUEST_QDISC, which the kernel also answers with the qdisc as it then is,
 * and REQUEST_QDISC_DEL.  -EMSGSIZE; -EINVAL: only ingress has a block.
 */
int qdisc_encode(void *buf, size_t size, const struct kernel_request *req);

/* Of RTM_NEWQDISC: the block of its ingress side, 0: none.  -EBADMSG. */
int qdisc_decode_block(const struct nlmsghdr *nlh, uint32_t *block);

#endif
