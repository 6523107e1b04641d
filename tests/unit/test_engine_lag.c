/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Flows of a bond are those of its ports. */
#include "tests/unittest.h"

#include <errno.h>

#include "tests/unit/enginecase.h"

#define DROP(dst) "filter add dev bond0 ingress protocol ip flower dst_ip " \
		  dst " action drop"
#define FLOW DROP("192.0.2.1")

static const struct fake_link *link_of(struct core_fixture *f,
				       const char *name)
{
	return fake_link_find(f->fk, name);
}

static uint32_t block_of(struct core_fixture *f, const char *name)
{
	const struct fake_link *l = link_of(f, name);

	return l->clsact ? l->block : 0;
}

/* eth0 is a port of bond0, eth1 of nothing yet. */
static int setup(void **state)
{
	struct core_fixture *f;

	enginecase_setup(state);
	f = *state;
	assert_int_equal(fake_device_add(f->fk, "fake/dev1", "eth1", 0, 0), 0);
	fake_device_set_mode(f->fk, fake_device_find(f->fk, "fake/dev1"),
			     ESWITCH_MODE_SWITCHDEV);
	fake_bond_add(f->fk, "bond0");
	fake_link_enslave(f->fk, "eth0", "bond0");
	core_fixture_rounds(f, 10);
	return 0;
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, enginecase_teardown)

static void a_flow_is_on_the_block_of_the_bond(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot = put(f, FLOW);
	uint32_t bond = link_of(f, "bond0")->info.ifindex;

	settle(f);
	assert_int_equal(view(f, slot).state, FLOW_IN_HW);
	assert_string_equal(view(f, slot).rule.dev.name, "bond0");
	assert_int_equal(filter_of(f, slot)->rule.block, bond);
	assert_int_equal(block_of(f, "bond0"), bond);
	assert_int_equal(block_of(f, "eth0"), bond);
	assert_false(link_of(f, "eth1")->clsact);
}

static void the_ports_have_the_block_first(void **state)
{
	struct core_fixture *f = *state;

	f->fk->hold_jobs = true;
	put(f, FLOW);
	core_fixture_rounds(f, 10);
	assert_int_equal(block_of(f, "eth0"), 0);
	assert_int_equal(f->fk->n_filters, 0);
	f->fk->hold_jobs = false;
	fake_release(f->fk);
	settle(f);
	assert_int_equal(f->fk->n_filters, 1);
}

static void a_port_that_goes_meanwhile_is_not_waited_for(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot;

	f->fk->hold_jobs = true;
	slot = put(f, FLOW);
	core_fixture_rounds(f, 10);
	fake_link_enslave(f->fk, "eth0", NULL);
	settle(f);
	assert_int_equal(view(f, slot).state, FLOW_SW);
	f->fk->hold_jobs = false;
	fake_release(f->fk);
	core_fixture_rounds(f, 10);
}

static void ports_that_join_and_leave_are_followed(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot = put(f, FLOW);

	settle(f);
	fake_link_enslave(f->fk, "eth1", "bond0");
	core_fixture_rounds(f, 20);
	assert_int_equal(block_of(f, "eth1"),
			 link_of(f, "bond0")->info.ifindex);
	fake_link_enslave(f->fk, "eth0", NULL);
	core_fixture_rounds(f, 20);
	assert_false(link_of(f, "eth0")->clsact);
	assert_int_equal(f->fk->n_filters, 1);
	assert_int_equal(view(f, slot).state, FLOW_IN_HW);
}

static void a_port_that_moves_to_another_bond_moves_over(void **state)
{
	struct core_fixture *f = *state;
	uint32_t bond1 = fake_bond_add(f->fk, "bond1");

	put(f, FLOW);
	put(f, "filter add dev bond1 ingress protocol ip flower action drop");
	settle(f);
	fake_link_enslave(f->fk, "eth0", "bond1");
	for (int i = 0; i < 3; i++) {
		loop_advance(f->loop, 5000);
		core_fixture_rounds(f, 20);
	}
	assert_int_equal(block_of(f, "eth0"), bond1);
}

static void what_goes_out_of_the_bond_is_not_on_a_block(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot = put(f, "filter add dev bond0 egress protocol ip "
			       "flower action drop");

	settle(f);
	assert_int_equal(f->fk->n_filters, 1);
	assert_int_equal(filter_of(f, slot)->rule.block, 0);
	assert_int_equal(filter_of(f, slot)->rule.dev.ifindex,
			 link_of(f, "bond0")->info.ifindex);
}

static void a_bond_without_ports_is_software(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot;

	fake_link_enslave(f->fk, "eth0", NULL);
	slot = put(f, FLOW);
	settle(f);
	assert_int_equal(view(f, slot).state, FLOW_SW);
	fake_link_enslave(f->fk, "eth0", "bond0");
	core_fixture_rounds(f, 20);
	assert_int_equal(block_of(f, "eth0"), block_of(f, "bond0"));
}

/* Linux refuses skip_sw where a device of the block has no driver for it. */
static void hardware_alone_cannot_be_had(void **state)
{
	struct core_fixture *f = *state;
	struct line_flow flow = parse(f, "filter add dev bond0 ingress "
				      "protocol ip flower skip_sw action drop");
	struct reason_list reasons = { 0 };
	struct error err = { 0 };
	uint32_t slot;

	assert_int_equal(engine_put(f->core->engine, &flow, &slot, &reasons,
				    &err), -EOPNOTSUPP);
	assert_int_equal(reasons.n, 1);
	assert_int_equal(reasons.reasons[0].code, REASON_HW_ONLY_IMPOSSIBLE);
	assert_string_equal(reasons.reasons[0].subject, "bond0");
}

static void a_clsact_of_somebody_else_stays_and_is_told(void **state)
{
	struct core_fixture *f = *state;
	struct flow_view v;
	uint32_t slot;

	fake_link_find(f->fk, "eth0")->clsact = true;
	slot = put(f, FLOW);
	settle(f);
	v = view(f, slot);
	assert_int_equal(v.state, FLOW_SW);
	assert_int_equal(v.reasons[0].reason.code,
			 REASON_PORT_NOT_OFFLOADABLE);
	assert_int_equal(v.reasons[0].reason.err, EEXIST);
	assert_int_equal(block_of(f, "eth0"), 0);
	assert_true(link_of(f, "eth0")->clsact);
}

static void a_port_is_asked_again(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot;

	fake_link_find(f->fk, "eth0")->clsact = true;
	slot = put(f, FLOW);
	settle(f);
	fake_link_find(f->fk, "eth0")->clsact = false;
	for (int i = 0; i < 100 && view(f, slot).state != FLOW_IN_HW; i++) {
		loop_advance(f->loop, 10000);
		core_fixture_rounds(f, 20);
	}
	assert_int_equal(view(f, slot).state, FLOW_IN_HW);
}

static void a_clsact_on_the_bond_leaves_its_flows_in_software(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot;

	fake_link_find(f->fk, "bond0")->clsact = true;
	slot = put(f, FLOW);
	settle(f);
	assert_int_equal(view(f, slot).state, FLOW_SW);
	assert_int_equal(filter_of(f, slot)->rule.block, 0);
	assert_int_equal(block_of(f, "eth0"), 0);
}

static void another_daemon_finds_them_once_and_rewrites_none(void **state)
{
	struct core_fixture *f = *state;
	uint64_t n;

	put(f, FLOW);
	put(f, DROP("192.0.2.2"));
	settle(f);
	n = f->fk->n_tc[REQUEST_ADD] + f->fk->n_tc[REQUEST_REPLACE];
	core_fixture_restart(f);
	settle(f);
	assert_int_equal(count(f, FLOW_IN_HW), 2);
	assert_int_equal(f->core->engine->table.n_flows, 2);
	assert_int_equal(f->fk->n_filters, 2);
	assert_int_equal(f->fk->n_tc[REQUEST_ADD] +
			 f->fk->n_tc[REQUEST_REPLACE], n);

	fake_link_enslave(f->fk, "eth1", "bond0");
	core_fixture_rounds(f, 20);
	assert_int_equal(block_of(f, "eth1"), block_of(f, "bond0"));
}

static void its_counters_are_read(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot = put(f, FLOW);

	settle(f);
	filter_of(f, slot)->stats.packets = 7;
	refresh(f);
	assert_int_equal(view(f, slot).stats.packets, 7);
}

static void a_rule_that_somebody_took_comes_back(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot = put(f, FLOW);

	settle(f);
	fake_filter_del(f->fk, filter_of(f, slot));
	refresh(f);
	settle(f);
	assert_int_equal(view(f, slot).state, FLOW_IN_HW);
	assert_int_equal(f->fk->n_filters, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_flow_is_on_the_block_of_the_bond),
		TEST(the_ports_have_the_block_first),
		TEST(a_port_that_goes_meanwhile_is_not_waited_for),
		TEST(ports_that_join_and_leave_are_followed),
		TEST(a_port_that_moves_to_another_bond_moves_over),
		TEST(what_goes_out_of_the_bond_is_not_on_a_block),
		TEST(a_bond_without_ports_is_software),
		TEST(hardware_alone_cannot_be_had),
		TEST(a_clsact_of_somebody_else_stays_and_is_told),
		TEST(a_port_is_asked_again),
		TEST(a_clsact_on_the_bond_leaves_its_flows_in_software),
		TEST(another_daemon_finds_them_once_and_rewrites_none),
		TEST(its_counters_are_read),
		TEST(a_rule_that_somebody_took_comes_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
