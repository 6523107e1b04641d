/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who has a place in hardware when there is not one for all. */
#include "tests/unittest.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "swoffd/core/rank.h"
#include "tests/unit/enginecase.h"

#define SECOND 1000

/* The i-th flow; extra goes between match and actions' end. */
static uint32_t put_nth(struct core_fixture *f, unsigned int i,
			const struct flow_attrs *attrs,
			enum rule_policy policy)
{
	struct reason_list reasons = { 0 };
	struct error err = { 0 };
	struct line_flow flow;
	char line[120];
	uint32_t slot;

	(void)snprintf(line, sizeof(line), "in_port(eth0_0),eth_type(0x0800),"
		       "ipv4(dst=10.0.%u.%u),actions:eth0_1", i / 256,
		       i % 256);
	flow = parse(f, line);
	if (attrs)
		flow.attrs = *attrs;
	flow.rule.policy = policy;
	assert_int_equal(engine_put(f->core->engine, &flow, &slot, &reasons,
				    &err), 0);
	return slot;
}

static void put_many(struct core_fixture *f, unsigned int from,
		     unsigned int to)
{
	for (unsigned int i = from; i < to; i++)
		(void)put_nth(f, i, NULL, RULE_BEST_EFFORT);
	settle(f);
}

static void put_pinned(struct core_fixture *f, unsigned int from,
		       unsigned int to)
{
	static const struct flow_attrs pin = { .given = UINT32_MAX,
					       .pin = 1, .weight = 1 };

	for (unsigned int i = from; i < to; i++)
		(void)put_nth(f, i, &pin, RULE_BEST_EFFORT);
	settle(f);
}

/* Somebody else's rules take the places of ours, but for n. */
static void take_away(struct core_fixture *f, uint32_t n)
{
	f->fk->capacity = n;
	for (uint32_t id = 0; id < f->fk->n_slots; id++) {
		struct fake_filter *flt = fake_filter_at(f->fk, id);

		if (f->fk->n_in_hw > n && flt && flt->in_hw) {
			flt->in_hw = false;
			f->fk->n_in_hw--;
		}
	}
}

/* packets of flow i in the time that a round takes */
typedef uint64_t traffic_fn(unsigned int i);

static void carry(struct core_fixture *f, traffic_fn *packets)
{
	for (uint32_t id = 0; id < f->fk->n_slots; id++) {
		struct fake_filter *flt = fake_filter_at(f->fk, id);
		uint64_t n;

		if (!flt)
			continue;
		n = packets(flt->rule.handle - 1);
		flt->stats.packets += n;
		flt->stats.bytes += n * 100;
		flt->stats.hw_packets += flt->in_hw ? n : 0;
		flt->stats.hw_bytes += flt->in_hw ? n * 100 : 0;
	}
}

/* A second of traffic, then counters are read. */
static void round_of(struct core_fixture *f, traffic_fn *packets)
{
	carry(f, packets);
	loop_advance(f->loop, SECOND);
	refresh(f);
	settle(f);
}

static uint64_t later_ones_more(unsigned int i)
{
	return i * 10;
}

static uint64_t all_the_same(unsigned int i)
{
	(void)i;
	return 100;
}

static uint64_t none(unsigned int i)
{
	(void)i;
	return 0;
}

static unsigned int n_rounds;
static uint64_t n_random;

/* Half a packet a second, for a fifth of them. */
static uint64_t later_ones_now_and_then(unsigned int i)
{
	return i >= 80 && (i + n_rounds) % 2;
}

static uint64_t the_last_has_few(unsigned int i)
{
	return i < 8 ? 100 : n_rounds % 12 == 0;
}

/* None to two, one on average. */
static uint64_t about_one_each(unsigned int i)
{
	(void)i;
	n_random = n_random * 6364136223846793005u + 1442695040888963407u;
	return (n_random >> 62) - (n_random >> 63);
}

static const struct engine_switch *switch_of(struct core_fixture *f)
{
	return f->core->engine->devs[0]->sw;
}

static void the_limit_is_learnt_when_the_driver_has_no_room(void **state)
{
	struct core_fixture *f = *state;

	f->fk->capacity = 20;
	put_many(f, 0, 50);
	assert_int_equal(count(f, FLOW_IN_HW), 20);
	assert_int_equal(count(f, FLOW_SW), 30);
	round_of(f, none);
	assert_int_equal(switch_of(f)->limit, 20);
	assert_int_equal(switch_of(f)->high, 20);
}

static void the_busiest_get_the_places(void **state)
{
	struct core_fixture *f = *state;

	f->fk->capacity = 20;
	put_many(f, 0, 100);
	for (int i = 0; i < 40; i++)
		round_of(f, later_ones_more);

	assert_int_equal(count(f, FLOW_IN_HW), 20);
	assert_int_equal(f->fk->n_filters, 100);
	for (uint32_t slot = 85; slot < 100; slot++)
		assert_int_equal(view(f, slot).state, FLOW_IN_HW);
	for (uint32_t slot = 0; slot < 75; slot++)
		assert_true(view(f, slot).state == FLOW_EVICTED ||
			    view(f, slot).state == FLOW_SW);
	/* Some of the first ones were put out, and no more than needed. */
	assert_in_range(switch_of(f)->n_evicted, 15, 40);
}

static void who_gave_way_says_so_and_stays_in_software(void **state)
{
	struct core_fixture *f = *state;
	struct flow_view v;

	f->fk->capacity = 1;
	put_many(f, 0, 2);
	for (int i = 0; i < 20; i++)
		round_of(f, later_ones_more);
	v = view(f, 0);
	assert_int_equal(v.state, FLOW_EVICTED);
	/* The second: it was tried whether there is room again. */
	assert_in_range(v.n_reasons, 1, 2);
	assert_int_equal(v.reasons[0].reason.code, REASON_GAVE_WAY);
	assert_string_equal(v.reasons[0].reason.subject, ENGINECASE_DEV);
	assert_int_equal(f->fk->n_filters, 2);
	assert_int_equal(f->fk->n_tc[REQUEST_DEL], 0);
}

static void equal_rates_do_not_change_places(void **state)
{
	struct core_fixture *f = *state;

	f->fk->capacity = 20;
	put_many(f, 0, 100);
	for (int i = 0; i < 40; i++)
		round_of(f, all_the_same);
	assert_int_equal(switch_of(f)->n_evicted, 0);
}

static void a_pinned_flow_gets_a_place_and_keeps_it(void **state)
{
	static const struct flow_attrs pin = { .given = UINT32_MAX,
					       .pin = 1, .weight = 1 };
	struct core_fixture *f = *state;
	uint32_t slot;

	f->fk->capacity = 4;
	put_many(f, 0, 8);
	slot = put_nth(f, 300, &pin, RULE_BEST_EFFORT);
	settle(f);
	assert_int_equal(view(f, slot).state, FLOW_SW);
	for (int i = 0; i < 12; i++)
		round_of(f, all_the_same);
	assert_int_equal(view(f, slot).state, FLOW_IN_HW);
	for (int i = 0; i < 12; i++)
		round_of(f, later_ones_more);
	assert_int_equal(view(f, slot).state, FLOW_IN_HW);
	assert_int_equal(count(f, FLOW_IN_HW), 4);
}

static void a_pinned_flow_of_hardware_alone_gets_a_place_too(void **state)
{
	static const struct flow_attrs pin = { .given = UINT32_MAX,
					       .pin = 1, .weight = 1 };
	struct core_fixture *f = *state;
	uint32_t slot;

	f->fk->capacity = 4;
	put_many(f, 0, 8);
	for (int i = 0; i < 8; i++)
		round_of(f, all_the_same);
	slot = put_nth(f, 300, &pin, RULE_HW_ONLY);
	settle(f);
	assert_int_equal(view(f, slot).state, FLOW_REJECTED);
	for (int i = 0; i < 3; i++)
		round_of(f, all_the_same);
	assert_int_equal(view(f, slot).state, FLOW_IN_HW);
	assert_int_equal(count(f, FLOW_IN_HW), 4);
}

static void weight_counts_as_much_as_packets(void **state)
{
	static const struct flow_attrs heavy = { .given = UINT32_MAX,
						 .weight = 100 };
	struct core_fixture *f = *state;
	uint32_t slot;

	f->fk->capacity = 4;
	put_many(f, 0, 8);
	slot = put_nth(f, 300, &heavy, RULE_BEST_EFFORT);
	settle(f);
	for (int i = 0; i < 12; i++)
		round_of(f, all_the_same);
	assert_int_equal(view(f, slot).state, FLOW_IN_HW);
	assert_int_equal(view(f, slot).attrs.weight, 100);
}

static void few_packets_are_enough_for_a_heavy_flow(void **state)
{
	static const struct flow_attrs heavy = { .given = UINT32_MAX,
						 .weight = 100000 };
	struct core_fixture *f = *state;
	uint32_t slot;

	f->fk->capacity = 4;
	put_many(f, 0, 8);
	slot = put_nth(f, 300, &heavy, RULE_BEST_EFFORT);
	settle(f);
	for (n_rounds = 0; n_rounds < 40; n_rounds++)
		round_of(f, the_last_has_few);
	assert_int_equal(view(f, slot).state, FLOW_IN_HW);
}

static void places_that_are_free_are_filled(void **state)
{
	struct core_fixture *f = *state;

	f->fk->capacity = 10;
	put_many(f, 0, 30);
	round_of(f, all_the_same);
	for (unsigned int i = 0; i < 5; i++) {
		char line[120];

		(void)snprintf(line, sizeof(line), "in_port(eth0_0),"
			       "eth_type(0x0800),ipv4(dst=10.0.0.%u),"
			       "actions:eth0_1", i);
		del(f, line);
	}
	settle(f);
	assert_int_equal(count(f, FLOW_IN_HW), 5);
	for (int i = 0; i < 3; i++)
		round_of(f, all_the_same);
	assert_int_equal(count(f, FLOW_IN_HW), 10);
}

static void a_table_that_grew_is_filled_by_and_by(void **state)
{
	struct core_fixture *f = *state;

	f->fk->capacity = 10;
	put_many(f, 0, 200);
	round_of(f, all_the_same);
	f->fk->capacity = 150;
	for (int i = 0; i < 40; i++)
		round_of(f, all_the_same);
	assert_int_equal(count(f, FLOW_IN_HW), 150);
	assert_int_equal(switch_of(f)->limit, 150);
}

static void a_table_that_shrank_is_noticed(void **state)
{
	struct core_fixture *f = *state;

	f->fk->capacity = 20;
	put_many(f, 0, 50);
	round_of(f, all_the_same);
	take_away(f, 10);
	for (int i = 0; i < 4; i++)
		round_of(f, all_the_same);
	assert_int_equal(switch_of(f)->limit, 10);
	assert_int_equal(count(f, FLOW_IN_HW), 10);
}

static void set_limit(struct core_fixture *f, uint32_t limit)
{
	struct engine *e = f->core->engine;

	engine_capacity_set(e, engine_capacity_find(e, "eth0_0"), limit, 0);
}

/* The operator has taken it back, or the next daemon has yet to learn it. */
static void who_gave_way_has_a_place_where_no_limit_is_known(void **state)
{
	struct core_fixture *f = *state;

	put_many(f, 0, 2);
	for (int again = 0; again < 2; again++) {
		set_limit(f, 1);
		for (int i = 0; i < 6; i++)
			round_of(f, all_the_same);
		assert_int_equal(count(f, FLOW_EVICTED), 1);
		if (again)
			core_fixture_restart(f);
		else
			set_limit(f, CAPACITY_UNKNOWN);
		settle(f);
		assert_int_equal(count(f, FLOW_EVICTED), 1);
		for (int i = 0; i < 3; i++)
			round_of(f, all_the_same);
		assert_int_equal(count(f, FLOW_IN_HW), 2);
	}
}

static void and_the_driver_says_if_there_is_none(void **state)
{
	struct core_fixture *f = *state;

	put_many(f, 0, 2);
	set_limit(f, 1);
	for (int i = 0; i < 6; i++)
		round_of(f, all_the_same);
	f->fk->capacity = 1;
	core_fixture_restart(f);
	for (int i = 0; i < 3; i++)
		round_of(f, all_the_same);
	assert_int_equal(count(f, FLOW_EVICTED), 1);
	assert_int_equal(switch_of(f)->limit, 1);
}

static void hw_only_flows_follow_when_there_is_room(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot;

	f->fk->capacity = 2;
	put_many(f, 0, 2);
	slot = put_nth(f, 7, NULL, RULE_HW_ONLY);
	settle(f);
	round_of(f, none);
	assert_int_equal(view(f, slot).state, FLOW_REJECTED);
	assert_int_equal(view(f, slot).reasons[0].reason.code,
			 REASON_TABLE_FULL);
	del(f, "in_port(eth0_0),eth_type(0x0800),ipv4(dst=10.0.0.0),"
	       "actions:eth0_1");
	settle(f);
	round_of(f, none);
	assert_int_equal(view(f, slot).state, FLOW_IN_HW);
}

static void slow_flows_are_worth_a_place_too(void **state)
{
	struct core_fixture *f = *state;

	f->fk->capacity = 20;
	put_many(f, 0, 100);
	for (n_rounds = 0; n_rounds < 60; n_rounds++)
		round_of(f, later_ones_now_and_then);
	for (uint32_t slot = 80; slot < 100; slot++)
		assert_int_equal(view(f, slot).state, FLOW_IN_HW);
}

static void chance_changes_few_places(void **state)
{
	struct core_fixture *f = *state;

	f->fk->capacity = 20;
	put_many(f, 0, 100);
	n_random = 1;
	for (int i = 0; i < 100; i++)
		round_of(f, about_one_each);
	assert_in_range(switch_of(f)->n_evicted, 0, 100);
}

static void a_table_that_grew_is_noticed_although_places_are_kept(void **state)
{
	struct core_fixture *f = *state;

	f->fk->capacity = 10;
	put_many(f, 0, 60);
	engine_capacity_set(f->core->engine, 0, CAPACITY_UNKNOWN, 4);
	for (int i = 0; i < 8; i++)
		round_of(f, all_the_same);
	assert_int_equal(count(f, FLOW_IN_HW), 6);
	put_pinned(f, 300, 304);
	assert_int_equal(count(f, FLOW_IN_HW), 10);
	f->fk->capacity = 40;
	for (int i = 0; i < 60; i++)
		round_of(f, all_the_same);
	assert_int_equal(count(f, FLOW_IN_HW), 40);
}

static void what_does_not_grow_is_asked_ever_less(void **state)
{
	struct core_fixture *f = *state;
	uint64_t n;

	f->fk->capacity = 10;
	put_many(f, 0, 30);
	engine_capacity_set(f->core->engine, 0, 100, 0);
	round_of(f, all_the_same);
	n = f->fk->n_tc[REQUEST_REPLACE];
	for (int i = 0; i < 100; i++)
		round_of(f, all_the_same);
	/* After 10, 20, 40 and 40 seconds, a replace and a question each. */
	assert_in_range(f->fk->n_tc[REQUEST_REPLACE] - n, 2, 4 * 2);
}

static void a_table_that_changed_is_tried_again_soon(void **state)
{
	struct core_fixture *f = *state;

	f->fk->capacity = 20;
	put_many(f, 0, 50);
	for (int i = 0; i < 100; i++)
		round_of(f, all_the_same);
	take_away(f, 10);
	for (int i = 0; i < 4; i++)
		round_of(f, all_the_same);
	assert_int_equal(switch_of(f)->limit, 10);
	f->fk->capacity = 20;
	for (int i = 0; i < 20; i++)
		round_of(f, all_the_same);
	assert_int_equal(count(f, FLOW_IN_HW), 20);
}

/* It is put beside the one that it replaces. */
static void a_flow_keeps_its_place_when_it_changes(void **state)
{
	struct core_fixture *f = *state;

	f->fk->capacity = 4;
	put_many(f, 0, 4);
	put(f, "in_port(eth0_0),eth_type(0x0800),ipv4(dst=10.0.0.1),"
	       "actions:drop");
	settle(f);
	assert_int_equal(count(f, FLOW_IN_HW), 4);
	round_of(f, all_the_same);
	assert_int_equal(count(f, FLOW_IN_HW), 4);
	assert_int_equal(switch_of(f)->limit, CAPACITY_UNKNOWN);
}

/* They claim places until the driver has said no. */
static void new_flows_put_nobody_out(void **state)
{
	struct core_fixture *f = *state;

	f->fk->capacity = 20;
	put_many(f, 0, 30);
	for (int i = 0; i < 8; i++)
		round_of(f, all_the_same);
	for (unsigned int i = 30; i < 130; i++)
		(void)put_nth(f, i, NULL, RULE_BEST_EFFORT);
	refresh(f);
	settle(f);
	assert_int_equal(switch_of(f)->n_evicted, 0);
	assert_int_equal(switch_of(f)->limit, 20);
}

static void one_place_is_taken_once(void **state)
{
	struct core_fixture *f = *state;
	uint64_t n;

	f->fk->capacity = 20;
	for (unsigned int i = 0; i < 100; i++)
		(void)put_nth(f, i, NULL, RULE_HW_ONLY);
	settle(f);
	round_of(f, all_the_same);
	assert_int_equal(count(f, FLOW_REJECTED), 80);
	del(f, "in_port(eth0_0),eth_type(0x0800),ipv4(dst=10.0.0.0),"
	       "actions:eth0_1");
	settle(f);
	n = f->fk->n_tc[REQUEST_ADD];
	round_of(f, all_the_same);
	assert_int_equal(count(f, FLOW_IN_HW), 20);
	assert_int_equal(f->fk->n_tc[REQUEST_ADD] - n, 1);
}

static void hw_only_flows_notice_that_the_table_grew(void **state)
{
	struct core_fixture *f = *state;

	f->fk->capacity = 10;
	for (unsigned int i = 0; i < 100; i++)
		(void)put_nth(f, i, NULL, RULE_HW_ONLY);
	settle(f);
	round_of(f, none);
	f->fk->capacity = 50;
	for (int i = 0; i < 60; i++)
		round_of(f, none);
	assert_int_equal(count(f, FLOW_IN_HW), 50);
}

static void hw_only_flows_are_asked_first(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot;

	f->fk->capacity = 4;
	put_many(f, 0, 20);
	slot = put_nth(f, 300, NULL, RULE_HW_ONLY);
	settle(f);
	loop_advance(f->loop, 20 * SECOND);
	for (int i = 0; i < 8; i++)
		round_of(f, all_the_same);
	assert_int_equal(view(f, slot).state, FLOW_REJECTED);
	del(f, "in_port(eth0_0),eth_type(0x0800),ipv4(dst=10.0.0.0),"
	       "actions:eth0_1");
	/* Nobody asks for counters, which has all tried again. */
	for (int i = 0; i < 6; i++) {
		loop_advance(f->loop, SECOND / 2);
		core_fixture_rounds(f, 50);
	}
	assert_int_equal(view(f, slot).state, FLOW_IN_HW);
	assert_int_equal(count(f, FLOW_IN_HW), 4);
}

static void the_operators_limit_holds_for_hw_only_flows_too(void **state)
{
	struct core_fixture *f = *state;
	struct flow_view v;

	put_many(f, 0, 1);
	engine_capacity_set(f->core->engine, 0, 4, 1);
	for (unsigned int i = 1; i < 10; i++)
		(void)put_nth(f, i, NULL, RULE_HW_ONLY);
	settle(f);
	assert_int_equal(count(f, FLOW_IN_HW), 3);
	v = view(f, 9);
	assert_int_equal(v.state, FLOW_REJECTED);
	assert_int_equal(v.reasons[0].reason.code, REASON_GAVE_WAY);
	engine_capacity_set(f->core->engine, 0, 6, 0);
	for (int i = 0; i < 3; i++)
		round_of(f, none);
	assert_int_equal(count(f, FLOW_IN_HW), 6);
}

static void what_a_driver_refused_is_tried_again_some_time(void **state)
{
	struct core_fixture *f = *state;

	f->fk->unsupported[0] = "ipv4_dst";
	put_many(f, 0, 300);
	assert_int_equal(count(f, FLOW_SW), 300);
	f->fk->unsupported[0] = NULL;
	for (int i = 0; i < 3; i++) {
		loop_advance(f->loop, 11 * SECOND);
		core_fixture_rounds(f, 50);
		settle(f);
	}
	assert_int_equal(count(f, FLOW_IN_HW), 300);
}

static void what_stays_refused_costs_ever_less(void **state)
{
	struct core_fixture *f = *state;
	uint64_t n;

	f->fk->unsupported[0] = "ipv4_dst";
	put_many(f, 0, 300);
	n = f->fk->n_tc[REQUEST_REPLACE];
	for (int i = 0; i < 600; i++) {
		loop_advance(f->loop, SECOND);
		core_fixture_rounds(f, 10);
	}
	/* Ten minutes: after 10, 20, 40 … seconds 64 of them, a replace and a
	 * question each. */
	assert_in_range(f->fk->n_tc[REQUEST_REPLACE] - n, 1, 64 * 2 * 7);
}

static void the_outermost_of_many_are_kept_in_order(void **state)
{
	struct rank high = { 0 }, low = { 0 };

	(void)state;
	assert_int_equal(rank_reset(&high, 5, false), 0);
	assert_int_equal(rank_reset(&low, 5, true), 0);
	for (uint32_t i = 0; i < 1000; i++) {
		rank_offer(&high, (float)(i * 7919 % 1000), i);
		rank_offer(&low, (float)(i * 7919 % 1000), i);
	}
	rank_sort(&high);
	rank_sort(&low);
	for (int i = 0; i < 5; i++) {
		assert_true(high.all[i].value == (float)(999 - i));
		assert_true(low.all[i].value == (float)i);
	}
	rank_fini(&high);
	rank_fini(&low);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINECASE(the_limit_is_learnt_when_the_driver_has_no_room),
		ENGINECASE(the_busiest_get_the_places),
		ENGINECASE(who_gave_way_says_so_and_stays_in_software),
		ENGINECASE(equal_rates_do_not_change_places),
		ENGINECASE(a_pinned_flow_gets_a_place_and_keeps_it),
		ENGINECASE(a_pinned_flow_of_hardware_alone_gets_a_place_too),
		ENGINECASE(weight_counts_as_much_as_packets),
		ENGINECASE(few_packets_are_enough_for_a_heavy_flow),
		ENGINECASE(places_that_are_free_are_filled),
		ENGINECASE(a_table_that_grew_is_filled_by_and_by),
		ENGINECASE(a_table_that_shrank_is_noticed),
		ENGINECASE(who_gave_way_has_a_place_where_no_limit_is_known),
		ENGINECASE(and_the_driver_says_if_there_is_none),
		ENGINECASE(hw_only_flows_follow_when_there_is_room),
		ENGINECASE(slow_flows_are_worth_a_place_too),
		ENGINECASE(chance_changes_few_places),
		ENGINECASE(a_table_that_grew_is_noticed_although_places_are_kept),
		ENGINECASE(what_does_not_grow_is_asked_ever_less),
		ENGINECASE(a_table_that_changed_is_tried_again_soon),
		ENGINECASE(a_flow_keeps_its_place_when_it_changes),
		ENGINECASE(new_flows_put_nobody_out),
		ENGINECASE(one_place_is_taken_once),
		ENGINECASE(hw_only_flows_notice_that_the_table_grew),
		ENGINECASE(hw_only_flows_are_asked_first),
		ENGINECASE(the_operators_limit_holds_for_hw_only_flows_too),
		ENGINECASE(what_a_driver_refused_is_tried_again_some_time),
		ENGINECASE(what_stays_refused_costs_ever_less),
		cmocka_unit_test(the_outermost_of_many_are_kept_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
