/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What outlives a daemon that is killed. */
#include "tests/unittest.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "swoffd/core/engine_record.h"
#include "tests/unit/enginecase.h"

#define UFID "ufid:00000000-0000-0001-0000-000000000002,"
#define DROP(dst) \
	"in_port(eth0_0),eth_type(0x0800),ipv4(dst=192.0.2." dst ")," \
	"actions:drop"

static void a_flow_that_is_in_tc_costs_nothing(void **state)
{
	struct core_fixture *f = *state;
	uint64_t n_puts = f->fs->n_puts;

	put(f, ENGINECASE_FLOW);
	settle(f);
	assert_int_equal(f->fs->n_puts, n_puts);
}

static void a_rejected_flow_is_there_again(void **state)
{
	struct core_fixture *f = *state;
	struct line_flow flow = parse(f, ENGINECASE_FLOW);
	struct reason_list reasons;
	struct error err = { 0 };
	uint32_t slot;

	flow.rule.policy = RULE_HW_ONLY;
	f->fk->unsupported[0] = "ipv4_dst";
	assert_int_equal(engine_put(f->core->engine, &flow, &slot, &reasons,
				    &err), 0);
	settle(f);
	core_fixture_restart(f);
	settle(f);

	assert_int_equal(the(f)->state, FLOW_REJECTED);
	assert_int_equal(the(f)->policy, RULE_HW_ONLY);
	assert_memory_equal(&the(f)->rule.match, &flow.rule.match,
			    sizeof(flow.rule.match));
	assert_int_equal(the(f)->reasons[0].reason.code,
			 REASON_DRIVER_REFUSED);
	f->fk->unsupported[0] = NULL;
	core_fixture_restart(f);
	settle(f);
	assert_int_equal(the(f)->state, FLOW_IN_HW);
}

static void assert_limits(struct core_fixture *f, uint32_t limit,
			  uint32_t reserve)
{
	struct capacity_view v;

	assert_int_equal(engine_n_switches(f->core->engine), 1);
	engine_capacity_view(f->core->engine, 0, &v);
	assert_int_equal(v.max_rules, limit);
	assert_int_equal(v.reserve, reserve);
}

static void what_is_set_of_a_table_is_kept(void **state)
{
	struct core_fixture *f = *state;

	put(f, DROP("1"));
	settle(f);
	engine_capacity_set(f->core->engine, 0, 7, 3);
	/* The second start finds no flow in the store. */
	for (int i = 0; i < 3; i++) {
		core_fixture_restart(f);
		settle(f);
		assert_limits(f, 7, 3);
	}
	engine_capacity_set(f->core->engine, 0, CAPACITY_UNKNOWN, 0);
	core_fixture_restart(f);
	settle(f);
	assert_limits(f, CAPACITY_UNKNOWN, 0);
}

static void a_lost_flow_comes_back_with_its_device(void **state)
{
	struct core_fixture *f = *state;
	struct fake_device *d = fake_device_find(f->fk, ENGINECASE_DEV);

	put(f, ENGINECASE_FLOW);
	settle(f);
	fake_device_set_mode(f->fk, d, ESWITCH_MODE_LEGACY);
	settle(f);
	core_fixture_restart(f);
	settle(f);
	assert_int_equal(the(f)->state, FLOW_LOST);
	assert_string_equal(the(f)->rule.dev.name, "eth0_0");

	fake_device_set_mode(f->fk, d, ESWITCH_MODE_SWITCHDEV);
	settle(f);
	assert_int_equal(the(f)->state, FLOW_IN_HW);
	assert_int_equal(f->fk->n_in_hw, 1);
}

/* Killed while it asked the driver: that filter is replaced once more, which
 * must not come before the store has been read. */
static void what_is_put_right_at_once_spoils_no_record(void **state)
{
	struct core_fixture *f = *state;
	struct fake_filter *flt;
	struct engine_cookie c;
	struct error err = { 0 };
	struct line_flow lost;
	uint32_t slot;

	/* Links to look at while its device is being prepared. */
	for (int i = 0; i < 20; i++) {
		char name[IFNAMSIZ];

		(void)snprintf(name, sizeof(name), "dum%d", i);
		(void)fake_link_add(f->fk, name);
	}
	put(f, "in_port(eth0_1),recirc_id(7),eth_type(0x0806),actions:drop");
	slot = put(f, ENGINECASE_FLOW);
	settle(f);
	flt = fake_filter_at(f->fk, 0);
	assert_int_equal(flt->rule.handle, slot + 1);
	memcpy(&c, flt->cookie, sizeof(c));
	c.epoch |= 0x80000000U;
	memcpy(flt->cookie, &c, sizeof(c));
	flt->stats.packets = 10;
	core_fixture_restart(f);
	settle(f);

	assert_int_equal(count(f, FLOW_IN_HW), 1);
	assert_int_equal(count(f, FLOW_REJECTED), 1);
	assert_int_equal(f->fk->n_tc[REQUEST_REPLACE], 1);
	lost = parse(f, "in_port(eth0_1),recirc_id(7),eth_type(0x0806),"
			"actions:drop");
	assert_true(engine_find_line(f->core->engine, &lost, &err) !=
		    ENGINE_NO_SLOT);
	assert_int_equal(view(f, slot).stats.packets, 10);
}

static void a_ufid_that_was_given_is_whole(void **state)
{
	struct core_fixture *f = *state;
	struct line_flow line = parse(f, UFID ENGINECASE_FLOW);
	uint64_t n_adds;

	put(f, UFID ENGINECASE_FLOW);
	settle(f);
	n_adds = f->fk->n_tc[REQUEST_ADD] + f->fk->n_tc[REQUEST_REPLACE];
	core_fixture_restart(f);
	settle(f);
	assert_memory_equal(&the(f)->ufid, &line.ufid, sizeof(line.ufid));
	assert_int_equal(f->fk->n_tc[REQUEST_ADD] +
				 f->fk->n_tc[REQUEST_REPLACE], n_adds);
}

static void attributes_are_kept(void **state)
{
	struct core_fixture *f = *state;
	struct line_flow line = parse(f, ENGINECASE_FLOW);
	struct reason_list reasons;
	struct error err = { 0 };
	uint32_t slot;

	line.attrs = (struct flow_attrs){ UINT32_MAX, 1, 7, 100, 200 };
	assert_int_equal(engine_put(f->core->engine, &line, &slot, &reasons,
				    &err), 0);
	settle(f);
	core_fixture_restart(f);
	settle(f);
	assert_int_equal(the(f)->attrs.pin, 1);
	assert_int_equal(the(f)->attrs.weight, 7);
	assert_int_equal(the(f)->attrs.idle_s, 100);
	assert_int_equal(the(f)->attrs.hard_s, 200);
	assert_int_equal(f->core->engine->n_timed, 1);
}

static void count_packets(struct core_fixture *f, uint64_t n)
{
	for (uint32_t i = 0; i < f->fk->n_slots; i++)
		if (fake_filter_at(f->fk, i))
			fake_filter_at(f->fk, i)->stats.packets += n;
}

static void sums_go_on_after_a_replace_and_a_kill(void **state)
{
	struct core_fixture *f = *state;

	put(f, ENGINECASE_FLOW);
	settle(f);
	count_packets(f, 10);
	put(f, DROP("1"));
	settle(f);
	count_packets(f, 5);
	core_fixture_restart(f);
	settle(f);
	refresh(f);
	assert_int_equal(the(f)->stats.packets, 15);
}

/* The kernel has replaced the filter, and nobody has heard of it. */
static void sums_do_not_go_back_if_killed_within_a_replace(void **state)
{
	struct core_fixture *f = *state;

	put(f, ENGINECASE_FLOW);
	settle(f);
	count_packets(f, 10);
	refresh(f);
	f->fk->hold_tc = true;
	put(f, DROP("1"));
	core_fixture_rounds(f, 3);
	fake_orphan(f->fk, true);
	core_fixture_restart(f);
	settle(f);
	refresh(f);
	assert_int_equal(the(f)->stats.packets, 10);
}

static void a_deleted_flow_stays_deleted(void **state)
{
	struct core_fixture *f = *state;
	size_t size;

	put(f, UFID ENGINECASE_FLOW);
	put(f, DROP("2"));
	settle(f);
	del(f, ENGINECASE_FLOW);
	settle(f);
	assert_null(fake_store_committed(f->fs, STORE_FLOWS, 0, &size));
	core_fixture_restart(f);
	settle(f);
	assert_int_equal(f->core->engine->table.n_flows, 1);
	assert_int_equal(f->fk->n_filters, 1);
}

static void nobody_is_answered_before_it_is_written(void **state)
{
	struct core_fixture *f = *state;
	size_t size;

	put(f, UFID ENGINECASE_FLOW);
	settle(f);
	assert_non_null(fake_store_committed(f->fs, STORE_FLOWS, 0, &size));
}

static void a_full_disk_is_survived_and_made_good(void **state)
{
	struct core_fixture *f = *state;
	size_t size;

	f->fs->err = -ENOSPC;
	f->fs->fail_commits = UINT32_MAX;
	put(f, UFID ENGINECASE_FLOW);
	settle(f);
	assert_null(fake_store_committed(f->fs, STORE_FLOWS, 0, &size));
	assert_int_equal(the(f)->state, FLOW_IN_HW);

	f->fs->fail_commits = 0;
	loop_advance(f->loop, 2000);
	core_fixture_rounds(f, 10);
	assert_non_null(fake_store_committed(f->fs, STORE_FLOWS, 0, &size));
}

static void records_that_make_no_sense_are_dropped(void **state)
{
	static const char *const rules[] = {
		"", "x", "dev d1", "dev d9 ingress protocol ip flower",
		"dev eth0_0 ingress protocol ip flower action drop",
		"dev d99999999999 ingress protocol ip flower action drop",
		("dev d1 ingress protocol ip flower action mirred egress "
		 "redirect dev d4711"),
	};
	struct core_fixture *f = *state;
	struct {
		struct flow_record r;
		char rule[200];
	} w;

	put(f, UFID ENGINECASE_FLOW);
	settle(f);
	for (uint32_t i = 0; i < ARRAY_LEN(rules); i++) {
		memset(&w, 0xff, sizeof(w));
		(void)snprintf(w.rule, sizeof(w.rule), "%s", rules[i]);
		w.r.ufid.bytes[0] = (uint8_t)i;
		assert_int_equal(f->fs->base.ops->put(
			&f->fs->base, STORE_FLOWS, 100 + i, &w,
			sizeof(w.r) + strlen(rules[i]) + 1), 0);
	}
	assert_int_equal(f->fs->base.ops->put(&f->fs->base, STORE_FLOWS, 200,
					      "short", 5), 0);
	assert_int_equal(f->fs->base.ops->put(&f->fs->base, STORE_DEVS, 7,
					      "short", 5), 0);
	assert_int_equal(f->fs->base.ops->commit(&f->fs->base), 0);
	core_fixture_restart(f);
	settle(f);
	assert_int_equal(the(f)->state, FLOW_IN_HW);
}

static void the_second_rule_of_a_flow_is_removed(void **state)
{
	struct core_fixture *f = *state;
	struct fake_filter *first, *second;
	struct rule rule;
	uint8_t cookie[KERNEL_COOKIE_SIZE];

	put(f, UFID ENGINECASE_FLOW);
	settle(f);
	first = fake_filter_at(f->fk, 0);
	memcpy(cookie, first->cookie, sizeof(cookie));
	rule_copy(&rule, &first->rule);
	rule.handle = 77;
	rule.match.key.ipv4_dst_be ^= 1;
	second = fake_filter_add_foreign(f->fk, &rule);
	memcpy(second->cookie, cookie, sizeof(cookie));
	core_fixture_restart(f);
	settle(f);
	core_fixture_rounds(f, 10);
	assert_int_equal(f->fk->n_filters, 1);
	assert_int_equal(f->core->engine->table.n_flows, 1);
}

static void a_rule_whose_target_went_meanwhile_is_removed(void **state)
{
	struct core_fixture *f = *state;

	fake_link_add(f->fk, "veth0");
	put(f, "in_port(eth0_0),eth_type(0x0800),actions:veth0");
	put(f, UFID "in_port(eth0_0),eth_type(0x86dd),actions:veth0");
	settle(f);
	core_free(f->core);
	f->core = NULL;
	f->fk->started = false;
	fake_link_del(f->fk, "veth0");
	core_fixture_restart(f);
	settle(f);
	core_fixture_rounds(f, 10);
	assert_int_equal(f->fk->n_filters, 0);
	/* Of the other nobody knows where it led. */
	assert_int_equal(the(f)->state, FLOW_LOST);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINECASE(a_flow_that_is_in_tc_costs_nothing),
		ENGINECASE(a_rejected_flow_is_there_again),
		ENGINECASE(what_is_set_of_a_table_is_kept),
		ENGINECASE(a_lost_flow_comes_back_with_its_device),
		ENGINECASE(what_is_put_right_at_once_spoils_no_record),
		ENGINECASE(a_ufid_that_was_given_is_whole),
		ENGINECASE(attributes_are_kept),
		ENGINECASE(sums_go_on_after_a_replace_and_a_kill),
		ENGINECASE(sums_do_not_go_back_if_killed_within_a_replace),
		ENGINECASE(a_deleted_flow_stays_deleted),
		ENGINECASE(nobody_is_answered_before_it_is_written),
		ENGINECASE(a_full_disk_is_survived_and_made_good),
		ENGINECASE(records_that_make_no_sense_are_dropped),
		ENGINECASE(the_second_rule_of_a_flow_is_removed),
		ENGINECASE(a_rule_whose_target_went_meanwhile_is_removed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
