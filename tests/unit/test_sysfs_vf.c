/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * VFs of a ConnectX-5 in a tree of files that looks like sysfs and proc.  What
 * is written to bind and unbind moves the links as a kernel would.
 */
#include "tests/unittest.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/cleanup.h"
#include "swoffd/kernel/sysfs_vf.h"

#define PF "0000:03:00.0"
#define VF0 "0000:03:00.2"
#define VF1 "0000:03:00.3"
#define DEVICES "/sys/bus/pci/devices/"
#define DRIVERS "/sys/bus/pci/drivers/"

static char root[] = "/tmp/sysfsvf.XXXXXX";
static const struct kernel_handle pf = { "pci", PF };
static int fail_bind;                  /* errno of the next bind, or 0 */

static void path_of(char out[PATH_MAX], const char *path)
{
	snprintf(out, PATH_MAX, "%s%s", root, path);
}

static void make_dirs(const char *path)
{
	char p[PATH_MAX];

	path_of(p, path);
	for (char *s = p + strlen(root) + 1; (s = strchr(s, '/')); s++) {
		*s = '\0';
		(void)mkdir(p, 0755);
		*s = '/';
	}
}

static void put(const char *path, const char *text)
{
	char p[PATH_MAX];
	FILE *f;

	make_dirs(path);
	path_of(p, path);
	f = fopen(p, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void put_link(const char *path, const char *to)
{
	char p[PATH_MAX];

	make_dirs(path);
	path_of(p, path);
	(void)unlink(p);
	assert_int_equal(symlink(to, p), 0);
}

static void set_driver(const char *vf, const char *driver)
{
	char link[PATH_MAX], to[PATH_MAX];

	snprintf(link, sizeof(link), DEVICES "%s/driver", vf);
	snprintf(to, sizeof(to), "../../drivers/%s", driver);
	put_link(link, to);
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
		errno = fail_bind;
		if (fail_bind)
			return -1;
		name_of(path, driver);
		set_driver(vf, driver);
	} else if (ends_in(path, "/unbind")) {
		snprintf(link, sizeof(link), "%s" DEVICES "%s/driver", root,
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
	put_link(path, to);
	snprintf(path, sizeof(path), DEVICES "%s/driver_override", vf);
	put(path, "(null)\n");
	set_driver(vf, "mlx5_core");
}

static int set_up(void **state)
{
	(void)state;
	fail_bind = 0;
	strcpy(root + sizeof(root) - 7, "XXXXXX");
	assert_non_null(mkdtemp(root));
	put(DEVICES PF "/vendor", "0x15b3\n");
	put(DEVICES PF "/device", "0x1017\n");
	put(DRIVERS "mlx5_core/bind", "");
	put(DRIVERS "mlx5_core/unbind", "");
	put(DRIVERS "vfio-pci/bind", "");
	put(DRIVERS "vfio-pci/unbind", "");
	make_vf(VF0, "virtfn0");
	make_vf(VF1, "virtfn1");
	put(DEVICES VF0 "/net/eth5/ifindex", "5\n");
	return 0;
}

static int remove_one(const char *path, const struct stat *st, int type,
		      struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static int tear_down(void **state)
{
	(void)state;
	return nftw(root, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static struct preflight_vf *list(void)
{
	struct preflight_vf *vfs;
	size_t n;

	assert_int_equal(sysfs_vf_list(root, &pf, &vfs, &n), 0);
	assert_int_equal(n, 2);
	return vfs;
}

static void tells_what_each_vf_is(void **state)
{
	AUTO(free) struct preflight_vf *vfs = list();

	(void)state;
	assert_int_equal(sysfs_pci_id(root, &pf), 0x15b31017);
	assert_int_equal(vfs[1].vf, 1);
	assert_string_equal(vfs[0].pci, VF0);
	assert_string_equal(vfs[0].driver, "mlx5_core");
	assert_string_equal(vfs[0].override, "");
	assert_string_equal(vfs[0].netdev, "eth5");
	assert_false(vfs[0].elsewhere);
	assert_string_equal(vfs[1].netdev, "");
	assert_false(vfs[1].elsewhere);
}

static void tells_where_each_vf_is(void **state)
{
	static const struct kernel_handle sim = { "netdevsim", "netdevsim1" };
	AUTO(free) struct preflight_vf *vfs = NULL;
	size_t n;

	(void)state;
	assert_int_equal(sysfs_vf_places(root, &pf, &vfs, &n), 0);
	assert_int_equal(n, 2);
	assert_int_equal(vfs[1].vf, 1);
	assert_string_equal(vfs[0].pci, VF0);
	assert_string_equal(vfs[0].netdev, "eth5");
	assert_string_equal(vfs[1].pci, VF1);
	assert_string_equal(vfs[1].netdev, "");
	free(steal_ptr(vfs));
	assert_int_equal(sysfs_vf_places(root, &sim, &vfs, &n), 0);
	assert_int_equal(n, 0);
	assert_null(vfs);
}

/* The folder of a class is there and empty: what is in it is not for us. */
static void a_netdev_in_another_namespace_is_known_to_be_there(void **state)
{
	AUTO(free) struct preflight_vf *vfs = NULL;

	(void)state;
	make_dirs(DEVICES VF1 "/net/");
	vfs = list();
	assert_true(vfs[1].elsewhere);
	assert_string_equal(vfs[1].netdev, "");
}

static void what_is_no_pci_device_has_no_functions(void **state)
{
	static const struct kernel_handle others[] = {
		{ "netdevsim", "netdevsim10" }, { "pci", "0000:04:00.0" },
		{ "pci", ".." }, { "pci", "a/b" },
	};
	struct preflight_vf *vfs;
	size_t n;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		assert_int_equal(sysfs_pci_id(root, &others[i]), 0);
		assert_int_equal(sysfs_vf_list(root, &others[i], &vfs, &n),
				 0);
		assert_int_equal(n, 0);
		assert_null(vfs);
	}
}

static void give_to_vfio(const char *vf)
{
	char path[PATH_MAX];

	set_driver(vf, "vfio-pci");
	snprintf(path, sizeof(path), DEVICES "%s/driver_override", vf);
	put(path, "vfio-pci\n");
}

static void who_has_opened_the_group_holds_the_vf(void **state)
{
	AUTO(free) struct preflight_vf *vfs = NULL;

	(void)state;
	give_to_vfio(VF0);
	put_link(DEVICES VF0 "/iommu_group", "../../../../kernel/iommu_groups/42");
	put_link(DEVICES VF1 "/iommu_group", "../../../../kernel/iommu_groups/43");
	put("/proc/4711/comm", "qemu-system-x86\n");
	put_link("/proc/4711/fd/3", "/dev/null");
	put_link("/proc/4711/fd/17", "/dev/vfio/42");
	put_link("/proc/4712/fd/17", "/dev/vfio/43");   /* not through VFIO */
	put_link("/proc/sys/fd/1", "/dev/vfio/42");
	vfs = list();
	assert_int_equal(vfs[0].pid, 4711);
	assert_string_equal(vfs[0].process, "qemu-system-x86");
	assert_string_equal(vfs[0].node, "/dev/vfio/42");
	assert_string_equal(vfs[0].override, "vfio-pci");
	assert_int_equal(vfs[1].pid, 0);
}

/* Root may look at everything, so what cannot be is a file for a folder. */
static void who_cannot_be_looked_at_may_hold_it(void **state)
{
	AUTO(free) struct preflight_vf *vfs = NULL;

	(void)state;
	give_to_vfio(VF0);
	put_link(DEVICES VF0 "/iommu_group", "../../../../kernel/iommu_groups/42");
	put("/proc/10/fd", "");
	vfs = list();
	assert_true(vfs[0].unseen);
	assert_false(vfs[1].unseen);
	put_link("/proc/11/fd/3", "/dev/vfio/42");
	free(steal_ptr(vfs));
	vfs = list();
	assert_false(vfs[0].unseen);
	assert_int_equal(vfs[0].pid, 11);
}

static void so_does_who_has_opened_its_own_device(void **state)
{
	AUTO(free) struct preflight_vf *vfs = NULL;

	(void)state;
	give_to_vfio(VF1);
	make_dirs(DEVICES VF1 "/vfio-dev/vfio7/");
	put_link("/proc/99/fd/4", "/dev/vfio/devices/vfio7");
	vfs = list();
	assert_int_equal(vfs[1].pid, 99);
	assert_string_equal(vfs[1].process, "a process");
	assert_string_equal(vfs[1].node, "/dev/vfio/devices/vfio7");
}

static void vfs_are_taken_off_and_given_back(void **state)
{
	AUTO(free) struct preflight_vf *before = NULL, *without = NULL,
				       *after = NULL;
	struct error err;

	(void)state;
	give_to_vfio(VF1);
	before = list();
	for (uint32_t i = 0; i < 2; i++)
		assert_int_equal(sysfs_vf_unbind(root, &pf, i, &err), 0);
	assert_int_equal(sysfs_vf_unbind(root, &pf, 0, &err), 0);
	without = list();
	assert_string_equal(without[0].driver, "");
	assert_string_equal(without[1].driver, "");

	/* As a driver that takes whatever comes would have it. */
	set_driver(VF1, "mlx5_core");
	put(DEVICES VF1 "/driver_override", "(null)\n");
	for (uint32_t i = 0; i < 2; i++)
		assert_int_equal(sysfs_vf_bind(root, &pf, &before[i], &err),
				 0);
	after = list();
	assert_string_equal(after[0].driver, "mlx5_core");
	assert_string_equal(after[1].driver, "vfio-pci");
	assert_string_equal(after[1].override, "vfio-pci");

	before[0].driver[0] = '\0';
	assert_int_equal(sysfs_vf_bind(root, &pf, &before[0], &err), 0);
	free(steal_ptr(after));
	after = list();
	assert_string_equal(after[0].driver, "");
}

static void a_driver_that_does_not_take_a_vf_is_named(void **state)
{
	AUTO(free) struct preflight_vf *vfs = list();
	struct error err;

	(void)state;
	strcpy(vfs[0].driver, "vfio-pci");
	fail_bind = EBUSY;
	assert_int_equal(sysfs_vf_bind(root, &pf, &vfs[0], &err), -EBUSY);
	assert_string_equal(err.msg, "bind " VF0 ", driver vfio-pci: "
			    "Device or resource busy");
	strcpy(vfs[0].driver, "gone");
	fail_bind = 0;
	assert_int_equal(sysfs_vf_bind(root, &pf, &vfs[0], &err), -ENOENT);
	strcpy(vfs[0].driver, "../x");
	assert_int_equal(sysfs_vf_bind(root, &pf, &vfs[0], &err), -EINVAL);
	vfs[0].vf = 7;
	assert_int_equal(sysfs_vf_bind(root, &pf, &vfs[0], &err), -ENOENT);
	assert_int_equal(sysfs_vf_unbind(root, &pf, 7, &err), -ENOENT);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(tells_what_each_vf_is),
		TEST(tells_where_each_vf_is),
		TEST(a_netdev_in_another_namespace_is_known_to_be_there),
		TEST(what_is_no_pci_device_has_no_functions),
		TEST(who_has_opened_the_group_holds_the_vf),
		TEST(who_cannot_be_looked_at_may_hold_it),
		TEST(so_does_who_has_opened_its_own_device),
		TEST(vfs_are_taken_off_and_given_back),
		TEST(a_driver_that_does_not_take_a_vf_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
