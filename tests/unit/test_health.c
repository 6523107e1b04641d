/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Health reporters are followed: what is logged, and when. */
#include "tests/unittest.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tests/core_fixture.h"
#include "tests/logged.h"

#define DEV "pci/0000:03:00.0"

static int setup(void **state)
{
	struct core_fixture *f = core_fixture_new(DEV, "enp3s0",
						  ESWITCH_MODE_LEGACY);

	*state = f;
	core_fixture_rounds(f, 5);
	memset(&logged, 0, sizeof(logged));
	return 0;
}

static int teardown(void **state)
{
	core_fixture_free(*state);
	return 0;
}

static struct detail_reporter *reporter(struct core_fixture *f,
					const char *name, uint32_t port)
{
	return fake_reporter_find(fake_device_find(f->fk, DEV), name, port);
}

static void report(struct core_fixture *f, struct detail_reporter *r)
{
	r->state = REPORTER_ERROR;
	r->errors++;
	fake_reporter_tell(f->fk, r);
}

static void recover(struct core_fixture *f, struct detail_reporter *r)
{
	r->state = REPORTER_HEALTHY;
	r->recoveries++;
	fake_reporter_tell(f->fk, r);
}

static void pass_time(struct core_fixture *f, uint64_t ms)
{
	loop_advance(f->loop, ms);
	core_fixture_rounds(f, 2);
}

static void an_error_is_a_warning_at_once(void **state)
{
	struct core_fixture *f = *state;

	report(f, reporter(f, "fw", KERNEL_NO_NUMBER));
	assert_int_equal(logged.n, 1);
	assert_int_equal(logged.level, LOG_LEVEL_WARNING);
	assert_string_equal(logged.line, DEV ": health reporter fw: error; "
			    "errors so far: 1, recoveries: 0");
}

static void a_recovery_is_told_a_second_later_and_is_no_warning(void **state)
{
	struct core_fixture *f = *state;
	struct detail_reporter *r = reporter(f, "tx", 1);

	report(f, r);
	recover(f, r);
	assert_int_equal(logged.n, 1);
	pass_time(f, 500);
	assert_int_equal(logged.n, 1);
	pass_time(f, 500);
	assert_int_equal(logged.n, 2);
	assert_int_equal(logged.level, LOG_LEVEL_INFO);
	assert_string_equal(logged.line, DEV "/1: health reporter tx: healthy; "
			    "errors so far: 1, recoveries: 1");
}

static void a_storm_is_a_line_a_second(void **state)
{
	struct core_fixture *f = *state;
	struct detail_reporter *r = reporter(f, "fw", KERNEL_NO_NUMBER);

	for (int i = 0; i < 10000; i++) {
		report(f, r);
		recover(f, r);
	}
	assert_int_equal(logged.n, 1);
	pass_time(f, 1000);
	assert_int_equal(logged.n, 2);
	assert_int_equal(logged.level, LOG_LEVEL_WARNING);
	assert_non_null(strstr(logged.line,
			       "errors so far: 10000, recoveries: 10000"));
	pass_time(f, 60000);
	assert_int_equal(logged.n, 2);
	report(f, r);
	assert_int_equal(logged.n, 3);
}

static void a_reporter_made_anew_counts_from_0(void **state)
{
	struct core_fixture *f = *state;
	struct detail_reporter *r = reporter(f, "fw", KERNEL_NO_NUMBER);

	report(f, r);
	report(f, r);
	pass_time(f, 1000);
	pass_time(f, 1000);
	r->errors = 0;                 /* a reload, of which nobody tells */
	report(f, r);
	assert_int_equal(logged.n, 3);
	assert_non_null(strstr(logged.line, "errors so far: 1,"));
}

static void it_is_news_even_if_it_comes_to_the_same_counts(void **state)
{
	struct core_fixture *f = *state;
	struct detail_reporter *fw = reporter(f, "fw", KERNEL_NO_NUMBER);

	report(f, fw);
	recover(f, fw);
	pass_time(f, 1000);
	assert_int_equal(logged.n, 2);
	fw->errors = fw->recoveries = 0;       /* a reload */
	report(f, fw);
	recover(f, fw);
	pass_time(f, 1000);
	assert_int_equal(logged.n, 3);
	assert_int_equal(logged.level, LOG_LEVEL_WARNING);
}

static void errors_of_before_are_news_only_if_they_last(void **state)
{
	struct core_fixture *f = *state;
	struct detail_reporter *fw = reporter(f, "fw", KERNEL_NO_NUMBER);
	struct detail_reporter *tx = reporter(f, "tx", 0);

	fw->errors = fw->recoveries = 3;
	tx->errors = 1;
	tx->state = REPORTER_ERROR;
	core_fixture_restart(f);
	core_fixture_rounds(f, 5);
	assert_int_equal(logged.n, 1);
	assert_int_equal(logged.level, LOG_LEVEL_WARNING);
	assert_string_equal(logged.line, DEV "/0: health reporter tx: error; "
			    "errors so far: 1, recoveries: 0");
}

static void lost_notifications_are_made_good_by_a_sync(void **state)
{
	struct core_fixture *f = *state;

	reporter(f, "fw", KERNEL_NO_NUMBER)->errors = 5;
	fake_resync(f->fk);
	core_fixture_rounds(f, 20);
	assert_int_equal(logged.n, 1);
	assert_non_null(strstr(logged.line, "errors so far: 5,"));
}

static void a_kernel_without_reporters_is_no_trouble(void **state)
{
	struct core_fixture *f = *state;

	fake_fail(&f->fk->fail_job[JOB_DETAIL_READ], 1, EOPNOTSUPP, "");
	fake_resync(f->fk);
	core_fixture_rounds(f, 20);
	assert_int_equal(logged.n, 0);
}

static void reporters_go_with_their_device(void **state)
{
	struct core_fixture *f = *state;

	assert_int_equal(f->core->health.n_known, 4);
	fake_device_del(f->fk, DEV);
	assert_int_equal(f->core->health.n_known, 0);
}

static void more_than_can_be_known_are_not_followed(void **state)
{
	struct core_fixture *f = *state;
	struct detail_reporter r = *reporter(f, "fw", KERNEL_NO_NUMBER);

	for (r.port = 0; r.port < DETAIL_MAX + 10; r.port++)
		fake_reporter_tell(f->fk, &r);
	assert_int_equal(f->core->health.n_known, DETAIL_MAX);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_error_is_a_warning_at_once),
		TEST(a_recovery_is_told_a_second_later_and_is_no_warning),
		TEST(a_storm_is_a_line_a_second),
		TEST(a_reporter_made_anew_counts_from_0),
		TEST(it_is_news_even_if_it_comes_to_the_same_counts),
		TEST(errors_of_before_are_news_only_if_they_last),
		TEST(lost_notifications_are_made_good_by_a_sync),
		TEST(a_kernel_without_reporters_is_no_trouble),
		TEST(reporters_go_with_their_device),
		TEST(more_than_can_be_known_are_not_followed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
