/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ovs flows, ovs explain: where flows of Open vSwitch are, and why. */
#ifndef SWCTL_OVS_FLOWS_H
#define SWCTL_OVS_FLOWS_H

#include "swctl/cmd.h"

extern const char *const ovs_flows_places[];   /* then NULL */

enum status ovs_flows_run(struct ctx *ctx);
enum status ovs_explain_run(struct ctx *ctx);

#endif
