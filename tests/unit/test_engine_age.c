/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Time-outs of flows. */
#include "tests/unittest.h"

#include <errno.h>

#include "tests/unit/enginecase.h"

static uint32_t put_line(struct core_fixture *f, const char *line,
			 uint32_t idle_s, uint32_t hard_s)
{
	struct line_flow flow = parse(f, line);
	struct reason_list reasons = { 0 };
	struct error err = { 0 };
	uint32_t slot;

	flow.attrs = (struct flow_attrs){
		.given = UINT32_MAX, .weight = 1, .idle_s = idle_s,
		.hard_s = hard_s,
	};
	assert_int_equal(engine_put(f->core->engine, &flow, &slot, &reasons,
				    &err), 0);
	settle(f);
	return slot;
}

static uint32_t put_timed(struct core_fixture *f, uint32_t idle_s,
			  uint32_t hard_s)
{
	return put_line(f, ENGINECASE_FLOW, idle_s, hard_s);
}

/* n seconds, each with so many packets, each with a reading of counters. */
static void pass(struct core_fixture *f, int n, uint64_t packets)
{
	while (n--) {
		for (uint32_t i = 0; i < f->fk->n_slots; i++)
			if (fake_filter_at(f->fk, i))
				fake_filter_at(f->fk, i)->stats.packets +=
					packets;
		loop_advance(f->loop, 1000);
		refresh(f);
		settle(f);
	}
}

static void a_flow_without_traffic_goes(void **state)
{
	struct core_fixture *f = *state;

	put_timed(f, 10, 0);
	/* Drivers tell of packets up to two seconds late. */
	pass(f, 11, 0);
	assert_int_equal(f->fk->n_filters, 1);
	pass(f, 2, 0);
	assert_int_equal(f->fk->n_filters, 0);
	assert_int_equal(f->core->engine->table.n_flows, 0);
}

static void a_flow_with_traffic_stays(void **state)
{
	struct core_fixture *f = *state;

	put_timed(f, 10, 0);
	pass(f, 40, 1);
	assert_int_equal(f->fk->n_filters, 1);
	pass(f, 13, 0);
	assert_int_equal(f->fk->n_filters, 0);
}

static void counters_that_cannot_be_read_prove_nothing(void **state)
{
	struct core_fixture *f = *state;

	put_timed(f, 10, 0);
	fake_fail(&f->fk->fail_dump, UINT32_MAX, ENOBUFS, "");
	pass(f, 60, 1);
	assert_int_equal(f->fk->n_filters, 1);
	f->fk->fail_dump.count = 0;
	pass(f, 2, 1);
	assert_int_equal(f->fk->n_filters, 1);
}

static void ignore(struct request *r, const struct error *err)
{
	(void)r;
	(void)err;
}

static void a_reading_tells_nothing_of_what_is_put_meanwhile(void **state)
{
	struct request reading = { .done = ignore };
	struct core_fixture *f = *state;
	uint32_t slot;

	/* So that reading them takes some rounds. */
	put_for_software(f, 5, 0, 10000);
	settle(f);
	engine_refresh(f->core->engine, &reading);
	core_fixture_rounds(f, 3);
	assert_true(f->core->engine->pass_running);
	slot = put_line(f, "dev eth0_0 ingress prio 1 protocol ip flower "
			"dst_ip 192.0.2.1 skip_hw action drop", 1, 0);
	assert_true(f->core->engine->pass_running);
	filter_of(f, slot)->stats.packets = 1;
	loop_advance(f->loop, 5000);
	core_fixture_rounds(f, 200);
	assert_false(f->core->engine->pass_running);
	assert_int_equal(view(f, slot).stats.packets, 1);
	pass(f, 5, 0);
	assert_int_equal(f->core->engine->table.n_flows, 10000);
}

static void a_hard_timeout_does_not_ask_for_traffic(void **state)
{
	struct core_fixture *f = *state;

	put_timed(f, 0, 20);
	pass(f, 19, 5);
	assert_int_equal(f->fk->n_filters, 1);
	pass(f, 2, 5);
	assert_int_equal(f->fk->n_filters, 0);
}

static void a_flow_that_is_lost_times_out_too(void **state)
{
	struct core_fixture *f = *state;

	put_timed(f, 10, 0);
	fake_device_set_mode(f->fk, fake_device_find(f->fk, ENGINECASE_DEV),
			     ESWITCH_MODE_LEGACY);
	pass(f, 15, 0);
	assert_int_equal(f->core->engine->table.n_flows, 0);
}

static void timeouts_can_be_given_and_taken_back(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot = put_timed(f, 10, 0);

	assert_int_equal(view(f, slot).attrs.idle_s, 10);
	assert_int_equal(f->core->engine->n_timed, 1);
	put_timed(f, 0, 0);
	assert_int_equal(f->core->engine->n_timed, 0);
	pass(f, 30, 0);
	assert_int_equal(f->fk->n_filters, 1);
	assert_int_equal(f->fk->n_tc[REQUEST_REPLACE], 0);
}

static void a_flow_put_without_a_word_of_it_keeps_its_timeout(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot = put_timed(f, 10, 0);

	put(f, ENGINECASE_FLOW);
	settle(f);
	assert_int_equal(view(f, slot).attrs.idle_s, 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINECASE(a_flow_without_traffic_goes),
		ENGINECASE(a_flow_with_traffic_stays),
		ENGINECASE(counters_that_cannot_be_read_prove_nothing),
		ENGINECASE(a_reading_tells_nothing_of_what_is_put_meanwhile),
		ENGINECASE(a_hard_timeout_does_not_ask_for_traffic),
		ENGINECASE(a_flow_that_is_lost_times_out_too),
		ENGINECASE(timeouts_can_be_given_and_taken_back),
		ENGINECASE(a_flow_put_without_a_word_of_it_keeps_its_timeout),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
