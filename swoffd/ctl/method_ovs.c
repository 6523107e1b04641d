/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is known of Open vSwitch; that it is not there is an answer, too.  And
 * what is done to it: never of itself, only if it is asked for.
 */
#include <errno.h>

#include "swoffd/core/companion.h"
#include "swoffd/core/ovs_plug.h"
#include "swoffd/ctl/call.h"
#include "swoffd/ctl/json_add.h"
#include "swoffd/ctl/ovs_explain.h"
#include "swoffd/ctl/ovs_json.h"
#include "swoffd/ctl/ovs_ports.h"
#include "swoffd/ctl/ovs_show.h"

static struct json_object *settings_json(const struct ovs_settings *s)
{
	struct json_object *o = json_object_new_object();

	if (!o)
		return NULL;
	json_object_object_add(o, "hw_offload",
			       json_object_new_boolean(s->hw_offload));
	json_add_str(o, "tc_policy", s->tc_policy);
	json_add_known(o, "hw_offload_priority", s->hw_offload_priority);
	json_add_num(o, "max_idle_ms", s->max_idle_ms);
	json_object_object_add(o, "held", json_object_new_boolean(s->held));
	json_add_num(o, "own_max_idle_ms", s->own_max_idle_ms);
	return o;
}

static struct json_object *status_json(const struct ovs_status *s)
{
	struct json_object *o = json_object_new_object();

	if (!o)
		return NULL;
	json_object_object_add(o, "connected",
			       json_object_new_boolean(s->connected));
	json_add_known(o, "why", s->why);
	json_add_str(o, "socket", s->path);
	json_add_known(o, "version", s->version);
	json_add_num(o, "bridges", s->n_bridges);
	json_add_num(o, "ports", s->n_ports);
	json_add_num(o, "interfaces", s->n_interfaces);
	json_object_object_add(o, "settings", s->known ?
			       settings_json(&s->settings) : NULL);
	return o;
}

static struct json_object *companion_json(const struct call *call)
{
	const struct companion *c = call->server->core->companion;
	struct companion_status status;

	if (!c)
		return NULL;
	c->status(c, &status);
	return ovs_json_companion(&status);
}

static void ovs_status(struct call *call)
{
	const struct ovs *ovs = call->server->core->ovs;
	struct ovs_status status = { .path = "", .version = "",
				     .why = "it is not looked at" };
	struct json_object *o;

	if (ovs)
		ovs->status(ovs, &status);
	o = status_json(&status);
	if (o)
		json_object_object_add(o, "companion", companion_json(call));
	call_reply(call, o);
}

static void on_mode_set(struct request *r, const struct error *err)
{
	struct call *call = container_of(r, struct call, request);

	if (err->code)
		call_fail(call, err, NULL);
	else
		call_reply(call, companion_json(call));
}

static int mode_params(struct call *call, struct companion_settings *out)
{
	const char *mode = call_text(call, "mode");
	const char *policy = call_text(call, "policy");

	if (companion_mode_parse(mode, &out->mode) < 0) {
		call_invalid(call, "mode: '%.32s' is none of auto, off, "
			     "observe, mirror", mode);
		return -EINVAL;
	}
	if (policy && rule_policy_parse(policy, &out->policy) < 0) {
		call_invalid(call, "policy: '%.32s' is no policy", policy);
		return -EINVAL;
	}
	return 0;
}

#define OVS_FLOWS_PARAMS                                                   \
	{ "flow", PARAM_TEXT, false }, { "dev", PARAM_TEXT, false },       \
	{ "where", PARAM_TEXT, false }, { "not_in_hw", PARAM_BOOL, false },\
	{ "top", PARAM_NUMBER, false }

static void ovs_mode(struct call *call)
{
	struct companion *c = call->server->core->companion;
	struct companion_settings settings;
	struct companion_status status;
	struct error err = { 0 };

	if (!c) {
		(void)error_set(&err, EOPNOTSUPP,
				"Open vSwitch is not looked at");
		call_fail(call, &err, NULL);
		return;
	}
	c->status(c, &status);
	settings = status.asked;
	if (mode_params(call, &settings) < 0)
		return;
	call->request.done = on_mode_set;
	c->set(c, &settings, &call->request);
}

/* What has been asked for was so already, or is so now. */
static void on_set(struct request *r, const struct error *err)
{
	struct call *call = container_of(r, struct call, request);
	struct json_object *o;
	uint32_t on = 0;

	if (err->code) {
		call_fail(call, err, NULL);
		return;
	}
	(void)call_number(call, "hw_offload", &on);
	o = json_object_new_object();
	if (o)
		json_object_object_add(o, "hw_offload",
				       json_object_new_boolean(on));
	call_reply(call, o);
}

static void ovs_set(struct call *call)
{
	struct ovs *ovs = call->server->core->ovs;
	struct error err = { 0 };
	uint32_t on = 0;
	int rc;

	(void)call_number(call, "hw_offload", &on);  /* required: it is there */
	call->request.done = on_set;
	rc = ovs ? ovs->set_hw_offload(ovs, on, &call->request, &err) :
		   error_set(&err, ENOTCONN, "Open vSwitch is not looked at");
	if (rc < 0)
		call_fail(call, &err, NULL);
}

static void plug_free(void *state)
{
	ovs_plug_fini(state);
	free(state);
}

/* planned: what would be done; else what has been. */
static struct json_object *plug_json(const struct ovs_plug *p, bool planned)
{
	struct json_object *o = json_object_new_object();
	struct json_object *a = json_object_new_array();

	for (uint32_t i = 0; o && a && i < p->n; i++) {
		struct json_object *port = json_object_new_object();

		if (!port || (!planned && !p->ports[i].done)) {
			json_put(port);
			continue;
		}
		json_add_str(port, "netdev", p->ports[i].name);
		json_add_str(port, "port", p->ports[i].mark);
		json_object_array_add(a, port);
	}
	if (!o) {
		json_put(a);
		return NULL;
	}
	json_add_str(o, "bridge", p->bridge);
	json_object_object_add(o, "ports", a);
	return o;
}

static void on_plug(struct request *r, const struct error *err)
{
	struct call *call = container_of(r, struct call, request);

	if (err->code)
		call_fail(call, err, NULL);
	else
		call_reply(call, plug_json(call->state, false));
}

static int find_plug(struct call *call, struct ovs_plug *p, struct error *err)
{
	struct core *core = call->server->core;
	const char *name = call_text(call, "device");
	const struct device *d = name ? device_find(core, name, err) : NULL;

	if (name && !d)
		return -err->code;
	return ovs_plug_find(core, call_text(call, "bridge"), d, p, err);
}

static int find_unplug(struct call *call, struct ovs_plug *p,
		       struct error *err)
{
	uint32_t stale = 0;

	(void)call_number(call, "stale", &stale);
	return ovs_plug_find_plugged(call->server->core,
				     call_text(call, "bridge"), stale, p, err);
}

static void plug(struct call *call,
		 int (*find)(struct call *call, struct ovs_plug *p,
			     struct error *err))
{
	struct ovs_plug *p = calloc(1, sizeof(*p));
	struct error err = { .code = ENOMEM, .msg = "out of memory" };
	uint32_t plan = 0;
	int rc = -ENOMEM;

	call->state = p;
	call->state_free = p ? plug_free : NULL;
	call->request.done = on_plug;
	(void)call_number(call, "plan", &plan);
	if (p)
		rc = find(call, p, &err);
	if (rc == 0 && plan) {
		call_reply(call, plug_json(p, true));
		return;
	}
	if (rc == 0)
		rc = ovs_plug_run(p, &call->request, &err);
	if (rc < 0)
		call_fail(call, &err, NULL);
}

static void ovs_plug_method(struct call *call)
{
	plug(call, find_plug);
}

static void ovs_unplug_method(struct call *call)
{
	plug(call, find_unplug);
}

const struct method ovs_methods[] = {
	{ "ovs.status", METHOD_READ, 0,
	  "whether Open vSwitch is there, and how it is set up", { { 0 } },
	  ovs_status },
	{ "ovs.ports", METHOD_READ, 0,
	  "interfaces of bridges, and which representor each is",
	  { { "bridge", PARAM_TEXT, false } }, ovs_ports_run },
	{ "ovs.mode", METHOD_WRITE, 0,
	  "observe, mirror, off, or auto; answered when it is in force",
	  { { "mode", PARAM_TEXT, true }, { "policy", PARAM_TEXT, false } },
	  ovs_mode },
	{ "ovs.flows", METHOD_READ, 1,
	  "flows of Open vSwitch, where they are and why, as JSON, one a line, "
	  "through the descriptor",
	  { OVS_FLOWS_PARAMS }, ovs_show_run },
	{ "ovs.probe", METHOD_WRITE, 1,
	  "the same; what hardware has not, and nothing else speaks against, is "
	  "tried out where no packet comes by",
	  { OVS_FLOWS_PARAMS }, ovs_show_probe },
	{ "ovs.explain", METHOD_WRITE, 0,
	  "would the flow of Open vSwitch, by ufid or as a line, be offloaded; "
	  "it is tried out, and nothing of its port is changed",
	  { { "flow", PARAM_TEXT, true } }, ovs_explain_run },
	{ "ovs.set", METHOD_WRITE, 0, "set other_config of Open vSwitch",
	  { { "hw_offload", PARAM_BOOL, true } }, ovs_set },
	{ "ovs.plug", METHOD_WRITE, 0,
	  "make representors ports of a bridge of Open vSwitch",
	  { { "bridge", PARAM_TEXT, true }, { "device", PARAM_TEXT, false },
	    { "plan", PARAM_BOOL, false } }, ovs_plug_method },
	{ "ovs.unplug", METHOD_WRITE, 0,
	  "remove ports of a bridge that were made so",
	  { { "bridge", PARAM_TEXT, true }, { "stale", PARAM_BOOL, false },
	    { "plan", PARAM_BOOL, false } }, ovs_unplug_method },
	{ 0 }
};
