/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asks for plans and tells how they go, as long as somebody is there. */
#include "swoffd/ctl/plan.h"

#include <errno.h>
#include <stdlib.h>

#include "swoffd/ctl/call.h"
#include "swoffd/ctl/device_json.h"
#include "swoffd/ctl/plan_json.h"

struct set {
	struct call *call;             /* borrowed: it owns us */
	struct plan_request plan;
};

/* A step is a few hundred bytes and there are some twenty: no flood. */
static void on_progress(struct plan_request *r, const struct plan_progress *p)
{
	struct set *set = container_of(r, struct set, plan);
	struct call *call = set->call;
	struct json_object *o = NULL;

	if (call->client && !call->rpc.notification)
		o = rpc_notice_new("eswitch.progress",
				   plan_json_progress(p, call->rpc.id));
	if (o)
		client_notify(call->client, o);
}

/* The device is looked up again: it may have gone while the plan ran. */
static void on_done(struct request *r, const struct error *err)
{
	struct set *set = container_of(r, struct set, plan.request);
	struct call *call = set->call;
	struct error gone = { 0 };
	struct json_object *o;
	struct device *d;

	if (err->code) {
		call_fail(call, err, set->plan.begun ? NULL :
			  plan_json_reasons(set->plan.plan));
		return;
	}
	if (set->plan.dry) {
		call_reply(call, plan_json(&set->plan));
		return;
	}
	d = device_find(call->server->core, call_text(call, "device"), &gone);
	o = d ? device_json_eswitch(d) : NULL;
	if (o && set->plan.warning && set->plan.warning[0])
		json_object_object_add(o, "warning", json_object_new_string(
						      set->plan.warning));
	if (d)
		call_reply(call, o);
	else
		call_fail(call, &gone, NULL);
}

/* 0; or -EINVAL, and the call is answered. */
static int wanted(struct call *call, struct kernel_device *out)
{
	const char *mode = call_text(call, "mode");
	const char *inl = call_text(call, "inline_mode");
	const char *encap = call_text(call, "encap_mode");

	*out = (struct kernel_device){
		.mode = ESWITCH_MODE_UNKNOWN,
		.inline_mode = ESWITCH_INLINE_UNKNOWN,
		.encap_mode = ESWITCH_ENCAP_UNKNOWN,
	};
	if (!mode && !inl && !encap)
		call_invalid(call, "neither mode nor inline_mode nor "
			     "encap_mode is given");
	else if (mode && eswitch_mode_parse(mode, &out->mode) < 0)
		call_invalid(call, "mode: '%.32s' is none of legacy, switchdev "
			     "and switchdev_inactive", mode);
	else if (inl && eswitch_inline_parse(inl, &out->inline_mode) < 0)
		call_invalid(call, "inline_mode: '%.32s' is none of none, "
			     "link, network and transport", inl);
	else if (encap && eswitch_encap_parse(encap, &out->encap_mode) < 0)
		call_invalid(call, "encap_mode: '%.32s' is neither none nor "
			     "basic", encap);
	else
		return 0;
	return -EINVAL;
}

static void run(struct call *call, bool dry)
{
	struct set *set = calloc(1, sizeof(*set));
	struct error err = { 0 };
	uint32_t progress = 0;
	struct device *d;

	if (!set) {
		(void)error_set(&err, ENOMEM, "out of memory");
		call_fail(call, &err, NULL);
		return;
	}
	call->state = set;
	call->state_free = free;
	set->call = call;
	set->plan.dry = dry;
	set->plan.request.done = on_done;
	(void)call_number(call, "progress", &progress);
	if (progress)
		set->plan.progress = on_progress;
	if (wanted(call, &set->plan.wanted) < 0)
		return;
	d = device_find(call->server->core, call_text(call, "device"), &err);
	if (!d || plan_run(d, &set->plan, &err) < 0)
		call_fail(call, &err, NULL);
}

void plan_show_run(struct call *call)
{
	run(call, true);
}

void plan_set_run(struct call *call)
{
	run(call, false);
}
