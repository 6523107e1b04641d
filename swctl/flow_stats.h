/* SPDX-License-Identifier: GPL-2.0-or-later */
/* flow stats: what all flows have counted. */
#ifndef SWCTL_FLOW_STATS_H
#define SWCTL_FLOW_STATS_H

#include "swctl/cmd.h"

enum status flow_stats_run(struct ctx *ctx);

#endif
