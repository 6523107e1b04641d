/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/unittest.h"

#include <errno.h>

#include "common/base/error.h"
#include "common/base/near.h"
#include "common/base/parse.h"

static void a_number_is_the_whole_text_and_in_range(void **state)
{
	static const struct {
		const char *text;
		int rc;
		uint32_t value;
	} cases[] = {
		{ "0", 0, 0 },		    { "42", 0, 42 },
		{ "0x2A", 0, 42 },	    { "4294967295", 0, UINT32_MAX },
		{ "4294967296", -ERANGE, 7 },
		{ "99999999999999999999", -ERANGE, 7 },
		{ "", -EINVAL, 7 },	    { " 1", -EINVAL, 7 },
		{ "1 ", -EINVAL, 7 },	    { "-1", -EINVAL, 7 },
		{ "+1", -EINVAL, 7 },	    { "0x", -EINVAL, 7 },
		{ "0x-1", -EINVAL, 7 },	    { "1a", -EINVAL, 7 },
		{ "a", -EINVAL, 7 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint32_t v = 7;

		assert_int_equal(parse_u32(cases[i].text, UINT32_MAX, &v),
				 cases[i].rc);
		assert_int_equal(v, cases[i].value);
	}
}

static void a_mac_is_written_in_six_groups(void **state)
{
	static const uint8_t mac[6] = { 2, 0, 0, 0xab, 0xcd, 0xef };
	char text[MAC_STR_SIZE];

	(void)state;
	format_mac(mac, text);
	assert_string_equal(text, "02:00:00:ab:cd:ef");
}

static void the_nearest_word_is_suggested_but_none_that_is_far(void **state)
{
	struct near near = near_init("switchdve");

	(void)state;
	near_try(&near, "legacy");
	assert_string_equal(near.best, "");
	near_try(&near, "switch");
	near_try(&near, "switchdev");
	near_try(&near, "switchdevs");
	assert_string_equal(near.best, "switchdev");
}

static void an_error_names_what_was_tried_first(void **state)
{
	struct error err = { 0 };

	(void)state;
	assert_int_equal(error_set(&err, ENODEV, "no netdev '%s'", "eth9"),
			 -ENODEV);
	assert_int_equal(error_prefix(&err, "line %d", 3), -ENODEV);
	assert_string_equal(err.msg, "line 3: no netdev 'eth9'");
}

static void an_error_too_long_is_cut(void **state)
{
	struct error err = { 0 };
	char longer[2 * ERROR_MSG_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(longer); i++)
		longer[i] = i + 1 < sizeof(longer) ? 'x' : '\0';
	assert_int_equal(error_set(&err, EIO, "%s", longer), -EIO);
	assert_int_equal(error_prefix(&err, "read"), -EIO);
	assert_memory_equal(err.msg, "read: xxx", 9);
	assert_int_equal(err.msg[ERROR_MSG_SIZE - 1], '\0');
	assert_int_equal(error_prefix(&err, "%s", longer), -EIO);
	assert_int_equal(err.msg[ERROR_MSG_SIZE - 1], '\0');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_number_is_the_whole_text_and_in_range),
		cmocka_unit_test(a_mac_is_written_in_six_groups),
		cmocka_unit_test(
			the_nearest_word_is_suggested_but_none_that_is_far),
		cmocka_unit_test(an_error_names_what_was_tried_first),
		cmocka_unit_test(an_error_too_long_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
