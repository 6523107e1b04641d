/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Settings of representors: set, kept, and given up when somebody fights. */
#include "tests/unittest.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "swoffd/core/rep_record.h"
#include "swoffd/core/want.h"
#include "tests/core_fixture.h"
#include "tests/logged.h"

#define DEV "pci/0000:03:00.0"
#define ROUNDS 20

static int setup(void **state)
{
	*state = core_fixture_new(DEV, "enp3s0", ESWITCH_MODE_SWITCHDEV);
	memset(&logged, 0, sizeof(logged));
	return 0;
}

static int teardown(void **state)
{
	core_fixture_free(*state);
	return 0;
}

/* VF 1's. */
static struct rep rep(struct core_fixture *f)
{
	struct rep rep;

	assert_int_equal(rep_find(f->core, DEV "/2", &rep, &f->err), 0);
	return rep;
}

static const struct kernel_link *is(struct core_fixture *f)
{
	struct rep r = rep(f);

	return &fake_link_find(f->fk, r.link->info.name)->info;
}

static int try_set(struct core_fixture *f, const char *words)
{
	struct rep r = rep(f);
	struct repattrs attrs;

	assert_int_equal(repattr_parse(words, &attrs, &f->err), 0);
	if (rep_set(&f->core->reps, &r, &attrs, &f->request, &f->err) < 0)
		return -f->err.code;
	core_fixture_wait(f);
	return -f->err.code;
}

static void set(struct core_fixture *f, const char *words)
{
	assert_int_equal(try_set(f, words), 0);
	core_fixture_rounds(f, ROUNDS);
}

/* As a reload does it: other netdevs, another mode, then as before. */
static void reload(struct core_fixture *f)
{
	struct fake_device *d = fake_device_find(f->fk, DEV);

	fake_device_set_mode(f->fk, d, ESWITCH_MODE_LEGACY);
	core_fixture_rounds(f, ROUNDS);
	fake_device_set_mode(f->fk, d, ESWITCH_MODE_SWITCHDEV);
	core_fixture_rounds(f, ROUNDS);
}

static void somebody_sets(struct core_fixture *f, enum repattr_id id,
			  uint32_t num)
{
	fake_link_change(f->fk, rep(f).link->info.name, id, num);
	core_fixture_rounds(f, ROUNDS);
}

static void all_are_set_or_none(void **state)
{
	struct core_fixture *f = *state;

	set(f, "mtu 9000 down hw-tc-offload on");
	assert_int_equal(is(f)->mtu, 9000);
	assert_false(is(f)->up);
	assert_int_equal(rep(f).link->tc_offload, 1);

	f->fk->refused_settings = REPATTR_BIT(REPATTR_TC_OFFLOAD);
	assert_int_equal(try_set(f, "mtu 1400 hw-tc-offload off up"),
			 -EOPNOTSUPP);
	assert_non_null(strstr(f->err.msg, "set hw-tc-offload off"));
	assert_string_equal(f->err.extack, "fake: not supported");
	assert_int_equal(is(f)->mtu, 9000);
	assert_false(is(f)->up);
	assert_int_equal(rep(f).wanted->attrs.num[REPATTR_MTU], 9000);
}

static void what_was_refused_is_not_wanted(void **state)
{
	struct core_fixture *f = *state;

	assert_int_equal(try_set(f, "mtu 9001"), -EINVAL);
	assert_null(rep(f).wanted);
	assert_int_equal(f->fs->tables[STORE_REPS].n, 0);
}

static void a_new_netdev_is_set_as_the_old_one_was(void **state)
{
	struct core_fixture *f = *state;
	uint32_t before;

	set(f, "mtu 9000 hw-tc-offload on");
	before = is(f)->ifindex;
	reload(f);
	assert_true(is(f)->ifindex != before);
	assert_int_equal(is(f)->mtu, 9000);
	assert_true(fake_link_find(f->fk, "enp3s0_1")->tc_offload);
	assert_int_equal(fake_link_find(f->fk, "enp3s0_0")->info.mtu, 1500);
	assert_int_equal(logged.n_warnings, 0);
}

static void a_name_does_not_matter(void **state)
{
	struct core_fixture *f = *state;

	set(f, "mtu 9000");
	fake_link_rename(f->fk, "enp3s0_1", "tenant7");
	fake_link_rename(f->fk, "enp3s0_0", "enp3s0_1");
	core_fixture_rounds(f, ROUNDS);
	somebody_sets(f, REPATTR_MTU, 1400);
	assert_int_equal(fake_link_find(f->fk, "tenant7")->info.mtu, 9000);
	assert_int_equal(fake_link_find(f->fk, "enp3s0_1")->info.mtu, 1500);
}

static void the_next_daemon_keeps_them(void **state)
{
	struct core_fixture *f = *state;

	set(f, "mtu 9000 down");
	fake_link_change(f->fk, "enp3s0_1", REPATTR_MTU, 1500);
	fake_link_change(f->fk, "enp3s0_1", REPATTR_UP, 1);
	core_fixture_restart(f);
	core_fixture_rounds(f, ROUNDS);
	assert_int_equal(is(f)->mtu, 9000);
	assert_false(is(f)->up);
	assert_int_equal(rep(f).wanted->attrs.mask,
			 REPATTR_BIT(REPATTR_MTU) | REPATTR_BIT(REPATTR_UP));
	assert_int_equal(f->fs->tables[STORE_REPS].n, 1);
}

static void what_is_forgotten_stays_as_it_is(void **state)
{
	struct core_fixture *f = *state;
	struct rep r;

	set(f, "mtu 9000 down");
	r = rep(f);
	assert_int_equal(rep_unset(&f->core->reps, &r,
				   REPATTR_BIT(REPATTR_MTU), &f->err), 0);
	assert_int_equal(is(f)->mtu, 9000);
	somebody_sets(f, REPATTR_MTU, 1400);
	assert_int_equal(is(f)->mtu, 1400);
	assert_int_equal(rep_unset(&f->core->reps, &r, UINT32_MAX, &f->err),
			 0);
	assert_int_equal(rep_unset(&f->core->reps, &r, UINT32_MAX, &f->err),
			 -ENOENT);
	assert_null(rep(f).wanted);
	core_fixture_restart(f);
	assert_null(rep(f).wanted);
	assert_int_equal(f->fs->tables[STORE_REPS].n, 0);
}

static void three_changes_in_a_minute_are_put_back_and_not_a_fourth(void **state)
{
	struct core_fixture *f = *state;

	set(f, "mtu 9000 hw-tc-offload on");
	for (int i = 0; i < 3; i++) {
		somebody_sets(f, REPATTR_MTU, 1400);
		assert_int_equal(is(f)->mtu, 9000);
		loop_advance(f->loop, 10000);
	}
	assert_int_equal(rep(f).wanted->contested, 0);
	somebody_sets(f, REPATTR_MTU, 1400);
	assert_int_equal(is(f)->mtu, 1400);
	assert_int_equal(rep(f).wanted->contested, REPATTR_BIT(REPATTR_MTU));
	assert_int_equal(logged.n_warnings, 1);
	assert_non_null(strstr(logged.warning, "enp3s0_1: somebody else has "
			       "set mtu 1400 again, after it was put back to "
			       "mtu 9000 3 times within 60 seconds"));

	/* That is said once, and the other setting is still kept. */
	somebody_sets(f, REPATTR_MTU, 1300);
	somebody_sets(f, REPATTR_TC_OFFLOAD, 0);
	assert_int_equal(is(f)->mtu, 1300);
	assert_true(fake_link_find(f->fk, "enp3s0_1")->tc_offload);
	assert_int_equal(logged.n_warnings, 1);

	set(f, "mtu 9000");
	assert_int_equal(rep(f).wanted->contested, 0);
	somebody_sets(f, REPATTR_MTU, 1400);
	assert_int_equal(is(f)->mtu, 9000);
}

static void changes_further_apart_are_no_fight(void **state)
{
	struct core_fixture *f = *state;

	set(f, "hw-tc-offload on");
	for (int i = 0; i < 10; i++) {
		somebody_sets(f, REPATTR_TC_OFFLOAD, 0);
		assert_true(fake_link_find(f->fk, "enp3s0_1")->tc_offload);
		loop_advance(f->loop, 20001);
	}
	assert_int_equal(logged.n_warnings, 0);
}

static void a_reload_ends_a_fight(void **state)
{
	struct core_fixture *f = *state;

	set(f, "mtu 9000");
	for (int i = 0; i < 4; i++)
		somebody_sets(f, REPATTR_MTU, 1400);
	assert_int_equal(is(f)->mtu, 1400);
	reload(f);
	assert_int_equal(is(f)->mtu, 9000);
	assert_int_equal(rep(f).wanted->contested, 0);
}

static void a_failure_is_said_once_and_tried_again(void **state)
{
	struct core_fixture *f = *state;

	set(f, "mtu 9000");
	fake_fail(&f->fk->fail_job[JOB_LINK_SET], 3, EBUSY, "not now");
	somebody_sets(f, REPATTR_MTU, 1400);
	assert_int_equal(is(f)->mtu, 1400);
	assert_int_equal(logged.n_warnings, 1);
	for (int i = 1; i <= 4; i *= 2) {
		loop_advance(f->loop, (uint64_t)i * 1000);
		core_fixture_rounds(f, ROUNDS);
	}
	assert_int_equal(is(f)->mtu, 9000);
	assert_int_equal(logged.n_warnings, 1);
}

static void what_is_asked_for_while_it_is_put_back_counts(void **state)
{
	struct core_fixture *f = *state;

	set(f, "mtu 9000");
	f->fk->hold_jobs = true;
	fake_link_change(f->fk, "enp3s0_1", REPATTR_MTU, 1400);
	f->fk->hold_jobs = false;
	fake_release(f->fk);
	set(f, "mtu 8000 down");
	assert_int_equal(is(f)->mtu, 8000);
	assert_false(is(f)->up);
	assert_int_equal(rep(f).wanted->attrs.num[REPATTR_MTU], 8000);
}

static void a_netdev_that_goes_meanwhile_is_a_clear_answer(void **state)
{
	struct core_fixture *f = *state;
	struct rep r = rep(f);
	struct repattrs attrs;

	assert_int_equal(repattr_parse("mtu 9000", &attrs, &f->err), 0);
	f->fk->hold_jobs = true;
	assert_int_equal(rep_set(&f->core->reps, &r, &attrs, &f->request,
				 &f->err), 0);
	fake_device_set_mode(f->fk, fake_device_find(f->fk, DEV),
			     ESWITCH_MODE_LEGACY);
	f->fk->hold_jobs = false;
	fake_release(f->fk);
	core_fixture_wait(f);
	assert_int_equal(f->err.code, ENODEV);
	fake_device_set_mode(f->fk, fake_device_find(f->fk, DEV),
			     ESWITCH_MODE_SWITCHDEV);
	core_fixture_rounds(f, ROUNDS);
	assert_null(rep(f).wanted);
}

static void a_record_that_is_none_is_passed_over(void **state)
{
	struct core_fixture *f = *state;
	struct store *s = &f->fs->base;
	struct rep_record r = { .attrs.mask = 1 };

	set(f, "mtu 9000");
	assert_int_equal(s->ops->put(s, STORE_REPS, 7, "x", 1), 0);
	memset(&r.id.handle, 'x', sizeof(r.id.handle));
	assert_int_equal(s->ops->put(s, STORE_REPS, 8, &r, sizeof(r)), 0);
	assert_int_equal(s->ops->commit(s), 0);
	core_fixture_restart(f);
	assert_int_equal(rep(f).wanted->attrs.num[REPATTR_MTU], 9000);
	assert_int_equal(f->core->reps.n, 1);
	set(f, "mtu 8000");
	assert_int_equal(f->fs->tables[STORE_REPS].n, 3);
}

static void a_device_is_forgotten_with_its_representors(void **state)
{
	struct core_fixture *f = *state;
	struct kernel_handle h = rep(f).device->info.handle;

	set(f, "mtu 9000");
	assert_true(want_forget(f->core, &h));
	assert_false(want_forget(f->core, &h));
	assert_null(rep(f).wanted);
	core_fixture_restart(f);
	somebody_sets(f, REPATTR_MTU, 1500);
	assert_int_equal(is(f)->mtu, 1500);
}

#define CLAIM(claim) cmocka_unit_test_setup_teardown(claim, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CLAIM(all_are_set_or_none),
		CLAIM(what_was_refused_is_not_wanted),
		CLAIM(a_new_netdev_is_set_as_the_old_one_was),
		CLAIM(a_name_does_not_matter),
		CLAIM(the_next_daemon_keeps_them),
		CLAIM(what_is_forgotten_stays_as_it_is),
		CLAIM(three_changes_in_a_minute_are_put_back_and_not_a_fourth),
		CLAIM(changes_further_apart_are_no_fight),
		CLAIM(a_reload_ends_a_fight),
		CLAIM(a_failure_is_said_once_and_tried_again),
		CLAIM(what_is_asked_for_while_it_is_put_back_counts),
		CLAIM(a_netdev_that_goes_meanwhile_is_a_clear_answer),
		CLAIM(a_device_is_forgotten_with_its_representors),
		CLAIM(a_record_that_is_none_is_passed_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
