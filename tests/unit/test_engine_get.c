/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One flow is read for somebody who waits. */
#include "tests/unittest.h"

#include <errno.h>
#include <stdio.h>

#include "tests/unit/enginecase.h"

#define PACKETS 5

static void ask(struct core_fixture *f, uint32_t slot)
{
	engine_refresh_flow(f->core->engine, slot, &f->request);
}

static void ask_and_wait(struct core_fixture *f, uint32_t slot)
{
	ask(f, slot);
	core_fixture_wait(f);
	assert_int_equal(f->err.code, 0);
}

/* In hardware, and its filter has counted since. */
static uint32_t put_and_count(struct core_fixture *f)
{
	uint32_t slot = put(f, ENGINECASE_FLOW);

	settle(f);
	filter_of(f, slot)->stats = (struct kernel_stats){
		.packets = PACKETS, .hw_packets = PACKETS,
		.used_ms = UINT64_MAX,
	};
	return slot;
}

static void it_takes_no_dump(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot = put_and_count(f);
	uint64_t n_dumps = f->fk->n_dumps, n_gets = f->fk->n_tc[REQUEST_GET];

	ask_and_wait(f, slot);
	assert_int_equal(view(f, slot).stats.hw_packets, PACKETS);
	assert_int_equal(f->fk->n_tc[REQUEST_GET], n_gets + 1);
	assert_int_equal(f->fk->n_dumps, n_dumps);
}

/* Many are in tc and not read back. */
static void load_many(struct core_fixture *f)
{
	char line[120];

	for (int i = 0; i < ENGINE_GET_LIMIT + 10; i++) {
		(void)snprintf(line, sizeof(line), "in_port(eth0_0),"
			       "eth_type(0x0800),ipv4(dst=10.1.0.%d),"
			       "actions:drop", i);
		put(f, line);
	}
	f->core->engine->read_took_ms = 500;
	core_fixture_rounds(f, 20);
	assert_true(f->core->engine->n_verify > 1);
}

static void it_does_not_wait_for_flows_that_are_loaded(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot = put_and_count(f);

	load_many(f);
	ask_and_wait(f, slot);
	assert_int_equal(view(f, slot).stats.packets, PACKETS);
	assert_true(f->core->engine->n_verify > 1);
}

static void one_that_waits_to_be_read_back_is_read(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot = put(f, ENGINECASE_FLOW);

	load_many(f);
	assert_int_equal(view(f, slot).state, FLOW_PENDING);
	ask_and_wait(f, slot);
	assert_int_equal(view(f, slot).state, FLOW_IN_HW);
}

static void what_left_hardware_is_explained_before_the_answer(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot = put_and_count(f);

	filter_of(f, slot)->in_hw = false;
	f->fk->unsupported[0] = "ipv4_dst";
	ask_and_wait(f, slot);
	assert_int_equal(view(f, slot).state, FLOW_SW);
	assert_int_equal(view(f, slot).n_reasons, 1);
	assert_int_equal(view(f, slot).reasons[0].reason.code, REASON_DRIVER_REFUSED);
}

static void what_tc_has_lost_is_put_again(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot = put_and_count(f);

	fake_filter_del(f->fk, filter_of(f, slot));
	ask_and_wait(f, slot);
	assert_int_equal(view(f, slot).state, FLOW_IN_HW);
	assert_non_null(filter_of(f, slot));
}

static void an_answer_that_was_lost_is_had_from_a_dump(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot = put_and_count(f);
	uint64_t n_dumps = f->fk->n_dumps;

	fake_fail(&f->fk->fail_tc[REQUEST_GET], 1, ENOBUFS, "");
	ask_and_wait(f, slot);
	assert_int_equal(view(f, slot).stats.packets, PACKETS);
	assert_int_equal(f->fk->n_dumps, n_dumps + 1);
}

static void somebody_elses_filter_in_its_place_is_not_counted(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot = put_and_count(f);

	filter_of(f, slot)->cookie[15] ^= 1;
	ask_and_wait(f, slot);
	assert_int_equal(view(f, slot).stats.packets, 0);
	assert_int_equal(view(f, slot).state, FLOW_REJECTED);
}

static void a_kernel_layer_that_is_full_is_waited_for(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot = put_and_count(f);

	f->fk->queue_limit = 1;
	f->fk->hold_tc = true;
	put(f, "in_port(eth0_0),eth_type(0x86dd),actions:drop");
	core_fixture_rounds(f, 20);
	ask(f, slot);
	core_fixture_rounds(f, 20);
	assert_int_equal(view(f, slot).stats.packets, 0);
	f->fk->hold_tc = false;
	fake_release(f->fk);
	core_fixture_wait(f);
	assert_int_equal(view(f, slot).stats.packets, PACKETS);
}

static void a_flow_that_goes_meanwhile_ends_the_wait(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot = put_and_count(f);
	struct flow_view v;

	f->fk->hold_tc = true;
	ask(f, slot);
	core_fixture_rounds(f, 20);
	del(f, ENGINECASE_FLOW);
	f->fk->hold_tc = false;
	fake_release(f->fk);
	core_fixture_wait(f);
	core_fixture_rounds(f, 20);
	assert_false(engine_view(f->core->engine, slot, &v));
}

static void a_flow_that_went_before_it_was_asked_for_ends_it_too(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot = put_and_count(f);

	ask(f, slot);
	del(f, ENGINECASE_FLOW);
	core_fixture_wait(f);
	assert_int_equal(f->fk->n_filters, 0);
}

struct asker {
	struct request request;
	int n_done;
};

static void on_done(struct request *r, const struct error *err)
{
	assert_int_equal(err->code, 0);
	container_of(r, struct asker, request)->n_done++;
}

static void of_several_who_wait_each_is_answered(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot = put_and_count(f);
	struct asker askers[3] = { 0 };

	for (size_t i = 0; i < ARRAY_LEN(askers); i++) {
		askers[i].request.done = on_done;
		engine_refresh_flow(f->core->engine, slot,
				    &askers[i].request);
	}
	ask_and_wait(f, slot);
	for (size_t i = 0; i < ARRAY_LEN(askers); i++)
		assert_int_equal(askers[i].n_done, 1);
}

static void one_that_is_in_no_hardware_and_no_tc_is_had_from_a_dump(void **state)
{
	struct core_fixture *f = *state;
	uint64_t n_dumps;
	uint32_t slot;

	put_and_count(f);
	fake_fail(&f->fk->fail_tc[REQUEST_ADD], 1, ENOMEM, "");
	slot = put(f, "in_port(eth0_0),eth_type(0x86dd),actions:drop");
	settle(f);
	assert_int_equal(view(f, slot).state, FLOW_REJECTED);
	n_dumps = f->fk->n_dumps;
	ask_and_wait(f, slot);
	assert_true(f->fk->n_dumps > n_dumps);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINECASE(it_takes_no_dump),
		ENGINECASE(it_does_not_wait_for_flows_that_are_loaded),
		ENGINECASE(one_that_waits_to_be_read_back_is_read),
		ENGINECASE(what_left_hardware_is_explained_before_the_answer),
		ENGINECASE(what_tc_has_lost_is_put_again),
		ENGINECASE(an_answer_that_was_lost_is_had_from_a_dump),
		ENGINECASE(somebody_elses_filter_in_its_place_is_not_counted),
		ENGINECASE(a_kernel_layer_that_is_full_is_waited_for),
		ENGINECASE(a_flow_that_goes_meanwhile_ends_the_wait),
		ENGINECASE(a_flow_that_went_before_it_was_asked_for_ends_it_too),
		ENGINECASE(of_several_who_wait_each_is_answered),
		ENGINECASE(one_that_is_in_no_hardware_and_no_tc_is_had_from_a_dump),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
