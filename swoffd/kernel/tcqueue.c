/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sendmsg() on this socket returns after the kernel has worked off the whole
 * batch (net/netlink/af_netlink.c netlink_unicast_kernel), so all answers are
 * there by then; an ACK that is not was lost.
 */
#include "swoffd/kernel/tcqueue.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <time.h>

#include "swoffd/kernel/lane.h"
#include "swoffd/kernel/nlsock.h"
#include "swoffd/kernel/tcbatch.h"

#define BATCHES 8                      /* filled, under way and answered */
#define BUSY 2                         /* batches the thread has to do */
#define LAST_RESORT_MS 1000            /* for what should not take any time */
#define SEND_TRIES 16
/* That a sendmsg() may take: there is no point of preemption in it, so nobody
 * else gets this CPU. */
#define PART_US 2000
#define PART_MIN 16                    /* fewer messages cost throughput */

struct tcqueue {
	struct kernel *kernel;
	struct lane *lane;
	struct nlsock sock;            /* the thread's alone */
	char *recv_buf;                /* the thread's alone */
	unsigned int part;             /* messages a send; the thread's alone */
	struct filter_memo memo;
	uint32_t next_seq;
	struct tcbatch *all[BATCHES];
	struct tcbatch *spare[BATCHES];
	int n_spare;
	struct tcbatch *current;       /* being filled, or NULL */
	bool flushed;                  /* it is to be sent, full or not */
	unsigned int n_away;           /* batches the lane has */
	bool refused;                  /* somebody waits for tc_ready */
};

static bool wait_for(const struct tcqueue *q, short events)
{
	struct pollfd p = { .fd = nlsock_fd(&q->sock), .events = events };

	return poll(&p, 1, LAST_RESORT_MS) > 0;
}

/* 0 once the last ACK is there; ENOBUFS when answers were lost. */
static int read_answers(struct tcqueue *q, struct tcbatch *b)
{
	bool last = false, lost = false;

	for (;;) {
		int n = nlsock_recv(&q->sock, q->recv_buf, NLSOCK_RECV_SIZE);

		if (n >= 0)
			last |= tcbatch_answer(b, q->recv_buf, (size_t)n);
		else if (n == -ENOBUFS || n == -EMSGSIZE)
			lost = true;
		else if (n != -EAGAIN || last || lost || !wait_for(q, POLLIN))
			break;
		/* After a loss the queue must be emptied: until then the
		 * kernel drops everything. */
		if (last && !lost)
			break;
	}
	return last && !lost ? 0 : ENOBUFS;
}

/* A positive errno: none of it was sent; EAGAIN: the socket takes nothing. */
static int send_part(const struct tcqueue *q, const void *data, size_t size)
{
	for (int i = 0; i < SEND_TRIES; i++) {
		if (mnl_socket_sendto(q->sock.mnl, data, size) >= 0)
			return 0;
		if (errno != EAGAIN && errno != EINTR)
			return errno;
		if (errno == EAGAIN && !wait_for(q, POLLOUT))
			break;
	}
	return EAGAIN;
}

static uint64_t now_us(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

/* As many as fit into the time.  What few took is mostly the call. */
static void choose_part(struct tcqueue *q, unsigned int n, uint64_t took_us)
{
	uint64_t part = took_us ? n * (uint64_t)PART_US / took_us :
				  TCBATCH_MESSAGES;

	if (n < PART_MIN && n < q->part)
		return;
	if (part < PART_MIN)
		part = PART_MIN;
	q->part = part < TCBATCH_MESSAGES ? (unsigned int)part :
					    TCBATCH_MESSAGES;
}

static void run_batch(void *item, void *ctx)
{
	struct tcqueue *q = ctx;
	const void *data;
	unsigned int n;
	size_t size;

	while ((n = tcbatch_part(item, q->part, &data, &size))) {
		uint64_t start = now_us();
		int err = send_part(q, data, size);

		/* Too large for this socket, or for memory as it is. */
		if (err && err != EAGAIN && n > 1) {
			q->part = n / 2;
			continue;
		}
		if (!err) {
			choose_part(q, n, now_us() - start);
			err = read_answers(q, item);
		}
		/* As unknown it is tried again. */
		tcbatch_settle(item, err == EAGAIN ? ENOBUFS : err);
	}
}

static void send_current(struct tcqueue *q)
{
	q->flushed = false;
	q->n_away++;
	lane_push(q->lane, steal_ptr(q->current));
}

/* While the thread has enough to do, a batch is left to fill up. */
static void send_flushed(struct tcqueue *q)
{
	if (q->flushed && q->n_away < BUSY)
		send_current(q);
}

static void batch_done(void *item, void *ctx)
{
	struct tcqueue *q = ctx;
	const struct kernel_events *events = q->kernel->events;

	q->n_away--;
	tcbatch_deliver(item, events, q->kernel->events_ctx);
	q->spare[q->n_spare++] = item;
	send_flushed(q);
	if (q->refused) {
		q->refused = false;
		events->tc_ready(q->kernel->events_ctx);
	}
}

static int open_batch(struct tcqueue *q)
{
	if (q->current)
		return 0;
	if (!q->n_spare) {
		q->refused = true;
		return -EAGAIN;
	}
	q->current = q->spare[--q->n_spare];
	/* Whole blocks of numbers, and never 0. */
	if (q->next_seq > UINT32_MAX - 2 * TCBATCH_MESSAGES)
		q->next_seq = 1;
	tcbatch_reset(q->current, q->next_seq);
	q->next_seq += TCBATCH_MESSAGES;
	return 0;
}

int tcqueue_add(struct tcqueue *q, const struct kernel_request *req)
{
	int rc;

	if (req->with_next && q->current && !tcbatch_has_room(q->current, 2))
		send_current(q);
	rc = open_batch(q);
	if (rc)
		return rc;
	rc = tcbatch_add(q->current, &q->memo, req);
	if (!rc && !tcbatch_has_room(q->current, 1))
		send_current(q);
	return rc;
}

void tcqueue_flush(struct tcqueue *q)
{
	q->flushed = q->current && tcbatch_count(q->current);
	send_flushed(q);
}

static const struct lane_ops batch_lane = {
	.name = "swoffd-tc",
	.next_offset = TCBATCH_NEXT_OFFSET,
	.drain = true,
	.run = run_batch,
	.done = batch_done,
};

static int new_batches(struct tcqueue *q)
{
	q->recv_buf = malloc(NLSOCK_RECV_SIZE);
	if (!q->recv_buf)
		return -ENOMEM;
	for (; q->n_spare < BATCHES; q->n_spare++) {
		if (tcbatch_new(&q->all[q->n_spare]))
			return -ENOMEM;
		q->spare[q->n_spare] = q->all[q->n_spare];
	}
	return 0;
}

int tcqueue_new(struct loop *loop, struct kernel *kernel,
		struct tcqueue **out, struct error *err)
{
	AUTO(tcqueue_free) struct tcqueue *q = calloc(1, sizeof(*q));
	int rc;

	if (!q || new_batches(q))
		return error_set(err, ENOMEM, "tc: out of memory");
	q->kernel = kernel;
	q->next_seq = 1;
	q->part = TCBATCH_MESSAGES;
	rc = nlsock_open(&q->sock, NETLINK_ROUTE, NLSOCK_NONBLOCK, err);
	if (rc)
		return rc;
	rc = lane_new(loop, &batch_lane, q, &q->lane);
	if (rc)
		return error_set(err, -rc, "tc: no thread");
	*out = steal_ptr(q);
	return 0;
}

void tcqueue_free(struct tcqueue *q)
{
	if (!q)
		return;
	if (q->flushed)
		send_current(q);
	lane_free(q->lane);
	nlsock_close(&q->sock);
	for (int i = 0; i < BATCHES; i++)
		tcbatch_free(q->all[i]);
	free(q->recv_buf);
	free(q);
}
