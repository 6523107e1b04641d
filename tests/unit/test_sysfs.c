/* SPDX-License-Identifier: GPL-2.0-or-later */
/* VF counts and drivers, in a tree of files that looks like sysfs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/loop.h"
#include "swoffd/kernel/sysfs.h"
#include "swoffd/kernel/worker.h"
#include "tests/tempdir.h"

static char root[] = "/tmp/sysfs.XXXXXX";
static const struct kernel_handle pci = { "pci", "0000:03:00.0" };
static const struct kernel_handle sim = { "netdevsim", "netdevsim10" };

static void make_dirs(const char *path)
{
	char p[256];

	snprintf(p, sizeof(p), "%s%s", root, path);
	for (char *s = p + strlen(root) + 1; (s = strchr(s, '/')); s++) {
		*s = '\0';
		(void)mkdir(p, 0755);
		*s = '/';
	}
}

static void put(const char *path, const char *text)
{
	char p[256];
	FILE *f;

	make_dirs(path);
	snprintf(p, sizeof(p), "%s%s", root, path);
	f = fopen(p, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static int set_up(void **state)
{
	char link[256];

	(void)state;
	assert_non_null(mkdtemp(root));
	put("/sys/bus/pci/devices/0000:03:00.0/sriov_numvfs", "3\n");
	put("/sys/bus/pci/devices/0000:03:00.0/sriov_totalvfs", "64\n");
	put("/sys/bus/netdevsim/devices/netdevsim10/sriov_numvfs", "0\n");
	put("/sys/kernel/debug/netdevsim/netdevsim10/max_vfs", "4\n");
	snprintf(link, sizeof(link),
		 "%s/sys/bus/pci/devices/0000:03:00.0/driver", root);
	return symlink("../../../bus/pci/drivers/mlx5_core", link);
}

static int tear_down(void **state)
{
	(void)state;
	return tempdir_remove(root);
}

static void reads(void **state)
{
	char driver[KERNEL_DRIVER_SIZE] = "";
	uint32_t n;

	(void)state;
	assert_int_equal(sysfs_driver(root, &pci, driver), 0);
	assert_string_equal(driver, "mlx5_core");
	assert_int_equal(sysfs_vf_count(root, &pci, &n), 0);
	assert_int_equal(n, 3);
	assert_int_equal(sysfs_vf_max(root, &pci, &n), 0);
	assert_int_equal(n, 64);
	assert_int_equal(sysfs_vf_max(root, &sim, &n), 0);
	assert_int_equal(n, 4);
	assert_int_equal(sysfs_driver(root, &sim, driver), -ENOENT);
}

static void stays_in_its_folder(void **state)
{
	static const struct kernel_handle bad[] = {
		{ "pci", ".." }, { "..", "x" }, { "pci", "a/b" },
		{ "pci/..", "x" }, { "", "x" }, { "pci", "" },
	};
	uint32_t n = 77;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(sysfs_vf_count(root, &bad[i], &n), -EINVAL);
		assert_int_equal(sysfs_vf_count_set(root, &bad[i], 1),
				 -EINVAL);
	}
	assert_int_equal(n, 77);
}

static void done(struct kernel_job *job)
{
	job->done = NULL;
}

static void run(struct kernel_job *job)
{
	struct loop *loop;
	struct worker *w;

	assert_int_equal(loop_new(&loop), 0);
	assert_int_equal(worker_new(loop, root, &w), 0);
	job->kind = JOB_VF_COUNT_SET;
	job->done = done;
	worker_submit(w, job);
	while (job->done)
		assert_int_equal(loop_once(loop, -1), 0);
	worker_free(w);
	loop_free(loop);
}

static void sets_vf_counts(void **state)
{
	struct kernel_job job = { .handle = sim, .device.vf_count = 2 };
	uint32_t n;

	(void)state;
	run(&job);
	assert_int_equal(job.rc, 0);
	assert_int_equal(sysfs_vf_count(root, &sim, &n), 0);
	assert_int_equal(n, 2);
}

static uint32_t most = UINT32_MAX;     /* VFs that the driver makes */

int __real_sysfs_vf_count_set(const char *sysfs_root,
			      const struct kernel_handle *handle,
			      uint32_t count);
int __wrap_sysfs_vf_count_set(const char *sysfs_root,
			      const struct kernel_handle *handle,
			      uint32_t count);

int __wrap_sysfs_vf_count_set(const char *sysfs_root,
			      const struct kernel_handle *handle,
			      uint32_t count)
{
	return __real_sysfs_vf_count_set(sysfs_root, handle,
					 count < most ? count : most);
}

static void fewer_vfs_than_asked_for_are_none(void **state)
{
	struct kernel_job none = { .handle = sim, .device.vf_count = 0 };
	struct kernel_job job = { .handle = sim, .device.vf_count = 4 };
	uint32_t n;

	(void)state;
	run(&none);
	most = 2;
	run(&job);
	most = UINT32_MAX;
	assert_int_equal(job.rc, -ENOSPC);
	assert_non_null(strstr(job.err.msg, "made 2 of 4 VFs"));
	assert_int_equal(sysfs_vf_count(root, &sim, &n), 0);
	assert_int_equal(n, 0);
}

/* The number that is there already is not written again. */
static void leaves_what_is_right(void **state)
{
	struct kernel_job job = { .handle = pci, .device.vf_count = 3 };
	char path[256];
	struct stat before, after;

	(void)state;
	snprintf(path, sizeof(path),
		 "%s/sys/bus/pci/devices/0000:03:00.0/sriov_numvfs", root);
	assert_int_equal(stat(path, &before), 0);
	run(&job);
	assert_int_equal(job.rc, 0);
	assert_int_equal(stat(path, &after), 0);
	assert_int_equal(before.st_mtim.tv_nsec, after.st_mtim.tv_nsec);
	assert_int_equal(before.st_size, after.st_size);
}

static void says_where_there_are_no_vfs(void **state)
{
	struct kernel_job job = { .handle = { "pci", "none" },
				  .device.vf_count = 3 };

	(void)state;
	run(&job);
	assert_int_equal(job.rc, -EOPNOTSUPP);
	assert_string_equal(job.err.msg, "pci/none: read sriov_numvfs: "
			    "no SR-IOV here");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads),
		cmocka_unit_test(stays_in_its_folder),
		cmocka_unit_test(sets_vf_counts),
		cmocka_unit_test(fewer_vfs_than_asked_for_are_none),
		cmocka_unit_test(leaves_what_is_right),
		cmocka_unit_test(says_where_there_are_no_vfs),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
