/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shapes only; the words are the table's of reasons and the parsers'. */
#include "swctl/flow_report.h"

#include <string.h>

#include "common/base/printable.h"
#include "swctl/out.h"

#define CARET_BEFORE 60        /* bytes of the line shown around it */
#define CARET_AFTER 40

static void add_str(struct json_object *o, const char *key, const char *v)
{
	json_object_object_add(o, key, json_object_new_string(v));
}

static struct json_object *reason_json(const struct reason *r)
{
	const struct reason_row *row = reason_row(r->code);
	struct json_object *o = json_object_new_object();

	if (!o)
		return NULL;
	add_str(o, "stage", reason_stage_str(row->stage));
	add_str(o, "code", row->name);
	add_str(o, "subject", r->subject);
	add_str(o, "text", row->text);
	add_str(o, "remedy", row->remedy);
	return o;
}

struct json_object *flow_report_reasons(const struct reason_list *list)
{
	struct json_object *a = json_object_new_array();

	for (size_t i = 0; a && i < list->n; i++)
		json_object_array_add(a, reason_json(&list->reasons[i]));
	return a;
}

/*
 * Has it been told with one before it, or does it go with that one?  What the
 * kernel or a driver said of it is its own.
 */
static bool is_same(struct json_object *a, struct json_object *b)
{
	return strcmp(out_text(a, "code"), out_text(b, "code")) == 0 &&
	       !*out_text(a, "extack") && !*out_text(b, "extack") &&
	       !json_object_get_int(out_get(a, "errno")) &&
	       !json_object_get_int(out_get(b, "errno"));
}

static void print_group(FILE *f, struct json_object *reasons, size_t at)
{
	struct json_object *first = json_object_array_get_idx(reasons, at);
	size_t n = json_object_array_length(reasons);

	for (size_t i = 0; i < at; i++)
		if (is_same(json_object_array_get_idx(reasons, i), first))
			return;
	out_reason_head(f, first, "  ");
	for (size_t i = at + 1; i < n; i++) {
		struct json_object *r = json_object_array_get_idx(reasons, i);

		if (is_same(first, r) && *out_text(r, "subject"))
			fprintf(f, ", %s", out_text(r, "subject"));
	}
	out_reason_tail(f, first, "  ");
}

void flow_report_print(FILE *f, struct json_object *reasons)
{
	size_t n = reasons ? json_object_array_length(reasons) : 0;

	for (size_t i = 0; i < n; i++)
		print_group(f, reasons, i);
}

static size_t column_of(const char *msg)
{
	const char *p = strstr(msg, "column ");

	return p ? strtoul(p + strlen("column "), NULL, 10) : 0;
}

/* Not into the middle of a character. */
static size_t whole(const char *line, size_t at)
{
	while (at && ((unsigned char)line[at] & 0xc0) == 0x80)
		at--;
	return at;
}

void flow_report_place(FILE *f, const char *line, const char *msg)
{
	size_t len = strlen(line), column = column_of(msg), at, from, to;
	char shown[CARET_BEFORE + CARET_AFTER + 8];
	char before[CARET_BEFORE + 8];

	if (column == 0 || column - 1 > len)
		return;
	at = column - 1;
	from = whole(line, at > CARET_BEFORE ? at - CARET_BEFORE : 0);
	to = whole(line, len - at > CARET_AFTER ? at + CARET_AFTER : len);
	(void)snprintf(shown, sizeof(shown), "%.*s", (int)(to - from),
		       line + from);
	(void)snprintf(before, sizeof(before), "%.*s", (int)(at - from),
		       line + from);
	printable(shown);
	printable(before);
	fprintf(f, "  %s%s%s\n", from ? "…" : "", shown, to < len ? "…" : "");
	fprintf(f, "  %*s^\n", out_width(before) + (from ? 1 : 0), "");
}
