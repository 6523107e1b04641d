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

int main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINECASE(what_came_until_a_replace_is_counted),
		ENGINECASE(another_match_for_a_ufid_counts_on),
		ENGINECASE(counters_that_go_back_are_a_new_beginning),
		ENGINECASE(a_flow_whose_device_was_away_counts_on),
		ENGINECASE(a_flow_without_packets_was_never_used),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
