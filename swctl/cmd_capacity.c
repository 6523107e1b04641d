/* SPDX-License-Identifier: GPL-2.0-or-later */
/* capacity show, capacity set: tables of hardware rules. */
#include <string.h>

#include "common/base/parse.h"
#include "swctl/client.h"
#include "swctl/out.h"

static const struct out_column columns[] = {
	{ "DEVICE", "device" },
	{ "FLOWS", "flows" },
	{ "IN HW", "in_hw" },
	{ "PINNED", "pinned" },
	{ "HIGH", "high" },
	{ "LEARNT", "learnt" },
	{ "LIMIT", "limit" },
	{ "RESERVE", "reserve" },
	{ "FULL", "full" },
	{ "EVICTED", "evicted" },
	{ "PROMOTED", "promoted" },
	{ NULL, NULL }
};

static enum status show_run(struct ctx *ctx)
{
	AUTO(json_put) struct json_object *result = NULL;
	enum status status = client_call(ctx, "capacity.show",
					 cmd_params(ctx, "device"), &result);

	if (status == STATUS_DONE)
		out_table(ctx->out, result, columns);
	return status;
}

/* "limit 1000" or "reserve 10"; limit may be none. */
static enum status take_pair(const struct ctx *ctx, const char *name,
			     const char *value, struct json_object *params)
{
	uint32_t number = UINT32_MAX;

	if (strcmp(name, "limit") != 0 && strcmp(name, "reserve") != 0)
		return cmd_usage(ctx, "'%s' is neither limit nor reserve",
				 name);
	if ((strcmp(name, "limit") != 0 || strcmp(value, "none") != 0) &&
	    parse_u32(value, UINT32_MAX - 1, &number) < 0)
		return cmd_usage(ctx, "%s: '%s' is not a number of rules",
				 name, value);
	json_object_object_add(params, name, json_object_new_int64(number));
	return STATUS_DONE;
}

static enum status set_run(struct ctx *ctx)
{
	static const struct out_column none[] = { { NULL, NULL } };
	AUTO(json_put) struct json_object *params = cmd_params(ctx, "device");
	AUTO(json_put) struct json_object *result = NULL;
	enum status status;

	if (ctx->argc % 2 == 0)
		return cmd_usage(ctx, "'%s' has no value",
				 ctx->argv[ctx->argc - 1]);
	for (int i = 1; i < ctx->argc; i += 2) {
		status = take_pair(ctx, ctx->argv[i], ctx->argv[i + 1],
				   params);
		if (status)
			return status;
	}
	status = client_call(ctx, "capacity.set", steal_ptr(params), &result);
	if (status == STATUS_DONE)
		out_object(ctx->out, result, none);
	return status;
}

const struct cmd capacity_cmds[] = {
	{ .path = "capacity show", .args = "[DEV]", .min = 0, .max = 1,
	  .help = "show how full the tables of hardware rules are",
	  .run = show_run },
	{ .path = "capacity set", .args = "DEV limit N|none reserve N",
	  .min = 3, .max = 5,
	  .help = "how many rules of ours there may be, and places for pinned flows",
	  .more = "Either or both.  Flows that are over the limit give way to others, those\n"
		  "with fewer packets first; the reserve is kept for pinned flows.",
	  .run = set_run },
	{ 0 }
};
