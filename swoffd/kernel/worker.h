/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Jobs that can block for seconds or minutes, in order, in one thread with
 * sockets of its own.
 */
#ifndef SWOFFD_KERNEL_WORKER_H
#define SWOFFD_KERNEL_WORKER_H

#include "common/base/cleanup.h"
#include "common/base/loop.h"
#include "swoffd/core/kernel.h"

struct worker;

/* root: in front of every path of sysfs, "" but in tests; borrowed. */
int worker_new(struct loop *loop, const char *root, struct worker **out);
/* Waits for the job that is being done; the others are not begun, and none is
 * told of any more. */
void worker_free(struct worker *w);
DEFINE_AUTO(struct worker *, worker_free)

void worker_submit(struct worker *w, struct kernel_job *job);

#endif
