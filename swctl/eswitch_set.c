/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Shows a plan, or how one is carried out.  Who interrupts it leaves the
 * daemon alone with it.
 */
#include "swctl/eswitch_set.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "swctl/client.h"
#include "swctl/out.h"

#define EXIT_INTERRUPTED 130           /* as a shell tells SIGINT */

static const char *const modes[] = { "legacy", "switchdev",
				     "switchdev_inactive", NULL };
static const char *const inlines[] = { "none", "link", "network", "transport",
				       NULL };
static const char *const encaps[] = { "none", "basic", NULL };

static const struct word {
	const char *word, *param;
	const char *const *values;
} words[] = {
	{ "mode", "mode", modes },
	{ "inline-mode", "inline_mode", inlines },
	{ "encap-mode", "encap_mode", encaps },
};

static const struct word *find(const char *word)
{
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (strcmp(words[i].word, word) == 0)
			return &words[i];
	return NULL;
}

static bool is_value(const struct word *w, const char *value)
{
	for (size_t i = 0; w->values[i]; i++)
		if (strcmp(w->values[i], value) == 0)
			return true;
	return false;
}

static enum status make_params(struct ctx *ctx, struct json_object *params)
{
	json_object_object_add(params, "device",
			       json_object_new_string(ctx->argv[0]));
	for (int i = 1; i < ctx->argc; i += 2) {
		const struct word *w = find(ctx->argv[i]);

		if (!w)
			return cmd_usage(ctx, "'%s': mode, inline-mode or "
					 "encap-mode was expected",
					 ctx->argv[i]);
		if (i + 1 == ctx->argc)
			return cmd_usage(ctx, "%s: a value is missing",
					 w->word);
		if (!is_value(w, ctx->argv[i + 1]))
			return cmd_usage(ctx, "%s: '%s' is no such mode",
					 w->word, ctx->argv[i + 1]);
		if (json_object_object_get_ex(params, w->param, NULL))
			return cmd_usage(ctx, "%s is given twice", w->word);
		json_object_object_add(params, w->param,
				       json_object_new_string(ctx->argv[i +
									1]));
	}
	return STATUS_DONE;
}

static void print_findings(struct json_object *a, bool blocks,
			   const char *head)
{
	size_t n = a ? json_object_array_length(a) : 0;
	bool any = false;

	for (size_t i = 0; i < n; i++) {
		struct json_object *f = json_object_array_get_idx(a, i);

		if (json_object_get_boolean(out_get(f, "blocks")) != blocks)
			continue;
		if (!any)
			printf("%s:\n", head);
		any = true;
		printf("  %s: %s: %s\n    remedy: %s\n", out_text(f, "code"),
		       out_text(f, "subject"), out_text(f, "text"),
		       out_text(f, "remedy"));
	}
}

static void print_plan(struct json_object *o)
{
	struct json_object *steps = out_get(o, "steps");
	struct json_object *findings = out_get(o, "findings");
	size_t n = steps ? json_object_array_length(steps) : 0;

	printf("%s: driver %s%s%s, recipe %s, now %s\n",
	       out_text(o, "device"), out_text(o, "driver"),
	       *out_text(o, "firmware") ? ", firmware " : "",
	       out_text(o, "firmware"), out_text(o, "recipe"),
	       out_text(o, "from.mode"));
	if (!n)
		printf("nothing is to be done\n");
	for (size_t i = 0; i < n; i++) {
		struct json_object *s = json_object_array_get_idx(steps, i);

		printf("  %zu. %s (within %s s)\n", i + 1, out_text(s, "text"),
		       json_object_get_string(out_get(s, "deadline_s")));
	}
	print_findings(findings, true, "in the way");
	print_findings(findings, false, "to know");
}

static bool is_blocked(struct json_object *plan)
{
	struct json_object *a = out_get(plan, "findings");

	for (size_t i = 0; a && i < json_object_array_length(a); i++)
		if (json_object_get_boolean(
			    out_get(json_object_array_get_idx(a, i),
				    "blocks")))
			return true;
	return false;
}

static enum status show_plan(struct ctx *ctx, struct json_object *params)
{
	static const struct out_column none[] = { { NULL, NULL } };
	AUTO(json_put) struct json_object *plan = NULL;
	enum status status = client_call(ctx, "eswitch.plan", params, &plan);

	if (status)
		return status;
	if (ctx->out->json)
		out_object(ctx->out, plan, none);
	else
		print_plan(plan);
	if (is_blocked(plan))
		return STATUS_FAILED;
	return json_object_array_length(out_get(plan, "steps")) ?
		       STATUS_DIFFERENT : STATUS_DONE;
}

static void print_progress(void *ctx, struct json_object *p)
{
	const char *event = out_text(p, "event");
	bool begun = strcmp(event, "begun") == 0;

	(void)ctx;
	fprintf(stderr, "%s%s/%s %s", json_object_get_boolean(
			out_get(p, "back")) ? "back " : "",
		json_object_get_string(out_get(p, "number")),
		json_object_get_string(out_get(p, "of")), out_text(p, "text"));
	if (begun)
		fprintf(stderr, " ...\n");
	else
		fprintf(stderr, ": %s after %s ms%s%s\n", event,
			json_object_get_string(out_get(p, "ms")),
			*out_text(p, "error") ? ": " : "",
			out_text(p, "error"));
}

static void on_interrupt(int sig)
{
	static const char text[] =
		"\nswctl: left to the daemon, which goes on; `swctl eswitch "
		"show` tells what came of it\n";

	(void)sig;
	(void)!write(STDERR_FILENO, text, sizeof(text) - 1);
	_exit(EXIT_INTERRUPTED);
}

static enum status set(struct ctx *ctx, struct json_object *params)
{
	static const struct out_column none[] = { { NULL, NULL } };
	const struct sigaction act = { .sa_handler = on_interrupt };
	AUTO(json_put) struct json_object *result = NULL;
	bool watch = cmd_opt(ctx, "verbose") ||
		     (!ctx->out->json && isatty(STDERR_FILENO));
	enum status status;

	if (watch)
		json_object_object_add(params, "progress",
				       json_object_new_boolean(true));
	(void)sigaction(SIGINT, &act, NULL);
	status = client_call_notice(ctx, "eswitch.set", params, print_progress,
				    NULL, &result);
	if (status != STATUS_DONE)
		return status;
	out_object(ctx->out, result, none);
	if (!ctx->out->json && *out_text(result, "warning"))
		fprintf(stderr, "swctl: warning: %s\n",
			out_text(result, "warning"));
	return status;
}

enum status eswitch_set_run(struct ctx *ctx)
{
	AUTO(json_put) struct json_object *params = json_object_new_object();
	enum status status = make_params(ctx, params);

	if (status)
		return status;
	return cmd_opt(ctx, "plan") ? show_plan(ctx, steal_ptr(params)) :
				      set(ctx, steal_ptr(params));
}
