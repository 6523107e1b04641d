/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Counters are read anew first, of one flow or of all; then the table is walked
 * slot by slot. */
#include "swoffd/ctl/show.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "swoffd/ctl/call.h"
#include "swoffd/ctl/flow_json.h"
#include "swoffd/ctl/flow_name.h"
#include "swoffd/ctl/sink.h"

#define SHOW_ROUND 128

struct show {
	struct call *call;             /* borrowed: it owns us */
	struct loop *loop;             /* borrowed */
	struct engine *engine;         /* borrowed */
	struct sink sink;
	struct deferred work;
	const char *dev;               /* of the call's parameters, or NULL */
	int state;                     /* enum flow_state; -1: any */
	bool refreshed;                /* core has answered */
	bool one;                      /* only the flow with this ufid */
	struct ufid ufid;
	uint32_t at, end;
	uint32_t n_flows;
	struct flow_view view;
};

static void show_free(void *state)
{
	struct show *s = state;

	defer_cancel(&s->work);
	sink_fini(&s->sink);
	free(s);
}

static bool passes(const struct show *s)
{
	if (s->state >= 0 && s->view.state != (enum flow_state)s->state)
		return false;
	return !s->dev || strcmp(s->dev, s->view.rule.dev.name) == 0;
}

static void finish(struct show *s)
{
	struct json_object *o;

	if (s->dev && s->n_flows == 0 &&
	    !link_find_name(s->call->server->core, s->dev)) {
		struct error err;

		(void)error_set(&err, ENODEV, "no device '%.64s'", s->dev);
		call_fail(s->call, &err, NULL);
		return;
	}
	o = json_object_new_object();
	if (o)
		json_object_object_add(o, "flows",
				       json_object_new_uint64(s->n_flows));
	call_reply(s->call, o);
}

static void on_show_work(struct deferred *d)
{
	struct show *s = container_of(d, struct show, work);

	for (int n = 0; n < SHOW_ROUND && s->at < s->end; n++, s->at++) {
		if (sink_full(&s->sink))
			break;
		if (!engine_view(s->engine, s->at, &s->view) || !passes(s))
			continue;
		s->n_flows++;
		(void)sink_put(&s->sink, flow_json(&s->view));
	}
	sink_flush(&s->sink);
	if (s->sink.broken || (s->at >= s->end && sink_empty(&s->sink)))
		finish(s);
	else if (sink_empty(&s->sink))
		defer(s->loop, &s->work);
}

static void on_room(struct sink *sink)
{
	struct show *s = container_of(sink, struct show, sink);

	defer(s->loop, &s->work);
}

static void on_refreshed(struct request *r, const struct error *err)
{
	struct call *call = container_of(r, struct call, request);
	struct show *s = call->state;

	/* Counters that could not be read anew are shown as they were. */
	(void)err;
	s->refreshed = true;
	s->end = engine_n_slots(s->engine);
	if (s->one) {
		s->at = engine_find_ufid(s->engine, &s->ufid);
		s->end = s->at == ENGINE_NO_SLOT ? s->at : s->at + 1;
	}
	defer(s->loop, &s->work);
}

/* Who asked has gone: a descriptor that somebody else holds is not fed. */
static void on_show_client_gone(struct call *call)
{
	struct show *s = call->state;

	sink_break(&s->sink);
	if (s->refreshed)
		defer(s->loop, &s->work);
}

static int parse_state(const char *text, int *out)
{
	for (int i = 0; i < FLOW_N_STATES; i++)
		if (strcmp(text, flow_state_str((enum flow_state)i)) == 0) {
			*out = i;
			return 0;
		}
	return -EINVAL;
}

static int parse_params(struct show *s)
{
	const char *state = call_text(s->call, "state");
	struct error err = { 0 };
	int rc;

	s->dev = call_text(s->call, "dev");
	s->state = -1;
	if (state && parse_state(state, &s->state) < 0) {
		call_invalid(s->call, "state: '%.32s' is no state of a flow",
			     state);
		return -EINVAL;
	}
	if (sink_check_fd(s->call->fds[0]) < 0) {
		call_invalid(s->call, "%s: the descriptor must be a pipe or a socket",
			     s->call->method->name);
		return -EINVAL;
	}
	s->one = call_text(s->call, "flow") != NULL;
	if (!s->one)
		return 0;
	rc = flow_name_find(s->engine, call_text(s->call, "flow"), &s->ufid,
			    &err);
	if (rc < 0)
		call_fail(s->call, &err, NULL);
	return rc;
}

void show_run(struct call *call)
{
	struct show *s = calloc(1, sizeof(*s));

	if (!s) {
		call_invalid(call, "out of memory");
		return;
	}
	s->call = call;
	s->loop = call->server->loop;
	s->engine = call->server->core->engine;
	s->sink.fd = -1;
	deferred_init(&s->work, on_show_work);
	call->state = s;
	call->state_free = show_free;
	if (parse_params(s) < 0)
		return;
	sink_init(&s->sink, s->loop, steal_fd(&call->fds[0]), on_room);
	call->on_client_gone = on_show_client_gone;
	call->request.done = on_refreshed;
	if (s->one)
		engine_refresh_flow(s->engine,
				    engine_find_ufid(s->engine, &s->ufid),
				    &call->request);
	else
		engine_refresh(s->engine, &call->request);
}
