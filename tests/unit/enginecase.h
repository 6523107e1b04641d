/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A ready core over the fake kernel, one device of two representors, eth0_0
 * and eth0_1; and what tests of the engine say to it. */
#ifndef TESTS_UNIT_ENGINECASE_H
#define TESTS_UNIT_ENGINECASE_H

#include "tests/unittest.h"

#include <stdio.h>

#include "swoffd/core/engine_priv.h"
#include "tests/core_fixture.h"
#include "tests/unit/flowcase.h"

#define ENGINECASE_DEV "fake/dev0"
#define ENGINECASE_FLOW \
	"in_port(eth0_0),eth_type(0x0800),ipv4(dst=192.0.2.1),actions:eth0_1"

static inline int enginecase_setup(void **state)
{
	*state = core_fixture_new(ENGINECASE_DEV, "eth0",
				  ESWITCH_MODE_SWITCHDEV);
	return 0;
}

static inline int enginecase_teardown(void **state)
{
	core_fixture_free(*state);
	return 0;
}

#define ENGINECASE(fn) \
	cmocka_unit_test_setup_teardown(fn, enginecase_setup, \
					enginecase_teardown)

static inline void settle(struct core_fixture *f)
{
	engine_settle(f->core->engine, &f->request);
	core_fixture_wait(f);
	assert_int_equal(f->err.code, 0);
}

static inline void refresh(struct core_fixture *f)
{
	engine_refresh(f->core->engine, &f->request);
	core_fixture_wait(f);
}

/* As the daemon reads it, with its own resolver. */
static inline struct line_flow parse(struct core_fixture *f, const char *line)
{
	struct reason_list reasons = { 0 };
	struct error err = { 0 };
	struct line_flow flow;

	assert_int_equal(line_parse(engine_reader(f->core->engine), line,
				    &flow, &reasons, &err), LINE_FLOW);
	return flow;
}

static inline uint32_t put(struct core_fixture *f, const char *line)
{
	struct line_flow flow = parse(f, line);
	struct reason_list reasons = { 0 };
	struct error err = { 0 };
	uint32_t slot;

	assert_int_equal(engine_put(f->core->engine, &flow, &slot, &reasons,
				    &err), 0);
	return slot;
}

/* n flows with skip_hw, of numbers that begin with from. */
static inline void put_for_software(struct core_fixture *f, int prio,
				    int from, int n)
{
	char line[120];

	for (int i = from; i < from + n; i++) {
		(void)snprintf(line, sizeof(line), "dev eth0_0 ingress prio %d "
			       "protocol ip flower dst_ip 10.0.%d.%d skip_hw "
			       "action drop", prio, i >> 8, i & 255);
		put(f, line);
	}
}

static inline void del(struct core_fixture *f, const char *line)
{
	struct line_flow flow = parse(f, line);
	struct error err = { 0 };

	assert_int_equal(engine_del_line(f->core->engine, &flow, &err), 0);
}

static inline struct flow_view view(struct core_fixture *f, uint32_t slot)
{
	struct flow_view v;

	assert_true(engine_view(f->core->engine, slot, &v));
	return v;
}

static inline uint32_t count(struct core_fixture *f, enum flow_state state)
{
	return engine_count(f->core->engine, state);
}

/* NULL: it has none. */
static inline struct fake_filter *filter_of(struct core_fixture *f,
					    uint32_t slot)
{
	for (uint32_t i = 0; i < f->fk->n_slots; i++)
		if (fake_filter_at(f->fk, i) &&
		    fake_filter_at(f->fk, i)->rule.handle == slot + 1)
			return fake_filter_at(f->fk, i);
	return NULL;
}

/* The one flow that there is; valid until the next call. */
static inline const struct flow_view *the(struct core_fixture *f)
{
	static struct flow_view v;

	assert_int_equal(f->core->engine->table.n_flows, 1);
	for (uint32_t i = 0;; i++)
		if (engine_view(f->core->engine, i, &v))
			return &v;
}

#endif
