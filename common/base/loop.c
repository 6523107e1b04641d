/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Level-triggered epoll.  A callback may remove any watch, also one that this
 * round still has queued, so removal clears it from the queue.  Timers are few
 * (polls, deadlines), so a sorted list does.
 */
#include "common/base/loop.h"

#include <errno.h>
#include <stddef.h>
#include <time.h>

#define LOOP_BATCH 64

struct loop {
	int epfd;
	uint64_t now_ms;               /* when the round began */
	uint64_t ahead_ms;             /* of the clock */
	bool stopped;
	int status;
	struct list timers;            /* by due_ms */
	struct list deferred;
	struct epoll_event batch[LOOP_BATCH];
	int n_batch;
};

static uint64_t read_clock(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

int loop_new(struct loop **out)
{
	AUTO(loop_free) struct loop *l = calloc(1, sizeof(*l));

	if (!l)
		return -ENOMEM;
	list_init(&l->timers);
	list_init(&l->deferred);
	l->now_ms = read_clock() + l->ahead_ms;
	l->epfd = epoll_create1(EPOLL_CLOEXEC);
	if (l->epfd < 0)
		return -errno;
	*out = steal_ptr(l);
	return 0;
}

void loop_free(struct loop *l)
{
	if (!l)
		return;
	close_fd(l->epfd);
	free(l);
}

void loop_advance(struct loop *l, uint64_t ms)
{
	l->ahead_ms += ms;
	l->now_ms += ms;
}

uint64_t loop_now_ms(const struct loop *l)
{
	return l->now_ms;
}

int loop_add(struct loop *l, struct watch *w, int fd, uint32_t epoll_events,
	     void (*on_ready)(struct watch *w, uint32_t epoll_events))
{
	struct epoll_event ev = { .events = epoll_events, .data.ptr = w };

	if (epoll_ctl(l->epfd, EPOLL_CTL_ADD, fd, &ev) < 0)
		return -errno;
	*w = (struct watch){ .loop = l, .fd = fd, .on_ready = on_ready };
	return 0;
}

int loop_change(struct watch *w, uint32_t epoll_events)
{
	struct epoll_event ev = { .events = epoll_events, .data.ptr = w };

	return epoll_ctl(w->loop->epfd, EPOLL_CTL_MOD, w->fd, &ev) < 0 ?
		       -errno : 0;
}

void loop_del(struct watch *w)
{
	struct loop *l = w->loop;

	if (!l)
		return;
	epoll_ctl(l->epfd, EPOLL_CTL_DEL, w->fd, NULL);
	w->loop = NULL;
	for (int i = 0; i < l->n_batch; i++)
		if (l->batch[i].data.ptr == w)
			l->batch[i].data.ptr = NULL;
}

void timer_init(struct timer *t, void (*on_due)(struct timer *t))
{
	list_init(&t->node);
	t->on_due = on_due;
}

void timer_set(struct loop *l, struct timer *t, uint64_t delay_ms)
{
	struct list *after;

	list_del(&t->node);
	t->due_ms = l->now_ms + delay_ms;
	for (after = l->timers.prev; after != &l->timers; after = after->prev)
		if (container_of(after, struct timer, node)->due_ms <=
		    t->due_ms)
			break;
	list_add_tail(after->next, &t->node);
}

void timer_cancel(struct timer *t)
{
	list_del(&t->node);
}

void deferred_init(struct deferred *d, void (*run)(struct deferred *d))
{
	list_init(&d->node);
	d->run = run;
}

void defer(struct loop *l, struct deferred *d)
{
	if (list_empty(&d->node))
		list_add_tail(&l->deferred, &d->node);
}

void defer_cancel(struct deferred *d)
{
	list_del(&d->node);
}

static int wait_ms(const struct loop *l, int timeout_ms)
{
	uint64_t now, due;

	if (!list_empty(&l->deferred))
		return 0;
	if (list_empty(&l->timers))
		return timeout_ms;
	now = read_clock() + l->ahead_ms;
	due = container_of(l->timers.next, struct timer, node)->due_ms;
	if (due <= now)
		return 0;
	if (timeout_ms >= 0 && (uint64_t)timeout_ms < due - now)
		return timeout_ms;
	return due - now > INT32_MAX ? INT32_MAX : (int)(due - now);
}

static void run_timers(struct loop *l)
{
	while (!list_empty(&l->timers)) {
		struct timer *t = container_of(l->timers.next, struct timer,
					       node);

		if (t->due_ms > l->now_ms)
			return;
		list_del(&t->node);
		t->on_due(t);
	}
}

/* Work that defers itself again waits for the next round. */
static void run_deferred(struct loop *l)
{
	struct list round = LIST_INIT(round);

	while (!list_empty(&l->deferred)) {
		struct list *e = l->deferred.next;

		list_del(e);
		list_add_tail(&round, e);
	}
	while (!list_empty(&round)) {
		struct deferred *d = container_of(round.next, struct deferred,
						  node);

		list_del(&d->node);
		d->run(d);
	}
}

int loop_once(struct loop *l, int timeout_ms)
{
	int n = epoll_wait(l->epfd, l->batch, LOOP_BATCH,
			   wait_ms(l, timeout_ms));

	l->now_ms = read_clock() + l->ahead_ms;
	if (n < 0)
		return errno == EINTR ? 0 : -errno;
	l->n_batch = n;
	for (int i = 0; i < n; i++) {
		struct watch *w = l->batch[i].data.ptr;

		if (w)
			w->on_ready(w, l->batch[i].events);
	}
	l->n_batch = 0;
	run_timers(l);
	run_deferred(l);
	return 0;
}

int loop_run(struct loop *l)
{
	l->stopped = false;
	while (!l->stopped) {
		int rc = loop_once(l, -1);

		if (rc < 0)
			return rc;
	}
	return l->status;
}

void loop_stop(struct loop *l, int status)
{
	l->stopped = true;
	l->status = status;
}
