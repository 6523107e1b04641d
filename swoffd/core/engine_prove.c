/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does hardware forward a flow?  First a watch: hardware must count its
 * packets and software none.  Then the control: the flow gives way as those do
 * that are worth less, so that its packets go on in software, which none of
 * them notices.  Software must count them now, and hardware none for a rule
 * that they do not come by.  The place in hardware is kept for the flow, and
 * whatever happens it goes back; the next daemon, too, sees by its cookie that
 * it is there for a moment only.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "swoffd/core/engine_prove.h"

#define READ_MS 200
#define MAX_PROOFS 64

struct engine_proof *proof_of(const struct engine *e, const struct flow *f)
{
	struct engine_proof *x;

	list_for_each(x, &e->proofs, node)
		if (x->slot == engine_slot(e, f))
			return x;
	return NULL;
}

bool proof_is_at_rest(const struct flow *f)
{
	return f->phase == PHASE_SETTLED && !f->dying &&
	       f->state == (f->control ? FLOW_EVICTED : FLOW_IN_HW);
}

/* Nothing is done before the callback of the engine that led here is over. */
void proof_begin_stage(struct engine_proof *x, enum prove_stage stage)
{
	x->stage = stage;
	x->began_ms = proof_now_ms(x);
	proof_forget(x);
	defer(x->engine->core->loop, &x->step);
}

void proof_end(struct engine_proof *x, enum prove_verdict verdict)
{
	x->asked->verdict = verdict;
	proof_begin_stage(x, STAGE_BACK);
}

static void move(struct engine_proof *x, struct flow *f, bool to_software)
{
	f->control = to_software;
	x->has_moved = true;
	engine_capacity_move(x->engine, f, to_software);
}

static void copy_reasons(struct engine_proof *x, const struct flow *f)
{
	struct reason_list *list = &x->asked->reasons;
	const struct reason *why = engine_reasons(x->engine, f, &list->n);

	if (list->n > REASON_LIST_MAX)
		list->n = REASON_LIST_MAX;
	if (list->n)
		memcpy(list->reasons, why, list->n * sizeof(*why));
}

/* f is NULL if it has gone. */
static void finish(struct engine_proof *x, struct flow *f)
{
	struct engine_prove *p = x->asked;
	struct engine *e = x->engine;

	if (f) {
		f->gave_way &= !f->control;
		f->proving = f->control = false;
		p->state = (enum flow_state)f->state;
		copy_reasons(x, f);
	}
	list_del(&x->node);
	timer_cancel(&x->timer);
	defer_cancel(&x->step);
	free(x);
	p->done(p);
	if (list_empty(&e->proofs))
		defer(e->core->loop, &e->answer);
}

static bool is_evidence(enum prove_verdict v)
{
	return v == PROVE_PROVEN || v == PROVE_NO_TRAFFIC ||
	       v == PROVE_CONTROL_FAILED;
}

static void go_back(struct engine_proof *x, struct flow *f)
{
	struct engine_prove *p = x->asked;

	if (f->control) {
		move(x, f, false);
		return;
	}
	if (x->has_moved && f->state == FLOW_PENDING)
		return;
	if (x->has_moved && f->state != FLOW_IN_HW && is_evidence(p->verdict))
		p->verdict = PROVE_NOT_BACK;
	finish(x, f);
}

static void end(struct engine_proof *x, struct flow *f, bool is_gone)
{
	if (twin_leaves(x))
		return;
	if (is_gone)
		finish(x, f);
	else
		go_back(x, f);
}

static void step(struct engine_proof *x)
{
	struct flow *f = engine_flow(x->engine, x->slot);
	bool is_gone = !f || f->dying;

	if (is_gone) {
		x->asked->verdict = PROVE_DELETED;
		x->stage = STAGE_BACK;
	}
	if (x->stage == STAGE_BACK) {
		end(x, f, is_gone);
	} else if (!proof_is_at_rest(f)) {
		if (f->state != FLOW_PENDING)
			proof_end(x, PROVE_NOT_IN_HW);
	} else if (x->stage == STAGE_CONTROL && !f->control) {
		move(x, f, true);
	} else if (!f->control || twin_is_put(x, f)) {
		proof_read(x, f);
	}
}

static void on_step(struct deferred *d)
{
	step(container_of(d, struct engine_proof, step));
}

static void on_tick(struct timer *t)
{
	struct engine_proof *x = container_of(t, struct engine_proof, timer);
	uint64_t limit = x->asked->seconds * 1000ULL + ENGINE_DRIVER_LAG_MS;
	const struct flow *f = engine_flow(x->engine, x->slot);

	timer_set(x->engine->core->loop, t, READ_MS);
	if (f && x->stage != STAGE_BACK &&
	    proof_now_ms(x) - x->began_ms >= limit)
		proof_give_up(x, f);
	else
		step(x);
}

void engine_prove_settled(struct engine *e, struct flow *f)
{
	struct engine_proof *x = proof_of(e, f);

	proof_forget(x);
	defer(e->core->loop, &x->step);
}

void engine_prove_changed(struct engine *e, struct flow *f)
{
	struct engine_proof *x = proof_of(e, f);

	/* Whoever changed it sends it. */
	if (f->control) {
		f->control = f->gave_way = false;
		x->has_moved = true;
	}
	proof_end(x, PROVE_CHANGED);
}

void engine_prove_gone(struct engine *e, struct flow *f)
{
	struct engine_proof *x = proof_of(e, f);

	f->proving = f->control = false;
	x->slot = FLOWTAB_NO_SLOT;
	proof_end(x, PROVE_DELETED);
}

bool engine_prove_holds(const struct engine *e,
			const struct engine_switch *sw)
{
	const struct engine_proof *x;

	list_for_each(x, &e->proofs, node) {
		const struct flow *f = flowtab_get(&e->table, x->slot);

		if (f && f->control && engine_dev_of(e, f)->sw == sw)
			return true;
	}
	return false;
}

static int check(const struct engine *e, const struct flow *f,
		 struct error *err)
{
	const struct engine_proof *x;
	int n = 0;

	if (e->closed)
		return error_set(err, ESHUTDOWN, "swoffd is stopping");
	if (!f)
		return error_set(err, ENOENT, "no flow with this ufid");
	if (f->proving)
		return error_set(err, EBUSY,
				 "this flow is being proven already");
	list_for_each(x, &e->proofs, node)
		n++;
	if (n >= MAX_PROOFS)
		return error_set(err, EBUSY,
				 "%d other flows are being proven", n);
	return 0;
}

int engine_prove(struct engine *e, struct engine_prove *p, struct error *err)
{
	struct flow *f = engine_flow(e, engine_find_ufid(e, &p->ufid));
	struct engine_proof *x;
	int rc = check(e, f, err);

	if (rc < 0)
		return rc;
	x = calloc(1, sizeof(*x));
	if (!x)
		return error_set(err, ENOMEM, "out of memory");
	x->engine = e;
	x->asked = p;
	x->slot = engine_slot(e, f);
	x->no = ++e->proof_no;
	f->proving = true;
	p->reasons.n = 0;
	p->hw_control = false;
	memset(p->phases, 0, sizeof(p->phases));
	timer_init(&x->timer, on_tick);
	deferred_init(&x->step, on_step);
	list_add_tail(&e->proofs, &x->node);
	proof_begin_stage(x, STAGE_WATCH);
	timer_set(e->core->loop, &x->timer, READ_MS);
	return 0;
}

void engine_prove_cancel(struct engine *e, struct engine_prove *p)
{
	struct engine_proof *x;

	list_for_each(x, &e->proofs, node)
		if (x->asked == p && x->stage != STAGE_BACK)
			proof_end(x, PROVE_STOPPED);
}

bool engine_prove_stop(struct engine *e, struct request *r)
{
	struct engine_proof *x;

	e->closed = true;
	list_for_each(x, &e->proofs, node)
		engine_prove_cancel(e, x->asked);
	if (list_empty(&e->proofs))
		return false;
	list_add_tail(&e->after_proofs, &r->node);
	return true;
}

void engine_prove_init(struct engine *e)
{
	list_init(&e->proofs);
	list_init(&e->after_proofs);
}

void engine_prove_fini(struct engine *e)
{
	struct engine_proof *x;

	list_for_each(x, &e->proofs, node) {
		timer_cancel(&x->timer);
		defer_cancel(&x->step);
		free(x);
	}
}
