/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What flows have counted, whatever becomes of their filters. */
#include "tests/unittest.h"

#include "tests/unit/enginecase.h"

#define DROP \
	"in_port(eth0_0),eth_type(0x0800),ipv4(dst=192.0.2.1),actions:drop"
#define UFID "ufid:00000000-0000-0000-0000-000000000001,"

/* The only filter there is has counted n packets, all of them in hardware. */
static void traffic(struct core_fixture *f, uint64_t n)
{
	for (uint32_t i = 0; i < f->fk->n_slots; i++)
		if (fake_filter_at(f->fk, i))
			fake_filter_at(f->fk, i)->stats =
				(struct kernel_stats){
					.packets = n, .bytes = n * 100,
					.hw_packets = n, .hw_bytes = n * 100,
					.used_ms = UINT64_MAX,
				};
}

static void what_came_until_a_replace_is_counted(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot = put(f, ENGINECASE_FLOW);

	settle(f);
	traffic(f, 5);                 /* that nobody has read yet */
	put(f, DROP);
	settle(f);
	refresh(f);
	assert_int_equal(view(f, slot).stats.hw_packets, 5);
	assert_int_equal(view(f, slot).stats.bytes, 500);

	traffic(f, 2);
	refresh(f);
	assert_int_equal(view(f, slot).stats.packets, 7);
}

static void another_match_for_a_ufid_counts_on(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot;

	put(f, UFID ENGINECASE_FLOW);
	settle(f);
	traffic(f, 9);
	slot = put(f, UFID "in_port(eth0_0),eth_type(0x86dd),actions:drop");
	settle(f);
	assert_int_equal(f->fk->n_filters, 1);
	assert_int_equal(view(f, slot).stats.packets, 9);
}

static void counters_that_go_back_are_a_new_beginning(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot = put(f, ENGINECASE_FLOW);

	settle(f);
	traffic(f, 100);
	refresh(f);
	traffic(f, 3);
	refresh(f);
	assert_int_equal(view(f, slot).stats.packets, 103);
}

static void a_flow_whose_device_was_away_counts_on(void **state)
{
	struct core_fixture *f = *state;
	struct fake_device *d = fake_device_find(f->fk, ENGINECASE_DEV);
	uint32_t slot = put(f, ENGINECASE_FLOW);

	settle(f);
	traffic(f, 4);
	refresh(f);
	fake_device_set_mode(f->fk, d, ESWITCH_MODE_LEGACY);
	settle(f);
	fake_device_set_mode(f->fk, d, ESWITCH_MODE_SWITCHDEV);
	settle(f);
	traffic(f, 1);
	refresh(f);
	assert_int_equal(view(f, slot).state, FLOW_IN_HW);
	assert_int_equal(view(f, slot).stats.packets, 5);
}

static void a_flow_without_packets_was_never_used(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot = put(f, ENGINECASE_FLOW);

	settle(f);
	refresh(f);
	assert_true(view(f, slot).used_ms == UINT64_MAX);
	traffic(f, 1);
	refresh(f);
	assert_true(view(f, slot).used_ms < 1000);
	assert_true(view(f, slot).rate > 0);
}

static void put_many(struct core_fixture *f, int n)
{
	for (int i = 0; i < n; i++) {
		char line[120];

		(void)snprintf(line, sizeof(line), "in_port(eth0_0),"
			       "eth_type(0x0800),ipv4(dst=10.1.%d.%d),"
			       "actions:drop", i / 256, i % 256);
		put(f, line);
	}
}

static void polls_are_due(struct core_fixture *f, uint64_t ms)
{
	loop_advance(f->core->loop, ms);
	core_fixture_rounds(f, 20);
}

static void many_that_are_sent_put_a_poll_off_until_they_are(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot = put(f, ENGINECASE_FLOW);
	uint64_t n_dumps;

	settle(f);
	polls_are_due(f, 1500);
	n_dumps = f->fk->n_dumps;
	polls_are_due(f, 1500);
	assert_true(f->fk->n_dumps > n_dumps);

	traffic(f, 5);
	n_dumps = f->fk->n_dumps;
	f->core->engine->read_took_ms = 500;
	f->fk->hold_tc = true;
	put_many(f, ENGINE_GET_LIMIT + 1);
	polls_are_due(f, 1500);
	assert_int_equal(f->fk->n_dumps, n_dumps);
	assert_int_equal(view(f, slot).stats.packets, 0);

	f->fk->hold_tc = false;
	fake_release(f->fk);
	settle(f);
	assert_int_equal(f->fk->n_dumps, n_dumps + 1);
	assert_int_equal(view(f, slot).stats.packets, 5);
}

static void many_that_are_sent_do_not_put_a_poll_off_for_ever(void **state)
{
	struct core_fixture *f = *state;
	uint64_t n_dumps;

	put(f, ENGINECASE_FLOW);
	settle(f);
	f->core->engine->read_took_ms = 500;
	f->fk->hold_tc = true;
	put_many(f, ENGINE_GET_LIMIT + 1);
	n_dumps = f->fk->n_dumps;
	polls_are_due(f, 11000);
	assert_int_equal(f->fk->n_dumps, n_dumps + 1);
	f->fk->hold_tc = false;
	fake_release(f->fk);
	settle(f);
}

/* They are in the kernel and not read back, as reading takes half a second. */
static void put_many_that_wait(struct core_fixture *f)
{
	uint64_t n_dumps = f->fk->n_dumps;

	put_many(f, ENGINE_GET_LIMIT + 10);
	f->core->engine->read_took_ms = 500;
	core_fixture_rounds(f, 20);
	assert_true(f->core->engine->n_verify > 0);
	assert_int_equal(f->fk->n_dumps, n_dumps);
}

static void many_are_read_back_when_no_more_come(void **state)
{
	struct core_fixture *f = *state;
	uint64_t n_dumps = f->fk->n_dumps;

	put_many_that_wait(f);
	polls_are_due(f, 600);
	assert_int_equal(f->fk->n_dumps, n_dumps + 1);
	assert_int_equal(f->core->engine->n_verify, 0);
}

static void who_waits_for_many_has_them_read_back_at_once(void **state)
{
	struct core_fixture *f = *state;
	uint64_t n_dumps = f->fk->n_dumps;

	put_many_that_wait(f);
	settle(f);
	assert_int_equal(f->fk->n_dumps, n_dumps + 1);
}

/* Beside them few are unread. */
static void put_a_table(struct core_fixture *f)
{
	char line[120];

	for (int i = 0; i < 2000; i++) {
		(void)snprintf(line, sizeof(line), "in_port(eth0_0),"
			       "eth_type(0x0800),ipv4(src=10.2.%d.%d),"
			       "actions:drop", i / 256, i % 256);
		put(f, line);
	}
	settle(f);
}

static void many_beside_more_are_read_by_handle(void **state)
{
	struct core_fixture *f = *state;
	uint64_t n_dumps, n_gets;

	put_a_table(f);
	n_dumps = f->fk->n_dumps;
	n_gets = f->fk->n_tc[REQUEST_GET];
	put_many(f, ENGINE_GET_LIMIT + 10);
	settle(f);
	assert_int_equal(count(f, FLOW_IN_HW), 2000 + ENGINE_GET_LIMIT + 10);
	assert_int_equal(f->fk->n_dumps, n_dumps);
	assert_int_equal(f->fk->n_tc[REQUEST_GET], n_gets + ENGINE_GET_LIMIT + 10);
}

static void they_are_read_soon_if_nobody_waits(void **state)
{
	struct core_fixture *f = *state;

	put_a_table(f);
	f->core->engine->read_took_ms = 500;
	put_many(f, ENGINE_GET_LIMIT + 10);
	core_fixture_rounds(f, 20);
	assert_true(f->core->engine->n_verify > 0);
	polls_are_due(f, 30);
	assert_int_equal(f->core->engine->n_verify, 0);
	assert_int_equal(count(f, FLOW_PENDING), 0);
}

static void more_than_a_share_of_them_is_read_by_a_dump(void **state)
{
	struct core_fixture *f = *state;
	uint64_t n_dumps, n_gets;

	put_a_table(f);
	n_dumps = f->fk->n_dumps;
	n_gets = f->fk->n_tc[REQUEST_GET];
	put_many(f, 500);
	settle(f);
	assert_int_equal(count(f, FLOW_IN_HW), 2500);
	assert_int_equal(f->fk->n_dumps, n_dumps + 1);
	assert_in_range(f->fk->n_tc[REQUEST_GET] - n_gets, 0, ENGINE_GET_LIMIT);
}

static void one_of_them_that_goes_meanwhile_is_not_read(void **state)
{
	struct core_fixture *f = *state;
	uint64_t n_gets;

	put_a_table(f);
	f->core->engine->read_took_ms = 500;
	put_many(f, ENGINE_GET_LIMIT + 10);
	core_fixture_rounds(f, 20);
	n_gets = f->fk->n_tc[REQUEST_GET];
	del(f, "in_port(eth0_0),eth_type(0x0800),ipv4(dst=10.1.0.70),"
	    "actions:drop");
	settle(f);
	assert_int_equal(f->fk->n_tc[REQUEST_GET],
			 n_gets + ENGINE_GET_LIMIT + 9);
	assert_int_equal(count(f, FLOW_IN_HW), 2000 + ENGINE_GET_LIMIT + 9);
	assert_int_equal(f->fk->n_filters, 2000 + ENGINE_GET_LIMIT + 9);
}

/* Those that are noted are known by then, and those that are not are not. */
static void those_that_nobody_noted_are_read_all_the_same(void **state)
{
	struct core_fixture *f = *state;
	struct engine *e = f->core->engine;

	put_a_table(f);
	e->read_took_ms = 500;
	put_many(f, ENGINE_GET_LIMIT + 10);
	core_fixture_rounds(f, 20);
	for (uint32_t i = 0; i < e->n_unread; i++)
		e->unread[i] = 0;
	settle(f);
	assert_int_equal(e->n_verify, 0);
	assert_int_equal(count(f, FLOW_IN_HW), 2000 + ENGINE_GET_LIMIT + 10);
}

static void a_flow_that_is_shown_often_has_the_rate_it_has(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot = put(f, ENGINECASE_FLOW);
	uint64_t n = 0;

	settle(f);
	for (int i = 0; i < 600; i++) {
		loop_advance(f->core->loop, 100);
		traffic(f, n += 10);
		if (i % 10 == 0)
			refresh(f);
		engine_refresh_flow(f->core->engine, slot, &f->request);
		core_fixture_wait(f);
	}
	assert_int_equal(view(f, slot).stats.packets, n);
	assert_in_range((uint64_t)f->core->engine->table.flows[slot].rate, 80,
			120);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINECASE(what_came_until_a_replace_is_counted),
		ENGINECASE(another_match_for_a_ufid_counts_on),
		ENGINECASE(counters_that_go_back_are_a_new_beginning),
		ENGINECASE(a_flow_whose_device_was_away_counts_on),
		ENGINECASE(a_flow_without_packets_was_never_used),
		ENGINECASE(many_are_read_back_when_no_more_come),
		ENGINECASE(who_waits_for_many_has_them_read_back_at_once),
		ENGINECASE(many_beside_more_are_read_by_handle),
		ENGINECASE(they_are_read_soon_if_nobody_waits),
		ENGINECASE(more_than_a_share_of_them_is_read_by_a_dump),
		ENGINECASE(one_of_them_that_goes_meanwhile_is_not_read),
		ENGINECASE(those_that_nobody_noted_are_read_all_the_same),
		ENGINECASE(a_flow_that_is_shown_often_has_the_rate_it_has),
		ENGINECASE(many_that_are_sent_put_a_poll_off_until_they_are),
		ENGINECASE(many_that_are_sent_do_not_put_a_poll_off_for_ever),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
