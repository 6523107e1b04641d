/* SPDX-License-Identifier: GPL-2.0-or-later */
/* VFs; how many there are is in method_eswitch.c. */
#include <errno.h>
#include <stdlib.h>

#include "swoffd/ctl/function_query.h"

static struct json_object *all_vfs(struct query *q, struct device *d)
{
	struct json_object *a = json_object_new_array();

	for (size_t i = 0; a && i < q->request.n; i++)
		json_object_array_add(a,
				      function_json_vf(q->call->server->core,
						       d,
						       &q->request.functions[i]));
	return a;
}

static struct json_object *one_vf(struct query *q, struct device *d)
{
	for (size_t i = 0; i < q->request.n; i++)
		if (q->request.functions[i].vf == q->vf)
			return function_json_vf(q->call->server->core, d,
						&q->request.functions[i]);
	return NULL;
}

static void vf_list(struct call *call)
{
	static const struct query how = { .read = vf_read, .answer = all_vfs };
	struct query *q = query_new(call, &how);

	if (q)
		query_start(q);
}

static void vf_set_run(struct call *call)
{
	struct query how = { .read = vf_read, .answer = one_vf };
	struct devattrs attrs = { .mask = 0 };
	struct error err = { 0 };
	struct device *d;

	(void)call_number(call, "vf", &how.vf);     /* required: it is there */
	if (query_attrs(call, DEVATTR_OF_ANY, &attrs) < 0 ||
	    !query_new(call, &how))
		return;
	call->request.done = query_on_changed;
	d = query_device(call, &err);
	if (!d || vf_set(call->server->core, d, how.vf, &attrs,
			 &call->request, &err) < 0)
		call_fail(call, &err, NULL);
}

static void on_driver_set(struct request *r, const struct error *err)
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
		call_reply(call, function_json_driver(d, call->state));
	else
		call_fail(call, &gone, NULL);
}

/* NULL and the call has been answered. */
static struct preflight_vf *driver_new(struct call *call)
{
	const struct error err = { .code = ENOMEM, .msg = "out of memory" };
	const char *driver = call_text(call, "driver");
	struct preflight_vf *vf;

	if (driver && (!*driver || strlen(driver) >= sizeof(vf->driver))) {
		call_invalid(call, "driver: a name has 1 to %d letters",
			     KERNEL_DRIVER_SIZE - 1);
		return NULL;
	}
	vf = calloc(1, sizeof(*vf));
	if (!vf) {
		call_fail(call, &err, NULL);
		return NULL;
	}
	call->state = vf;
	call->state_free = free;
	(void)call_number(call, "vf", &vf->vf);     /* required: it is there */
	if (driver)
		strcpy(vf->driver, driver);
	return vf;
}

static void set_driver(struct call *call,
		       int (*fn)(struct core *core, struct device *d,
				 struct preflight_vf *vf, struct request *r,
				 struct error *err))
{
	struct preflight_vf *vf = driver_new(call);
	struct error err = { 0 };
	struct device *d;

	if (!vf)
		return;
	call->request.done = on_driver_set;
	d = device_find(call->server->core, call_text(call, "device"), &err);
	if (!d || fn(call->server->core, d, vf, &call->request, &err) < 0)
		call_fail(call, &err, NULL);
}

static void vf_bind_run(struct call *call)
{
	set_driver(call, vf_bind);
}

static void vf_unbind_run(struct call *call)
{
	set_driver(call, vf_unbind);
}

const struct method vf_methods[] = {
	{ "vf.list", METHOD_READ, 0, "VFs of a device with their attributes",
	  { { "device", PARAM_TEXT, true } }, vf_list },
	{ "vf.set", METHOD_WRITE, 0, "set attributes of a VF",
	  { { "device", PARAM_TEXT, true }, { "vf", PARAM_NUMBER, true },
	    { "attrs", PARAM_TEXT, true } }, vf_set_run },
	{ "vf.bind", METHOD_WRITE, 0, "give a VF to a driver",
	  { { "device", PARAM_TEXT, true }, { "vf", PARAM_NUMBER, true },
	    { "driver", PARAM_TEXT, false } }, vf_bind_run },
	{ "vf.unbind", METHOD_WRITE, 0, "take a VF off its driver",
	  { { "device", PARAM_TEXT, true }, { "vf", PARAM_NUMBER, true } },
	  vf_unbind_run },
	{ 0 }
};
