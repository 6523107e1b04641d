/* SPDX-License-Identifier: GPL-2.0-or-later */
/* eswitch show, vf count; to set a mode takes more. */
#include <errno.h>

#include "common/base/parse.h"
#include "swctl/client.h"
#include "swctl/eswitch_set.h"
#include "swctl/out.h"

static const struct out_column mode_columns[] = {
	{ "DEVICE", "device" },
	{ "MODE", "mode" },
	{ "INLINE", "inline_mode" },
	{ "ENCAP", "encap_mode" },
	{ NULL, NULL }
};

static const struct out_column vf_columns[] = {
	{ "DEVICE", "device" },
	{ "VFS", "count" },
	{ "MAX", "max" },
	{ NULL, NULL }
};

static enum status table(struct ctx *ctx, const char *method,
			 const struct out_column *columns)
{
	AUTO(json_put) struct json_object *result = NULL;
	enum status status = client_call(ctx, method, cmd_params(ctx, "device"),
					 &result);

	if (status == STATUS_DONE)
		out_table(ctx->out, result, columns);
	return status;
}

/* A change says nothing when it is done; -j tells how it is now. */
static enum status change(struct ctx *ctx, const char *method,
			  struct json_object *params)
{
	static const struct out_column none[] = { { NULL, NULL } };
	AUTO(json_put) struct json_object *result = NULL;
	enum status status = client_call(ctx, method, params, &result);

	if (status == STATUS_DONE)
		out_object(ctx->out, result, none);
	return status;
}

static enum status show_run(struct ctx *ctx)
{
	return table(ctx, "eswitch.show", mode_columns);
}

static enum status count_run(struct ctx *ctx)
{
	struct json_object *params;
	uint32_t count;

	if (ctx->argc < 2)
		return table(ctx, "vf.count", vf_columns);
	if (parse_u32(ctx->argv[1], UINT16_MAX, &count) < 0)
		return cmd_usage(ctx, "'%s' is not a number of VFs",
				 ctx->argv[1]);
	params = cmd_params(ctx, "device");
	json_object_object_add(params, "count", json_object_new_int64(count));
	return change(ctx, "vf.set_count", params);
}

const struct cmd eswitch_cmds[] = {
	{ .path = "eswitch show", .args = "[DEV]", .min = 0, .max = 1,
	  .help = "show eswitch modes", .run = show_run },
	{ .path = "eswitch set",
	  .args = "DEV mode legacy|switchdev|switchdev_inactive",
	  .min = 3, .max = 7, .help = "change eswitch modes",
	  .more = "Also: DEV [mode MODE] [inline-mode MODE] [encap-mode MODE], in any order.\n"
		  "Takes the steps that the driver wants, verifies them, and puts everything\n"
		  "back if one fails.  Ctrl-C leaves it to the daemon.",
	  .opts = { { 0, "plan", NULL, "only say what would be done", NULL },
		    { 'v', "verbose", NULL,
		      "show steps also when no terminal looks on", NULL } },
	  .run = eswitch_set_run },
	{ .path = "vf count", .args = "DEV [N]", .min = 1, .max = 2,
	  .help = "show or change the number of VFs", .run = count_run },
	{ 0 }
};
