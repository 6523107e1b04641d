/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Only shapes and words; what counters prove is the engine's to say. */
#include "swoffd/ctl/prove.h"

#include <errno.h>
#include <stdlib.h>

#include "swoffd/ctl/call.h"
#include "swoffd/ctl/flow_json.h"
#include "swoffd/ctl/flow_name.h"
#include "swoffd/ctl/json_add.h"

struct prove {
	struct call *call;             /* borrowed: it owns us */
	struct engine_prove engine;
};

static const struct {
	const char *name, *text;
} verdicts[PROVE_N_VERDICTS] = {
	[PROVE_PROVEN] = { "proven", "hardware forwards the packets" },
	[PROVE_NO_TRAFFIC] = {
		"no traffic", "too few packets came in the time that was given" },
	[PROVE_SOFTWARE] = {
		"software", "software sees packets although hardware has the "
		"rule" },
	[PROVE_CONTROL_FAILED] = {
		"control failed", "hardware counts packets for a rule that none "
		"comes by: its counters prove nothing" },
	[PROVE_NOT_IN_HW] = {
		"not in hardware", "hardware does not have the rule" },
	[PROVE_NOT_BACK] = {
		"not moved back", "hardware did not take the rule again after the "
		"control" },
	[PROVE_CHANGED] = {
		"changed", "somebody put the flow with other actions meanwhile" },
	[PROVE_DELETED] = { "deleted", "the flow was deleted meanwhile" },
	[PROVE_STOPPED] = { "stopped", "the daemon is stopping" },
};

static const char *const phase_names[PROVE_N_PHASES] = {
	[PROVE_SETTLE] = "settle",
	[PROVE_WATCH] = "watch",
	[PROVE_CONTROL] = "control",
};

static struct json_object *phases_json(const struct engine_prove *p)
{
	struct json_object *a = json_object_new_array();

	for (int i = 0; a && i < PROVE_N_PHASES; i++) {
		struct json_object *o = p->phases[i].was ?
					json_object_new_object() : NULL;

		if (!o)
			continue;
		json_add_str(o, "phase", phase_names[i]);
		json_add_num(o, "ms", p->phases[i].ms);
		json_add_num(o, "hw_packets", p->phases[i].hw_packets);
		json_add_num(o, "sw_packets", p->phases[i].sw_packets);
		json_object_array_add(a, o);
	}
	return a;
}

static const char *text_of(const struct engine_prove *p)
{
	if (p->verdict == PROVE_NO_TRAFFIC && p->phases[PROVE_CONTROL].was)
		return "too few packets came in the control: they have ended, "
		       "or what hardware counted was not of the flow";
	return verdicts[p->verdict].text;
}

/* NULL: it did not come to that. */
static const char *control(const struct engine_prove *p)
{
	if (p->phases[PROVE_CONTROL].was)
		return p->hw_control || p->verdict != PROVE_PROVEN ?
			       "done" : "software only";
	if (p->verdict != PROVE_PROVEN)
		return NULL;
	return p->control ? "hw-only" : "left out";
}

static void on_proven(struct engine_prove *p)
{
	struct prove *prove = container_of(p, struct prove, engine);
	struct json_object *o = json_object_new_object();
	const char *c = control(p);

	if (o) {
		json_object_object_add(o, "ufid", flow_json_ufid(&p->ufid));
		json_add_str(o, "verdict", verdicts[p->verdict].name);
		json_add_str(o, "text", text_of(p));
		json_object_object_add(o, "state",
				       p->verdict == PROVE_DELETED ? NULL :
				       json_object_new_string(
					       flow_state_str(p->state)));
		json_object_object_add(o, "control",
				       c ? json_object_new_string(c) : NULL);
		json_object_object_add(o, "phases", phases_json(p));
		json_object_object_add(o, "reasons",
				       flow_json_reasons(&p->reasons));
	}
	call_reply(prove->call, o);
}

static void on_client_gone(struct call *call)
{
	struct prove *prove = call->state;

	engine_prove_cancel(call->server->core->engine, &prove->engine);
}

/* 0; or -EINVAL, and the call is answered. */
static int number(struct call *call, const char *name, uint32_t usual,
		  uint32_t max, uint32_t *out)
{
	if (!call_number(call, name, out))
		*out = usual;
	if (*out >= 1 && *out <= max)
		return 0;
	call_invalid(call, "%s: %u is not from 1 to %u", name, *out, max);
	return -EINVAL;
}

static int params(struct call *call, struct engine_prove *p)
{
	uint32_t yes;

	p->control = !call_number(call, "control", &yes) || yes;
	if (number(call, "packets", PROVE_PACKETS, UINT32_MAX,
		   &p->packets) < 0)
		return -EINVAL;
	return number(call, "seconds", PROVE_SECONDS, PROVE_MAX_SECONDS,
		      &p->seconds);
}

void prove_run(struct call *call)
{
	struct engine *e = call->server->core->engine;
	struct prove *prove = calloc(1, sizeof(*prove));
	struct error err = { 0 };
	int rc = prove ? 0 : error_set(&err, ENOMEM, "out of memory");

	if (prove) {
		prove->call = call;
		prove->engine.done = on_proven;
		call->state = prove;
		call->state_free = free;
		if (params(call, &prove->engine) < 0)
			return;
		rc = flow_name_find(e, call_text(call, "flow"),
				    &prove->engine.ufid, &err);
	}
	if (rc == 0)
		rc = engine_prove(e, &prove->engine, &err);
	if (rc < 0)
		call_fail(call, &err, NULL);
	else
		call->on_client_gone = on_client_gone;
}
