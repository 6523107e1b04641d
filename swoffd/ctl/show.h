/* SPDX-License-Identifier: GPL-2.0-or-later */
/* flow.show: flows that pass a filter, one JSON object a line, out through a
 * descriptor; as fast as its reader reads and no faster. */
#ifndef SWOFFD_CTL_SHOW_H
#define SWOFFD_CTL_SHOW_H

struct call;

void show_run(struct call *call);

#endif
