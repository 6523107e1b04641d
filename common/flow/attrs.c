/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "common/flow/attrs.h"

#include <errno.h>

#include "common/base/cleanup.h"

#define YEAR 31536000

#define ROW(name, member, min, max, is_bool) \
	{ name, offsetof(struct flow_attrs, member), min, max, is_bool }

const struct flow_attr flow_attr_rows[] = {
	ROW("pin", pin, 0, 1, true),
	ROW("weight", weight, 1, 1000000, false),
	ROW("idle_timeout", idle_s, 0, YEAR, false),
	ROW("hard_timeout", hard_s, 0, YEAR, false),
};

const size_t flow_n_attrs = ARRAY_LEN(flow_attr_rows);

const struct flow_attrs flow_attrs_usual = { .weight = 1 };

static uint32_t *at(struct flow_attrs *a, size_t row)
{
	return (uint32_t *)((char *)a + flow_attr_rows[row].offset);
}

int flow_attr_set(struct flow_attrs *a, size_t row, uint32_t value)
{
	const struct flow_attr *r = &flow_attr_rows[row];

	if (value < r->min || value > r->max)
		return -ERANGE;
	*at(a, row) = value;
	a->given |= 1U << row;
	return 0;
}

static void take(struct flow_attrs *a, const struct flow_attrs *with,
		 uint32_t rows)
{
	for (size_t i = 0; i < flow_n_attrs; i++)
		if (rows & 1U << i)
			*at(a, i) = flow_attr_get(with, i);
}

void flow_attrs_merge(struct flow_attrs *a, const struct flow_attrs *with)
{
	take(a, with, with->given);
}

void flow_attrs_complete(struct flow_attrs *a, const struct flow_attrs *with)
{
	take(a, with, with->given & ~a->given);
	a->given |= with->given;
}
