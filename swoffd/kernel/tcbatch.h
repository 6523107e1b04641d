/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A batch of tc requests and the answers to each.  It is sent in one part or
 * several: many messages for one sendmsg(), only the last of which asks for an
 * ACK.  What was not answered with an error succeeded, if and only if the last
 * ACK came and nothing was lost; else it is unknown: ENOBUFS.  No socket, no
 * thread.
 */
#ifndef SWOFFD_KERNEL_TCBATCH_H
#define SWOFFD_KERNEL_TCBATCH_H

#include <libmnl/libmnl.h>

#include "common/base/cleanup.h"
#include "swoffd/kernel/filter_memo.h"

/* 256 error ACKs fit the receive buffer even where it cannot be raised. */
#define TCBATCH_MESSAGES 256
/* So many short rules, and one of the longest behind them; the send buffer of
 * an unprivileged socket takes 208 KB. */
#define TCBATCH_BYTES (192 << 10)

struct tcbatch;

int tcbatch_new(struct tcbatch **out);
void tcbatch_free(struct tcbatch *b);
DEFINE_AUTO(struct tcbatch *, tcbatch_free)
#define TCBATCH_NEXT_OFFSET 0          /* for lane_new() */

/* Empties it; sequence numbers count from first_seq, which is not 0. */
void tcbatch_reset(struct tcbatch *b, uint32_t first_seq);

/* Encodes; errors are those of filter_encode() and leave b as it was. */
int tcbatch_add(struct tcbatch *b, struct filter_memo *memo,
		const struct kernel_request *req);
unsigned int tcbatch_count(const struct tcbatch *b);
/* For n more. */
bool tcbatch_has_room(const struct tcbatch *b, unsigned int n);

/*
 * The part to send next: of what is not settled yet, max messages or fewer, and
 * their number; 0: all is settled.  Asks for the ACK of the last one.  Nothing
 * is parted from what it goes with (with_next), though it be one more; unless
 * max is 1.
 */
unsigned int tcbatch_part(struct tcbatch *b, unsigned int max,
			  const void **data, size_t *size);

/* Messages as received, whole or hostile; of several answers to a message of
 * the part the first counts.  True once the last ACK came. */
bool tcbatch_answer(struct tcbatch *b, const void *data, size_t size);

/* No more answers to the part will come.  err: 0, or positive: what was not
 * answered has this result (ENOBUFS: unknown). */
void tcbatch_settle(struct tcbatch *b, int err);

/* tc_filter and tc_result for every request, in order. */
void tcbatch_deliver(const struct tcbatch *b,
		     const struct kernel_events *events, void *ctx);

#endif
