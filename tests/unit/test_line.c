/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Either language, blank lines, and lines that nobody should write. */
#include "tests/unit/flowcase.h"

#include <stdlib.h>

static void the_first_word_tells_the_language(void **state)
{
	(void)state;
	assert_int_equal(flowcase_read("in_port(1),eth_type(0x1234),"
				       "actions:2")->flow.lang, LINE_ODP);
	assert_int_equal(flowcase_read("dev eth1 ingress flower action drop")
				 ->flow.lang, LINE_TC);
	(void)flowcase_rule("  tc filter add dev eth1 ingress flower action "
			    "drop");
	assert_string_equal(
		flowcase_error("hello world"),
		"column 1: expected a datapath flow "
		"(in_port(…),…,actions:…), tc words (dev PORT "
		"ingress …) or JSON ({…}), "
		"found \"hello\"");
	assert_non_null(strstr(flowcase_error("devious"), "found \"devious"));
}

static void a_ufid_of_the_line_is_handed_on(void **state)
{
	struct flowcase *c = flowcase_read(
		"ufid:01000000-0000-0000-0000-0000000000ff, in_port(1),"
		"eth_type(0x1234), actions:2");

	(void)state;
	assert_int_equal(c->result, LINE_FLOW);
	assert_true(c->flow.has_ufid);
	assert_int_equal(c->flow.ufid.bytes[0], 1);
	assert_int_equal(c->flow.ufid.bytes[15], 0xff);
	assert_false(flowcase_read("in_port(1),eth_type(0x1234), actions:2")
			     ->flow.has_ufid);
}

static void blank_lines_comments_and_headings_are_nothing(void **state)
{
	static const char *const lines[] = {
		"", " ", "\t\r\n", "# in_port(1)", "  #",
		"flow-dump from the main thread:",
		"flow-dump from pmd on cpu core: 1",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		assert_int_equal(flowcase_read(lines[i])->result, LINE_BLANK);
}

/* Files for `tc -batch` begin with these; the engine adds clsact itself. */
static void a_qdisc_for_filters_is_there_without_asking(void **state)
{
	(void)state;
	assert_int_equal(flowcase_read("qdisc add dev eth1 clsact")->result,
			 LINE_BLANK);
	assert_int_equal(flowcase_read("tc qdisc replace dev eth1 handle "
				       "ffff: ingress\n")->result,
			 LINE_BLANK);
	assert_non_null(strstr(flowcase_error("qdisc add dev eth1 root fq"),
			       "no filter to add or delete"));
	(void)flowcase_error("qdisc del dev eth1 clsact");
	(void)flowcase_error("qdisc add dev");
}

static void a_line_too_long_is_refused_and_one_as_long_is_read(void **state)
{
	static const char head[] = "in_port(1),eth_type(0x1234),actions:";
	char *line = malloc(LINE_MAX_SIZE + 2);

	(void)state;
	assert_non_null(line);
	memset(line, ' ', LINE_MAX_SIZE + 1);
	memcpy(line, head, sizeof(head) - 1);
	line[LINE_MAX_SIZE - 1] = '2';
	line[LINE_MAX_SIZE] = '\0';
	assert_int_equal(flowcase_rule(line)->actions[0].mirred.port.no, 2);

	line[LINE_MAX_SIZE] = ' ';
	line[LINE_MAX_SIZE + 1] = '\0';
	assert_non_null(strstr(flowcase_error(line), "longer than 1048576"));
	free(line);
}

/* A megabyte of one character, behind each beginning. */
static void a_megabyte_of_anything_is_survived(void **state)
{
	static const char *const heads[] = {
		"", "in_port(", "in_port(1),eth(src=", "actions:", "ufid:",
		"in_port(1),tunnel(", "dev ", "dev e ingress flower ",
		"dev e ingress flower action ", "packets:", "eth_type(0x",
		"in_port(1),actions:set(",
	};
	static const char fill[] = "(){},:/#0f1x+-= \\.\xff\x01";
	char *line = malloc(LINE_MAX_SIZE + 1);

	(void)state;
	assert_non_null(line);
	for (size_t h = 0; h < sizeof(heads) / sizeof(heads[0]); h++)
		for (size_t f = 0; f < sizeof(fill) - 1; f++) {
			memset(line, fill[f], LINE_MAX_SIZE);
			memcpy(line, heads[h], strlen(heads[h]));
			line[LINE_MAX_SIZE] = '\0';
			(void)flowcase_read(line);
		}
	free(line);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_word_tells_the_language),
		cmocka_unit_test(a_ufid_of_the_line_is_handed_on),
		cmocka_unit_test(blank_lines_comments_and_headings_are_nothing),
		cmocka_unit_test(a_qdisc_for_filters_is_there_without_asking),
		cmocka_unit_test(
			a_line_too_long_is_refused_and_one_as_long_is_read),
		cmocka_unit_test(a_megabyte_of_anything_is_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
