/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Killed in the middle of a change: it is done whole, or not at all. */
#include "tests/unittest.h"

#include <string.h>

#include "swoffd/core/engine_record.h"
#include "tests/unit/enginecase.h"

#define UFID "ufid:00000000-0000-0001-0000-000000000002,"
#define DROP(dst) \
	"in_port(eth0_0),eth_type(0x0800),ipv4(dst=192.0.2." dst ")," \
	"actions:drop"

static void put_with(struct core_fixture *f, const char *line,
		     enum rule_policy policy, uint32_t weight)
{
	struct line_flow flow = parse(f, line);
	struct reason_list reasons;
	struct error err = { 0 };
	uint32_t slot;

	flow.rule.policy = policy;
	flow.attrs = flow_attrs_usual;
	flow.attrs.given = UINT32_MAX;
	flow.attrs.weight = weight;
	assert_int_equal(engine_put(f->core->engine, &flow, &slot, &reasons,
				    &err), 0);
}

/* What was sent is done by the kernel, or is not; nothing was answered. */
static void kill_it(struct core_fixture *f, bool done)
{
	core_fixture_rounds(f, 5);
	fake_orphan(f->fk, done);
	core_fixture_restart(f);
	settle(f);
	core_fixture_rounds(f, 10);
}

static void for_both(struct core_fixture *f,
		     void (*fn)(struct core_fixture *f, bool done))
{
	fn(f, false);
	engine_flush(f->core->engine);
	settle(f);
	assert_int_equal(f->fk->n_filters, 0);
	fn(f, true);
}

static void put_named(struct core_fixture *f, bool done)
{
	struct line_flow line = parse(f, UFID ENGINECASE_FLOW);

	f->fk->hold_tc = true;
	put(f, UFID ENGINECASE_FLOW);
	kill_it(f, done);
	assert_memory_equal(&the(f)->ufid, &line.ufid, sizeof(line.ufid));
	assert_int_equal(the(f)->state, FLOW_IN_HW);
}

static void a_new_flow_is_whole(void **state)
{
	for_both(*state, put_named);
}

static void change(struct core_fixture *f, bool done)
{
	put_with(f, UFID ENGINECASE_FLOW, RULE_BEST_EFFORT, 7);
	settle(f);
	f->fk->hold_tc = true;
	put_with(f, DROP("1"), RULE_HW_ONLY, 8);
	kill_it(f, done);
	assert_int_equal(the(f)->policy, RULE_HW_ONLY);
	assert_int_equal(the(f)->attrs.weight, 8);
	assert_int_equal(the(f)->rule.n_actions, 1);
	assert_int_equal(the(f)->rule.actions[0].verdict, RULE_DROP);
	assert_int_equal(the(f)->state, FLOW_IN_HW);
}

static void a_change_is_whole(void **state)
{
	for_both(*state, change);
}

/* What it becomes needs no record; what it was does, until it is gone. */
static void change_to_plain(struct core_fixture *f, bool done)
{
	put_with(f, ENGINECASE_FLOW, RULE_BEST_EFFORT, 7);
	settle(f);
	f->fk->hold_tc = true;
	put_with(f, DROP("1"), RULE_BEST_EFFORT, 1);
	kill_it(f, done);
	assert_int_equal(the(f)->attrs.weight, 1);
	assert_int_equal(the(f)->rule.actions[0].verdict, RULE_DROP);
}

static void a_change_to_what_has_no_record_is_whole(void **state)
{
	for_both(*state, change_to_plain);
}

static void rename_it(struct core_fixture *f, bool done)
{
	static const char named[] = "ufid:00000000-0000-0003-0000-000000000004,"
				    ENGINECASE_FLOW;
	struct line_flow line = parse(f, named);

	put(f, UFID ENGINECASE_FLOW);
	settle(f);
	f->fk->hold_tc = true;
	put(f, named);
	kill_it(f, done);
	assert_memory_equal(&the(f)->ufid, &line.ufid, sizeof(line.ufid));
	assert_int_equal(f->fk->n_filters, 1);
}

static void another_ufid_is_whole(void **state)
{
	for_both(*state, rename_it);
}

static void move(struct core_fixture *f, bool done)
{
	struct line_flow line = parse(f, UFID DROP("2"));

	put(f, UFID ENGINECASE_FLOW);
	settle(f);
	f->fk->hold_tc = true;
	put(f, UFID DROP("2"));
	kill_it(f, done);
	assert_memory_equal(&the(f)->ufid, &line.ufid, sizeof(line.ufid));
	assert_int_equal(the(f)->rule.actions[0].verdict, RULE_DROP);
	assert_int_equal(f->fk->n_filters, 1);
}

static void a_ufid_is_in_one_place(void **state)
{
	for_both(*state, move);
}

static void take_place(struct core_fixture *f, bool done)
{
	put(f, "ufid:00000000-0000-0003-0000-000000000004," DROP("2"));
	move(f, done);
}

static void a_ufid_takes_the_place_of_another(void **state)
{
	for_both(*state, take_place);
}

static void a_delete_that_was_not_done_leaves_all(void **state)
{
	struct core_fixture *f = *state;
	struct line_flow line = parse(f, UFID ENGINECASE_FLOW);

	put_with(f, UFID ENGINECASE_FLOW, RULE_BEST_EFFORT, 7);
	settle(f);
	f->fk->hold_tc = true;
	put_with(f, UFID ENGINECASE_FLOW, RULE_BEST_EFFORT, 8);
	del(f, ENGINECASE_FLOW);
	kill_it(f, false);
	assert_memory_equal(&the(f)->ufid, &line.ufid, sizeof(line.ufid));
	assert_int_equal(the(f)->attrs.weight, 8);
}

/* Its rule is taken out, for hardware does not take the new one. */
static void a_rule_goes_after_its_record_is_there(void **state)
{
	struct core_fixture *f = *state;
	size_t size;

	put_with(f, ENGINECASE_FLOW, RULE_BEST_EFFORT, 1);
	settle(f);
	f->fk->unsupported[0] = "ipv4_dst";
	put_with(f, DROP("1"), RULE_HW_ONLY, 1);
	while (f->fk->n_filters)
		core_fixture_rounds(f, 1);
	assert_non_null(fake_store_committed(f->fs, STORE_FLOWS, 0, &size));
	core_fixture_restart(f);
	settle(f);
	assert_int_equal(the(f)->state, FLOW_REJECTED);
	assert_int_equal(the(f)->policy, RULE_HW_ONLY);
}

static void what_was_deleted_leaves_nothing_to_the_next(void **state)
{
	struct core_fixture *f = *state;

	put_with(f, ENGINECASE_FLOW, RULE_BEST_EFFORT, 7);
	settle(f);
	del(f, ENGINECASE_FLOW);
	put(f, ENGINECASE_FLOW);
	settle(f);
	assert_int_equal(the(f)->attrs.weight, 1);
}

static void who_gave_way_was_not_asked_to_stay_in_software(void **state)
{
	struct core_fixture *f = *state;
	size_t size;

	put(f, ENGINECASE_FLOW);
	settle(f);
	engine_capacity_set(f->core->engine, 0, 0, 0);
	put(f, DROP("1"));
	settle(f);
	loop_advance(f->loop, 20000);
	refresh(f);
	settle(f);
	assert_int_equal(the(f)->state, FLOW_EVICTED);
	assert_null(fake_store_committed(f->fs, STORE_FLOWS, 0, &size));
	core_fixture_restart(f);
	settle(f);
	assert_int_equal(the(f)->policy, RULE_BEST_EFFORT);
}

/* Who put it first is answered when it is put again, which is not done yet. */
static void overtake(struct core_fixture *f, bool done)
{
	f->fk->hold_tc = true;
	put(f, ENGINECASE_FLOW);
	engine_settle(f->core->engine, &f->request);
	put(f, DROP("1"));
	core_fixture_wait(f);
	kill_it(f, done);
	assert_int_equal(the(f)->rule.actions[0].verdict, RULE_DROP);
	assert_int_equal(the(f)->state, FLOW_IN_HW);
}

static void a_flow_that_is_put_twice_is_there(void **state)
{
	struct core_fixture *f = *state;

	/* So that the device does not have to be prepared. */
	put(f, DROP("2"));
	settle(f);
	del(f, DROP("2"));
	settle(f);
	overtake(f, false);
}

static void overtake_change(struct core_fixture *f, bool done)
{
	put(f, "in_port(eth0_0),eth_type(0x0800),ipv4(dst=192.0.2.1),"
	       "actions:eth0");
	settle(f);
	overtake(f, done);
}

static void a_flow_that_is_changed_twice_is_changed(void **state)
{
	for_both(*state, overtake_change);
}

/* The record in one slot is written to another, as it was. */
static void move_record(struct core_fixture *f, uint32_t from, uint32_t to)
{
	struct store *s = &f->fs->base;
	char data[STORE_RECORD_MAX];
	size_t size;
	const void *r = fake_store_committed(f->fs, STORE_FLOWS, from, &size);

	assert_non_null(r);
	memcpy(data, r, size);
	assert_int_equal(s->ops->put(s, STORE_FLOWS, to, data, size), 0);
	assert_int_equal(s->ops->del(s, STORE_FLOWS, from), 0);
	assert_int_equal(s->ops->commit(s), 0);
}

/* The slot of the first is taken, so it gets that of the second, whose record is
 * not to be overwritten before it is written elsewhere. */
static void records_change_slots_all_at_once(void **state)
{
	struct core_fixture *f = *state;

	put(f, ENGINECASE_FLOW);
	f->fk->unsupported[0] = "eth_src";
	put_with(f, "in_port(eth0_0),eth(src=02:00:00:00:00:01),"
		 "eth_type(0x0800),actions:drop", RULE_HW_ONLY, 7);
	put_with(f, "in_port(eth0_0),eth(src=02:00:00:00:00:02),"
		 "eth_type(0x0800),actions:drop", RULE_HW_ONLY, 7);
	settle(f);
	assert_int_equal(count(f, FLOW_REJECTED), 2);
	for (int n = 0; n < 10; n++) {
		fake_orphan(f->fk, false);
		fake_store_crash(f->fs);
		if (n == 0) {
			move_record(f, 1, 0);
			move_record(f, 2, 1);
		}
		core_fixture_restart(f);
		assert_int_equal(f->core->engine->table.n_flows, 3);
		core_fixture_rounds(f, n);
	}
}

static void attributes_are_kept_when_it_says_so(void **state)
{
	struct core_fixture *f = *state;
	struct flow_attrs attrs = flow_attrs_usual;
	struct error err = { 0 };
	struct ufid ufid;
	int n_done;

	put(f, ENGINECASE_FLOW);
	settle(f);
	ufid = the(f)->ufid;
	attrs.given = UINT32_MAX;
	attrs.weight = 7;
	assert_int_equal(engine_set_attrs(f->core->engine, &ufid, &attrs,
					  &err), 0);
	n_done = f->n_done;
	engine_keep(f->core->engine, &f->request);
	assert_int_equal(f->n_done, n_done);
	core_fixture_wait(f);
	core_fixture_restart(f);
	assert_int_equal(the(f)->attrs.weight, 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINECASE(a_new_flow_is_whole),
		ENGINECASE(a_change_is_whole),
		ENGINECASE(a_change_to_what_has_no_record_is_whole),
		ENGINECASE(another_ufid_is_whole),
		ENGINECASE(a_ufid_is_in_one_place),
		ENGINECASE(a_ufid_takes_the_place_of_another),
		ENGINECASE(a_delete_that_was_not_done_leaves_all),
		ENGINECASE(a_rule_goes_after_its_record_is_there),
		ENGINECASE(what_was_deleted_leaves_nothing_to_the_next),
		ENGINECASE(who_gave_way_was_not_asked_to_stay_in_software),
		ENGINECASE(a_flow_that_is_put_twice_is_there),
		ENGINECASE(a_flow_that_is_changed_twice_is_changed),
		ENGINECASE(records_change_slots_all_at_once),
		ENGINECASE(attributes_are_kept_when_it_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
