/* SPDX-License-Identifier: GPL-2.0-or-later */
/* flow prove: is it really hardware that forwards it. */
#ifndef SWCTL_FLOW_PROVE_H
#define SWCTL_FLOW_PROVE_H

#include "swctl/cmd.h"

enum status flow_prove_run(struct ctx *ctx);

#endif
