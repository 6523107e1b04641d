/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel would not give back after a restart is kept in a store: all
 * of a flow that is not in tc, and what a filter has no room for.  A flow that
 * is in tc and has nothing of the kind costs nothing here.  Nobody is answered
 * before what was asked for is in the kernel or in the store; and of a flow that
 * has a record, or gets one, what is wanted is written before it is sent, so
 * that a record is never older than the filter.
 *
 * Records are written some at a time, in the order in which flows changed;
 * several changes of one flow are one record.
 */
#include <errno.h>
#include <string.h>

#include "common/base/log.h"
#include "swoffd/core/engine_record.h"

#define SAVE_ROUND 256
#define SAVE_AGAIN_MS 1000             /* after a failure */

/* Than its filter has room for.  A datapath tells of those it has. */
static bool has_more(const struct flow *f)
{
	return !f->mirrored &&
	       (f->own_ufid || f->attrs_id || f->base_id != POOL_NONE);
}

/* One that is being deleted, or changed to what needs none, loses its record
 * after its filter, or half of it would be adopted.  But the ufid of one that is
 * being deleted may be another's by now. */
static bool needs_record(const struct engine *e, const struct flow *f)
{
	if (f->mirrored)
		return false;
	if (f->dying &&
	    flowtab_find_ufid(&e->table, &f->ufid) != FLOWTAB_NO_SLOT)
		return false;
	return f->presence == NOT_THERE || has_more(f) ||
	       (f->stored && f->phase != PHASE_SETTLED);
}

static int grow(struct engine *e)
{
	uint32_t size = e->save_size ? e->save_size * 2 : 1024;
	uint32_t *slots = reallocarray(NULL, size, sizeof(*slots));

	if (!slots)
		return -ENOMEM;
	for (uint32_t i = 0; i < e->n_save; i++)
		slots[i] = e->save_slots[(e->save_head + i) &
					 (e->save_size - 1)];
	free(e->save_slots);
	e->save_slots = slots;
	e->save_size = size;
	e->save_head = 0;
	return 0;
}

static void push(struct engine *e, uint32_t slot)
{
	struct flow *f = &e->table.flows[slot];

	if (f->unsaved || (e->n_save == e->save_size && grow(e) < 0))
		return;
	f->unsaved = true;
	e->save_slots[(e->save_head + e->n_save++) & (e->save_size - 1)] =
		slot;
	e->save_seq++;
	/* What is there must be read before it is written over. */
	if (!e->restoring && !e->save_failed)
		defer(e->core->loop, &e->save);
}

void engine_store_mark(struct engine *e, struct flow *f)
{
	if (e->store && (f->stored || needs_record(e, f)))
		push(e, engine_slot(e, f));
}

void engine_store_want(struct engine *e, struct flow *f)
{
	if (!e->store || f->mirrored)
		return;
	/* Who waits for it as it was wanted before is answered now. */
	if (f->pending) {
		engine_record_put(e, f);
		f->stored = true;
	}
	if (f->stored || has_more(f))
		push(e, engine_slot(e, f));
}

/* A record may be there that is not needed, or not be there. */
void engine_store_recheck(struct engine *e, uint32_t slot)
{
	const struct flow *f = flowtab_get(&e->table, slot);

	if (!f || !f->stored || !needs_record(e, f))
		push(e, slot);
}

void engine_store_rename(struct engine *e, struct engine_dev *dev)
{
	if (!e->store || !dev->is_stored)
		return;
	engine_record_device(e, dev);
	e->save_device = true;
	defer(e->core->loop, &e->save);
}

void engine_store_forget(struct engine *e, uint32_t slot, bool stored)
{
	if (e->store && stored)
		push(e, slot);
}

/* The record of what is in the slot now, if it needs one. */
static void save_slot(struct engine *e, uint32_t slot)
{
	struct flow *f = flowtab_get(&e->table, slot);

	e->table.flows[slot].unsaved = false;
	if (!f || !needs_record(e, f)) {
		(void)e->store->ops->del(e->store, STORE_FLOWS, slot);
		if (f)
			f->stored = false;
		return;
	}
	engine_record_put(e, f);
	f->stored = true;
}

static void failed(struct engine *e, uint32_t n, int rc)
{
	if (!e->save_failed)
		log_error("state: %s: changes are not kept until it can be "
			  "written again", strerror(-rc));
	e->save_failed = true;
	/* Nothing of it was written: all of these once more. */
	while (n--) {
		uint32_t slot = e->save_slots[--e->save_head &
					      (e->save_size - 1)];

		e->n_save++;
		e->table.flows[slot].unsaved = true;
	}
	timer_set(e->core->loop, &e->save_again, SAVE_AGAIN_MS);
}

static void save(struct engine *e, uint32_t n)
{
	int rc;

	for (uint32_t i = 0; i < n; i++)
		save_slot(e, e->save_slots[(e->save_head + i) &
					   (e->save_size - 1)]);
	e->save_head += n;
	e->n_save -= n;
	rc = e->store->ops->commit(e->store);
	if (rc < 0) {
		failed(e, n, rc);
		return;
	}
	if (e->save_failed)
		log_info("state: it can be written again");
	e->save_failed = e->save_device = false;
}

/* Requests that were done when what is saved now had yet to be. */
static void answer_saved(struct engine *e)
{
	struct error none = { 0 };

	while (!list_empty(&e->saving)) {
		struct request *r = container_of(e->saving.next,
						 struct request, node);

		if (r->after > e->save_seq - e->n_save && !e->save_failed)
			return;
		list_del(&r->node);
		r->done(r, &none);
	}
}

static void on_save(struct deferred *d)
{
	struct engine *e = container_of(d, struct engine, save);

	if (e->n_save || e->save_device)
		save(e, e->n_save < SAVE_ROUND ? e->n_save : SAVE_ROUND);
	if (e->n_save && !e->save_failed)
		defer(e->core->loop, d);
	answer_saved(e);
}

static void on_save_again(struct timer *t)
{
	on_save(&container_of(t, struct engine, save_again)->save);
}

void engine_keep(struct engine *e, struct request *r)
{
	struct error none = { 0 };

	if (!e->n_save || e->save_failed) {
		r->done(r, &none);
		return;
	}
	r->after = e->save_seq;
	list_add_tail(&e->saving, &r->node);
}

/* A filter that is taken out is not there to tell of its flow; one that is put
 * anew counts from zero. */
static bool must_cover(const struct flow *f)
{
	if (f->phase != PHASE_QUEUED || f->dying || f->mirrored)
		return false;
	if (f->op == OP_WITHDRAW)
		return !f->stored || f->unsaved;
	if (f->op == OP_REPLACE && f->now.packets)
		return true;
	return (f->op == OP_ADD || f->op == OP_REPLACE) && f->unsaved &&
	       (f->stored || has_more(f));
}

static uint32_t cover(struct engine *e, struct flow *f)
{
	if (!f || !must_cover(f))
		return 0;
	engine_record_put(e, f);
	f->stored = true;
	return 1;
}

static void commit_covered(struct engine *e, uint32_t n)
{
	if (n && e->store->ops->commit(e->store) < 0)
		log_debug("state: %u flows are sent before they are kept", n);
}

void engine_store_move(struct engine *e, uint32_t from, uint32_t to)
{
	struct flow *old = flowtab_get(&e->table, from);

	if (!e->store || old->mirrored)
		return;
	engine_record_put(e, flowtab_get(&e->table, to));
	flowtab_get(&e->table, to)->stored = true;
	(void)e->store->ops->del(e->store, STORE_FLOWS, from);
	old->stored = false;
	commit_covered(e, 2);
}

void engine_store_cover(struct engine *e, uint32_t n)
{
	uint32_t covered = 0;

	if (!e->store)
		return;
	for (uint32_t i = 0; i < n && i < e->queue_len; i++) {
		uint32_t at = (e->queue_head + i) & (e->queue_size - 1);

		covered += cover(e, engine_flow(e, e->queue[at]));
	}
	commit_covered(e, covered);
}

void engine_store_cover_one(struct engine *e, struct flow *f)
{
	if (e->store)
		commit_covered(e, cover(e, f));
}

void engine_store_restore(struct engine *e)
{
	if (e->store)
		engine_record_restore(e);
	e->restoring = false;
	defer(e->core->loop, &e->pump);
	/* Some are in other slots now, and one in the place of another's record:
	 * all at once, or that is lost. */
	if (e->n_save)
		save(e, e->n_save);
}

void engine_store_init(struct engine *e)
{
	list_init(&e->saving);
	deferred_init(&e->save, on_save);
	timer_init(&e->save_again, on_save_again);
}

void engine_store_fini(struct engine *e)
{
	defer_cancel(&e->save);
	timer_cancel(&e->save_again);
	free(e->save_slots);
}
