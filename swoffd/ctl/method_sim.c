/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Devices of netdevsim, for tests. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/parse.h"
#include "swoffd/core/sim.h"
#include "swoffd/ctl/call.h"
#include "swoffd/ctl/device_json.h"

static struct json_object *sim_json(struct core *core, const struct device *d,
				    uint32_t id)
{
	struct json_object *o = device_json(core, d);

	if (o)
		json_object_object_add(o, "id", json_object_new_uint64(id));
	return o;
}

static void sim_list(struct call *call)
{
	struct core *core = call->server->core;
	struct json_object *a = json_object_new_array();
	struct device *d;
	uint32_t id;

	list_for_each(d, &core->devices, node)
		if (sim_id(&d->info.handle, &id))
			json_object_array_add(a, sim_json(core, d, id));
	call_reply(call, a);
}

static void on_added(struct request *r, const struct error *err)
{
	struct call *call = container_of(r, struct call, request);
	struct core *core = call->server->core;
	struct kernel_handle *h = call->state;
	struct error gone = { 0 };
	char handle[100];
	struct device *d;
	uint32_t id;

	if (err->code) {
		call_fail(call, err, NULL);
		return;
	}
	d = device_find(core, device_handle_str(h, handle), &gone);
	if (d && sim_id(h, &id))
		call_reply(call, sim_json(core, d, id));
	else
		call_fail(call, &gone, NULL);
}

static const struct {
	const char *name;
	uint32_t max;
} limits[] = {
	{ "id", SIM_MAX_ID }, { "ports", SIM_MAX_PORTS }, { "vfs", SIM_MAX_VFS },
};

/* False: the call has been answered. */
static bool get_numbers(struct call *call, struct kernel_sim *sim)
{
	uint32_t *const numbers[] = { &sim->id, &sim->ports, &sim->vfs };
	uint32_t n;

	for (size_t i = 0; i < ARRAY_LEN(limits); i++) {
		if (!call_number(call, limits[i].name, &n))
			continue;
		if (n > limits[i].max) {
			call_invalid(call, "%s: %u is more than %u",
				     limits[i].name, n, limits[i].max);
			return false;
		}
		*numbers[i] = n;
	}
	return true;
}

static void sim_add_run(struct call *call)
{
	struct kernel_sim sim = { .id = SIM_ANY, .ports = 1, .vfs = 0 };
	struct kernel_handle *h;
	struct error err = { .code = ENOMEM, .msg = "out of memory" };

	if (!get_numbers(call, &sim))
		return;
	h = calloc(1, sizeof(*h));
	call->state = h;
	call->state_free = free;
	call->request.done = on_added;
	if (!h || sim_add(call->server->core, &sim, h, &call->request,
			  &err) < 0)
		call_fail(call, &err, NULL);
}

/* A device as anywhere, or its number. */
static struct device *find(struct call *call, struct error *err)
{
	const char *name = call_text(call, "device");
	char handle[64];
	uint32_t id;

	if (parse_u32(name, SIM_MAX_ID, &id) < 0)
		return device_find(call->server->core, name, err);
	(void)snprintf(handle, sizeof(handle), SIM_BUS "/" SIM_BUS "%u", id);
	return device_find(call->server->core, handle, err);
}

static void sim_del_run(struct call *call)
{
	struct error err = { 0 };
	struct device *d = find(call, &err);

	call->request.done = call_on_done;
	if (!d || sim_del(call->server->core, d, &call->request, &err) < 0)
		call_fail(call, &err, NULL);
}

const struct method sim_methods[] = {
	{ "sim.list", METHOD_READ, 0, "devices of netdevsim",
	  { { 0 } }, sim_list },
	{ "sim.add", METHOD_WRITE, 0, "make a device of netdevsim",
	  { { "id", PARAM_NUMBER, false }, { "ports", PARAM_NUMBER, false },
	    { "vfs", PARAM_NUMBER, false } }, sim_add_run },
	{ "sim.del", METHOD_WRITE, 0, "remove a device of netdevsim",
	  { { "device", PARAM_TEXT, true } }, sim_del_run },
	{ 0 }
};
