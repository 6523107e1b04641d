/* SPDX-License-Identifier: GPL-2.0-or-later */
/* param list, param show, param set: parameters of devices. */
#include <string.h>

#include "swctl/client.h"
#include "swctl/out.h"

static const struct out_column columns[] = {
	{ "DEVICE", "device" },
	{ "NAME", "name" },
	{ "TYPE", "type" },
	{ "VALUE TYPE", "value_type" },
	{ "CMODE", "cmode" },
	{ "VALUE", "value" },
	{ NULL, NULL }
};

static void add_word(struct json_object *params, const char *name,
		     const char *word)
{
	json_object_object_add(params, name, json_object_new_string(word));
}

static struct json_object *row_of(struct json_object *param,
				  struct json_object *value)
{
	struct json_object *row = json_object_new_object();

	json_object_object_foreach(param, key, member)
		if (strcmp(key, "values") != 0)
			json_object_object_add(row, key,
					       json_object_get(member));
	json_object_object_add(row, "cmode",
			       json_object_get(out_get(value, "cmode")));
	/* As it is set: true, not yes. */
	add_word(row, "value", out_text(value, "value"));
	return row;
}

/* A row for each mode that a parameter has a value of. */
static void add_rows(struct json_object *a, struct json_object *param)
{
	struct json_object *values = out_get(param, "values");
	size_t n = json_object_array_length(values);

	for (size_t i = 0; i < n; i++)
		json_object_array_add(a, row_of(param,
			json_object_array_get_idx(values, i)));
	if (n == 0)
		json_object_array_add(a, row_of(param, NULL));
}

static void print_rows(struct ctx *ctx, struct json_object *result)
{
	AUTO(json_put) struct json_object *a = json_object_new_array();

	if (json_object_is_type(result, json_type_object))
		add_rows(a, result);
	else
		for (size_t i = 0; i < json_object_array_length(result); i++)
			add_rows(a, json_object_array_get_idx(result, i));
	out_table(ctx->out, a, columns);
}

static enum status ask(struct ctx *ctx, const char *method,
		       struct json_object *params, bool quiet)
{
	static const struct out_column none[] = { { NULL, NULL } };
	AUTO(json_put) struct json_object *result = NULL;
	enum status status = client_call(ctx, method, params, &result);

	if (status != STATUS_DONE)
		return status;
	if (quiet || ctx->out->json)
		out_object(ctx->out, result, none);
	else
		print_rows(ctx, result);
	return status;
}

static enum status list_run(struct ctx *ctx)
{
	struct json_object *params = json_object_new_object();

	if (ctx->argc)
		add_word(params, "device", ctx->argv[0]);
	return ask(ctx, "param.list", params, false);
}

static enum status show_run(struct ctx *ctx)
{
	struct json_object *params = json_object_new_object();

	add_word(params, "device", ctx->argv[0]);
	add_word(params, "name", ctx->argv[1]);
	return ask(ctx, "param.show", params, false);
}

static enum status set_run(struct ctx *ctx)
{
	static const char *const names[] = { "name", "value", "cmode" };
	struct json_object *params;

	for (int i = 0; i < 3; i++)
		if (strcmp(ctx->argv[1 + 2 * i], names[i]) != 0)
			return cmd_usage(ctx, "'%s': the word '%s' was expected",
					 ctx->argv[1 + 2 * i], names[i]);
	params = json_object_new_object();
	add_word(params, "device", ctx->argv[0]);
	for (int i = 0; i < 3; i++)
		add_word(params, names[i], ctx->argv[2 + 2 * i]);
	return ask(ctx, "param.set", params, true);
}

const struct cmd param_cmds[] = {
	{ .path = "param list", .args = "[DEV]", .min = 0, .max = 1,
	  .help = "list parameters of devices", .run = list_run },
	{ .path = "param show", .args = "DEV PARAM", .min = 2, .max = 2,
	  .help = "show one parameter", .run = show_run },
	{ .path = "param set",
	  .args = "DEV name PARAM value VALUE cmode runtime|driverinit|permanent",
	  .min = 7, .max = 7, .help = "change a value of a parameter",
	  .more = "runtime takes effect at once, driverinit with the next reload of the driver,\n"
		  "permanent with the next start of the hardware.  A value that is so already\n"
		  "is not set again.",
	  .run = set_run },
	{ 0 }
};
