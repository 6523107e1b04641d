/* SPDX-License-Identifier: GPL-2.0-or-later */
/* health list, health show, health recover: reporters of devlink health. */
#include "swctl/client.h"
#include "swctl/out.h"

static const struct out_column columns[] = {
	{ "DEVICE", "device" },
	{ "PORT", "port_index" },
	{ "REPORTER", "reporter" },
	{ "STATE", "state" },
	{ "ERRORS", "error" },
	{ "RECOVERIES", "recover" },
	{ "AUTO RECOVER", "auto_recover" },
	{ "GRACE MS", "grace_period" },
	{ NULL, NULL }
};

static const struct out_column rows[] = {
	{ "device", "device" },
	{ "port index", "port_index" },
	{ "reporter", "reporter" },
	{ "state", "state" },
	{ "errors", "error" },
	{ "recoveries", "recover" },
	{ "grace period, ms", "grace_period" },
	{ "auto recover", "auto_recover" },
	{ "auto dump", "auto_dump" },
	{ NULL, NULL }
};

static struct json_object *words(const struct ctx *ctx)
{
	static const char *const names[] = { "device", "reporter" };
	struct json_object *params = json_object_new_object();

	for (int i = 0; i < ctx->argc; i++)
		json_object_object_add(params, names[i],
				       json_object_new_string(ctx->argv[i]));
	return params;
}

static enum status list_run(struct ctx *ctx)
{
	AUTO(json_put) struct json_object *result = NULL;
	enum status status = client_call(ctx, "health.list", words(ctx),
					 &result);

	if (status == STATUS_DONE)
		out_table(ctx->out, result, columns);
	return status;
}

static enum status one(struct ctx *ctx, const char *method)
{
	AUTO(json_put) struct json_object *result = NULL;
	enum status status = client_call(ctx, method, words(ctx), &result);

	if (status == STATUS_DONE)
		out_object(ctx->out, result, rows);
	return status;
}

static enum status show_run(struct ctx *ctx)
{
	return one(ctx, "health.show");
}

static enum status recover_run(struct ctx *ctx)
{
	return one(ctx, "health.recover");
}

const struct cmd health_cmds[] = {
	{ .path = "health list", .args = "[DEV]", .min = 0, .max = 1,
	  .help = "list health reporters with their counters",
	  .run = list_run },
	{ .path = "health show", .args = "DEV REPORTER", .min = 2, .max = 2,
	  .help = "show one health reporter",
	  .more = "Where ports have reporters of the same name, DEV is a port: pci/0000:03:00.0/1.",
	  .run = show_run },
	{ .path = "health recover", .args = "DEV REPORTER", .min = 2, .max = 2,
	  .help = "have the driver recover now",
	  .more = "Waits until it has done it, then shows the reporter.  What the driver resets\n"
		  "for it, up to the whole device, is its own affair.",
	  .run = recover_run },
	{ 0 }
};
