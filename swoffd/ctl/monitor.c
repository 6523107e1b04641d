/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A subscriber is a place among the events that are kept, and what its pipe
 * has not taken yet.  Who does not read costs no more than that, and is told
 * afterwards how much it has missed.
 */
#include "swoffd/ctl/monitor.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "swoffd/ctl/call.h"
#include "swoffd/ctl/event_json.h"
#include "swoffd/ctl/sink.h"

#define MONITOR_ROUND 256

struct monitor {
	struct call *call;             /* borrowed: it owns us */
	struct event_log *log;         /* borrowed */
	struct loop *loop;             /* borrowed */
	struct sink sink;
	struct deferred work;
	struct event_watch watch;
	struct event_cursor cursor;
	uint64_t kinds;
	bool only_device;              /* events of that one: */
	char device[EVENT_DEVICE_SIZE];
	bool follow;
	bool waits;                    /* for the next: it has seen all */
	uint64_t last;                 /* when it does not */
	uint64_t n_events;
};

static void monitor_free(void *state)
{
	struct monitor *m = state;

	event_watch_del(m->log, &m->watch);
	m->call->server->n_monitors--;
	defer_cancel(&m->work);
	sink_fini(&m->sink);
	free(m);
}

/* What is not an event, but about them. */
static void put_own(struct monitor *m, enum event_kind kind, uint64_t number)
{
	struct event ev = event_make(kind);

	ev.time_ms = event_now_ms(m->log);
	ev.numbers[0] = number;
	if (event_table[kind].words[0])
		event_epoch_str(m->log, ev.words[0]);
	(void)sink_put(&m->sink, event_json(&ev));
}

static bool passes(const struct monitor *m, const struct event *ev)
{
	return !m->only_device || strcmp(ev->device, m->device) == 0;
}

/* False: there is none to be put now. */
static bool put_next(struct monitor *m)
{
	const struct event *ev = event_next(m->log, &m->cursor, m->kinds);

	if (m->cursor.lost)
		put_own(m, EVENT_MONITOR_LOST, m->cursor.lost);
	m->cursor.lost = 0;
	m->waits = !ev;
	if (!ev || (!m->follow && ev->seq > m->last))
		return false;
	if (!passes(m, ev))
		return true;
	m->n_events++;
	if (sink_put(&m->sink, event_json(ev)) < 0)
		m->cursor.lost++;
	return true;
}

static void finish(struct monitor *m)
{
	struct json_object *o = json_object_new_object();

	if (o)
		json_object_object_add(o, "events",
				       json_object_new_uint64(m->n_events));
	call_reply(m->call, o);
}

static void on_monitor_work(struct deferred *d)
{
	struct monitor *m = container_of(d, struct monitor, work);
	bool more = true;

	for (int n = 0; n < MONITOR_ROUND && more && !sink_full(&m->sink); n++)
		more = put_next(m);
	sink_flush(&m->sink);
	if (m->sink.broken || (!m->follow && !more && sink_empty(&m->sink)))
		finish(m);
	else if (more && sink_empty(&m->sink))
		defer(m->loop, &m->work);
}

static void on_room(struct sink *sink)
{
	struct monitor *m = container_of(sink, struct monitor, sink);

	defer(m->loop, &m->work);
}

/* Who has not taken what there was is served when it has.  Of those who have,
 * nobody has missed what has come since then and was not asked for. */
static void on_event(struct event_watch *w)
{
	struct monitor *m = container_of(w, struct monitor, watch);

	if (m->waits)
		event_cursor_last(m->log, &m->cursor);
	m->waits = false;
	if (sink_empty(&m->sink))
		defer(m->loop, &m->work);
}

static void on_monitor_client_gone(struct call *call)
{
	struct monitor *m = call->state;

	sink_break(&m->sink);
	defer(m->loop, &m->work);
}

/* A handle may be that of a device that is yet to come. */
static int parse_device(struct monitor *m, struct error *err)
{
	const char *name = call_text(m->call, "device");
	const struct device *d;

	if (!name)
		return 0;
	m->only_device = true;
	d = device_find(m->call->server->core, name, err);
	if (d)
		(void)device_handle_str(&d->info.handle, m->device);
	else if (strchr(name, '/') && strlen(name) < sizeof(m->device))
		memcpy(m->device, name, strlen(name) + 1);
	else
		return -err->code;
	return 0;
}

/* 0; or the call is answered. */
static int parse_params(struct monitor *m)
{
	const char *kinds = call_text(m->call, "kinds");
	struct error err = { 0 };
	uint32_t follow = true;

	if (event_kinds_parse(kinds ? kinds : "", &m->kinds, &err) < 0) {
		call_invalid(m->call, "kinds: %s", err.msg);
		return -EINVAL;
	}
	if (sink_check_fd(m->call->fds[0]) < 0) {
		call_invalid(m->call, "monitor: the descriptor must be a pipe "
			     "or a socket");
		return -EINVAL;
	}
	if (parse_device(m, &err) < 0) {
		call_fail(m->call, &err, NULL);
		return -EINVAL;
	}
	(void)call_number(m->call, "follow", &follow);
	m->follow = follow;
	return 0;
}

/* Number and epoch are told apart from those of a daemon that is no more by
 * the epoch, or by a number that we have not reached. */
static void begin(struct monitor *m)
{
	const char *theirs = call_text(m->call, "epoch");
	char ours[EVENT_EPOCH_SIZE];
	uint64_t since;
	bool given = call_big_number(m->call, "since", &since);

	event_epoch_str(m->log, ours);
	put_own(m, EVENT_MONITOR_BEGIN, m->log->seq);
	if ((theirs && strcmp(theirs, ours) != 0) ||
	    (given && since > m->log->seq)) {
		put_own(m, EVENT_MONITOR_RESTART, m->log->seq);
		event_cursor_set(m->log, &m->cursor, m->kinds, 0);
	} else if (given || m->follow) {
		event_cursor_set(m->log, &m->cursor, m->kinds,
				 given ? since : m->log->seq);
	} else {
		event_cursor_oldest(m->log, &m->cursor);
	}
	m->last = m->log->seq;
	if (m->follow)
		event_watch_add(m->log, &m->watch);
	defer(m->loop, &m->work);
}

static struct monitor *monitor_new(struct call *call)
{
	struct monitor *m = calloc(1, sizeof(*m));

	if (!m)
		return NULL;
	m->call = call;
	m->log = &call->server->core->events;
	m->loop = call->server->loop;
	m->sink.fd = -1;
	list_init(&m->watch.node);
	m->watch.on_event = on_event;
	deferred_init(&m->work, on_monitor_work);
	call->server->n_monitors++;
	call->state = m;
	call->state_free = monitor_free;
	return m;
}

void monitor_run(struct call *call)
{
	struct error err;
	struct monitor *m;

	if (call->server->n_monitors >= RPC_MAX_MONITORS) {
		(void)error_set(&err, EBUSY, "monitor: %d are watching "
				"already, and no more may", RPC_MAX_MONITORS);
		call_fail(call, &err, NULL);
		return;
	}
	m = monitor_new(call);
	if (!m) {
		(void)error_set(&err, ENOMEM, "out of memory");
		call_fail(call, &err, NULL);
		return;
	}
	if (parse_params(m) < 0)
		return;
	sink_init(&m->sink, m->loop, steal_fd(&call->fds[0]), on_room);
	call->on_client_gone = on_monitor_client_gone;
	m->watch.kinds = m->kinds;
	begin(m);
}
