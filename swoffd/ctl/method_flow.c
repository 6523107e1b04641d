/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Single flows; bulk is load.c, lists are show.c. */
#include "swoffd/ctl/call.h"

#include <errno.h>
#include <stdlib.h>

#include "swoffd/ctl/attrs.h"
#include "swoffd/ctl/audit.h"
#include "swoffd/ctl/explain.h"
#include "swoffd/ctl/flow_json.h"
#include "swoffd/ctl/flow_name.h"
#include "swoffd/ctl/load.h"
#include "swoffd/ctl/policy.h"
#include "swoffd/ctl/prove.h"
#include "swoffd/ctl/show.h"
#include "swoffd/ctl/totals.h"

static struct engine *engine_of(const struct call *call)
{
	return call->server->core->engine;
}

static void on_added(struct request *r, const struct error *err)
{
	struct call *call = container_of(r, struct call, request);
	const struct ufid *ufid = call->state;
	struct error gone = { 0 };
	struct flow_view view;
	uint32_t slot;

	if (err->code) {
		call_fail(call, err, NULL);
		return;
	}
	slot = engine_find_ufid(engine_of(call), ufid);
	if (slot != ENGINE_NO_SLOT &&
	    engine_view(engine_of(call), slot, &view)) {
		call_reply(call, flow_json(&view));
		return;
	}
	(void)error_set(&gone, ENOENT, "deleted by somebody meanwhile");
	call_fail(call, &gone, NULL);
}

static int parse_flow(struct call *call, struct line_flow *flow)
{
	struct reason_list reasons;
	struct error err = { 0 };

	switch (flow_name_line(engine_of(call), call_text(call, "flow"), flow,
			       &reasons, &err)) {
	case 0:
		return 0;
	case -EOPNOTSUPP:
		call_fail(call, &err, flow_json_reasons(&reasons));
		return -EOPNOTSUPP;
	default:
		call_invalid(call, "flow: %s", err.msg);
		return -EINVAL;
	}
}

static int put(struct call *call, const struct line_flow *flow,
	       struct reason_list *reasons, struct error *err)
{
	struct flow_view view;
	struct ufid *ufid = malloc(sizeof(*ufid));
	uint32_t slot;
	int rc;

	if (!ufid)
		return error_set(err, ENOMEM, "out of memory");
	call->state = ufid;
	call->state_free = free;
	rc = engine_put(engine_of(call), flow, &slot, reasons, err);
	if (rc < 0)
		return rc;
	if (!engine_view(engine_of(call), slot, &view))
		return error_set(err, ENOENT, "it did not stay");
	*ufid = view.ufid;
	return 0;
}

static void flow_add(struct call *call)
{
	struct reason_list reasons = { 0 };
	struct flow_attrs attrs;
	struct line_flow flow;
	struct error err = { 0 };

	if (parse_flow(call, &flow) < 0 ||
	    policy_apply(call, &flow.rule) < 0 ||
	    attrs_params(call, &attrs) < 0)
		return;
	flow_attrs_complete(&flow.attrs, &attrs);
	if (flow.verb == TCTEXT_DEL) {
		call_invalid(call, "flow: it says del; flow.del deletes");
		return;
	}
	if (put(call, &flow, &reasons, &err) < 0) {
		call_fail(call, &err, flow_json_reasons(&reasons));
		return;
	}
	call->request.done = on_added;
	engine_settle(engine_of(call), &call->request);
}

static void on_settled(struct request *r, const struct error *err)
{
	struct call *call = container_of(r, struct call, request);

	if (err->code)
		call_fail(call, err, NULL);
	else
		call_reply(call, steal_ptr(call->state));
}

static void reply_later(struct call *call, struct json_object *result)
{
	call->state = result;
	call->state_free = (void (*)(void *))json_put;
	call->request.done = on_settled;
}

/* Keeps the answer until everything before it has been done. */
static void settle_and_reply(struct call *call, struct json_object *result)
{
	reply_later(call, result);
	engine_settle(engine_of(call), &call->request);
}

static void flow_del(struct call *call)
{
	struct error err = { 0 };
	struct json_object *result;
	struct ufid ufid;

	if (flow_name_find(engine_of(call), call_text(call, "flow"), &ufid,
			   &err) < 0 ||
	    engine_del_ufid(engine_of(call), &ufid, &err) < 0) {
		call_fail(call, &err, NULL);
		return;
	}
	result = json_object_new_object();
	if (result)
		json_object_object_add(result, "ufid", flow_json_ufid(&ufid));
	settle_and_reply(call, result);
}

static void flow_set(struct call *call)
{
	struct flow_attrs attrs;
	struct flow_view view;
	struct error err = { 0 };
	struct ufid ufid;

	if (attrs_params(call, &attrs) < 0)
		return;
	if (flow_name_find(engine_of(call), call_text(call, "flow"), &ufid,
			   &err) < 0 ||
	    engine_set_attrs(engine_of(call), &ufid, &attrs, &err) < 0) {
		call_fail(call, &err, NULL);
		return;
	}
	(void)engine_view(engine_of(call),
			  engine_find_ufid(engine_of(call), &ufid), &view);
	reply_later(call, flow_json(&view));
	engine_keep(engine_of(call), &call->request);
}

static void flow_flush(struct call *call)
{
	struct json_object *result = json_object_new_object();
	uint64_t n = 0;

	for (int i = 0; i < FLOW_N_STATES; i++)
		n += engine_count(engine_of(call), (enum flow_state)i);
	n -= engine_n_mirrored(engine_of(call));
	engine_flush(engine_of(call));
	if (result)
		json_object_object_add(result, "deleted",
				       json_object_new_uint64(n));
	settle_and_reply(call, result);
}

const struct method flow_methods[] = {
	{ "flow.add", METHOD_WRITE, 0,
	  "put one flow; the answer is the flow with its state",
	  { { "flow", PARAM_TEXT, true }, { "policy", PARAM_TEXT, false },
	    ATTRS_PARAMS }, flow_add },
	{ "flow.set", METHOD_WRITE, 0,
	  "change attributes of a flow; the answer is the flow",
	  { { "flow", PARAM_TEXT, true }, ATTRS_PARAMS }, flow_set },
	{ "flow.del", METHOD_WRITE, 0, "delete one flow, by ufid or by a line",
	  { { "flow", PARAM_TEXT, true } }, flow_del },
	{ "flow.explain", METHOD_WRITE, 0,
	  "would the flow be offloaded; the rule is tried out and removed",
	  { { "flow", PARAM_TEXT, true }, { "policy", PARAM_TEXT, false } },
	  explain_run },
	{ "flow.prove", METHOD_WRITE, 0,
	  "does hardware forward the flow; its counters tell, and for a control "
	  "software has it for some seconds",
	  { { "flow", PARAM_TEXT, true }, { "packets", PARAM_NUMBER, false },
	    { "seconds", PARAM_NUMBER, false },
	    { "control", PARAM_BOOL, false } }, prove_run },
	{ "flow.show", METHOD_READ, 1,
	  "flows as JSON, one a line, through the descriptor",
	  { { "flow", PARAM_TEXT, false }, { "dev", PARAM_TEXT, false },
	    { "state", PARAM_TEXT, false } }, show_run },
	{ "flow.load", METHOD_WRITE, 2,
	  "lines from the first descriptor, refusals to the second",
	  { { "policy", PARAM_TEXT, false }, ATTRS_PARAMS }, load_run },
	{ "flow.stats", METHOD_READ, 0,
	  "what all flows have counted, by device, and how many have each "
	  "state and reason", { { 0 } }, totals_stats },
	{ "flow.audit", METHOD_WRITE, 1,
	  "compare table, tc and hardware; findings through the descriptor",
	  { { "fix", PARAM_BOOL, false } }, audit_run },
	{ "flow.flush", METHOD_WRITE, 0, "delete all flows that are ours",
	  { { 0 } }, flow_flush },
	{ 0 }
};
