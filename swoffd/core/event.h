/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What has happened, in order: of devices, links, flows and our own decisions.
 * The last of it is kept in memory of a fixed size, for whoever comes to read
 * it.  States of flows are kept apart, so that a million of them push nothing
 * else out, and only while somebody watches for them.
 */
#ifndef SWOFFD_CORE_EVENT_H
#define SWOFFD_CORE_EVENT_H

#include "common/base/loop.h"
#include "common/event/event_kind.h"
#include "common/flow/odp.h"
#include "swoffd/core/kernel.h"

#define EVENT_KEPT 8192                /* of flows, and of all others */
#define EVENT_DEVICE_SIZE 100          /* as device_handle_str() has it */
#define EVENT_WORD_SIZE 64             /* names of nodes and parameters too */
#define EVENT_TEXT_SIZE 160            /* longer ones are cut */
#define EVENT_NO_NUMBER UINT64_MAX     /* it is not known */

#define EVENT_OF_FLOWS \
	(EVENT_BIT(EVENT_FLOW_STATE) | EVENT_BIT(EVENT_FLOW_DELETED))

struct core;

/* What its row in event_table has not stays zero. */
struct event {
	uint64_t seq, time_ms;         /* event_add()'s; since 1970 */
	enum event_kind kind;
	uint32_t port, vf;             /* KERNEL_NO_NUMBER: none */
	char device[EVENT_DEVICE_SIZE];        /* its handle, or "" */
	char netdev[IFNAMSIZ];
	struct ufid ufid;
	char words[EVENT_N_WORDS][EVENT_WORD_SIZE];
	uint64_t numbers[EVENT_N_NUMBERS];
	char text[EVENT_TEXT_SIZE];
};

struct event_ring {
	struct event *all;             /* EVENT_KEPT; owned */
	uint64_t n;                    /* that ever were in it */
	uint64_t dropped_seq;          /* of the last that has been dropped */
};

enum { EVENT_RING_FLOWS, EVENT_RING_OTHERS, EVENT_N_RINGS };

struct event_log {
	struct loop *loop;             /* borrowed */
	uint64_t epoch;                /* of this daemon and no other */
	uint64_t seq;                  /* of the last; the first is 1 */
	struct event_ring rings[EVENT_N_RINGS];
	struct list watches;
	uint64_t watched;              /* kinds that somebody waits for */
	uint64_t round_ms, time_ms;    /* the same moment on both clocks */
};

/* 0 or -ENOMEM. */
int event_log_init(struct event_log *log, struct loop *loop);
void event_log_fini(struct event_log *log);

/* False: nobody will ever see one of that kind; do not trouble to make it. */
static inline bool event_is_wanted(const struct event_log *log,
				   enum event_kind kind)
{
	return (~EVENT_OF_FLOWS | log->watched) & EVENT_BIT(kind);
}

/* As events have it, of this round. */
uint64_t event_now_ms(struct event_log *log);

/* Copies what was made by event_make(). */
void event_add(struct event_log *log, const struct event *ev);

/* Of that kind, with nothing in it. */
struct event event_make(enum event_kind kind);
/* The same of a device; of a port of it, KERNEL_NO_NUMBER if of none. */
struct event event_make_port(enum event_kind kind,
			     const struct kernel_handle *handle,
			     uint32_t port);
void event_word(struct event *ev, int i, const char *word);
void event_text(struct event *ev, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Embedded in its owner; told of each event of these kinds, as it is added.
 * on_event() may not add or remove watches. */
struct event_watch {
	struct list node;              /* log->watches */
	uint64_t kinds;
	void (*on_event)(struct event_watch *w);
};
void event_watch_add(struct event_log *log, struct event_watch *w);
void event_watch_del(struct event_log *log, struct event_watch *w);

/* A place among the events.  lost: how many were dropped before they were
 * reached, counted up, and the reader's to set back. */
struct event_cursor {
	uint64_t next[EVENT_N_RINGS];
	uint64_t lost;
};

/* Behind the event with that number.  What is lost already may be counted too
 * high if not all kinds are wanted, never too low. */
void event_cursor_set(const struct event_log *log, struct event_cursor *c,
		      uint64_t kinds, uint64_t after);
/* Before the one that was added last. */
void event_cursor_last(const struct event_log *log, struct event_cursor *c);
/* Before the oldest that is kept: nothing counts as lost. */
void event_cursor_oldest(const struct event_log *log, struct event_cursor *c);
/* The next of these kinds, until one is added; NULL: there is none yet. */
const struct event *event_next(const struct event_log *log,
			       struct event_cursor *c, uint64_t kinds);

#endif
