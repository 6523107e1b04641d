/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Receives in a thread of its own, some datagrams ahead of the loop, which is
 * told of each: the kernel makes the next part of a dump while it is asked for
 * it, and that takes as long as to read the part before.
 */
#ifndef SWOFFD_KERNEL_NLREADER_H
#define SWOFFD_KERNEL_NLREADER_H

#include <stdbool.h>

#include "common/base/cleanup.h"
#include "common/base/loop.h"
#include "swoffd/kernel/nlsock.h"

struct nlreader;

/* All come from the loop. */
struct nlreader_events {
	/* A datagram, which is the reader's. */
	void (*data)(void *ctx, const void *data, size_t size);
	/* Some were told, and now others may have the loop. */
	void (*round)(void *ctx);
	/* May so many be received once more?  False: nlreader_more() follows,
	 * though some that are being received still come. */
	bool (*again)(void *ctx);
	/* Positive errno of receiving, EMSGSIZE for a datagram that was cut;
	 * it stops by itself then. */
	void (*failed)(void *ctx, int err);
	/* The socket is let go. */
	void (*stopped)(void *ctx);
};

/* events and ctx are borrowed. */
int nlreader_new(struct loop *loop, const struct nlreader_events *events,
		 void *ctx, struct nlreader **out);
/* Waits until the socket is let go; no more events. */
void nlreader_free(struct nlreader *r);
DEFINE_AUTO(struct nlreader *, nlreader_free)

/* s is non-blocking, and stays open until stopped() or nlreader_free(). */
void nlreader_start(struct nlreader *r, const struct nlsock *s);

/* What again() did not allow. */
void nlreader_more(struct nlreader *r);

/* From within data() or round(); nothing but stopped() comes any more. */
void nlreader_stop(struct nlreader *r);

#endif
