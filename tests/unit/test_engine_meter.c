/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Flows with meters: police actions that are somebody else's. */
#include "tests/unittest.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <string.h>

#include "tests/unit/enginecase.h"

#define FLOW(dst, actions) \
	"in_port(eth0_0),eth_type(0x0800),ipv4(dst=192.0.2." dst ")," \
	"actions:" actions

static void a_meter_is_an_action_that_must_exist(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot = put(f, FLOW("1", "meter(3),eth0_1"));
	const struct rule *sent;

	settle(f);
	sent = &fake_filter_at(f->fk, 0)->rule;
	assert_int_equal(sent->actions[0].kind, RULE_ACTION_POLICE);
	assert_int_equal(sent->actions[0].index, 0x53000003);
	assert_true(sent->actions[0].must_exist);
	assert_false(sent->actions[1].must_exist);
	assert_true(sent->actions[1].no_percpu);
	assert_false(view(f, slot).rule.actions[0].must_exist);
	assert_false(view(f, slot).rule.actions[1].no_percpu);
}

static void numbers_beyond_the_range_have_none(void **state)
{
	struct core_fixture *f = *state;
	const struct port_resolver *p = &f->core->engine->ports;
	uint32_t index = 7;

	assert_int_equal(p->meter(p, 0xffffff, &index), 0);
	assert_int_equal(index, 0x53ffffff);
	assert_int_equal(p->meter(p, 0x1000000, &index), -ENOENT);
	assert_int_equal(index, 0x53ffffff);
	assert_true(port_is_meter_police(0x53000000));
	assert_false(port_is_meter_police(0x52ffffff));
	assert_false(port_is_meter_police(0x54000000));
	assert_false(port_is_meter_police(0x10000003));
}

/* As Linux answers if there is none. */
static void fail_once(struct core_fixture *f)
{
	fake_fail(&f->fk->fail_tc[REQUEST_ADD], 1, EINVAL,
		  "invalid control action");
}

static void a_meter_without_its_action_is_named_and_tried_again(void **state)
{
	struct core_fixture *f = *state;
	struct flow_view v;
	uint32_t slot;

	fail_once(f);
	slot = put(f, FLOW("1", "meter(3),eth0_1"));
	settle(f);
	v = view(f, slot);
	assert_int_equal(v.state, FLOW_REJECTED);
	assert_int_equal(v.n_reasons, 1);
	assert_int_equal(v.reasons[0].reason.code, REASON_METER_MISSING);
	assert_string_equal(v.reasons[0].reason.subject, "meter(3)");
	refresh(f);
	assert_int_equal(view(f, slot).state, FLOW_IN_HW);
	assert_int_equal(view(f, slot).n_reasons, 0);
}

static void which_of_two_is_missing_is_not_guessed(void **state)
{
	struct core_fixture *f = *state;
	struct flow_view v;
	uint32_t slot;

	fail_once(f);
	slot = put(f, FLOW("1", "meter(3),meter(4),eth0_1"));
	settle(f);
	v = view(f, slot);
	assert_int_equal(v.reasons[0].reason.code, REASON_ACTION_MISSING);
	assert_string_equal(v.reasons[0].reason.subject, "eth0_0");
	refresh(f);
	assert_int_equal(view(f, slot).state, FLOW_IN_HW);
}

static void a_flow_counts_what_its_meter_does_not_count_for_others(void **state)
{
	struct core_fixture *f = *state;
	uint32_t metered = put(f, FLOW("1", "meter(3),eth0_1"));
	uint32_t plain = put(f, FLOW("2", "eth0_1"));

	settle(f);
	for (uint32_t i = 0; i < 2; i++) {
		fake_filter_at(f->fk, i)->stats.packets = 500;
		fake_filter_at(f->fk, i)->unpoliced.packets = 20;
	}
	refresh(f);
	assert_int_equal(view(f, metered).stats.packets, 20);
	assert_int_equal(view(f, plain).stats.packets, 500);
	core_fixture_restart(f);
	refresh(f);
	assert_int_equal(view(f, metered).stats.packets, 20);
}

/* The kernel gives no action that software has to a rule with skip_sw. */
static void it_is_never_tried_with_skip_sw(void **state)
{
	struct core_fixture *f = *state;
	struct line_flow flow;
	struct reason_list reasons;
	struct error err = { 0 };
	uint32_t slot;

	f->fk->unsupported[0] = "ipv4_dst";
	slot = put(f, FLOW("1", "meter(3),eth0_1"));
	settle(f);
	assert_int_equal(view(f, slot).state, FLOW_SW);
	assert_int_equal(f->fk->n_tc[REQUEST_EXPLAIN], 1);
	assert_int_equal(f->fk->n_tc[REQUEST_REPLACE], 0);

	flow = parse(f, FLOW("2", "meter(3),eth0_1"));
	flow.rule.policy = RULE_HW_ONLY;
	assert_int_equal(engine_put(f->core->engine, &flow, &slot, &reasons,
				    &err), -EOPNOTSUPP);
	assert_int_equal(reasons.n, 1);
	assert_int_equal(reasons.reasons[0].code, REASON_HW_ONLY_IMPOSSIBLE);
	assert_string_equal(reasons.reasons[0].subject, "meter");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINECASE(a_meter_is_an_action_that_must_exist),
		ENGINECASE(numbers_beyond_the_range_have_none),
		ENGINECASE(a_meter_without_its_action_is_named_and_tried_again),
		ENGINECASE(which_of_two_is_missing_is_not_guessed),
		ENGINECASE(a_flow_counts_what_its_meter_does_not_count_for_others),
		ENGINECASE(it_is_never_tried_with_skip_sw),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
