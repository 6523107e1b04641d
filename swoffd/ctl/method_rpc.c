/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What can be asked: the table of methods, told to whoever wants it. */
#include "swoffd/ctl/call.h"

static const char *const type_names[] = {
	[PARAM_TEXT] = "string",
	[PARAM_NUMBER] = "number",
	[PARAM_BIG_NUMBER] = "number",
	[PARAM_BOOL] = "boolean",
};

static struct json_object *params_json(const struct method *m)
{
	struct json_object *a = json_object_new_array();

	for (const struct param *p = m->params; a && p->name; p++) {
		struct json_object *o = json_object_new_object();

		json_object_object_add(o, "name",
				       json_object_new_string(p->name));
		json_object_object_add(o, "type", json_object_new_string(
							  type_names[p->type]));
		json_object_object_add(o, "required",
				       json_object_new_boolean(p->required));
		json_object_array_add(a, o);
	}
	return a;
}

static void add_method(const struct method *m, void *ctx)
{
	struct json_object *o = json_object_new_object();

	if (!o)
		return;
	json_object_object_add(o, "name", json_object_new_string(m->name));
	json_object_object_add(o, "writes", json_object_new_boolean(
						    m->access == METHOD_WRITE));
	json_object_object_add(o, "params", params_json(m));
	json_object_object_add(o, "descriptors",
			       json_object_new_int(m->n_fds));
	json_object_object_add(o, "help", json_object_new_string(m->help));
	json_object_array_add(ctx, o);
}

static void rpc_methods_list(struct call *call)
{
	struct json_object *a = json_object_new_array();

	if (a)
		method_for_each(add_method, a);
	call_reply(call, a);
}

const struct method rpc_methods[] = {
	{ "rpc.methods", METHOD_EARLY, 0, "every method with its parameters",
	  { { 0 } }, rpc_methods_list },
	{ 0 }
};
