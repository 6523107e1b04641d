/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is known of Open vSwitch; that it is not there is an answer, too. */
#include "swoffd/core/ovs.h"
#include "swoffd/ctl/call.h"
#include "swoffd/ctl/json_add.h"

/* null for what is not known. */
static void add_text(struct json_object *o, const char *key, const char *v)
{
	json_object_object_add(o, key, *v ? json_object_new_string(v) : NULL);
}

static struct json_object *settings_json(const struct ovs_settings *s)
{
	struct json_object *o = json_object_new_object();

	if (!o)
		return NULL;
	json_object_object_add(o, "hw_offload",
			       json_object_new_boolean(s->hw_offload));
	json_add_str(o, "tc_policy", s->tc_policy);
	add_text(o, "hw_offload_priority", s->hw_offload_priority);
	json_add_num(o, "max_idle_ms", s->max_idle_ms);
	return o;
}

static struct json_object *status_json(const struct ovs_status *s)
{
	struct json_object *o = json_object_new_object();

	if (!o)
		return NULL;
	json_object_object_add(o, "connected",
			       json_object_new_boolean(s->connected));
	add_text(o, "why", s->why);
	json_add_str(o, "socket", s->path);
	add_text(o, "version", s->version);
	json_add_num(o, "bridges", s->n_bridges);
	json_add_num(o, "ports", s->n_ports);
	json_add_num(o, "interfaces", s->n_interfaces);
	json_object_object_add(o, "settings", s->known ?
			       settings_json(&s->settings) : NULL);
	return o;
}

static void ovs_status(struct call *call)
{
	const struct ovs *ovs = call->server->core->ovs;
	struct ovs_status status = { .path = "", .version = "",
				     .why = "it is not looked at" };

	if (ovs)
		ovs->status(ovs, &status);
	call_reply(call, status_json(&status));
}

const struct method ovs_methods[] = {
	{ "ovs.status", METHOD_READ, 0,
	  "whether Open vSwitch is there, and how it is set up", { { 0 } },
	  ovs_status },
	{ 0 }
};
