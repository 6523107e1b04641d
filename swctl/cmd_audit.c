/* SPDX-License-Identifier: GPL-2.0-or-later */
/* audit: is in the kernel what swoffd says. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "swctl/client.h"
#include "swctl/out.h"

static const struct out_column counts[] = {
	{ "clean", "clean" },
	{ "missing", "missing" },
	{ "changed", "changed" },
	{ "stale", "stale" },
	{ "duplicated", "duplicated" },
	{ "orphan", "orphan" },
	{ "foreign", "foreign" },
	{ "pending", "pending" },
	{ NULL, NULL }
};

/* changed: eth1 ingress chain 0 prio 16384 handle 5 ufid:…: its actions
 *   the rule in tc is not as its flow wants it; replace it */
static void print_finding(struct json_object *o)
{
	const char *detail = out_text(o, "detail"), *ufid = out_text(o, "ufid");

	printf("%s: %s %s chain %s prio %s handle %s", out_text(o, "kind"),
	       out_text(o, "dev"), out_text(o, "hook"), out_text(o, "chain"),
	       out_text(o, "prio"), out_text(o, "handle"));
	printf("%s%s%s%s\n", *ufid ? " ufid:" : "", ufid, *detail ? ": " : "",
	       detail);
	printf("  %s: %s\n", out_text(o, "text"), out_text(o, "fix"));
}

static void on_finding(void *ctx, char *line, size_t size)
{
	struct out *out = ((struct ctx *)ctx)->out;
	AUTO(json_put) struct json_object *o = NULL;

	(void)size;
	if (out->json) {
		fprintf(stderr, "%s\n", line);
		return;
	}
	o = json_tokener_parse(line);
	print_finding(o);
}

static int64_t number(struct json_object *o, const char *key)
{
	return json_object_get_int64(out_get(o, key));
}

static enum status conclude(struct ctx *ctx, struct json_object *o)
{
	static const char *const kinds[] = { "missing", "changed", "stale",
					     "duplicated", "orphan" };
	bool fixed = out_get(o, "remaining");
	int64_t n = 0;

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		n += number(o, kinds[i]);
	if (!ctx->out->json && n)
		printf("\n");
	out_object(ctx->out, o, counts);
	if (ctx->out->json)
		return (fixed ? number(o, "remaining") : n) ?
			       STATUS_DIFFERENT : STATUS_DONE;
	if (number(o, "omitted"))
		printf("%s findings more than were shown\n",
		       out_text(o, "omitted"));
	if (json_object_get_boolean(out_get(o, "incomplete")))
		printf("rules came and went meanwhile: look again for what is missing\n");
	if (fixed)
		printf("after the repair %s findings remain\n",
		       out_text(o, "remaining"));
	return (fixed ? number(o, "remaining") : n) ? STATUS_DIFFERENT :
						      STATUS_DONE;
}

static enum status audit_run(struct ctx *ctx)
{
	AUTO(json_put) struct json_object *result = NULL;
	struct json_object *params = json_object_new_object();
	struct client_flow flow = { .in_from = -1, .in_to = -1,
				    .on_line = on_finding, .ctx = ctx };
	enum status status;
	int fds[2];

	if (pipe2(fds, O_CLOEXEC) < 0)
		return out_failure(ctx->out, errno, STATUS_FAILED, "pipe: %s",
				   strerror(errno));
	if (cmd_opt(ctx, "fix"))
		json_object_object_add(params, "fix",
				       json_object_new_boolean(true));
	flow.out_from = fds[0];
	status = client_call_flow(ctx, "flow.audit", params, &fds[1], 1, &flow,
				  &result);
	close_fd(fds[0]);
	return status ? status : conclude(ctx, result);
}

const struct cmd audit_cmds[] = {
	{ .path = "audit", .args = "", .min = 0, .max = 0,
	  .help = "compare what swoffd says with what tc and the hardware have",
	  .more = "Names each rule that is missing, changed, stale (its target is gone),\n"
		  "duplicated or an orphan (it carries our mark, and no flow is its), and what\n"
		  "would be done about it; rules of others are counted and left alone.  The\n"
		  "status is 6 if there is any; with --fix, if any remains.",
	  .opts = { { 0, "fix", NULL, "do it, and look again", NULL } },
	  .run = audit_run },
	{ 0 }
};
