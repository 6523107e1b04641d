/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The attributes of flows as parameters of methods and members of flows: rows
 * of common/flow/attrs.c. */
#ifndef SWOFFD_CTL_ATTRS_H
#define SWOFFD_CTL_ATTRS_H

#include <json-c/json.h>

#include "common/flow/attrs.h"

struct call;

/* For the parameters of a method. */
#define ATTRS_PARAMS \
	{ "pin", PARAM_BOOL, false }, { "weight", PARAM_NUMBER, false }, \
	{ "idle_timeout", PARAM_NUMBER, false }, \
	{ "hard_timeout", PARAM_NUMBER, false }

/* Those that are given; -EINVAL, and the call has been answered. */
int attrs_params(struct call *call, struct flow_attrs *out);

void attrs_add(struct json_object *o, const struct flow_attrs *a);

#endif
