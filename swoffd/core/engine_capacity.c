/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which flows have a place in hardware.  The ports of an eswitch share a table
 * of rules; how many fit is learnt when the driver says ENOSPC.  From then on
 * each reading of the counters ends with a look at who is worth it: rate times
 * weight, pinned ones first.  A flow that gives way stays in tc with skip_hw,
 * so its packets go on in software, and is replaced in place, which no packet
 * notices.
 */
#include <float.h>

#include "common/base/log.h"
#include "swoffd/core/engine_priv.h"

/*
 * Who takes a place must be worth so much more than who has it, and more than
 * chance would make of a flow that is not: flows of equal rates would change
 * places for ever.  Of packets that come at random, a rate over a window w has
 * the variance rate / 2w; two standard deviations are no chance.  That nothing
 * came in a window may be chance as well.
 */
#define HYSTERESIS 1.25f
#define CHANCE (2.0f * 2.0f * 1000 / (2 * ENGINE_RATE_WINDOW_MS))
#define LEAST_RATE (1000.0f / ENGINE_RATE_WINDOW_MS)
/* A flow that got a place keeps it so long, while its rate is measured. */
#define HOLD_DS 50
/* In one go at most an eighth of the table, within these. */
#define CHURN_MIN 16
#define CHURN_MAX 4096
/* One flow more than fits is tried so often, in case the table has grown. */
#define PROBE_MIN_MS 10000
#define PROBE_MAX_MS 40000

static void wait_pinned(struct engine *e, struct engine_switch *sw,
			const struct flow *f)
{
	sw->n_wait_pinned += engine_attrs(e, f)->pin &&
			     f->policy == RULE_HW_ONLY;
}

void engine_capacity_full(struct engine *e, struct flow *f)
{
	struct engine_switch *sw = engine_dev_of(e, f)->sw;
	uint32_t n;

	if (!sw)
		return;
	/* Those on their way there may have been before it or not; who gave
	 * way may still be there. */
	n = sw->n_claims - f->claims;
	if (n < sw->n_hw)
		n = sw->n_hw;
	if (n < sw->full_at)
		sw->full_at = n;
	sw->n_full++;
	engine_event_full(e, sw);
	wait_pinned(e, sw, f);
}

void engine_capacity_kept_out(struct engine *e, const struct flow *f)
{
	wait_pinned(e, engine_dev_of(e, f)->sw, f);
}

/* Where a place could be had for it: in tc, counting, and kept out by nothing
 * but room. */
static bool is_candidate(const struct engine *e, const struct flow *f)
{
	const struct reason *why;
	size_t n;

	if (f->phase != PHASE_SETTLED || f->dying || f->proving ||
	    f->policy != RULE_BEST_EFFORT)
		return false;
	if (f->state == FLOW_EVICTED)
		return true;
	why = engine_reasons(e, f, &n);
	return f->state == FLOW_SW && n && why[0].code == REASON_TABLE_FULL;
}

static bool is_victim(const struct engine *e, const struct flow *f)
{
	return f->phase == PHASE_SETTLED && !f->dying && !f->proving &&
	       f->policy == RULE_BEST_EFFORT && f->state == FLOW_IN_HW &&
	       !engine_attrs(e, f)->pin;
}

void engine_capacity_look(struct engine *e, const struct flow *f)
{
	struct engine_switch *sw = engine_dev_of(e, f)->sw;
	const struct flow_attrs *a = engine_attrs(e, f);
	float value = a->pin ? FLT_MAX : f->rate * (float)a->weight;

	if (!sw || !sw->ranking)
		return;
	if (is_candidate(e, f))
		rank_offer(&sw->outside, value, engine_slot(e, f));
	else if (is_victim(e, f) && engine_now_ds(e) - f->since_ds >= HOLD_DS)
		rank_offer(&sw->inside, value, engine_slot(e, f));
}

static uint32_t churn_of(const struct engine_switch *sw)
{
	uint32_t limit = engine_switch_limit(sw);
	uint32_t n = (limit == CAPACITY_UNKNOWN ? sw->n_hw : limit) / 8;

	return n < CHURN_MIN ? CHURN_MIN : n > CHURN_MAX ? CHURN_MAX : n;
}

/* Flows that gave way to a limit which is not known any more have a place. */
static bool is_worth_a_look(const struct engine *e,
			    const struct engine_switch *sw)
{
	return engine_switch_limit(sw) != CAPACITY_UNKNOWN ||
	       sw->full_at != CAPACITY_UNKNOWN ||
	       e->n_state[FLOW_EVICTED];
}

/* A reading of all counters begins. */
void engine_capacity_begin(struct engine *e)
{
	for (uint16_t i = 0; i < e->n_switches; i++) {
		struct engine_switch *sw = e->switches[i];
		uint32_t n = churn_of(sw);

		sw->probe_left = 0;
		sw->ranking = is_worth_a_look(e, sw);
		if (sw->ranking && (rank_reset(&sw->outside, n, false) < 0 ||
				    rank_reset(&sw->inside, n, true) < 0))
			sw->ranking = false;
	}
}

void engine_capacity_move(struct engine *e, struct flow *f, bool give_way)
{
	f->gave_way = give_way;
	engine_rework(e, f);
}

static void evict(struct engine *e, struct engine_switch *sw, uint32_t slot)
{
	struct flow *f = engine_flow(e, slot);

	if (!f || !is_victim(e, f))
		return;
	sw->n_evicted++;
	engine_switch_leave(e, f);
	engine_capacity_move(e, f, true);
}

static bool promote(struct engine *e, struct engine_switch *sw, uint32_t slot)
{
	struct flow *f = engine_flow(e, slot);

	if (!f || !is_candidate(e, f))
		return false;
	sw->n_promoted++;
	engine_switch_claim(e, f);
	engine_capacity_move(e, f, false);
	return true;
}

/* More than may be there.  Whose answer is not known yet may be one that
 * there is no room for; who gave way may not have left yet. */
static uint32_t excess(const struct engine_switch *sw)
{
	uint32_t n = sw->n_claims < sw->n_hw ? sw->n_claims : sw->n_hw;
	uint32_t may = sw->n_pinned + engine_switch_budget(sw);

	return n > may ? n - may : 0;
}

/* The operator has changed it, or pinned flows wait, for which places are
 * made. */
static uint32_t shrink(struct engine *e, struct engine_switch *sw,
		       uint32_t for_pinned)
{
	uint32_t n = excess(sw);

	if (n < for_pinned)
		n = for_pinned;
	if (n > sw->inside.n)
		n = sw->inside.n;
	for (uint32_t i = 0; i < n; i++)
		evict(e, sw, sw->inside.all[i].slot);
	return n;
}

/* How many more may be: by what was learnt, and a few in case it has grown. */
static uint32_t room_of(struct engine *e, struct engine_switch *sw)
{
	uint32_t limit = engine_switch_limit(sw);
	uint32_t budget = engine_switch_budget(sw);
	uint32_t unpinned = engine_switch_unpinned(sw);
	uint32_t room = budget > unpinned ? budget - unpinned : 0;

	if (sw->n_claims >= limit)
		room = 0;
	else if (room > limit - sw->n_claims)
		room = limit - sw->n_claims;
	if (room || sw->limit >= sw->max_rules || sw->n_claims < sw->limit ||
	    loop_now_ms(e->core->loop) < sw->probe_ms ||
	    engine_prove_holds(e, sw))
		return room;
	return sw->probe_n;
}

/* 0: it has gone since it was read. */
static float weight_of(struct engine *e, const struct ranked *r)
{
	const struct flow *f = engine_flow(e, r->slot);

	return f ? (float)engine_attrs(e, f)->weight : 0;
}

static bool is_worth_it(struct engine *e, const struct ranked *out,
			const struct ranked *in)
{
	float w_out = weight_of(e, out), w_in = weight_of(e, in);
	float least = LEAST_RATE * (w_out < w_in ? w_out : w_in);
	float enough = in->value * HYSTERESIS;
	float gain = out->value - enough;

	if (out->value == FLT_MAX)
		return true;
	if (enough < least)
		enough = least;
	return gain > 0 &&
	       gain * gain > CHANCE * (enough * w_out + in->value * w_in);
}

/* Software does not stand in for those that are not in tc: they are asked
 * first, and who is in tc gets what is left of it next time. */
static bool offer(struct engine *e, struct engine_switch *sw, uint32_t room)
{
	sw->offered = room && !sw->offered && e->n_state[FLOW_REJECTED];
	if (sw->offered)
		engine_sweep(e, SWEEP_RETRY);
	return sw->offered;
}

/* First those who take what is free and not kept, then those who take
 * another's place.  Of the inside, the first n_out have gone. */
static void fill(struct engine *e, struct engine_switch *sw, uint32_t n_out,
		 uint32_t kept)
{
	uint32_t room = room_of(e, sw);

	room -= room < kept ? room : kept;
	if (offer(e, sw, room))
		room = 0;
	for (uint32_t i = 0; i < sw->outside.n; i++) {
		const struct ranked *out = &sw->outside.all[i];

		if (room) {
			room -= promote(e, sw, out->slot);
			continue;
		}
		if (n_out == sw->inside.n ||
		    !is_worth_it(e, out, &sw->inside.all[n_out]))
			return;
		evict(e, sw, sw->inside.all[n_out++].slot);
		(void)promote(e, sw, out->slot);
	}
}

static void set_limit(struct engine *e, struct engine_switch *sw, uint32_t n)
{
	char name[ENGINE_SWITCH_NAME_SIZE];

	sw->limit = n;
	engine_event_limit(e, sw);
	engine_switch_name(e, sw, name);
	log_info("%s: the hardware has room for %u rules of ours", name, n);
}

/* The driver has no room: for fewer than before, or still not for more. */
static void learn_full(struct engine *e, struct engine_switch *sw)
{
	uint32_t n = sw->full_at > sw->n_hw ? sw->full_at : sw->n_hw;

	if (n < sw->limit) {
		set_limit(e, sw, n);
		sw->probe_gap_ms = 0;
	}
	sw->probe_n = 1;
	sw->probe_gap_ms = sw->probe_gap_ms ? sw->probe_gap_ms * 2 :
					      PROBE_MIN_MS;
	if (sw->probe_gap_ms > PROBE_MAX_MS)
		sw->probe_gap_ms = PROBE_MAX_MS;
	sw->probe_ms = loop_now_ms(e->core->loop) + sw->probe_gap_ms;
}

static void learn(struct engine *e, struct engine_switch *sw)
{
	if (sw->limit != CAPACITY_UNKNOWN && sw->n_hw > sw->limit) {
		set_limit(e, sw, sw->n_hw);
		sw->probe_n *= 2;
		sw->probe_gap_ms = 0;
		sw->probe_ms = loop_now_ms(e->core->loop);
	}
	if (sw->full_at != CAPACITY_UNKNOWN)
		learn_full(e, sw);
	sw->full_at = CAPACITY_UNKNOWN;
}

/* Nobody in tc could tell whether the table has grown. */
static void probe_rejected(struct engine *e, struct engine_switch *sw)
{
	if (sw->outside.n || sw->n_claims < sw->limit)
		return;
	sw->probe_left = room_of(e, sw);
	if (sw->probe_left)
		engine_sweep(e, SWEEP_RETRY);
}

static void rebalance(struct engine *e, struct engine_switch *sw)
{
	uint32_t for_pinned = sw->n_wait_pinned, n_out;

	sw->ranking = false;
	rank_sort(&sw->outside);
	rank_sort(&sw->inside);
	n_out = shrink(e, sw, for_pinned);
	sw->n_wait_pinned -= n_out < for_pinned ? n_out : for_pinned;
	fill(e, sw, n_out, for_pinned);
	if (for_pinned)
		engine_sweep(e, SWEEP_RETRY);
	probe_rejected(e, sw);
}

void engine_capacity_end(struct engine *e)
{
	for (uint16_t i = 0; i < e->n_switches; i++) {
		struct engine_switch *sw = e->switches[i];
		bool refused = sw->full_at != CAPACITY_UNKNOWN;

		learn(e, sw);
		if (sw->ranking)
			rebalance(e, sw);
		engine_event_round(e, sw, refused);
	}
}

bool engine_capacity_has_room(const struct engine *e, const struct flow *f)
{
	const struct engine_switch *sw = engine_dev_of(e, f)->sw;

	return sw && (sw->probe_left || engine_switch_has_room(e, f));
}

void engine_capacity_take(struct engine *e, struct flow *f)
{
	struct engine_switch *sw = engine_dev_of(e, f)->sw;

	if (!engine_switch_has_room(e, f))
		sw->probe_left--;
	/* Or all that wait would be told of the same place. */
	engine_switch_claim(e, f);
}
