/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command eswitch set. */
#ifndef SWCTL_ESWITCH_SET_H
#define SWCTL_ESWITCH_SET_H

#include "swctl/cmd.h"

enum status eswitch_set_run(struct ctx *ctx);

#endif
