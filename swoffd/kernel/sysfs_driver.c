/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One VF to another driver, or to none: refused while somebody has it, and put
 * back if it fails.
 */
#include "swoffd/kernel/sysfs_driver.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "swoffd/kernel/sysfs.h"
#include "swoffd/kernel/sysfs_vf.h"

#define MAX_ALIKE 8                    /* as many are named */
#define MIN_ALIKE 2                    /* letters that two have in common */

struct alike {
	const char *name;
	size_t len;                    /* letters that those have in common */
	char names[MAX_ALIKE][KERNEL_DRIVER_SIZE];
	size_t n;
};

static int by_name(const void *a, const void *b)
{
	return strcmp(a, b);
}

static size_t common_length(const char *a, const char *b)
{
	size_t n = 0;

	while (a[n] && a[n] == b[n])
		n++;
	return n;
}

/* Those that have most letters in common, from the first on. */
static void try_alike(struct alike *a, const char *name)
{
	size_t len = common_length(a->name, name);

	if (len < a->len || strlen(name) >= sizeof(a->names[0]))
		return;
	if (len > a->len)
		a->n = 0;
	a->len = len;
	if (a->n < MAX_ALIKE)
		strcpy(a->names[a->n++], name);
}

static int no_driver(struct alike *a, struct error *err)
{
	size_t len;

	error_set(err, ENOENT, "there is no driver '%s' in "
		  "/sys/bus/pci/drivers; ", a->name);
	qsort(a->names, a->n, sizeof(a->names[0]), by_name);
	for (size_t i = 0; i < a->n; i++) {
		len = strlen(err->msg);
		(void)snprintf(err->msg + len, sizeof(err->msg) - len, "%s%s",
			       i ? ", " : "there is ", a->names[i]);
	}
	len = strlen(err->msg);
	(void)snprintf(err->msg + len, sizeof(err->msg) - len, "%s",
		       a->n ? ", and more when its module is loaded" :
			      "is its module loaded?");
	return -ENOENT;
}

/* 0: there is such a driver. */
static int check_driver(const char *root, const char *name, struct error *err)
{
	struct alike a = { .name = name, .len = MIN_ALIKE };
	char path[PATH_MAX];
	struct dirent *e;
	bool found = false;
	DIR *dir;

	(void)snprintf(path, sizeof(path), "%s/sys/bus/pci/drivers", root);
	dir = opendir(path);
	while (dir && (e = readdir(dir)) && !found) {
		if (e->d_name[0] == '.')
			continue;
		found = strcmp(e->d_name, name) == 0;
		try_alike(&a, e->d_name);
	}
	if (dir)
		closedir(dir);
	return found ? 0 : no_driver(&a, err);
}

static int check_free(const struct preflight_vf *vf, struct error *err)
{
	if (vf->pid)
		return error_set(err, EBUSY, "%s is held by %s (process %u) "
				 "through %s; stop it first", vf->pci,
				 vf->process, vf->pid, vf->node);
	if (vf->unseen)
		return error_set(err, EBUSY, "%s is with %s, and who holds it "
				 "cannot be told: not all processes can be "
				 "looked at", vf->pci, vf->driver);
	if (vf->elsewhere)
		return error_set(err, EBUSY, "%s has its netdev in another "
				 "network namespace; move it back first",
				 vf->pci);
	return 0;
}

/* A driver of VFIO has only what it was told to take. */
static bool is_default(const struct preflight_vf *vf)
{
	return vf->driver[0] && !vf->override[0] && !strstr(vf->driver, "vfio");
}

static int change(const char *root, const struct kernel_handle *handle,
		  enum sysfs_driver_how how, const struct preflight_vf *was,
		  const char *driver, struct error *err)
{
	struct preflight_vf to = { .vf = was->vf };

	switch (how) {
	case SYSFS_DRIVER_NONE:
		return sysfs_vf_unbind(root, handle, was->vf, err);
	case SYSFS_DRIVER_DEFAULT:
		return is_default(was) ? 0 : sysfs_vf_probe(root, handle,
							    was->vf, err);
	case SYSFS_DRIVER_NAMED:
		break;
	}
	(void)snprintf(to.driver, sizeof(to.driver), "%s", driver);
	(void)snprintf(to.override, sizeof(to.override), "%s", driver);
	return sysfs_vf_bind(root, handle, &to, err);
}

/* The reason that VFIO itself does not tell. */
static void tell_iommu(const char *root, const struct preflight_vf *vf,
		       const char *driver, struct error *err)
{
	struct kernel_handle h = { .bus = "pci" };
	size_t len = strlen(err->msg);
	char group[24];

	(void)snprintf(h.dev, sizeof(h.dev), "%s", vf->pci);
	if (strstr(driver, "vfio") &&
	    sysfs_link(root, &h, "iommu_group", group, sizeof(group)) ==
		    -ENOENT)
		(void)snprintf(err->msg + len, sizeof(err->msg) - len,
			       "; it has no IOMMU group, and VFIO takes nothing "
			       "without");
}

static void put_back(const char *root, const struct kernel_handle *handle,
		     const struct preflight_vf *was, struct error *err)
{
	size_t len = strlen(err->msg);
	struct error ignored;
	const char *what = was->driver[0] ? was->driver : "no driver";

	if (sysfs_vf_bind(root, handle, was, &ignored) == 0)
		(void)snprintf(err->msg + len, sizeof(err->msg) - len,
			       "; it is back with %s", what);
	else
		(void)snprintf(err->msg + len, sizeof(err->msg) - len,
			       "; and it could not be put back (%s): %s", what,
			       ignored.msg);
}

static int read_vf(const char *root, const struct kernel_handle *handle,
		   uint32_t number, struct preflight_vf *out,
		   struct error *err)
{
	int rc = sysfs_vf_read(root, handle, number, out);

	if (rc == -ENOENT)
		return error_set(err, EOPNOTSUPP, "it is no function of PCI, "
				 "and has no driver to choose");
	return rc ? error_set(err, -rc, "%s", strerror(-rc)) : 0;
}

static int set(const char *root, const struct kernel_handle *handle,
	       enum sysfs_driver_how how, struct preflight_vf *vf,
	       struct error *err)
{
	char driver[KERNEL_DRIVER_SIZE];
	int rc;

	memcpy(driver, vf->driver, sizeof(driver));
	rc = read_vf(root, handle, vf->vf, vf, err);
	if (!rc && how == SYSFS_DRIVER_NAMED)
		rc = check_driver(root, driver, err);
	if (!rc)
		rc = check_free(vf, err);
	if (rc)
		return rc;
	rc = change(root, handle, how, vf, driver, err);
	if (rc) {
		tell_iommu(root, vf, driver, err);
		put_back(root, handle, vf, err);
		return rc;
	}
	return read_vf(root, handle, vf->vf, vf, err);
}

int sysfs_driver_set(const char *root, const struct kernel_handle *handle,
		     enum sysfs_driver_how how, struct preflight_vf *vf,
		     struct error *err)
{
	int rc = set(root, handle, how, vf, err);

	return rc ? error_prefix(err, "%s/%s: VF %u", handle->bus,
				 handle->dev, vf->vf) : 0;
}
