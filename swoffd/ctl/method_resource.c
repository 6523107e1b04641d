/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Resources of a device and how much of them is in use. */
#include "swoffd/ctl/detail.h"

static void answer(struct call *call, struct detail_list *list)
{
	struct json_object *o = json_object_new_object();
	struct error err = { 0 };
	struct device *d = device_find(call->server->core,
				       call_text(call, "device"), &err);
	char handle[100];

	if (!d) {
		json_object_put(o);
		call_fail(call, &err, NULL);
		return;
	}
	json_object_object_add(o, "device", json_object_new_string(
		device_handle_str(&d->info.handle, handle)));
	json_object_object_add(o, "resources", detail_json_resources(list));
	call_reply(call, o);
}

static void resource_show(struct call *call)
{
	struct error err = { 0 };
	struct device *d = device_find(call->server->core,
				       call_text(call, "device"), &err);

	if (d)
		detail_read_then(call, d, DETAIL_RESOURCES, answer);
	else
		call_fail(call, &err, NULL);
}

const struct method resource_methods[] = {
	{ "resource.show", METHOD_READ, 0,
	  "resources of a device and how much of them is in use",
	  { { "device", PARAM_TEXT, true } }, resource_show },
	{ 0 }
};
