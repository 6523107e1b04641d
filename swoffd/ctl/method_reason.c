/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Why flows are not in hardware, counted over all of them. */
#include "swoffd/ctl/call.h"

#include <stdlib.h>

#define REASON_ROUND 1024      /* flows looked at in one round */

struct tally {
	struct call *call;             /* borrowed: it owns us */
	struct deferred work;
	uint32_t at;
	uint64_t counts[REASON_N_CODES];
	struct flow_view view;
};

static void tally_free(void *state)
{
	struct tally *t = state;

	defer_cancel(&t->work);
	free(t);
}

static struct json_object *row_json(const struct reason_row *row,
				    uint64_t count)
{
	struct json_object *o = json_object_new_object();

	if (!o)
		return NULL;
	json_object_object_add(o, "code", json_object_new_string(row->name));
	json_object_object_add(o, "stage", json_object_new_string(
						   reason_stage_str(row->stage)));
	json_object_object_add(o, "count", json_object_new_uint64(count));
	json_object_object_add(o, "text", json_object_new_string(row->text));
	json_object_object_add(o, "remedy",
			       json_object_new_string(row->remedy));
	return o;
}

static void finish(struct tally *t)
{
	struct json_object *a = json_object_new_array();

	for (int i = 0; a && i < REASON_N_CODES; i++)
		if (t->counts[i])
			json_object_array_add(a, row_json(
				reason_row((enum reason_code)i),
				t->counts[i]));
	call_reply(t->call, a);
}

static void on_tally_work(struct deferred *d)
{
	struct tally *t = container_of(d, struct tally, work);
	struct engine *e = t->call->server->core->engine;
	uint32_t end = engine_n_slots(e);

	for (int n = 0; n < REASON_ROUND && t->at < end; n++, t->at++) {
		if (!engine_view(e, t->at, &t->view))
			continue;
		for (size_t i = 0; i < t->view.n_reasons; i++)
			t->counts[t->view.reasons[i].reason.code]++;
	}
	if (t->at < end)
		defer(t->call->server->loop, &t->work);
	else
		finish(t);
}

static void reason_count(struct call *call)
{
	struct tally *t = calloc(1, sizeof(*t));

	if (!t) {
		call_invalid(call, "out of memory");
		return;
	}
	t->call = call;
	deferred_init(&t->work, on_tally_work);
	call->state = t;
	call->state_free = tally_free;
	defer(call->server->loop, &t->work);
}

const struct method reason_methods[] = {
	{ "reason.count", METHOD_READ, 0,
	  "how many flows have each reason not to be in hardware",
	  { { 0 } }, reason_count },
	{ 0 }
};
