/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tables, of the engine and of the companion, are walked place by place,
 * some at a time. */
#include "swoffd/ctl/totals.h"

#include <errno.h>
#include <string.h>

#include "swoffd/core/companion.h"
#include "swoffd/ctl/call.h"
#include "swoffd/ctl/json_add.h"

#define TOTALS_ROUND 4096      /* flows looked at in one round */
#define TOTALS_OVS_ROUND 256   /* … which takes longer */

struct sum {
	uint64_t flows, in_hw;
	struct flow_counters counted;
	double pps;
};

struct totals {
	struct call *call;             /* borrowed: it owns us */
	struct engine *engine;         /* borrowed */
	struct deferred work;
	void (*finish)(struct totals *t);
	uint32_t at, ovs_at;
	struct companion_flow view;
	uint64_t reasons[REASON_N_CODES];
	struct sum all;
	struct sum *devs;              /* owned; by number of the device */
	uint16_t n_devs;
};

static void totals_free(void *state)
{
	struct totals *t = state;

	defer_cancel(&t->work);
	free(t->devs);
	free(t);
}

static void add(struct sum *s, const struct flow_glance *g)
{
	s->flows++;
	s->in_hw += g->state == FLOW_IN_HW;
	s->counted.packets += g->counted.packets;
	s->counted.bytes += g->counted.bytes;
	s->counted.hw_packets += g->counted.hw_packets;
	s->counted.hw_bytes += g->counted.hw_bytes;
	s->pps += (double)g->rate;
}

/* Without memory a device is missing from the list, not from the sum. */
static struct sum *sum_of(struct totals *t, uint16_t dev)
{
	static struct sum none;
	struct sum *devs;

	if (dev < t->n_devs)
		return &t->devs[dev];
	devs = reallocarray(t->devs, dev + 1u, sizeof(*devs));
	if (!devs)
		return &none;
	memset(devs + t->n_devs, 0,
	       (dev + 1u - t->n_devs) * sizeof(*devs));
	t->devs = devs;
	t->n_devs = (uint16_t)(dev + 1);
	return &devs[dev];
}

static void look(struct totals *t)
{
	struct flow_glance g;

	if (!engine_glance(t->engine, t->at, &g))
		return;
	for (size_t i = 0; i < g.n_reasons; i++)
		t->reasons[g.reasons[i].code]++;
	add(&t->all, &g);
	add(sum_of(t, g.dev), &g);
}

/* Those that are mirrored are flows of the engine, too. */
static void look_ovs(struct totals *t, const struct companion *c)
{
	if (!c->view(c, t->ovs_at, &t->view) || t->view.mirrored)
		return;
	for (size_t i = 0; i < t->view.n_reasons; i++)
		t->reasons[t->view.reasons[i].code]++;
}

/* False: that was the last. */
static bool look_on(struct totals *t)
{
	const struct companion *c = t->call->server->core->companion;
	uint32_t end = engine_n_slots(t->engine);

	if (t->at < end) {
		for (int n = 0; n < TOTALS_ROUND && t->at < end; n++, t->at++)
			look(t);
		return true;
	}
	end = c ? c->n_places(c) : 0;
	for (int n = 0; n < TOTALS_OVS_ROUND && t->ovs_at < end;
	     n++, t->ovs_at++)
		look_ovs(t, c);
	return t->ovs_at < end;
}

static void on_work(struct deferred *d)
{
	struct totals *t = container_of(d, struct totals, work);

	if (look_on(t))
		defer(t->call->server->loop, &t->work);
	else
		t->finish(t);
}

static struct json_object *reason_json(const struct reason_row *row,
				       uint64_t count)
{
	struct json_object *o = json_object_new_object();

	if (!o)
		return NULL;
	json_add_str(o, "code", row->name);
	json_add_str(o, "stage", reason_stage_str(row->stage));
	json_add_num(o, "count", count);
	json_add_str(o, "text", row->text);
	json_add_str(o, "remedy", row->remedy);
	return o;
}

static struct json_object *reasons_json(const struct totals *t)
{
	struct json_object *a = json_object_new_array();

	for (int i = 0; a && i < REASON_N_CODES; i++)
		if (t->reasons[i])
			json_object_array_add(a, reason_json(
				reason_row((enum reason_code)i),
				t->reasons[i]));
	return a;
}

static void add_sum(struct json_object *o, const struct sum *s)
{
	json_add_num(o, "flows", s->flows);
	json_add_num(o, "in_hw", s->in_hw);
	json_add_num(o, "packets", s->counted.packets);
	json_add_num(o, "bytes", s->counted.bytes);
	json_add_num(o, "hw_packets", s->counted.hw_packets);
	json_add_num(o, "hw_bytes", s->counted.hw_bytes);
	json_add_num(o, "pps", (uint64_t)(s->pps + 0.5));
}

static struct json_object *devs_json(const struct totals *t)
{
	struct json_object *a = json_object_new_array();

	for (uint16_t i = 0; a && i < t->n_devs; i++) {
		struct json_object *o;

		if (!t->devs[i].flows)
			continue;
		o = json_object_new_object();
		if (!o)
			continue;
		json_add_str(o, "dev", engine_dev_name(t->engine, i));
		add_sum(o, &t->devs[i]);
		json_object_array_add(a, o);
	}
	return a;
}

static struct json_object *states_json(const struct engine *e)
{
	struct json_object *o = json_object_new_object();

	for (int i = 0; o && i < FLOW_N_STATES; i++)
		json_add_num(o, flow_state_str((enum flow_state)i),
			     engine_count(e, (enum flow_state)i));
	return o;
}

static void finish_stats(struct totals *t)
{
	struct json_object *o = json_object_new_object();
	struct engine_times times;

	if (o) {
		engine_times(t->engine, &times);
		add_sum(o, &t->all);
		json_object_object_add(o, "states", states_json(t->engine));
		json_object_object_add(o, "devices", devs_json(t));
		json_object_object_add(o, "reasons", reasons_json(t));
		json_add_num(o, "idle_timeouts", times.n_idle_over);
		json_add_num(o, "hard_timeouts", times.n_hard_over);
		json_add_num(o, "poll_ms", times.poll_ms);
		json_add_num(o, "read_ms", times.read_ms);
	}
	call_reply(t->call, o);
}

static void finish_reasons(struct totals *t)
{
	call_reply(t->call, reasons_json(t));
}

static struct totals *begin(struct call *call,
			    void (*finish)(struct totals *t))
{
	struct totals *t = calloc(1, sizeof(*t));

	if (!t) {
		call_invalid(call, "out of memory");
		return NULL;
	}
	t->call = call;
	t->engine = call->server->core->engine;
	t->finish = finish;
	deferred_init(&t->work, on_work);
	call->state = t;
	call->state_free = totals_free;
	return t;
}

static void on_refreshed(struct request *r, const struct error *err)
{
	struct call *call = container_of(r, struct call, request);
	struct totals *t = call->state;

	/* Counters that could not be read anew are shown as they were. */
	(void)err;
	defer(call->server->loop, &t->work);
}

void totals_stats(struct call *call)
{
	struct totals *t = begin(call, finish_stats);

	if (!t)
		return;
	call->request.done = on_refreshed;
	engine_refresh(t->engine, &call->request);
}

void totals_reasons(struct call *call)
{
	struct totals *t = begin(call, finish_reasons);

	if (t)
		defer(call->server->loop, &t->work);
}
