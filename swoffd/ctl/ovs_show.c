/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "swoffd/ctl/ovs_show.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "swoffd/ctl/call.h"
#include "swoffd/ctl/flow_name.h"
#include "swoffd/ctl/json_add.h"
#include "swoffd/ctl/ovs_json.h"
#include "swoffd/ctl/ovs_trial.h"
#include "swoffd/ctl/sink.h"

#define ROUND 128

struct talker {
	struct ufid ufid;
	double rate;
};

struct show {
	struct call *call;             /* borrowed: it owns us */
	struct loop *loop;             /* borrowed */
	struct companion *companion;   /* borrowed */
	struct sink sink;
	struct deferred work;
	const char *dev;               /* of the call's parameters, or NULL */
	int where;                     /* enum companion_where; -1: any */
	bool not_in_hw;                /* only those */
	bool one, missing;             /* only the flow with this ufid */
	struct ufid ufid;
	bool refreshed;
	uint32_t at, end;
	uint64_t n_flows;

	/* The busiest, if only those are wanted. */
	uint32_t top, n_talkers;
	struct talker *talkers;        /* owned; busiest first */
	bool telling;                  /* of them: the walk is over */

	bool probe;
	bool trying;
	struct ufid tried;
	struct ovs_trial trial;
	struct companion_flow view;
};

static void show_free(void *state)
{
	struct show *s = state;

	defer_cancel(&s->work);
	ovs_trial_cancel(&s->trial);
	sink_fini(&s->sink);
	free(s->talkers);
	free(s);
}

static bool passes(const struct show *s)
{
	const struct companion_flow *f = &s->view;

	if (s->where >= 0 && f->where != (enum companion_where)s->where)
		return false;
	if (s->not_in_hw && f->where == COMPANION_IN_HW)
		return false;
	return !s->dev || strcmp(s->dev, f->dev) == 0;
}

static void finish(struct show *s)
{
	struct error err = { 0 };
	struct json_object *o;

	if (s->missing) {
		(void)error_set(&err, ENOENT, "Open vSwitch has no flow with "
				"this ufid");
		call_fail(s->call, &err, NULL);
		return;
	}
	o = json_object_new_object();
	if (o)
		json_add_num(o, "flows", s->n_flows);
	call_reply(s->call, o);
}

static void put(struct show *s)
{
	s->n_flows++;
	(void)sink_put(&s->sink, ovs_json_flow(&s->view));
}

/* In its place, behind those that are as busy. */
static void note_talker(struct show *s)
{
	struct talker t = { s->view.ufid, s->view.rate };
	uint32_t i = s->n_talkers;

	if (i == s->top) {
		if (t.rate <= s->talkers[i - 1].rate)
			return;
		i--;
	} else {
		s->n_talkers++;
	}
	for (; i && s->talkers[i - 1].rate < t.rate; i--)
		s->talkers[i] = s->talkers[i - 1];
	s->talkers[i] = t;
}

static void on_tried(struct ovs_trial *t)
{
	struct show *s = container_of(t, struct show, trial);
	const struct reason_list *why = &t->explain.reasons;
	struct companion *c = s->companion;
	uint32_t place;

	s->trying = false;
	defer(s->loop, &s->work);
	/* Much may have happened meanwhile. */
	if (c->find(c, &s->tried, &place) < 0 || !c->view(c, place, &s->view))
		return;
	/* Of nothing that speaks against it there is nothing to tell. */
	if (s->view.unexplained && why->n) {
		s->view.n_reasons = why->n;
		memcpy(s->view.reasons, why->reasons,
		       why->n * sizeof(*why->reasons));
	}
	put(s);
}

static bool try_out(struct show *s)
{
	struct error err = { 0 };

	if (!s->probe || !s->view.unexplained ||
	    ovs_trial_start(&s->trial, s->view.text, s->view.dev, &err) < 0)
		return false;
	s->trying = true;
	s->tried = s->view.ufid;
	return true;
}

static void tell(struct show *s)
{
	if (!try_out(s))
		put(s);
}

/* False: that was the last. */
static bool next(struct show *s)
{
	struct companion *c = s->companion;
	uint32_t place;

	if (s->telling) {
		if (s->at == s->n_talkers)
			return false;
		if (c->find(c, &s->talkers[s->at++].ufid, &place) == 0 &&
		    c->view(c, place, &s->view))
			tell(s);
		return true;
	}
	if (s->at >= s->end)
		return false;
	if (!c->view(c, s->at++, &s->view) || !passes(s))
		return true;
	if (s->top)
		note_talker(s);
	else
		tell(s);
	return true;
}

static void on_work(struct deferred *d)
{
	struct show *s = container_of(d, struct show, work);
	bool more = !s->sink.broken;

	for (int n = 0; n < ROUND && more && !s->trying &&
	     !sink_full(&s->sink); n++)
		more = next(s);
	if (!more && s->top && !s->telling && !s->sink.broken) {
		s->telling = true;
		s->at = 0;
		more = true;
	}
	sink_flush(&s->sink);
	if (s->trying)
		return;
	if (s->sink.broken || (!more && sink_empty(&s->sink)))
		finish(s);
	else if (sink_empty(&s->sink))
		defer(s->loop, d);
}

static void on_room(struct sink *sink)
{
	struct show *s = container_of(sink, struct show, sink);

	defer(s->loop, &s->work);
}

static void on_read(struct request *r, const struct error *err)
{
	struct call *call = container_of(r, struct call, request);
	struct show *s = call->state;

	(void)err;
	s->refreshed = true;
	s->end = s->companion->n_places(s->companion);
	s->missing = s->one && s->companion->find(s->companion, &s->ufid,
						  &s->at) < 0;
	if (s->one)
		s->end = s->missing ? 0 : s->at + 1;
	defer(s->loop, &s->work);
}

/* Whether hw-tc-offload is on is read before a trial, which would not ask. */
static void on_refreshed(struct request *r, const struct error *err)
{
	struct call *call = container_of(r, struct call, request);
	struct show *s = call->state;

	if (!s->probe) {
		on_read(r, err);
		return;
	}
	r->done = on_read;
	rep_refresh(call->server->core, NULL, r);
}

static void on_show_client_gone(struct call *call)
{
	struct show *s = call->state;

	sink_break(&s->sink);
	if (s->refreshed && !s->trying)
		defer(s->loop, &s->work);
}

static int parse_where(const char *text, int *out)
{
	for (int i = 0; i < COMPANION_N_WHERES; i++)
		if (strcmp(text, companion_where_str(
				 (enum companion_where)i)) == 0) {
			*out = i;
			return 0;
		}
	return -EINVAL;
}

static int parse_params(struct show *s)
{
	struct call *call = s->call;
	const char *where = call_text(call, "where");
	const char *ufid = call_text(call, "flow");
	uint32_t yes;

	s->dev = call_text(call, "dev");
	s->where = -1;
	s->not_in_hw = call_number(call, "not_in_hw", &yes) && yes;
	if (where && parse_where(where, &s->where) < 0) {
		call_invalid(call, "where: '%.32s' is no place of a flow",
			     where);
		return -EINVAL;
	}
	s->one = ufid != NULL;
	if (ufid && !flow_name_ufid(ufid, &s->ufid)) {
		call_invalid(call, "flow: '%.64s' is no ufid", ufid);
		return -EINVAL;
	}
	if (call_number(call, "top", &s->top) &&
	    (!s->top || s->top > OVS_SHOW_MAX_TOP)) {
		call_invalid(call, "top: 1 to %d", OVS_SHOW_MAX_TOP);
		return -EINVAL;
	}
	if (sink_check_fd(call->fds[0]) < 0) {
		call_invalid(call, "%s: the descriptor must be a pipe or a socket",
			     call->method->name);
		return -EINVAL;
	}
	return 0;
}

static struct show *show_new(struct call *call, bool probe)
{
	struct show *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->call = call;
	s->loop = call->server->loop;
	s->companion = call->server->core->companion;
	s->probe = probe;
	s->sink.fd = -1;
	s->trial.core = call->server->core;
	s->trial.done = on_tried;
	deferred_init(&s->work, on_work);
	call->state = s;
	call->state_free = show_free;
	return s;
}

static void run(struct call *call, bool probe)
{
	struct error err = { 0 };
	struct show *s;

	if (!call->server->core->companion) {
		(void)error_set(&err, EOPNOTSUPP,
				"Open vSwitch is not looked at");
		call_fail(call, &err, NULL);
		return;
	}
	s = show_new(call, probe);
	if (!s) {
		call_invalid(call, "out of memory");
		return;
	}
	if (parse_params(s) < 0)
		return;
	s->talkers = calloc(s->top + 1, sizeof(*s->talkers));
	if (!s->talkers) {
		call_invalid(call, "out of memory");
		return;
	}
	sink_init(&s->sink, s->loop, steal_fd(&call->fds[0]), on_room);
	call->on_client_gone = on_show_client_gone;
	call->request.done = on_refreshed;
	s->companion->refresh(s->companion, &call->request);
}

void ovs_show_run(struct call *call)
{
	run(call, false);
}

void ovs_show_probe(struct call *call)
{
	run(call, true);
}
