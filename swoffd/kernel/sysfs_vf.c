/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Documentation/ABI/testing/sysfs-bus-pci: virtfn, driver_override, bind. */
#include "swoffd/kernel/sysfs_vf.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "swoffd/kernel/procfs.h"
#include "swoffd/kernel/sysfs.h"

#define NO_OVERRIDE "(null)"           /* drivers/pci/pci-sysfs.c */

static struct kernel_handle pci_handle(const char *address)
{
	struct kernel_handle h = { .bus = "pci" };

	(void)snprintf(h.dev, sizeof(h.dev), "%s", address);
	return h;
}

/* The address of a VF, which is where its link leads. */
static int address(const char *root, const struct kernel_handle *handle,
		   uint32_t vf, char out[PREFLIGHT_PCI_SIZE])
{
	char name[24];

	(void)snprintf(name, sizeof(name), "virtfn%u", vf);
	return sysfs_link(root, handle, name, out, PREFLIGHT_PCI_SIZE);
}

uint32_t sysfs_pci_id(const char *root, const struct kernel_handle *handle)
{
	uint32_t vendor, device;

	if (strcmp(handle->bus, "pci") != 0 ||
	    sysfs_number(root, handle, "vendor", &vendor) ||
	    sysfs_number(root, handle, "device", &device) ||
	    vendor > UINT16_MAX || device > UINT16_MAX)
		return 0;
	return vendor << 16 | device;
}

/* The first name in a folder of the device that is of size bytes at most.
 * -ENOENT: there is no such folder; 1: nothing is in it. */
static int first_name(const char *root, const struct kernel_handle *handle,
		      const char *folder, char *out, size_t size)
{
	char path[PATH_MAX];
	struct dirent *e;
	DIR *dir;
	int rc = sysfs_path(root, handle, folder, path);

	if (rc)
		return rc;
	dir = opendir(path);
	if (!dir)
		return -errno;
	do
		e = readdir(dir);
	while (e && (e->d_name[0] == '.' || strlen(e->d_name) >= size));
	if (e)
		strcpy(out, e->d_name);
	closedir(dir);
	return e ? 0 : 1;
}

/* The class folder stays while a netdev is in another namespace, where it is
 * not to be seen from here (lib/kobject.c, drivers/base/core.c). */
static void read_netdev(const char *root, const struct kernel_handle *h,
			struct preflight_vf *vf)
{
	vf->elsewhere = first_name(root, h, "net", vf->netdev,
				   sizeof(vf->netdev)) == 1;
}

static void read_nodes(const char *root, const struct kernel_handle *h,
		       struct procfs_node *node)
{
	char name[24];

	if (!sysfs_link(root, h, "iommu_group", name, sizeof(name)))
		(void)snprintf(node->group, sizeof(node->group),
			       "/dev/vfio/%s", name);
	if (!first_name(root, h, "vfio-dev", name, sizeof(name)))
		(void)snprintf(node->device, sizeof(node->device),
			       "/dev/vfio/devices/%s", name);
}

static void read_override(const char *root, const struct kernel_handle *h,
			  char out[KERNEL_DRIVER_SIZE])
{
	if (sysfs_text(root, h, "driver_override", out, KERNEL_DRIVER_SIZE) ||
	    strcmp(out, NO_OVERRIDE) == 0)
		out[0] = '\0';
}

static void read_vf(const char *root, struct preflight_vf *vf,
		    struct procfs_node *node)
{
	struct kernel_handle h = pci_handle(vf->pci);

	(void)sysfs_driver(root, &h, vf->driver);
	read_override(root, &h, vf->override);
	read_netdev(root, &h, vf);
	node->vf = vf;
	/* Whoever has opened the group of another driver is not in the way. */
	if (strstr(vf->driver, "vfio"))
		read_nodes(root, &h, node);
}

static uint32_t count_vfs(const char *root, const struct kernel_handle *handle)
{
	char pci[PREFLIGHT_PCI_SIZE];
	uint32_t count = 0;

	while (count < PREFLIGHT_MAX_VFS &&
	       !address(root, handle, count, pci))
		count++;
	return count;
}

int sysfs_vf_places(const char *root, const struct kernel_handle *handle,
		    struct preflight_vf **out, size_t *n)
{
	uint32_t count = count_vfs(root, handle);
	struct preflight_vf *vfs = count ? calloc(count, sizeof(*vfs)) : NULL;

	*n = 0;
	*out = NULL;
	if (count && !vfs)
		return -ENOMEM;
	for (uint32_t i = 0; i < count; i++) {
		struct kernel_handle h;

		vfs[i].vf = i;
		if (address(root, handle, i, vfs[i].pci))
			continue;
		h = pci_handle(vfs[i].pci);
		read_netdev(root, &h, &vfs[i]);
	}
	*n = count;
	*out = vfs;
	return 0;
}

int sysfs_vf_list(const char *root, const struct kernel_handle *handle,
		  struct preflight_vf **out, size_t *n)
{
	AUTO(free) struct procfs_node *nodes = NULL;
	AUTO(free) struct preflight_vf *vfs = NULL;
	uint32_t count = count_vfs(root, handle);

	*n = 0;
	*out = NULL;
	if (!count)
		return 0;
	vfs = calloc(count, sizeof(*vfs));
	nodes = calloc(count, sizeof(*nodes));
	if (!vfs || !nodes)
		return -ENOMEM;
	for (uint32_t i = 0; i < count; i++) {
		vfs[i].vf = i;
		if (!address(root, handle, i, vfs[i].pci))
			read_vf(root, &vfs[i], &nodes[i]);
	}
	procfs_find_holders(root, nodes, count);
	*n = count;
	*out = steal_ptr(vfs);
	return 0;
}

int sysfs_vf_read(const char *root, const struct kernel_handle *handle,
		  uint32_t number, struct preflight_vf *out)
{
	struct procfs_node node = { 0 };
	struct preflight_vf vf = { .vf = number };
	int rc = address(root, handle, number, vf.pci);

	if (rc)
		return rc;
	read_vf(root, &vf, &node);
	procfs_find_holders(root, &node, 1);
	*out = vf;
	return 0;
}

static int failed(struct error *err, int rc, const char *what,
		  const char *pci, const char *driver)
{
	return error_set(err, -rc, "%s %s%s%s: %s", what, pci,
			 driver[0] ? ", driver " : "", driver, strerror(-rc));
}

static int unbind(const char *root, const char *pci, struct error *err)
{
	struct kernel_handle h = pci_handle(pci);
	char driver[KERNEL_DRIVER_SIZE];
	int rc = sysfs_driver(root, &h, driver);

	if (rc == -ENOENT)
		return 0;
	if (!rc)
		rc = sysfs_write(root, &h, "driver/unbind", pci);
	return rc ? failed(err, rc, "unbind", pci, driver) : 0;
}

int sysfs_vf_unbind(const char *root, const struct kernel_handle *handle,
		    uint32_t vf, struct error *err)
{
	char pci[PREFLIGHT_PCI_SIZE];
	int rc = address(root, handle, vf, pci);

	if (rc)
		return error_set(err, -rc, "VF %u: %s", vf, strerror(-rc));
	return unbind(root, pci, err);
}

static int set_override(const char *root, const struct kernel_handle *h,
			const struct preflight_vf *to, struct error *err)
{
	char is[KERNEL_DRIVER_SIZE];
	int rc;

	read_override(root, h, is);
	if (strcmp(is, to->override) == 0)
		return 0;
	/* An empty line clears it. */
	rc = sysfs_write(root, h, "driver_override",
			 to->override[0] ? to->override : "\n");
	return rc ? failed(err, rc, "set driver_override of", h->dev,
			   to->override) : 0;
}

/* A driver that takes new VFs by itself may come in between. */
static int give(const char *root, const struct kernel_handle *h,
		const char *driver, struct error *err)
{
	char is[KERNEL_DRIVER_SIZE] = "";
	int rc = sysfs_bind(root, driver, h->dev);

	(void)sysfs_driver(root, h, is);
	if (strcmp(is, driver) == 0)
		return 0;
	return failed(err, rc ? rc : -EIO, "bind", h->dev, driver);
}

int sysfs_vf_bind(const char *root, const struct kernel_handle *handle,
		  const struct preflight_vf *to, struct error *err)
{
	char pci[PREFLIGHT_PCI_SIZE], is[KERNEL_DRIVER_SIZE] = "";
	int rc = address(root, handle, to->vf, pci);
	struct kernel_handle h;

	if (rc)
		return error_set(err, -rc, "VF %u: %s", to->vf, strerror(-rc));
	h = pci_handle(pci);
	rc = set_override(root, &h, to, err);
	(void)sysfs_driver(root, &h, is);
	if (rc || strcmp(is, to->driver) == 0)
		return rc;
	rc = unbind(root, pci, err);
	if (rc || !to->driver[0])
		return rc;
	return give(root, &h, to->driver, err);
}

int sysfs_vf_probe(const char *root, const struct kernel_handle *handle,
		   uint32_t vf, struct error *err)
{
	const struct preflight_vf none = { .vf = vf };
	char driver[KERNEL_DRIVER_SIZE];
	char pci[PREFLIGHT_PCI_SIZE];
	struct kernel_handle h;
	int rc = sysfs_vf_bind(root, handle, &none, err);

	if (rc)
		return rc;
	rc = address(root, handle, vf, pci);
	if (rc)
		return error_set(err, -rc, "VF %u: %s", vf, strerror(-rc));
	rc = sysfs_probe(root, pci);
	h = pci_handle(pci);
	if (sysfs_driver(root, &h, driver) == 0)
		return 0;
	if (rc)
		return failed(err, rc, "find a driver for", pci, "");
	return error_set(err, ENODEV, "no driver wants %s", pci);
}
