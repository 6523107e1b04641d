/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Flows that a datapath of Open vSwitch has, beside those that were asked
 * for. */
#include "tests/unittest.h"

#include <errno.h>
#include <string.h>

#include "tests/unit/enginecase.h"

#define UFID "ufid:00000000-0000-0001-0000-000000000002,"
#define FLOW UFID ENGINECASE_FLOW
#define OTHER "in_port(eth0_0),eth_type(0x86dd),actions:drop"

static int try_mirror(struct core_fixture *f, const char *line,
		      uint32_t *slot)
{
	struct line_flow flow = parse(f, line);
	struct reason_list reasons = { 0 };
	struct error err = { 0 };

	return engine_mirror(f->core->engine, &flow, slot, &reasons, &err);
}

static uint32_t mirror(struct core_fixture *f, const char *line)
{
	uint32_t slot;

	assert_int_equal(try_mirror(f, line, &slot), 0);
	return slot;
}

static int try_put(struct core_fixture *f, const char *line)
{
	struct line_flow flow = parse(f, line);
	struct reason_list reasons = { 0 };
	struct error err = { 0 };
	uint32_t slot;

	return engine_put(f->core->engine, &flow, &slot, &reasons, &err);
}

static struct ufid the_ufid(void)
{
	struct ufid ufid;

	assert_int_equal(ufid_parse("00000000-0000-0001-0000-000000000002",
				    &ufid), 0);
	return ufid;
}

static void a_mirrored_flow_is_in_hw_and_in_no_record(void **state)
{
	struct core_fixture *f = *state;
	uint64_t n_puts = f->fs->n_puts;
	uint32_t slot = mirror(f, FLOW);
	struct ufid ufid;

	settle(f);
	assert_int_equal(view(f, slot).state, FLOW_IN_HW);
	assert_true(view(f, slot).mirrored);
	assert_true(engine_is_mirrored(f->core->engine, slot, &ufid));
	assert_int_equal(f->fs->n_puts, n_puts);
	assert_int_equal(engine_n_mirrored(f->core->engine), 1);
}

static void a_refused_one_is_in_no_record_either(void **state)
{
	struct core_fixture *f = *state;
	uint64_t n_puts = f->fs->n_puts;
	struct line_flow flow = parse(f, FLOW);
	struct reason_list reasons = { 0 };
	struct error err = { 0 };
	uint32_t slot;

	flow.rule.policy = RULE_HW_ONLY;
	f->fk->unsupported[0] = "ipv4_dst";
	assert_int_equal(engine_mirror(f->core->engine, &flow, &slot,
				       &reasons, &err), 0);
	settle(f);
	assert_int_equal(view(f, slot).state, FLOW_REJECTED);
	assert_int_equal(f->fs->n_puts, n_puts);
}

static void a_flush_leaves_it_and_a_close_does_not(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot = mirror(f, FLOW);
	struct flow_view v;

	put(f, OTHER);
	settle(f);
	engine_flush(f->core->engine);
	settle(f);
	assert_int_equal(view(f, slot).state, FLOW_IN_HW);
	assert_int_equal(f->fk->n_filters, 1);

	engine_close(f->core->engine);
	settle(f);
	assert_false(engine_view(f->core->engine, slot, &v));
	assert_int_equal(f->fk->n_filters, 0);
}

static void nobody_deletes_it_or_gives_it_attributes(void **state)
{
	struct core_fixture *f = *state;
	struct ufid ufid = the_ufid();
	struct flow_attrs attrs = { 0 };
	struct error err = { 0 };

	mirror(f, FLOW);
	settle(f);
	assert_int_equal(flow_attr_set(&attrs, 0, 1), 0);
	assert_int_equal(engine_del_ufid(f->core->engine, &ufid, &err),
			 -EBUSY);
	assert_int_equal(engine_set_attrs(f->core->engine, &ufid, &attrs,
					  &err), -EBUSY);
	settle(f);
	assert_int_equal(count(f, FLOW_IN_HW), 1);
}

static void unmirror_takes_it_out(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot = mirror(f, FLOW);

	settle(f);
	engine_unmirror(f->core->engine, slot);
	settle(f);
	assert_int_equal(f->fk->n_filters, 0);
	assert_int_equal(engine_n_mirrored(f->core->engine), 0);
}

static void unmirror_leaves_what_was_asked_for(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot = put(f, FLOW);

	settle(f);
	engine_unmirror(f->core->engine, slot);
	settle(f);
	assert_int_equal(count(f, FLOW_IN_HW), 1);
}

static void neither_takes_the_place_of_the_other(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot;

	mirror(f, FLOW);
	put(f, OTHER);
	settle(f);
	assert_int_equal(try_put(f, ENGINECASE_FLOW), -EEXIST);
	assert_int_equal(try_put(f, UFID OTHER), -EEXIST);
	assert_int_equal(try_mirror(f, OTHER, &slot), -EEXIST);
	settle(f);
	assert_int_equal(engine_n_mirrored(f->core->engine), 1);
	assert_int_equal(count(f, FLOW_IN_HW), 2);
}

static void after_a_restart_it_is_known_as_one_and_not_rewritten(void **state)
{
	struct core_fixture *f = *state;
	struct ufid ufid = the_ufid();
	uint64_t n_changes;
	uint32_t slot;

	mirror(f, FLOW);
	put(f, OTHER);
	settle(f);
	core_fixture_restart(f);
	settle(f);
	assert_int_equal(engine_n_mirrored(f->core->engine), 1);
	n_changes = f->fk->n_tc[REQUEST_ADD] + f->fk->n_tc[REQUEST_REPLACE];
	slot = mirror(f, FLOW);
	settle(f);
	assert_int_equal(engine_find_ufid(f->core->engine, &ufid), slot);
	assert_int_equal(f->fk->n_tc[REQUEST_ADD] +
			 f->fk->n_tc[REQUEST_REPLACE], n_changes);
}

static void a_paused_one_is_out_of_tc_and_keeps_its_counters(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot = mirror(f, FLOW);

	settle(f);
	filter_of(f, slot)->stats = (struct kernel_stats){
		.packets = 5, .bytes = 500, .hw_packets = 5, .hw_bytes = 500,
	};
	engine_mirror_pause(f->core->engine, slot, PAUSE_SHOWN);
	settle(f);
	assert_int_equal(f->fk->n_filters, 0);
	assert_int_equal(view(f, slot).state, FLOW_REJECTED);
	assert_int_equal(view(f, slot).reasons[0].reason.code,
			 REASON_SHOWN_TO_OVS);
	refresh(f);
	loop_advance(f->loop, 400000);
	settle(f);
	assert_int_equal(f->fk->n_filters, 0);

	engine_mirror_pause(f->core->engine, slot, PAUSE_NOT);
	settle(f);
	assert_int_equal(view(f, slot).state, FLOW_IN_HW);
	assert_int_equal(view(f, slot).stats.hw_packets, 5);
}

static void a_paused_one_that_changes_is_back(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot = mirror(f, FLOW);

	settle(f);
	engine_mirror_pause(f->core->engine, slot, PAUSE_SHOWN);
	settle(f);
	slot = mirror(f, UFID "in_port(eth0_0),eth_type(0x0800),"
			      "ipv4(dst=192.0.2.1),actions:drop");
	settle(f);
	assert_int_equal(view(f, slot).state, FLOW_IN_HW);
}

static void a_pause_that_is_over_at_once_leaves_it_in_hw(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot = mirror(f, FLOW);

	settle(f);
	engine_mirror_pause(f->core->engine, slot, PAUSE_SHOWN);
	engine_mirror_pause(f->core->engine, slot, PAUSE_NOT);
	settle(f);
	assert_int_equal(view(f, slot).state, FLOW_IN_HW);
	assert_int_equal(f->fk->n_filters, 1);
}

static void one_that_goes_can_be_asked_for_at_once(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot = mirror(f, FLOW);

	settle(f);
	engine_unmirror(f->core->engine, slot);
	slot = put(f, FLOW);
	settle(f);
	assert_false(view(f, slot).mirrored);
	core_fixture_restart(f);
	settle(f);
	assert_int_equal(engine_n_mirrored(f->core->engine), 0);
	assert_int_equal(count(f, FLOW_IN_HW), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINECASE(a_mirrored_flow_is_in_hw_and_in_no_record),
		ENGINECASE(a_refused_one_is_in_no_record_either),
		ENGINECASE(a_flush_leaves_it_and_a_close_does_not),
		ENGINECASE(nobody_deletes_it_or_gives_it_attributes),
		ENGINECASE(unmirror_takes_it_out),
		ENGINECASE(unmirror_leaves_what_was_asked_for),
		ENGINECASE(neither_takes_the_place_of_the_other),
		ENGINECASE(after_a_restart_it_is_known_as_one_and_not_rewritten),
		ENGINECASE(a_paused_one_is_out_of_tc_and_keeps_its_counters),
		ENGINECASE(a_paused_one_that_changes_is_back),
		ENGINECASE(a_pause_that_is_over_at_once_leaves_it_in_hw),
		ENGINECASE(one_that_goes_can_be_asked_for_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
