/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "swctl/flow_attrs.h"

#include <string.h>

#include "common/base/parse.h"
#include "common/flow/attrs.h"

#define NAME_SIZE 32

const char *const flow_attrs_pins[] = { "yes", "no", NULL };

/* "idle_timeout" is the option --idle-timeout. */
static const char *value_of(const struct ctx *ctx, const char *name)
{
	char option[NAME_SIZE];
	size_t i = 0;

	for (; name[i] && i < sizeof(option) - 1; i++)
		option[i] = name[i] == '_' ? '-' : name[i];
	option[i] = '\0';
	return cmd_opt(ctx, option);
}

static enum status add(const struct ctx *ctx, const struct flow_attr *row,
		       const char *value, struct json_object *params)
{
	uint32_t number;

	if (row->is_bool) {
		json_object_object_add(params, row->name,
				       json_object_new_boolean(
					       strcmp(value, "yes") == 0));
		return STATUS_DONE;
	}
	if (parse_u32(value, row->max, &number) < 0 || number < row->min)
		return cmd_usage(ctx, "%s: '%s' is not a number from %u to %u",
				 row->name, value, row->min, row->max);
	json_object_object_add(params, row->name,
			       json_object_new_int64(number));
	return STATUS_DONE;
}

enum status flow_attrs_params(const struct ctx *ctx,
			      struct json_object *params, unsigned int *n)
{
	for (size_t i = 0; i < flow_n_attrs; i++) {
		const char *value = value_of(ctx, flow_attr_rows[i].name);
		enum status status;

		if (!value)
			continue;
		status = add(ctx, &flow_attr_rows[i], value, params);
		if (status)
			return status;
		if (n)
			++*n;
	}
	return STATUS_DONE;
}
