/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ovs.ports: interfaces of bridges, and which representor each is. */
#ifndef SWOFFD_CTL_OVS_PORTS_H
#define SWOFFD_CTL_OVS_PORTS_H

struct call;

void ovs_ports_run(struct call *call);

#endif
