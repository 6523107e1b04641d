/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Devices: what there is, and what each says of itself. */
#include "swoffd/ctl/call.h"
#include "swoffd/ctl/detail.h"
#include "swoffd/ctl/device_json.h"

static void device_list(struct call *call)
{
	struct core *core = call->server->core;
	struct json_object *a = json_object_new_array();
	struct device *d;

	list_for_each(d, &core->devices, node)
		if (a && !d->gone)
			json_object_array_add(a, device_json(core, d));
	call_reply(call, a);
}

static void device_show(struct call *call)
{
	struct core *core = call->server->core;
	struct error err = { 0 };
	struct device *d = device_find(core, call_text(call, "device"), &err);

	if (d)
		call_reply(call, device_json(core, d));
	else
		call_fail(call, &err, NULL);
}

/* The device is looked up again: it may have gone meanwhile. */
static void answer_info(struct call *call, struct detail_list *list)
{
	struct error err = { 0 };
	struct device *d = device_find(call->server->core,
				       call_text(call, "device"), &err);

	if (d)
		call_reply(call, detail_json_info(d, list));
	else
		call_fail(call, &err, NULL);
}

static void device_info(struct call *call)
{
	struct error err = { 0 };
	struct device *d = device_find(call->server->core,
				       call_text(call, "device"), &err);

	if (d)
		detail_read_then(call, d, DETAIL_INFO, answer_info);
	else
		call_fail(call, &err, NULL);
}

const struct method device_methods[] = {
	{ "device.list", METHOD_READ, 0, "all devlink devices",
	  { { 0 } }, device_list },
	{ "device.show", METHOD_READ, 0, "one device",
	  { { "device", PARAM_TEXT, true } }, device_show },
	{ "device.info", METHOD_READ, 0,
	  "driver, serial numbers and versions of one device",
	  { { "device", PARAM_TEXT, true } }, device_info },
	{ 0 }
};
