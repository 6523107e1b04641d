/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the kernel has: what a filter that was dumped, or read alone, says of its
 * flow. */
#include <string.h>

#include "swoffd/core/engine_priv.h"

/* Of a filter on a block it is not told on which hook of which device. */
static bool is_place_of(const struct engine_dev *dev, enum rule_hook hook,
			const struct kernel_filter *flt)
{
	uint32_t block = engine_block(dev, hook);

	if (block || flt->block)
		return block == flt->block;
	return dev->ifindex == flt->ifindex && hook == flt->hook;
}

struct flow *engine_flow_of(struct engine *e, const struct kernel_filter *flt)
{
	struct flow *f = engine_flow(e, flt->handle - 1);
	const struct place *place;
	struct engine_cookie c;

	if (!f || !flt->has_cookie)
		return NULL;
	place = flowtab_place(&e->table, f);
	memcpy(&c, flt->cookie, sizeof(c));
	if (!is_place_of(e->devs[place->dev], (enum rule_hook)place->hook, flt))
		return NULL;
	/* Its epoch may be that of the daemon which put it there. */
	return place->chain == flt->chain &&
	       f->prio == flt->prio && kernel_cookie_is_ours(c.magic) &&
	       memcmp(c.id, f->ufid.bytes, sizeof(c.id)) == 0 ? f : NULL;
}

/*
 * True: it is news.  What was put since the dump began, or was seen in it
 * before, may be told by it as it was: only the answer to a get is news then.
 */
static bool count_seen(struct engine *e, struct flow *f, bool is_get)
{
	const struct place *place = flowtab_place(&e->table, f);
	bool first = f->seen != e->pass_no;

	if (!engine_is_in_pass(e, place))
		return true;
	e->devs[place->dev]->n_seen += first;
	e->pace_new += first && !f->seen;
	f->seen = e->pass_no;
	return first || is_get;
}

/* While a message is under way it is not known if this is the filter before
 * or after it, but for one that was read between the two. */
static bool is_under_way(struct engine *e, const struct flow *f,
			 const struct kernel_filter *filter)
{
	if (f->phase != PHASE_SENT || f->op == OP_GET)
		return false;
	e->read_slot = engine_slot(e, f);
	e->read_stats = *engine_meter_stats(e, f, filter);
	return true;
}

void engine_take_read(struct engine *e, struct flow *f, uint8_t gen, int err)
{
	bool is_old = f->phase == PHASE_SENT && f->gen == (uint8_t)(gen + 1);

	if (!err && is_old && e->read_slot == engine_slot(e, f))
		flow_read_between(e, f, &e->read_stats);
	e->read_slot = FLOWTAB_NO_SLOT;
}

static void read_stats(struct engine *e, struct flow *f,
		       const struct kernel_filter *filter)
{
	const struct kernel_stats *stats = engine_meter_stats(e, f, filter);

	if (filter->tag)
		flow_read_between(e, f, stats);
	else
		flow_read_stats(e, f, stats);
}

static void read_filter(struct engine *e, const struct kernel_filter *filter)
{
	struct flow *f = engine_flow_of(e, filter);
	bool is_get = filter->tag != 0;

	if (!f || (f->presence == NOT_THERE && !f->clash))
		return;
	if (is_under_way(e, f, filter) || !count_seen(e, f, is_get))
		return;
	read_stats(e, f, filter);
	flow_set_presence(e, f, filter->in_hw ? THERE_HW : THERE_SW);
	if (f->phase == PHASE_VERIFY) {
		engine_conclude(e, f);
	} else if (f->phase == PHASE_SETTLED && !f->dying &&
		   (f->state == FLOW_IN_HW) != filter->in_hw) {
		flow_unsettle(e, f);
		engine_conclude(e, f);
	}
	if (e->pass_running && e->pass_all && !is_get)
		engine_capacity_look(e, f);
}

void engine_read_again(struct engine *e, struct flow *f)
{
	flow_unsettle(e, f);
	flow_set_presence(e, f, THERE_UNREAD);
	engine_enqueue(e, f, OP_GET);
}

/* The answer to a get; or a message of its flow is under way, and this may be
 * what that brought about. */
static bool is_asked_for(struct engine *e, const struct kernel_filter *filter)
{
	const struct flow *f = engine_flow_of(e, filter);

	return filter->tag || (f && f->phase == PHASE_SENT);
}

void engine_on_filter(struct engine *e, const struct kernel_filter *filter)
{
	if (engine_prove_filter(e, filter))
		return;
	if ((uint8_t)(filter->tag >> 32) == OP_GET_ASKED)
		engine_get_filter(e, filter);
	if (e->probing && filter->chain == ENGINE_SCRATCH_CHAIN)
		engine_probe_filter(e, filter);
	else if (e->scan && !is_asked_for(e, filter))
		e->scan->filter(e, filter);
	else if (filter->chain != ENGINE_SCRATCH_CHAIN)
		read_filter(e, filter);
}

void engine_read_init(struct engine *e)
{
	e->read_slot = FLOWTAB_NO_SLOT;
}
