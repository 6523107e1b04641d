/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Events, one by one, through a descriptor as they happen. */
#ifndef SWOFFD_CTL_MONITOR_H
#define SWOFFD_CTL_MONITOR_H

struct call;

void monitor_run(struct call *call);

#endif
