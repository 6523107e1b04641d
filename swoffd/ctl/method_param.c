/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parameters of devices, read anew for each answer and before each change. */
#include <errno.h>
#include <string.h>

#include "common/base/near.h"
#include "swoffd/ctl/detail.h"

static void answer_list(struct call *call, struct detail_list *list)
{
	struct json_object *a = json_object_new_array();

	for (uint32_t i = 0; i < list->n; i++)
		json_object_array_add(a, detail_json_param(&list->params[i]));
	call_reply(call, a);
}

/* Of the device that is named, or of all if none is. */
static void read_params(struct call *call, detail_then then)
{
	struct core *core = call->server->core;
	const char *name = call_text(call, "device");
	struct error err = { 0 };
	struct device *d = name ? device_find(core, name, &err) : NULL;

	if (name && !d)
		call_fail(call, &err, NULL);
	else
		detail_read_then(call, d, DETAIL_PARAMS, then);
}

static void param_list(struct call *call)
{
	read_params(call, answer_list);
}

/* NULL and the call has been answered. */
static struct detail_param *find(struct call *call,
				 const struct detail_list *list)
{
	const char *name = call_text(call, "name");
	struct near near = near_init(name);
	struct error err;

	for (uint32_t i = 0; i < list->n; i++) {
		if (strcmp(list->params[i].name, name) == 0)
			return &list->params[i];
		near_try(&near, list->params[i].name);
	}
	if (near.best[0])
		(void)error_set(&err, ENOENT, "no parameter '%.64s'; did you "
				"mean '%s'?", name, near.best);
	else
		(void)error_set(&err, ENOENT, "no parameter '%.64s'; `swctl "
				"param list` shows what there is", name);
	call_fail(call, &err, NULL);
	return NULL;
}

static void answer_one(struct call *call, struct detail_list *list)
{
	const struct detail_param *p = find(call, list);

	if (p)
		call_reply(call, detail_json_param(p));
}

static void param_show(struct call *call)
{
	read_params(call, answer_one);
}

static void on_set(struct request *r, const struct error *err)
{
	struct call *call = container_of(r, struct call, request);

	if (err->code)
		call_fail(call, err, NULL);
	else
		read_params(call, answer_one);
}

static void set(struct call *call, struct detail_list *list)
{
	struct core *core = call->server->core;
	struct detail_param *p = find(call, list);
	enum detail_cmode mode = DETAIL_RUNTIME;
	struct error err = { 0 };
	struct device *d;

	if (!p)
		return;
	/* It was looked at when the call began. */
	(void)detail_cmode_parse(call_text(call, "cmode"), &mode);
	call->request.done = on_set;
	d = device_find(core, call_text(call, "device"), &err);
	if (!d || device_param_set(core, d, p, mode, call_text(call, "value"),
				   &call->request, &err) < 0)
		call_fail(call, &err, NULL);
}

static void param_set(struct call *call)
{
	const char *text = call_text(call, "cmode");
	enum detail_cmode mode;

	if (detail_cmode_parse(text, &mode) < 0)
		call_invalid(call, "cmode: '%.32s' is none of runtime, "
			     "driverinit, permanent", text);
	else
		read_params(call, set);
}

const struct method param_methods[] = {
	{ "param.list", METHOD_READ, 0, "parameters, of one device or all",
	  { { "device", PARAM_TEXT, false } }, param_list },
	{ "param.show", METHOD_READ, 0, "one parameter",
	  { { "device", PARAM_TEXT, true }, { "name", PARAM_TEXT, true } },
	  param_show },
	{ "param.set", METHOD_WRITE, 0, "change a value of a parameter",
	  { { "device", PARAM_TEXT, true }, { "name", PARAM_TEXT, true },
	    { "value", PARAM_TEXT, true }, { "cmode", PARAM_TEXT, true } },
	  param_set },
	{ 0 }
};
