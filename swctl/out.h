/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one writer: what a command has to say, as text for people or, with -j,
 * as the JSON that it was.  A command says it once.
 */
#ifndef SWCTL_OUT_H
#define SWCTL_OUT_H

#include <json-c/json.h>
#include <stdbool.h>

#include "swctl/cmd.h"

struct out {
	bool json;
	bool stream_any;       /* out_stream_item() has been called */
};

/* A column of a table, or a row of a single object.  path goes down objects:
 * "eswitch.mode". */
struct out_column {
	const char *head;              /* NULL: the end */
	const char *path;
};

/* Columns that a text in UTF-8 takes; combining characters do not occur. */
int out_width(const char *text);

/* Borrow o. */
void out_table(struct out *out, struct json_object *array,
	       const struct out_column *columns);
/* A line that print() writes of each, or the JSON. */
void out_lines(struct out *out, struct json_object *array,
	       void (*print)(struct json_object *o));
void out_object(struct out *out, struct json_object *o,
		const struct out_column *columns);

/* A JSON array whose items come one by one, each as its own text.  One that
 * failed before its first item is not printed at all. */
void out_stream_item(struct out *out, const char *item);
void out_stream_object(struct out *out, struct json_object *o);
void out_stream_end(struct out *out, enum status status);

/* {"error":{code, message, errno, errno_name, extack, reasons}}; on stderr,
 * in both forms.  error is the member of a JSON-RPC response. */
enum status out_error(struct out *out, struct json_object *error);
/* The same for what is not the daemon's: errno_value positive. */
enum status out_failure(struct out *out, int errno_value, enum status status,
			const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* "  kernel: driver-refused:… \"extack\"", below it what that means, if the
 * reason says so, and the remedy; for each of an array. */
void out_reasons(FILE *f, struct json_object *reasons, const char *indent);
/* Its two halves, for who says more about one: up to the end of the first
 * line, without the newline; the rest. */
void out_reason_head(FILE *f, struct json_object *r, const char *indent);
void out_reason_tail(FILE *f, struct json_object *r, const char *indent);

/* A member's text, "" if it is null or not there. */
const char *out_text(struct json_object *o, const char *path);
struct json_object *out_get(struct json_object *o, const char *path);

/* Everything has been said: STATUS_FAILED if stdout did not take it.  Does
 * not return if nobody reads any more. */
enum status out_finish(enum status status);

#endif
