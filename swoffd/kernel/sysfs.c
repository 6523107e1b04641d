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

static int device_path(const char *root, const struct kernel_handle *handle,
		       const char *name, char out[PATH_MAX])
{
	if (!is_file_name(handle->bus) || !is_file_name(handle->dev))
		return -EINVAL;
	(void)snprintf(out, PATH_MAX, "%s/sys/bus/%s/devices/%s/%s", root,
		       handle->bus, handle->dev, name);
	return 0;
}

static int read_u32(const char *path, uint32_t *out)
{
	AUTO(close_fd) int fd = open(path, O_RDONLY | O_CLOEXEC);
	char text[32];
	ssize_t n;

	if (fd < 0)
		return -errno;
	n = read(fd, text, sizeof(text) - 1);
	if (n < 0)
		return -errno;
	text[n] = '\0';
	text[strcspn(text, "\n")] = '\0';
	return parse_u32(text, UINT32_MAX, out);
}

static int read_attr(const char *root, const struct kernel_handle *handle,
		     const char *name, uint32_t *out)
{
	char path[PATH_MAX];
	int rc = device_path(root, handle, name, path);

	return rc ? rc : read_u32(path, out);
}

int sysfs_driver(const char *root, const struct kernel_handle *handle,
		 char out[KERNEL_DRIVER_SIZE])
{
	char path[PATH_MAX], target[PATH_MAX];
	const char *name;
	ssize_t n;
	int rc = device_path(root, handle, "driver", path);

	if (rc)
		return rc;
	n = readlink(path, target, sizeof(target) - 1);
	if (n < 0)
		return -errno;
	target[n] = '\0';
	name = strrchr(target, '/');
	name = name ? name + 1 : target;
	if (strlen(name) >= KERNEL_DRIVER_SIZE)
		return -ENAMETOOLONG;
	strcpy(out, name);
	return 0;
}

int sysfs_vf_count(const char *root, const struct kernel_handle *handle,
		   uint32_t *out)
{
	return read_attr(root, handle, "sriov_numvfs", out);
}

/* netdevsim is no PCI device and tells its limit in debugfs. */
int sysfs_vf_max(const char *root, const struct kernel_handle *handle,
		 uint32_t *out)
{
	char path[PATH_MAX];
	int rc = read_attr(root, handle, "sriov_totalvfs", out);

	if (rc != -ENOENT || strcmp(handle->bus, "netdevsim") != 0)
		return rc;
	(void)snprintf(path, sizeof(path),
		       "%s/sys/kernel/debug/netdevsim/%s/max_vfs", root,
		       handle->dev);
	return read_u32(path, out);
}

static int write_text(const char *path, const char *text)
{
	AUTO(close_fd) int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	return write(fd, text, strlen(text)) < 0 ? -errno : 0;
}

int sysfs_vf_count_set(const char *root, const struct kernel_handle *handle,
		       uint32_t count)
{
	char path[PATH_MAX], text[16];
	int rc = device_path(root, handle, "sriov_numvfs", path);

	if (rc)
		return rc;
	(void)snprintf(text, sizeof(text), "%u", count);
	return write_text(path, text);
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
