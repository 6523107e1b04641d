/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text tables and JSON from the same objects. */
#include "swctl/out.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>

#include "common/rpc/rpc.h"

#define OUT_MAX_COLUMNS 16
#define OUT_JSON (JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE)

struct json_object *out_get(struct json_object *o, const char *path)
{
	char name[64];

	while (o && *path) {
		size_t len = strcspn(path, ".");
		struct json_object *member = NULL;

		(void)snprintf(name, sizeof(name), "%.*s", (int)len, path);
		(void)json_object_object_get_ex(o, name, &member);
		o = member;
		path += len;
		path += *path == '.';
	}
	return o;
}

const char *out_text(struct json_object *o, const char *path)
{
	struct json_object *v = out_get(o, path);

	return v ? json_object_get_string(v) : "";
}

static const char *cell(struct json_object *o, const struct out_column *c)
{
	struct json_object *v = out_get(o, c->path);

	if (json_object_is_type(v, json_type_boolean))
		return json_object_get_boolean(v) ? "yes" : "no";
	return v && *json_object_get_string(v) ? json_object_get_string(v) :
						 "-";
}

int out_width(const char *text)
{
	int n = 0;

	for (; *text; text++)
		n += (*text & 0xc0) != 0x80;
	return n;
}

static void print_json(struct json_object *o)
{
	printf("%s\n", json_object_to_json_string_ext(o, OUT_JSON));
}

/* The last column is not padded: no blanks at the ends of lines. */
static void print_row(struct json_object *row, const int *widths,
		      const struct out_column *columns)
{
	for (size_t i = 0; columns[i].head; i++) {
		const char *text = row ? cell(row, &columns[i]) :
					 columns[i].head;

		printf("%s", text);
		if (columns[i + 1].head)
			printf("%*s", widths[i] - out_width(text) + 2, "");
	}
	printf("\n");
}

static int column_width(struct json_object *array,
			const struct out_column *c)
{
	size_t rows = json_object_array_length(array);
	int width = out_width(c->head);

	for (size_t i = 0; i < rows; i++) {
		int w = out_width(cell(json_object_array_get_idx(array, i),
				       c));

		width = w > width ? w : width;
	}
	return width;
}

void out_table(struct out *out, struct json_object *array,
	       const struct out_column *columns)
{
	size_t rows = json_object_array_length(array);
	int widths[OUT_MAX_COLUMNS];

	if (out->json) {
		print_json(array);
		return;
	}
	for (size_t i = 0; columns[i].head && i < OUT_MAX_COLUMNS; i++)
		widths[i] = column_width(array, &columns[i]);
	print_row(NULL, widths, columns);
	for (size_t i = 0; i < rows; i++)
		print_row(json_object_array_get_idx(array, i), widths,
			  columns);
}

void out_lines(struct out *out, struct json_object *array,
	       void (*print)(struct json_object *o))
{
	if (out->json) {
		out_table(out, array, NULL);
		return;
	}
	for (size_t i = 0; i < json_object_array_length(array); i++)
		print(json_object_array_get_idx(array, i));
}

void out_object(struct out *out, struct json_object *o,
		const struct out_column *columns)
{
	int width = 0;

	if (out->json) {
		print_json(o);
		return;
	}
	for (const struct out_column *c = columns; c->head; c++)
		if ((int)strlen(c->head) > width)
			width = (int)strlen(c->head);
	for (const struct out_column *c = columns; c->head; c++)
		printf("%-*s  %s\n", width, c->head, cell(o, c));
}

void out_stream_item(struct out *out, const char *item)
{
	if (out->json)
		printf("%s%s", out->stream_any ? ",\n" : "[", item);
	out->stream_any = true;
}

void out_stream_object(struct out *out, struct json_object *o)
{
	out_stream_item(out, json_object_to_json_string_ext(o, OUT_JSON));
}

void out_stream_end(struct out *out, enum status status)
{
	if (out->json && (out->stream_any || status == STATUS_DONE))
		printf("%s]\n", out->stream_any ? "" : "[");
}

void out_reason_head(FILE *f, struct json_object *r, const char *indent)
{
	const char *subject = out_text(r, "subject");
	const char *extack = out_text(r, "extack");
	int err = json_object_get_int(out_get(r, "errno"));
	int count = json_object_get_int(out_get(r, "count"));

	fprintf(f, "%s%s: %s%s%s", indent, out_text(r, "stage"),
		out_text(r, "code"), *subject ? ":" : "", subject);
	if (err)
		fprintf(f, " (%s)", strerror(err));
	if (*extack)
		fprintf(f, " \"%s\"", extack);
	if (count > 1)
		fprintf(f, " %d times", count);
}

void out_reason_tail(FILE *f, struct json_object *r, const char *indent)
{
	fprintf(f, "\n");
	if (*out_text(r, "text"))
		fprintf(f, "%s  %s\n", indent, out_text(r, "text"));
	fprintf(f, "%s  remedy: %s\n", indent, out_text(r, "remedy"));
}

void out_reasons(FILE *f, struct json_object *reasons, const char *indent)
{
	size_t n = reasons ? json_object_array_length(reasons) : 0;

	for (size_t i = 0; i < n; i++) {
		struct json_object *r = json_object_array_get_idx(reasons, i);

		out_reason_head(f, r, indent);
		out_reason_tail(f, r, indent);
	}
}

static enum status status_of(int err)
{
	switch (err) {
	case EPERM:
	case EACCES:
		return STATUS_NOT_PERMITTED;
	case ENOENT:
	case ENODEV:
		return STATUS_NOT_FOUND;
	default:
		return STATUS_FAILED;
	}
}

/* One flat object: what is in data of a JSON-RPC error beside its message. */
static void print_json_error(struct json_object *error)
{
	AUTO(json_put) struct json_object *o = json_object_new_object();
	struct json_object *flat = json_object_new_object();
	struct json_object *data = out_get(error, "data");

	json_object_object_add(o, "error", flat);
	json_object_object_add(flat, "code",
			       json_object_get(out_get(error, "code")));
	json_object_object_add(flat, "message",
			       json_object_get(out_get(error, "message")));
	if (data) {
		json_object_object_foreach(data, key, value)
			json_object_object_add(flat, key,
					       json_object_get(value));
	}
	fprintf(stderr, "%s\n", json_object_to_json_string_ext(o, OUT_JSON));
}

enum status out_error(struct out *out, struct json_object *error)
{
	const char *extack = out_text(error, "data.extack");
	int err = json_object_get_int(out_get(error, "data.errno"));

	(void)fflush(stdout);
	if (out->json) {
		print_json_error(error);
		return status_of(err);
	}
	fprintf(stderr, "swctl: %s", out_text(error, "message"));
	if (*extack)
		fprintf(stderr, " (%s)", extack);
	fprintf(stderr, "\n");
	out_reasons(stderr, out_get(error, "data.reasons"), "  ");
	return status_of(err);
}

enum status out_failure(struct out *out, int errno_value, enum status status,
			const char *fmt, ...)
{
	AUTO(json_put) struct json_object *response = NULL;
	struct error err = { .code = errno_value };
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(err.msg, sizeof(err.msg), fmt, ap);
	va_end(ap);
	response = rpc_error_new(NULL, RPC_FAILED, err.msg,
				 rpc_error_data(&err, NULL));
	(void)out_error(out, out_get(response, "error"));
	return status;
}

enum status out_finish(enum status status)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	/* As any filter whose reader has had enough: no word about it. */
	if (errno == EPIPE) {
		(void)signal(SIGPIPE, SIG_DFL);
		(void)raise(SIGPIPE);
	}
	fprintf(stderr, "swctl: standard output: %s\n", strerror(errno));
	return STATUS_FAILED;
}
