/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the filter of a flow that is being proven counts, and what that means.
 * It is read alone, by handle, and compared with the first reading of a
 * window.  Its sums are left to dumps: rates want equal times between.
 */
#include <errno.h>

#include "swoffd/core/engine_prove.h"

void proof_forget(struct engine_proof *x)
{
	x->has_first = x->reading = x->was_seen = false;
	x->read_no++;
}

/* If the kernel layer is full, another time does as well. */
void proof_read(struct engine_proof *x, struct flow *f)
{
	struct engine *e = x->engine;
	struct kernel *k = e->core->kernel;
	const struct engine_dev *missing;
	struct rule rule;
	struct kernel_request req = {
		.kind = REQUEST_GET,
		.tag = engine_make_tag(x->slot, OP_PROVE,
				       (uint8_t)(x->read_no + 1)),
		.rule = &rule,
	};

	if (x->reading || e->blocked ||
	    engine_rule(e, f, &rule, &missing) < 0)
		return;
	rule.block = engine_block(engine_dev_of(e, f), rule.hook);
	if (k->ops->tc_queue(k, &req) < 0)
		return;
	e->n_sent++;
	x->read_no++;
	x->reading = true;
	x->was_seen = false;
	k->ops->tc_flush(k);
}

static void take_filter(struct engine_proof *x, struct flow *f,
			const struct kernel_filter *filter)
{
	/* Elsewhere than it should be; or somebody else's in its place. */
	if (filter->in_hw == f->control ||
	    engine_flow_of(x->engine, filter) != f)
		return;
	x->seen = *engine_meter_stats(x->engine, f, filter);
	x->was_seen = true;
}

bool engine_prove_filter(struct engine *e, const struct kernel_filter *filter)
{
	uint8_t op = (uint8_t)(filter->tag >> 32);
	uint8_t no = (uint8_t)(filter->tag >> 40);
	struct engine_proof *x;
	struct flow *f;

	if (op != OP_PROVE && op != OP_TWIN_GET)
		return false;
	f = engine_flow(e, (uint32_t)filter->tag);
	x = f && f->proving ? proof_of(e, f) : NULL;
	if (x && op == OP_PROVE && x->reading && no == x->read_no)
		take_filter(x, f, filter);
	else if (x && op == OP_TWIN_GET && no == x->no)
		twin_filter(x, f, filter);
	return true;
}

static struct prove_phase *phase(const struct engine_proof *x)
{
	return &x->asked->phases[x->stage == STAGE_CONTROL ? PROVE_CONTROL :
							     PROVE_WATCH];
}

static uint64_t software(const struct kernel_stats *s)
{
	return s->packets - s->hw_packets;
}

static void begin_window(struct engine_proof *x)
{
	x->first = x->seen;
	x->first_ms = proof_now_ms(x);
	x->has_first = true;
	*phase(x) = (struct prove_phase){ .was = true };
}

/* False: counters went back, so somebody has put the filter anew. */
static bool measure(struct engine_proof *x)
{
	struct prove_phase *p = phase(x);

	if (x->seen.hw_packets < x->first.hw_packets ||
	    software(&x->seen) < software(&x->first))
		return false;
	p->ms = proof_now_ms(x) - x->first_ms;
	if (x->stage == STAGE_WATCH)
		p->hw_packets = x->seen.hw_packets - x->first.hw_packets;
	p->sw_packets = software(&x->seen) - software(&x->first);
	return true;
}

/*
 * Packets that were under way when the rule was put or changed are still
 * software's.  So are those of a connection that hardware has yet to take over,
 * and there are always new ones.
 */
static uint64_t forgiving_ms(const struct engine_proof *x)
{
	struct rule rule;

	flowtab_rule(&x->engine->table, x->slot, &rule);
	return engine_tracks_connections(&rule) ?
		       x->asked->seconds * 1000ULL : ENGINE_DRIVER_LAG_MS;
}

static void forgive(struct engine_proof *x)
{
	struct prove_phase *sum = &x->asked->phases[PROVE_SETTLE];
	const struct prove_phase *p = phase(x);

	sum->was = true;
	sum->ms += p->ms;
	sum->hw_packets += p->hw_packets;
	sum->sw_packets += p->sw_packets;
	begin_window(x);
}

static void judge_watch(struct engine_proof *x, const struct flow *f)
{
	const struct prove_phase *p = phase(x);

	if (p->sw_packets &&
	    proof_now_ms(x) - x->began_ms < forgiving_ms(x))
		forgive(x);
	else if (p->sw_packets)
		proof_end(x, PROVE_SOFTWARE);
	else if (p->hw_packets < x->asked->packets)
		return;
	/* The rule of a hw-only flow is not to be in software at any time. */
	else if (x->asked->control && f->policy == RULE_BEST_EFFORT)
		proof_begin_stage(x, STAGE_CONTROL);
	else
		proof_end(x, PROVE_PROVEN);
}

/* Hardware gets the time that a driver may take to tell what it counted. */
static void judge_control(struct engine_proof *x)
{
	const struct prove_phase *p = phase(x);

	if (p->sw_packets >= x->asked->packets &&
	    p->ms >= ENGINE_DRIVER_LAG_MS)
		twin_judge(x);
}

static void judge(struct engine_proof *x, const struct flow *f)
{
	if (!x->has_first || !measure(x))
		begin_window(x);
	else if (x->stage == STAGE_WATCH)
		judge_watch(x, f);
	else
		judge_control(x);
}

static void take_read(struct engine_proof *x, struct flow *f, int err)
{
	x->reading = false;
	if (!proof_is_at_rest(f) || err == ENOBUFS)
		return;
	/* What became of it is for the engine to find out. */
	if (err || !x->was_seen)
		engine_read_again(x->engine, f);
	else
		judge(x, f);
}

void engine_prove_result(struct engine *e, struct flow *f, uint8_t op,
			 uint8_t no, int err)
{
	struct engine_proof *x = f->proving ? proof_of(e, f) : NULL;

	if (op == OP_PROVE && x && x->reading && no == x->read_no)
		take_read(x, f, err);
	else if (op != OP_PROVE && x && no == x->no)
		twin_result(x, op, err);
}

/* Were there too few packets, or did software have all there were? */
void proof_give_up(struct engine_proof *x, const struct flow *f)
{
	const struct prove_phase *settle = &x->asked->phases[PROVE_SETTLE];

	if (x->stage == STAGE_WATCH && f->state != FLOW_IN_HW)
		proof_end(x, PROVE_NOT_IN_HW);
	else if (x->stage == STAGE_WATCH && settle->sw_packets &&
		 !settle->hw_packets && !phase(x)->hw_packets)
		proof_end(x, PROVE_SOFTWARE);
	else
		proof_end(x, PROVE_NO_TRAFFIC);
}
