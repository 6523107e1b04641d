/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ovs.explain: one flow of Open vSwitch, in the shape of flow.explain. */
#ifndef SWOFFD_CTL_OVS_EXPLAIN_H
#define SWOFFD_CTL_OVS_EXPLAIN_H

struct call;

void ovs_explain_run(struct call *call);

#endif
