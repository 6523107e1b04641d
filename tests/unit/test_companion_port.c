/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Datapaths and ports that are known: how many there may be, and which go. */
#include "tests/unittest.h"

#include <stdio.h>
#include <string.h>

#include "swoffd/ovs/companion_port.h"

static int set_up(void **state)
{
	struct companion_ports *t = calloc(1, sizeof(*t));

	assert_non_null(t);
	companion_port_init(t);
	*state = t;
	return 0;
}

static int tear_down(void **state)
{
	companion_port_fini(*state);
	free(*state);
	return 0;
}

#define PORTCASE(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

static struct datapath_port port(uint32_t dp, uint32_t no)
{
	struct datapath_port p = { .dp = dp, .no = no, .ifindex = no + 1 };

	(void)snprintf(p.name, sizeof(p.name), "p%u", no);
	return p;
}

static bool put(struct companion_ports *t, uint32_t dp, uint32_t no)
{
	const struct datapath_port p = port(dp, no);

	return companion_port_put(t, &p);
}

static bool put_dp(struct companion_ports *t, uint32_t id)
{
	const struct datapath_info info = { .id = id };

	return companion_port_put_datapath(t, &info);
}

static void it_is_new_once(void **state)
{
	struct companion_ports *t = *state;
	struct datapath_port p = port(1, 2);

	assert_true(companion_port_put(t, &p));
	assert_false(companion_port_put(t, &p));
	p.ifindex++;
	assert_true(companion_port_put(t, &p));
	assert_true(put(t, 2, 2));
	assert_int_equal(t->n_ports, 2);
	assert_int_equal(companion_port_find(t, 1, 2)->ifindex, 4);
	companion_port_drop(t, 1, 2);
	companion_port_drop(t, 1, 2);
	assert_null(companion_port_find(t, 1, 2));
	assert_null(companion_port_at(t, 0));
	assert_int_equal(companion_port_at(t, 1)->dp, 2);
	assert_null(companion_port_at(t, 2));
	assert_int_equal(t->n_ports, 1);
}

static void more_than_there_may_be_are_not_taken(void **state)
{
	struct companion_ports *t = *state;

	for (uint32_t i = 0; i < COMPANION_MAX_PORTS; i++)
		assert_true(put(t, 1, i));
	assert_false(put(t, 1, COMPANION_MAX_PORTS));
	assert_int_equal(t->n_ports, COMPANION_MAX_PORTS);
	companion_port_drop(t, 1, 77);
	assert_true(put(t, 1, COMPANION_MAX_PORTS));

	for (uint32_t i = 0; i < COMPANION_MAX_DATAPATHS; i++)
		assert_true(put_dp(t, i));
	assert_false(put_dp(t, COMPANION_MAX_DATAPATHS));
	assert_true(put_dp(t, 1));
	companion_port_drop_datapath(t, 1);
	assert_int_equal(t->n_ports, 0);
	assert_true(put_dp(t, COMPANION_MAX_DATAPATHS));
}

static void drop_dp(void *ctx, uint32_t dp)
{
	companion_port_drop_datapath(ctx, dp);
}

static void what_a_read_does_not_tell_is_gone(void **state)
{
	struct companion_ports *t = *state;

	for (uint32_t dp = 1; dp <= 3; dp++) {
		assert_true(put_dp(t, dp));
		for (uint32_t no = 0; no < 10; no++)
			assert_true(put(t, dp, no));
	}
	companion_port_sweep_begin(t);
	(void)put_dp(t, 1);
	(void)put_dp(t, 3);
	for (uint32_t no = 0; no < 10; no++) {
		(void)put(t, 1, no);
		if (no % 2)
			(void)put(t, 3, no);
	}
	assert_true(companion_port_sweep_end(t, drop_dp, t));
	assert_int_equal(t->n_datapaths, 2);
	assert_int_equal(t->n_ports, 15);
	assert_null(companion_port_find(t, 2, 1));
	assert_null(companion_port_find(t, 3, 2));

	/* Those of a datapath that goes are no others. */
	companion_port_sweep_begin(t);
	(void)put_dp(t, 1);
	for (uint32_t no = 0; no < 10; no++)
		(void)put(t, 1, no);
	assert_false(companion_port_sweep_end(t, drop_dp, t));
	assert_int_equal(t->n_ports, 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PORTCASE(it_is_new_once),
		PORTCASE(more_than_there_may_be_are_not_taken),
		PORTCASE(what_a_read_does_not_tell_is_gone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
