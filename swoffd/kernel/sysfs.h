/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What only sysfs and debugfs know of a device: its driver and its VF counts.
 * Blocks, for minutes when VFs are made: for the worker only.
 */
#ifndef SWOFFD_KERNEL_SYSFS_H
#define SWOFFD_KERNEL_SYSFS_H

#include <limits.h>
#include <stddef.h>

#include "swoffd/core/kernel.h"
#include "swoffd/core/sim.h"

/* root is in front of every path: "" but in tests.  All: -errno, or -EINVAL
 * for a handle that is no file name. */
int sysfs_path(const char *root, const struct kernel_handle *handle,
	       const char *name, char out[PATH_MAX]);
/* An attribute up to the end of its first line, cut at size. */
int sysfs_text(const char *root, const struct kernel_handle *handle,
	       const char *name, char *out, size_t size);
int sysfs_number(const char *root, const struct kernel_handle *handle,
		 const char *name, uint32_t *out);
int sysfs_write(const char *root, const struct kernel_handle *handle,
		const char *name, const char *text);
/* The last part of where a link leads; -ENAMETOOLONG. */
int sysfs_link(const char *root, const struct kernel_handle *handle,
	       const char *name, char *out, size_t size);
/* Gives the PCI function to the driver. */
int sysfs_bind(const char *root, const char *driver, const char *pci);
/* Has all drivers look whether they want it. */
int sysfs_probe(const char *root, const char *pci);

int sysfs_driver(const char *root, const struct kernel_handle *handle,
		 char out[KERNEL_DRIVER_SIZE]);
int sysfs_vf_count(const char *root, const struct kernel_handle *handle,
		   uint32_t *out);
int sysfs_vf_max(const char *root, const struct kernel_handle *handle,
		 uint32_t *out);
int sysfs_vf_count_set(const char *root, const struct kernel_handle *handle,
		       uint32_t count);

/* -ENOENT: netdevsim is not in this kernel. */
int sysfs_sim_add(const char *root, const struct kernel_sim *sim);
int sysfs_sim_del(const char *root, uint32_t id);
/* In debugfs, and only while there are no VFs. */
int sysfs_sim_vf_max_set(const char *root, const struct kernel_handle *handle,
			 uint32_t max);

#endif
