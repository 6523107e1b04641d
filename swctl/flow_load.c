/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The file is never looked into: bytes go one way, reports come the other. */
#include "swctl/flow_load.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "swctl/client.h"
#include "swctl/flow_attrs.h"
#include "swctl/out.h"

struct load {
	struct ctx *ctx;
	const char *file;
};

/* after: something stands before them. */
static void print_reasons(struct json_object *reasons, bool after)
{
	size_t n = reasons ? json_object_array_length(reasons) : 0;

	for (size_t i = 0; i < n; i++) {
		struct json_object *r = json_object_array_get_idx(reasons, i);
		const char *subject = out_text(r, "subject");
		const char *extack = out_text(r, "extack");

		fprintf(stderr, "%s%s%s%s", i || after ? "; " : "",
			out_text(r, "code"), *subject ? ":" : "", subject);
		if (*extack)
			fprintf(stderr, " \"%s\"", extack);
	}
}

/* FILE:LINE: result: why: text */
static void on_report(void *ctx, char *line, size_t size)
{
	const struct load *l = ctx;
	AUTO(json_put) struct json_object *o = NULL;
	const char *text;

	(void)size;
	if (l->ctx->out->json) {
		fprintf(stderr, "%s\n", line);
		return;
	}
	o = json_tokener_parse(line);
	text = out_text(o, "text");
	fprintf(stderr, "%s:%s: %s: %s", l->file, out_text(o, "line"),
		out_text(o, "result"), out_text(o, "error"));
	print_reasons(out_get(o, "reasons"), *out_text(o, "error"));
	fprintf(stderr, "%s%s\n", *text ? ": " : "", text);
}

static int64_t count(struct json_object *o, const char *key)
{
	return json_object_get_int64(out_get(o, key));
}

static void print_summary(struct ctx *ctx, struct json_object *o)
{
	static const struct out_column none[] = { { NULL, NULL } };

	if (ctx->out->json) {
		out_object(ctx->out, o, none);
		return;
	}
	printf("%s lines: %s flows, %s in hardware, %s in software, %s rejected, %s evicted, %s lost; %s deleted; %s refused, %s bad\n",
	       out_text(o, "lines"), out_text(o, "flows"),
	       out_text(o, "in_hw"), out_text(o, "sw"),
	       out_text(o, "rejected"), out_text(o, "evicted"),
	       out_text(o, "lost"), out_text(o, "deleted"),
	       out_text(o, "refused"), out_text(o, "bad"));
}

static enum status transfer(struct load *l, int fd)
{
	AUTO(json_put) struct json_object *result = NULL;
	struct json_object *params = json_object_new_object();
	const char *policy = cmd_opt(l->ctx, "policy");
	int in[2], refused[2], theirs[2];
	struct client_flow flow;
	enum status status;

	if (policy)
		json_object_object_add(params, "policy",
				       json_object_new_string(policy));
	status = flow_attrs_params(l->ctx, params, NULL);
	if (status) {
		json_put(params);
		return status;
	}
	if (pipe2(in, O_CLOEXEC) < 0 || pipe2(refused, O_CLOEXEC) < 0) {
		json_put(params);
		return out_failure(l->ctx->out, errno, STATUS_FAILED,
				   "pipe: %s", strerror(errno));
	}
	theirs[0] = in[0];
	theirs[1] = refused[1];
	flow = (struct client_flow){ .in_from = fd, .in_to = in[1],
				     .out_from = refused[0],
				     .on_line = on_report, .ctx = l };
	status = client_call_flow(l->ctx, "flow.load", params, theirs, 2,
				  &flow, &result);
	close_fd(flow.in_to);
	close_fd(refused[0]);
	if (status)
		return status;
	print_summary(l->ctx, result);
	if (flow.in_error)
		return out_failure(l->ctx->out, flow.in_error, STATUS_FAILED,
				   "%s: %s", l->file,
				   strerror(flow.in_error));
	return count(result, "refused") || count(result, "bad") ||
	       count(result, "rejected") || count(result, "lost") ?
		       STATUS_FAILED : STATUS_DONE;
}

enum status flow_load_run(struct ctx *ctx)
{
	struct load l = { .ctx = ctx, .file = ctx->argv[0] };
	AUTO(close_fd) int fd = -1;

	if (strcmp(l.file, "-") == 0) {
		l.file = "stdin";
		return transfer(&l, STDIN_FILENO);
	}
	fd = open(l.file, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return out_failure(ctx->out, errno, STATUS_FAILED, "%s: %s",
				   l.file, strerror(errno));
	return transfer(&l, fd);
}
