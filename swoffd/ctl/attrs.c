/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "swoffd/ctl/attrs.h"

#include <errno.h>

#include "swoffd/ctl/call.h"

int attrs_params(struct call *call, struct flow_attrs *out)
{
	*out = flow_attrs_usual;
	for (size_t i = 0; i < flow_n_attrs; i++) {
		const struct flow_attr *row = &flow_attr_rows[i];
		uint32_t value;

		if (!call_number(call, row->name, &value))
			continue;
		if (flow_attr_set(out, i, value) == 0)
			continue;
		call_invalid(call, "%s: %u is not from %u to %u", row->name,
			     value, row->min, row->max);
		return -EINVAL;
	}
	return 0;
}

void attrs_add(struct json_object *o, const struct flow_attrs *a)
{
	for (size_t i = 0; i < flow_n_attrs; i++) {
		const struct flow_attr *row = &flow_attr_rows[i];
		uint32_t value = flow_attr_get(a, i);

		json_object_object_add(o, row->name, row->is_bool ?
				       json_object_new_boolean((int)value) :
				       json_object_new_uint64(value));
	}
}
