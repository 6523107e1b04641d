/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is read of datapaths and when, and what comes of it for rules. */
#include "tests/unit/companioncase.h"

#include <errno.h>

#define DROP CC_MATCH ", packets:0, bytes:0, used:never, actions:drop"

static void a_silent_flush_takes_two_reads(void **state)
{
	struct companioncase *cc = *state;

	cc_flow(cc, 1);
	cc_flow(cc, 2);
	cc_rounds(cc);
	cc->fd->quiet = true;
	cc_del(cc, 1);
	cc_del(cc, 2);
	cc->fd->quiet = false;
	cc_refresh(cc);
	cc_rounds(cc);
	assert_int_equal(cc_n_rules(cc), 0);
	assert_int_equal(cc_status(cc).n_flows, 0);
}

static void one_that_a_read_left_out_stays(void **state)
{
	struct companioncase *cc = *state;
	uint64_t n;

	cc_flow(cc, 1);
	cc_refresh(cc);
	n = cc_n_written(cc);
	cc->fd->quiet = true;
	cc_del(cc, 1);
	cc->fd->hold = true;
	cc_later(cc, COMPANION_ROUND_MS);
	cc->fd->hold = false;
	fake_datapath_release(cc->fd);
	core_fixture_rounds(cc->f, 1);
	/* The next one, which follows at once, has it. */
	cc_flow(cc, 1);
	cc->fd->quiet = false;
	cc_rounds(cc);
	cc_refresh(cc);
	cc_is_in(cc, 1, COMPANION_IN_HW);
	assert_int_equal(cc_n_written(cc), n);
}

static void lost_notifications_lead_to_a_full_read(void **state)
{
	struct companioncase *cc = *state;
	uint32_t n = cc->fd->n_reads[DATAPATH_READ_ALL];

	cc_later(cc, CC_LONG_MS);
	assert_int_equal(cc->fd->n_reads[DATAPATH_READ_ALL], n);
	cc_flow(cc, 1);
	fake_datapath_lose(cc->fd);
	cc_rounds(cc);
	assert_int_equal(cc->fd->n_reads[DATAPATH_READ_ALL], n + 1);
	cc_is_in(cc, 1, COMPANION_IN_HW);
	assert_int_equal(cc_status(cc).n_lost, 1);
}

static void a_read_that_fails_takes_nothing_out(void **state)
{
	struct companioncase *cc = *state;

	cc_flow(cc, 1);
	cc_refresh(cc);
	cc->fd->quiet = true;
	fake_dp_del(cc->fd, CC_DP);
	cc->fd->quiet = false;
	for (int i = 0; i < 5; i++) {
		cc->fd->fail_read = EIO;
		cc_refresh(cc);
	}
	cc_is_in(cc, 1, COMPANION_IN_HW);
	assert_int_equal(cc_status(cc).n_ports, 3);
	assert_string_not_equal(cc_status(cc).trouble, "");
	cc_refresh(cc);
	assert_int_equal(cc_n_rules(cc), 0);
	assert_string_equal(cc_status(cc).trouble, "");
}

static void and_is_repeated_more_and_more_seldom(void **state)
{
	struct companioncase *cc = *state;
	uint32_t n = cc_n_reads(cc), fast, slow;

	for (int i = 0; i < 20; i++) {
		cc->fd->fail_read = EIO;
		cc_later(cc, 500);
	}
	fast = cc_n_reads(cc) - n;
	n = cc_n_reads(cc);
	for (int i = 0; i < 20; i++) {
		cc->fd->fail_read = EIO;
		cc_later(cc, 500);
	}
	slow = cc_n_reads(cc) - n;
	assert_in_range(fast, 3, 10);
	assert_in_range(slow, 1, fast - 1);
}

/* Whatever happens meanwhile. */
static void what_is_lost_meanwhile_does_not_hurry_it(void **state)
{
	struct companioncase *cc = *state;
	uint32_t n = cc_n_reads(cc);

	for (int i = 0; i < 100; i++) {
		cc->fd->fail_read = EIO;
		fake_datapath_lose(cc->fd);
		cc_later(cc, 100);
	}
	assert_in_range(cc_n_reads(cc) - n, 3, 10);
}

/* A read that takes three seconds, and what this machine adds. */
static void read_slowly(struct companioncase *cc)
{
	cc->fd->hold = true;
	cc_later(cc, CC_LONG_MS);
	loop_advance(cc->f->loop, 3000);
	cc->fd->hold = false;
	fake_datapath_release(cc->fd);
	cc_quiet(cc, 0);
}

static void a_hurry_leaves_half_of_the_time(void **state)
{
	struct companioncase *cc = *state;
	uint32_t n;

	read_slowly(cc);
	n = cc_n_reads(cc);
	fake_datapath_lose(cc->fd);
	cc_rounds(cc);
	assert_int_equal(cc_n_reads(cc), n);
	cc_later(cc, 3500);
	assert_int_equal(cc_n_reads(cc), n + 1);
	/* Who asks does not wait. */
	read_slowly(cc);
	cc_refresh(cc);
}

static void a_long_read_is_followed_by_another_within_seconds(void **state)
{
	struct companioncase *cc = *state;
	uint32_t n;

	read_slowly(cc);
	n = cc_n_reads(cc);
	cc_later(cc, 4000);
	assert_int_equal(cc_n_reads(cc), n);
	cc_later(cc, 2000);
	assert_int_equal(cc_n_reads(cc), n + 1);
}

static void a_new_port_is_no_hurry(void **state)
{
	struct companioncase *cc = *state;
	uint32_t n = cc_n_reads(cc);

	for (uint32_t i = 0; i < 10; i++) {
		cc_port(cc, 10 + i, "eth0_1");
		cc_rounds(cc);
	}
	assert_int_equal(cc_n_reads(cc), n);
	cc_put(cc, 1, CC_MATCH ", packets:0, bytes:0, used:never, actions:15");
	cc_rounds(cc);
	cc_is_in(cc, 1, COMPANION_IN_HW);
}

static void without_the_module_there_is_nothing(void **state)
{
	struct companioncase *cc = *state;

	cc_flow(cc, 1);
	cc_rounds(cc);
	cc->fd->fail_read = EIO;
	cc_refresh(cc);
	cc->fd->absent = true;
	cc_refresh(cc);
	assert_int_equal(cc_n_rules(cc), 0);
	assert_false(cc_status(cc).has_datapath);
	assert_true(cc_status(cc).whole);
	assert_string_equal(cc_status(cc).trouble, "");
	assert_int_equal(cc_status(cc).n_flows, 0);
	cc->fd->absent = false;
	cc_later(cc, COMPANION_ABSENT_MS);
	cc_refresh(cc);
	cc_is_in(cc, 1, COMPANION_IN_HW);
}

static void modes_may_change_in_the_middle_of_a_read(void **state)
{
	struct companioncase *cc = *state;
	static const enum companion_mode modes[] = {
		COMPANION_OFF, COMPANION_MIRROR, COMPANION_OBSERVE,
		COMPANION_OFF, COMPANION_OBSERVE, COMPANION_MIRROR,
	};

	for (uint32_t i = 1; i <= 5; i++)
		cc_flow(cc, i);
	for (size_t i = 0; i < ARRAY_LEN(modes); i++) {
		const struct companion_settings s = { modes[i],
						      RULE_BEST_EFFORT };

		cc->fd->hold = true;
		cc_later(cc, CC_LONG_MS);
		cc->c->set(cc->c, &s, &cc->f->request);
		cc->fd->hold = false;
		fake_datapath_release(cc->fd);
		core_fixture_wait(cc->f);
		cc_refresh(cc);
		assert_int_equal(cc_n_rules(cc), modes[i] == COMPANION_MIRROR ?
						      5 : 0);
		assert_int_equal(cc_status(cc).n_flows,
				 modes[i] == COMPANION_OFF ? 0 : 5);
	}
}

/* As one that was put without: it is known by its key. */
static void a_flow_without_ufid_is_mirrored(void **state)
{
	struct companioncase *cc = *state;
	const struct datapath_events *to = cc->fd->base.events;
	struct odp_flow *flow = malloc(sizeof(*flow));
	uint32_t n;

	assert_non_null(flow);
	for (int i = 0; i < 2; i++) {
		struct error err;

		assert_int_equal(odp_flow_parse(DROP, flow, &err), 0);
		flow->has_ufid = false;
		to->flow(cc->fd->base.events_ctx, CC_DP, flow);
	}
	cc_rounds(cc);
	assert_int_equal(cc_n_rules(cc), 1);
	assert_int_equal(cc_status(cc).n_flows, 1);
	/* No read has it: that is noticed by reads with keys. */
	n = cc->fd->n_reads[DATAPATH_READ_ALL];
	cc_refresh(cc);
	cc_refresh(cc);
	assert_int_equal(cc_n_rules(cc), 0);
	assert_true(cc->fd->n_reads[DATAPATH_READ_ALL] > n);
	free(flow);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CC_MIRROR(a_silent_flush_takes_two_reads),
		CC_MIRROR(one_that_a_read_left_out_stays),
		CC_MIRROR(lost_notifications_lead_to_a_full_read),
		CC_MIRROR(a_read_that_fails_takes_nothing_out),
		CC_MIRROR(and_is_repeated_more_and_more_seldom),
		CC_MIRROR(what_is_lost_meanwhile_does_not_hurry_it),
		CC_MIRROR(a_hurry_leaves_half_of_the_time),
		CC_MIRROR(a_long_read_is_followed_by_another_within_seconds),
		CC_MIRROR(a_new_port_is_no_hurry),
		CC_MIRROR(without_the_module_there_is_nothing),
		CC_MIRROR(modes_may_change_in_the_middle_of_a_read),
		CC_MIRROR(a_flow_without_ufid_is_mirrored),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
