/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A dump of counters that stays open behind flows that are being sent. */
#include "tests/unittest.h"

#include <errno.h>
#include <stdio.h>

#include "swoffd/core/engine_audit.h"
#include "tests/unit/enginecase.h"

#define MANY 6000                      /* more than it stays behind */
#define SOME 100
#define AHEAD 3072                     /* that tcdump.c may have asked for */

static void line_of(char line[120], int i)
{
	(void)snprintf(line, 120, "in_port(eth0_0),eth_type(0x0800),"
		       "ipv4(dst=10.%d.%d.%d),actions:drop", i >> 16,
		       i >> 8 & 255, i & 255);
}

static void put_from(struct core_fixture *f, int from, int n)
{
	char line[120];

	for (int i = from; i < from + n; i++) {
		line_of(line, i);
		put(f, line);
	}
}

/* 15 ms between each SOME of them. */
static void put_while_time_passes(struct core_fixture *f, int from, int end)
{
	for (int i = from; i < end; i += SOME) {
		loop_advance(f->core->loop, 15);
		put_from(f, i, SOME);
		core_fixture_rounds(f, 1);
	}
}

static void rounds(struct core_fixture *f)
{
	core_fixture_rounds(f, 200);
}

/* What is on its way stays there until answer(). */
static void hold(struct core_fixture *f)
{
	f->fk->hold_tc = true;
}

static void answer(struct core_fixture *f)
{
	f->fk->hold_tc = false;
	fake_release(f->fk);
	rounds(f);
}

/*
 * SOME are in tc and read, as many are not read back, and as many under way
 * when a poll is due.  Reading took no time, so it is overdue.
 */
static void poll_while_sending(struct core_fixture *f)
{
	put_from(f, 0, SOME);
	settle(f);
	f->core->engine->read_took_ms = 500;
	put_from(f, SOME, SOME);
	rounds(f);
	assert_int_equal(f->core->engine->n_verify, SOME);
	f->core->engine->read_took_ms = 0;
	hold(f);
	put_from(f, 2 * SOME, SOME);
	rounds(f);
	loop_advance(f->core->loop, 1500);
	rounds(f);
}

static void it_waits_for_what_is_sent(void **state)
{
	struct core_fixture *f = *state;
	uint64_t n_dumps;

	poll_while_sending(f);
	n_dumps = f->fk->n_dumps;
	assert_true(f->core->engine->dump_waits);
	answer(f);
	settle(f);
	assert_false(f->core->engine->pass_running);
	assert_int_equal(f->fk->n_dumps, n_dumps);
	assert_int_equal(count(f, FLOW_IN_HW), 3 * SOME);
}

static void it_does_so_where_all_there_is_is_verified(void **state)
{
	struct core_fixture *f = *state;

	put_from(f, 0, SOME);
	settle(f);
	hold(f);
	put_from(f, SOME, SOME);
	rounds(f);
	loop_advance(f->core->loop, 1500);
	rounds(f);
	assert_true(f->core->engine->dump_waits);
	answer(f);
	assert_true(f->core->engine->dump_waits);
	settle(f);
	assert_int_equal(count(f, FLOW_IN_HW), 2 * SOME);
}

/* SOME are known and SOME under way when a poll is due. */
static void poll_while_sending_for_software(struct core_fixture *f)
{
	put_for_software(f, 10, 0, SOME);
	settle(f);
	hold(f);
	put_for_software(f, 10, SOME, SOME);
	rounds(f);
	loop_advance(f->core->loop, 1500);
	rounds(f);
}

static void it_does_not_for_what_needs_no_verifying(void **state)
{
	struct core_fixture *f = *state;
	uint64_t n_dumps;

	n_dumps = f->fk->n_dumps;
	poll_while_sending_for_software(f);
	assert_int_equal(f->fk->n_dumps, n_dumps + 1);
	assert_false(f->core->engine->dump_waits);
	assert_false(f->core->engine->pass_running);
	answer(f);
	assert_int_equal(count(f, FLOW_SW), 2 * SOME);
}

static void nor_asks_it_for_that_at_its_end(void **state)
{
	struct core_fixture *f = *state;
	uint64_t n_gets;

	poll_while_sending(f);
	assert_true(f->core->engine->dump_waits);
	n_gets = f->fk->n_tc[REQUEST_GET];
	/* The dump is beyond that prio. */
	put_for_software(f, 1, 0, SOME);
	answer(f);
	settle(f);
	assert_int_equal(count(f, FLOW_SW), SOME);
	assert_int_equal(count(f, FLOW_IN_HW), 3 * SOME);
	assert_int_equal(f->fk->n_tc[REQUEST_GET], n_gets);
}

static void what_was_there_counts_as_read_when_it_waits(void **state)
{
	struct core_fixture *f = *state;
	uint64_t before = f->core->engine->read_at_ms;

	poll_while_sending(f);
	assert_true(f->core->engine->pass_running);
	assert_true(f->core->engine->read_at_ms > before);
	assert_int_equal(f->core->engine->read_at_ms,
			 f->core->engine->devs[0]->read_ms[RULE_INGRESS]);
	before = f->core->engine->read_at_ms;
	loop_advance(f->core->loop, 10);
	answer(f);
	settle(f);
	assert_false(f->core->engine->pass_running);
	assert_int_equal(f->core->engine->read_at_ms, before);
	assert_int_equal(f->core->engine->devs[0]->read_ms[RULE_INGRESS],
			 before);
}

/* All were put before the first reading there is, and are no news to it. */
static void the_first_of_all_readings_does_so_too(void **state)
{
	struct core_fixture *f = *state;

	f->core->engine->read_took_ms = 500;
	put_from(f, 0, SOME);
	rounds(f);
	assert_int_equal(f->core->engine->n_verify, SOME);
	f->core->engine->read_took_ms = 0;
	hold(f);
	put_from(f, SOME, SOME);
	rounds(f);
	loop_advance(f->core->loop, 1500);
	rounds(f);
	assert_true(f->core->engine->dump_waits);
	assert_true(f->core->engine->caught_up);
	answer(f);
}

/* Others are still on their way then. */
static void it_verifies_behind_what_is_acknowledged(void **state)
{
	struct core_fixture *f = *state;
	uint64_t n_dumps;

	poll_while_sending(f);
	n_dumps = f->fk->n_dumps;
	f->fk->hold_tc = false;
	fake_release(f->fk);
	for (int i = 3 * SOME; i < 2 * MANY; i += SOME) {
		put_from(f, i, SOME);
		core_fixture_rounds(f, 1);
	}
	assert_true(f->core->engine->pass_running);
	assert_int_equal(f->fk->n_dumps, n_dumps);
	assert_true(count(f, FLOW_IN_HW) > MANY / 2);
	settle(f);
	assert_int_equal(f->fk->n_dumps, n_dumps);
	assert_int_equal(count(f, FLOW_IN_HW), 2 * MANY);
}

static void load_is_followed(struct core_fixture *f, int from)
{
	put_while_time_passes(f, from, 2 * MANY);
	assert_true(f->core->engine->pass_running);
	assert_true(count(f, FLOW_IN_HW) > MANY / 2);
	settle(f);
	assert_int_equal(count(f, FLOW_IN_HW), 2 * MANY);
}

/* Counters were read a moment ago, and are not due for seconds. */
static void much_that_is_unread_makes_it_begin(void **state)
{
	struct core_fixture *f = *state;
	struct engine *e = f->core->engine;

	e->poll_ms = 10000;
	loop_advance(f->core->loop, 1500);
	rounds(f);
	put_from(f, 0, SOME);
	settle(f);
	refresh(f);
	e->read_took_ms = 30;          /* so it is not quiet for long enough */
	load_is_followed(f, SOME);
}

/* What reading took when there were many is not what it takes now. */
static void it_does_so_soon_after_a_flush(void **state)
{
	struct core_fixture *f = *state;
	struct engine *e = f->core->engine;
	char line[120];

	put_from(f, 0, SOME);
	settle(f);
	refresh(f);
	e->read_took_ms = 5000;
	e->read_flows = 100 * MANY;
	for (int i = 0; i < SOME; i++) {
		line_of(line, i);
		del(f, line);
	}
	settle(f);
	e->poll_ms = 10000;
	load_is_followed(f, 0);
}

static void a_filter_that_has_gone_ends_that(void **state)
{
	struct core_fixture *f = *state;
	uint64_t n_dumps;
	char line[120];

	poll_while_sending(f);
	n_dumps = f->fk->n_dumps;
	answer(f);
	assert_true(f->core->engine->dump_waits);
	line_of(line, 3);
	del(f, line);
	rounds(f);
	put_from(f, 3 * SOME, SOME);
	settle(f);
	assert_int_equal(count(f, FLOW_IN_HW), 4 * SOME - 1);
	assert_true(f->fk->n_dumps > n_dumps);
}

static void it_ends_when_nothing_comes(void **state)
{
	struct core_fixture *f = *state;

	poll_while_sending(f);
	answer(f);
	assert_true(f->core->engine->dump_waits);
	for (int i = 0; i < 3; i++) {
		loop_advance(f->core->loop, 21);
		rounds(f);
	}
	assert_false(f->core->engine->pass_running);
	assert_int_equal(count(f, FLOW_IN_HW), 3 * SOME);
}

static void it_ends_when_counters_are_to_be_read_again(void **state)
{
	struct core_fixture *f = *state;
	uint64_t n_dumps;

	poll_while_sending(f);
	n_dumps = f->fk->n_dumps;
	loop_advance(f->core->loop, 11000);
	rounds(f);
	assert_true(f->fk->n_dumps > n_dumps);
	answer(f);
	settle(f);
	assert_int_equal(count(f, FLOW_IN_HW), 3 * SOME);
}

/* There are many more now, and to read all takes as much longer. */
static void it_does_so_later_the_more_has_come(void **state)
{
	struct core_fixture *f = *state;
	uint64_t n_dumps;

	poll_while_sending(f);
	n_dumps = f->fk->n_dumps;
	f->fk->hold_tc = false;
	fake_release(f->fk);
	put_while_time_passes(f, 3 * SOME, 2 * MANY);
	assert_int_equal(f->fk->n_dumps, n_dumps);
	hold(f);
	put_from(f, 2 * MANY, SOME);
	loop_advance(f->core->loop, 11000);
	rounds(f);
	assert_true(f->fk->n_dumps > n_dumps);
	answer(f);
	settle(f);
	assert_int_equal(count(f, FLOW_IN_HW), 2 * MANY + SOME);
}

/* To read all again would keep them waiting. */
static void it_does_not_while_somebody_waits_for_flows(void **state)
{
	struct core_fixture *f = *state;
	uint64_t n_dumps;
	int n_done;

	poll_while_sending(f);
	n_dumps = f->fk->n_dumps;
	n_done = f->n_done;
	engine_settle(f->core->engine, &f->request);
	loop_advance(f->core->loop, 1500);
	rounds(f);
	assert_true(f->core->engine->dump_waits);
	assert_int_equal(f->fk->n_dumps, n_dumps);
	loop_advance(f->core->loop, 1500);
	rounds(f);
	assert_true(f->fk->n_dumps > n_dumps);
	assert_int_equal(f->n_done, n_done);
	answer(f);
	assert_int_equal(f->n_done, n_done + 1);
}

static void it_ends_for_who_wants_counters_now(void **state)
{
	struct core_fixture *f = *state;
	uint64_t n_dumps;
	int n_done;

	poll_while_sending(f);
	n_dumps = f->fk->n_dumps;
	n_done = f->n_done;
	engine_refresh(f->core->engine, &f->request);
	rounds(f);
	assert_int_equal(f->fk->n_dumps, n_dumps + 1);
	answer(f);
	assert_int_equal(f->n_done, n_done + 1);
}

static void who_wanted_them_when_it_began_is_answered_before_its_end(void **state)
{
	struct core_fixture *f = *state;
	int n_done;

	put_from(f, 0, SOME);
	settle(f);
	f->core->engine->read_took_ms = 500;
	put_from(f, SOME, SOME);
	rounds(f);
	hold(f);
	put_from(f, 2 * SOME, SOME);
	rounds(f);
	n_done = f->n_done;
	engine_refresh(f->core->engine, &f->request);
	rounds(f);
	assert_true(f->core->engine->dump_waits);
	assert_true(list_empty(&f->core->engine->refresh_now));
	assert_int_equal(f->n_done, n_done);   /* others are pending yet */
	answer(f);
	assert_int_equal(f->n_done, n_done + 1);
}

static void its_end_may_have_been_under_way(void **state)
{
	struct core_fixture *f = *state;

	f->fk->dump_ahead = UINT32_MAX;
	poll_while_sending(f);
	assert_false(f->core->engine->pass_running);
	assert_false(f->core->engine->dump_waits);
	answer(f);
	settle(f);
	assert_int_equal(count(f, FLOW_IN_HW), 3 * SOME);
}

static void poll_of_many_while_sending(struct core_fixture *f)
{
	f->fk->dump_ahead = AHEAD;
	put_from(f, 3 * SOME, MANY);
	settle(f);
	poll_while_sending(f);
}

static void it_does_not_run_into_its_end(void **state)
{
	struct core_fixture *f = *state;
	uint64_t n_dumps;

	poll_of_many_while_sending(f);
	assert_true(f->core->engine->dump_waits);
	n_dumps = f->fk->n_dumps;
	f->fk->hold_tc = false;
	fake_release(f->fk);
	for (int i = MANY + 3 * SOME; i < 3 * MANY; i += SOME) {
		put_from(f, i, SOME);
		core_fixture_rounds(f, 1);
	}
	assert_true(f->core->engine->caught_up);
	settle(f);
	assert_int_equal(f->fk->n_dumps, n_dumps);
	assert_int_equal(count(f, FLOW_IN_HW), 3 * MANY);
}

static void what_was_there_is_read_although_little_comes(void **state)
{
	struct core_fixture *f = *state;
	uint64_t before = f->core->engine->read_at_ms;

	poll_of_many_while_sending(f);
	assert_true(f->core->engine->dump_waits);
	assert_false(f->core->engine->caught_up);
	for (int i = 0; i < 51; i++) {
		loop_advance(f->core->loop, 20);
		rounds(f);
	}
	assert_false(f->core->engine->pass_running);
	assert_true(f->core->engine->read_at_ms > before + 1500);
	answer(f);
	settle(f);
	assert_int_equal(count(f, FLOW_IN_HW), MANY + 3 * SOME);
}

/* The kernel tells the prio of IPv4 first. */
static void what_is_new_does_not_count_for_what_there_was(void **state)
{
	struct core_fixture *f = *state;
	uint64_t before;
	uint32_t last = 0;

	for (int i = 0; i < SOME; i++) {
		char line[120];

		(void)snprintf(line, sizeof(line), "in_port(eth0_0),"
			       "eth_type(0x86dd),ipv6(dst=2001:db8::%x),"
			       "actions:drop", i);
		last = put(f, line);
	}
	poll_while_sending(f);
	before = f->core->engine->read_at_ms;
	f->core->engine->read_took_ms = 0;
	loop_advance(f->core->loop, 30000);
	filter_of(f, last)->stats.packets = 7;
	f->fk->hold_tc = false;
	fake_release(f->fk);
	for (int i = 3 * SOME; i < MANY; i += SOME) {
		put_from(f, i, SOME);
		core_fixture_rounds(f, 1);
		if (f->core->engine->read_at_ms != before)
			assert_int_equal(view(f, last).stats.packets, 7);
	}
	settle(f);
	assert_int_equal(count(f, FLOW_IN_HW), MANY + SOME);
}

static void a_flow_that_is_asked_for_is_read_behind_it(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot;

	poll_while_sending(f);
	assert_true(f->core->engine->dump_waits);
	answer(f);
	assert_true(f->core->engine->dump_waits);
	slot = 5;
	filter_of(f, slot)->stats.packets = 7;
	engine_refresh_flow(f->core->engine, slot, &f->request);
	core_fixture_wait(f);
	assert_int_equal(view(f, slot).stats.packets, 7);
	settle(f);
}

static void found(struct engine_audit *a, const struct audit_finding *finding)
{
	(void)a;
	(void)finding;
}

static void audited(struct engine_audit *a)
{
	(void)a;
}

/* One that is put while the audit runs is no finding of it. */
static void an_audit_ends_it_and_misses_nothing(void **state)
{
	struct core_fixture *f = *state;
	struct engine_audit audit = { .found = found, .done = audited };
	struct engine *e = f->core->engine;

	poll_while_sending(f);
	answer(f);
	assert_true(f->core->engine->dump_waits);
	engine_audit(f->core->engine, &audit);
	while (!e->auditing || e->scan_ifindex <= e->devs[0]->ifindex)
		core_fixture_rounds(f, 1);
	assert_true(e->auditing);
	put_from(f, 3 * SOME, 1);
	rounds(f);
	assert_false(f->core->engine->auditing);
	assert_int_equal(audit.n[AUDIT_MISSING], 0);
	settle(f);
}

static void its_device_may_go(void **state)
{
	struct core_fixture *f = *state;

	poll_while_sending(f);
	assert_true(f->core->engine->dump_waits);
	fake_device_set_mode(f->fk, fake_device_find(f->fk, ENGINECASE_DEV),
			     ESWITCH_MODE_LEGACY);
	answer(f);
	for (int i = 0; i < 3; i++) {
		loop_advance(f->core->loop, 21);
		rounds(f);
	}
	settle(f);
	assert_false(f->core->engine->pass_running);
	assert_int_equal(count(f, FLOW_LOST), 3 * SOME);
}

static void a_filter_that_somebody_took_meanwhile_is_put_again(void **state)
{
	struct core_fixture *f = *state;

	poll_while_sending(f);
	fake_filter_del(f->fk, filter_of(f, 2));
	answer(f);
	fake_filter_del(f->fk, filter_of(f, 2 * SOME + 7));
	settle(f);
	refresh(f);
	assert_int_equal(f->fk->n_filters, 3 * SOME);
	assert_int_equal(count(f, FLOW_IN_HW), 3 * SOME);
}

static void so_is_one_that_was_adopted(void **state)
{
	struct core_fixture *f = *state;

	put_from(f, 0, SOME);
	settle(f);
	core_fixture_restart(f);
	put_from(f, SOME, 1);
	settle(f);
	assert_int_equal(count(f, FLOW_IN_HW), SOME + 1);
	hold(f);
	put_from(f, SOME + 1, SOME - 1);
	rounds(f);
	fake_filter_del(f->fk, filter_of(f, 2));
	loop_advance(f->core->loop, 1500);
	rounds(f);
	assert_true(f->core->engine->pass_running);
	answer(f);
	settle(f);
	rounds(f);
	assert_int_equal(f->fk->n_filters, 2 * SOME);
	assert_int_equal(count(f, FLOW_IN_HW), 2 * SOME);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINECASE(it_waits_for_what_is_sent),
		ENGINECASE(it_does_so_where_all_there_is_is_verified),
		ENGINECASE(it_does_not_for_what_needs_no_verifying),
		ENGINECASE(nor_asks_it_for_that_at_its_end),
		ENGINECASE(what_was_there_counts_as_read_when_it_waits),
		ENGINECASE(the_first_of_all_readings_does_so_too),
		ENGINECASE(it_verifies_behind_what_is_acknowledged),
		ENGINECASE(much_that_is_unread_makes_it_begin),
		ENGINECASE(it_does_so_soon_after_a_flush),
		ENGINECASE(a_filter_that_has_gone_ends_that),
		ENGINECASE(it_ends_when_nothing_comes),
		ENGINECASE(it_ends_when_counters_are_to_be_read_again),
		ENGINECASE(it_does_so_later_the_more_has_come),
		ENGINECASE(it_does_not_while_somebody_waits_for_flows),
		ENGINECASE(it_ends_for_who_wants_counters_now),
		ENGINECASE(who_wanted_them_when_it_began_is_answered_before_its_end),
		ENGINECASE(its_end_may_have_been_under_way),
		ENGINECASE(it_does_not_run_into_its_end),
		ENGINECASE(what_was_there_is_read_although_little_comes),
		ENGINECASE(what_is_new_does_not_count_for_what_there_was),
		ENGINECASE(a_flow_that_is_asked_for_is_read_behind_it),
		ENGINECASE(an_audit_ends_it_and_misses_nothing),
		ENGINECASE(its_device_may_go),
		ENGINECASE(a_filter_that_somebody_took_meanwhile_is_put_again),
		ENGINECASE(so_is_one_that_was_adopted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
