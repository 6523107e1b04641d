/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Devices of netdevsim, which are no hardware: made and removed for tests of
 * whoever uses the daemon.
 */
#ifndef SWOFFD_CORE_SIM_H
#define SWOFFD_CORE_SIM_H

#include "swoffd/core/device.h"

#define SIM_BUS "netdevsim"
#define SIM_ANY UINT32_MAX             /* an id: the first that is free */
#define SIM_MAX_ID 2147483647          /* drivers/net/netdevsim/bus.c */
#define SIM_MAX_PORTS 128              /* ports of VFs come behind, dev.c */
#define SIM_MAX_VFS 1024

struct kernel_sim {
	uint32_t id, ports, vfs;
};

/* Is it one, and which? */
bool sim_id(const struct kernel_handle *h, uint32_t *id);

/* *out is at once the handle that it will have.  Answered when the device has
 * been read. */
int sim_add(struct core *core, const struct kernel_sim *sim,
	    struct kernel_handle *out, struct request *r, struct error *err);
/* -EINVAL: d is none. */
int sim_del(struct core *core, struct device *d, struct request *r,
	    struct error *err);

#endif
