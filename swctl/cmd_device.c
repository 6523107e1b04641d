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
	{ "wanted", "wanted.state" },
	{ "wanted mode", "wanted.mode" },
	{ "wanted inline mode", "wanted.inline_mode" },
	{ "wanted encap mode", "wanted.encap_mode" },
	{ "wanted VFs", "wanted.vfs" },
	{ "wanted of functions", "wanted.functions" },
	{ "not as wanted", "wanted.error" },
	{ "put back", "wanted.restored.count" },
	{ "took (ms)", "wanted.restored.took_ms" },
	{ "in the kernel (ms)", "wanted.restored.kernel_ms" },
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

static enum status forget_run(struct ctx *ctx)
{
	AUTO(json_put) struct json_object *result = NULL;
	enum status status = client_call(ctx, "device.forget",
					 cmd_params(ctx, "device"), &result);

	if (status == STATUS_DONE && ctx->out->json)
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
	{ .path = "device forget", .args = "DEV", .min = 1, .max = 1,
	  .help = "want nothing of a device any more",
	  .more = "What was asked for stays as it is, but is not put back when it changes.",
	  .run = forget_run },
	{ 0 }
};
