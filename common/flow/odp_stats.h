/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a dump says about a flow, beside the flow; private to common/flow. */
#ifndef COMMON_FLOW_ODP_STATS_H
#define COMMON_FLOW_ODP_STATS_H

#include "common/flow/odp.h"
#include "common/flow/scan.h"
#include "common/flow/text.h"

/* The cursor is behind the ":"; values of these prefixes. */
int odp_scan_packets(struct scan *s, struct odp_flow *flow);
int odp_scan_bytes(struct scan *s, struct odp_flow *flow);
int odp_scan_used(struct scan *s, struct odp_flow *flow);
int odp_scan_tcp_flags(struct scan *s, struct odp_flow *flow);
int odp_scan_offloaded(struct scan *s, struct odp_flow *flow);
int odp_scan_layer(struct scan *s, struct odp_flow *flow);

/* To the end of the line: what vswitchd says about its own datapath. */
int odp_scan_extra_info(struct scan *s, struct odp_flow *flow);

/* "packets:0, bytes:0, … dp:tc, ", as far as it is known. */
void odp_text_stats(struct text *t, const struct odp_flow *flow);

#endif
