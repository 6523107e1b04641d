/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a datapath flow line may look like, and how it is told what is wrong. */
#include "tests/unit/flowcase.h"

#include <errno.h>
#include <stdlib.h>

static struct odp_flow *parse(const char *line)
{
	static struct odp_flow flow;
	struct error err = { 0 };

	memset(&flow, 0x5a, sizeof(flow));
	if (odp_flow_parse(line, &flow, &err) < 0)
		fail_msg("%s\n%s", line, err.msg);
	return &flow;
}

static void a_ufid_has_one_form(void **state)
{
	static const char text[] = "91cc45de-e7e9-4935-8f82-1890430b0f66";
	static const char *const bad[] = {
		"", "91cc45de", "91cc45de-e7e9-4935-8f82-1890430b0f6",
		"91cc45de-e7e9-4935-8f82-1890430b0f666",
		"91cc45dee-7e9-4935-8f82-1890430b0f66",
		"91cc45de-e7e9-4935-8f82-1890430b0fg6",
	};
	char out[UFID_STR_SIZE];
	struct ufid u;

	(void)state;
	assert_int_equal(ufid_parse(text, &u), 0);
	assert_int_equal(u.bytes[0], 0x91);
	assert_int_equal(u.bytes[15], 0x66);
	ufid_format(&u, out);
	assert_string_equal(out, text);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(ufid_parse(bad[i], &u), -EINVAL);
	assert_int_equal(u.bytes[15], 0x66);
}

static void statistics_and_ufid_are_read(void **state)
{
	const struct odp_flow *f = parse(
		"ufid:00000000-0000-0000-0000-0000000000ff, "
		"recirc_id(0),in_port(3),eth_type(0x1234), "
		"packets:18446744073709551615, bytes:81929308428, "
		"used:never, flags:SFP.R, offloaded:partial, dp:ovs, "
		"actions:drop, dp-extra-info:a,b(c),d)");

	(void)state;
	assert_true(f->has_ufid);
	assert_int_equal(f->ufid.bytes[15], 0xff);
	assert_true(f->packets == UINT64_MAX);
	assert_true(f->bytes == 81929308428);
	assert_true(f->used_ms == UINT64_MAX);
	assert_int_equal(f->tcp_flags, 0x01f);
	assert_int_equal(f->offloaded, ODP_OFFLOADED_PARTIAL);
	assert_string_equal(f->layer, "ovs");
	assert_string_equal(f->extra_info, "a,b(c),d)");
	assert_int_equal(f->stats, ODP_STATS_ALL);
	assert_int_equal(f->in_port.no, 3);
	assert_string_equal(f->in_port.name, "");
	assert_int_equal(f->n_actions, 0);
	assert_true(parse("used:2.310s,actions:1")->used_ms == 2310);
	assert_true(parse("used:7.05s,actions:1")->used_ms == 7050);
	assert_true(parse("used:12.3456789s,actions:1")->used_ms == 12345);
	assert_int_equal(parse("used:1.0s,actions:1")->stats,
			 ODP_STATS_USED);
	assert_false(parse("in_port(1), actions:1")->has_ufid);
	assert_true(parse("in_port(1), actions:1")->packets == 0);
}

static void keys_come_in_any_order_and_with_any_separators(void **state)
{
	const struct odp_flow *f = parse(
		" ,\tipv4( dst=1.2.3.4, proto=6),,eth_type(0x0800) \r\n"
		"in_port(eth1) actions: 1,, 2 3 ");

	(void)state;
	assert_string_equal(f->in_port.name, "eth1");
	assert_int_equal(f->match.key.ip_proto, 6);
	assert_int_equal(f->match.mask.ip_proto, 0xff);
	assert_int_equal(f->n_actions, 3);
	assert_int_equal(f->actions[2].output.no, 3);
}

static void ports_have_numbers_or_names(void **state)
{
	const struct odp_flow *f = parse(
		"in_port(4294967294),actions:0,54235e5753b8_h,eth0.100,br-ex");

	(void)state;
	assert_true(f->in_port.no == 4294967294U);
	assert_int_equal(f->actions[0].output.no, 0);
	assert_string_equal(f->actions[0].output.name, "");
	assert_string_equal(f->actions[1].output.name, "54235e5753b8_h");
	assert_int_equal(f->actions[1].output.no, PORT_NO_NONE);
	assert_string_equal(f->actions[2].output.name, "eth0.100");
	assert_string_equal(f->actions[3].output.name, "br-ex");
}

static void a_value_is_kept_where_its_mask_is_not(void **state)
{
	const struct odp_flow *f = parse(
		"in_port(1),eth_type(0x0800),"
		"ipv4(src=10.1.2.3/255.255.0.0,ttl=64/0), actions:1");

	(void)state;
	assert_memory_equal(&f->match.key.ipv4_src_be, "\x0a\x01\x02\x03", 4);
	assert_memory_equal(&f->match.mask.ipv4_src_be, "\xff\xff\0\0", 4);
	assert_int_equal(f->match.key.ip_ttl, 64);
	assert_int_equal(f->match.mask.ip_ttl, 0);
}

/* The names of a field's row may be alternatives: "src_port/tp_src". */
static void a_field_that_is_none_is_told_which_there_are(void **state)
{
	size_t n = 0;

	(void)state;
	for (size_t row = 0; row < flow_n_fields; row++) {
		const struct flow_field *f = &flow_fields[row];
		char line[64], name[64];

		if (!f->odp_group || !f->odp_name ||
		    f->need & FLOW_NEED_CVLAN)
			continue;
		snprintf(line, sizeof(line), "%s(zz=1),actions:1",
			 f->odp_group);
		snprintf(name, sizeof(name), "%.*s",
			 (int)strcspn(f->odp_name, "/"), f->odp_name);
		if (!strstr(flowcase_error(line), name))
			fail_msg("%s: %s", name, flowcase_error(line));
		n++;
	}
	assert_true(n > 40);
}

static void an_error_names_column_and_word(void **state)
{
	static const struct {
		const char *line, *message;
	} cases[] = {
		{ "in_port(1),foo(2),actions:1",
		  "column 12: unknown key \"foo\", expected one such as "
		  "in_port(…), eth(…), eth_type(…) or ipv4(…)" },
		{ "in_port(1),in_port(2),actions:1",
		  "column 12: \"in_port\" is given twice" },
		{ "eth(),eth(),actions:1",
		  "column 7: \"eth\" is given twice" },
		{ "eth(src=00:00:00:00:00:01,src=00:00:00:00:00:01),actions:1",
		  "column 27: \"src\" is given twice" },
		{ "eth_type(0x0800),eth_type(0x0800),actions:1",
		  "column 18: \"eth_type\" is given twice" },
		{ "packets:1,packets:2,actions:1",
		  "column 11: \"packets\" is given twice" },
		{ "eth(foo=1),actions:1",
		  "column 5: expected a field of eth(): src, dst, "
		  "found \"foo=1\"" },
		{ "eth(src),actions:1",
		  "column 5: expected a field of eth(): src, dst, "
		  "found \"src\"" },
		{ "in_port(99999999999),actions:1",
		  "column 9: expected a port, at most 4294967294, "
		  "found \"99999999999\"" },
		{ "in_port(1),actions:4294967296",
		  "column 20: expected a port, at most 4294967294, "
		  "found \"4294967296\"" },
		{ "in_port(1),actions:a_name_of_16_char",
		  "column 20: expected the name or number of a port, at "
		  "most 15 characters, found \"a_name_of_16_char\"" },
		{ "in_port(),actions:1",
		  "column 9: expected the name or number of a port, "
		  "found \")\"" },
		{ "eth_type(0x8100),vlan(vid=4096),actions:1",
		  "column 27: expected vlan_id, at most 4095, "
		  "found \"4096\"" },
		{ "eth_type(0x8100),vlan(vid=1,pcp=7/0xe),actions:1",
		  "column 35: expected vlan_prio, at most 7, found \"0xe\"" },
		{ "ipv4(src=1.2.3),actions:1",
		  "column 10: expected an IPv4 address, found \"1.2.3\"" },
		{ "ipv4(src=1.2.3.256),actions:1",
		  "column 10: expected an IPv4 address, "
		  "found \"1.2.3.256\"" },
		{ "ipv4(src=1.2.3.4/24),actions:1",
		  "column 18: expected an IPv4 address, found \"24\"" },
		{ "ipv6(src=1::2::3),actions:1",
		  "column 10: expected an IPv6 address, found \"1::2::3\"" },
		{ "ipv4(frag=maybe),actions:1",
		  "column 11: expected no, first or later, "
		  "found \"maybe\"" },
		{ "ipv4(proto=256),actions:1",
		  "column 12: expected ip_proto, at most 255, "
		  "found \"256\"" },
		{ "ipv4(proto=6,,actions:1",
		  "column 15: expected a field of ipv4(): src, dst, proto, "
		  "tos, ttl, frag, found \"actions:1\"" },
		{ "tcp_flags(+syn-foo),actions:1",
		  "column 16: expected a TCP flag, found \"foo\"" },
		{ "eth(src=00:00:00:00:00),actions:1",
		  "column 9: expected a MAC address, "
		  "found \"00:00:00:00:00\"" },
		{ "encap(eth(src=00:00:00:00:00:01)),actions:1",
		  "column 7: \"eth\" inside encap()" },
		{ "encap(in_port(1)),actions:1",
		  "column 7: \"in_port\" inside encap()" },
		{ "encap(eth_type(0x0800),actions:1",
		  "column 24: expected a key or \")\", found \"actions:1\"" },
		{ "ct_state(+trk,actions:1",
		  "column 14: expected \")\", found \",\"" },
		{ "in_port(1)),actions:1",
		  "column 11: expected a key such as in_port(…) or "
		  "\"actions:\", found \")\"" },
		{ "in_port(1)", "column 11: expected \"actions:\", "
				"found the end" },
		{ "in_port(1),hello,actions:1",
		  "column 12: expected a key such as in_port(…) or "
		  "\"actions:\", found \"hello\"" },
		{ "in_port(1),hello:1,actions:1",
		  "column 12: unknown word \"hello\", expected ufid:, "
		  "packets:, bytes:, used:, actions: or the like" },
		{ "packets:x,actions:1",
		  "column 9: expected packets, a number, found \"x\"" },
		{ "bytes:18446744073709551616,actions:1",
		  "column 7: expected bytes, at most 18446744073709551615, "
		  "found \"18446744073709551616\"" },
		{ "used:soon,actions:1",
		  "column 6: expected used, never or seconds, a number, "
		  "found \"soon\"" },
		{ "used:1.5,actions:1",
		  "column 9: expected s for seconds, found \",\"" },
		{ "used:18446744073709551s,actions:1",
		  "column 6: expected used, never or seconds, at most "
		  "18446744073709550, found \"18446744073709551s\"" },
		{ "flags:SQ,actions:1",
		  "column 8: expected letters of TCP flags: S, F, P, R, U, "
		  "., E, C, N, found \"Q\"" },
		{ "offloaded:no,actions:1",
		  "column 11: expected yes or partial, found \"no\"" },
		{ "dp:a_name_of_16_char,actions:1",
		  "column 4: expected the name of a datapath, at most 15 "
		  "characters, found \"a_name_of_16_char\"" },
		{ "ufid:1234,actions:1",
		  "column 6: expected a ufid (8-4-4-4-12 hexadecimal "
		  "digits), found \"1234\"" },
		{ "in_port(1),actions:fly(1)",
		  "column 20: unknown action \"fly\", expected one such as "
		  "drop, push_vlan(…) or a port" },
		{ "in_port(1),actions:pop_vlan(1)",
		  "column 20: pop_vlan takes no arguments" },
		{ "in_port(1),actions:userspace",
		  "column 20: expected \"(\" behind userspace" },
		{ "in_port(1),actions:push_vlan(pcp=1)",
		  "column 29: expected vid in push_vlan()" },
		{ "in_port(1),actions:push_vlan(vid=4096)",
		  "column 34: expected vid, at most 4095, found \"4096\"" },
		{ "in_port(1),actions:recirc(x)",
		  "column 27: expected recirc_id, a number, found \"x\"" },
		{ "in_port(1),actions:drop,1",
		  "column 25: expected nothing behind drop, found \"1\"" },
		{ "in_port(1),actions:sample(sample=50.0%,actions(1)",
		  "column 50: expected \")\", found the end" },
		{ "in_port(1),actions:1)",
		  "column 21: expected \",\", found \")\"" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(flowcase_error(cases[i].line),
				    cases[i].message);
}

/* n times open, then n times close. */
static char *nested(const char *before, const char *open, size_t n,
		    const char *after)
{
	size_t len = strlen(before) + n * (strlen(open) + 1) + strlen(after);
	char *line = malloc(len + 1);

	assert_non_null(line);
	strcpy(line, before);
	for (size_t i = 0; i < n; i++)
		strcat(line, open);
	for (size_t i = 0; i < n; i++)
		strcat(line, ")");
	strcat(line, after);
	return line;
}

static void nesting_is_bounded(void **state)
{
	static const struct {
		const char *before, *open, *after;
	} cases[] = {
		{ "in_port(1),", "encap(", ",actions:1" },
		{ "in_port(1),actions:", "clone(", "" },
		{ "in_port(1),", "key29(", ",actions:1" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *fine = nested(cases[i].before, cases[i].open, 32,
				    cases[i].after);
		char *deep = nested(cases[i].before, cases[i].open, 33,
				    cases[i].after);

		assert_int_not_equal(flowcase_read(fine)->result, LINE_BAD);
		assert_non_null(strstr(flowcase_error(deep),
				       "more than 32 levels of "));
		free(fine);
		free(deep);
	}
}

static void ten_thousand_brackets_end_in_an_error(void **state)
{
	char *line = nested("in_port(1),", "key29(", 10000, "");

	(void)state;
	assert_non_null(strstr(flowcase_error(line), "more than 32 levels"));
	free(line);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_ufid_has_one_form),
		cmocka_unit_test(statistics_and_ufid_are_read),
		cmocka_unit_test(keys_come_in_any_order_and_with_any_separators),
		cmocka_unit_test(ports_have_numbers_or_names),
		cmocka_unit_test(a_value_is_kept_where_its_mask_is_not),
		cmocka_unit_test(a_field_that_is_none_is_told_which_there_are),
		cmocka_unit_test(an_error_names_column_and_word),
		cmocka_unit_test(nesting_is_bounded),
		cmocka_unit_test(ten_thousand_brackets_end_in_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
