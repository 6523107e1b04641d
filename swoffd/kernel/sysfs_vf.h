/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * VFs as functions of PCI: who drives them, who holds them, and how that is
 * changed.  Blocks, for as long as a driver wants: for the worker only.
 */
#ifndef SWOFFD_KERNEL_SYSFS_VF_H
#define SWOFFD_KERNEL_SYSFS_VF_H

#include "swoffd/core/preflight.h"

/* vendor << 16 | device; 0: it is no PCI device. */
uint32_t sysfs_pci_id(const char *root, const struct kernel_handle *handle);

/*
 * All of them, and for those that a process has opened through VFIO, which
 * that is.  *out is the caller's; none is no error.  0 or -ENOMEM.
 */
int sysfs_vf_list(const char *root, const struct kernel_handle *handle,
		  struct preflight_vf **out, size_t *n);

/* One of them; -ENOENT: it is no PCI function. */
int sysfs_vf_read(const char *root, const struct kernel_handle *handle,
		  uint32_t number, struct preflight_vf *out);
/* Only where they are: address and netdev, which is quick.  The same. */
int sysfs_vf_places(const char *root, const struct kernel_handle *handle,
		    struct preflight_vf **out, size_t *n);

/* 0, also if it has no driver; -errno with err. */
int sysfs_vf_unbind(const char *root, const struct kernel_handle *handle,
		    uint32_t vf, struct error *err);
/* Gives VF to->vf the driver and the driver_override that are in to; "" takes
 * them away.  Verified by reading back. */
int sysfs_vf_bind(const char *root, const struct kernel_handle *handle,
		  const struct preflight_vf *to, struct error *err);
/* Lets the kernel choose: without driver_override, and taken off its driver.
 * -ENODEV: no driver wants it. */
int sysfs_vf_probe(const char *root, const struct kernel_handle *handle,
		   uint32_t vf, struct error *err);

#endif
