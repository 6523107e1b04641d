/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sf list, sf set, sf add, sf del: scalable functions. */
#include <string.h>

#include "common/base/parse.h"
#include "common/device/devattr.h"
#include "swctl/attr_words.h"
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

static void print_sf(struct json_object *sf)
{
	printf("sf %s port %s", out_text(sf, "sf"), out_text(sf, "port_index"));
	if (out_get(sf, "netdev"))
		printf(" netdev %s", out_text(sf, "netdev"));
	if (out_get(sf, "controller"))
		printf(" controller %s", out_text(sf, "controller"));
	printf(" pf %s", out_text(sf, "pf"));
	attr_words_print(stdout, sf);
	printf("\n");
}

static enum status list_run(struct ctx *ctx)
{
	AUTO(json_put) struct json_object *result = NULL;
	enum status status = client_call(ctx, "sf.list",
					 cmd_params(ctx, "device"), &result);

	if (status == STATUS_DONE)
		out_lines(ctx->out, result, print_sf);
	return status;
}

static enum status set_run(struct ctx *ctx)
{
	static const struct out_column none[] = { { NULL, NULL } };
	AUTO(json_put) struct json_object *result = NULL;
	AUTO(free) char *attrs = NULL;
	struct json_object *params;
	enum status status = attr_words_take(ctx, 1,
					     DEVATTR_OF_FUNCTION |
					     DEVATTR_OF_RATE, &attrs);

	if (status != STATUS_DONE)
		return status;
	params = cmd_params(ctx, "name");
	json_object_object_add(params, "attrs", json_object_new_string(attrs));
	status = client_call(ctx, "sf.set", params, &result);
	if (status == STATUS_DONE)
		out_object(ctx->out, result, none);
	return status;
}

#define NAME_IS                                                            \
	"NAME is its representor, or its devlink port (pci/0000:03:00.0/32768)."

const struct cmd sf_cmds[] = {
	{ .path = "sf list", .args = "DEV", .min = 1, .max = 1,
	  .help = "list scalable functions with their attributes",
	  .run = list_run },
	{ .path = "sf set", .args = "NAME ATTR VALUE…", .min = 3,
	  .max = CMD_NO_LIMIT,
	  .help = "set attributes of a scalable function",
	  .more = "All that are given, or none.  " NAME_IS,
	  .attrs = DEVATTR_OF_FUNCTION | DEVATTR_OF_RATE, .run = set_run },
	{ .path = "sf add", .args = "DEV pfnum N sfnum N controller N",
	  .min = 3, .max = 7,
	  .help = "make a scalable function and print its port",
	  .more = "Only pfnum must be given; the driver chooses the rest.",
	  .run = add_run },
	{ .path = "sf del", .args = "NAME", .min = 1, .max = 1,
	  .help = "remove a scalable function",
	  .more = NAME_IS,
	  .run = del_run },
	{ 0 }
};
