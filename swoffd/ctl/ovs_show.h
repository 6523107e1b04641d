/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ovs.flows, ovs.probe: flows of Open vSwitch that pass a filter, one JSON
 * object a line, out through a descriptor; the busiest first, if so many are
 * asked for; with what a trial tells of each, if it is to tell. */
#ifndef SWOFFD_CTL_OVS_SHOW_H
#define SWOFFD_CTL_OVS_SHOW_H

struct call;

#define OVS_SHOW_MAX_TOP 1000

void ovs_show_run(struct call *call);
void ovs_show_probe(struct call *call);

#endif
