/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rows of the command table: found by full words, options and words apart. */
#include "tests/unittest.h"

#include <stdio.h>
#include <string.h>

#include "common/base/cleanup.h"
#include "swctl/cmd.h"
#include "swctl/out.h"

#define ARGV(...) ((char *[]){ __VA_ARGS__, NULL })

static const struct cmd *find(char **argv, int *n_words)
{
	int argc = 0;

	while (argv[argc])
		argc++;
	return cmd_find(argc, argv, n_words);
}

static void a_command_is_found_by_all_its_words(void **state)
{
	const struct cmd *cmd;
	int n = 0;

	(void)state;
	cmd = find(ARGV("flow", "add", "x"), &n);
	assert_string_equal(cmd->path, "flow add");
	assert_int_equal(n, 2);
	assert_string_equal(find(ARGV("reasons"), &n)->path, "reasons");
	assert_int_equal(n, 1);
}

static void half_words_and_half_commands_are_not_found(void **state)
{
	int n = 0;

	(void)state;
	assert_null(find(ARGV("flow"), &n));
	assert_null(find(ARGV("flow", "ad"), &n));
	assert_null(find(ARGV("flo", "add"), &n));
	assert_null(find(ARGV("flow", "addx"), &n));
}

static enum status parse(struct ctx *ctx, const char *first,
			 const char *second, char **argv, bool *help)
{
	static struct out text;
	int n = 0, argc = 0;

	*help = false;
	*ctx = (struct ctx){ .cmd = find(ARGV((char *)(uintptr_t)first,
					      (char *)(uintptr_t)second),
					 &n),
			     .out = &text };
	while (argv[argc])
		argc++;
	/* What it says on stderr is for e2e tests. */
	return cmd_parse(ctx, argc, argv, help);
}

static void options_are_taken_in_all_forms(void **state)
{
	char **forms[] = {
		ARGV("-p", "hw-only", "x"), ARGV("-phw-only", "x"),
		ARGV("--policy", "hw-only", "x"), ARGV("--policy=hw-only", "x"),
		ARGV("x", "-p", "hw-only"),
	};
	struct ctx ctx;
	bool help;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
		assert_int_equal(parse(&ctx, "flow", "add", forms[i], &help),
				 STATUS_DONE);
		assert_string_equal(cmd_opt(&ctx, "policy"), "hw-only");
		assert_int_equal(ctx.argc, 1);
		assert_string_equal(ctx.argv[0], "x");
	}
}

static void what_is_wrong_is_usage(void **state)
{
	struct ctx ctx;
	bool help;

	(void)state;
	assert_int_equal(parse(&ctx, "flow", "add", ARGV("-p", "fast", "x"),
			       &help), STATUS_USAGE);
	assert_int_equal(parse(&ctx, "flow", "add", ARGV("x", "-p"), &help),
			 STATUS_USAGE);
	assert_int_equal(parse(&ctx, "flow", "add", ARGV("--nix", "x"), &help),
			 STATUS_USAGE);
	assert_int_equal(parse(&ctx, "flow", "add", ARGV(NULL), &help),
			 STATUS_USAGE);
	assert_int_equal(parse(&ctx, "device", "show", ARGV("a", "b"), &help),
			 STATUS_USAGE);
}

static void two_dashes_end_the_options(void **state)
{
	struct ctx ctx;
	bool help;

	(void)state;
	assert_int_equal(parse(&ctx, "device", "show", ARGV("--", "-p"),
			       &help), STATUS_DONE);
	assert_string_equal(ctx.argv[0], "-p");
}

static void a_dash_alone_is_a_word(void **state)
{
	struct ctx ctx;
	bool help;

	(void)state;
	assert_int_equal(parse(&ctx, "flow", "load", ARGV("-"), &help),
			 STATUS_DONE);
	assert_string_equal(ctx.argv[0], "-");
}

static void help_is_asked_for_whatever_else_there_is(void **state)
{
	struct ctx ctx;
	bool help;

	(void)state;
	assert_int_equal(parse(&ctx, "eswitch", "set", ARGV("--help"), &help),
			 STATUS_DONE);
	assert_true(help);
}

/* What the words of a path find. */
static const struct cmd *find_path(char *path)
{
	char *argv[4] = { NULL };
	int argc = 0, n = 0;

	for (char *save, *word = strtok_r(path, " ", &save); word && argc < 4;
	     word = strtok_r(NULL, " ", &save))
		argv[argc++] = word;
	return cmd_find(argc, argv, &n);
}

/* Four fields a line, and each first one finds its own row: completion and
 * the check of the man page build on it. */
static void the_table_is_machine_readable(void **state)
{
	AUTO(free) char *text = NULL;
	size_t size = 0;
	FILE *f = open_memstream(&text, &size);
	int lines = 0;

	(void)state;
	cmd_print_table(f);
	fclose(f);
	for (char *save, *line = strtok_r(text, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		char path[64], words[64];
		int tabs = 0;

		for (const char *p = line; *p; p++)
			tabs += *p == '\t';
		assert_int_equal(tabs, 3);
		(void)snprintf(path, sizeof(path), "%.*s",
			       (int)strcspn(line, "\t"), line);
		memcpy(words, path, sizeof(words));
		assert_string_equal(find_path(words)->path, path);
		lines++;
	}
	assert_true(lines > 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_command_is_found_by_all_its_words),
		cmocka_unit_test(half_words_and_half_commands_are_not_found),
		cmocka_unit_test(options_are_taken_in_all_forms),
		cmocka_unit_test(what_is_wrong_is_usage),
		cmocka_unit_test(two_dashes_end_the_options),
		cmocka_unit_test(a_dash_alone_is_a_word),
		cmocka_unit_test(help_is_asked_for_whatever_else_there_is),
		cmocka_unit_test(the_table_is_machine_readable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
