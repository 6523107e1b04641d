/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sums first, then the tables that they are the sums of. */
#include "swctl/flow_stats.h"

#include "swctl/client.h"
#include "swctl/out.h"

static const struct out_column sums[] = {
	{ "flows", "flows" },
	{ "in hardware", "states.in_hw" },
	{ "in software", "states.sw" },
	{ "evicted", "states.evicted" },
	{ "rejected", "states.rejected" },
	{ "lost", "states.lost" },
	{ "pending", "states.pending" },
	{ "packets", "packets" },
	{ "of hardware", "hw_packets" },
	{ "bytes", "bytes" },
	{ "of hardware", "hw_bytes" },
	{ "packets/s", "pps" },
	{ "idle time-outs", "idle_timeouts" },
	{ "hard time-outs", "hard_timeouts" },
	{ "read every ms", "poll_ms" },
	{ "which takes ms", "read_ms" },
	{ NULL, NULL }
};

static const struct out_column devices[] = {
	{ "DEV", "dev" },
	{ "FLOWS", "flows" },
	{ "IN HW", "in_hw" },
	{ "PACKETS", "packets" },
	{ "OF HW", "hw_packets" },
	{ "BYTES", "bytes" },
	{ "OF HW", "hw_bytes" },
	{ "PACKETS/S", "pps" },
	{ NULL, NULL }
};

static const struct out_column reasons[] = {
	{ "COUNT", "count" },
	{ "STAGE", "stage" },
	{ "CODE", "code" },
	{ "MEANING", "text" },
	{ NULL, NULL }
};

static void table(struct out *out, struct json_object *a,
		  const struct out_column *columns)
{
	if (!a || !json_object_array_length(a))
		return;
	printf("\n");
	out_table(out, a, columns);
}

enum status flow_stats_run(struct ctx *ctx)
{
	AUTO(json_put) struct json_object *result = NULL;
	enum status status = client_call(ctx, "flow.stats", NULL, &result);

	if (status)
		return status;
	out_object(ctx->out, result, sums);
	if (ctx->out->json)
		return status;
	table(ctx->out, out_get(result, "devices"), devices);
	table(ctx->out, out_get(result, "reasons"), reasons);
	return status;
}
