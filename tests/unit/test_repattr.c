/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Settings of representors in words. */
#include "tests/unittest.h"

#include <errno.h>
#include <string.h>

#include "common/base/cleanup.h"
#include "common/device/repattr.h"

static const struct {
	const char *text;
	uint32_t mask, mtu, offload, up;
} good[] = {
	{ "up", 4, 0, 0, 1 },
	{ "down", 4, 0, 0, 0 },
	{ "mtu 9000", 1, 9000, 0, 0 },
	{ " mtu 0x5dc  up ", 5, 1500, 0, 1 },
	{ "hw-tc-offload off mtu 68 down", 7, 68, 0, 0 },
	{ "hw_tc_offload on", 2, 0, 1, 0 },
};

static void words_become_values(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		struct error err = { 0 };
		struct repattrs a;

		assert_int_equal(repattr_parse(good[i].text, &a, &err), 0);
		assert_int_equal(a.mask, good[i].mask);
		assert_int_equal(a.num[REPATTR_MTU], good[i].mtu);
		assert_int_equal(a.num[REPATTR_TC_OFFLOAD], good[i].offload);
		assert_int_equal(a.num[REPATTR_UP], good[i].up);
	}
}

static const struct {
	const char *text, *words;
} bad[] = {
	{ "", "what to set is missing" },
	{ "mtu", "mtu: its value is missing" },
	{ "mtu 0", "mtu: '0' is no number from 1 to 2147483647" },
	{ "mtu 2147483648", "mtu: '2147483648' is no number" },
	{ "mtu -1", "mtu: '-1' is no number" },
	{ "hw-tc-offload yes", "hw-tc-offload: 'yes' is none of off|on" },
	{ "up down", "up is given twice" },
	{ "mtu 1500 mtu 1500", "mtu is given twice" },
	{ "mut 1500", "unknown setting 'mut'; did you mean 'mtu'?" },
	{ "txqueuelen 5", "there are up, down, mtu and hw-tc-offload" },
};

static void what_is_none_is_named(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct repattrs a = { .mask = 77 };
		struct error err = { 0 };

		assert_int_equal(repattr_parse(bad[i].text, &a, &err),
				 -EINVAL);
		assert_non_null(strstr(err.msg, bad[i].words));
		assert_int_equal(a.mask, 77);
	}
}

static void what_is_written_reads_as_the_same(void **state)
{
	(void)state;
	for (int i = 0; i < REPATTR_N; i++)
		for (uint32_t num = 0; num <= 1; num++) {
			char text[REPATTR_TEXT_SIZE];
			struct repattrs a;

			if (i == REPATTR_MTU && !num)
				continue;
			repattr_format((enum repattr_id)i, num, text);
			assert_int_equal(repattr_parse(text, &a, NULL), 0);
			assert_int_equal(a.mask, REPATTR_BIT(i));
			assert_int_equal(a.num[i], num);
		}
}

static void names_alone_say_which(void **state)
{
	struct error err;
	uint32_t mask;

	(void)state;
	assert_int_equal(repattr_parse_names("", &mask, &err), 0);
	assert_int_equal(mask, 7);
	assert_int_equal(repattr_parse_names("down mtu", &mask, &err), 0);
	assert_int_equal(mask, 5);
	assert_int_equal(repattr_parse_names("mtu 1500", &mask, &err),
			 -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_become_values),
		cmocka_unit_test(what_is_none_is_named),
		cmocka_unit_test(what_is_written_reads_as_the_same),
		cmocka_unit_test(names_alone_say_which),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
