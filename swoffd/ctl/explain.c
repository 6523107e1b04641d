/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Only shapes; what speaks against a flow is the engine's to say. */
#include "swoffd/ctl/explain.h"

#include <errno.h>
#include <stdlib.h>

#include "swoffd/ctl/call.h"
#include "swoffd/ctl/flow_json.h"
#include "swoffd/ctl/policy.h"

struct explain {
	struct call *call;             /* borrowed: it owns us */
	struct engine_explain engine;
	struct line_flow flow;
};

static void add_str(struct json_object *o, const char *key, const char *v)
{
	json_object_object_add(o, key, json_object_new_string(v));
}

static struct json_object *probe_json(const struct engine_explain *x)
{
	static const char *const results[] = {
		[TRIED_NOT] = "not tried",
		[TRIED_IN_HW] = "in_hw",
		[TRIED_NOT_IN_HW] = "not_in_hw",
		[TRIED_REFUSED] = "refused",
	};
	struct json_object *o = json_object_new_object();

	if (!o)
		return NULL;
	add_str(o, "result", results[x->tried]);
	json_object_object_add(o, "errno", json_object_new_int(x->err));
	add_str(o, "extack", x->extack);
	return o;
}

static struct json_object *checks_json(const struct engine_explain *x)
{
	struct json_object *a = json_object_new_array();

	for (size_t i = 0; a && i < x->n_checks; i++) {
		const struct engine_check *c = &x->checks[i];
		struct json_object *o = json_object_new_object();

		if (!o)
			break;
		add_str(o, "check", c->what);
		add_str(o, "subject", c->subject);
		json_object_object_add(o, "ok", json_object_new_boolean(c->ok));
		add_str(o, "detail", c->detail);
		json_object_array_add(a, o);
	}
	return a;
}

struct json_object *explain_json(const struct engine_explain *x,
				 const struct rule *rule)
{
	struct json_object *o = json_object_new_object();

	if (o) {
		add_str(o, "verdict", x->reasons.n ? "refused" : "offloadable");
		json_object_object_add(o, "rule",
				       rule ? flow_json_rule(rule) : NULL);
		json_object_object_add(o, "reasons",
				       flow_json_reasons(&x->reasons));
		json_object_object_add(o, "probe", probe_json(x));
		json_object_object_add(o, "checks", checks_json(x));
	}
	return o;
}

static void reply(struct explain *ex, const struct rule *rule)
{
	call_reply(ex->call, explain_json(&ex->engine, rule));
}

static void on_explained(struct engine_explain *x)
{
	struct explain *ex = container_of(x, struct explain, engine);

	reply(ex, &x->rule);
}

static void ask_engine(struct explain *ex)
{
	struct error err = { 0 };

	if (ex->flow.verb == TCTEXT_DEL) {
		call_invalid(ex->call, "flow: it says del");
		return;
	}
	rule_copy(&ex->engine.rule, &ex->flow.rule);
	if (policy_apply(ex->call, &ex->engine.rule) < 0)
		return;
	ex->engine.done = on_explained;
	if (engine_explain(ex->call->server->core->engine, &ex->engine) == 0)
		return;
	(void)error_set(&err, ENOMEM, "out of memory");
	call_fail(ex->call, &err, NULL);
}

void explain_run(struct call *call)
{
	struct engine *e = call->server->core->engine;
	struct explain *ex = calloc(1, sizeof(*ex));
	struct error err = { 0 };

	if (!ex) {
		(void)error_set(&err, ENOMEM, "out of memory");
		call_fail(call, &err, NULL);
		return;
	}
	ex->call = call;
	call->state = ex;
	call->state_free = free;
	switch (engine_port_line(e, call_text(call, "flow"), &ex->flow,
				 &ex->engine.reasons, &err)) {
	case LINE_FLOW:
		ask_engine(ex);
		return;
	case LINE_REFUSED:
		reply(ex, NULL);
		return;
	case LINE_BLANK:
		call_invalid(call, "flow: no flow");
		return;
	case LINE_BAD:
		call_invalid(call, "flow: %s", err.msg);
		return;
	}
}
