/* SPDX-License-Identifier: GPL-2.0-or-later */
/* flow load: a file to the daemon, its refusals back. */
#ifndef SWCTL_FLOW_LOAD_H
#define SWCTL_FLOW_LOAD_H

#include "swctl/cmd.h"

enum status flow_load_run(struct ctx *ctx);

#endif
