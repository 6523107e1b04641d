/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * VFs and rates.  They are read anew for each answer; after a change the
 * device is looked up again, as it may have gone meanwhile.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "swoffd/ctl/call.h"
#include "swoffd/ctl/function_json.h"

/* A call whose answer is among what is being read. */
struct query {
	struct function_request request;
	struct call *call;
	struct json_object *(*answer)(struct query *q, struct device *d);
	uint32_t vf;                   /* of vf.set */
	struct kernel_function rate;   /* of rate.set, .add, .del */
};

static struct device *device_of(struct call *call, struct error *err)
{
	struct core *core = call->server->core;
	const char *name = call_text(call, "device");
	struct kernel_function rate;
	struct device *d;

	if (name)
		return device_find(core, name, err);
	name = call_text(call, "rate");
	return rate_find(core, name, &d, &rate, err) < 0 ? NULL : d;
}

/* Answers the call if there is no memory. */
static struct query *query_new(struct call *call)
{
	struct query *q = calloc(1, sizeof(*q));
	struct error err;

	if (!q) {
		(void)error_set(&err, ENOMEM, "out of memory");
		call_fail(call, &err, NULL);
		return NULL;
	}
	q->call = call;
	call->state = q;
	call->state_free = free;
	return q;
}

static void on_read(struct request *r, const struct error *err)
{
	struct query *q = container_of(r, struct query, request.base);
	struct error gone = { 0 };
	struct device *d;

	if (err->code) {
		call_fail(q->call, err, NULL);
		return;
	}
	d = device_of(q->call, &gone);
	if (d)
		call_reply(q->call, q->answer(q, d));
	else
		call_fail(q->call, &gone, NULL);
}

typedef void (*read_fn)(struct core *core, struct device *d,
			struct function_request *r);

static void start_reading(struct query *q, read_fn read)
{
	struct call *call = q->call;
	struct error err = { 0 };
	struct device *d = device_of(call, &err);

	if (!d) {
		call_fail(call, &err, NULL);
		return;
	}
	q->request.base.done = on_read;
	read(call->server->core, d, &q->request);
}

/* A change has been made or refused; how it is now is the answer. */
static void after_change(struct request *r, const struct error *err,
			 read_fn read)
{
	struct call *call = container_of(r, struct call, request);

	if (err->code)
		call_fail(call, err, NULL);
	else
		start_reading(call->state, read);
}

static void on_vf_set(struct request *r, const struct error *err)
{
	after_change(r, err, vf_read);
}

static void on_rate_changed(struct request *r, const struct error *err)
{
	after_change(r, err, rate_read);
}

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

static struct json_object *rate_json(const struct query *q, struct device *d,
				     size_t i)
{
	return function_json_rate(q->call->server->core, d,
				  q->request.functions, q->request.n,
				  &q->request.functions[i]);
}

static struct json_object *all_rates(struct query *q, struct device *d)
{
	struct json_object *a = json_object_new_array();

	for (size_t i = 0; a && i < q->request.n; i++)
		json_object_array_add(a, rate_json(q, d, i));
	return a;
}

static const struct kernel_function *find_node(const struct query *q,
					       const char *name)
{
	for (size_t i = 0; *name && i < q->request.n; i++)
		if (strcmp(q->request.functions[i].node, name) == 0)
			return &q->request.functions[i];
	return NULL;
}

/* A share that is too much for the parent is a matter of who asked for it. */
static void warn_of_parent(const struct query *q, struct json_object *o,
			   const struct kernel_function *f)
{
	const struct kernel_function *parent = find_node(q, f->attrs.parent);
	char warning[FUNCTION_WARNING_SIZE], text[FUNCTION_WARNING_SIZE + 80];

	if (!o || !parent || json_object_object_get(o, "warning"))
		return;
	rate_warning(q->request.functions, q->request.n, parent, warning);
	if (!warning[0])
		return;
	(void)snprintf(text, sizeof(text), "%s: %s", parent->node, warning);
	json_object_object_add(o, "warning", json_object_new_string(text));
}

static struct json_object *one_rate(struct query *q, struct device *d)
{
	for (size_t i = 0; i < q->request.n; i++) {
		const struct kernel_function *f = &q->request.functions[i];
		struct json_object *o;

		if (f->port_index != q->rate.port_index ||
		    strcmp(f->node, q->rate.node) != 0)
			continue;
		o = rate_json(q, d, i);
		warn_of_parent(q, o, f);
		return o;
	}
	return NULL;
}

static void list(struct call *call, read_fn read,
		 struct json_object *(*answer)(struct query *q,
					       struct device *d))
{
	struct query *q = query_new(call);

	if (!q)
		return;
	q->answer = answer;
	start_reading(q, read);
}

static void vf_list(struct call *call)
{
	list(call, vf_read, all_vfs);
}

static void rate_list(struct call *call)
{
	list(call, rate_read, all_rates);
}

/* -EINVAL: the call has been answered. */
static int parse_attrs(struct call *call, unsigned int objects,
		       struct devattrs *out)
{
	const char *text = call_text(call, "attrs");
	struct error err = { 0 };
	int rc = text ? devattr_parse(text, objects, out, &err) : 0;

	if (rc < 0)
		call_invalid(call, "attrs: %s", err.msg);
	else if (text && !out->mask)
		call_invalid(call, "attrs: no attribute is given");
	else
		return 0;
	return -EINVAL;
}

static void vf_set_run(struct call *call)
{
	struct devattrs attrs = { .mask = 0 };
	struct error err = { 0 };
	struct device *d;
	struct query *q;

	if (parse_attrs(call, DEVATTR_OF_ANY, &attrs) < 0)
		return;
	q = query_new(call);
	if (!q)
		return;
	(void)call_number(call, "vf", &q->vf);      /* required: it is there */
	q->answer = one_vf;
	call->request.done = on_vf_set;
	d = device_of(call, &err);
	if (!d || vf_set(call->server->core, d, q->vf, &attrs, &call->request,
			 &err) < 0)
		call_fail(call, &err, NULL);
}

static void change_rate(struct call *call,
			int (*change)(struct core *core, struct device *d,
				      const struct kernel_function *rate,
				      struct request *r, struct error *err))
{
	struct devattrs attrs = { .mask = 0 };
	struct core *core = call->server->core;
	struct error err = { 0 };
	struct device *d;
	struct query *q;

	if (parse_attrs(call, DEVATTR_OF_RATE, &attrs) < 0)
		return;
	q = query_new(call);
	if (!q)
		return;
	q->answer = one_rate;
	call->request.done = on_rate_changed;
	if (rate_find(core, call_text(call, "rate"), &d, &q->rate, &err) == 0) {
		q->rate.attrs = attrs;
		if (change(core, d, &q->rate, &call->request, &err) == 0)
			return;
	}
	call_fail(call, &err, NULL);
}

static void rate_set_run(struct call *call)
{
	change_rate(call, rate_set);
}

static void rate_add_run(struct call *call)
{
	change_rate(call, rate_add);
}

static void rate_del_run(struct call *call)
{
	change_rate(call, rate_del);
}

const struct method vf_methods[] = {
	{ "vf.list", METHOD_READ, 0, "VFs of a device with their attributes",
	  { { "device", PARAM_TEXT, true } }, vf_list },
	{ "vf.set", METHOD_WRITE, 0, "set attributes of a VF",
	  { { "device", PARAM_TEXT, true }, { "vf", PARAM_NUMBER, true },
	    { "attrs", PARAM_TEXT, true } }, vf_set_run },
	{ "rate.list", METHOD_READ, 0, "rates of a device",
	  { { "device", PARAM_TEXT, true } }, rate_list },
	{ "rate.set", METHOD_WRITE, 0, "set attributes of a rate",
	  { { "rate", PARAM_TEXT, true }, { "attrs", PARAM_TEXT, true } },
	  rate_set_run },
	{ "rate.add", METHOD_WRITE, 0, "add a node of rates",
	  { { "rate", PARAM_TEXT, true }, { "attrs", PARAM_TEXT, false } },
	  rate_add_run },
	{ "rate.del", METHOD_WRITE, 0, "delete a node of rates",
	  { { "rate", PARAM_TEXT, true } }, rate_del_run },
	{ 0 }
};
