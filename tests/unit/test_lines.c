/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Cutting a stream into lines, whatever the reads look like. */
#include "tests/unittest.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/cleanup.h"
#include "common/base/lines.h"

struct feed {
	struct lines lines;
	int in, out;           /* out is what the lines are read from */
};

static int set_up(void **state)
{
	static struct feed f;
	int fds[2];

	if (pipe2(fds, O_CLOEXEC | O_NONBLOCK) < 0)
		return -1;
	f = (struct feed){ .in = fds[1], .out = fds[0] };
	*state = &f;
	return 0;
}

static int tear_down(void **state)
{
	struct feed *f = *state;

	lines_fini(&f->lines);
	close_fd(f->in);
	close_fd(f->out);
	return 0;
}

static void feed(struct feed *f, const void *text, size_t size)
{
	assert_int_equal(write(f->in, text, size), size);
	assert_int_equal(lines_read(&f->lines, f->out), size);
}

static void feed_end(struct feed *f)
{
	close_fd(steal_fd(&f->in));
	assert_int_equal(lines_read(&f->lines, f->out), 0);
}

static void expect_line(struct feed *f, const char *text, uint32_t number)
{
	char *line;

	assert_int_equal(lines_next(&f->lines, &line), LINES_LINE);
	assert_string_equal(line, text);
	assert_int_equal(f->lines.number, number);
}

static void lines_are_cut_and_counted(void **state)
{
	struct feed *f = *state;
	char *line;

	feed(f, "one\n\ntw", 7);
	expect_line(f, "one", 1);
	expect_line(f, "", 2);
	assert_int_equal(lines_next(&f->lines, &line), LINES_MORE);
	feed(f, "o\r\n", 3);
	expect_line(f, "two", 3);
	assert_int_equal(lines_next(&f->lines, &line), LINES_MORE);
	feed_end(f);
	assert_int_equal(lines_next(&f->lines, &line), LINES_END);
}

static void the_last_line_needs_no_newline(void **state)
{
	struct feed *f = *state;
	char *line;

	feed(f, "a\nb", 3);
	feed_end(f);
	expect_line(f, "a", 1);
	expect_line(f, "b", 2);
	assert_int_equal(lines_next(&f->lines, &line), LINES_END);
}

static void an_empty_input_has_no_line(void **state)
{
	struct feed *f = *state;
	char *line;

	feed_end(f);
	assert_int_equal(lines_next(&f->lines, &line), LINES_END);
	assert_int_equal(f->lines.number, 0);
}

static void a_nul_byte_is_told(void **state)
{
	struct feed *f = *state;
	char *line;

	feed(f, "a\0b\nc\n", 6);
	assert_int_equal(lines_next(&f->lines, &line), LINES_HAS_NUL);
	expect_line(f, "c", 2);
}

static void a_line_too_long_is_skipped_in_bounded_memory(void **state)
{
	static char block[LINES_READ_SIZE];
	struct feed *f = *state;
	int n_long = 0;
	char *line;

	memset(block, 'x', sizeof(block));
	for (int i = 0; i < 4 * LINES_MAX_SIZE / LINES_READ_SIZE; i++) {
		ssize_t n = write(f->in, block, sizeof(block));

		assert_true(n > 0);
		assert_int_equal(lines_read(&f->lines, f->out), n);
		switch (lines_next(&f->lines, &line)) {
		case LINES_TOO_LONG:
			n_long++;
			break;
		case LINES_MORE:
			break;
		default:
			fail();
		}
	}
	assert_int_equal(n_long, 1);
	assert_true(f->lines.size <= 2 * LINES_MAX_SIZE + LINES_READ_SIZE);

	feed(f, "end\nnext\n", 9);
	expect_line(f, "next", 2);
}

static void a_backslash_joins_lines_as_tc_does(void **state)
{
	struct feed *f = *state;
	char *line;

	feed(f, "a \\\n b\\\r\nc\nd\n", 13);
	expect_line(f, "a  bc", 1);
	expect_line(f, "d", 4);
	feed(f, "e \\\nf", 5);
	assert_int_equal(lines_next(&f->lines, &line), LINES_MORE);
	feed(f, "g\\", 2);
	assert_int_equal(lines_next(&f->lines, &line), LINES_MORE);
	feed(f, "\n", 1);
	assert_int_equal(lines_next(&f->lines, &line), LINES_MORE);
	feed(f, "\nh\n", 3);
	expect_line(f, "e fg", 5);
	expect_line(f, "h", 8);
}

static void a_comment_does_not_go_on(void **state)
{
	struct feed *f = *state;

	feed(f, "# a \\\nb \\\nc # d \\\ne\\f\n", 22);
	expect_line(f, "# a \\", 1);
	expect_line(f, "b c # d \\", 2);
	expect_line(f, "e\\f", 4);
}

static void the_end_ends_a_line_that_would_go_on(void **state)
{
	struct feed *f = *state;
	char *line;

	feed(f, "a\n\\\nb\\\n", 7);
	expect_line(f, "a", 1);
	assert_int_equal(lines_next(&f->lines, &line), LINES_MORE);
	feed_end(f);
	expect_line(f, "b", 2);
	assert_int_equal(lines_next(&f->lines, &line), LINES_END);
	assert_int_equal(f->lines.number, 3);
}

static void a_backslash_without_a_newline_stays(void **state)
{
	struct feed *f = *state;

	feed(f, "a\\", 2);
	feed_end(f);
	expect_line(f, "a\\", 1);
}

static void a_nul_byte_is_told_behind_a_backslash(void **state)
{
	struct feed *f = *state;
	char *line;

	feed(f, "a\\\nb\0c\nd\n", 9);
	assert_int_equal(lines_next(&f->lines, &line), LINES_HAS_NUL);
	assert_string_equal(line, "ab");
	expect_line(f, "d", 3);
}

/* Nothing but backslashes, which join to nothing at all. */
static void joined_lines_are_bounded_like_one(void **state)
{
	static char block[60000];
	struct feed *f = *state;
	unsigned int n_long = 0;
	char *line;

	for (size_t i = 0; i < sizeof(block); i += 2)
		memcpy(block + i, "\\\n", 2);
	for (size_t i = 0; i < 3 * LINES_MAX_SIZE / sizeof(block); i++) {
		enum lines_result result;

		feed(f, block, sizeof(block));
		result = lines_next(&f->lines, &line);
		if (result == LINES_TOO_LONG) {
			assert_int_equal(f->lines.number == 1, n_long == 0);
			n_long++;
			result = lines_next(&f->lines, &line);
		}
		assert_int_equal(result, LINES_MORE);
	}
	assert_in_range(n_long, 2, 3);
	assert_true(f->lines.size <= 2 * LINES_MAX_SIZE + LINES_READ_SIZE);
	feed(f, "\nend\n", 5);
	while (lines_next(&f->lines, &line) != LINES_LINE ||
	       strcmp(line, "end") != 0)
		assert_int_not_equal(f->lines.start, f->lines.end);
	assert_int_equal(f->lines.number,
			 3 * LINES_MAX_SIZE / sizeof(block) *
			 sizeof(block) / 2 + 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(lines_are_cut_and_counted),
		TEST(the_last_line_needs_no_newline),
		TEST(an_empty_input_has_no_line),
		TEST(a_nul_byte_is_told),
		TEST(a_line_too_long_is_skipped_in_bounded_memory),
		TEST(a_backslash_joins_lines_as_tc_does),
		TEST(a_comment_does_not_go_on),
		TEST(the_end_ends_a_line_that_would_go_on),
		TEST(a_backslash_without_a_newline_stays),
		TEST(a_nul_byte_is_told_behind_a_backslash),
		TEST(joined_lines_are_bounded_like_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
