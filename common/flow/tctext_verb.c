/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What stands before the place of a filter: `tc`, its options, "filter" and
 * the verb.  Like tc it takes beginnings of words; the tables have tc's order,
 * in which the first that fits is meant.
 */
#include "common/flow/tctext_parse.h"

#include <errno.h>

#include "common/base/cleanup.h"

/* Of these, some take a value or do something else than the line says. */
static const struct {
	const char *word;
	bool shows;            /* changes only what is printed */
} options[] = {
	{ "-statistics", true },
	{ "-stats", true },
	{ "-details", true },
	{ "-raw", true },
	{ "-pretty", true },
	{ "-graph", true },
	{ "-Version", false },
	{ "-iec", true },
	{ "-help", false },
	{ "-force", true },
	{ "-batch", false },
	{ "-netns", false },
	{ "-Numeric", true },
	{ "-names", true },
	{ "-cf", false },
	{ "-conf", false },
	{ "-color", true },
	{ "-timestamp", true },
	{ "-tshort", true },
	{ "-json", true },
	{ "-oneline", true },
	{ "-brief", true },
	{ "-echo", true },
};

static const struct {
	const char *word;
	bool is_filter;
} objects[] = {
	{ "qdisc", false },
	{ "class", false },
	{ "filter", true },
	{ "chain", false },
	{ "actions", false },
	{ "monitor", false },
	{ "exec", false },
};

static const struct {
	const char *word;
	bool is_ours;
	enum tctext_verb verb;
} verbs[] = {
	{ "add", true, TCTEXT_ADD },
	{ "change", true, TCTEXT_CHANGE },
	{ "replace", true, TCTEXT_REPLACE },
	{ "delete", true, TCTEXT_DEL },
	{ "get", false, TCTEXT_ADD },
	{ "list", false, TCTEXT_ADD },
	{ "show", false, TCTEXT_ADD },
	{ "lst", false, TCTEXT_ADD },
	{ "flush", false, TCTEXT_ADD },
	{ "link", false, TCTEXT_ADD },
};

static size_t find_option(const struct tc_parser *p)
{
	size_t i = 0;

	while (i < ARRAY_LEN(options) && !tc_is_prefix(p, options[i].word))
		i++;
	return i;
}

static size_t find_object(const struct tc_parser *p)
{
	size_t i = 0;

	while (i < ARRAY_LEN(objects) && !tc_is_prefix(p, objects[i].word))
		i++;
	return i;
}

static size_t find_verb(const struct tc_parser *p)
{
	size_t i = 0;

	while (i < ARRAY_LEN(verbs) && !tc_is_prefix(p, verbs[i].word))
		i++;
	return i;
}

/* A letter alone may begin anything; with a verb behind it, it is of tc. */
bool tctext_begins(const char *line)
{
	struct tc_parser p = { .end = line };
	size_t i;

	tc_next(&p);
	if (tc_is(&p, "dev") || tc_is(&p, "block") || tc_is(&p, "tc"))
		return true;
	i = find_object(&p);
	if (i == ARRAY_LEN(objects))
		return false;
	if (tc_is(&p, objects[i].word))
		return true;
	tc_next(&p);
	return find_verb(&p) < ARRAY_LEN(verbs);
}

static int skip_options(struct tc_parser *p)
{
	for (; *p->s.p == '-'; tc_next(p)) {
		size_t i = find_option(p);

		if (i == ARRAY_LEN(options) || !options[i].shows)
			return scan_expected(&p->s, "\"filter\" or an option "
					     "such as -s or -d");
	}
	return 0;
}

static int no_filter(const struct tc_parser *p)
{
	return scan_fail_at(&p->s, p->s.p,
			    "a line of tc that is no filter to add or delete");
}

int tc_parse_verb(struct tc_parser *p, enum tctext_verb *verb)
{
	size_t i;

	*verb = TCTEXT_ADD;
	if (tc_is(p, "tc")) {
		tc_next(p);
		if (skip_options(p) < 0)
			return -EINVAL;
	}
	if (tc_is(p, "dev") || tc_is(p, "block"))
		return 0;
	i = find_object(p);
	if (i == ARRAY_LEN(objects))
		return scan_expected(&p->s, "\"filter\" or \"dev\"");
	if (!objects[i].is_filter)
		return no_filter(p);
	tc_next(p);
	i = find_verb(p);
	if (i == ARRAY_LEN(verbs))
		return scan_expected(&p->s, "add, replace, change or del");
	if (!verbs[i].is_ours)
		return no_filter(p);
	*verb = verbs[i].verb;
	tc_next(p);
	return 0;
}
