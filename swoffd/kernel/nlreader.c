/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Batches of datagrams go to and fro: the thread fills one while the loop reads
 * another.  When nothing is left to receive both come home, and the loop waits
 * for the socket; or they are held until more is wanted.
 */
#include "swoffd/kernel/nlreader.h"

#include <errno.h>
#include <stdlib.h>

#include "swoffd/kernel/lane.h"

#define BATCHES 2
#define DATAGRAMS 8                    /* of a batch: few switches of thread */

struct batch {
	struct batch *next;            /* of the queue that it is in */
	unsigned int n;
	int err;                       /* that ended it; 0: it is full */
	size_t size[DATAGRAMS];
	_Alignas(NLMSG_ALIGNTO) char buf[DATAGRAMS][NLSOCK_RECV_SIZE];
};

struct nlreader {
	struct loop *loop;
	const struct nlreader_events *events;
	void *ctx;
	struct lane *lane;
	struct watch watch;            /* while all batches are home */
	const struct nlsock *sock;
	struct batch *all[BATCHES];
	unsigned int n_away;
	struct batch *held[BATCHES];
	unsigned int n_held;
	bool stopping;
};

static void fill(void *item, void *ctx)
{
	const struct nlreader *r = ctx;
	struct batch *b = item;
	int n;

	b->err = 0;
	for (b->n = 0; b->n < DATAGRAMS; b->n++) {
		n = nlsock_recv(r->sock, b->buf[b->n], NLSOCK_RECV_SIZE);
		if (n < 0) {
			b->err = -n;
			return;
		}
		b->size[b->n] = (size_t)n;
	}
}

static void send_away(struct nlreader *r, struct batch *b)
{
	r->n_away++;
	lane_push(r->lane, b);
}

static void send_all(struct nlreader *r)
{
	for (int i = 0; i < BATCHES; i++)
		send_away(r, r->all[i]);
}

static void fail(struct nlreader *r, int err)
{
	r->stopping = true;
	r->events->failed(r->ctx, err);
}

static void on_ready(struct watch *w, uint32_t epoll_events)
{
	struct nlreader *r = container_of(w, struct nlreader, watch);

	(void)epoll_events;
	loop_del(w);
	send_all(r);
}

static void wait_for_more(struct nlreader *r)
{
	int rc = loop_add(r->loop, &r->watch, nlsock_fd(r->sock), EPOLLIN,
			  on_ready);

	if (rc)
		fail(r, -rc);
}

static void tell(struct nlreader *r, const struct batch *b)
{
	for (unsigned int i = 0; i < b->n && !r->stopping; i++)
		r->events->data(r->ctx, b->buf[i], b->size[i]);
	if (!r->stopping && b->err && b->err != EAGAIN)
		fail(r, b->err);
	if (!r->stopping)
		r->events->round(r->ctx);
}

static void use_again(struct nlreader *r, struct batch *b)
{
	if (r->events->again(r->ctx))
		send_away(r, b);
	else
		r->held[r->n_held++] = b;
}

static void filled(void *item, void *ctx)
{
	struct nlreader *r = ctx;
	struct batch *b = item;

	tell(r, b);
	r->n_away--;
	if (!r->stopping && !b->err)
		use_again(r, b);
	if (!r->n_away && !r->n_held && !r->stopping)
		wait_for_more(r);
	if (r->n_away || !r->stopping)
		return;
	r->n_held = 0;
	r->events->stopped(r->ctx);
}

static const struct lane_ops reader_lane = {
	.name = "swoffd-dump",
	.next_offset = offsetof(struct batch, next),
	.run = fill,
	.done = filled,
};

int nlreader_new(struct loop *loop, const struct nlreader_events *events,
		 void *ctx, struct nlreader **out)
{
	AUTO(nlreader_free) struct nlreader *r = calloc(1, sizeof(*r));
	int rc;

	if (!r)
		return -ENOMEM;
	r->loop = loop;
	r->events = events;
	r->ctx = ctx;
	r->stopping = true;
	for (int i = 0; i < BATCHES; i++) {
		r->all[i] = malloc(sizeof(*r->all[i]));
		if (!r->all[i])
			return -ENOMEM;
	}
	rc = lane_new(loop, &reader_lane, r, &r->lane);
	if (rc)
		return rc;
	*out = steal_ptr(r);
	return 0;
}

void nlreader_free(struct nlreader *r)
{
	if (!r)
		return;
	loop_del(&r->watch);
	lane_free(r->lane);
	for (int i = 0; i < BATCHES; i++)
		free(r->all[i]);
	free(r);
}

void nlreader_start(struct nlreader *r, const struct nlsock *s)
{
	r->sock = s;
	r->stopping = false;
	r->n_held = 0;
	send_all(r);
}

void nlreader_more(struct nlreader *r)
{
	while (r->n_held)
		send_away(r, r->held[--r->n_held]);
}

void nlreader_stop(struct nlreader *r)
{
	r->stopping = true;
}
