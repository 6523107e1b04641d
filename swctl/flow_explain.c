/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the languages alone can say is said here; the daemon, unless it is not
 * to be asked, knows ports, devices and what the driver says to a probe.  Both
 * give the same shape: {verdict, rule:{odp, tc}, reasons}, the daemon with what
 * it looked at and tried out, {probe:{result, errno, extack}, checks}.
 */
#include "swctl/flow_explain.h"

#include <errno.h>
#include <string.h>

#include "common/base/printable.h"
#include "common/flow/line.h"
#include "swctl/client.h"
#include "swctl/flow_file.h"
#include "swctl/flow_report.h"
#include "swctl/flow_words.h"
#include "swctl/out.h"

#define EXPLAIN_SHOWN 72       /* bytes of a flow that is not offloadable */

struct explain {
	struct ctx *ctx;
	const char *file;              /* NULL: the flow is on the command line */
	uint32_t number;               /* of the line */
	struct line_reader *reader;    /* owned */
	struct client *client;         /* NULL: offline */
	bool any_refused;
};

/*
 * Offline
 */

/* A text of either language, however long. */
static struct json_object *rule_text(int (*format)(const struct rule *rule,
						   char *out, size_t size),
				     const struct rule *rule)
{
	int len = format(rule, NULL, 0);
	AUTO(free) char *text = len < 0 ? NULL : malloc((size_t)len + 1);

	if (!text)
		return NULL;
	(void)format(rule, text, (size_t)len + 1);
	return json_object_new_string(text);
}

static struct json_object *rule_json(const struct rule *rule)
{
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "odp", rule_text(odp_format_rule, rule));
	json_object_object_add(o, "tc", rule_text(tctext_format, rule));
	return o;
}

static struct json_object *verdict_new(const char *verdict,
				       const char *error,
				       const struct rule *rule,
				       const struct reason_list *reasons)
{
	static const struct reason_list none;
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "verdict", json_object_new_string(verdict));
	if (error)
		json_object_object_add(o, "error",
				       json_object_new_string(error));
	json_object_object_add(o, "rule", rule ? rule_json(rule) : NULL);
	json_object_object_add(o, "reasons",
			       flow_report_reasons(reasons ? reasons : &none));
	return o;
}

/* NULL: the line is blank. */
static struct json_object *judge(struct explain *e, const char *line)
{
	struct reason_list reasons = { .n = 0 };
	struct error err = { 0 };
	struct line_flow flow;

	switch (line_parse(e->reader, line, &flow, &reasons, &err)) {
	case LINE_BLANK:
		return NULL;
	case LINE_REFUSED:
		return verdict_new("refused", NULL, NULL, &reasons);
	case LINE_BAD:
		return verdict_new("bad", err.msg, NULL, NULL);
	case LINE_FLOW:
		break;
	}
	if (flow.verb == TCTEXT_DEL)
		return verdict_new("bad", "a line that deletes is no flow",
				   NULL, NULL);
	return verdict_new("offloadable", NULL, &flow.rule, NULL);
}

static bool is_verdict(struct json_object *o, const char *verdict)
{
	return strcmp(out_text(o, "verdict"), verdict) == 0;
}

/*
 * With the daemon
 */

/* What it refuses to talk about has reasons, or it says why in words. */
static struct json_object *take_error(struct json_object *error)
{
	struct json_object *o = json_object_new_object();
	struct json_object *reasons = out_get(error, "data.reasons");

	json_object_object_add(o, "verdict", json_object_new_string("refused"));
	json_object_object_add(o, "error", json_object_new_string(
						   out_text(error, "message")));
	json_object_object_add(o, "rule", NULL);
	json_object_object_add(o, "reasons", reasons ?
			       json_object_get(reasons) :
			       json_object_new_array());
	return o;
}

/* Replaces *o by what the daemon says; 0 or -errno of talking to it. */
static int ask(struct explain *e, const char *line, struct json_object **o)
{
	struct json_object *params = json_object_new_object(), *error = NULL;
	AUTO(json_put) struct json_object *response = NULL;
	int rc;

	json_object_object_add(params, "flow", json_object_new_string(line));
	rc = client_request(e->client, "flow.explain", params, NULL, 0);
	if (rc == 0)
		rc = client_receive(e->client, NULL, CLIENT_NO_DEADLINE,
				    &response);
	if (rc < 0 && rc != -EMSGSIZE)
		return rc;
	json_put(*o);
	if (rc < 0)
		*o = verdict_new("bad", "longer than the daemon takes", NULL,
				 NULL);
	else if (json_object_object_get_ex(response, "error", &error))
		*o = take_error(error);
	else
		*o = json_object_get(out_get(response, "result"));
	return 0;
}

/*
 * What is said
 */

static void print_shown(const char *line)
{
	char text[EXPLAIN_SHOWN + 1];

	(void)snprintf(text, sizeof(text), "%s", line);
	printable(text);
	printf("  %s%s\n", text, strlen(line) > EXPLAIN_SHOWN ? "…" : "");
}

/* What the daemon looked at on this host, and what became of a trial. */
static void print_checks(struct json_object *o)
{
	struct json_object *checks = out_get(o, "checks");
	size_t n = checks ? json_object_array_length(checks) : 0;
	const char *result = out_text(o, "probe.result");

	for (size_t i = 0; i < n; i++) {
		struct json_object *c = json_object_array_get_idx(checks, i);
		bool ok = json_object_get_boolean(out_get(c, "ok"));

		printf("  %s %s %s: %s\n", ok ? "ok:    " : "not ok:",
		       out_text(c, "check"), out_text(c, "subject"),
		       out_text(c, "detail"));
	}
	if (*result)
		printf("  probe:  %s\n", result);
}

void flow_explain_print(struct json_object *o)
{
	if (*out_text(o, "rule.tc"))
		printf("  tc filter add %s\n", out_text(o, "rule.tc"));
	flow_report_print(stdout, out_get(o, "reasons"));
	print_checks(o);
}

static void print_verdict(const struct explain *e, const char *line,
			  struct json_object *o)
{
	const char *error = out_text(o, "error");

	if (e->file)
		printf("%s:%u: ", e->file, e->number);
	printf("%s%s%s\n", out_text(o, "verdict"), *error ? ": " : "", error);
	if (is_verdict(o, "bad"))
		flow_report_place(stdout, line, error);
	else if (!is_verdict(o, "offloadable") && e->file)
		print_shown(line);
	flow_explain_print(o);
}

static void print_json(const struct explain *e, struct json_object *o)
{
	AUTO(json_put) struct json_object *whole = json_object_new_object();

	if (e->file)
		json_object_object_add(whole, "line",
				       json_object_new_uint64(e->number));
	json_object_object_foreach(o, key, value)
		json_object_object_add(whole, key, json_object_get(value));
	out_stream_object(e->ctx->out, whole);
}

static void say(struct explain *e, const char *line, struct json_object *o)
{
	e->any_refused |= !is_verdict(o, "offloadable");
	if (e->ctx->out->json)
		print_json(e, o);
	else
		print_verdict(e, line, o);
}

/* 0 or -errno of talking to the daemon. */
static int explain_line(struct explain *e, const char *line)
{
	AUTO(json_put) struct json_object *o = judge(e, line);
	int rc = 0;

	if (o && e->client && !is_verdict(o, "bad"))
		rc = ask(e, line, &o);
	if (rc == 0 && o)
		say(e, line, o);
	return rc;
}

static enum status explain_file(struct explain *e, const char *path)
{
	struct flow_file file;
	enum status status = flow_file_open(e->ctx, path, &file);
	struct error err;
	char *line;
	int rc, talk = 0;

	if (status)
		return status;
	e->file = file.name;
	while (rc = flow_file_next(&file, &line, &err), rc > 0 && talk == 0) {
		e->number = file.lines.number;
		if (err.code) {
			AUTO(json_put) struct json_object *o =
				verdict_new("bad", err.msg, NULL, NULL);

			say(e, line, o);
		} else {
			talk = explain_line(e, line);
		}
	}
	flow_file_close(&file);
	if (talk < 0)
		return client_explain(e->ctx, talk);
	if (rc < 0)
		return out_failure(e->ctx->out, -rc, STATUS_FAILED, "%s: %s",
				   file.name, strerror(-rc));
	return STATUS_DONE;
}

static enum status explain_words(struct explain *e)
{
	AUTO(free) char *line = flow_words_join(e->ctx);
	enum status status = flow_words_check(e->ctx, line);
	int rc;

	if (status)
		return status;
	rc = explain_line(e, line);
	return rc < 0 ? client_explain(e->ctx, rc) : STATUS_DONE;
}

static enum status explain_all(struct explain *e, const char *path)
{
	enum status status;

	e->reader = line_reader_new(NULL);
	if (!e->reader)
		return out_failure(e->ctx->out, ENOMEM, STATUS_FAILED,
				   "out of memory");
	status = path ? explain_file(e, path) : explain_words(e);
	line_reader_free(e->reader);
	out_stream_end(e->ctx->out, status);
	return status == STATUS_DONE && e->any_refused ? STATUS_FAILED :
							 status;
}

enum status flow_explain_run(struct ctx *ctx)
{
	const char *path = cmd_opt(ctx, "file");
	struct client client = { .conn.fd = -1 };
	struct explain e = { .ctx = ctx };
	enum status status;
	int rc;

	if (path && ctx->argc)
		return cmd_usage(ctx, "FLOW and --file at once");
	if (!path && !ctx->argc)
		return cmd_usage(ctx, "FLOW is missing");
	if (!path && ctx->argc == 1 && strcmp(ctx->argv[0], "-") == 0)
		path = "-";
	if (cmd_opt(ctx, "offline"))
		return explain_all(&e, path);
	rc = client_connect(&client, ctx->socket);
	if (rc < 0)
		return client_explain(ctx, rc);
	e.client = &client;
	status = explain_all(&e, path);
	client_close(&client);
	return status;
}
