/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tables of hardware rules: how full they are, and what the operator sets. */
#include "swoffd/ctl/call.h"
#include "swoffd/ctl/json_add.h"

#include <errno.h>

static void add_limit(struct json_object *o, const char *key, uint32_t v)
{
	json_object_object_add(o, key, v == CAPACITY_UNKNOWN ? NULL :
				       json_object_new_uint64(v));
}

static struct json_object *view_json(const struct capacity_view *v)
{
	struct json_object *o = json_object_new_object();

	if (!o)
		return NULL;
	json_object_object_add(o, "device", json_object_new_string(v->device));
	json_add_num(o, "flows", v->n_flows);
	json_add_num(o, "in_hw", v->n_hw);
	json_add_num(o, "pinned", v->n_pinned);
	json_add_num(o, "high", v->high);
	add_limit(o, "learnt", v->limit);
	add_limit(o, "limit", v->max_rules);
	json_add_num(o, "reserve", v->reserve);
	json_add_num(o, "full", v->n_full);
	json_add_num(o, "evicted", v->n_evicted);
	json_add_num(o, "promoted", v->n_promoted);
	return o;
}

/* The switch that is named, or UINT16_MAX and the call has been answered. */
static uint16_t find(struct call *call)
{
	const char *name = call_text(call, "device");
	uint16_t i = engine_capacity_find(call->server->core->engine, name);
	struct error err;

	if (i != ENGINE_NO_SWITCH)
		return i;
	(void)error_set(&err, ENODEV, "no flow is on a port of '%.64s', or "
			"was; its table is not looked after", name);
	call_fail(call, &err, NULL);
	return i;
}

static void capacity_show(struct call *call)
{
	const struct engine *e = call->server->core->engine;
	const char *name = call_text(call, "device");
	uint16_t only = name ? find(call) : 0;
	struct json_object *a;
	struct capacity_view v;

	if (only == ENGINE_NO_SWITCH)
		return;
	a = json_object_new_array();
	for (uint16_t i = 0; a && i < engine_n_switches(e); i++) {
		engine_capacity_view(e, i, &v);
		if (name ? i == only : v.n_flows || v.high ||
				       v.max_rules != CAPACITY_UNKNOWN)
			json_object_array_add(a, view_json(&v));
	}
	call_reply(call, a);
}

static void capacity_set(struct call *call)
{
	struct engine *e = call->server->core->engine;
	uint32_t limit, reserve;
	struct capacity_view v;
	uint16_t i = find(call);

	if (i == ENGINE_NO_SWITCH)
		return;
	engine_capacity_view(e, i, &v);
	if (!call_number(call, "limit", &limit))
		limit = v.max_rules;
	if (!call_number(call, "reserve", &reserve))
		reserve = v.reserve;
	engine_capacity_set(e, i, limit, reserve);
	engine_capacity_view(e, i, &v);
	call_reply(call, view_json(&v));
}

const struct method capacity_methods[] = {
	{ "capacity.show", METHOD_READ, 0,
	  "how full the tables of hardware rules are",
	  { { "device", PARAM_TEXT, false } }, capacity_show },
	{ "capacity.set", METHOD_WRITE, 0,
	  "how many rules of ours there may be (4294967295: as many as fit), "
	  "and places kept for pinned flows",
	  { { "device", PARAM_TEXT, true }, { "limit", PARAM_NUMBER, false },
	    { "reserve", PARAM_NUMBER, false } }, capacity_set },
	{ 0 }
};
