/* SPDX-License-Identifier: GPL-2.0-or-later */
/* resource show: a tree, indented. */
#include <stdio.h>

#include "swctl/client.h"
#include "swctl/out.h"

static const struct out_column columns[] = {
	{ "RESOURCE", "shown" },
	{ "OCCUPIED", "occ" },
	{ "SIZE", "size" },
	{ "NEW SIZE", "size_new" },
	{ "MIN", "size_min" },
	{ "MAX", "size_max" },
	{ "STEP", "size_gran" },
	{ "UNIT", "unit" },
	{ "FITS", "size_valid" },
	{ NULL, NULL }
};

/* The daemon's depth is bounded. */
static void add_rows(struct json_object *rows, struct json_object *tree,
		     int depth)
{
	size_t n = json_object_array_length(tree);
	char shown[256];

	for (size_t i = 0; i < n; i++) {
		struct json_object *r = json_object_array_get_idx(tree, i);

		(void)snprintf(shown, sizeof(shown), "%*s%s", 2 * depth, "",
			       out_text(r, "name"));
		json_object_object_add(r, "shown",
				       json_object_new_string(shown));
		json_object_array_add(rows, json_object_get(r));
		add_rows(rows, out_get(r, "resources"), depth + 1);
	}
}

static enum status show_run(struct ctx *ctx)
{
	static const struct out_column none[] = { { NULL, NULL } };
	AUTO(json_put) struct json_object *rows = NULL;
	AUTO(json_put) struct json_object *result = NULL;
	struct json_object *params = json_object_new_object();
	enum status status;

	json_object_object_add(params, "device",
			       json_object_new_string(ctx->argv[0]));
	status = client_call(ctx, "resource.show", params, &result);
	if (status != STATUS_DONE)
		return status;
	if (ctx->out->json) {
		out_object(ctx->out, result, none);
		return status;
	}
	rows = json_object_new_array();
	add_rows(rows, out_get(result, "resources"), 0);
	out_table(ctx->out, rows, columns);
	return status;
}

const struct cmd resource_cmds[] = {
	{ .path = "resource show", .args = "DEV", .min = 1, .max = 1,
	  .help = "show tables and pools of a device and how full they are",
	  .more = "What is indented is a part of what it is below.  NEW SIZE takes effect with the\n"
		  "next reload of the driver; FITS says whether the parts fit into the whole then.",
	  .run = show_run },
	{ 0 }
};
