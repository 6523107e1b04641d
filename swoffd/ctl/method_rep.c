/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Representors: a devlink port joined with its netdev.  hw-tc-offload is read
 * anew before the answer, and names are looked up again after that.
 */
#include <errno.h>

#include "swoffd/ctl/call.h"
#include "swoffd/ctl/rep_json.h"

static void add_rep(const struct rep *rep, void *ctx)
{
	json_object_array_add(ctx, rep_json(rep));
}

/* The device that is asked for, NULL for all; -errno with err. */
static int find_device(struct call *call, const struct device **out,
		       struct error *err)
{
	const char *name = call_text(call, "device");

	*out = name ? device_find(call->server->core, name, err) : NULL;
	return name && !*out ? -err->code : 0;
}

static void on_refreshed_list(struct request *r, const struct error *err)
{
	struct call *call = container_of(r, struct call, request);
	const struct device *d;
	struct error gone = { 0 };
	struct json_object *a;

	(void)err;      /* what could not be read is told as unknown */
	if (find_device(call, &d, &gone) < 0) {
		call_fail(call, &gone, NULL);
		return;
	}
	a = json_object_new_array();
	if (a)
		rep_for_each(call->server->core, d, add_rep, a);
	call_reply(call, a);
}

static void rep_list(struct call *call)
{
	const struct device *d;
	struct error err = { 0 };

	if (find_device(call, &d, &err) < 0) {
		call_fail(call, &err, NULL);
		return;
	}
	call->request.done = on_refreshed_list;
	rep_refresh(call->server->core, d, &call->request);
}

static int find_rep(struct call *call, struct rep *out)
{
	struct error err = { 0 };
	int rc = rep_find(call->server->core, call_text(call, "name"), out,
			  &err);

	if (rc < 0)
		call_fail(call, &err, NULL);
	return rc;
}

static void on_refreshed_show(struct request *r, const struct error *err)
{
	struct call *call = container_of(r, struct call, request);
	struct rep rep;

	(void)err;
	if (find_rep(call, &rep) == 0)
		call_reply(call, rep_json(&rep));
}

static void rep_show(struct call *call)
{
	struct rep rep;

	if (find_rep(call, &rep) < 0)
		return;
	call->request.done = on_refreshed_show;
	rep_refresh(call->server->core, rep.device, &call->request);
}

static void on_set(struct request *r, const struct error *err)
{
	struct call *call = container_of(r, struct call, request);
	struct rep rep;

	if (err->code)
		call_fail(call, err, NULL);
	else if (find_rep(call, &rep) == 0)
		call_reply(call, rep_json(&rep));
}

static void rep_set_run(struct call *call)
{
	struct rep_keep *keep = &call->server->core->reps;
	struct error err = { 0 };
	struct repattrs attrs;
	struct rep rep;

	if (repattr_parse(call_text(call, "settings"), &attrs, &err) < 0) {
		call_invalid(call, "settings: %s", err.msg);
		return;
	}
	if (find_rep(call, &rep) < 0)
		return;
	call->request.done = on_set;
	if (rep_set(keep, &rep, &attrs, &call->request, &err) < 0)
		call_fail(call, &err, NULL);
}

static void rep_unset_run(struct call *call)
{
	struct rep_keep *keep = &call->server->core->reps;
	const char *names = call_text(call, "settings");
	struct error err = { 0 };
	struct rep rep;
	uint32_t mask;

	if (repattr_parse_names(names ? names : "", &mask, &err) < 0) {
		call_invalid(call, "settings: %s", err.msg);
		return;
	}
	if (find_rep(call, &rep) < 0)
		return;
	if (rep_unset(keep, &rep, mask, &err) < 0)
		call_fail(call, &err, NULL);
	else if (find_rep(call, &rep) == 0)
		call_reply(call, rep_json(&rep));
}

struct places_call {
	struct rep_places_request request;
	struct call *call;
};

static void places_call_free(void *state)
{
	struct places_call *p = state;

	rep_places_free(p->request.places);
	free(p);
}

/* Reads where functions are, of d or of all, then calls done. */
static void read_places(struct call *call, const struct device *d,
			void (*done)(struct request *r,
				     const struct error *err))
{
	struct places_call *p = calloc(1, sizeof(*p));
	struct error err = { 0 };

	if (!p) {
		(void)error_set(&err, ENOMEM, "out of memory");
		call_fail(call, &err, NULL);
		return;
	}
	p->call = call;
	p->request.base.done = done;
	call->state = p;
	call->state_free = places_call_free;
	if (rep_places_read(call->server->core, d, &p->request, &err) < 0)
		call_fail(call, &err, NULL);
}

static void on_resolvable(struct request *r, const struct error *err)
{
	struct places_call *p = container_of(r, struct places_call,
					     request.base);
	struct call *call = p->call;
	struct error wrong = { 0 };
	struct rep_found found;

	(void)err;
	if (rep_resolve(call->server->core, p->request.places,
			call_text(call, "word"), &found, &wrong) < 0)
		call_fail(call, &wrong, NULL);
	else
		call_reply(call, rep_json_found(&found));
}

static void rep_resolve_run(struct call *call)
{
	read_places(call, NULL, on_resolvable);
}

static void add_finding(const struct rep_finding *f, void *ctx)
{
	json_object_array_add(ctx, rep_json_finding(f));
}

static void on_checkable(struct request *r, const struct error *err)
{
	struct places_call *p = container_of(r, struct places_call,
					     request.base);
	struct call *call = p->call;
	const struct device *d;
	struct error gone = { 0 };
	struct json_object *a;

	(void)err;
	if (find_device(call, &d, &gone) < 0) {
		call_fail(call, &gone, NULL);
		return;
	}
	a = json_object_new_array();
	if (a)
		rep_check(call->server->core, d, p->request.places,
			  add_finding, a);
	call_reply(call, a);
}

static void rep_check_run(struct call *call)
{
	const struct device *d;
	struct error err = { 0 };

	if (find_device(call, &d, &err) < 0)
		call_fail(call, &err, NULL);
	else
		read_places(call, d, on_checkable);
}

const struct method rep_methods[] = {
	{ "rep.list", METHOD_READ, 0, "representors, of one device or all",
	  { { "device", PARAM_TEXT, false } }, rep_list },
	{ "rep.show", METHOD_READ, 0,
	  "one representor, by netdev or device/port_index",
	  { { "name", PARAM_TEXT, true } }, rep_show },
	{ "rep.check", METHOD_READ, 0,
	  "what of MTUs and links does not fit, of one device or all",
	  { { "device", PARAM_TEXT, false } }, rep_check_run },
	{ "rep.resolve", METHOD_READ, 0,
	  "the representor that is meant by any name or address of it",
	  { { "word", PARAM_TEXT, true } }, rep_resolve_run },
	{ "rep.set", METHOD_WRITE, 0,
	  "set up, mtu, hw-tc-offload of a representor, and keep them so",
	  { { "name", PARAM_TEXT, true }, { "settings", PARAM_TEXT, true } },
	  rep_set_run },
	{ "rep.unset", METHOD_WRITE, 0,
	  "keep settings of a representor no longer",
	  { { "name", PARAM_TEXT, true }, { "settings", PARAM_TEXT, false } },
	  rep_unset_run },
	{ 0 }
};
