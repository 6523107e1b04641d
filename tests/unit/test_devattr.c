/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Attributes of VFs, functions and rates, as words. */
#include "tests/unittest.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/base/cleanup.h"
#include "common/device/devattr.h"

static void parses(const char *text, struct devattrs *out)
{
	struct error err = { 0 };

	if (devattr_parse(text, DEVATTR_OF_ANY, out, &err) < 0)
		fail_msg("%s: %s", text, err.msg);
}

/* A whole line of what a is. */
static void show(const struct devattrs *a, char *text, size_t size)
{
	size_t len = 0;

	text[0] = '\0';
	for (int id = 0; id < DEVATTR_N; id++) {
		char value[DEVATTR_VALUE_SIZE];
		bool bare;

		if (!devattr_has(a, (enum devattr_id)id))
			continue;
		devattr_format(a, (enum devattr_id)id, value);
		bare = strcmp(value, "noparent") == 0;
		len += (size_t)snprintf(text + len, size - len, "%s%s%s%s",
					len ? " " : "",
					bare ? "" : devattr_table[id].name,
					bare ? "" : " ", value);
	}
}

static void each_value_reads_as_the_same_again(void **state)
{
	static const char *const lines[] = {
		"mac 02:00:00:00:00:fe", "vlan 4095 qos 7 proto 802.1ad",
		"vlan 0", "min_tx_rate 10 max_tx_rate 4294967295", "trust on",
		"spoofchk off", "link_state disable", "query_rss on",
		"hw_addr 0e:11:22:33:44:55", "roce enable",
		"migratable disable", "ipsec_crypto enable",
		"ipsec_packet disable", "max_io_eqs 64", "state active",
		"tx_share 10Mbit", "tx_max 1001Kbit", "tx_max 0bit",
		"tx_priority 3 tx_weight 50", "parent g1", "noparent",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		struct devattrs a;
		char text[256];

		parses(lines[i], &a);
		show(&a, text, sizeof(text));
		assert_string_equal(text, lines[i]);
	}
}

static void rates_have_the_units_of_devlink(void **state)
{
	static const struct {
		const char *text;
		uint64_t bytes;
	} rows[] = {
		{ "tx_max 8", 1 }, { "tx_max 10mbit", 1250000 },
		{ "tx_max 1Gbit", 125000000 }, { "tx_max 1kibit", 128 },
		{ "tx_max 5bps", 5 }, { "tx_max 2KBps", 2000 },
		{ "tx_max 1.5mbit", 187500 }, { "tx_max 1mibps", 1048576 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct devattrs a;

		parses(rows[i].text, &a);
		assert_int_equal(a.num[DEVATTR_TX_MAX], rows[i].bytes);
	}
}

static void a_word_may_have_another_name(void **state)
{
	struct devattrs a;

	(void)state;
	parses("state enable rate 5", &a);
	assert_int_equal(a.mask, DEVATTR_BIT(DEVATTR_LINK_STATE) |
				 DEVATTR_BIT(DEVATTR_MAX_TX_RATE));
	parses("state inactive link-state auto", &a);
	assert_int_equal(a.mask, DEVATTR_BIT(DEVATTR_LINK_STATE) |
				 DEVATTR_BIT(DEVATTR_STATE));
}

static void what_is_wrong_is_named(void **state)
{
	static const struct {
		const char *text, *said;
	} rows[] = {
		{ "mac 01:00:00:00:00:01", "multicast" },
		{ "mac ff:ff:ff:ff:ff:ff", "multicast" },
		{ "mac 00:00:00:00:00:00", "all zero" },
		{ "mac 2:0:0:0:0:1", "no MAC address" },
		{ "mac 02:00:00:00:00:01:02", "no MAC address" },
		{ "hw_addr x", "hw_addr: 'x'" },
		{ "vlan 4096", "0 to 4095" },
		{ "vlan -1", "0 to 4095" },
		{ "vlan 1 qos 8", "0 to 7" },
		{ "qos 3", "qos goes with vlan" },
		{ "proto 802.1ad", "proto goes with vlan" },
		{ "vlan 1 proto 802.3", "802.1q|802.1ad" },
		{ "trust yes", "off|on" },
		{ "state up", "auto|enable|disable|inactive|active" },
		{ "opstate attached", "unknown attribute" },
		{ "trsut on", "did you mean 'trust'?" },
		{ "trust", "its value is missing" },
		{ "trust on trust off", "given twice" },
		{ "noparent parent g", "given twice" },
		{ "parent noparent", "says that there is none" },
		{ "tx_max fast", "such as 10mbit" },
		{ "tx_max -1mbit", "such as 10mbit" },
		{ "tx_max 0x10", "such as 10mbit" },
		{ "tx_max 1e3mbit", "such as 10mbit" },
		{ "tx_max 10mbits", "such as 10mbit" },
		{ "tx_max 9", "whole number of bytes" },
		{ "tx_max 99999999tbit", "too much" },
		{ "parent 0123456789012345678901234567890123456789012345678901"
		  "234567890123", "1 to 63 letters" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct devattrs a = { .mask = 0 };
		struct error err = { 0 };

		if (devattr_parse(rows[i].text, DEVATTR_OF_ANY, &a, &err) !=
		    -EINVAL)
			fail_msg("accepted: %s", rows[i].text);
		if (!strstr(err.msg, rows[i].said))
			fail_msg("%s: said '%s'", rows[i].text, err.msg);
		assert_int_equal(a.mask, 0);
	}
}

static void attributes_of_something_else_are_unknown(void **state)
{
	struct error err = { 0 };
	struct devattrs a;

	(void)state;
	assert_int_equal(devattr_parse("trust on", DEVATTR_OF_RATE, &a, &err),
			 -EINVAL);
	assert_int_equal(devattr_parse("noparent", DEVATTR_OF_VF, &a, &err),
			 -EINVAL);
	assert_int_equal(devattr_parse("", DEVATTR_OF_VF, &a, &err), 0);
	assert_int_equal(a.mask, 0);
}

static void what_devlink_tells_is_set_by_devlink(void **state)
{
	struct devattrs want, have = { 0 };

	(void)state;
	parses("mac 02:00:00:00:00:01 max_tx_rate 10 trust on", &want);
	devattr_prefer_devlink(&want, &have);
	assert_true(devattr_has(&want, DEVATTR_MAC));
	assert_true(devattr_has(&want, DEVATTR_MAX_TX_RATE));

	devattr_put(&have, DEVATTR_TX_MAX, 0);
	devattr_prefer_devlink(&want, &have);
	assert_int_equal(want.mask, DEVATTR_BIT(DEVATTR_MAC) |
				    DEVATTR_BIT(DEVATTR_TRUST) |
				    DEVATTR_BIT(DEVATTR_TX_MAX));
	assert_int_equal(want.num[DEVATTR_TX_MAX], 1250000);

	devattr_put(&have, DEVATTR_HW_ADDR, 0);
	devattr_prefer_devlink(&want, &have);
	assert_true(devattr_has(&want, DEVATTR_HW_ADDR));
	assert_int_equal(want.num[DEVATTR_HW_ADDR], 0x020000000001);
}

/* Valid lines with some bytes changed, by a generator that repeats itself. */
static void any_text_is_refused_or_reads_as_itself(void **state)
{
	static const char line[] =
		"mac 02:00:00:00:00:fe vlan 5 qos 3 proto 802.1ad rate 100 "
		"state enable trust on roce disable tx_max 1.5gbit parent g1";
	uint32_t seed = 1, n_read = 0;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		char text[sizeof(line)], first[512], again[512];
		struct error err = { 0 };
		struct devattrs a;

		memcpy(text, line, sizeof(line));
		for (int i = 0; i <= round % 3; i++) {
			seed = seed * 1664525 + 1013904223;
			text[seed / 65536 % (sizeof(line) - 1)] =
				(char)(seed >> 8);
		}
		if (devattr_parse(text, DEVATTR_OF_ANY, &a, &err) < 0) {
			assert_true(err.code == EINVAL && err.msg[0]);
			continue;
		}
		show(&a, first, sizeof(first));
		parses(first, &a);
		show(&a, again, sizeof(again));
		assert_string_equal(first, again);
		n_read++;
	}
	assert_true(n_read > 100);
}

/* A value that is newer than we are is shown, not followed. */
static void a_number_without_a_word_is_a_question(void **state)
{
	char value[DEVATTR_VALUE_SIZE];

	(void)state;
	devattr_format_number(DEVATTR_LINK_STATE, 3, value);
	assert_string_equal(value, "?");
	devattr_format_number(DEVATTR_TX_MAX, UINT64_MAX, value);
	assert_string_equal(value, "18446744073709551615bps");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_value_reads_as_the_same_again),
		cmocka_unit_test(rates_have_the_units_of_devlink),
		cmocka_unit_test(a_word_may_have_another_name),
		cmocka_unit_test(what_is_wrong_is_named),
		cmocka_unit_test(attributes_of_something_else_are_unknown),
		cmocka_unit_test(what_devlink_tells_is_set_by_devlink),
		cmocka_unit_test(any_text_is_refused_or_reads_as_itself),
		cmocka_unit_test(a_number_without_a_word_is_a_question),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
