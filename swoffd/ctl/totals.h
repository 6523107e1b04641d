/* SPDX-License-Identifier: GPL-2.0-or-later */
/* flow.stats: what all flows have counted, by device, state and reason; and
 * reason.count, which is a part of it. */
#ifndef SWOFFD_CTL_TOTALS_H
#define SWOFFD_CTL_TOTALS_H

struct call;

void totals_stats(struct call *call);
void totals_reasons(struct call *call);

#endif
