/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The methods eswitch.plan and eswitch.set. */
#ifndef SWOFFD_CTL_PLAN_H
#define SWOFFD_CTL_PLAN_H

struct call;

void plan_show_run(struct call *call);
void plan_set_run(struct call *call);

#endif
