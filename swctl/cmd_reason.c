/* SPDX-License-Identifier: GPL-2.0-or-later */
/* reasons: why flows are not in hardware. */
#include "swctl/client.h"
#include "swctl/out.h"

static const struct out_column columns[] = {
	{ "COUNT", "count" },
	{ "STAGE", "stage" },
	{ "CODE", "code" },
	{ "MEANING", "text" },
	{ NULL, NULL }
};

static enum status reasons_run(struct ctx *ctx)
{
	AUTO(json_put) struct json_object *result = NULL;
	enum status status = client_call(ctx, "reason.count", NULL, &result);

	if (status == STATUS_DONE)
		out_table(ctx->out, result, columns);
	return status;
}

const struct cmd reason_cmds[] = {
	{ .path = "reasons", .args = "", .min = 0, .max = 0,
	  .help = "count flows by why they are not in hardware",
	  .run = reasons_run },
	{ 0 }
};
