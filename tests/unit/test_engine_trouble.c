/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bad times: whatever the kernel answers once, and whatever it has done then,
 * the table and the kernel agree afterwards, and what was wanted is there.
 */
#include "tests/unittest.h"

#include <errno.h>

#include "swoffd/core/engine_audit.h"
#include "tests/unit/enginecase.h"

#define OTHER "in_port(eth0_1),eth_type(0x0800),ipv4(dst=192.0.2.9),actions:drop"
#define CHANGED \
	"in_port(eth0_0),eth_type(0x0800),ipv4(dst=192.0.2.1),actions:drop"

static const int errs[] = {
	ENOBUFS, EEXIST, EAGAIN, ENOENT, EBUSY, EINTR, ENOMEM, ENOSPC, EINVAL,
};

static void found(struct engine_audit *a, const struct audit_finding *f)
{
	(void)a;
	print_message("%s: %s\n", audit_rows[f->kind].name, f->detail);
}

static bool audited;

static void done(struct engine_audit *a)
{
	(void)a;
	audited = true;
}

/* All are in hardware, and tc has what it should. */
static void check(struct core_fixture *f, uint32_t n_flows)
{
	struct engine_audit a = { .found = found, .done = done };

	for (int i = 0; i < 30; i++) {
		loop_advance(f->loop, 20000);
		core_fixture_rounds(f, 10);
	}
	refresh(f);
	settle(f);
	audited = false;
	engine_audit(f->core->engine, &a);
	for (int i = 0; i < 100 && !audited; i++)
		core_fixture_rounds(f, 1);
	assert_true(audited);
	for (int i = 0; i < AUDIT_N_KINDS; i++)
		assert_int_equal(a.n[i], 0);
	assert_int_equal(a.n_clean, n_flows);
	assert_int_equal(count(f, FLOW_IN_HW), n_flows);
	assert_int_equal(f->core->engine->table.n_flows, n_flows);
	assert_int_equal(f->fk->n_filters, n_flows);
}

static void begin(struct core_fixture *f)
{
	engine_flush(f->core->engine);
	settle(f);
	put(f, ENGINECASE_FLOW);
	put(f, OTHER);
	settle(f);
	check(f, 2);
}

static void an_add_may_fail_once(void **state)
{
	struct core_fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(errs); i++) {
		/* That is about the rule. */
		if (errs[i] == EINVAL)
			continue;
		begin(f);
		fake_fail(&f->fk->fail_tc[REQUEST_ADD], 1, errs[i], "");
		put(f, "in_port(eth0_0),eth_type(0x86dd),actions:drop");
		check(f, 3);
	}
}

static void a_replace_may_fail_once(void **state)
{
	struct core_fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(errs); i++) {
		begin(f);
		fake_fail(&f->fk->fail_tc[REQUEST_REPLACE], 1, errs[i], "");
		put(f, CHANGED);
		check(f, 2);
	}
}

static void a_delete_may_fail_once(void **state)
{
	struct core_fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(errs); i++) {
		/* These say that it is not there. */
		if (errs[i] == ENOENT || errs[i] == EINVAL)
			continue;
		begin(f);
		fake_fail(&f->fk->fail_tc[REQUEST_DEL], 1, errs[i], "");
		del(f, ENGINECASE_FLOW);
		check(f, 1);
	}
}

static void what_is_to_be_deleted_may_be_gone(void **state)
{
	struct core_fixture *f = *state;

	begin(f);
	for (uint32_t i = 0; i < f->fk->n_slots; i++)
		if (fake_filter_at(f->fk, i))
			fake_filter_del(f->fk, fake_filter_at(f->fk, i));
	del(f, ENGINECASE_FLOW);
	check(f, 1);
}

static void reading_one_back_may_fail_once(void **state)
{
	struct core_fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(errs); i++) {
		begin(f);
		fake_fail(&f->fk->fail_tc[REQUEST_GET], 1, errs[i], "");
		put(f, CHANGED);
		check(f, 2);
	}
}

static void a_dump_may_fail(void **state)
{
	struct core_fixture *f = *state;

	for (size_t i = 0; i < 2 * ARRAY_LEN(errs); i++) {
		begin(f);
		f->fk->late_failure = i % 2;
		fake_fail(&f->fk->fail_dump, 3, errs[i / 2], "");
		put(f, CHANGED);
		check(f, 2);
	}
}

/* Answers are lost until it has given up asking. */
static void answers_may_stay_lost_for_long(void **state)
{
	struct core_fixture *f = *state;

	begin(f);
	for (int i = REQUEST_ADD; i <= REQUEST_GET; i++)
		fake_fail(&f->fk->fail_tc[i], 100, ENOBUFS, "");
	put(f, CHANGED);
	put(f, "in_port(eth0_0),eth_type(0x86dd),actions:drop");
	del(f, OTHER);
	core_fixture_rounds(f, 100);
	for (int i = REQUEST_ADD; i <= REQUEST_GET; i++)
		fake_fail(&f->fk->fail_tc[i], 0, 0, "");
	check(f, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINECASE(an_add_may_fail_once),
		ENGINECASE(a_replace_may_fail_once),
		ENGINECASE(a_delete_may_fail_once),
		ENGINECASE(what_is_to_be_deleted_may_be_gone),
		ENGINECASE(reading_one_back_may_fail_once),
		ENGINECASE(a_dump_may_fail),
		ENGINECASE(answers_may_stay_lost_for_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
