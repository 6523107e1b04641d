/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "swoffd/ctl/ovs_ports.h"

#include <errno.h>
#include <string.h>

#include "swoffd/core/ovs.h"
#include "swoffd/ctl/call.h"
#include "swoffd/ctl/json_add.h"

struct ports {
	struct core *core;             /* borrowed */
	const char *bridge;            /* NULL: all */
	bool has_bridge;
	struct json_object *list;
};

static void add_number(struct json_object *o, const char *key, int64_t v,
		       int64_t none)
{
	json_object_object_add(o, key, v == none ? NULL :
				       json_object_new_int64(v));
}

static void add_rep(struct json_object *o, struct core *core,
		    const struct ovs_interface *i)
{
	char handle[100];
	struct rep rep;

	if (!ovs_find_rep(core, i, &rep)) {
		json_object_object_add(o, "device", NULL);
		json_object_object_add(o, "port_index", NULL);
		return;
	}
	json_add_str(o, "device",
		     device_handle_str(&rep.device->info.handle, handle));
	json_add_num(o, "port_index", rep.port->info.index);
}

static void add_port(const struct ovs_interface *i, void *ctx)
{
	struct ports *p = ctx;
	struct json_object *o;

	if (p->bridge && strcmp(p->bridge, i->bridge) != 0)
		return;
	o = json_object_new_object();
	if (!o)
		return;
	json_add_str(o, "bridge", i->bridge);
	json_add_str(o, "port", i->port);
	json_add_str(o, "interface", i->name);
	json_add_str(o, "type", *i->type ? i->type : "system");
	add_number(o, "ofport", i->ofport, -1);
	add_number(o, "tag", i->tag, -1);
	add_number(o, "ifindex", i->ifindex, 0);
	json_add_known(o, "link_state", i->link_state);
	json_add_known(o, "error", i->error);
	add_rep(o, p->core, i);
	json_object_object_add(o, "plugged",
			       json_object_new_boolean(*i->plugged));
	json_object_array_add(p->list, o);
}

static void on_bridge(const char *name, void *ctx)
{
	struct ports *p = ctx;

	p->has_bridge |= strcmp(p->bridge, name) == 0;
}

void ovs_ports_run(struct call *call)
{
	struct ports p = {
		.core = call->server->core,
		.bridge = call_text(call, "bridge"),
	};
	const struct ovs *ovs = p.core->ovs;
	struct error err = { 0 };

	if (ovs && p.bridge)
		ovs->for_each_bridge(ovs, on_bridge, &p);
	if (p.bridge && !p.has_bridge) {
		(void)error_set(&err, ENOENT, "Open vSwitch has no bridge "
				"'%.64s'", p.bridge);
		call_fail(call, &err, NULL);
		return;
	}
	p.list = json_object_new_array();
	if (ovs && p.list)
		ovs->for_each_interface(ovs, add_port, &p);
	call_reply(call, p.list);
}
