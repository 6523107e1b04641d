/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * JSON is the line of tc taken apart: what a rule is printed as is that rule,
 * and no value can mean more than itself.
 */
#include "tests/unit/flowcase.h"

#include <stdlib.h>

#include "common/flow/flowjson.h"

static const char *json_of(const struct line_flow *flow)
{
	static char text[FLOWCASE_SIZE];
	int len = flowjson_format(flow, text, sizeof(text));

	assert_true(len > 0 && (size_t)len < sizeof(text));
	return text;
}

static void same(const char *line, const char *json)
{
	struct flowcase *c = flowcase_read(line);

	if (c->result != LINE_FLOW)
		fail_msg("%s: %s", line, c->err.msg);
	assert_string_equal(json_of(&c->flow), json);
	c = flowcase_read(json);
	if (c->result != LINE_FLOW)
		fail_msg("%s: %s", json, c->err.msg);
	assert_int_equal(c->flow.lang, LINE_JSON);
	assert_string_equal(json_of(&c->flow), json);
}

static void a_rule_is_an_object(void **state)
{
	(void)state;
	same("dev eth1 ingress protocol ip prio 10 flower dst_ip 10.0.0.2 "
	     "ip_proto tcp dst_port 0x5000/0xff00 action vlan pop "
	     "action mirred egress redirect dev eth2",
	     "{\"dev\":\"eth1\",\"hook\":\"ingress\",\"protocol\":\"ip\","
	     "\"prio\":10,\"match\":{\"dst_ip\":\"10.0.0.2\","
	     "\"ip_proto\":\"tcp\",\"dst_port\":\"20480/0xff00\"},"
	     "\"actions\":[{\"kind\":\"vlan\",\"args\":\"pop pipe\"},"
	     "{\"kind\":\"mirred\",\"args\":\"egress redirect dev eth2\"}]}");
}

static void what_else_a_line_says_is_kept(void **state)
{
	(void)state;
	same("filter replace dev 7 egress protocol all chain 3 handle 0x12 "
	     "prio 2 flower skip_hw action drop",
	     "{\"verb\":\"replace\",\"dev\":\"7\",\"hook\":\"egress\","
	     "\"protocol\":\"all\",\"prio\":2,\"handle\":18,\"chain\":3,"
	     "\"policy\":\"sw-only\",\"match\":{},"
	     "\"actions\":[{\"kind\":\"gact\",\"args\":\"drop\"}]}");
	same("ufid:71854351-a17c-f222-52c5-79d6cb3356c8,in_port(eth0),"
	     "eth_type(0x0806),actions:drop",
	     "{\"ufid\":\"71854351-a17c-f222-52c5-79d6cb3356c8\","
	     "\"dev\":\"eth0\",\"hook\":\"ingress\",\"protocol\":\"arp\","
	     "\"match\":{},"
	     "\"actions\":[{\"kind\":\"gact\",\"args\":\"drop\"}]}");
}

static void names_that_are_words_of_tc_are_names(void **state)
{
	(void)state;
	same("dev flower ingress protocol all flower "
	     "action mirred egress mirror dev action pipe "
	     "action mirred egress redirect dev pipe",
	     "{\"dev\":\"flower\",\"hook\":\"ingress\",\"protocol\":\"all\","
	     "\"match\":{},\"actions\":["
	     "{\"kind\":\"mirred\",\"args\":\"egress mirror dev action pipe\"},"
	     "{\"kind\":\"mirred\","
	     "\"args\":\"egress redirect dev pipe\"}]}");
}

#define RULE(match) "{\"dev\":\"e\",\"hook\":\"ingress\",\"protocol\":\"ip\"," \
	"\"match\":{" match "},\"actions\":[{\"kind\":\"drop\"}]}"

static const struct flow_match *match_of(const char *json)
{
	struct flowcase *c = flowcase_read(json);

	if (c->result != LINE_FLOW)
		fail_msg("%s: %s", json, c->err.msg);
	return &c->flow.rule.match;
}

static void a_number_is_decimal(void **state)
{
	(void)state;
	assert_int_equal(match_of(RULE("\"ip_proto\":17"))->key.ip_proto, 17);
	assert_int_equal(match_of(RULE("\"ip_proto\":\"17\""))->key.ip_proto,
			 17);
	assert_int_equal(match_of(RULE("\"ip_proto\":\"0x17\""))->key.ip_proto,
			 0x17);
	assert_int_equal(match_of(RULE("\"ip_tos\":\"16/28\""))->mask.ip_tos,
			 28);
	assert_int_equal(match_of(RULE("\"tcp_flags\":\"16/0x12\","
				       "\"ip_proto\":6"))->key.tcp_flags_be,
			 __builtin_bswap16(0x10));
	assert_int_equal(flowcase_read(RULE("\"ip_proto\":256"))->result,
			 LINE_BAD);
}

static void the_order_of_members_does_not_matter(void **state)
{
	static const char reversed[] =
		"{\"actions\":[{\"args\":\"drop\",\"kind\":\"gact\"}],"
		"\"match\":{\"dst_port\":80,\"ip_proto\":6,"
		"\"cvlan_ethtype\":\"ip\",\"cvlan_id\":3,"
		"\"vlan_ethtype\":\"802.1Q\"},\"protocol\":\"802.1ad\","
		"\"hook\":\"ingress\",\"dev\":3}";
	const struct flow_match *m;

	(void)state;
	m = match_of(reversed);
	assert_int_equal(m->key.tp_dst_be, __builtin_bswap16(80));
	assert_int_equal(m->key.cvlan_id, 3);
}

static void escapes_are_characters(void **state)
{
	struct flowcase *c = flowcase_read(
		"{\"dev\":\"\\u0065\\u00e9\\ud83d\\ude00\","
		"\"hook\":\"in\\u0067ress\",\"actions\":[{\"kind\":\"drop\"}]}");

	(void)state;
	assert_int_equal(c->result, LINE_FLOW);
	assert_string_equal(c->flow.rule.dev.name, "e\u00e9\U0001F600");
}

/* Line, and what is said of which column. */
static const struct wrong {
	const char *line, *column, *what;
} wrongs[] = {
	{ RULE("\"dst_ip\":\"10.0.0.300\""), "column 64:",
	  "expected an IPv4 address, found \"10.0.0.300\"" },
	{ RULE("\"dst_ip\":\"10.0.0.2 action drop\""), "column 72:",
	  "a blank in a word" },
	{ RULE("\"dst_ip\":\"10.0.0.2\\taction\""), "column 72:",
	  "a blank in a word" },
	{ RULE("\"dst_ip\":\"10.0.0.2#\""), "column 72:", "\"#\"" },
	{ RULE("\"dst_ip\":\"\""), "column 63:", "empty" },
	{ RULE("\"dst_ip\":\"1.2.3.4\",\"dst_ip\":\"1.2.3.4\""), "column 73:",
	  "given twice" },
	{ RULE("\"dst\":\"1.2.3.4\""), "column 54:", "\"dst\" is no match" },
	{ RULE("\"ip_proto\":-6"), "column 65:", "a whole number" },
	{ RULE("\"ip_proto\":6.5"), "column 65:", "a whole number" },
	{ RULE("\"ip_proto\":06"), "column 65:", "a value of JSON" },
	{ RULE("\"ip_proto\":\"6/\""), "column 68:", "a number" },
	{ RULE("\"dst_ip\":\"\\u0000\""), "column 64:", "NUL" },
	{ RULE("\"dst_ip\":\"\\ud800\""), "column 64:", "surrogate" },
	{ RULE("\"dst_ip\":\"\\x41\""), "column 65:", "an escape" },
	{ RULE("\"dst_ip\":null"), "column 63:", "a whole number" },
	{ RULE("") " x", "column 85:", "the end of the line" },
	{ "{", "column 2:", "in quotation marks, found the end" },
	{ "{\"dev\":\"e", "column 8:", "never ends" },
	{ "{\"dev\" \"e\"}", "column 8:", "expected \":\"" },
	{ "{\"dev\":\"e\"}", "column 11:", "dev and hook, or block" },
	{ "{\"dve\":\"e\"}", "column 2:", "found \"dve\"" },
	{ "{\"dev\":\"e\",\"dev\":\"e\"}", "column 12:", "given twice" },
	{ "{\"a\":[[[[[[[[[[[[[[[[[[[[[[[[", "column 2:", "found \"a\"" },
	{ "{\"match\":[[[[[[[[[[[[[[[[[[[[[[[[", "column 27:", "levels" },
	{ "{\"dev\":\"e\",\"hook\":\"egres\",\"match\":{}}", "column 19:",
	  "ingress or egress" },
	{ "{\"dev\":\"e\",\"hook\":\"egress\",\"policy\":\"hw\",\"actions\":[]}",
	  "column 37:", "hw-only" },
	{ "{\"dev\":\"e\",\"hook\":\"egress\",\"verb\":\"put\",\"actions\":[]}",
	  "column 35:", "replace" },
};

#define ACTIONS(list) "{\"dev\":\"e\",\"hook\":\"ingress\",\"actions\":[" \
	list "]}"

static const struct wrong wrong_actions[] = {
	{ ACTIONS("{\"kind\":\"mirred\",\"args\":\"egress redirect dev\"},"
		  "{\"kind\":\"mirred\",\"args\":\"egress redirect dev x\"}"),
	  "column 84:", "expected a name" },
	{ ACTIONS("{\"kind\":\"mirred\","
		  "\"args\":\"egress mirror dev x action drop\"}"),
	  "column 64:", "more than one action" },
	{ ACTIONS("{\"kind\":\"mirred\","
		  "\"args\":\"egress redirect dev x drop\"}"),
	  "column 39:", "1 actions, of which tc makes 2" },
	{ ACTIONS("{\"kind\":\"drop action drop\"}"), "column 53:", "a blank" },
	{ ACTIONS("{\"args\":\"drop\"}"), "column 40:", "without a kind" },
	{ ACTIONS("{\"kind\":\"drop\",\"arg\":\"\"}"), "column 55:",
	  "expected kind or args" },
	{ ACTIONS("\"drop\""), "column 40:", "an object" },
	{ ACTIONS("{\"kind\":\"vlan\",\"args\":\"push id x\"}"), "column 71:",
	  "found \"x\"" },
};

static void check_wrong(const struct wrong *w)
{
	struct flowcase *c = flowcase_read(w->line);

	if (c->result != LINE_BAD || !strstr(c->err.msg, w->column) ||
	    !strstr(c->err.msg, w->what))
		fail_msg("%s\n%s", w->line, c->err.msg);
}

static void what_is_wrong_is_shown_in_the_object(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(wrongs); i++)
		check_wrong(&wrongs[i]);
	for (size_t i = 0; i < ARRAY_LEN(wrong_actions); i++)
		check_wrong(&wrong_actions[i]);
}

static void what_tc_refuses_is_refused(void **state)
{
	struct flowcase *c = flowcase_read(
		"{\"dev\":\"e\",\"hook\":\"ingress\",\"protocol\":\"arp\","
		"\"match\":{\"dst_ip\":\"1.2.3.4\"},"
		"\"actions\":[{\"kind\":\"drop\"}]}");

	(void)state;
	assert_int_equal(c->result, LINE_REFUSED);
	assert_int_equal(c->reasons.reasons[0].code, REASON_KEY_CONFLICT);
}

/* On the heap at its exact size, so that ASan sees a step too far. */
static void read_copy(const char *line, size_t len)
{
	char *copy = strndup(line, len);

	assert_non_null(copy);
	(void)flowcase_read(copy);
	free(copy);
}

static void no_damage_does_any(void **state)
{
	static const char line[] =
		"{\"dev\":\"e\",\"hook\":\"ingress\",\"protocol\":\"ip\","
		"\"match\":{\"ip_proto\":\"tcp\",\"dst_port\":\"80/0xff00\","
		"\"ip_flags\":\"nofrag\"},\"actions\":[{\"kind\":\"vlan\","
		"\"args\":\"push id 5 \\u0070ipe\"},{\"kind\":\"drop\"}]}";
	static const char damage[] = "{}[]\":,\\ #0/e\x01\xff";
	char copy[sizeof(line)];

	(void)state;
	for (size_t at = 0; at < sizeof(line) - 1; at++) {
		read_copy(line, at);
		for (size_t d = 0; d < sizeof(damage) - 1; d++) {
			memcpy(copy, line, sizeof(line));
			copy[at] = damage[d];
			read_copy(copy, sizeof(line) - 1);
		}
	}
}

static void more_words_than_fit_are_refused(void **state)
{
	size_t size = 2 * FLOWJSON_TEXT_SIZE;
	char *line = malloc(size);
	int n;

	(void)state;
	assert_non_null(line);
	n = snprintf(line, size, "{\"dev\":\"e\",\"hook\":\"ingress\","
		     "\"actions\":[{\"kind\":\"gact\",\"args\":\"");
	memset(line + n, 'x', size - (size_t)n);
	memcpy(line + size - 5, "\"}]}", 5);
	assert_int_equal(flowcase_read(line)->result, LINE_BAD);
	free(line);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_rule_is_an_object),
		cmocka_unit_test(what_else_a_line_says_is_kept),
		cmocka_unit_test(names_that_are_words_of_tc_are_names),
		cmocka_unit_test(a_number_is_decimal),
		cmocka_unit_test(the_order_of_members_does_not_matter),
		cmocka_unit_test(escapes_are_characters),
		cmocka_unit_test(what_is_wrong_is_shown_in_the_object),
		cmocka_unit_test(what_tc_refuses_is_refused),
		cmocka_unit_test(no_damage_does_any),
		cmocka_unit_test(more_words_than_fit_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
