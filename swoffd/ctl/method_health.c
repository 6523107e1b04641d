/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Health reporters: read anew for each answer, as their counters change
 * without a word where nobody listened.
 */
#include <errno.h>
#include <string.h>

#include "common/base/near.h"
#include "swoffd/ctl/detail.h"

/* A device, or one port of it: "pci/0000:03:00.0/1".  NULL with err. */
static struct device *find_where(struct call *call, uint32_t *port,
				 struct error *err)
{
	struct core *core = call->server->core;
	const char *name = call_text(call, "device");
	struct device *d = device_find(core, name, err);
	struct error no_port;
	char handle[100];
	struct rep rep;

	*port = KERNEL_NO_NUMBER;
	if (d || rep_find(core, name, &rep, &no_port) < 0)
		return d;
	*port = rep.port->info.index;
	return device_find(core, device_handle_str(&rep.device->info.handle,
						   handle), err);
}

static void answer_list(struct call *call, struct detail_list *list)
{
	struct json_object *a = json_object_new_array();

	for (uint32_t i = 0; i < list->n; i++)
		json_object_array_add(
			a, detail_json_reporter(&list->reporters[i]));
	call_reply(call, a);
}

static void health_list(struct call *call)
{
	struct core *core = call->server->core;
	const char *name = call_text(call, "device");
	struct error err = { 0 };
	struct device *d = name ? device_find(core, name, &err) : NULL;

	if (name && !d)
		call_fail(call, &err, NULL);
	else
		detail_read_then(call, d, DETAIL_REPORTERS, answer_list);
}

static int not_found(struct call *call, const struct detail_list *list,
		     struct error *err)
{
	const char *name = call_text(call, "reporter");
	struct near near = near_init(name);

	for (uint32_t i = 0; i < list->n; i++)
		near_try(&near, list->reporters[i].name);
	if (near.best[0])
		return error_set(err, ENOENT,
				 "no health reporter '%.64s' there; did you "
				 "mean '%s'?", name, near.best);
	return error_set(err, ENOENT,
			 "no health reporter '%.64s' there; `swctl health "
			 "list` shows what there is", name);
}

/* Reporters of ports have the same names on each port. */
static int find(struct call *call, const struct detail_list *list,
		const struct detail_reporter **out, struct error *err)
{
	const char *name = call_text(call, "reporter");
	uint32_t port, n = 0;

	if (!find_where(call, &port, err))
		return -err->code;
	for (uint32_t i = 0; i < list->n; i++) {
		const struct detail_reporter *r = &list->reporters[i];

		if (strcmp(r->name, name) != 0 ||
		    (port != KERNEL_NO_NUMBER && r->port != port))
			continue;
		*out = r;
		n++;
	}
	if (n == 0)
		return not_found(call, list, err);
	if (n > 1)
		return error_set(err, EINVAL, "%u ports have a health reporter "
				 "'%.64s'; name the port: DEV/PORT_INDEX",
				 n, name);
	return 0;
}

static void answer_one(struct call *call, struct detail_list *list)
{
	const struct detail_reporter *r;
	struct error err = { 0 };

	if (find(call, list, &r, &err) < 0)
		call_fail(call, &err, NULL);
	else
		call_reply(call, detail_json_reporter(r));
}

static void read_one(struct call *call, detail_then then)
{
	struct error err = { 0 };
	uint32_t port;
	struct device *d = find_where(call, &port, &err);

	if (d)
		detail_read_then(call, d, DETAIL_REPORTERS, then);
	else
		call_fail(call, &err, NULL);
}

static void health_show(struct call *call)
{
	read_one(call, answer_one);
}

static void on_recovered(struct request *r, const struct error *err)
{
	struct call *call = container_of(r, struct call, request);

	if (err->code)
		call_fail(call, err, NULL);
	else
		read_one(call, answer_one);
}

static void recover(struct call *call, struct detail_list *list)
{
	const struct detail_reporter *r;
	struct error err = { 0 };
	struct device *d;
	uint32_t port;

	if (find(call, list, &r, &err) < 0) {
		call_fail(call, &err, NULL);
		return;
	}
	call->request.done = on_recovered;
	d = find_where(call, &port, &err);
	if (!d || device_health_recover(call->server->core, d, r,
					&call->request, &err) < 0)
		call_fail(call, &err, NULL);
}

static void health_recover(struct call *call)
{
	read_one(call, recover);
}

const struct method health_methods[] = {
	{ "health.list", METHOD_READ, 0,
	  "health reporters, of one device or all",
	  { { "device", PARAM_TEXT, false } }, health_list },
	{ "health.show", METHOD_READ, 0, "one health reporter",
	  { { "device", PARAM_TEXT, true }, { "reporter", PARAM_TEXT, true } },
	  health_show },
	{ "health.recover", METHOD_WRITE, 0,
	  "have the driver recover from what a reporter reports",
	  { { "device", PARAM_TEXT, true }, { "reporter", PARAM_TEXT, true } },
	  health_recover },
	{ 0 }
};
