/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Events as they happen, a line each. */
#ifndef SWCTL_MONITOR_H
#define SWCTL_MONITOR_H

#include "swctl/cmd.h"

enum status monitor_run(struct ctx *ctx);

/* One kind a line: name and help, with a tab between. */
void monitor_list_kinds(FILE *f);

#endif
