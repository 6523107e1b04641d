/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The state of one flow: which, and whether somebody waits for it.  All counts
 * that depend on a flow's state are kept here and nowhere else.
 */
#include <string.h>

#include "swoffd/core/engine_priv.h"

const char *flow_state_str(enum flow_state state)
{
	static const char *const names[FLOW_N_STATES] = {
		[FLOW_PENDING] = "pending",   [FLOW_IN_HW] = "in_hw",
		[FLOW_SW] = "sw",	      [FLOW_REJECTED] = "rejected",
		[FLOW_EVICTED] = "evicted",   [FLOW_LOST] = "lost",
	};

	return names[state];
}

uint32_t engine_now_ds(const struct engine *e)
{
	return (uint32_t)(loop_now_ms(e->core->loop) / 100) + 1;
}

uint32_t engine_ds_before(const struct engine *e, uint64_t ms)
{
	uint32_t now = engine_now_ds(e);

	return ms / 100 < now ? now - (uint32_t)(ms / 100) : 1;
}

static void set_state(struct engine *e, struct flow *f, enum flow_state state)
{
	e->n_state[f->state]--;
	f->state = (uint8_t)state & 7;
	e->n_state[f->state]++;
}

void flow_set_phase(struct engine *e, struct flow *f, enum flow_phase phase)
{
	struct place *place = flowtab_place(&e->table, f);
	struct engine_dev *dev = e->devs[place->dev];

	if (f->phase == PHASE_VERIFY) {
		e->n_verify--;
		dev->n_verify--;
	}
	place->n_queued -= f->phase == PHASE_QUEUED;
	place->n_queued += phase == PHASE_QUEUED;
	dev->n_sent -= f->phase == PHASE_SENT;
	dev->n_sent += phase == PHASE_SENT;
	f->phase = (uint8_t)phase & 7;
	if (f->phase == PHASE_VERIFY) {
		e->n_verify++;
		dev->n_verify++;
	}
}

void flow_set_presence(struct engine *e, struct flow *f,
		       enum flow_presence presence)
{
	const struct place *place = flowtab_place(&e->table, f);
	struct engine_dev *dev = e->devs[place->dev];

	if (presence == NOT_THERE && f->presence != NOT_THERE)
		engine_pace_gone(e);
	engine_switch_count(dev, (presence == THERE_HW) -
				 (f->presence == THERE_HW));
	dev->n_there[place->hook] -= f->presence != NOT_THERE;
	f->presence = (uint8_t)presence & 3;
	dev->n_there[place->hook] += f->presence != NOT_THERE;
}

void flow_set_mirrored(struct engine *e, struct flow *f, bool mirrored)
{
	e->n_mirrored -= f->mirrored;
	f->mirrored = mirrored;
	e->n_mirrored += f->mirrored;
}

static void leave_pending(struct engine *e, struct flow *f)
{
	if (f->pending)
		e->n_pending[f->epoch]--;
	f->pending = false;
}

void flow_settle(struct engine *e, struct flow *f, enum flow_state state,
		 const struct reason *why, size_t n)
{
	enum flow_state was = (enum flow_state)f->was;
	bool same;

	if (state == FLOW_IN_HW)
		engine_retry_taken(e, f);
	else if (!f->control)
		engine_switch_leave(e, f);
	same = engine_reason_set(e, f, why, n) && f->was == state;
	flow_set_phase(e, f, PHASE_SETTLED);
	set_state(e, f, state);
	f->was = (uint8_t)state & 7;
	if (!same) {
		f->since_ds = engine_now_ds(e);
		f->n_times = 0;
		engine_event_state(e, f, was);
	}
	if (f->n_times < UINT16_MAX)
		f->n_times++;
	f->tries = 0;
	f->clash = false;
	if (f->presence == NOT_THERE)
		engine_chain_unlead(e, f);
	engine_store_mark(e, f);
	leave_pending(e, f);
	if (f->proving)
		engine_prove_settled(e, f);
	if (!list_empty(&e->settling))
		defer(e->core->loop, &e->answer);
}

/* As it was before, and for the same reasons. */
void flow_settle_again(struct engine *e, struct flow *f)
{
	const struct reason *why = NULL;
	size_t size = 0;

	if (f->reasons_id)
		why = intern_data(&e->reasons, f->reasons_id - 1, &size);
	flow_settle(e, f, (enum flow_state)f->was, why, size / sizeof(*why));
}

void flow_settle_for(struct engine *e, struct flow *f, enum flow_state state,
		     enum reason_code code, int err, const char *subject,
		     const char *extack)
{
	struct reason why;

	reason_make(&why, code, err, subject, extack);
	flow_settle(e, f, state, &why, 1);
}

static void pend(struct engine *e, struct flow *f, uint64_t epoch)
{
	set_state(e, f, FLOW_PENDING);
	if (f->pending)
		return;
	f->pending = true;
	f->epoch = (uint8_t)(epoch % ENGINE_EPOCHS);
	e->n_pending[f->epoch]++;
}

void flow_unsettle(struct engine *e, struct flow *f)
{
	pend(e, f, e->oldest_epoch);
}

void flow_want(struct engine *e, struct flow *f)
{
	leave_pending(e, f);
	pend(e, f, e->epoch);
}

/* Its filter went with the device, and answers mean nothing. */
static void forget_filter(struct engine *e, struct flow *f, uint8_t dev_gen)
{
	flow_fold_stats(e, f);
	f->presence = NOT_THERE;
	engine_pace_gone(e);
	f->dev_gen = dev_gen;
	f->gen++;
	f->next_step = NEXT_NOTHING;
	flow_unsettle(e, f);
	flow_set_phase(e, f, PHASE_WAIT_DEV);
}

struct flow *engine_flow(struct engine *e, uint32_t slot)
{
	struct flow *f = flowtab_get(&e->table, slot);
	const struct engine_dev *dev;

	if (!f)
		return NULL;
	dev = engine_dev_of(e, f);
	if (f->dev_gen != dev->gen)
		forget_filter(e, f, dev->gen);
	if (f->flush_no != e->flush_no && (!f->mirrored || e->closed))
		f->dying = true;
	return f;
}
