/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The driver of one VF, changed as an operator asks.  Blocks, for as long as
 * drivers want: for the worker only.
 */
#ifndef SWOFFD_KERNEL_SYSFS_DRIVER_H
#define SWOFFD_KERNEL_SYSFS_DRIVER_H

#include "swoffd/core/preflight.h"

enum sysfs_driver_how {
	SYSFS_DRIVER_NONE,
	SYSFS_DRIVER_DEFAULT,          /* whoever takes it by itself, without
					* driver_override */
	SYSFS_DRIVER_NAMED,            /* vf->driver, and that as its
					* driver_override */
};

/*
 * VF vf->vf; *vf is what it is then.  If it fails, the VF is put back to the
 * driver and the override that it had.  -EOPNOTSUPP: it is no PCI function;
 * -ENOENT: there is no such driver; -EBUSY: somebody has it; or what the kernel
 * says, with err.
 */
int sysfs_driver_set(const char *root, const struct kernel_handle *handle,
		     enum sysfs_driver_how how, struct preflight_vf *vf,
		     struct error *err);

#endif
