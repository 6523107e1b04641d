/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lines of real programs: each is a flow or has reasons, what it is printed as
 * means the same, and no damage to it does any.
 *
 * Reads every file of $SWOFFD_CORPORA (default: tests/corpora).  A file named
 * *.tsv has the line behind the last tab; in odp-keys* and odp-actions* files a
 * line is only half a flow and gets the other half.
 */
#include "tests/unit/flowcase.h"

#include <dirent.h>
#include <stdlib.h>

typedef void (*line_fn)(const char *file, const char *line);

static void corpora_dir(char *out, size_t size)
{
	const char *dir = getenv("SWOFFD_CORPORA"), *top = getenv("srcdir");

	if (dir)
		snprintf(out, size, "%s", dir);
	else
		snprintf(out, size, "%s/tests/corpora", top ? top : ".");
}

/* Whole flows, whatever the file holds; NULL: not of the flow languages. */
static const char *whole_line(const char *file, char *line, char *out,
			      size_t size)
{
	char *tab = strrchr(line, '\t');

	line[strcspn(line, "\n")] = '\0';
	if (strncmp(file, "odp-keys", 8) == 0)
		snprintf(out, size, "%s,actions:drop", line);
	else if (strncmp(file, "odp-actions", 11) == 0 && *line != '#')
		snprintf(out, size, "in_port(1),eth_type(0x1234),actions:%s",
			 line);
	else if (strncmp(file, "odp-", 4) == 0)
		snprintf(out, size, "%s", tab ? tab + 1 : line);
	else if (strncmp(file, "tc-filter", 9) == 0)
		snprintf(out, size, "%s", line);
	else
		return NULL;
	return out;
}

static size_t each_of_file(const char *dir, const char *file, line_fn fn)
{
	static char line[65536], whole[66000];
	char path[4096];
	size_t n = 0;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, file);
	f = fopen(path, "r");
	assert_non_null(f);
	while (fgets(line, sizeof(line), f)) {
		const char *w = whole_line(file, line, whole, sizeof(whole));

		if (!w)
			break;
		fn(file, w);
		n++;
	}
	fclose(f);
	return n;
}

static void each_line(line_fn fn)
{
	char dir[2048];
	struct dirent *e;
	size_t n = 0;
	DIR *d;

	corpora_dir(dir, sizeof(dir));
	d = opendir(dir);
	assert_non_null(d);
	while ((e = readdir(d)))
		if (e->d_name[0] != '.')
			n += each_of_file(dir, e->d_name, fn);
	closedir(d);
	assert_true(n > 0);
}

/* Lines that no datapath printed: test suites put in words of their own. */
static const struct {
	const char *part, *why;
} edited[] = {
	{ "eth(macs)", "stands for two addresses that do not matter there" },
	{ "recirc(X)", "stands for a number that differs every time" },
	{ "recirc()", "the same, cut out" },
	{ "].*packets", "a command of the shell, and part of what it prints" },
	{ ").*packets", "the same" },
};

static bool is_edited(const char *line)
{
	for (size_t i = 0; i < sizeof(edited) / sizeof(edited[0]); i++)
		if (strstr(line, edited[i].part))
			return true;
	return false;
}

static void check_understood(const char *file, const char *line)
{
	struct flowcase *c;

	if (strstr(file, "invalid") || strstr(file, "ofproto-trace") ||
	    is_edited(line))
		return;
	c = flowcase_read(line);
	if (c->result == LINE_BAD)
		fail_msg("%s: %s\n%s", file, line, c->err.msg);
	if (c->result == LINE_REFUSED)
		assert_true(c->reasons.n > 0);
}

static void every_line_is_a_flow_or_has_reasons(void **state)
{
	(void)state;
	each_line(check_understood);
}

static bool same_rule(const struct rule *a, const struct rule *b)
{
	return memcmp(&a->dev, &b->dev, sizeof(a->dev)) == 0 &&
	       a->hook == b->hook && a->policy == b->policy &&
	       a->chain == b->chain && a->prio == b->prio &&
	       a->handle == b->handle && a->protocol_be == b->protocol_be &&
	       memcmp(&a->match, &b->match, sizeof(a->match)) == 0 &&
	       a->n_actions == b->n_actions &&
	       memcmp(a->actions, b->actions,
		      a->n_actions * sizeof(a->actions[0])) == 0;
}

static void check_means_the_same(const char *line, const struct rule *want,
				 const char *text)
{
	struct flowcase *c = flowcase_read(text);

	if (c->result != LINE_FLOW || !same_rule(want, &c->flow.rule))
		fail_msg("%s\nis printed as\n%s\n%s", line, text, c->err.msg);
}

static void check_printed(const char *file, const char *line)
{
	static struct rule rule;
	char text[FLOWCASE_SIZE];
	struct flowcase *c = flowcase_read(line);

	(void)file;
	if (c->result != LINE_FLOW)
		return;
	rule = c->flow.rule;
	tctext_format(&rule, text, sizeof(text));
	check_means_the_same(line, &rule, text);
	odp_format_rule(&rule, text, sizeof(text));
	if (!strstr(text, "tc("))
		check_means_the_same(line, &rule, text);
}

static void what_is_printed_means_the_same(void **state)
{
	(void)state;
	each_line(check_printed);
}

/*
 * What a line says comes out again, with the same words in the same order.
 */

/* Without blanks; a time of test suites has one digit, ours have three. */
static void squeeze(char *text)
{
	static const char any_time[] = "used:0.0s";
	char *out = text;

	for (const char *in = text; *in; in++) {
		if (*in == ' ')
			continue;
		*out++ = *in;
		if (strncmp(in, any_time, sizeof(any_time) - 1) == 0) {
			memmove(out, "sed:0.000s", 10);
			out += 10;
			in += sizeof(any_time) - 2;
		}
	}
	*out = '\0';
}

static bool is_datapath_line(const char *file, const char *line)
{
	return strncmp(file, "odp-", 4) == 0 && *line && *line != '#' &&
	       !strstr(file, "invalid") && !strstr(file, "ofproto-trace") &&
	       !is_edited(line) &&
	       strncmp(line, "flow-dump", 9) != 0;
}

static const struct odp_flow *parse_odp(const char *line)
{
	static struct odp_flow flow;
	struct error err;

	memset(&flow, 0x5a, sizeof(flow));
	if (odp_flow_parse(line, &flow, &err) < 0)
		fail_msg("%s\n%s", line, err.msg);
	return &flow;
}

static void check_comes_out(const char *file, const char *line)
{
	char want[2 * FLOWCASE_SIZE], out[FLOWCASE_SIZE];
	int len;

	if (!is_datapath_line(file, line))
		return;
	len = odp_flow_format(parse_odp(line), out, sizeof(out));
	assert_int_equal(len, strlen(out));
	snprintf(want, sizeof(want), "%s", line);
	squeeze(want);
	squeeze(out);
	assert_string_equal(out, want);
}

static void every_line_comes_out_as_it_went_in(void **state)
{
	(void)state;
	each_line(check_comes_out);
}

static void check_is_kept(const char *file, const char *line)
{
	static struct flow_match match;
	char out[FLOWCASE_SIZE], again[FLOWCASE_SIZE];
	const struct odp_flow *flow;

	if (!is_datapath_line(file, line))
		return;
	flow = parse_odp(line);
	match = flow->match;
	odp_flow_format(flow, out, sizeof(out));
	flow = parse_odp(out);
	assert_memory_equal(&flow->match, &match, sizeof(match));
	odp_flow_format(flow, again, sizeof(again));
	assert_string_equal(again, out);
}

static void what_comes_out_is_the_same_flow(void **state)
{
	(void)state;
	each_line(check_is_kept);
}

/* On the heap at its exact size, so that ASan sees a step too far. */
static void read_copy(const char *line, size_t len)
{
	char *copy = malloc(len + 1);

	assert_non_null(copy);
	memcpy(copy, line, len);
	copy[len] = '\0';
	(void)flowcase_read(copy);
	free(copy);
}

static void check_damage(const char *file, const char *line)
{
	static const char damage[] = "(),/:=0f{}#\x01\xff ";
	static unsigned int seed = 1;
	size_t len = strlen(line);
	char copy[4096];

	(void)file;
	if (!len || len >= sizeof(copy))
		return;
	for (size_t cut = 0; cut < len; cut++)
		read_copy(line, cut);
	for (size_t at = 0; at < len; at++) {
		seed = seed * 1103515245 + 12345;
		memcpy(copy, line, len);
		copy[at] = damage[(seed >> 16) % (sizeof(damage) - 1)];
		read_copy(copy, len);
		memmove(copy + at, copy + at + 1, len - at - 1);
		read_copy(copy, len - 1);
	}
}

static void no_damage_to_a_line_does_any(void **state)
{
	(void)state;
	each_line(check_damage);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_line_is_a_flow_or_has_reasons),
		cmocka_unit_test(what_is_printed_means_the_same),
		cmocka_unit_test(every_line_comes_out_as_it_went_in),
		cmocka_unit_test(what_comes_out_is_the_same_flow),
		cmocka_unit_test(no_damage_to_a_line_does_any),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
