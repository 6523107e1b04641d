/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The eswitch of a device and its number of VFs; changes take their time. */
#include "swoffd/ctl/call.h"
#include "swoffd/ctl/device_json.h"
#include "swoffd/ctl/plan.h"

typedef struct json_object *(*device_shape)(const struct device *d);

/* One device by name, or a list of all. */
static void show(struct call *call, device_shape shape)
{
	struct core *core = call->server->core;
	const char *name = call_text(call, "device");
	struct error err = { 0 };
	struct json_object *a;
	struct device *d;

	d = name ? device_find(core, name, &err) : NULL;
	if (name && !d) {
		call_fail(call, &err, NULL);
		return;
	}
	a = json_object_new_array();
	if (d && a)
		json_object_array_add(a, shape(d));
	else
		list_for_each(d, &core->devices, node)
			if (a && !d->gone)
				json_object_array_add(a, shape(d));
	call_reply(call, a);
}

static void eswitch_show(struct call *call)
{
	show(call, device_json_eswitch);
}

static void vf_count(struct call *call)
{
	show(call, device_json_vfs);
}

/* The device is looked up again: it may have gone while the change ran. */
static void on_vf_count_set(struct request *r, const struct error *err)
{
	struct call *call = container_of(r, struct call, request);
	struct error gone = { 0 };
	struct device *d;

	if (err->code) {
		call_fail(call, err, NULL);
		return;
	}
	d = device_find(call->server->core, call_text(call, "device"), &gone);
	if (d)
		call_reply(call, device_json_vfs(d));
	else
		call_fail(call, &gone, NULL);
}

static void vf_set_count(struct call *call)
{
	struct core *core = call->server->core;
	struct error err = { 0 };
	uint32_t count = 0;
	struct device *d;

	(void)call_number(call, "count", &count);   /* required: it is there */
	call->request.done = on_vf_count_set;
	d = device_find(core, call_text(call, "device"), &err);
	if (!d || device_set_vf_count(core, d, count, &call->request,
				      &err) < 0)
		call_fail(call, &err, NULL);
}

const struct method eswitch_methods[] = {
	{ "eswitch.show", METHOD_READ, 0, "eswitch modes, of one device or all",
	  { { "device", PARAM_TEXT, false } }, eswitch_show },
	{ "eswitch.plan", METHOD_WRITE, 0, "how eswitch modes would be changed",
	  { { "device", PARAM_TEXT, true }, { "mode", PARAM_TEXT, false },
	    { "inline_mode", PARAM_TEXT, false },
	    { "encap_mode", PARAM_TEXT, false } }, plan_show_run },
	{ "eswitch.set", METHOD_WRITE, 0, "change eswitch modes",
	  { { "device", PARAM_TEXT, true }, { "mode", PARAM_TEXT, false },
	    { "inline_mode", PARAM_TEXT, false },
	    { "encap_mode", PARAM_TEXT, false },
	    { "progress", PARAM_BOOL, false } }, plan_set_run },
	{ "vf.count", METHOD_READ, 0, "number of VFs, of one device or all",
	  { { "device", PARAM_TEXT, false } }, vf_count },
	{ "vf.set_count", METHOD_WRITE, 0, "change the number of VFs",
	  { { "device", PARAM_TEXT, true }, { "count", PARAM_NUMBER, true } },
	  vf_set_count },
	{ 0 }
};
