/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "swoffd/ctl/ovs_explain.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "swoffd/ctl/call.h"
#include "swoffd/ctl/explain.h"
#include "swoffd/ctl/flow_name.h"
#include "swoffd/ctl/ovs_json.h"
#include "swoffd/ctl/ovs_trial.h"

struct explain {
	struct call *call;             /* borrowed: it owns us */
	bool known;                    /* to Open vSwitch, by ufid */
	struct ufid ufid;
	struct ovs_trial trial;
	struct companion_flow view;
};

static void explain_free(void *state)
{
	struct explain *x = state;

	ovs_trial_cancel(&x->trial);
	free(x);
}

static bool view(struct explain *x)
{
	struct companion *c = x->call->server->core->companion;
	uint32_t place;

	return x->known && c && c->find(c, &x->ufid, &place) == 0 &&
	       c->view(c, place, &x->view);
}

/* Where it is goes before what a trial tells of where it would be. */
static void on_tried(struct ovs_trial *t)
{
	struct explain *x = container_of(t, struct explain, trial);
	struct json_object *o = explain_json(&t->explain, t->is_rule ?
							  &t->explain.rule :
							  NULL);

	if (o && view(x))
		json_object_object_add(o, "flow", ovs_json_flow(&x->view));
	call_reply(x->call, o);
}

static void fail(struct call *call, int code, const char *msg)
{
	struct error err = { 0 };

	(void)error_set(&err, code, "%s", msg);
	call_fail(call, &err, NULL);
}

static void on_ready(struct request *r, const struct error *err)
{
	struct call *call = container_of(r, struct call, request);
	struct explain *x = call->state;
	const char *text = call_text(call, "flow");
	struct error e = { 0 };

	(void)err;
	if (x->known && !view(x)) {
		fail(call, ENOENT, "Open vSwitch has no flow with this ufid");
		return;
	}
	if (x->known)
		text = x->view.text;
	x->trial.core = call->server->core;
	x->trial.done = on_tried;
	if (ovs_trial_start(&x->trial, text, x->known ? x->view.dev : NULL,
			    &e) < 0)
		call_invalid(call, "flow: %s", e.msg);
}

/* What is on or off is read first: a trial does not ask. */
static void on_refreshed(struct request *r, const struct error *err)
{
	struct call *call = container_of(r, struct call, request);

	(void)err;
	r->done = on_ready;
	rep_refresh(call->server->core, NULL, r);
}

void ovs_explain_run(struct call *call)
{
	struct companion *c = call->server->core->companion;
	struct explain *x = calloc(1, sizeof(*x));
	const char *text = call_text(call, "flow");

	if (!x) {
		call_invalid(call, "out of memory");
		return;
	}
	x->call = call;
	call->state = x;
	call->state_free = explain_free;
	if (!c) {
		fail(call, EOPNOTSUPP, "Open vSwitch is not looked at");
		return;
	}
	x->known = flow_name_ufid(text, &x->ufid);
	call->request.done = on_refreshed;
	c->refresh(c, &call->request);
}
