/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which process has opened a device of VFIO. */
#ifndef SWOFFD_KERNEL_PROCFS_H
#define SWOFFD_KERNEL_PROCFS_H

#include "swoffd/core/preflight.h"

/* How a VF is opened: by its group or, with iommufd, by its own device; ""
 * where it has none. */
struct procfs_node {
	struct preflight_vf *vf;       /* borrowed: gets pid, process, node */
	char group[PREFLIGHT_NODE_SIZE], device[PREFLIGHT_NODE_SIZE];
};

/* Reads /proc once, if there is anything to look for.  If a process may not be
 * looked at, VFs for which no other was found are unseen. */
void procfs_find_holders(const char *root, struct procfs_node *nodes,
			 size_t n);

#endif
