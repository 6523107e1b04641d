/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The verdict in a line, below it what was counted in which phase. */
#include "swctl/flow_prove.h"

#include <string.h>

#include "common/base/parse.h"
#include "swctl/client.h"
#include "swctl/flow_words.h"
#include "swctl/out.h"

static const struct out_column phases[] = {
	{ "PHASE", "phase" },
	{ "MS", "ms" },
	{ "HW PACKETS", "hw_packets" },
	{ "SW PACKETS", "sw_packets" },
	{ NULL, NULL }
};

/* Limits are the daemon's; what is no number at all is said here. */
static enum status add_number(const struct ctx *ctx, const char *name,
			      struct json_object *params)
{
	const char *value = cmd_opt(ctx, name);
	uint32_t number;

	if (!value)
		return STATUS_DONE;
	if (parse_u32(value, UINT32_MAX, &number) < 0 || !number)
		return cmd_usage(ctx, "--%s: '%s' is not a number from 1 up",
				 name, value);
	json_object_object_add(params, name, json_object_new_int64(number));
	return STATUS_DONE;
}

static enum status make_params(struct ctx *ctx, struct json_object *params)
{
	AUTO(free) char *line = flow_words_join(ctx);
	enum status status = flow_words_check_name(ctx, line);

	if (!status)
		status = add_number(ctx, "seconds", params);
	if (!status)
		status = add_number(ctx, "packets", params);
	if (status)
		return status;
	json_object_object_add(params, "flow", json_object_new_string(line));
	if (cmd_opt(ctx, "no-control"))
		json_object_object_add(params, "control",
				       json_object_new_boolean(false));
	return STATUS_DONE;
}

static void print_proof(struct ctx *ctx, struct json_object *o)
{
	struct json_object *a = out_get(o, "phases");
	const char *control = out_text(o, "control");

	printf("%s: %s\n", out_text(o, "verdict"), out_text(o, "text"));
	if (a && json_object_array_length(a))
		out_table(ctx->out, a, phases);
	if (strcmp(control, "hw-only") == 0)
		printf("without control: the flow is not to be in software\n");
	if (strcmp(control, "software only") == 0)
		printf("control of software only: hardware takes no rule that "
		       "packets do not come by\n");
	out_reasons(stdout, out_get(o, "reasons"), "  ");
}

enum status flow_prove_run(struct ctx *ctx)
{
	static const struct out_column none[] = { { NULL, NULL } };
	AUTO(json_put) struct json_object *params = json_object_new_object();
	AUTO(json_put) struct json_object *result = NULL;
	enum status status = make_params(ctx, params);

	if (!status)
		status = client_call(ctx, "flow.prove", steal_ptr(params),
				     &result);
	if (status)
		return status;
	if (ctx->out->json)
		out_object(ctx->out, result, none);
	else
		print_proof(ctx, result);
	return strcmp(out_text(result, "verdict"), "proven") == 0 ?
		       STATUS_DONE : STATUS_FAILED;
}
