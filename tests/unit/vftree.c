/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/unit/vftree.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unittest.h"
#include "tests/tempdir.h"

char vftree_root[] = "/tmp/sysfsvf.XXXXXX";
int vftree_fail;
const char *vftree_refused;
const char *vftree_default;

static void path_of(char out[PATH_MAX], const char *path)
{
	snprintf(out, PATH_MAX, "%s%s", vftree_root, path);
}

void vftree_dirs(const char *path)
{
	char p[PATH_MAX];

	path_of(p, path);
	for (char *s = p + strlen(vftree_root) + 1; (s = strchr(s, '/')); s++) {
		*s = '\0';
		(void)mkdir(p, 0755);
		*s = '/';
	}
}

void vftree_put(const char *path, const char *text)
{
	char p[PATH_MAX];
	FILE *f;

	vftree_dirs(path);
	path_of(p, path);
	f = fopen(p, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

void vftree_link(const char *path, const char *to)
{
	char p[PATH_MAX];

	vftree_dirs(path);
	path_of(p, path);
	(void)unlink(p);
	assert_int_equal(symlink(to, p), 0);
}

void vftree_drive(const char *vf, const char *driver)
{
	char link[PATH_MAX], to[PATH_MAX];

	snprintf(link, sizeof(link), DEVICES "%s/driver", vf);
	snprintf(to, sizeof(to), "../../drivers/%s", driver);
	vftree_link(link, to);
}

ssize_t __real_write(int fd, const void *buf, size_t size);
ssize_t __wrap_write(int fd, const void *buf, size_t size);

static bool ends_in(const char *path, const char *end)
{
	size_t a = strlen(path), b = strlen(end);

	return a >= b && strcmp(path + a - b, end) == 0;
}

static void name_of(char *path, char out[64])
{
	*strrchr(path, '/') = '\0';
	snprintf(out, 64, "%s", strrchr(path, '/') + 1);
}

ssize_t __wrap_write(int fd, const void *buf, size_t size)
{
	char proc[64], path[PATH_MAX] = "", vf[64], driver[64], link[PATH_MAX];

	snprintf(proc, sizeof(proc), "/proc/self/fd/%d", fd);
	if (readlink(proc, path, sizeof(path) - 1) < 0)
		return -1;
	snprintf(vf, sizeof(vf), "%.*s", (int)size, (const char *)buf);
	if (ends_in(path, "/bind")) {
		name_of(path, driver);
		errno = vftree_fail;
		if (vftree_fail && (!vftree_refused ||
				    strcmp(vftree_refused, driver) == 0))
			return -1;
		vftree_drive(vf, driver);
	} else if (ends_in(path, "/drivers_probe")) {
		if (vftree_default)
			vftree_drive(vf, vftree_default);
	} else if (ends_in(path, "/driver_override")) {
		assert_int_equal(ftruncate(fd, 0), 0);
	} else if (ends_in(path, "/unbind")) {
		snprintf(link, sizeof(link), "%s" DEVICES "%s/driver", vftree_root,
			 vf);
		assert_int_equal(unlink(link), 0);
	}
	return __real_write(fd, buf, size);
}

static void make_vf(const char *vf, const char *link)
{
	char path[PATH_MAX], to[64];

	snprintf(path, sizeof(path), DEVICES PF "/%s", link);
	snprintf(to, sizeof(to), "../%s", vf);
	vftree_link(path, to);
	snprintf(path, sizeof(path), DEVICES "%s/driver_override", vf);
	vftree_put(path, "(null)\n");
	vftree_drive(vf, "mlx5_core");
}

int vftree_make(void **state)
{
	(void)state;
	vftree_fail = 0;
	vftree_refused = NULL;
	vftree_default = "mlx5_core";
	strcpy(vftree_root + sizeof(vftree_root) - 7, "XXXXXX");
	assert_non_null(mkdtemp(vftree_root));
	vftree_put(DEVICES PF "/vendor", "0x15b3\n");
	vftree_put(DEVICES PF "/device", "0x1017\n");
	vftree_put(DRIVERS "mlx5_core/bind", "");
	vftree_put(DRIVERS "mlx5_core/unbind", "");
	vftree_put(DRIVERS "vfio-pci/bind", "");
	vftree_put(DRIVERS "vfio-pci/unbind", "");
	vftree_put(DRIVERS "virtio-pci/bind", "");
	vftree_put("/sys/bus/pci/drivers_probe", "");
	make_vf(VF0, "virtfn0");
	make_vf(VF1, "virtfn1");
	vftree_put(DEVICES VF0 "/net/eth5/ifindex", "5\n");
	return 0;
}

int vftree_remove(void **state)
{
	(void)state;
	return tempdir_remove(vftree_root);
}

void vftree_give_to_vfio(const char *vf)
{
	char path[PATH_MAX];

	vftree_drive(vf, "vfio-pci");
	snprintf(path, sizeof(path), DEVICES "%s/driver_override", vf);
	vftree_put(path, "vfio-pci\n");
}

void vftree_group(const char *vf, const char *number)
{
	char path[PATH_MAX], to[64];

	snprintf(path, sizeof(path), DEVICES "%s/iommu_group", vf);
	snprintf(to, sizeof(to), "../../../../kernel/iommu_groups/%s", number);
	vftree_link(path, to);
}
