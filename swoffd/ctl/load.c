/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The stages of a load: read lines until the end, settle, then tell of every
 * flow of this load that did not get into hardware.
 */
#include "swoffd/ctl/load.h"

#include <errno.h>
#include <fcntl.h>

#include "common/base/log.h"
#include "swoffd/ctl/attrs.h"
#include "swoffd/ctl/json_add.h"
#include "swoffd/ctl/load_priv.h"
#include "swoffd/ctl/policy.h"

/* In one round: lines; flows looked at, of which one that is reported takes as
 * long as some that are not. */
#define LOAD_ROUND 64
#define REPORT_ROUND 4096
#define REPORT_COST 64

static void load_free(void *state)
{
	struct load *l = state;

	loop_del(&l->in);
	defer_cancel(&l->work);
	close_fd(l->in_fd);
	sink_fini(&l->sink);
	lines_fini(&l->lines);
	pages_free(&l->lines_of);
	free(l);
}

static void on_settled(struct request *r, const struct error *err)
{
	struct call *call = container_of(r, struct call, request);
	struct load *l = call->state;

	(void)err;
	l->waiting = false;
	l->stage = LOAD_REPORT;
	defer(l->loop, &l->work);
}

static void on_engine_ready(struct request *r, const struct error *err)
{
	struct call *call = container_of(r, struct call, request);
	struct load *l = call->state;

	(void)err;
	l->waiting = false;
	defer(l->loop, &l->work);
}

static void settle(struct load *l)
{
	loop_del(&l->in);
	l->stage = LOAD_SETTLE;
	l->waiting = true;
	l->call->request.done = on_settled;
	engine_settle(l->engine, &l->call->request);
}

static void on_input(struct watch *w, uint32_t epoll_events)
{
	struct load *l = container_of(w, struct load, in);
	ssize_t n = lines_read(&l->lines, l->in_fd);

	(void)epoll_events;
	if (n == -EAGAIN)
		return;
	/* Input that cannot be read has ended: what was put stays. */
	if (n < 0)
		l->lines.eof = true;
	loop_del(w);
	defer(l->loop, &l->work);
}

static bool must_wait(struct load *l)
{
	if (engine_busy(l->engine)) {
		l->waiting = true;
		l->call->request.done = on_engine_ready;
		engine_on_ready(l->engine, &l->call->request);
		return true;
	}
	if (!sink_full(&l->sink))
		return false;
	sink_flush(&l->sink);
	return sink_full(&l->sink);
}

static void read_on(struct load *l)
{
	sink_flush(&l->sink);
	if (loop_add(l->loop, &l->in, l->in_fd, EPOLLIN, on_input) < 0) {
		l->lines.eof = true;
		defer(l->loop, &l->work);
	}
}

static void stage_read(struct load *l)
{
	for (int n = 0; n < LOAD_ROUND; n++) {
		char *text;

		if (must_wait(l))
			return;
		switch (lines_next(&l->lines, &text)) {
		case LINES_LINE:
			load_line(l, text);
			break;
		case LINES_HAS_NUL:
			load_bad(l, text, "a NUL byte");
			break;
		case LINES_TOO_LONG:
			load_too_long(l);
			break;
		case LINES_MORE:
			read_on(l);
			return;
		case LINES_END:
			settle(l);
			return;
		}
	}
	defer(l->loop, &l->work);
}

static void stage_report(struct load *l)
{
	const uint32_t *lines_of = l->lines_of.data;

	for (int n = 0; n < REPORT_ROUND && l->at < l->n_slots; n++, l->at++) {
		if (sink_full(&l->sink)) {
			sink_flush(&l->sink);
			if (sink_full(&l->sink))
				return;
		}
		if (lines_of[l->at] && load_flow(l, l->at, lines_of[l->at]))
			n += REPORT_COST;
	}
	if (l->at >= l->n_slots)
		l->stage = LOAD_DRAIN;
	defer(l->loop, &l->work);
}

static struct json_object *summary(const struct load *l)
{
	struct json_object *o = json_object_new_object();

	if (!o)
		return NULL;
	json_add_num(o, "lines", l->lines.number);
	json_add_num(o, "flows", l->n_flows);
	for (int i = FLOW_IN_HW; i < FLOW_N_STATES; i++)
		json_add_num(o, flow_state_str(i), l->n_state[i]);
	json_add_num(o, "refused", l->n_refused);
	json_add_num(o, "bad", l->n_bad);
	json_add_num(o, "deleted", l->n_deleted);
	return o;
}

static void finish(struct load *l)
{
	log_info("flow.load: %u lines, %u flows, %u of them in hardware, %u refused, %u bad, %u deleted",
		 l->lines.number, l->n_flows, l->n_state[FLOW_IN_HW],
		 l->n_refused, l->n_bad, l->n_deleted);
	call_reply(l->call, summary(l));
}

/* The reports are out before the answer, and their end is closed by it. */
static void stage_drain(struct load *l)
{
	sink_flush(&l->sink);
	if (sink_empty(&l->sink))
		finish(l);
}

static void on_load_work(struct deferred *d)
{
	struct load *l = container_of(d, struct load, work);

	if (l->waiting)
		return;
	switch (l->stage) {
	case LOAD_READ:
		if (l->aborted)
			settle(l);
		else
			stage_read(l);
		return;
	case LOAD_SETTLE:
		return;
	case LOAD_REPORT:
		stage_report(l);
		return;
	case LOAD_DRAIN:
		stage_drain(l);
		return;
	}
}

static void on_sink_room(struct sink *s)
{
	struct load *l = container_of(s, struct load, sink);

	if (!l->in.loop)
		defer(l->loop, &l->work);
}

/* What was put stays; nothing more is read, nobody is told. */
static void on_load_client_gone(struct call *call)
{
	struct load *l = call->state;

	l->aborted = true;
	sink_break(&l->sink);
	defer(l->loop, &l->work);
}

static int check_fds(struct call *call)
{
	if (sink_check_fd(call->fds[0]) == 0 &&
	    sink_check_fd(call->fds[1]) == 0)
		return 0;
	call_invalid(call, "%s: descriptors must be pipes or sockets",
		     call->method->name);
	return -EINVAL;
}

static int set_nonblock(int fd)
{
	int flags = fcntl(fd, F_GETFL);

	return flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0 ?
		       -errno : 0;
}

void load_run(struct call *call)
{
	enum rule_policy policy = RULE_BEST_EFFORT;
	struct flow_attrs attrs;
	bool has_policy;
	struct load *l;

	if (policy_param(call, &has_policy, &policy) < 0 ||
	    attrs_params(call, &attrs) < 0)
		return;
	if (check_fds(call) < 0)
		return;
	l = calloc(1, sizeof(*l));
	if (!l || set_nonblock(call->fds[0]) < 0) {
		free(l);
		call_invalid(call, "%s: cannot use the descriptors",
			     call->method->name);
		return;
	}
	l->call = call;
	l->loop = call->server->loop;
	l->engine = call->server->core->engine;
	l->has_policy = has_policy;
	l->policy = policy;
	l->attrs = attrs;
	l->in_fd = steal_fd(&call->fds[0]);
	sink_init(&l->sink, l->loop, steal_fd(&call->fds[1]), on_sink_room);
	deferred_init(&l->work, on_load_work);
	call->state = l;
	call->state_free = load_free;
	call->on_client_gone = on_load_client_gone;
	defer(l->loop, &l->work);
}
