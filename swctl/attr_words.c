/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Everything here walks the table of attributes. */
#include "swctl/attr_words.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/cleanup.h"
#include "common/device/devattr.h"
#include "common/device/repattr.h"
#include "swctl/out.h"

enum status attr_words_take(const struct ctx *ctx, int from,
			    unsigned int objects, char **out)
{
	AUTO(free) char *text = cmd_join(ctx, from);
	struct error err = { 0 };
	struct devattrs a;

	if (!text)
		return out_failure(ctx->out, ENOMEM, STATUS_FAILED,
				   "out of memory");
	if (devattr_parse(text, objects, &a, &err) < 0)
		return cmd_usage(ctx, "%s", err.msg);
	*out = steal_ptr(text);
	return STATUS_DONE;
}

/* Zero is none, of whatever is counted. */
static bool is_worth_a_word(const struct devattr *row, struct json_object *v)
{
	return v && ((row->kind != DEVATTR_IS_NUMBER &&
		      row->kind != DEVATTR_IS_SPEED) ||
		     json_object_get_uint64(v));
}

void attr_words_print(FILE *f, struct json_object *o)
{
	for (int id = 0; id < DEVATTR_N; id++) {
		const struct devattr *row = &devattr_table[id];
		struct json_object *v = out_get(o, row->name);
		char word[DEVATTR_VALUE_SIZE];

		if (!is_worth_a_word(row, v))
			continue;
		if (json_object_is_type(v, json_type_string))
			(void)snprintf(word, sizeof(word), "%s",
				       json_object_get_string(v));
		else
			devattr_format_number((enum devattr_id)id,
					      json_object_get_uint64(v), word);
		fprintf(f, " %s %s", row->name, word);
	}
}

static const char *value_words(const struct devattr *row)
{
	static const char *const words[] = {
		[DEVATTR_IS_MAC] = "MAC", [DEVATTR_IS_NUMBER] = "N",
		[DEVATTR_IS_SPEED] = "RATE", [DEVATTR_IS_TEXT] = "NODE",
	};

	return row->values ? row->values : words[row->kind];
}

void attr_words_help(unsigned int objects, FILE *f)
{
	fprintf(f, "\nAttributes:\n");
	for (int id = 0; id < DEVATTR_N; id++) {
		const struct devattr *row = &devattr_table[id];
		char left[DEVATTR_VALUE_SIZE];

		if (!(row->object & objects))
			continue;
		(void)snprintf(left, sizeof(left), "%s %s", row->name,
			       value_words(row));
		fprintf(f, "  %-34s %s\n", left, row->help);
	}
}

/* The commands that set it: `vf set`, `sf set`, `rate set`. */
static const char *takers(const struct devattr *row)
{
	switch (row->object) {
	case DEVATTR_OF_RATE:
		return "vf sf rate";
	case DEVATTR_OF_FUNCTION:
		return "vf sf";
	default:
		return "vf";
	}
}

static const char *rep_value(const struct repattr *row)
{
	return row->values ? row->values : row->off ? "" : "N";
}

void attr_words_help_rep(FILE *f)
{
	fprintf(f, "\nSettings:\n");
	for (int id = 0; id < REPATTR_N; id++) {
		const struct repattr *row = &repattr_table[id];
		char left[DEVATTR_VALUE_SIZE];

		(void)snprintf(left, sizeof(left), "%s%s%s %s", row->word,
			       row->off ? "|" : "", row->off ? row->off : "",
			       rep_value(row));
		fprintf(f, "  %-34s %s\n", left, row->help);
	}
}

static void list_rep(FILE *f)
{
	for (int id = 0; id < REPATTR_N; id++) {
		const struct repattr *row = &repattr_table[id];

		fprintf(f, "rep\t%s\t%s\n", row->word,
			row->values ? row->values : "-");
		if (row->off)
			fprintf(f, "rep\t%s\t-\n", row->off);
	}
}

void attr_words_list(FILE *f)
{
	list_rep(f);
	for (int id = 0; id < DEVATTR_N; id++) {
		const struct devattr *row = &devattr_table[id];

		if (row->object != DEVATTR_OF_TOLD)
			fprintf(f, "%s\t%s\t%s\n", takers(row), row->name,
				row->values ? row->values : "-");
	}
}
