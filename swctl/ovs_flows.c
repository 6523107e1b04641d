/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "swctl/ovs_flows.h"

#include <string.h>

#include "common/base/parse.h"
#include "swctl/client.h"
#include "swctl/flow_explain.h"
#include "swctl/out.h"
#include "swctl/stream.h"

const char *const ovs_flows_places[] = { "in_hw", "tc", "datapath", "pending",
					 NULL };

static void print_flow(struct json_object *o)
{
	const char *by = out_text(o, "by");
	long long packets = (long long)json_object_get_int64(
		out_get(o, "stats.packets"));
	long long hw = (long long)json_object_get_int64(
		out_get(o, "stats.hw_packets"));

	printf("ufid:%s %s%s%s dev %s\n", out_text(o, "ufid"),
	       out_text(o, "where"), *by ? " by " : "", by,
	       out_text(o, "dev"));
	printf("  %s\n", out_text(o, "flow"));
	printf("  hardware %lld packets, software %lld packets, %s a second",
	       hw, packets - hw, out_text(o, "pps"));
	if (out_get(o, "stats.used_ms"))
		printf(", used %s ms ago", out_text(o, "stats.used_ms"));
	printf("\n");
	out_reasons(stdout, out_get(o, "reasons"), "  ");
}

static void add_text(struct json_object *params, const char *key,
		     const char *value)
{
	if (value)
		json_object_object_add(params, key,
				       json_object_new_string(value));
}

static enum status read_params(struct ctx *ctx, struct json_object *params)
{
	const char *top = cmd_opt(ctx, "top");
	uint32_t n;

	add_text(params, "flow", ctx->argc ? ctx->argv[0] : NULL);
	add_text(params, "dev", cmd_opt(ctx, "dev"));
	add_text(params, "where", cmd_opt(ctx, "where"));
	if (cmd_opt(ctx, "not-in-hw"))
		json_object_object_add(params, "not_in_hw",
				       json_object_new_boolean(true));
	if (!top)
		return STATUS_DONE;
	if (parse_u32(top, UINT32_MAX, &n) < 0)
		return cmd_usage(ctx, "--top %s: not a number", top);
	json_object_object_add(params, "top", json_object_new_uint64(n));
	return STATUS_DONE;
}

enum status ovs_flows_run(struct ctx *ctx)
{
	AUTO(json_put) struct json_object *params = json_object_new_object();
	enum status status = read_params(ctx, params);

	if (status)
		return status;
	return stream_call(ctx, cmd_opt(ctx, "probe") ? "ovs.probe" :
							"ovs.flows",
			   steal_ptr(params), print_flow);
}

static void print_explained(struct json_object *o)
{
	if (out_get(o, "flow")) {
		print_flow(out_get(o, "flow"));
		printf("tried out: ");
	}
	printf("%s\n", out_text(o, "verdict"));
	flow_explain_print(o);
}

enum status ovs_explain_run(struct ctx *ctx)
{
	static const struct out_column none[] = { { NULL, NULL } };
	AUTO(json_put) struct json_object *result = NULL;
	AUTO(free) char *line = cmd_join(ctx, 0);
	struct json_object *params = json_object_new_object();
	enum status status;

	add_text(params, "flow", line);
	status = client_call(ctx, "ovs.explain", params, &result);
	if (status)
		return status;
	if (ctx->out->json)
		out_object(ctx->out, result, none);
	else
		print_explained(result);
	return strcmp(out_text(result, "verdict"), "offloadable") == 0 ?
		       STATUS_DONE : STATUS_FAILED;
}
