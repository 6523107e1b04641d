/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of representors by template. */
#include "tests/unittest.h"

#include <errno.h>
#include <string.h>

#include "common/base/cleanup.h"
#include "swoffd/core/kernel.h"
#include "swoffd/core/rep_template.h"

#define NO KERNEL_NO_NUMBER

static const struct rep_fields vf = { "enp3s0", 0, 1, 7, NO, 8 };
static const struct rep_fields sf = { "enp3s0", 2, 0, NO, 88, 32768 };
static const struct rep_fields no_uplink = { "", 0, 0, 3, NO, 4 };

static const struct {
	const char *template;
	const struct rep_fields *fields;
	size_t size;
	int rc;
	const char *name;
} rows[] = {
	{ "{uplink}_{vf}", &vf, 16, 0, "enp3s0_7" },
	{ "c{controller}pf{pf}vf{vf}", &vf, 16, 0, "c0pf1vf7" },
	{ "{port}", &vf, 16, 0, "8" },
	{ "{vf}{vf}", &vf, 16, 0, "77" },
	{ "sf{sf}-{port}", &sf, 16, 0, "sf88-32768" },
	{ "sf{sf}", &vf, 16, -ENODATA, "" },
	{ "vf{vf}", &sf, 16, -ENODATA, "" },
	{ "{uplink}_{vf}", &no_uplink, 16, -ENODATA, "" },
	{ "vf{vf}", &no_uplink, 16, 0, "vf3" },
	/* 15 letters and their end. */
	{ "123456789012345", &vf, 16, 0, "123456789012345" },
	{ "1234567890123456", &vf, 16, -ENAMETOOLONG, "" },
	{ "12345678901234{vf}", &vf, 16, 0, "123456789012347" },
	{ "123456789012345{vf}", &vf, 16, -ENAMETOOLONG, "" },
	{ "1234567890{uplink}", &vf, 16, -ENAMETOOLONG, "" },
	{ "1234567890{uplink}", &vf, 128, 0, "1234567890enp3s0" },
	/* What no netdev is called. */
	{ "", &vf, 16, -EINVAL, "" },
	{ ".", &vf, 16, -EINVAL, "" },
	{ "..", &vf, 16, -EINVAL, "" },
	{ "a b{vf}", &vf, 16, -EINVAL, "" },
	{ "a/{vf}", &vf, 16, -EINVAL, "" },
	{ "a:{vf}", &vf, 16, -EINVAL, "" },
	{ "a%d{vf}", &vf, 16, -EINVAL, "" },
	{ "a\t{vf}", &vf, 16, -EINVAL, "" },
	{ "\xc3\xa4{vf}", &vf, 16, 0, "\xc3\xa4" "7" },
	/* No fields. */
	{ "{", &vf, 16, -EINVAL, "" },
	{ "}", &vf, 16, -EINVAL, "" },
	{ "{vf", &vf, 16, -EINVAL, "" },
	{ "{}", &vf, 16, -EINVAL, "" },
	{ "{{vf}}", &vf, 16, -EINVAL, "" },
	{ "{vf}}", &vf, 16, -EINVAL, "" },
	{ "{VF}", &vf, 16, -EINVAL, "" },
};

static void templates_become_names(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char out[128];
		int rc = rep_template_expand(rows[i].template, rows[i].fields,
					     out, rows[i].size);

		if (rc != rows[i].rc)
			fail_msg("'%s': %d", rows[i].template, rc);
		if (rc == 0)
			assert_string_equal(out, rows[i].name);
	}
}

static const struct {
	const char *template, *words;  /* NULL: it is right */
} checks[] = {
	{ "{uplink}_{vf}", NULL },
	{ "{port}", NULL },
	{ "{uplink}r", "has no number in it" },
	{ "rep", "has no number in it" },
	{ "", "has no number in it" },
	{ "{uplnk}_{vf}", "'{uplnk' is no field; did you mean '{uplink}'?" },
	{ "{vf", "'{vf' is no field" },
	{ "x}{vf}", "is no field" },
	{ "{rack}{vf}", "there are {uplink}, {controller}, {pf}, {vf}, {sf} "
			"and {port}" },
};

static void a_wrong_template_is_found_before_it_is_used(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(checks); i++) {
		struct error err = { 0 };
		int rc = rep_template_check(checks[i].template, &err);

		assert_int_equal(rc, checks[i].words ? -EINVAL : 0);
		if (rc)
			assert_non_null(strstr(err.msg, checks[i].words));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(templates_become_names),
		cmocka_unit_test(a_wrong_template_is_found_before_it_is_used),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
