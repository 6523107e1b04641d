/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * VFs of a ConnectX-5 in a tree of files that looks like sysfs and proc.  What
 * is written to bind, unbind and drivers_probe moves the links as a kernel
 * would, in programs that are linked with --wrap=write.
 */
#ifndef TESTS_UNIT_VFTREE_H
#define TESTS_UNIT_VFTREE_H

#define PF "0000:03:00.0"
#define VF0 "0000:03:00.2"
#define VF1 "0000:03:00.3"
#define DEVICES "/sys/bus/pci/devices/"
#define DRIVERS "/sys/bus/pci/drivers/"

/* What is in front of each path; a folder of its own for each test. */
extern char vftree_root[];

extern int vftree_fail;                /* errno of each bind, or 0 */
extern const char *vftree_refused;     /* the driver that does so; NULL: all */
extern const char *vftree_default;     /* takes what it is offered, or NULL */

/* Both VFs are with mlx5_core; the first has a netdev, eth5. */
int vftree_make(void **state);
int vftree_remove(void **state);

/* A file, a link, and the folders that a path leads through. */
void vftree_put(const char *path, const char *text);
void vftree_link(const char *path, const char *to);
void vftree_dirs(const char *path);

/* Behind everybody's back. */
void vftree_drive(const char *vf, const char *driver);
void vftree_give_to_vfio(const char *vf);
void vftree_group(const char *vf, const char *number);  /* of the IOMMU */

#endif
