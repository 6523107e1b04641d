/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ovs: Open vSwitch, as the daemon sees it, what the daemon does beside it, and
 * what may be done to it. */
#include <errno.h>
#include <string.h>

#include "swctl/client.h"
#include "swctl/out.h"
#include "swctl/ovs_flows.h"

static const char *const policies[] = { "best-effort", "hw-only", "sw-only",
					NULL };

static const struct out_column companion_columns[] = {
	{ "mode", "mode" },
	{ "asked for", "asked" },
	{ "why another", "why" },
	{ "policy", "policy" },
	{ "datapaths", "datapaths" },
	{ "trouble", "trouble" },
	{ "datapath flows", "flows" },
	{ "not followed", "flows_not_followed" },
	{ "idle", "idle" },
	{ NULL, NULL }
};

static const struct out_column share_columns[] = {
	{ "WHERE", "where" },
	{ "FLOWS", "flows" },
	{ "PACKETS", "packets" },
	{ "BYTES", "bytes" },
	{ "PER SECOND", "pps" },
	{ NULL, NULL }
};

static void print_companion(struct out *out, struct json_object *o)
{
	if (!o)
		return;
	out_object(out, o, companion_columns);
	out_table(out, out_get(o, "shares"), share_columns);
}

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
		{ "held", "settings.held" },
		{ "own max-idle ms", "settings.own_max_idle_ms" },
		{ NULL, NULL }
	};
	AUTO(json_put) struct json_object *result = NULL;
	enum status status = client_call(ctx, "ovs.status", NULL, &result);

	if (status)
		return status;
	out_object(ctx->out, result, columns);
	if (!ctx->out->json)
		print_companion(ctx->out, out_get(result, "companion"));
	return status;
}

static enum status ports_run(struct ctx *ctx)
{
	static const struct out_column columns[] = {
		{ "BRIDGE", "bridge" },
		{ "PORT", "port" },
		{ "INTERFACE", "interface" },
		{ "TYPE", "type" },
		{ "OFPORT", "ofport" },
		{ "LINK", "link_state" },
		{ "DEVICE", "device" },
		{ "INDEX", "port_index" },
		{ "PLUGGED", "plugged" },
		{ "ERROR", "error" },
		{ NULL, NULL }
	};
	AUTO(json_put) struct json_object *result = NULL;
	enum status status = client_call(ctx, "ovs.ports",
					 cmd_params(ctx, "bridge"), &result);

	if (status == STATUS_DONE)
		out_table(ctx->out, result, columns);
	return status;
}

static enum status mode_run(struct ctx *ctx)
{
	AUTO(json_put) struct json_object *result = NULL;
	const char *policy = cmd_opt(ctx, "policy");
	struct json_object *params = cmd_params(ctx, "mode"), *companion;
	enum status status;

	if (policy && !ctx->argc) {
		json_put(params);
		return cmd_usage(ctx, "--policy without MODE");
	}
	if (policy)
		json_object_object_add(params, "policy",
				       json_object_new_string(policy));
	status = client_call(ctx, ctx->argc ? "ovs.mode" : "ovs.status",
			     ctx->argc ? params : NULL, &result);
	if (!ctx->argc)
		json_put(params);
	if (status)
		return status;
	companion = ctx->argc ? result : out_get(result, "companion");
	if (!companion)
		return out_failure(ctx->out, EOPNOTSUPP, STATUS_FAILED,
				   "Open vSwitch is not looked at");
	if (ctx->out->json)
		out_object(ctx->out, companion, companion_columns);
	else
		printf("%s%s%s\n", out_text(companion, "mode"),
		       *out_text(companion, "why") ? ": " : "",
		       out_text(companion, "why"));
	return status;
}

static const struct out_column none[] = { { NULL, NULL } };

static enum status set_run(struct ctx *ctx)
{
	AUTO(json_put) struct json_object *result = NULL;
	bool on = strcmp(ctx->argv[1], "true") == 0;
	struct json_object *params;
	enum status status;

	if (strcmp(ctx->argv[0], "hw-offload") != 0)
		return cmd_usage(ctx, "'%s': hw-offload was expected",
				 ctx->argv[0]);
	if (!on && strcmp(ctx->argv[1], "false") != 0)
		return cmd_usage(ctx, "'%s' is neither true nor false",
				 ctx->argv[1]);
	params = json_object_new_object();
	json_object_object_add(params, "hw_offload",
			       json_object_new_boolean(on));
	status = client_call(ctx, "ovs.set", params, &result);
	if (status != STATUS_DONE)
		return status;
	out_object(ctx->out, result, none);
	if (!ctx->out->json)
		fprintf(stderr, "swctl: ovs-vswitchd reads hw-offload when it "
			"starts: restart it for a change to take effect\n");
	return status;
}

static void print_ports(struct json_object *result, const char *what)
{
	struct json_object *a = out_get(result, "ports");

	for (size_t i = 0; a && i < json_object_array_length(a); i++) {
		struct json_object *p = json_object_array_get_idx(a, i);

		printf("%s %s (%s)\n", what, out_text(p, "netdev"),
		       out_text(p, "port"));
	}
}

static void add_opt(struct ctx *ctx, struct json_object *params,
		    const char *opt)
{
	if (cmd_opt(ctx, opt))
		json_object_object_add(params, opt,
				       json_object_new_boolean(true));
}

/* Takes params. */
static enum status change(struct ctx *ctx, const char *method,
			  struct json_object *params, const char *what,
			  const char *planned)
{
	AUTO(json_put) struct json_object *result = NULL;
	bool plan = cmd_opt(ctx, "plan");
	struct json_object *ports;
	enum status status;

	add_opt(ctx, params, "plan");
	status = client_call(ctx, method, params, &result);
	if (status != STATUS_DONE)
		return status;
	if (ctx->out->json)
		out_object(ctx->out, result, none);
	else
		print_ports(result, plan ? planned : what);
	ports = out_get(result, "ports");
	return plan && ports && json_object_array_length(ports) ?
		       STATUS_DIFFERENT : STATUS_DONE;
}

static enum status plug_run(struct ctx *ctx)
{
	struct json_object *params = cmd_params(ctx, "bridge");

	if (ctx->argc > 1)
		json_object_object_add(params, "device",
				       json_object_new_string(ctx->argv[1]));
	return change(ctx, "ovs.plug", params, "plugged", "would plug");
}

static enum status unplug_run(struct ctx *ctx)
{
	struct json_object *params = cmd_params(ctx, "bridge");

	add_opt(ctx, params, "stale");
	return change(ctx, "ovs.unplug", params, "unplugged", "would unplug");
}

const struct cmd ovs_cmds[] = {
	{ .path = "ovs status", .args = "", .min = 0, .max = 0,
	  .help = "whether Open vSwitch is there, and its settings",
	  .more = "If it is not, or the daemon may not talk to its database, it says why, and\n"
		  "the status is 0 nevertheless.",
	  .run = status_run },
	{ .path = "ovs ports", .args = "[BRIDGE]", .min = 0, .max = 1,
	  .help = "list ports of bridges, and which representor each is",
	  .run = ports_run },
	{ .path = "ovs mode", .args = "[MODE]", .min = 0, .max = 1,
	  .help = "say, or set, what is done beside Open vSwitch",
	  .more = "MODE is one of\n"
		  "  observe  follow its flows and tell where each is and why; write nothing\n"
		  "  mirror   offload what its datapath has; its own hw-offload must be off\n"
		  "  off      nothing\n"
		  "  auto     observe if Open vSwitch offloads, else off\n"
		  "It is kept over restarts of the daemon; swoffd.conf(5) has it for a boot.",
	  .opts = { { 'p', "policy", "POLICY", "who may run what is mirrored",
		      policies } },
	  .run = mode_run },
	{ .path = "ovs flows", .args = "[UFID]", .min = 0, .max = 1,
	  .help = "show flows of Open vSwitch, where they are and why",
	  .more = "Where: in_hw (hardware forwards it), tc (software of tc does), datapath\n"
		  "(that of Open vSwitch does), pending.",
	  .opts = { { 'd', "dev", "DEV", "only those that come in there", NULL },
		    { 'w', "where", "WHERE", "only those there",
		      ovs_flows_places },
		    { 'n', "not-in-hw", NULL, "only those hardware has not",
		      NULL },
		    { 't', "top", "N", "only the N busiest, first the busiest",
		      NULL },
		    { 0, "probe", NULL,
		      "try out what nothing speaks against, as explain does",
		      NULL } },
	  .run = ovs_flows_run },
	{ .path = "ovs explain", .args = "UFID|FLOW…", .min = 1,
	  .max = CMD_NO_LIMIT,
	  .help = "say if a flow would be offloaded, and if not, why not",
	  .more = "The rule is tried out on a chain of the port that nothing leads to, and\n"
		  "removed.  Nothing of the port is switched on for that: what is off is the\n"
		  "reason.  The status is 1 if the flow is not offloadable.",
	  .run = ovs_explain_run },
	{ .path = "ovs set", .args = "hw-offload true|false",
	  .min = 2, .max = 2,
	  .help = "set other_config:hw-offload of Open vSwitch",
	  .more = "ovs-vswitchd must be restarted for it, which is left to you.",
	  .run = set_run },
	{ .path = "ovs plug", .args = "BRIDGE [DEV]", .min = 1, .max = 2,
	  .help = "make representors ports of a bridge",
	  .more = "All of VFs and scalable functions, of that device only if one is given, that\n"
		  "are a port of no bridge yet.  They are marked: external_ids:swoffd-plugged of\n"
		  "their interface.  With --plan the status is 6 if there is something to do.",
	  .opts = { { 0, "plan", NULL, "only say what would be done", NULL } },
	  .run = plug_run },
	{ .path = "ovs unplug", .args = "BRIDGE", .min = 1, .max = 1,
	  .help = "remove the ports of a bridge that were plugged",
	  .more = "Never one without the mark of ovs plug.  With --plan the status is 6 if there\n"
		  "is something to do.",
	  .opts = { { 0, "stale", NULL,
		      "only those whose representor is gone or another", NULL },
		    { 0, "plan", NULL, "only say what would be done", NULL } },
	  .run = unplug_run },
	{ 0 }
};
