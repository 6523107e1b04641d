/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the tests of the flow languages say about a line. */
#ifndef TESTS_UNIT_FLOWCASE_H
#define TESTS_UNIT_FLOWCASE_H

#include "tests/unittest.h"

#include <stdio.h>
#include <string.h>

#include "common/flow/line.h"

#define FLOWCASE_SIZE 4096

/* One line read; result is valid until the next. */
struct flowcase {
	enum line_result result;
	struct line_flow flow;
	struct reason_list reasons;
	struct error err;
	char text[FLOWCASE_SIZE];
};

/* One for all tests of the program. */
static inline struct line_reader *flowcase_reader(void)
{
	static struct line_reader *reader;

	if (!reader)
		reader = line_reader_new(NULL);
	assert_non_null(reader);
	return reader;
}

static inline struct flowcase *flowcase_read(const char *line)
{
	static struct flowcase c;

	memset(&c, 0x5a, sizeof(c));
	c.err.msg[0] = '\0';
	c.result = line_parse(flowcase_reader(), line, &c.flow, &c.reasons, &c.err);
	return &c;
}

static inline const struct rule *flowcase_rule(const char *line)
{
	struct flowcase *c = flowcase_read(line);

	if (c->result == LINE_BAD)
		print_error("%s\n%s\n", line, c->err.msg);
	assert_int_equal(c->result, LINE_FLOW);
	return &c->flow.rule;
}

/* "key-unsupported:skb_mark action-unsupported:ct", in the order found. */
static inline const char *flowcase_reasons(const char *line)
{
	struct flowcase *c = flowcase_read(line);
	size_t used = 0;

	c->text[0] = '\0';
	if (c->result == LINE_BAD)
		print_error("%s\n%s\n", line, c->err.msg);
	assert_int_equal(c->result, LINE_REFUSED);
	for (size_t i = 0; i < c->reasons.n; i++) {
		const struct reason *r = &c->reasons.reasons[i];

		used += (size_t)snprintf(c->text + used,
					 sizeof(c->text) - used, "%s%s:%s",
					 used ? " " : "",
					 reason_row(r->code)->name,
					 r->subject);
		assert_true(used < sizeof(c->text));
	}
	return c->text;
}

static inline const char *flowcase_error(const char *line)
{
	struct flowcase *c = flowcase_read(line);

	assert_int_equal(c->result, LINE_BAD);
	assert_int_equal(c->err.code, 22);
	return c->err.msg;
}

/* The line in the words of tc, and as a datapath flow. */
static inline const char *flowcase_tc(const char *line)
{
	static char text[FLOWCASE_SIZE];
	int len = tctext_format(flowcase_rule(line), text, sizeof(text));

	assert_int_equal(len, strlen(text));
	return text;
}

static inline const char *flowcase_odp(const char *line)
{
	static char text[FLOWCASE_SIZE];
	int len = odp_format_rule(flowcase_rule(line), text, sizeof(text));

	assert_int_equal(len, strlen(text));
	return text;
}

#endif
