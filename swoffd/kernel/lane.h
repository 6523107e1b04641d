/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One thread that works off items in order, and their way back to the loop.
 * Knows nothing of the items but where their next pointer is.
 */
#ifndef SWOFFD_KERNEL_LANE_H
#define SWOFFD_KERNEL_LANE_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/cleanup.h"
#include "common/base/loop.h"

struct lane;

struct lane_ops {
	const char *name;              /* of the thread; 15 characters at most */
	size_t next_offset;            /* of a pointer in every item */
	bool drain;                    /* lane_free() runs what is queued */
	void (*run)(void *item, void *ctx);    /* in the thread */
	void (*done)(void *item, void *ctx);   /* from the loop */
};

/* ops and ctx are borrowed. */
int lane_new(struct loop *loop, const struct lane_ops *ops, void *ctx,
	     struct lane **out);
/* Waits for the item that is being run; done() is not called any more. */
void lane_free(struct lane *l);
DEFINE_AUTO(struct lane *, lane_free)

/* The item is the lane's until done(). */
void lane_push(struct lane *l, void *item);

#endif
