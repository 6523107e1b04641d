/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of reasons, and lists of them. */
#include "tests/unittest.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "common/flow/reason.h"

static void every_code_has_a_row_that_helps(void **state)
{
	(void)state;
	for (int code = 0; code < REASON_N_CODES; code++) {
		const struct reason_row *r = reason_row(code);

		assert_int_equal(r->code, code);
		assert_non_null(reason_stage_str(r->stage));
		assert_true(strlen(r->name) > 0);
		assert_true(strlen(r->text) > 20);
		assert_true(strlen(r->remedy) > 10);
		assert_memory_equal(r->example, r->name, strlen(r->name));
		for (const char *p = r->name; *p; p++)
			assert_true(islower((unsigned char)*p) || *p == '-');
		for (int other = 0; other < code; other++)
			assert_string_not_equal(r->name,
						reason_row(other)->name);
	}
}

static void the_same_reason_twice_is_kept_once(void **state)
{
	struct reason_list list = { 0 };

	(void)state;
	reason_add(&list, REASON_KEY_UNSUPPORTED, 0, "%s", "skb_mark");
	reason_add(&list, REASON_KEY_UNSUPPORTED, 0, "skb_%s", "mark");
	assert_int_equal(list.n, 1);
	reason_add(&list, REASON_MASK_UNSUPPORTED, 0, "skb_mark");
	reason_add(&list, REASON_KEY_UNSUPPORTED, EINVAL, "skb_mark");
	assert_int_equal(list.n, 3);
}

static void what_does_not_fit_is_dropped_or_cut(void **state)
{
	struct reason_list list = { 0 };

	(void)state;
	for (int i = 0; i < REASON_LIST_MAX + 5; i++)
		reason_add(&list, REASON_KEY_UNSUPPORTED, 0, "key%d", i);
	assert_int_equal(list.n, REASON_LIST_MAX);
	assert_string_equal(list.reasons[REASON_LIST_MAX - 1].subject,
			    "key47");

	list.n = 0;
	reason_add(&list, REASON_KEY_UNSUPPORTED, 0, "%0100d", 1);
	assert_int_equal(strlen(list.reasons[0].subject),
			 REASON_SUBJECT_SIZE - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_code_has_a_row_that_helps),
		cmocka_unit_test(the_same_reason_twice_is_kept_once),
		cmocka_unit_test(what_does_not_fit_is_dropped_or_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
