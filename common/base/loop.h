/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The event loop: descriptors, one-shot timers and work deferred to the end of
 * the round.  Watches and timers are embedded in their owners and may be
 * added or removed at any time, also from within callbacks.
 */
#ifndef COMMON_BASE_LOOP_H
#define COMMON_BASE_LOOP_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/epoll.h>

#include "common/base/cleanup.h"
#include "common/base/list.h"

struct loop;

/* {0} is a watch that is not added. */
struct watch {
	struct loop *loop;             /* borrowed; NULL: not added */
	int fd;                        /* borrowed */
	void (*on_ready)(struct watch *w, uint32_t epoll_events);
};

/* Initialise with timer_init(). */
struct timer {
	struct list node;
	uint64_t due_ms;
	void (*on_due)(struct timer *t);
};

/* Runs once at the end of the round in which it was scheduled. */
struct deferred {
	struct list node;
	void (*run)(struct deferred *d);
};

int loop_new(struct loop **out);
void loop_free(struct loop *l);
DEFINE_AUTO(struct loop *, loop_free)

/* Until loop_stop(): returns the status given there, or -errno. */
int loop_run(struct loop *l);
void loop_stop(struct loop *l, int status);

/* One round; waits at most timeout_ms (-1: until something happens). */
int loop_once(struct loop *l, int timeout_ms);

int loop_add(struct loop *l, struct watch *w, int fd, uint32_t epoll_events,
	     void (*on_ready)(struct watch *w, uint32_t epoll_events));
int loop_change(struct watch *w, uint32_t epoll_events);
void loop_del(struct watch *w);        /* legal when not added */

void timer_init(struct timer *t, void (*on_due)(struct timer *t));
/* Sets it anew if it is pending. */
void timer_set(struct loop *l, struct timer *t, uint64_t delay_ms);
void timer_cancel(struct timer *t);    /* legal when not pending */

static inline bool timer_is_set(const struct timer *t)
{
	return !list_empty(&t->node);
}

void deferred_init(struct deferred *d, void (*run)(struct deferred *d));
void defer(struct loop *l, struct deferred *d);   /* once, however often */
void defer_cancel(struct deferred *d);

/* CLOCK_MONOTONIC, as it was when this round began: asking costs nothing. */
uint64_t loop_now_ms(const struct loop *l);
/* As if so much time had passed: for tests, which do not wait. */
void loop_advance(struct loop *l, uint64_t ms);

#endif
