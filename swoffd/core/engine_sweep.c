/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Something happened that concerns many flows: a device has gone or come, all
 * were flushed, it is time to try again.  Each flow is looked at again, what is
 * wanted against what there is, a few thousand in a round, so that nobody
 * waits for a million.
 */
#include "swoffd/core/engine_priv.h"

#define SWEEP_ROUND 4096

static bool is_due(struct engine *e, struct flow *f, unsigned int what)
{
	if (f->phase == PHASE_WAIT_DEV)
		return true;
	if (f->phase != PHASE_SETTLED)
		return false;
	if (engine_missing(e, f))
		return f->state != FLOW_LOST;
	if (engine_is_outdated(e, f)) {
		f->stale = true;
		return true;
	}
	if (engine_chain_is_due(e, f))
		return true;
	if (f->state == FLOW_LOST && what & SWEEP_DEVICE)
		return true;
	return engine_retry_is_due(e, f, what);
}

static void revise(struct engine *e, struct flow *f, unsigned int what)
{
	bool over;

	if (what & SWEEP_UFID && engine_dev_of(e, f)->new_id &&
	    !f->own_ufid) {
		f->own_ufid = true;
		engine_store_mark(e, f);
	}
	over = what & SWEEP_AGE && !f->dying && f->phase == PHASE_SETTLED &&
	       engine_age_is_over(e, f);

	if (f->dying || over) {
		engine_remove(e, f);
	} else if (is_due(e, f, what)) {
		f->stale |= f->state == FLOW_SW;
		f->explained = false;
		flow_unsettle(e, f);
		engine_advance(e, f);
	}
}

static void answer_all(struct engine *e, struct list *waiting)
{
	while (!list_empty(waiting)) {
		struct request *r = container_of(waiting->next, struct request,
						 node);

		list_del(&r->node);
		engine_settle(e, r);
	}
}

static void begin(struct engine *e)
{
	e->sweeping = e->sweep_next;
	e->sweep_next = 0;
	e->sweep_at = 0;
	e->key_refusal_told = e->key_refused;
	while (!list_empty(&e->after_next)) {
		struct list *node = e->after_next.next;

		list_del(node);
		list_add_tail(&e->after_sweep, node);
	}
}

static void on_sweep(struct deferred *d)
{
	struct engine *e = container_of(d, struct engine, sweep);

	if (!e->sweeping)
		begin(e);
	for (int n = 0; n < SWEEP_ROUND && e->sweep_at < e->table.n_slots;
	     n++) {
		struct flow *f = engine_flow(e, e->sweep_at++);

		if (f)
			revise(e, f, e->sweeping);
	}
	if (e->sweep_at < e->table.n_slots) {
		defer(e->core->loop, d);
		return;
	}
	e->sweeping = 0;
	if (e->key_refusal_told == e->key_refused)
		engine_key_forget(e);
	if (e->sweep_next)
		defer(e->core->loop, d);
	answer_all(e, &e->after_sweep);
	defer(e->core->loop, &e->answer);
}

void engine_sweep(struct engine *e, unsigned int what)
{
	e->sweep_next |= what;
	defer(e->core->loop, &e->sweep);
}

bool engine_sweep_wait(struct engine *e, struct request *r)
{
	if (e->sweep_next)
		list_add_tail(&e->after_next, &r->node);
	else if (e->sweeping)
		list_add_tail(&e->after_sweep, &r->node);
	else
		return false;
	return true;
}

/* Flushes that flows have not heard of are told apart by a number of one byte;
 * before it comes round they are all told. */
void engine_sweep_flush(struct engine *e)
{
	if (!e->sweeping && !e->sweep_next)
		e->n_flushes = 0;
	e->flush_no++;
	engine_sweep(e, SWEEP_FLUSH);
	if (++e->n_flushes < UINT8_MAX)
		return;
	for (uint32_t slot = 0; slot < e->table.n_slots; slot++)
		(void)engine_flow(e, slot);
	e->n_flushes = 0;
}

void engine_sweep_init(struct engine *e)
{
	list_init(&e->after_sweep);
	list_init(&e->after_next);
	deferred_init(&e->sweep, on_sweep);
}
