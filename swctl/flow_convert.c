/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A line in, a line out.  What has no exact form in the other language gives
 * no line but its reasons on stderr, so what comes out can be loaded.
 */
#include "swctl/flow_convert.h"

#include <errno.h>
#include <string.h>

#include "common/base/printable.h"
#include "common/flow/flowjson.h"
#include "common/rpc/rpc.h"
#include "swctl/flow_file.h"
#include "swctl/flow_report.h"
#include "swctl/out.h"

#define CONVERT_TEXT_SIZE 4096 /* to begin with */

const char *const flow_convert_langs[] = {
	[LINE_ODP] = "odp",
	[LINE_TC] = "tc",
	[LINE_JSON] = "json",
	NULL
};

/* Large, and all of it used again for each line. */
struct convert {
	struct ctx *ctx;
	struct flow_file file;
	int from, to;                  /* enum line_lang; from -1: any */
	bool any_refused;
	struct line_reader *reader;    /* owned */
	struct line_flow flow;
	struct odp_flow odp;
	struct rule back;              /* that odp is translated to */
	char *text;                    /* owned */
	size_t size;
};

static void convert_free(struct convert *c)
{
	if (!c)
		return;
	flow_file_close(&c->file);
	line_reader_free(c->reader);
	free(c->text);
	free(c);
}
DEFINE_AUTO(struct convert *, convert_free)

/*
 * Forms
 */

typedef int format_fn(struct convert *c, char *out, size_t size);

static int format_given_odp(struct convert *c, char *out, size_t size)
{
	return odp_flow_format(line_reader_odp(c->reader), out, size);
}

static int format_odp(struct convert *c, char *out, size_t size)
{
	return odp_flow_format(&c->odp, out, size);
}

static int format_tc(struct convert *c, char *out, size_t size)
{
	static const char *const verbs[] = {
		[TCTEXT_ADD] = "filter add ",
		[TCTEXT_REPLACE] = "filter replace ",
		[TCTEXT_CHANGE] = "filter change ",
		[TCTEXT_DEL] = "filter del ",
	};
	size_t len = strlen(verbs[c->flow.verb]);

	(void)snprintf(out, size, "%s", verbs[c->flow.verb]);
	len = len < size ? len : size;
	return (int)len + tctext_format(&c->flow.rule, out + len, size - len);
}

static int format_json(struct convert *c, char *out, size_t size)
{
	return flowjson_format(&c->flow, out, size);
}

/* Into c->text, which grows: 0 or -ENOMEM. */
static int format(struct convert *c, format_fn *fn)
{
	for (;;) {
		int len = fn(c, c->text, c->size);
		char *grown;

		if (len < 0)
			return len;
		if ((size_t)len < c->size)
			return 0;
		grown = realloc(c->text, (size_t)len + 1);
		if (!grown)
			return -ENOMEM;
		c->text = grown;
		c->size = (size_t)len + 1;
	}
}

/*
 * What becomes of a line
 */

static struct json_object *item_new(const struct convert *c,
				    const char *result)
{
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "line", json_object_new_uint64(
						  c->file.lines.number));
	json_object_object_add(o, "result", json_object_new_string(result));
	return o;
}

static void put_item(struct convert *c, struct json_object *o)
{
	out_stream_object(c->ctx->out, o);
	json_put(o);
}

static void converted(struct convert *c)
{
	struct json_object *o;

	if (!c->ctx->out->json) {
		puts(c->text);
		return;
	}
	o = item_new(c, "converted");
	if (c->to == LINE_JSON)
		json_object_object_add(o, "flow", json_tokener_parse(c->text));
	else
		json_object_object_add(o, "text",
				       json_object_new_string(c->text));
	put_item(c, o);
}

static void refused(struct convert *c, const struct reason_list *list)
{
	struct json_object *reasons = flow_report_reasons(list);
	struct json_object *o;

	c->any_refused = true;
	if (!c->ctx->out->json) {
		fprintf(stderr, "%s:%u: refused\n", c->file.name,
			c->file.lines.number);
		flow_report_print(stderr, reasons);
		json_put(reasons);
		return;
	}
	o = item_new(c, "refused");
	json_object_object_add(o, "reasons", reasons);
	put_item(c, o);
}

static void bad(struct convert *c, const char *line, const char *msg)
{
	struct json_object *o;

	c->any_refused = true;
	if (!c->ctx->out->json) {
		fprintf(stderr, "%s:%u: bad: %s\n", c->file.name,
			c->file.lines.number, msg);
		flow_report_place(stderr, line, msg);
		return;
	}
	o = item_new(c, "bad");
	json_object_object_add(o, "error", json_object_new_string(msg));
	json_object_object_add(o, "reasons", json_object_new_array());
	put_item(c, o);
}

/* A flow that would not become a rule may match more than the rule did. */
static int to_odp(struct convert *c, const char *line)
{
	struct reason_list left = { .n = 0 };

	if (c->flow.verb == TCTEXT_DEL) {
		bad(c, line, "a line that deletes is no datapath flow");
		return 0;
	}
	odp_from_rule(&c->flow.rule, &c->odp, &left);
	if (!left.n)
		(void)odp_translate(&c->odp, NULL, &c->back, &left);
	if (left.n) {
		refused(c, &left);
		return 0;
	}
	c->odp.has_ufid = c->flow.has_ufid;
	if (c->odp.has_ufid)
		c->odp.ufid = c->flow.ufid;
	if (format(c, format_odp) < 0)
		return -ENOMEM;
	converted(c);
	return 0;
}

static int to_other(struct convert *c, const char *line)
{
	format_fn *fn = c->to == LINE_TC ? format_tc : format_json;

	if (c->to == LINE_ODP)
		return to_odp(c, line);
	if (format(c, fn) < 0)
		return -ENOMEM;
	converted(c);
	return 0;
}

/* A datapath flow is one whether or not there is a rule for it. */
static int same_odp(struct convert *c)
{
	if (format(c, format_given_odp) < 0)
		return -ENOMEM;
	converted(c);
	return 0;
}

static int convert_line(struct convert *c, const char *line)
{
	struct reason_list reasons = { .n = 0 };
	enum line_result result;
	struct error err = { 0 };

	result = line_parse(c->reader, line, &c->flow, &reasons, &err);
	if (result == LINE_BLANK)
		return 0;
	if (result == LINE_BAD) {
		bad(c, line, err.msg);
		return 0;
	}
	if (c->from >= 0 && (int)c->flow.lang != c->from) {
		(void)error_set(&err, EINVAL, "column 1: expected %s, found %s",
				flow_convert_langs[c->from],
				flow_convert_langs[c->flow.lang]);
		bad(c, line, err.msg);
		return 0;
	}
	if (c->flow.lang == LINE_ODP && c->to == LINE_ODP)
		return same_odp(c);
	if (result == LINE_REFUSED) {
		refused(c, &reasons);
		return 0;
	}
	return to_other(c, line);
}

static int convert_file(struct convert *c)
{
	struct error err;
	char *line;
	int rc;

	while (rc = flow_file_next(&c->file, &line, &err), rc > 0) {
		if (err.code)
			bad(c, line, err.msg);
		else
			rc = convert_line(c, line);
		if (rc < 0)
			break;
	}
	return rc;
}

static int lang_of(const char *word)
{
	for (int i = 0; word && flow_convert_langs[i]; i++)
		if (strcmp(flow_convert_langs[i], word) == 0)
			return i;
	return -1;
}

enum status flow_convert_run(struct ctx *ctx)
{
	AUTO(convert_free) struct convert *c = malloc(sizeof(*c));
	enum status status;
	int rc;

	if (!c)
		return out_failure(ctx->out, ENOMEM, STATUS_FAILED,
				   "out of memory");
	c->ctx = ctx;
	c->file = (struct flow_file){ .fd = -1 };
	c->from = lang_of(cmd_opt(ctx, "from"));
	c->to = lang_of(cmd_opt(ctx, "to"));
	c->any_refused = false;
	c->reader = line_reader_new(NULL);
	c->text = malloc(CONVERT_TEXT_SIZE);
	c->size = CONVERT_TEXT_SIZE;
	if (!c->reader || !c->text)
		return out_failure(ctx->out, ENOMEM, STATUS_FAILED,
				   "out of memory");
	if (c->to < 0)
		return cmd_usage(ctx, "--to is missing");
	status = flow_file_open(ctx, ctx->argc ? ctx->argv[0] : "-", &c->file);
	if (status)
		return status;
	rc = convert_file(c);
	status = rc < 0 || c->any_refused ? STATUS_FAILED : STATUS_DONE;
	out_stream_end(ctx->out, rc < 0 ? STATUS_FAILED : STATUS_DONE);
	if (rc < 0)
		return out_failure(ctx->out, -rc, STATUS_FAILED, "%s: %s",
				   c->file.name, strerror(-rc));
	return status;
}
