/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sf add, sf del: scalable functions. */
#include <string.h>

#include "common/base/parse.h"
#include "swctl/client.h"
#include "swctl/out.h"

/* devlink(8)'s words, and what the daemon calls them. */
static const struct {
	const char *word, *param;
} words[] = {
	{ "pfnum", "pf" }, { "sfnum", "sf" }, { "controller", "controller" },
};

static enum status take_pair(const struct ctx *ctx, const char *word,
			     const char *text, struct json_object *params)
{
	uint32_t n;

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (strcmp(words[i].word, word) != 0)
			continue;
		if (parse_u32(text, UINT32_MAX - 1, &n) < 0)
			return cmd_usage(ctx, "%s: '%s' is not a number", word,
					 text);
		json_object_object_add(params, words[i].param,
				       json_object_new_int64(n));
		return STATUS_DONE;
	}
	return cmd_usage(ctx, "'%s' is none of pfnum, sfnum, controller", word);
}

static enum status take_pairs(const struct ctx *ctx,
			      struct json_object *params)
{
	if (ctx->argc % 2 == 0)
		return cmd_usage(ctx, "'%s' has no value",
				 ctx->argv[ctx->argc - 1]);
	for (int i = 1; i < ctx->argc; i += 2) {
		enum status status = take_pair(ctx, ctx->argv[i],
					       ctx->argv[i + 1], params);

		if (status)
			return status;
	}
	if (!json_object_object_get_ex(params, "pf", NULL))
		return cmd_usage(ctx, "pfnum is missing");
	return STATUS_DONE;
}

static enum status add_run(struct ctx *ctx)
{
	static const struct out_column none[] = { { NULL, NULL } };
	AUTO(json_put) struct json_object *params = json_object_new_object();
	AUTO(json_put) struct json_object *result = NULL;
	enum status status = take_pairs(ctx, params);

	if (status)
		return status;
	json_object_object_add(params, "device",
			       json_object_new_string(ctx->argv[0]));
	status = client_call(ctx, "sf.add", steal_ptr(params), &result);
	if (status != STATUS_DONE)
		return status;
	if (ctx->out->json)
		out_object(ctx->out, result, none);
	else
		printf("%s/%s\n", out_text(result, "device"),
		       out_text(result, "port_index"));
	return status;
}

static enum status del_run(struct ctx *ctx)
{
	static const struct out_column none[] = { { NULL, NULL } };
	AUTO(json_put) struct json_object *result = NULL;
	struct json_object *params = cmd_params(ctx, "name");
	enum status status;

	status = client_call(ctx, "sf.del", params, &result);
	if (status == STATUS_DONE)
		out_object(ctx->out, result, none);
	return status;
}

const struct cmd sf_cmds[] = {
	{ .path = "sf add", .args = "DEV pfnum N sfnum N controller N",
	  .min = 3, .max = 7,
	  .help = "make a scalable function and print its port",
	  .more = "Only pfnum must be given; the driver chooses the rest.",
	  .run = add_run },
	{ .path = "sf del", .args = "NAME", .min = 1, .max = 1,
	  .help = "remove a scalable function",
	  .more = "NAME is its representor, or its devlink port (pci/0000:03:00.0/32768).",
	  .run = del_run },
	{ 0 }
};
