/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two rings and one sequence.  An event has its number in the sequence and its
 * place in its ring, so a reader knows what it has missed there.
 */
#include "swoffd/core/event.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

#include "common/base/printable.h"

static uint64_t wall_ms(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_REALTIME, &ts);
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

static uint64_t new_epoch(void)
{
	uint64_t epoch;

	if (getrandom(&epoch, sizeof(epoch), GRND_NONBLOCK) ==
	    (ssize_t)sizeof(epoch))
		return epoch;
	/* Early at boot.  No two daemons have both in common. */
	return wall_ms() << 22 | (uint64_t)getpid();
}

int event_log_init(struct event_log *log, struct loop *loop)
{
	*log = (struct event_log){ .loop = loop, .epoch = new_epoch() };
	list_init(&log->watches);
	for (int i = 0; i < EVENT_N_RINGS; i++) {
		struct event_ring *r = &log->rings[i];

		/* Zeroed pages cost nothing before they are written to. */
		r->all = calloc(EVENT_KEPT, sizeof(*r->all));
		if (!r->all)
			return -ENOMEM;
	}
	return 0;
}

void event_log_fini(struct event_log *log)
{
	for (int i = 0; i < EVENT_N_RINGS; i++)
		free(log->rings[i].all);
}

struct event event_make(enum event_kind kind)
{
	return (struct event){ .kind = kind, .port = KERNEL_NO_NUMBER,
			       .vf = KERNEL_NO_NUMBER };
}

struct event event_make_port(enum event_kind kind,
			     const struct kernel_handle *handle,
			     uint32_t port)
{
	struct event ev = event_make(kind);

	(void)snprintf(ev.device, sizeof(ev.device), "%s/%s", handle->bus,
		       handle->dev);
	ev.port = port;
	return ev;
}

void event_word(struct event *ev, int i, const char *word)
{
	(void)snprintf(ev->words[i], sizeof(ev->words[i]), "%s", word);
}

void event_text(struct event *ev, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(ev->text, sizeof(ev->text), fmt, ap);
	va_end(ap);
	/* It may have been cut within a character. */
	printable(ev->text);
}

/* The clock is asked once in a round: there may be thousands in one. */
uint64_t event_now_ms(struct event_log *log)
{
	uint64_t now = loop_now_ms(log->loop);

	if (!log->time_ms || log->round_ms != now)
		log->time_ms = wall_ms();
	log->round_ms = now;
	return log->time_ms;
}

static struct event *at(const struct event_ring *r, uint64_t n)
{
	return &r->all[n % EVENT_KEPT];
}

static uint64_t oldest(const struct event_ring *r)
{
	return r->n > EVENT_KEPT ? r->n - EVENT_KEPT : 0;
}

static struct event_ring *ring_of(struct event_log *log, enum event_kind kind)
{
	return &log->rings[EVENT_OF_FLOWS & EVENT_BIT(kind) ?
				   EVENT_RING_FLOWS : EVENT_RING_OTHERS];
}

void event_add(struct event_log *log, const struct event *ev)
{
	struct event_ring *r = ring_of(log, ev->kind);
	struct event *e = at(r, r->n);
	struct event_watch *w;

	if (!event_is_wanted(log, ev->kind))
		return;
	if (r->n++ >= EVENT_KEPT)
		r->dropped_seq = e->seq;
	*e = *ev;
	e->seq = ++log->seq;
	e->time_ms = event_now_ms(log);
	list_for_each(w, &log->watches, node)
		if (w->kinds & EVENT_BIT(ev->kind))
			w->on_event(w);
}

static void count_watched(struct event_log *log)
{
	struct event_watch *w;

	log->watched = 0;
	list_for_each(w, &log->watches, node)
		log->watched |= w->kinds;
}

void event_watch_add(struct event_log *log, struct event_watch *w)
{
	list_add_tail(&log->watches, &w->node);
	count_watched(log);
}

void event_watch_del(struct event_log *log, struct event_watch *w)
{
	list_del(&w->node);
	count_watched(log);
}

/* The first in the ring that comes after that one. */
static uint64_t find_after(const struct event_ring *r, uint64_t seq)
{
	uint64_t low = oldest(r), high = r->n;

	while (low < high) {
		uint64_t mid = low + (high - low) / 2;

		if (at(r, mid)->seq > seq)
			high = mid;
		else
			low = mid + 1;
	}
	return low;
}

static bool is_ring_wanted(int ring, uint64_t kinds)
{
	return kinds & (ring == EVENT_RING_FLOWS ? EVENT_OF_FLOWS :
						   ~EVENT_OF_FLOWS);
}

void event_cursor_set(const struct event_log *log, struct event_cursor *c,
		      uint64_t kinds, uint64_t after)
{
	uint64_t kept = 0;
	bool lost = false;

	for (int i = 0; i < EVENT_N_RINGS; i++) {
		const struct event_ring *r = &log->rings[i];

		c->next[i] = find_after(r, after);
		kept += r->n - c->next[i];
		lost |= is_ring_wanted(i, kinds) && r->dropped_seq > after;
	}
	c->lost = lost ? log->seq - after - kept : 0;
}

void event_cursor_last(const struct event_log *log, struct event_cursor *c)
{
	c->lost = 0;
	for (int i = 0; i < EVENT_N_RINGS; i++) {
		const struct event_ring *r = &log->rings[i];
		bool is_there = r->n && at(r, r->n - 1)->seq == log->seq;

		c->next[i] = r->n - is_there;
	}
}

void event_cursor_oldest(const struct event_log *log, struct event_cursor *c)
{
	c->lost = 0;
	for (int i = 0; i < EVENT_N_RINGS; i++)
		c->next[i] = oldest(&log->rings[i]);
}

/* What is kept in a ring that is not asked for is not lost when it goes. */
static void skip(const struct event_ring *r, struct event_cursor *c, int ring,
		 uint64_t kinds)
{
	uint64_t first = oldest(r);

	if (!is_ring_wanted(ring, kinds)) {
		c->next[ring] = r->n;
		return;
	}
	if (c->next[ring] < first) {
		c->lost += first - c->next[ring];
		c->next[ring] = first;
	}
	while (c->next[ring] < r->n &&
	       !(EVENT_BIT(at(r, c->next[ring])->kind) & kinds))
		c->next[ring]++;
}

const struct event *event_next(const struct event_log *log,
			       struct event_cursor *c, uint64_t kinds)
{
	const struct event *first = NULL;
	int from = 0;

	for (int i = 0; i < EVENT_N_RINGS; i++) {
		const struct event_ring *r = &log->rings[i];

		skip(r, c, i, kinds);
		if (c->next[i] < r->n &&
		    (!first || at(r, c->next[i])->seq < first->seq)) {
			first = at(r, c->next[i]);
			from = i;
		}
	}
	if (first)
		c->next[from]++;
	return first;
}
