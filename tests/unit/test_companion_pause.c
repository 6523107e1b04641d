/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Open vSwitch sees a packet of each busy flow now and then; idle ones are out
 * of tc. */
#include "tests/unit/companioncase.h"

static struct fake_dp_flow *flow;

static int setup(void **state)
{
	(void)cc_setup_mirror(state);
	flow = cc_flow(*state, 1);
	cc_refresh(*state);
	return 0;
}

#define PAUSECASE(fn) \
	cmocka_unit_test_setup_teardown(fn, setup, cc_teardown)

/* NULL: there is none. */
static struct fake_filter *the_filter(struct companioncase *cc)
{
	for (uint32_t i = 0; i < cc->f->fk->n_slots; i++)
		if (fake_filter_at(cc->f->fk, i))
			return fake_filter_at(cc->f->fk, i);
	return NULL;
}

/* Hardware forwards packets for so long, if it has the rule. */
static void busy(struct companioncase *cc, unsigned int seconds)
{
	while (seconds--) {
		struct fake_filter *f = the_filter(cc);

		if (f) {
			f->stats.packets += 5;
			f->stats.hw_packets += 5;
			f->stats.used_ms = 0;
		}
		cc_later(cc, 1000);
		cc_refresh(cc);
	}
}

/* Until the flow is out of tc, at most so long. */
static bool leaves_within(struct companioncase *cc, unsigned int seconds)
{
	for (; seconds; seconds--) {
		busy(cc, 1);
		if (!cc_n_rules(cc))
			return true;
	}
	return false;
}

static void a_busy_flow_leaves_tc_after_a_minute(void **state)
{
	struct companioncase *cc = *state;

	busy(cc, 55);
	cc_is_in(cc, 1, COMPANION_IN_HW);
	assert_true(leaves_within(cc, 15));
	cc_is_in(cc, 1, COMPANION_IN_DATAPATH);
	cc_has_reason(cc, 1, REASON_SHOWN_TO_OVS);
}

static void it_is_back_when_the_datapath_has_seen_a_packet(void **state)
{
	struct companioncase *cc = *state;
	uint64_t hw_packets;

	assert_true(leaves_within(cc, 80));
	hw_packets = cc_view(cc, 1)->hw_packets;
	assert_true(hw_packets > 0);
	flow->packets = 1;
	flow->used_ms = 0;
	busy(cc, 1);
	cc_is_in(cc, 1, COMPANION_IN_HW);
	assert_true(cc_view(cc, 1)->hw_packets >= hw_packets);
	flow->used_ms = 1000000;
	busy(cc, 50);
	cc_is_in(cc, 1, COMPANION_IN_HW);
}

static void it_is_back_if_none_comes(void **state)
{
	struct companioncase *cc = *state;

	assert_true(leaves_within(cc, 80));
	busy(cc, 5);
	cc_is_in(cc, 1, COMPANION_IN_HW);
	busy(cc, 50);
	cc_is_in(cc, 1, COMPANION_IN_HW);
}

static void an_idle_flow_stays(void **state)
{
	struct companioncase *cc = *state;

	for (int i = 0; i < 120; i++) {
		cc_later(cc, 1000);
		cc_is_in(cc, 1, COMPANION_IN_HW);
	}
}

static void one_that_the_datapath_sees_stays(void **state)
{
	struct companioncase *cc = *state;

	for (int i = 0; i < 30; i++) {
		flow->packets++;
		flow->used_ms = 0;
		busy(cc, 5);
		cc_is_in(cc, 1, COMPANION_IN_HW);
	}
}

#define IDLE_MS 10000
/* Beside it: a poll of the engine and what drivers are late. */
#define SLACK_MS 15000

static void idle(struct companioncase *cc, uint64_t ms)
{
	cc->fo->status.settings.own_max_idle_ms = IDLE_MS;
	for (uint64_t at = 0; at < ms; at += 1000) {
		cc_later(cc, 1000);
		cc_refresh(cc);
	}
}

static void one_without_packets_leaves_tc_and_not_the_datapath(void **state)
{
	struct companioncase *cc = *state;

	idle(cc, IDLE_MS - 2000);
	cc_is_in(cc, 1, COMPANION_IN_HW);
	idle(cc, SLACK_MS);
	assert_int_equal(cc_n_rules(cc), 0);
	cc_is_in(cc, 1, COMPANION_IN_DATAPATH);
	cc_has_reason(cc, 1, REASON_IDLE);
	assert_int_equal(cc_status(cc).n_idle, 1);
	idle(cc, 100000);
	assert_int_equal(cc_n_rules(cc), 0);
}

static void it_is_back_with_its_next_packet(void **state)
{
	struct companioncase *cc = *state;

	idle(cc, IDLE_MS + SLACK_MS);
	flow->packets = 1;
	flow->used_ms = 0;
	cc_refresh(cc);
	cc_refresh(cc);
	cc_is_in(cc, 1, COMPANION_IN_HW);
	assert_int_equal(cc_status(cc).n_idle, 0);
}

static void packets_in_hardware_keep_it_in_tc(void **state)
{
	struct companioncase *cc = *state;

	cc->fo->status.settings.own_max_idle_ms = IDLE_MS;
	busy(cc, 50);
	cc_is_in(cc, 1, COMPANION_IN_HW);
}

/* In software, for the operator leaves no place in hardware. */
static void evict(struct companioncase *cc)
{
	struct engine *e = cc->f->core->engine;

	engine_capacity_set(e, engine_capacity_find(e, "eth0_0"), 0, 0);
	for (int i = 0; i < 8; i++) {
		cc_later(cc, 1000);
		cc_refresh(cc);
	}
	cc_is_in(cc, 1, COMPANION_IN_TC);
	cc_has_reason(cc, 1, REASON_GAVE_WAY);
}

static void one_that_gave_way_is_shown_too(void **state)
{
	struct companioncase *cc = *state;

	evict(cc);
	assert_true(leaves_within(cc, 70));
	cc_has_reason(cc, 1, REASON_SHOWN_TO_OVS);
	busy(cc, 5);
	cc_is_in(cc, 1, COMPANION_IN_TC);
}

static void without_packets_it_leaves_tc_too(void **state)
{
	struct companioncase *cc = *state;

	evict(cc);
	idle(cc, IDLE_MS + SLACK_MS);
	assert_int_equal(cc_n_rules(cc), 0);
	cc_has_reason(cc, 1, REASON_IDLE);
	flow->packets = 1;
	flow->used_ms = 0;
	cc_refresh(cc);
	cc_refresh(cc);
	cc_is_in(cc, 1, COMPANION_IN_TC);
}

static void an_idle_one_that_changes_is_put_as_it_is_now(void **state)
{
	struct companioncase *cc = *state;

	idle(cc, IDLE_MS + SLACK_MS);
	cc_put(cc, 1, "in_port(1),eth(),eth_type(0x0800),"
	       "ipv4(dst=192.0.0.1,frag=no), packets:0, bytes:0, "
	       "used:never, actions:drop");
	cc_rounds(cc);
	assert_int_equal(cc_n_rules(cc), 1);
	assert_int_equal(the_filter(cc)->rule.actions[0].verdict,
			 RULE_DROP);
}

static void none_is_idle_when_the_mode_ends(void **state)
{
	struct companioncase *cc = *state;

	idle(cc, IDLE_MS + SLACK_MS);
	cc_mode(cc, COMPANION_OBSERVE);
	assert_int_equal(cc_status(cc).n_idle, 0);
	cc->fo->status.settings.own_max_idle_ms = UINT32_MAX;
	cc_mode(cc, COMPANION_MIRROR);
	cc_is_in(cc, 1, COMPANION_IN_HW);
}

static void one_that_ends_meanwhile_is_gone(void **state)
{
	struct companioncase *cc = *state;
	struct companion_flow view;

	assert_true(leaves_within(cc, 80));
	cc_del(cc, 1);
	cc_refresh(cc);
	assert_false(cc_knows(cc, 1, &view));
	busy(cc, 5);
	assert_int_equal(cc_n_rules(cc), 0);
	assert_int_equal(engine_n_mirrored(cc->f->core->engine), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PAUSECASE(a_busy_flow_leaves_tc_after_a_minute),
		PAUSECASE(it_is_back_when_the_datapath_has_seen_a_packet),
		PAUSECASE(it_is_back_if_none_comes),
		PAUSECASE(an_idle_flow_stays),
		PAUSECASE(one_that_the_datapath_sees_stays),
		PAUSECASE(one_that_ends_meanwhile_is_gone),
		PAUSECASE(one_without_packets_leaves_tc_and_not_the_datapath),
		PAUSECASE(it_is_back_with_its_next_packet),
		PAUSECASE(packets_in_hardware_keep_it_in_tc),
		PAUSECASE(one_that_gave_way_is_shown_too),
		PAUSECASE(without_packets_it_leaves_tc_too),
		PAUSECASE(an_idle_one_that_changes_is_put_as_it_is_now),
		PAUSECASE(none_is_idle_when_the_mode_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
