/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Representors in the shapes that `swctl -j` promises; what the kernel has not
 * told is null. */
#ifndef SWOFFD_CTL_REP_JSON_H
#define SWOFFD_CTL_REP_JSON_H

#include <json-c/json.h>

#include "swoffd/core/rep_check.h"
#include "swoffd/core/rep_resolve.h"

/* {netdev, ifindex, device, port_index, flavour, controller, pf, vf, sf, …,
 * settings} */
struct json_object *rep_json(const struct rep *rep);
/* The same, and {phys_port_name, altnames, mac, function_mac, function_pci,
 * function_netdev}. */
struct json_object *rep_json_found(const struct rep_found *f);
/* {kind, device, netdev, other, detail, text, remedy} */
struct json_object *rep_json_finding(const struct rep_finding *f);

#endif
