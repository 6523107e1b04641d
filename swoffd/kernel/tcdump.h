/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Dumps of filters, one at a time, on a socket and a thread of their own and a
 * few milliseconds of work a round of the loop.
 */
#ifndef SWOFFD_KERNEL_TCDUMP_H
#define SWOFFD_KERNEL_TCDUMP_H

#include "common/base/cleanup.h"
#include "common/base/loop.h"
#include "swoffd/core/kernel.h"

struct tcdump;

/* kernel is borrowed: its events get tc_filter, tc_dump_again and
 * tc_dump_done. */
int tcdump_new(struct loop *loop, struct kernel *kernel, struct tcdump **out,
	       struct error *err);
void tcdump_free(struct tcdump *d);
DEFINE_AUTO(struct tcdump *, tcdump_free)

/* -EBUSY while one is under way; -errno and no events if it did not start.
 * tc_dump_done comes with an error if the dump is not complete: ENOBUFS,
 * EINTR, EBADMSG or what the kernel says. */
int tcdump_start(struct tcdump *d, const struct kernel_dump *dump);

/* What tc_dump_again did not allow. */
void tcdump_more(struct tcdump *d);

#endif
