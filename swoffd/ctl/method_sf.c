/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Scalable functions: made as ports, shown as representors. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "swoffd/ctl/call.h"
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

static void on_deleted(struct request *r, const struct error *err)
{
	struct call *call = container_of(r, struct call, request);

	if (err->code)
		call_fail(call, err, NULL);
	else
		call_reply(call, NULL);
}

/* The device of the port that is named; NULL with err. */
static struct device *find_port(struct call *call, struct kernel_sf *sf,
				struct error *err)
{
	struct core *core = call->server->core;
	const char *name = call_text(call, "name");
	char handle[100];
	struct rep rep;

	if (rep_find(core, name, &rep, err) < 0)
		return NULL;
	if (rep.port->info.flavour != PORT_PCI_SF) {
		(void)error_set(err, EINVAL,
				"'%.64s' is no scalable function but a port of "
				"flavour %s", name,
				port_flavour_str(rep.port->info.flavour));
		return NULL;
	}
	sf->port = rep.port->info.index;
	return device_find(core, device_handle_str(&rep.device->info.handle,
						   handle), err);
}

static void sf_del(struct call *call)
{
	struct kernel_sf *sf = sf_new(call);
	struct error err = { 0 };
	struct device *d;

	if (!sf)
		return;
	call->request.done = on_deleted;
	d = find_port(call, sf, &err);
	if (!d || device_sf_del(call->server->core, d, sf, &call->request,
				&err) < 0)
		call_fail(call, &err, NULL);
}

const struct method sf_methods[] = {
	{ "sf.add", METHOD_WRITE, 0, "make a scalable function",
	  { { "device", PARAM_TEXT, true }, { "pf", PARAM_NUMBER, true },
	    { "sf", PARAM_NUMBER, false },
	    { "controller", PARAM_NUMBER, false } }, sf_add },
	{ "sf.del", METHOD_WRITE, 0, "remove a scalable function",
	  { { "name", PARAM_TEXT, true } }, sf_del },
	{ 0 }
};
