/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Would a flow be offloaded, and if not, why? */
#ifndef SWOFFD_CTL_EXPLAIN_H
#define SWOFFD_CTL_EXPLAIN_H

struct call;

void explain_run(struct call *call);

#endif
