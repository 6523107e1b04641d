/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Scalable functions: made as ports, shown as representors or with their
 * attributes. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "swoffd/ctl/call.h"
#include "swoffd/ctl/function_query.h"
#include "swoffd/ctl/rep_json.h"

/* NULL and the call has been answered. */
static struct kernel_sf *sf_new(struct call *call)
{
	struct kernel_sf *sf = malloc(sizeof(*sf));
	const struct error err = { .code = ENOMEM, .msg = "out of memory" };

	if (!sf) {
		call_fail(call, &err, NULL);
		return NULL;
	}
	*sf = (struct kernel_sf){ KERNEL_NO_NUMBER, KERNEL_NO_NUMBER,
				  KERNEL_NO_NUMBER, KERNEL_NO_NUMBER };
	call->state = sf;
	call->state_free = free;
	return sf;
}

static void on_added(struct request *r, const struct error *err)
{
	struct call *call = container_of(r, struct call, request);
	struct core *core = call->server->core;
	const struct kernel_sf *sf = call->state;
	char handle[100], port[128];
	struct error gone = { 0 };
	struct device *d;
	struct rep rep;

	if (err->code) {
		call_fail(call, err, NULL);
		return;
	}
	d = device_find(core, call_text(call, "device"), &gone);
	if (d)
		(void)snprintf(port, sizeof(port), "%s/%u",
			       device_handle_str(&d->info.handle, handle),
			       sf->port);
	if (d && rep_find(core, port, &rep, &gone) == 0)
		call_reply(call, rep_json(&rep));
	else
		call_fail(call, &gone, NULL);
}

static void sf_add(struct call *call)
{
	struct core *core = call->server->core;
	struct kernel_sf *sf;
	struct error err = { 0 };
	struct device *d;
	uint32_t pf = 0;

	(void)call_number(call, "pf", &pf);    /* required: it is there */
	if (pf > UINT16_MAX) {
		call_invalid(call, "pf: %u is more than %u", pf, UINT16_MAX);
		return;
	}
	sf = sf_new(call);
	if (!sf)
		return;
	sf->pf = pf;
	(void)call_number(call, "sf", &sf->sf);
	(void)call_number(call, "controller", &sf->controller);
	call->request.done = on_added;
	d = device_find(core, call_text(call, "device"), &err);
	if (!d || device_sf_add(core, d, sf, &call->request, &err) < 0)
		call_fail(call, &err, NULL);
}

static void sf_del(struct call *call)
{
	struct core *core = call->server->core;
	struct kernel_sf *sf = sf_new(call);
	struct error err = { 0 };
	struct device *d;

	if (!sf)
		return;
	call->request.done = call_on_done;
	if (sf_find(core, call_text(call, "name"), &d, &sf->port, &err) < 0 ||
	    device_sf_del(core, d, sf, &call->request, &err) < 0)
		call_fail(call, &err, NULL);
}

static struct json_object *all_sfs(struct query *q, struct device *d)
{
	struct json_object *a = json_object_new_array();

	for (size_t i = 0; a && i < q->request.n; i++) {
		struct json_object *o =
			function_json_sf(q->call->server->core, d,
					 &q->request.functions[i]);

		/* One that came just now is not told yet. */
		if (o)
			json_object_array_add(a, o);
	}
	return a;
}

static struct json_object *one_sf(struct query *q, struct device *d)
{
	for (size_t i = 0; i < q->request.n; i++)
		if (q->request.functions[i].port_index == q->port)
			return function_json_sf(q->call->server->core, d,
						&q->request.functions[i]);
	return NULL;
}

static void sf_list(struct call *call)
{
	static const struct query how = { .read = sf_read, .answer = all_sfs };
	struct query *q = query_new(call, &how);

	if (q)
		query_start(q);
}

static void sf_set_run(struct call *call)
{
	struct query how = { .read = sf_read, .answer = one_sf };
	struct core *core = call->server->core;
	struct devattrs attrs = { .mask = 0 };
	struct error err = { 0 };
	struct device *d;

	if (query_attrs(call, DEVATTR_OF_FUNCTION | DEVATTR_OF_RATE,
			&attrs) < 0)
		return;
	if (sf_find(core, call_text(call, "name"), &d, &how.port,
		    &err) < 0) {
		call_fail(call, &err, NULL);
		return;
	}
	if (!query_new(call, &how))
		return;
	call->request.done = query_on_changed;
	if (sf_set(core, d, how.port, &attrs, &call->request, &err) < 0)
		call_fail(call, &err, NULL);
}

const struct method sf_methods[] = {
	{ "sf.add", METHOD_WRITE, 0, "make a scalable function",
	  { { "device", PARAM_TEXT, true }, { "pf", PARAM_NUMBER, true },
	    { "sf", PARAM_NUMBER, false },
	    { "controller", PARAM_NUMBER, false } }, sf_add },
	{ "sf.list", METHOD_READ, 0, "scalable functions with their attributes",
	  { { "device", PARAM_TEXT, true } }, sf_list },
	{ "sf.set", METHOD_WRITE, 0, "set attributes of a scalable function",
	  { { "name", PARAM_TEXT, true }, { "attrs", PARAM_TEXT, true } },
	  sf_set_run },
	{ "sf.del", METHOD_WRITE, 0, "remove a scalable function",
	  { { "name", PARAM_TEXT, true } }, sf_del },
	{ 0 }
};
