/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Flows and reasons in the shape that `swctl -j flow show` promises. */
#ifndef SWOFFD_CTL_FLOW_JSON_H
#define SWOFFD_CTL_FLOW_JSON_H

#include <json-c/json.h>

#include "swoffd/core/engine.h"

/* {ufid, dev, chain, prio, handle, state, policy, odp, tc, stats, reasons} */
struct json_object *flow_json(const struct flow_view *v);
/* The datapath flow alone, length as snprintf: prio, handle and policy have
 * members of their own, and its language has no words for them. */
int flow_json_odp(const struct rule *rule, char *out, size_t size);
/* {odp, tc} */
struct json_object *flow_json_rule(const struct rule *rule);
struct json_object *flow_json_ufid(const struct ufid *ufid);

/* [{stage, code, subject, errno, extack, remedy, count}] */
struct json_object *flow_json_reasons(const struct reason_list *list);
struct json_object *flow_json_reason_array(const struct reason *why, size_t n);
struct json_object *flow_json_view_reasons(const struct flow_view *v);

#endif
