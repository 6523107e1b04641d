/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rate list, rate set, rate add, rate del. */
#include <string.h>

#include "common/device/devattr.h"
#include "swctl/attr_words.h"
#include "swctl/client.h"
#include "swctl/out.h"

#define MAX_DEPTH 16                   /* of what is shown as a tree */

static void print_rate(struct json_object *rate, int depth)
{
	printf("%*s%s %s", 2 * depth, "", out_text(rate, "rate"),
	       out_text(rate, "type"));
	if (out_get(rate, "netdev"))
		printf(" netdev %s", out_text(rate, "netdev"));
	attr_words_print(stdout, rate);
	printf("\n");
	if (out_get(rate, "warning"))
		printf("%*swarning: %s\n", 2 * depth + 2, "",
		       out_text(rate, "warning"));
}

static void print_below(struct json_object *rates, const char *parent,
			int depth)
{
	if (depth > MAX_DEPTH)
		return;
	for (size_t i = 0; i < json_object_array_length(rates); i++) {
		struct json_object *rate = json_object_array_get_idx(rates, i);

		if (strcmp(out_text(rate, "parent"), parent) != 0)
			continue;
		print_rate(rate, depth);
		if (out_get(rate, "node"))
			print_below(rates, out_text(rate, "node"), depth + 1);
	}
}

static enum status list_run(struct ctx *ctx)
{
	AUTO(json_put) struct json_object *result = NULL;
	enum status status = client_call(ctx, "rate.list",
					 cmd_params(ctx, "device"), &result);

	if (status != STATUS_DONE)
		return status;
	if (ctx->out->json)
		out_table(ctx->out, result, NULL);
	else
		print_below(result, "", 0);
	return STATUS_DONE;
}

static enum status change(struct ctx *ctx, const char *method)
{
	static const struct out_column none[] = { { NULL, NULL } };
	AUTO(json_put) struct json_object *result = NULL;
	AUTO(free) char *attrs = NULL;
	struct json_object *params;
	enum status status = attr_words_take(ctx, 1, DEVATTR_OF_RATE, &attrs);

	if (status != STATUS_DONE)
		return status;
	params = cmd_params(ctx, "rate");
	if (ctx->argc > 1)
		json_object_object_add(params, "attrs",
				       json_object_new_string(attrs));
	status = client_call(ctx, method, params, &result);
	if (status != STATUS_DONE)
		return status;
	if (out_get(result, "warning"))
		fprintf(stderr, "swctl: warning: %s\n",
			out_text(result, "warning"));
	out_object(ctx->out, result, none);
	return STATUS_DONE;
}

static enum status set_run(struct ctx *ctx)
{
	return change(ctx, "rate.set");
}

static enum status add_run(struct ctx *ctx)
{
	return change(ctx, "rate.add");
}

static enum status del_run(struct ctx *ctx)
{
	return change(ctx, "rate.del");
}

static const char which[] =
	"RATE is DEV/NODE, or a leaf: DEV/PORT or the netdev of a representor.\n"
	"Rates have units as in tc(8): 10mbit, 1gbit, 500kbps; a number alone is bits\n"
	"a second.";

const struct cmd rate_cmds[] = {
	{ .path = "rate list", .args = "DEV", .min = 1, .max = 1,
	  .help = "list rates, leaves below their nodes", .run = list_run },
	{ .path = "rate set", .args = "RATE ATTR VALUE…", .min = 2,
	  .max = CMD_NO_LIMIT, .help = "set attributes of a rate",
	  .more = which, .attrs = DEVATTR_OF_RATE, .run = set_run },
	{ .path = "rate add", .args = "DEV/NODE [ATTR VALUE…]", .min = 1,
	  .max = CMD_NO_LIMIT, .help = "add a node of rates", .more = which,
	  .attrs = DEVATTR_OF_RATE, .run = add_run },
	{ .path = "rate del", .args = "DEV/NODE", .min = 1, .max = 1,
	  .help = "delete a node of rates, which has no children any more",
	  .run = del_run },
	{ 0 }
};
