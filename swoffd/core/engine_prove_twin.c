/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel does not ask hardware for counters of a rule with skip_hw: that
 * they stand still in the control says nothing.  So a twin of the rule takes
 * its place in hardware meanwhile, on the scratch chain: hardware has to look
 * at the same match and is asked what it counts, but no packet comes by.
 */
#include <errno.h>

#include "swoffd/core/engine_prove.h"

/* No prio of a flow, and one of its own for each proof: the kernel takes one
 * protocol a prio. */
#define TWIN_PRIO (ENGINE_PRIO_BASE + ENGINE_MAX_PROTOCOLS + 1)

#define TWIN_HANDLE 0x7477696eU

static int ask(struct engine_proof *x, enum kernel_request_kind kind,
	       uint8_t op)
{
	static const struct ufid no_flow;
	struct engine *e = x->engine;
	struct kernel *k = e->core->kernel;
	struct kernel_request req = {
		.kind = kind,
		.tag = engine_make_tag(x->slot, op, x->no),
		.rule = &x->leave.rule,
	};
	int rc;

	engine_cookie_make(e, &no_flow, false, 0, req.cookie);
	rc = e->blocked ? -EAGAIN : k->ops->tc_queue(k, &req);
	if (rc < 0)
		return rc;
	e->n_sent++;
	k->ops->tc_flush(k);
	return 0;
}

bool twin_is_put(struct engine_proof *x, const struct flow *f)
{
	struct rule *rule = &x->leave.rule;
	const struct engine_dev *missing;
	int rc;

	if (x->twin != TWIN_NONE)
		return true;
	if (engine_rule(x->engine, f, rule, &missing) < 0)
		return false;
	engine_probe_place(rule);
	rule->block = engine_block(engine_dev_of(x->engine, f), rule->hook);
	rule->prio = (uint16_t)(TWIN_PRIO + x->no);
	rule->handle = TWIN_HANDLE;
	rule->policy = RULE_BEST_EFFORT;
	engine_make_sendable(rule);
	rc = ask(x, REQUEST_PROBE, OP_TWIN_PUT);
	if (rc == 0)
		x->twin = TWIN_SENT;
	else if (rc != -EAGAIN)
		x->twin = TWIN_REFUSED;
	return x->twin != TWIN_NONE;
}

void twin_judge(struct engine_proof *x)
{
	if (x->twin == TWIN_REFUSED)
		proof_end(x, PROVE_PROVEN);
	else if (x->twin == TWIN_THERE &&
		 ask(x, REQUEST_GET, OP_TWIN_GET) == 0)
		x->twin = TWIN_ASKED;
}

void twin_filter(struct engine_proof *x, const struct flow *f,
		 const struct kernel_filter *filter)
{
	if (x->twin != TWIN_ASKED || !filter->in_hw)
		return;
	x->asked->hw_control = true;
	x->asked->phases[PROVE_CONTROL].hw_packets =
		engine_meter_stats(x->engine, f, filter)->hw_packets;
}

/* A put of which nothing was heard may be there: the get will tell. */
void twin_result(struct engine_proof *x, uint8_t op, int err)
{
	struct engine_prove *p = x->asked;

	if (op == OP_TWIN_PUT && x->twin == TWIN_SENT) {
		x->twin = err && err != ENOBUFS ? TWIN_REFUSED : TWIN_THERE;
	} else if (op == OP_TWIN_GET && x->twin == TWIN_ASKED) {
		x->twin = err == ENOBUFS ? TWIN_THERE : TWIN_REFUSED;
		if (p->hw_control)
			proof_end(x, p->phases[PROVE_CONTROL].hw_packets ?
				     PROVE_CONTROL_FAILED : PROVE_PROVEN);
	}
}

static void on_left(struct engine *e, struct engine_probe *p)
{
	struct engine_proof *x = container_of(p, struct engine_proof, leave);

	x->twin = TWIN_NONE;
	defer(e->core->loop, &x->step);
}

bool twin_leaves(struct engine_proof *x)
{
	if (x->twin == TWIN_NONE)
		return false;
	if (x->twin != TWIN_LEAVING) {
		x->twin = TWIN_LEAVING;
		x->leave.done = on_left;
		engine_probe_remove(x->engine, &x->leave);
	}
	return true;
}
