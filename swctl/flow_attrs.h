/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Attributes of flows as options: rows of common/flow/attrs.c. */
#ifndef SWCTL_FLOW_ATTRS_H
#define SWCTL_FLOW_ATTRS_H

#include <json-c/json.h>

#include "swctl/cmd.h"

extern const char *const flow_attrs_pins[];

#define FLOW_ATTRS_OPTS \
	{ 0, "pin", "yes|no", "in hardware before all that are not", \
	  flow_attrs_pins }, \
	{ 0, "weight", "N", "a packet of it counts as so many", NULL }, \
	{ 0, "idle-timeout", "SECONDS", "goes after so long without a packet", \
	  NULL }, \
	{ 0, "hard-timeout", "SECONDS", "goes after so long", NULL }

/* Adds those that are given to params.  STATUS_DONE, or STATUS_USAGE with the
 * error said; *n counts them, and may be NULL. */
enum status flow_attrs_params(const struct ctx *ctx,
			      struct json_object *params, unsigned int *n);

#endif
