/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Proofs over the fake kernel, tick by tick, and the traffic that they see. */
#ifndef TESTS_UNIT_PROVECASE_H
#define TESTS_UNIT_PROVECASE_H

#include "tests/unit/enginecase.h"

#define TICK_MS 100
#define PER_TICK 10
#define OTHER \
	"in_port(eth0_0),eth_type(0x0800),ipv4(dst=192.0.2.2),actions:eth0_1"
#define DROP \
	"in_port(eth0_0),eth_type(0x0800),ipv4(dst=192.0.2.1),actions:drop"

struct proof {
	struct engine_prove prove;
	struct core_fixture *f;
	uint32_t slot;
	int n_done;
	uint64_t began_ms, took_ms;
};

static inline void on_done(struct engine_prove *p)
{
	struct proof *q = container_of(p, struct proof, prove);

	q->n_done++;
	q->took_ms = loop_now_ms(q->f->loop) - q->began_ms;
}

static inline int try_begin(struct core_fixture *f, uint32_t slot,
			    struct proof *q, struct error *err)
{
	struct engine_prove *p = &q->prove;

	q->f = f;
	q->slot = slot;
	q->began_ms = loop_now_ms(f->loop);
	p->ufid = view(f, slot).ufid;
	p->done = on_done;
	if (!p->packets)
		p->packets = PROVE_PACKETS;
	if (!p->seconds)
		p->seconds = PROVE_SECONDS;
	return engine_prove(f->core->engine, p, err);
}

static inline void begin(struct core_fixture *f, uint32_t slot, struct proof *q)
{
	struct error err = { 0 };

	assert_int_equal(try_begin(f, slot, q, &err), 0);
}

/* What comes to each filter in a tick. */
typedef void traffic_fn(struct fake_filter *flt);

static inline void count_hw(struct fake_filter *flt, uint64_t n)
{
	flt->stats.packets += n;
	flt->stats.bytes += n * 100;
	flt->stats.hw_packets += n;
	flt->stats.hw_bytes += n * 100;
}

static inline void count_sw(struct fake_filter *flt, uint64_t n)
{
	flt->stats.packets += n;
	flt->stats.bytes += n * 100;
}

static inline void each_as_if_met(struct fake_filter *flt)
{
	if (flt->in_hw)
		count_hw(flt, PER_TICK);
	else
		count_sw(flt, PER_TICK);
}

static inline void as_it_should(struct fake_filter *flt)
{
	if (flt->rule.chain != ENGINE_SCRATCH_CHAIN)
		each_as_if_met(flt);
}

static inline void in_software(struct fake_filter *flt)
{
	count_sw(flt, PER_TICK);
}

static inline void in_both(struct fake_filter *flt)
{
	count_sw(flt, 1);
	count_hw(flt, PER_TICK);
}

static inline void nowhere(struct fake_filter *flt)
{
	(void)flt;
}

static inline void tick(struct core_fixture *f, traffic_fn *traffic)
{
	for (uint32_t i = 0; i < f->fk->n_slots; i++)
		if (fake_filter_at(f->fk, i))
			traffic(fake_filter_at(f->fk, i));
	loop_advance(f->loop, TICK_MS);
	core_fixture_rounds(f, 12);
}

static inline void ticks(struct core_fixture *f, traffic_fn *traffic, int n)
{
	while (n--)
		tick(f, traffic);
}

/* Until it is over; a minute is too long. */
static inline enum prove_verdict wait_for(struct proof *q, traffic_fn *traffic)
{
	for (int n = 0; n < 600 && !q->n_done; n++)
		tick(q->f, traffic);
	assert_int_equal(q->n_done, 1);
	return q->prove.verdict;
}

static inline bool is_controlled(const struct proof *q)
{
	return view(q->f, q->slot).state == FLOW_EVICTED;
}

static inline void wait_for_control(struct proof *q)
{
	for (int n = 0; n < 600 && !is_controlled(q); n++)
		tick(q->f, as_it_should);
	assert_true(is_controlled(q));
}

static inline uint32_t put_settled(struct core_fixture *f, const char *line)
{
	uint32_t slot = put(f, line);

	settle(f);
	return slot;
}

static inline const struct flow *flow_at(struct core_fixture *f, uint32_t slot)
{
	return flowtab_get(&f->core->engine->table, slot);
}

/* As if nothing had been. */
static inline void assert_back(struct core_fixture *f, uint32_t slot)
{
	const struct flow *flow = flow_at(f, slot);

	assert_int_equal(view(f, slot).state, FLOW_IN_HW);
	assert_int_equal(view(f, slot).n_reasons, 0);
	assert_int_equal(filter_of(f, slot)->rule.policy, RULE_BEST_EFFORT);
	assert_true(filter_of(f, slot)->in_hw);
	assert_false(flow->proving || flow->control || flow->gave_way);
	assert_true(flow->claims);
}

static inline struct fake_filter *twin(struct core_fixture *f)
{
	for (uint32_t i = 0; i < f->fk->n_slots; i++) {
		struct fake_filter *flt = fake_filter_at(f->fk, i);

		if (flt && flt->rule.chain == ENGINE_SCRATCH_CHAIN)
			return flt;
	}
	return NULL;
}

/* Of that match, as the flow was. */

#endif
