/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vf list, vf set. */
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

	if (status != STATUS_DONE)
		return status;
	if (ctx->out->json)
		out_table(ctx->out, result, NULL);
	for (size_t i = 0; !ctx->out->json &&
			   i < json_object_array_length(result); i++)
		print_vf(json_object_array_get_idx(result, i));
	return STATUS_DONE;
}

static enum status set_run(struct ctx *ctx)
{
	static const struct out_column none[] = { { NULL, NULL } };
	AUTO(json_put) struct json_object *result = NULL;
	AUTO(free) char *attrs = NULL;
	struct json_object *params;
	enum status status;
	uint32_t vf;

	if (parse_u32(ctx->argv[1], UINT16_MAX, &vf) < 0)
		return cmd_usage(ctx, "'%s' is not the number of a VF",
				 ctx->argv[1]);
	status = attr_words_take(ctx, 2, DEVATTR_OF_ANY, &attrs);
	if (status != STATUS_DONE)
		return status;
	params = cmd_params(ctx, "device");
	json_object_object_add(params, "vf", json_object_new_int64(vf));
	json_object_object_add(params, "attrs", json_object_new_string(attrs));
	status = client_call(ctx, "vf.set", params, &result);
	if (status == STATUS_DONE)
		out_object(ctx->out, result, none);
	return status;
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
	{ 0 }
};
