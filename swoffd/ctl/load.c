/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The stages of a load: read lines until the end, settle, then tell of every
 * flow of this load that did not get into hardware.  Which line a flow came
 * from is kept by slot, four bytes each.
 */
#include "swoffd/ctl/load.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/flow/line.h"
#include "swoffd/ctl/call.h"
#include "swoffd/ctl/flow_json.h"
#include "swoffd/ctl/lines.h"
#include "swoffd/ctl/sink.h"

#define LOAD_ROUND 256         /* lines, or flows looked at, in one round */
#define LOAD_TEXT_SIZE 256     /* of a refused line, in its report */

enum load_stage { LOAD_READ, LOAD_SETTLE, LOAD_REPORT, LOAD_DRAIN };

struct load {
	struct call *call;             /* borrowed: it owns us */
	struct loop *loop;             /* borrowed */
	struct engine *engine;         /* borrowed */
	enum load_stage stage;
	struct sink sink;
	int in_fd;                     /* owned */
	struct watch in;
	struct lines lines;
	struct deferred work;
	bool waiting;                  /* core holds call->request */
	bool aborted;                  /* the client has gone */
	bool has_policy;
	enum rule_policy policy;
	uint32_t *line_of;             /* by slot; 0: not of this load */
	uint32_t n_slots;
	uint32_t at;                   /* slot, while reporting */
	uint32_t n_flows, n_in_hw, n_sw, n_rejected, n_refused, n_bad,
		n_deleted;
	struct line_flow flow;         /* scratch: too large for the stack */
	struct flow_view view;
	struct reason_list reasons;
};

static void load_free(void *state)
{
	struct load *l = state;

	loop_del(&l->in);
	defer_cancel(&l->work);
	close_fd(l->in_fd);
	sink_fini(&l->sink);
	lines_fini(&l->lines);
	free(l->line_of);
	free(l);
}

/* Reports are JSON: bytes that are not ASCII would have to be checked. */
static struct json_object *text_json(const char *text)
{
	char out[LOAD_TEXT_SIZE];
	size_t i;

	for (i = 0; i < sizeof(out) - 1 && text[i]; i++)
		out[i] = (text[i] & 0x80) ? '?' : text[i];
	out[i] = '\0';
	return json_object_new_string(out);
}

/* reasons is taken; error may be NULL. */
static void report(struct load *l, uint32_t line, const char *result,
		   struct json_object *text, const char *error,
		   struct json_object *reasons)
{
	struct json_object *o = json_object_new_object();

	if (!o) {
		json_put(text);
		json_put(reasons);
		return;
	}
	json_object_object_add(o, "line", json_object_new_uint64(line));
	json_object_object_add(o, "result", json_object_new_string(result));
	json_object_object_add(o, "text", text);
	if (error)
		json_object_object_add(o, "error",
				       json_object_new_string(error));
	json_object_object_add(o, "reasons", reasons ? reasons :
					     json_object_new_array());
	/* A report that finds no memory is lost; the counts are not. */
	(void)sink_put(&l->sink, o);
}

static void refuse(struct load *l, const char *text, const struct error *err)
{
	AUTO(free) char *whole = NULL;

	if (err->extack[0] &&
	    asprintf(&whole, "%s (%s)", err->msg, err->extack) < 0)
		whole = NULL;
	l->n_refused++;
	report(l, l->lines.number, "refused", text_json(text),
	       whole ? whole : err->msg, NULL);
}

static void bad(struct load *l, const char *text, const char *why)
{
	l->n_bad++;
	report(l, l->lines.number, "bad", text_json(text), why, NULL);
}

static void too_long(struct load *l)
{
	char why[64];

	(void)snprintf(why, sizeof(why), "the line is longer than %d bytes",
		       LINE_MAX_SIZE);
	bad(l, "", why);
}

static int remember(struct load *l, uint32_t slot)
{
	if (slot >= l->n_slots) {
		uint32_t n = l->n_slots ? l->n_slots : 1024;
		uint32_t *p;

		while (n <= slot)
			n *= 2;
		p = realloc(l->line_of, n * sizeof(*p));
		if (!p)
			return -ENOMEM;
		memset(p + l->n_slots, 0, (n - l->n_slots) * sizeof(*p));
		l->line_of = p;
		l->n_slots = n;
	}
	l->line_of[slot] = l->lines.number;
	return 0;
}

static void put(struct load *l, const char *text)
{
	struct error err = { 0 };
	uint32_t slot;
	int rc;

	if (l->flow.verb == TCTEXT_DEL) {
		rc = engine_del_line(l->engine, &l->flow, &err);
		if (rc < 0)
			refuse(l, text, &err);
		else
			l->n_deleted++;
		return;
	}
	/* A line that says skip_sw or skip_hw has a policy of its own. */
	if (l->has_policy && l->flow.rule.policy == RULE_BEST_EFFORT)
		l->flow.rule.policy = l->policy;
	rc = engine_put(l->engine, &l->flow, &slot, &err);
	if (rc == 0 && remember(l, slot) < 0)
		(void)error_set(&err, ENOMEM,
				"put, but out of memory to follow it");
	if (err.code)
		refuse(l, text, &err);
}

static void take_line(struct load *l, char *text)
{
	struct error err = { 0 };

	l->reasons.n = 0;
	switch (line_parse(text, &l->flow, &l->reasons, &err)) {
	case LINE_BLANK:
		return;
	case LINE_FLOW:
		put(l, text);
		return;
	case LINE_REFUSED:
		l->n_refused++;
		report(l, l->lines.number, "refused", text_json(text), NULL,
		       flow_json_reasons(&l->reasons));
		return;
	case LINE_BAD:
		bad(l, text, err.msg);
		return;
	}
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
			take_line(l, text);
			break;
		case LINES_HAS_NUL:
			bad(l, text, "a NUL byte");
			break;
		case LINES_TOO_LONG:
			too_long(l);
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

static void count_flow(struct load *l, uint32_t line)
{
	char text[LOAD_TEXT_SIZE];

	l->n_flows++;
	l->n_in_hw += l->view.state == FLOW_IN_HW;
	l->n_sw += l->view.state == FLOW_SW;
	l->n_rejected += l->view.state == FLOW_REJECTED;
	if (l->view.state == FLOW_IN_HW || l->view.state == FLOW_PENDING)
		return;
	(void)odp_format_rule(&l->view.rule, text, sizeof(text));
	report(l, line, flow_state_str(l->view.state),
	       json_object_new_string(text), NULL,
	       flow_json_view_reasons(&l->view));
}

static void stage_report(struct load *l)
{
	for (int n = 0; n < LOAD_ROUND && l->at < l->n_slots; n++, l->at++) {
		if (sink_full(&l->sink)) {
			sink_flush(&l->sink);
			if (sink_full(&l->sink))
				return;
		}
		if (l->line_of[l->at] &&
		    engine_view(l->engine, l->at, &l->view))
			count_flow(l, l->line_of[l->at]);
	}
	if (l->at >= l->n_slots)
		l->stage = LOAD_DRAIN;
	defer(l->loop, &l->work);
}

static void finish(struct load *l)
{
	const struct {
		const char *key;
		uint32_t value;
	} counts[] = {
		{ "lines", l->lines.number }, { "flows", l->n_flows },
		{ "in_hw", l->n_in_hw }, { "sw", l->n_sw },
		{ "rejected", l->n_rejected }, { "refused", l->n_refused },
		{ "bad", l->n_bad }, { "deleted", l->n_deleted },
	};
	struct json_object *o = json_object_new_object();

	for (size_t i = 0; o && i < ARRAY_LEN(counts); i++)
		json_object_object_add(o, counts[i].key,
				       json_object_new_uint64(counts[i].value));
	call_reply(l->call, o);
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
	l->sink.broken = true;
	l->sink.start = l->sink.end = 0;
	loop_del(&l->sink.watch);
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
	const char *policy = call_text(call, "policy");
	enum rule_policy parsed = RULE_BEST_EFFORT;
	struct load *l;

	if (policy && rule_policy_parse(policy, &parsed) < 0) {
		call_invalid(call, "policy: '%.32s' is none of best-effort, hw-only, sw-only",
			     policy);
		return;
	}
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
	l->has_policy = policy != NULL;
	l->policy = parsed;
	l->in_fd = steal_fd(&call->fds[0]);
	sink_init(&l->sink, l->loop, steal_fd(&call->fds[1]), on_sink_room);
	deferred_init(&l->work, on_load_work);
	call->state = l;
	call->state_free = load_free;
	call->on_client_gone = on_load_client_gone;
	defer(l->loop, &l->work);
}
