/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rates: leaves, which are functions, and the nodes above them. */
#include <stdio.h>
#include <string.h>

#include "swoffd/ctl/function_query.h"

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

static void rate_list(struct call *call)
{
	static const struct query how = { .read = rate_read,
					  .answer = all_rates };
	struct query *q = query_new(call, &how);

	if (q)
		query_start(q);
}

static void change(struct call *call,
		   int (*fn)(struct core *core, struct device *d,
			     const struct kernel_function *rate,
			     struct request *r, struct error *err))
{
	struct query how = { .read = rate_read, .answer = one_rate };
	struct core *core = call->server->core;
	struct devattrs attrs = { .mask = 0 };
	struct error err = { 0 };
	struct device *d;

	if (query_attrs(call, DEVATTR_OF_RATE, &attrs) < 0)
		return;
	if (rate_find(core, call_text(call, "rate"), &d, &how.rate,
		      &err) < 0) {
		call_fail(call, &err, NULL);
		return;
	}
	how.rate.attrs = attrs;
	if (!query_new(call, &how))
		return;
	call->request.done = query_on_changed;
	if (fn(core, d, &how.rate, &call->request, &err) < 0)
		call_fail(call, &err, NULL);
}

static void rate_set_run(struct call *call)
{
	change(call, rate_set);
}

static void rate_add_run(struct call *call)
{
	change(call, rate_add);
}

static void rate_del_run(struct call *call)
{
	change(call, rate_del);
}

const struct method rate_methods[] = {
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
