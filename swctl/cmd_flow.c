/* SPDX-License-Identifier: GPL-2.0-or-later */
/* flow add, del, show, flush; the others have files of their own. */
#include <string.h>

#include "swctl/client.h"
#include "swctl/flow_attrs.h"
#include "swctl/flow_convert.h"
#include "swctl/flow_explain.h"
#include "swctl/flow_load.h"
#include "swctl/flow_prove.h"
#include "swctl/flow_stats.h"
#include "swctl/flow_words.h"
#include "swctl/out.h"
#include "swctl/stream.h"

static const char *const policies[] = { "best-effort", "hw-only", "sw-only",
					NULL };
static const char *const states[] = { "pending", "in_hw", "sw", "rejected",
				      "evicted", "lost", NULL };

#define FLOW_HELP \
	"FLOW is a datapath flow as `ovs-appctl dpctl/dump-flows --names` prints it\n" \
	"(in_port(eth1),eth_type(0x0800),…,actions:eth2), or the words of tc\n" \
	"(dev eth1 ingress protocol ip flower … action …); the first word tells."

#define POLICY_OPT \
	{ 'p', "policy", "POLICY", "who may run it", policies }

static struct json_object *text_param(struct json_object *params,
				      const char *name, const char *value)
{
	if (!params)
		params = json_object_new_object();
	if (value)
		json_object_object_add(params, name,
				       json_object_new_string(value));
	return params;
}

static enum status add_run(struct ctx *ctx)
{
	AUTO(json_put) struct json_object *result = NULL;
	AUTO(free) char *line = flow_words_join(ctx);
	struct json_object *params;
	enum status status;

	status = flow_words_check(ctx, line);
	if (status)
		return status;
	params = text_param(NULL, "flow", line);
	params = text_param(params, "policy", cmd_opt(ctx, "policy"));
	status = flow_attrs_params(ctx, params, NULL);
	if (status) {
		json_put(params);
		return status;
	}
	status = client_call(ctx, "flow.add", params, &result);
	if (status)
		return status;
	if (ctx->out->json) {
		static const struct out_column none[] = { { NULL, NULL } };

		out_object(ctx->out, result, none);
	} else {
		printf("%s\n", out_text(result, "state"));
		out_reasons(stdout, out_get(result, "reasons"), "  ");
	}
	return strcmp(out_text(result, "state"), "rejected") == 0 ?
		       STATUS_FAILED : STATUS_DONE;
}

static enum status set_run(struct ctx *ctx)
{
	static const struct out_column none[] = { { NULL, NULL } };
	AUTO(json_put) struct json_object *result = NULL;
	AUTO(json_put) struct json_object *params = NULL;
	AUTO(free) char *line = flow_words_join(ctx);
	enum status status = flow_words_check_name(ctx, line);
	unsigned int n = 0;

	if (status)
		return status;
	params = text_param(NULL, "flow", line);
	status = flow_attrs_params(ctx, params, &n);
	if (status)
		return status;
	if (!n)
		return cmd_usage(ctx, "nothing to set");
	status = client_call(ctx, "flow.set", steal_ptr(params), &result);
	if (status == STATUS_DONE)
		out_object(ctx->out, result, none);
	return status;
}

static enum status del_run(struct ctx *ctx)
{
	static const struct out_column none[] = { { NULL, NULL } };
	AUTO(json_put) struct json_object *result = NULL;
	AUTO(free) char *line = flow_words_join(ctx);
	enum status status = flow_words_check_name(ctx, line);

	if (status)
		return status;
	status = client_call(ctx, "flow.del", text_param(NULL, "flow", line),
			     &result);
	if (status == STATUS_DONE)
		out_object(ctx->out, result, none);
	return status;
}

static enum status flush_run(struct ctx *ctx)
{
	static const struct out_column rows[] = {
		{ "deleted", "deleted" }, { NULL, NULL }
	};
	AUTO(json_put) struct json_object *result = NULL;
	enum status status = client_call(ctx, "flow.flush", NULL, &result);

	if (status == STATUS_DONE)
		out_object(ctx->out, result, rows);
	return status;
}

static int64_t number(struct json_object *o, const char *path)
{
	return json_object_get_int64(out_get(o, path));
}

static void print_flow(struct json_object *o)
{
	int64_t packets = number(o, "stats.packets"),
		bytes = number(o, "stats.bytes"),
		hw_packets = number(o, "stats.hw_packets"),
		hw_bytes = number(o, "stats.hw_bytes");

	printf("ufid:%s %s %s dev %s chain %s prio %s\n", out_text(o, "ufid"),
	       out_text(o, "state"), out_text(o, "policy"),
	       out_text(o, "dev"), out_text(o, "chain"), out_text(o, "prio"));
	printf("  %s\n", out_text(o, "odp"));
	printf("  hardware %lld packets %lld bytes, software %lld packets %lld bytes",
	       (long long)hw_packets, (long long)hw_bytes,
	       (long long)(packets - hw_packets), (long long)(bytes - hw_bytes));
	if (out_get(o, "stats.used_ms"))
		printf(", used %s ms ago", out_text(o, "stats.used_ms"));
	printf("\n");
	out_reasons(stdout, out_get(o, "reasons"), "  ");
}

static enum status show_run(struct ctx *ctx)
{
	AUTO(free) char *line = flow_words_join(ctx);
	struct json_object *params = NULL;
	enum status status;

	status = ctx->argc ? flow_words_check_name(ctx, line) : STATUS_DONE;
	if (status)
		return status;
	params = text_param(NULL, "flow", ctx->argc ? line : NULL);
	params = text_param(params, "dev", cmd_opt(ctx, "dev"));
	params = text_param(params, "state", cmd_opt(ctx, "state"));
	return stream_call(ctx, "flow.show", params, print_flow);
}

const struct cmd flow_cmds[] = {
	{ .path = "flow add", .args = "FLOW…", .min = 1, .max = CMD_NO_LIMIT,
	  .help = "put a flow and say what became of it",
	  .more = FLOW_HELP "\n\n"
		  "Prints in_hw; or sw or rejected with every reason and its remedy.  The\n"
		  "status is 1 if the flow is in neither hardware nor software.",
	  .opts = { POLICY_OPT, FLOW_ATTRS_OPTS }, .run = add_run },
	{ .path = "flow set", .args = "UFID|FLOW…", .min = 1,
	  .max = CMD_NO_LIMIT,
	  .help = "change what a flow is worth and when it times out",
	  .more = FLOW_HELP "\nIts actions do not matter here.  What is not given stays as it is; a\n"
		  "time-out of 0 is none.",
	  .opts = { FLOW_ATTRS_OPTS }, .run = set_run },
	{ .path = "flow del", .args = "UFID|FLOW…", .min = 1,
	  .max = CMD_NO_LIMIT, .help = "delete a flow",
	  .more = FLOW_HELP "\nIts actions do not matter here.", .run = del_run },
	{ .path = "flow show", .args = "[UFID|FLOW…]", .min = 0,
	  .max = CMD_NO_LIMIT,
	  .help = "show flows, their counters and why they are not in hardware",
	  .opts = { { 'd', "dev", "DEV", "only those on this netdev", NULL },
		    { 0, "state", "STATE", "only those in this state",
		      states } },
	  .run = show_run },
	{ .path = "flow load", .args = "FILE|-", .min = 1, .max = 1,
	  .help = "put all flows of a file, `filter del` lines delete",
	  .more = "Lines of `ovs-appctl dpctl/dump-flows --names` or of `tc -batch`, mixed.\n"
		  "What is good is taken; each line that is not is named on stderr with its\n"
		  "reason, and the status is then 1.",
	  .opts = { POLICY_OPT, FLOW_ATTRS_OPTS }, .run = flow_load_run },
	{ .path = "flow stats", .args = "", .min = 0, .max = 0,
	  .help = "show what all flows have counted, by device, state and reason",
	  .run = flow_stats_run },
	{ .path = "flow convert", .args = "[FILE|-]", .min = 0, .max = 1,
	  .help = "from one language to another, a line in, a line out",
	  .more = "odp is what `ovs-appctl dpctl/dump-flows` prints, tc what `tc -batch` takes,\n"
		  "json an object a line.  Needs no daemon.  Empty lines and comments are\n"
		  "skipped; a line that has no exact form in the other language is named on\n"
		  "stderr with its reasons, and the status is then 1.",
	  .opts = { { 0, "from", "LANG", "what the lines are; else each tells",
		      flow_convert_langs },
		    { 0, "to", "LANG", "what they become", flow_convert_langs } },
	  .run = flow_convert_run },
	{ .path = "flow explain", .args = "FLOW…|-", .min = 0,
	  .max = CMD_NO_LIMIT,
	  .help = "say if a flow would be offloaded, and if not, why not",
	  .more = FLOW_HELP "\n\n"
		  "No flow is put: the rule is tried out on a chain that nothing leads to, and\n"
		  "removed.  For that its device is prepared as for a flow (hw-tc-offload\n"
		  "switched on, clsact added), which stays.  With --offline nothing is touched.\n"
		  "The status is 1 if a flow is not offloadable.",
	  .opts = { { 0, "offline", NULL,
		      "ask no daemon: what can be known without the host", NULL },
		    { 'f', "file", "FILE", "flows from a file, one a line",
		      NULL } },
	  .run = flow_explain_run },
	{ .path = "flow prove", .args = "UFID|FLOW…", .min = 1,
	  .max = CMD_NO_LIMIT,
	  .help = "prove by its counters that hardware forwards a flow",
	  .more = FLOW_HELP "\nIts actions do not matter here.\n\n"
		  "While packets of the flow come, hardware must count them and software none.\n"
		  "Then the control: for two seconds or more software alone has the flow, where\n"
		  "its packets go on, and must count them, and hardware none for the same match\n"
		  "on a chain that nothing leads to.  At the end the flow is where it was.  A flow\n"
		  "that is hw-only has no control.\n\n"
		  "The status is 0 if it is proven, 1 if not, 5 if there is no such flow.",
	  .opts = { { 0, "packets", "N",
		      "so many must be counted, in each phase (1)", NULL },
		    { 0, "seconds", "N",
		      "wait so long for them, in each phase (10)", NULL },
		    { 0, "no-control", NULL, "only watch", NULL } },
	  .run = flow_prove_run },
	{ .path = "flow flush", .args = "", .min = 0, .max = 0,
	  .help = "delete all flows that swoffd has put", .run = flush_run },
	{ 0 }
};
