/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The companion and its flows in the shape that `swctl -j ovs` promises. */
#ifndef SWOFFD_CTL_OVS_JSON_H
#define SWOFFD_CTL_OVS_JSON_H

#include <json-c/json.h>

#include "swoffd/core/companion.h"

/* {mode, asked, why, policy, datapaths, ports, flows, shares, …} */
struct json_object *ovs_json_companion(const struct companion_status *s);
/* {ufid, datapath, dev, where, by, flow, pps, stats, reasons} */
struct json_object *ovs_json_flow(const struct companion_flow *f);

#endif
