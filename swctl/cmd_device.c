/* SPDX-License-Identifier: GPL-2.0-or-later */
/* device list, device show. */
#include "swctl/client.h"
#include "swctl/out.h"

static const struct out_column columns[] = {
	{ "DEVICE", "device" },
	{ "DRIVER", "driver" },
	{ "NETDEV", "netdev" },
	{ "MODE", "eswitch.mode" },
	{ "INLINE", "eswitch.inline_mode" },
	{ "ENCAP", "eswitch.encap_mode" },
	{ "VFS", "vfs.count" },
	{ "MAX", "vfs.max" },
	{ "PORTS", "ports" },
	{ NULL, NULL }
};

static const struct out_column rows[] = {
	{ "device", "device" },
	{ "driver", "driver" },
	{ "netdev", "netdev" },
	{ "eswitch mode", "eswitch.mode" },
	{ "inline mode", "eswitch.inline_mode" },
	{ "encap mode", "eswitch.encap_mode" },
	{ "VFs", "vfs.count" },
	{ "VFs at most", "vfs.max" },
	{ "ports", "ports" },
	{ NULL, NULL }
};

static enum status list_run(struct ctx *ctx)
{
	AUTO(json_put) struct json_object *result = NULL;
	enum status status = client_call(ctx, "device.list", NULL, &result);

	if (status == STATUS_DONE)
		out_table(ctx->out, result, columns);
	return status;
}

static enum status show_run(struct ctx *ctx)
{
	AUTO(json_put) struct json_object *result = NULL;
	enum status status = client_call(ctx, "device.show",
					 cmd_params(ctx, "device"), &result);

	if (status == STATUS_DONE)
		out_object(ctx->out, result, rows);
	return status;
}

const struct cmd device_cmds[] = {
	{ .path = "device list", .args = "", .min = 0, .max = 0,
	  .help = "list devlink devices", .run = list_run },
	{ .path = "device show", .args = "DEV", .min = 1, .max = 1,
	  .help = "show one device",
	  .more = "DEV is a devlink handle (pci/0000:03:00.0) or any netdev of the device.",
	  .run = show_run },
	{ 0 }
};
