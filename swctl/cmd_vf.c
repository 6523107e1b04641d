/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vf list, vf set, vf bind, vf unbind. */
#include "common/base/parse.h"
#include "common/device/devattr.h"
#include "swctl/attr_words.h"
#include "swctl/client.h"
#include "swctl/out.h"

static void print_vf(struct json_object *vf)
{
	printf("vf %s", out_text(vf, "vf"));
	if (out_get(vf, "port_index"))
		printf(" port %s", out_text(vf, "port_index"));
	if (out_get(vf, "netdev"))
		printf(" netdev %s", out_text(vf, "netdev"));
	attr_words_print(stdout, vf);
	printf("\n");
}

static enum status list_run(struct ctx *ctx)
{
	AUTO(json_put) struct json_object *result = NULL;
	enum status status = client_call(ctx, "vf.list",
					 cmd_params(ctx, "device"), &result);

	if (status == STATUS_DONE)
		out_lines(ctx->out, result, print_vf);
	return status;
}

/* Parameters device and vf; NULL: it is no number, which has been said. */
static struct json_object *vf_params(const struct ctx *ctx)
{
	struct json_object *params;
	uint32_t vf;

	if (parse_u32(ctx->argv[1], UINT16_MAX, &vf) < 0) {
		(void)cmd_usage(ctx, "'%s' is not the number of a VF",
				ctx->argv[1]);
		return NULL;
	}
	params = cmd_params(ctx, "device");
	json_object_object_add(params, "vf", json_object_new_int64(vf));
	return params;
}

static enum status set_run(struct ctx *ctx)
{
	static const struct out_column none[] = { { NULL, NULL } };
	AUTO(json_put) struct json_object *result = NULL;
	AUTO(free) char *attrs = NULL;
	AUTO(json_put) struct json_object *params = vf_params(ctx);
	enum status status;

	if (!params)
		return STATUS_USAGE;
	status = attr_words_take(ctx, 2, DEVATTR_OF_ANY, &attrs);
	if (status != STATUS_DONE)
		return status;
	json_object_object_add(params, "attrs", json_object_new_string(attrs));
	status = client_call(ctx, "vf.set", steal_ptr(params), &result);
	if (status == STATUS_DONE)
		out_object(ctx->out, result, none);
	return status;
}

static enum status change_driver(struct ctx *ctx, const char *method)
{
	static const struct out_column none[] = { { NULL, NULL } };
	AUTO(json_put) struct json_object *result = NULL;
	struct json_object *params = vf_params(ctx);
	enum status status;

	if (!params)
		return STATUS_USAGE;
	if (ctx->argc > 2)
		json_object_object_add(params, "driver",
				       json_object_new_string(ctx->argv[2]));
	status = client_call(ctx, method, params, &result);
	if (status != STATUS_DONE)
		return status;
	if (ctx->out->json)
		out_object(ctx->out, result, none);
	else
		printf("vf %s pci %s driver %s\n", out_text(result, "vf"),
		       out_text(result, "pci"),
		       out_get(result, "driver") ? out_text(result, "driver") :
						   "none");
	return status;
}

static enum status bind_run(struct ctx *ctx)
{
	return change_driver(ctx, "vf.bind");
}

static enum status unbind_run(struct ctx *ctx)
{
	return change_driver(ctx, "vf.unbind");
}

const struct cmd vf_cmds[] = {
	{ .path = "vf list", .args = "DEV", .min = 1, .max = 1,
	  .help = "list VFs with their attributes", .run = list_run },
	{ .path = "vf set", .args = "DEV N ATTR VALUE…", .min = 4,
	  .max = CMD_NO_LIMIT, .help = "set attributes of a VF",
	  .more = "All that are given, or none.  What devlink tells of the function (hw_addr,\n"
		  "tx_share, tx_max) is set by devlink, also under the names that ip has for it\n"
		  "(mac, min_tx_rate, max_tx_rate).",
	  .attrs = DEVATTR_OF_ANY, .run = set_run },
	{ .path = "vf bind", .args = "DEV N [DRIVER]", .min = 2, .max = 3,
	  .help = "give a VF to a driver and print what it has then",
	  .more = "Without DRIVER the kernel chooses, and driver_override is cleared; vfio-pci is\n"
		  "for virtual machines.  A VF that a process holds is left alone.",
	  .run = bind_run },
	{ .path = "vf unbind", .args = "DEV N", .min = 2, .max = 2,
	  .help = "take a VF off its driver", .run = unbind_run },
	{ 0 }
};
