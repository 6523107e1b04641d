/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Devices: what there is, and what each says of itself. */
#include <errno.h>
#include <string.h>

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

	struct json_object *o;
	const struct want *w;

	if (!d) {
		call_fail(call, &err, NULL);
		return;
	}
	o = device_json(core, d);
	w = want_find(core, &d->info.handle);
	if (o)
		json_object_object_add(o, "wanted",
				       w ? device_json_wanted(w) : NULL);
	call_reply(call, o);
}

static int parse_handle(const char *text, struct kernel_handle *out)
{
	const char *slash = strchr(text, '/');

	if (!slash || slash - text >= KERNEL_BUS_SIZE ||
	    strlen(slash + 1) >= KERNEL_DEV_SIZE)
		return -EINVAL;
	*out = (struct kernel_handle){ .bus = "" };
	memcpy(out->bus, text, (size_t)(slash - text));
	strcpy(out->dev, slash + 1);
	return 0;
}

/* Also of one that has gone, and then by its handle. */
static void device_forget(struct call *call)
{
	struct core *core = call->server->core;
	const char *name = call_text(call, "device");
	struct error err = { 0 };
	struct device *d = device_find(core, name, &err);
	struct kernel_handle handle;
	bool any = false;

	if (d)
		handle = d->info.handle;
	if (d || parse_handle(name, &handle) == 0)
		any = want_forget(core, &handle);
	if (d || any)
		call_reply(call, json_object_new_boolean(any));
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
	{ "device.forget", METHOD_WRITE, 0,
	  "want nothing of a device any more, and leave it as it is",
	  { { "device", PARAM_TEXT, true } }, device_forget },
	{ "device.info", METHOD_READ, 0,
	  "driver, serial numbers and versions of one device",
	  { { "device", PARAM_TEXT, true } }, device_info },
	{ 0 }
};
