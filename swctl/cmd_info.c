/* SPDX-License-Identifier: GPL-2.0-or-later */
/* info: driver, serial numbers and versions of a device. */
#include "swctl/client.h"
#include "swctl/out.h"

static const struct out_column rows[] = {
	{ "device", "device" },
	{ "driver", "driver" },
	{ "serial number", "serial_number" },
	{ "board serial number", "board_serial_number" },
	{ NULL, NULL }
};

static const struct out_column columns[] = {
	{ "VERSION", "name" },
	{ "FIXED", "fixed" },
	{ "RUNNING", "running" },
	{ "STORED", "stored" },
	{ NULL, NULL }
};

/* {"running":{"fw":"1"},…} as rows {"name":"fw","running":"1",…}. */
static void add_versions(struct json_object *by_name, const char *kind,
			 struct json_object *of)
{
	json_object_object_foreach(of, name, value) {
		struct json_object *row = NULL;

		if (!json_object_object_get_ex(by_name, name, &row)) {
			row = json_object_new_object();
			json_object_object_add(row, "name",
					       json_object_new_string(name));
			json_object_object_add(by_name, name, row);
		}
		json_object_object_add(row, kind, json_object_get(value));
	}
}

static void print_versions(struct out *out, struct json_object *versions)
{
	AUTO(json_put) struct json_object *by_name = json_object_new_object();
	AUTO(json_put) struct json_object *a = json_object_new_array();

	json_object_object_foreach(versions, kind, of)
		add_versions(by_name, kind, of);
	json_object_object_foreach(by_name, name, row) {
		(void)name;
		json_object_array_add(a, json_object_get(row));
	}
	if (json_object_array_length(a))
		out_table(out, a, columns);
}

static enum status info_run(struct ctx *ctx)
{
	AUTO(json_put) struct json_object *result = NULL;
	struct json_object *params = cmd_params(ctx, "device");
	enum status status;

	status = client_call(ctx, "device.info", params, &result);
	if (status != STATUS_DONE)
		return status;
	out_object(ctx->out, result, rows);
	if (!ctx->out->json)
		print_versions(ctx->out, out_get(result, "versions"));
	return status;
}

const struct cmd info_cmds[] = {
	{ .path = "info", .args = "DEV", .min = 1, .max = 1,
	  .help = "show driver, serial numbers and firmware versions",
	  .run = info_run },
	{ 0 }
};
