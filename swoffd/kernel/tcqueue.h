/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The command side of tc: requests are gathered into batches on the loop, sent
 * by one thread that owns the command socket, and answered on the loop.
 */
#ifndef SWOFFD_KERNEL_TCQUEUE_H
#define SWOFFD_KERNEL_TCQUEUE_H

#include "common/base/cleanup.h"
#include "common/base/loop.h"
#include "swoffd/core/kernel.h"

struct tcqueue;

/* kernel is borrowed: its events get the results. */
int tcqueue_new(struct loop *loop, struct kernel *kernel,
		struct tcqueue **out, struct error *err);
/* Sends what was flushed before, tells no more results. */
void tcqueue_free(struct tcqueue *q);
DEFINE_AUTO(struct tcqueue *, tcqueue_free)

/* As kernel_ops tc_queue and tc_flush; other errors than -EAGAIN are those of
 * filter_encode(), and the request was then not taken. */
int tcqueue_add(struct tcqueue *q, const struct kernel_request *req);
void tcqueue_flush(struct tcqueue *q);

#endif
