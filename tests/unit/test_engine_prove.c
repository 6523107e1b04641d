/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Proofs that hardware forwards a flow: what the counters say. */
#include "tests/unittest.h"

#include <errno.h>

#include "tests/unit/provecase.h"

static void hardware_counts_and_then_software_does(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot = put_settled(f, ENGINECASE_FLOW);
	struct proof q = { .prove.control = true };
	const struct prove_phase *p = q.prove.phases;

	begin(f, slot, &q);
	assert_int_equal(wait_for(&q, as_it_should), PROVE_PROVEN);
	assert_false(p[PROVE_SETTLE].was);
	assert_true(p[PROVE_WATCH].was && p[PROVE_CONTROL].was);
	assert_true(p[PROVE_WATCH].hw_packets >= 1);
	assert_int_equal(p[PROVE_WATCH].sw_packets, 0);
	assert_int_equal(p[PROVE_CONTROL].hw_packets, 0);
	assert_true(p[PROVE_CONTROL].sw_packets >= PER_TICK * 20);
	assert_in_range(p[PROVE_CONTROL].ms, ENGINE_DRIVER_LAG_MS, 3000);
	assert_int_equal(q.prove.state, FLOW_IN_HW);
	assert_int_equal(q.prove.reasons.n, 0);
	assert_back(f, slot);
}

static void in_the_control_it_is_in_software_alone(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot = put_settled(f, ENGINECASE_FLOW);
	struct proof q = { .prove.control = true };
	struct flow_view v;

	begin(f, slot, &q);
	wait_for_control(&q);
	v = view(f, slot);
	assert_int_equal(v.reasons[0].reason.code, REASON_BEING_PROVEN);
	assert_string_equal(v.reasons[0].reason.subject, ENGINECASE_DEV);
	assert_int_equal(v.policy, RULE_BEST_EFFORT);
	assert_int_equal(filter_of(f, slot)->rule.policy, RULE_SW_ONLY);
	assert_false(filter_of(f, slot)->in_hw);
	assert_int_equal(wait_for(&q, as_it_should), PROVE_PROVEN);
	/* Replaced in place both times; what was deleted is the twin. */
	assert_int_equal(f->fk->n_tc[REQUEST_DEL], 1);
	assert_int_equal(f->fk->n_tc[REQUEST_ADD], 1);
	assert_int_equal(f->fk->n_tc[REQUEST_REPLACE], 2);
}

static void and_hardware_has_a_rule_that_no_packet_meets(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot = put_settled(f, ENGINECASE_FLOW);
	struct proof q = { .prove.control = true };

	f->fk->capacity = 1;
	begin(f, slot, &q);
	wait_for_control(&q);
	assert_non_null(twin(f));
	assert_true(twin(f)->in_hw);
	assert_memory_equal(&twin(f)->rule.match,
			    &filter_of(f, slot)->rule.match,
			    sizeof(twin(f)->rule.match));
	assert_int_equal(wait_for(&q, as_it_should), PROVE_PROVEN);
	assert_true(q.prove.hw_control);
	assert_null(twin(f));
	assert_back(f, slot);
}

/* Its rules are on a block. */
static void a_flow_of_a_bond_is_proven(void **state)
{
	struct core_fixture *f = *state;
	struct proof q = { .prove.control = true };
	uint32_t slot;

	fake_bond_add(f->fk, "bond0");
	fake_link_enslave(f->fk, "eth0", "bond0");
	core_fixture_rounds(f, 10);
	slot = put_settled(f, "filter add dev bond0 ingress protocol ip flower "
			      "dst_ip 192.0.2.1 action drop");
	begin(f, slot, &q);
	wait_for_control(&q);
	assert_int_equal(twin(f)->rule.block, filter_of(f, slot)->rule.block);
	assert_int_equal(wait_for(&q, as_it_should), PROVE_PROVEN);
	assert_true(q.prove.hw_control);
	assert_null(twin(f));
	assert_back(f, slot);
}

static void where_hardware_takes_none_the_control_is_of_software(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot = put_settled(f, ENGINECASE_FLOW);

	for (int there = 0; there < 2; there++) {
		struct proof q = { .prove.control = true };

		if (!there)
			fake_fail(&f->fk->fail_tc[REQUEST_PROBE], 1,
				  EOPNOTSUPP, "");
		begin(f, slot, &q);
		wait_for_control(&q);
		assert_int_equal(twin(f) != NULL, there);
		if (there) {
			twin(f)->in_hw = false;
			f->fk->n_in_hw--;
		}
		assert_int_equal(wait_for(&q, as_it_should), PROVE_PROVEN);
		assert_false(q.prove.hw_control);
		assert_true(q.prove.phases[PROVE_CONTROL].sw_packets > 0);
		assert_back(f, slot);
	}
}

static void a_lost_answer_of_its_put_does_not_matter(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot = put_settled(f, ENGINECASE_FLOW);
	struct proof q = { .prove.control = true };

	fake_fail(&f->fk->fail_tc[REQUEST_PROBE], 1, ENOBUFS, "");
	begin(f, slot, &q);
	wait_for_control(&q);
	assert_int_equal(wait_for(&q, as_it_should), PROVE_PROVEN);
	assert_null(twin(f));
	assert_back(f, slot);
}

static void no_packet_is_forgotten_by_the_moves(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot = put_settled(f, ENGINECASE_FLOW);
	struct proof q = { .prove.control = true };
	uint64_t sent = 0, in_sw = 0;

	begin(f, slot, &q);
	for (int n = 0; n < 600 && !q.n_done; n++) {
		in_sw += filter_of(f, slot)->in_hw ? 0 : PER_TICK;
		sent += PER_TICK;
		tick(f, as_it_should);
	}
	assert_int_equal(q.prove.verdict, PROVE_PROVEN);
	refresh(f);
	assert_int_equal(view(f, slot).stats.packets, sent);
	assert_int_equal(view(f, slot).stats.hw_packets, sent - in_sw);
	assert_true(in_sw > 0);
}

static void without_the_control_nothing_is_moved(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot = put_settled(f, ENGINECASE_FLOW);
	struct proof q = { .prove.control = false };

	begin(f, slot, &q);
	assert_int_equal(wait_for(&q, as_it_should), PROVE_PROVEN);
	assert_false(q.prove.phases[PROVE_CONTROL].was);
	assert_int_equal(f->fk->n_tc[REQUEST_REPLACE], 0);
	assert_true(q.took_ms < 1000);
	assert_back(f, slot);
}

static void as_many_packets_as_are_asked_for(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot = put_settled(f, ENGINECASE_FLOW);
	struct proof q = { .prove = { .control = true, .packets = 300 } };

	begin(f, slot, &q);
	assert_int_equal(wait_for(&q, as_it_should), PROVE_PROVEN);
	assert_true(q.prove.phases[PROVE_WATCH].hw_packets >= 300);
	assert_true(q.prove.phases[PROVE_CONTROL].sw_packets >= 300);
}

static void a_hw_only_flow_has_no_control(void **state)
{
	struct core_fixture *f = *state;
	struct line_flow flow = parse(f, ENGINECASE_FLOW);
	struct proof q = { .prove.control = true };
	struct reason_list reasons = { 0 };
	struct error err = { 0 };
	uint32_t slot;

	flow.rule.policy = RULE_HW_ONLY;
	assert_int_equal(engine_put(f->core->engine, &flow, &slot, &reasons,
				    &err), 0);
	settle(f);
	begin(f, slot, &q);
	assert_int_equal(wait_for(&q, as_it_should), PROVE_PROVEN);
	assert_false(q.prove.phases[PROVE_CONTROL].was);
	assert_int_equal(f->fk->n_tc[REQUEST_REPLACE], 0);
}

static void without_packets_it_is_not_decided(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot = put_settled(f, ENGINECASE_FLOW);
	struct proof q = { .prove = { .control = true, .seconds = 4 } };

	begin(f, slot, &q);
	assert_int_equal(wait_for(&q, nowhere), PROVE_NO_TRAFFIC);
	assert_in_range(q.took_ms, 4000 + ENGINE_DRIVER_LAG_MS, 6500);
	assert_true(q.prove.phases[PROVE_WATCH].was);
	assert_false(q.prove.phases[PROVE_CONTROL].was);
	assert_back(f, slot);
}

static void too_few_packets_are_no_proof_either(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot = put_settled(f, ENGINECASE_FLOW);
	struct proof q = { .prove = { .seconds = 1, .packets = 1000 } };

	begin(f, slot, &q);
	assert_int_equal(wait_for(&q, as_it_should), PROVE_NO_TRAFFIC);
	assert_true(q.prove.phases[PROVE_WATCH].hw_packets > PER_TICK);
}

static void a_driver_may_tell_late(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot = put_settled(f, ENGINECASE_FLOW);
	struct proof q = { .prove.seconds = 1 };

	begin(f, slot, &q);
	ticks(f, nowhere, 25);
	assert_int_equal(q.n_done, 0);
	assert_int_equal(wait_for(&q, as_it_should), PROVE_PROVEN);
}

static void what_software_sees_is_not_offloaded(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot = put_settled(f, ENGINECASE_FLOW);
	struct proof q = { .prove.control = true };

	begin(f, slot, &q);
	assert_int_equal(wait_for(&q, in_software), PROVE_SOFTWARE);
	assert_in_range(q.took_ms, ENGINE_DRIVER_LAG_MS, 2500);
	assert_true(q.prove.phases[PROVE_WATCH].sw_packets > 0);
	assert_int_equal(q.prove.phases[PROVE_WATCH].hw_packets, 0);
	assert_int_equal(f->fk->n_tc[REQUEST_REPLACE], 0);
}

static void what_both_see_is_not_offloaded(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot = put_settled(f, ENGINECASE_FLOW);
	struct proof q = { .prove.control = true };

	begin(f, slot, &q);
	assert_int_equal(wait_for(&q, in_both), PROVE_SOFTWARE);
	assert_true(q.prove.phases[PROVE_SETTLE].hw_packets > 0);
}

static void packets_under_way_do_not_condemn_a_flow(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot = put_settled(f, ENGINECASE_FLOW);
	struct proof q = { .prove.control = true };
	const struct prove_phase *p = q.prove.phases;

	begin(f, slot, &q);
	tick(f, nowhere);
	ticks(f, in_software, 6);
	assert_int_equal(wait_for(&q, as_it_should), PROVE_PROVEN);
	assert_int_equal(p[PROVE_SETTLE].sw_packets, 6 * PER_TICK);
	assert_int_equal(p[PROVE_WATCH].sw_packets, 0);
}

static void software_that_had_all_there_were_condemns_it(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot = put_settled(f, ENGINECASE_FLOW);
	struct proof q = { .prove.seconds = 3 };

	begin(f, slot, &q);
	tick(f, nowhere);
	ticks(f, in_software, 6);
	assert_int_equal(wait_for(&q, nowhere), PROVE_SOFTWARE);
}

/* Hardware takes over connections one by one. */
static void connections_begin_in_software(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot = put_settled(f, "in_port(eth0_0),ct_state(+trk+est),"
				       "eth_type(0x0800),actions:eth0_1");
	uint32_t other = put_settled(f, ENGINECASE_FLOW);
	struct proof q = { .prove.control = true }, r = { .n_done = 0 };

	begin(f, slot, &q);
	begin(f, other, &r);
	ticks(f, in_both, 50);
	assert_int_equal(q.n_done, 0);
	assert_int_equal(r.n_done, 1);
	assert_int_equal(r.prove.verdict, PROVE_SOFTWARE);
	assert_int_equal(wait_for(&q, as_it_should), PROVE_PROVEN);
}

static void but_do_not_stay_there(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot = put_settled(f, "in_port(eth0_0),ct_state(+trk+est),"
				       "eth_type(0x0800),actions:eth0_1");
	struct proof q = { .prove.control = true };

	begin(f, slot, &q);
	assert_int_equal(wait_for(&q, in_both), PROVE_SOFTWARE);
	assert_in_range(q.took_ms, PROVE_SECONDS * 1000, 10500);
}

static void a_counter_that_counts_anything_proves_nothing(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot = put_settled(f, ENGINECASE_FLOW);
	struct proof q = { .prove.control = true };

	begin(f, slot, &q);
	assert_int_equal(wait_for(&q, each_as_if_met), PROVE_CONTROL_FAILED);
	assert_true(q.prove.phases[PROVE_CONTROL].hw_packets > 0);
	assert_back(f, slot);
	assert_int_equal(f->fk->n_filters, 1);
}

static void a_control_without_packets_decides_nothing(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot = put_settled(f, ENGINECASE_FLOW);
	struct proof q = { .prove = { .control = true, .seconds = 3 } };

	begin(f, slot, &q);
	wait_for_control(&q);
	assert_int_equal(wait_for(&q, nowhere), PROVE_NO_TRAFFIC);
	assert_true(q.prove.phases[PROVE_CONTROL].was);
	assert_back(f, slot);
}

static void what_is_not_in_hardware_cannot_be_proven(void **state)
{
	struct core_fixture *f = *state;
	struct proof q = { .prove.control = true };
	uint32_t slot;

	f->fk->unsupported[0] = "ipv4_dst";
	slot = put_settled(f, ENGINECASE_FLOW);
	begin(f, slot, &q);
	assert_int_equal(q.n_done, 0);
	core_fixture_rounds(f, 5);
	assert_int_equal(q.n_done, 1);
	assert_int_equal(q.prove.verdict, PROVE_NOT_IN_HW);
	assert_int_equal(q.prove.state, FLOW_SW);
	assert_int_equal(q.prove.reasons.reasons[0].code,
			 REASON_DRIVER_REFUSED);
	assert_false(q.prove.phases[PROVE_WATCH].was);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINECASE(hardware_counts_and_then_software_does),
		ENGINECASE(in_the_control_it_is_in_software_alone),
		ENGINECASE(and_hardware_has_a_rule_that_no_packet_meets),
		ENGINECASE(a_flow_of_a_bond_is_proven),
		ENGINECASE(where_hardware_takes_none_the_control_is_of_software),
		ENGINECASE(a_lost_answer_of_its_put_does_not_matter),
		ENGINECASE(no_packet_is_forgotten_by_the_moves),
		ENGINECASE(without_the_control_nothing_is_moved),
		ENGINECASE(as_many_packets_as_are_asked_for),
		ENGINECASE(a_hw_only_flow_has_no_control),
		ENGINECASE(without_packets_it_is_not_decided),
		ENGINECASE(too_few_packets_are_no_proof_either),
		ENGINECASE(a_driver_may_tell_late),
		ENGINECASE(what_software_sees_is_not_offloaded),
		ENGINECASE(what_both_see_is_not_offloaded),
		ENGINECASE(packets_under_way_do_not_condemn_a_flow),
		ENGINECASE(software_that_had_all_there_were_condemns_it),
		ENGINECASE(connections_begin_in_software),
		ENGINECASE(but_do_not_stay_there),
		ENGINECASE(a_counter_that_counts_anything_proves_nothing),
		ENGINECASE(a_control_without_packets_decides_nothing),
		ENGINECASE(what_is_not_in_hardware_cannot_be_proven),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
