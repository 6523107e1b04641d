/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Events as objects: sequence, time, kind, then what the row of it has. */
#ifndef SWOFFD_CTL_EVENT_JSON_H
#define SWOFFD_CTL_EVENT_JSON_H

#include <json-c/json.h>

#include "swoffd/core/event.h"

/* NULL: no memory.  Without a number, seq 0, it is one of monitor-…: null. */
struct json_object *event_json(const struct event *ev);

#define EVENT_EPOCH_SIZE 17            /* as hexadecimal digits */
void event_epoch_str(const struct event_log *log, char out[EVENT_EPOCH_SIZE]);

#endif
