/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The replica of OVSDB, read as bridges, ports, interfaces and settings, and
 * what is done to the database. */
#ifndef SWOFFD_OVS_OVS_WORLD_H
#define SWOFFD_OVS_OVS_WORLD_H

#include "swoffd/core/ovs.h"
#include "swoffd/ovs/ovsdb.h"

struct ovs_world {
	struct ovs base;               /* first */
	struct ovsdb *db;              /* owned */
	struct list changes;           /* under way; see ovs_change.h */
};

/* See ovsdb_new().  0 or -errno. */
int ovs_world_init(struct ovs_world *w, struct loop *loop, const char *path);
void ovs_world_fini(struct ovs_world *w);      /* legal on {0} and NULL */
DEFINE_AUTO(struct ovs_world *, ovs_world_fini)

#endif
