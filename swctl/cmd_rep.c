/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rep list, rep show: representors. */
#include "swctl/client.h"
#include "swctl/out.h"

static const struct out_column columns[] = {
	{ "NETDEV", "netdev" },
	{ "DEVICE", "device" },
	{ "PORT", "port_index" },
	{ "FLAVOUR", "flavour" },
	{ "CONTROLLER", "controller" },
	{ "PF", "pf" },
	{ "VF", "vf" },
	{ "SF", "sf" },
	{ "UP", "up" },
	{ "MTU", "mtu" },
	{ "OFFLOAD", "hw_tc_offload" },
	{ NULL, NULL }
};

static const struct out_column rows[] = {
	{ "netdev", "netdev" },
	{ "ifindex", "ifindex" },
	{ "device", "device" },
	{ "port index", "port_index" },
	{ "flavour", "flavour" },
	{ "controller", "controller" },
	{ "pf", "pf" },
	{ "vf", "vf" },
	{ "sf", "sf" },
	{ "switch id", "switch_id" },
	{ "up", "up" },
	{ "mtu", "mtu" },
	{ "hw-tc-offload", "hw_tc_offload" },
	{ NULL, NULL }
};

static enum status list_run(struct ctx *ctx)
{
	AUTO(json_put) struct json_object *result = NULL;
	enum status status = client_call(ctx, "rep.list",
					 cmd_params(ctx, "device"), &result);

	if (status == STATUS_DONE)
		out_table(ctx->out, result, columns);
	return status;
}

static enum status show_run(struct ctx *ctx)
{
	AUTO(json_put) struct json_object *result = NULL;
	enum status status = client_call(ctx, "rep.show",
					 cmd_params(ctx, "name"), &result);

	if (status == STATUS_DONE)
		out_object(ctx->out, result, rows);
	return status;
}

const struct cmd rep_cmds[] = {
	{ .path = "rep list", .args = "[DEV]", .min = 0, .max = 1,
	  .help = "list representors: devlink ports with their netdevs",
	  .run = list_run },
	{ .path = "rep show", .args = "NAME", .min = 1, .max = 1,
	  .help = "show one representor",
	  .more = "NAME is a netdev, or a devlink port (pci/0000:03:00.0/1).",
	  .run = show_run },
	{ 0 }
};
