/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes ports of representors, and unmakes them.  Each is marked in
 * external_ids of its interface; what has no mark is somebody else's.
 */
#ifndef SWOFFD_OVS_OVS_PORTS_H
#define SWOFFD_OVS_OVS_PORTS_H

#include "swoffd/ovs/ovs_world.h"

/* Of a row of Interface: "" if it has none; lives as long as the row. */
const char *ovs_port_mark(const struct ovsdb_row *interface);

/* See struct ovs. */
int ovs_ports_plug(struct ovs *ovs, const char *bridge, struct ovs_port *ports,
		   uint32_t n, struct request *r, struct error *err);
int ovs_ports_unplug(struct ovs *ovs, const char *bridge,
		     struct ovs_port *ports, uint32_t n, struct request *r,
		     struct error *err);

#endif
