/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Attributes of /sys/bus/BUS/devices/DEV, Documentation/PCI/pci-iov-howto. */
#include "swoffd/kernel/sysfs.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "common/base/cleanup.h"
#include "common/base/parse.h"

/* Handles come from the kernel and from people: no way out of the folder. */
static bool is_file_name(const char *name)
{
	return name[0] && name[0] != '.' && !strchr(name, '/');
}

int sysfs_path(const char *root, const struct kernel_handle *handle,
	       const char *name, char out[PATH_MAX])
{
	if (!is_file_name(handle->bus) || !is_file_name(handle->dev))
		return -EINVAL;
	(void)snprintf(out, PATH_MAX, "%s/sys/bus/%s/devices/%s/%s", root,
		       handle->bus, handle->dev, name);
	return 0;
}

static int read_text(const char *path, char *out, size_t size)
{
	AUTO(close_fd) int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return -errno;
	n = read(fd, out, size - 1);
	if (n < 0)
		return -errno;
	out[n] = '\0';
	out[strcspn(out, "\n")] = '\0';
	return 0;
}

static int read_u32(const char *path, uint32_t *out)
{
	char text[32];
	int rc = read_text(path, text, sizeof(text));

	return rc ? rc : parse_u32(text, UINT32_MAX, out);
}

static int write_text(const char *path, const char *text)
{
	AUTO(close_fd) int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	return write(fd, text, strlen(text)) < 0 ? -errno : 0;
}

int sysfs_text(const char *root, const struct kernel_handle *handle,
	       const char *name, char *out, size_t size)
{
	char path[PATH_MAX];
	int rc = sysfs_path(root, handle, name, path);

	return rc ? rc : read_text(path, out, size);
}

int sysfs_number(const char *root, const struct kernel_handle *handle,
		 const char *name, uint32_t *out)
{
	char path[PATH_MAX];
	int rc = sysfs_path(root, handle, name, path);

	return rc ? rc : read_u32(path, out);
}

int sysfs_write(const char *root, const struct kernel_handle *handle,
		const char *name, const char *text)
{
	char path[PATH_MAX];
	int rc = sysfs_path(root, handle, name, path);

	return rc ? rc : write_text(path, text);
}

int sysfs_link(const char *root, const struct kernel_handle *handle,
	       const char *name, char *out, size_t size)
{
	char path[PATH_MAX], target[PATH_MAX];
	const char *end;
	ssize_t n;
	int rc = sysfs_path(root, handle, name, path);

	if (rc)
		return rc;
	n = readlink(path, target, sizeof(target) - 1);
	if (n < 0)
		return -errno;
	target[n] = '\0';
	end = strrchr(target, '/');
	end = end ? end + 1 : target;
	if (strlen(end) >= size)
		return -ENAMETOOLONG;
	strcpy(out, end);
	return 0;
}

int sysfs_driver(const char *root, const struct kernel_handle *handle,
		 char out[KERNEL_DRIVER_SIZE])
{
	return sysfs_link(root, handle, "driver", out, KERNEL_DRIVER_SIZE);
}

int sysfs_bind(const char *root, const char *driver, const char *pci)
{
	char path[PATH_MAX];

	if (!is_file_name(driver))
		return -EINVAL;
	(void)snprintf(path, sizeof(path), "%s/sys/bus/pci/drivers/%s/bind",
		       root, driver);
	return write_text(path, pci);
}

int sysfs_probe(const char *root, const char *pci)
{
	char path[PATH_MAX];

	(void)snprintf(path, sizeof(path), "%s/sys/bus/pci/drivers_probe",
		       root);
	return write_text(path, pci);
}

int sysfs_vf_count(const char *root, const struct kernel_handle *handle,
		   uint32_t *out)
{
	return sysfs_number(root, handle, "sriov_numvfs", out);
}

/* netdevsim is no PCI device and tells its limit in debugfs. */
int sysfs_vf_max(const char *root, const struct kernel_handle *handle,
		 uint32_t *out)
{
	char path[PATH_MAX];
	int rc = sysfs_number(root, handle, "sriov_totalvfs", out);

	if (rc != -ENOENT || strcmp(handle->bus, "netdevsim") != 0)
		return rc;
	(void)snprintf(path, sizeof(path),
		       "%s/sys/kernel/debug/netdevsim/%s/max_vfs", root,
		       handle->dev);
	return read_u32(path, out);
}

int sysfs_vf_count_set(const char *root, const struct kernel_handle *handle,
		       uint32_t count)
{
	char text[16];

	(void)snprintf(text, sizeof(text), "%u", count);
	return sysfs_write(root, handle, "sriov_numvfs", text);
}

int sysfs_sim_add(const char *root, const struct kernel_sim *sim)
{
	char path[PATH_MAX], text[32];

	(void)snprintf(path, sizeof(path), "%s/sys/bus/netdevsim/new_device",
		       root);
	(void)snprintf(text, sizeof(text), "%u %u", sim->id, sim->ports);
	return write_text(path, text);
}

int sysfs_sim_del(const char *root, uint32_t id)
{
	char path[PATH_MAX], text[16];

	(void)snprintf(path, sizeof(path), "%s/sys/bus/netdevsim/del_device",
		       root);
	(void)snprintf(text, sizeof(text), "%u", id);
	return write_text(path, text);
}

int sysfs_sim_vf_max_set(const char *root, const struct kernel_handle *handle,
			 uint32_t max)
{
	char path[PATH_MAX], text[16];

	if (!is_file_name(handle->dev))
		return -EINVAL;
	(void)snprintf(path, sizeof(path),
		       "%s/sys/kernel/debug/netdevsim/%s/max_vfs", root,
		       handle->dev);
	(void)snprintf(text, sizeof(text), "%u", max);
	return write_text(path, text);
}
