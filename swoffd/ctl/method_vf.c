/* SPDX-License-Identifier: GPL-2.0-or-later */
/* VFs; how many there are is in method_eswitch.c. */
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

const struct method vf_methods[] = {
	{ "vf.list", METHOD_READ, 0, "VFs of a device with their attributes",
	  { { "device", PARAM_TEXT, true } }, vf_list },
	{ "vf.set", METHOD_WRITE, 0, "set attributes of a VF",
	  { { "device", PARAM_TEXT, true }, { "vf", PARAM_NUMBER, true },
	    { "attrs", PARAM_TEXT, true } }, vf_set_run },
	{ 0 }
};
