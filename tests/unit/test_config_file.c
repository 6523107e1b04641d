/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The configuration file: what it says, and what is wrong with it. */
#include "tests/unittest.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/base/cleanup.h"
#include "swoffd/config_file.h"

static int parse(const char *text, struct config_file *out, struct error *err)
{
	return config_file_parse("conf", text, strlen(text), out, err);
}

static void what_is_not_said_is_off(void **state)
{
	static const char *const texts[] = { "{}", "{\"representors\":{}}" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct config_file file;
		struct error err;

		assert_int_equal(parse(texts[i], &file, &err), 0);
		for (int k = 0; k < REP_NAME_N; k++)
			assert_string_equal(file.representors.templates[k],
					    "");
	}
}

static void templates_are_taken(void **state)
{
	struct config_file file;
	struct error err;

	(void)state;
	assert_int_equal(parse("{\"representors\": {\"altname\": "
			       "\"{uplink}-{vf}\", \"name\": \"r{port}\"}}",
			       &file, &err), 0);
	assert_string_equal(file.representors.templates[REP_NAME_ALT],
			    "{uplink}-{vf}");
	assert_string_equal(file.representors.templates[REP_NAME_MAIN],
			    "r{port}");
}

static void what_is_done_beside_ovs_is_taken(void **state)
{
	struct config_file file;
	struct error err;

	(void)state;
	assert_int_equal(parse("{\"ovs\": {\"mode\": \"mirror\", \"policy\": "
			       "\"hw-only\", \"plug\": [{\"bridge\": \"br0\"}, "
			       "{\"bridge\": \"br1\", \"device\": \"eth0\", "
			       "\"unplug_stale\": true}]}}", &file, &err), 0);
	assert_int_equal(file.ovs.mode, COMPANION_MIRROR);
	assert_int_equal(file.ovs.policy, RULE_HW_ONLY);
	assert_int_equal(file.plug.n, 2);
	assert_string_equal(file.plug.rules[0].bridge, "br0");
	assert_string_equal(file.plug.rules[0].device, "");
	assert_false(file.plug.rules[0].unplug_stale);
	assert_string_equal(file.plug.rules[1].device, "eth0");
	assert_true(file.plug.rules[1].unplug_stale);
}

static const struct {
	const char *text, *words;
} bad[] = {
	{ "{\"ovs\":{\"mode\":\"mirro\"}}", "ovs: mode: " },
	{ "{\"ovs\":{\"policy\":1}}", "ovs: policy: " },
	{ "{\"ovs\":{\"plug\":{}}}", "ovs: plug: an array was expected" },
	{ "{\"ovs\":{\"plug\":[]}}", "ovs: plug: 1 to 16 values" },
	{ "{\"ovs\":{\"plug\":[{\"bridge\":\"br0\"},{}]}}",
	  "ovs: plug: rule 2: no member 'bridge'" },
	{ "{\"ovs\":{\"plug\":[{\"bridge\":\"br0\",\"unplug_stale\":1}]}}",
	  "rule 1: unplug_stale: true or false was expected" },
	{ "", "conf: line 1: it ends too early" },
	{ "{\n}x", "conf: line 2: " },
	{ "[]", "conf: an object was expected" },
	{ "{\"representor\":{}}", "no member 'representor' is known; did you "
				  "mean 'representors'?" },
	{ "{\"representors\":1}", "representors: an object was expected" },
	{ "{\"representors\":{\"names\":\"{vf}\"}}", "did you mean 'name'?" },
	{ "{\"representors\":{\"name\":7}}", "name: text was expected" },
	{ "{\"representors\":{\"name\":\"\"}}", "name: text was expected" },
	{ "{\"representors\":{\"name\":\"{uplnk}\"}}", "'{uplnk' is no field; did "
						    "you mean '{uplink}'?" },
	{ "{\"representors\":{\"altname\":\"rep\"}}", "altname: 'rep' has no "
						      "number in it" },
};

static void what_is_wrong_is_named(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct error err = { 0 };
		struct config_file file;

		assert_int_equal(parse(bad[i].text, &file, &err), -EINVAL);
		if (!strstr(err.msg, bad[i].words))
			fail_msg("%s", err.msg);
	}
}

static void a_template_has_bounds(void **state)
{
	struct config_file file;
	struct error err;
	char text[400];

	(void)state;
	snprintf(text, sizeof(text),
		 "{\"representors\":{\"altname\":\"{vf}%0*d\"}}",
		 REP_TEMPLATE_SIZE - 5, 0);
	assert_int_equal(parse(text, &file, &err), 0);
	snprintf(text, sizeof(text),
		 "{\"representors\":{\"altname\":\"{vf}%0*d\"}}",
		 REP_TEMPLATE_SIZE - 4, 0);
	assert_int_equal(parse(text, &file, &err), -EINVAL);
}

static void a_file_that_was_named_must_be_there(void **state)
{
	struct error err = { 0 };
	struct config_file file;

	(void)state;
	assert_int_equal(config_file_read("/nix/swoffd.conf", &file, &err),
			 -ENOENT);
	assert_non_null(strstr(err.msg, "/nix/swoffd.conf: "));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_not_said_is_off),
		cmocka_unit_test(what_is_done_beside_ovs_is_taken),
		cmocka_unit_test(templates_are_taken),
		cmocka_unit_test(what_is_wrong_is_named),
		cmocka_unit_test(a_template_has_bounds),
		cmocka_unit_test(a_file_that_was_named_must_be_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
