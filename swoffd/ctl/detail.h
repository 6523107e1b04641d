/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lists of what a device tells: read for a call, and their shapes. */
#ifndef SWOFFD_CTL_DETAIL_H
#define SWOFFD_CTL_DETAIL_H

#include <json-c/json.h>

#include "swoffd/core/core.h"
#include "swoffd/ctl/call.h"

/* The call has read a list.  It may read the next, or must end. */
typedef void (*detail_then)(struct call *call, struct detail_list *list);

/* Fails the call if the list cannot be read.  d NULL: of all devices. */
void detail_read_then(struct call *call, const struct device *d,
		      enum detail_kind kind, detail_then then);

struct json_object *detail_json_info(const struct device *d,
				     const struct detail_list *list);
struct json_object *detail_json_reporter(const struct detail_reporter *r);
struct json_object *detail_json_param(const struct detail_param *p);
/* An array of trees; NULL: out of memory. */
struct json_object *detail_json_resources(const struct detail_list *list);

#endif
