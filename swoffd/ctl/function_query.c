/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The device is looked up again when it has been read: it may have gone. */
#include "swoffd/ctl/function_query.h"

#include <errno.h>
#include <stdlib.h>

struct device *query_device(struct call *call, struct error *err)
{
	struct core *core = call->server->core;
	const char *name = call_text(call, "device");
	struct kernel_function rate;
	struct device *d;
	uint32_t port;

	if (name)
		return device_find(core, name, err);
	name = call_text(call, "rate");
	if (name)
		return rate_find(core, name, &d, &rate, err) < 0 ? NULL : d;
	name = call_text(call, "name");
	return sf_find(core, name, &d, &port, err) < 0 ? NULL : d;
}

struct query *query_new(struct call *call, const struct query *how)
{
	struct query *q = malloc(sizeof(*q));
	struct error err;

	if (!q) {
		(void)error_set(&err, ENOMEM, "out of memory");
		call_fail(call, &err, NULL);
		return NULL;
	}
	*q = *how;
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
	d = query_device(q->call, &gone);
	if (d)
		call_reply(q->call, q->answer(q, d));
	else
		call_fail(q->call, &gone, NULL);
}

void query_start(struct query *q)
{
	struct error err = { 0 };
	struct device *d = query_device(q->call, &err);

	q->request.base.done = on_read;
	if (!d || q->read(q->call->server->core, d, &q->request, &err) < 0)
		call_fail(q->call, &err, NULL);
}

void query_on_changed(struct request *r, const struct error *err)
{
	struct call *call = container_of(r, struct call, request);

	if (err->code)
		call_fail(call, err, NULL);
	else
		query_start(call->state);
}

int query_attrs(struct call *call, unsigned int objects,
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
