/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ovs status: Open vSwitch, as the daemon sees it. */
#include "swctl/client.h"
#include "swctl/out.h"

static enum status status_run(struct ctx *ctx)
{
	static const struct out_column columns[] = {
		{ "connected", "connected" },
		{ "why not", "why" },
		{ "socket", "socket" },
		{ "version", "version" },
		{ "bridges", "bridges" },
		{ "ports", "ports" },
		{ "interfaces", "interfaces" },
		{ "hw-offload", "settings.hw_offload" },
		{ "tc-policy", "settings.tc_policy" },
		{ "hw-offload-priority", "settings.hw_offload_priority" },
		{ "max-idle ms", "settings.max_idle_ms" },
		{ NULL, NULL }
	};
	AUTO(json_put) struct json_object *result = NULL;
	enum status status = client_call(ctx, "ovs.status", NULL, &result);

	if (status == STATUS_DONE)
		out_object(ctx->out, result, columns);
	return status;
}

const struct cmd ovs_cmds[] = {
	{ .path = "ovs status", .args = "", .min = 0, .max = 0,
	  .help = "whether Open vSwitch is there, and its settings",
	  .more = "If it is not, or the daemon may not talk to its database, it says why, and\n"
		  "the status is 0 nevertheless.",
	  .run = status_run },
	{ 0 }
};
