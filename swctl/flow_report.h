/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is wrong with a flow, for people and as JSON. */
#ifndef SWCTL_FLOW_REPORT_H
#define SWCTL_FLOW_REPORT_H

#include <json-c/json.h>
#include <stdio.h>

#include "common/flow/reason.h"

/* [{stage, code, subject, text, remedy}]; NULL: no memory. */
struct json_object *flow_report_reasons(const struct reason_list *list);

/* Reasons of this shape or of the daemon's; those that mean the same are told
 * once, with all that they are about. */
void flow_report_print(FILE *f, struct json_object *reasons);

/* The line, or a piece of it with a mark below the column that the message
 * names; nothing if it names none. */
void flow_report_place(FILE *f, const char *line, const char *msg);

#endif
