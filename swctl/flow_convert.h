/* SPDX-License-Identifier: GPL-2.0-or-later */
/* flow convert: from one language to another, without the daemon. */
#ifndef SWCTL_FLOW_CONVERT_H
#define SWCTL_FLOW_CONVERT_H

#include "swctl/cmd.h"

extern const char *const flow_convert_langs[];

enum status flow_convert_run(struct ctx *ctx);

#endif
