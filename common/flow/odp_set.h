/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names of what set() writes, for those who read and print it; private to
 * common/flow.
 */
#ifndef COMMON_FLOW_ODP_SET_H
#define COMMON_FLOW_ODP_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "common/flow/field.h"

/* Of erspan/ver, which is erspan(ver=…), "ver"; else the name. */
static inline const char *odp_set_leaf(const struct flow_field *f)
{
	const char *slash = f->odp_name ? strchr(f->odp_name, '/') : NULL;

	return slash ? slash + 1 : f->odp_name;
}

/* Of erspan/ver the length of "erspan"; else 0. */
static inline size_t odp_set_nest(const struct flow_field *f)
{
	const char *leaf = odp_set_leaf(f);

	return leaf && leaf != f->odp_name ?
		       (size_t)(leaf - f->odp_name) - 1 : 0;
}

static inline bool odp_set_is_in(const struct flow_field *f, const char *nest,
				 size_t len)
{
	return odp_set_nest(f) == len &&
	       (!len || strncmp(f->odp_name, nest, len) == 0);
}

#endif
