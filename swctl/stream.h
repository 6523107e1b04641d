/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Calls whose answer is a list of objects, which come one by one. */
#ifndef SWCTL_STREAM_H
#define SWCTL_STREAM_H

#include <json-c/json.h>

#include "swctl/cmd.h"

/* params is taken.  Each object is printed as it comes, or becomes an item of
 * the array that -j prints. */
enum status stream_call(struct ctx *ctx, const char *method,
			struct json_object *params,
			void (*print)(struct json_object *o));

#endif
