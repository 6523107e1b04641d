/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim add, sim del, sim list: devices of netdevsim. */
#include "common/base/parse.h"
#include "swctl/client.h"
#include "swctl/out.h"

static const struct out_column columns[] = {
	{ "ID", "id" },
	{ "DEVICE", "device" },
	{ "NETDEV", "netdev" },
	{ "MODE", "eswitch.mode" },
	{ "VFS", "vfs.count" },
	{ "MAX", "vfs.max" },
	{ "PORTS", "ports" },
	{ NULL, NULL }
};

static enum status list_run(struct ctx *ctx)
{
	AUTO(json_put) struct json_object *result = NULL;
	enum status status = client_call(ctx, "sim.list", NULL, &result);

	if (status == STATUS_DONE)
		out_table(ctx->out, result, columns);
	return status;
}

static enum status take_number(const struct ctx *ctx, const char *name,
			       const char *text, struct json_object *params)
{
	uint32_t n;

	if (!text)
		return STATUS_DONE;
	/* The daemon knows how much may be. */
	if (parse_u32(text, UINT32_MAX, &n) < 0)
		return cmd_usage(ctx, "%s: '%s' is not a number", name, text);
	json_object_object_add(params, name, json_object_new_int64(n));
	return STATUS_DONE;
}

static enum status take_numbers(const struct ctx *ctx,
				struct json_object *params)
{
	enum status status = take_number(ctx, "id", ctx->argc ? ctx->argv[0] :
							NULL, params);

	if (!status)
		status = take_number(ctx, "ports", cmd_opt(ctx, "ports"),
				     params);
	if (!status)
		status = take_number(ctx, "vfs", cmd_opt(ctx, "vfs"), params);
	return status;
}

static enum status add_run(struct ctx *ctx)
{
	static const struct out_column none[] = { { NULL, NULL } };
	AUTO(json_put) struct json_object *params = json_object_new_object();
	AUTO(json_put) struct json_object *result = NULL;
	enum status status = take_numbers(ctx, params);

	if (status)
		return status;
	status = client_call(ctx, "sim.add", steal_ptr(params), &result);
	if (status != STATUS_DONE)
		return status;
	if (ctx->out->json)
		out_object(ctx->out, result, none);
	else
		printf("%s\n", out_text(result, "device"));
	return status;
}

static enum status del_run(struct ctx *ctx)
{
	static const struct out_column none[] = { { NULL, NULL } };
	AUTO(json_put) struct json_object *result = NULL;
	struct json_object *params = cmd_params(ctx, "device");
	enum status status;

	status = client_call(ctx, "sim.del", params, &result);
	if (status == STATUS_DONE)
		out_object(ctx->out, result, none);
	return status;
}

const struct cmd sim_cmds[] = {
	{ .path = "sim list", .args = "", .min = 0, .max = 0,
	  .help = "list devices of netdevsim", .run = list_run },
	{ .path = "sim add", .args = "[ID]", .min = 0, .max = 1,
	  .help = "make a device of netdevsim and print its handle",
	  .more = "Without ID it gets the first number that is free.  For tests: no hardware is\n"
		  "behind it.  The kernel must have netdevsim.",
	  .opts = {
		{ 0, "ports", "N", "physical ports; 1 unless told", NULL },
		{ 0, "vfs", "N", "VFs; none unless told", NULL },
	  }, .run = add_run },
	{ .path = "sim del", .args = "DEV|ID", .min = 1, .max = 1,
	  .help = "remove a device of netdevsim", .run = del_run },
	{ 0 }
};
