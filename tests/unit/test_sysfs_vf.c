/* SPDX-License-Identifier: GPL-2.0-or-later */
/* VFs on PCI: who drives them, who holds them, all of them at once. */
#include "tests/unittest.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/cleanup.h"
#include "swoffd/kernel/sysfs.h"
#include "swoffd/kernel/sysfs_vf.h"
#include "swoffd/kernel/worker.h"
#include "tests/unit/vftree.h"

static const struct kernel_handle pf = { "pci", PF };

static struct preflight_vf *list(void)
{
	struct preflight_vf *vfs;
	size_t n;

	assert_int_equal(sysfs_vf_list(vftree_root, &pf, &vfs, &n), 0);
	assert_int_equal(n, 2);
	return vfs;
}

static void tells_what_each_vf_is(void **state)
{
	AUTO(free) struct preflight_vf *vfs = list();

	(void)state;
	assert_int_equal(sysfs_pci_id(vftree_root, &pf), 0x15b31017);
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
	assert_int_equal(sysfs_vf_places(vftree_root, &pf, &vfs, &n), 0);
	assert_int_equal(n, 2);
	assert_int_equal(vfs[1].vf, 1);
	assert_string_equal(vfs[0].pci, VF0);
	assert_string_equal(vfs[0].netdev, "eth5");
	assert_string_equal(vfs[1].pci, VF1);
	assert_string_equal(vfs[1].netdev, "");
	free(steal_ptr(vfs));
	assert_int_equal(sysfs_vf_places(vftree_root, &sim, &vfs, &n), 0);
	assert_int_equal(n, 0);
	assert_null(vfs);
}

/* The folder of a class is there and empty: what is in it is not for us. */
static void a_netdev_in_another_namespace_is_known_to_be_there(void **state)
{
	AUTO(free) struct preflight_vf *vfs = NULL;

	(void)state;
	vftree_dirs(DEVICES VF1 "/net/");
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
		assert_int_equal(sysfs_pci_id(vftree_root, &others[i]), 0);
		assert_int_equal(sysfs_vf_list(vftree_root, &others[i], &vfs, &n),
				 0);
		assert_int_equal(n, 0);
		assert_null(vfs);
	}
}

static void who_has_opened_the_group_holds_the_vf(void **state)
{
	AUTO(free) struct preflight_vf *vfs = NULL;

	(void)state;
	vftree_give_to_vfio(VF0);
	vftree_group(VF0, "42");
	vftree_group(VF1, "43");
	vftree_put("/proc/4711/comm", "qemu-system-x86\n");
	vftree_link("/proc/4711/fd/3", "/dev/null");
	vftree_link("/proc/4711/fd/17", "/dev/vfio/42");
	vftree_link("/proc/4712/fd/17", "/dev/vfio/43");   /* not through VFIO */
	vftree_link("/proc/sys/fd/1", "/dev/vfio/42");
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
	vftree_give_to_vfio(VF0);
	vftree_group(VF0, "42");
	vftree_put("/proc/10/fd", "");
	vfs = list();
	assert_true(vfs[0].unseen);
	assert_false(vfs[1].unseen);
	vftree_link("/proc/11/fd/3", "/dev/vfio/42");
	free(steal_ptr(vfs));
	vfs = list();
	assert_false(vfs[0].unseen);
	assert_int_equal(vfs[0].pid, 11);
}

static void so_does_who_has_opened_its_own_device(void **state)
{
	AUTO(free) struct preflight_vf *vfs = NULL;

	(void)state;
	vftree_give_to_vfio(VF1);
	vftree_dirs(DEVICES VF1 "/vfio-dev/vfio7/");
	vftree_link("/proc/99/fd/4", "/dev/vfio/devices/vfio7");
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
	vftree_give_to_vfio(VF1);
	before = list();
	for (uint32_t i = 0; i < 2; i++)
		assert_int_equal(sysfs_vf_unbind(vftree_root, &pf, i, &err), 0);
	assert_int_equal(sysfs_vf_unbind(vftree_root, &pf, 0, &err), 0);
	without = list();
	assert_string_equal(without[0].driver, "");
	assert_string_equal(without[1].driver, "");

	/* As a driver that takes whatever comes would have it. */
	vftree_drive(VF1, "mlx5_core");
	vftree_put(DEVICES VF1 "/driver_override", "(null)\n");
	for (uint32_t i = 0; i < 2; i++)
		assert_int_equal(sysfs_vf_bind(vftree_root, &pf, &before[i], &err),
				 0);
	after = list();
	assert_string_equal(after[0].driver, "mlx5_core");
	assert_string_equal(after[1].driver, "vfio-pci");
	assert_string_equal(after[1].override, "vfio-pci");

	before[0].driver[0] = '\0';
	assert_int_equal(sysfs_vf_bind(vftree_root, &pf, &before[0], &err), 0);
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
	vftree_fail = EBUSY;
	assert_int_equal(sysfs_vf_bind(vftree_root, &pf, &vfs[0], &err), -EBUSY);
	assert_string_equal(err.msg, "bind " VF0 ", driver vfio-pci: "
			    "Device or resource busy");
	strcpy(vfs[0].driver, "gone");
	vftree_fail = 0;
	assert_int_equal(sysfs_vf_bind(vftree_root, &pf, &vfs[0], &err), -ENOENT);
	strcpy(vfs[0].driver, "../x");
	assert_int_equal(sysfs_vf_bind(vftree_root, &pf, &vfs[0], &err), -EINVAL);
	vfs[0].vf = 7;
	assert_int_equal(sysfs_vf_bind(vftree_root, &pf, &vfs[0], &err), -ENOENT);
	assert_int_equal(sysfs_vf_unbind(vftree_root, &pf, 7, &err), -ENOENT);
}

static void on_done(struct kernel_job *job)
{
	job->done = NULL;
}

/* Else the worker would wait for the virtual machine. */
static void a_vf_that_is_held_is_not_removed(void **state)
{
	struct kernel_job job = { .kind = JOB_VF_COUNT_SET, .handle = pf,
				  .done = on_done };
	struct loop *loop;
	struct worker *w;
	uint32_t n;

	(void)state;
	vftree_put(DEVICES PF "/sriov_numvfs", "2\n");
	vftree_give_to_vfio(VF0);
	vftree_group(VF0, "42");
	vftree_put("/proc/4711/comm", "qemu-system-x86\n");
	vftree_link("/proc/4711/fd/17", "/dev/vfio/42");
	assert_int_equal(loop_new(&loop), 0);
	assert_int_equal(worker_new(loop, vftree_root, &w), 0);
	worker_submit(w, &job);
	while (job.done)
		assert_int_equal(loop_once(loop, -1), 0);
	worker_free(w);
	loop_free(loop);
	assert_int_equal(job.rc, -EBUSY);
	assert_non_null(strstr(job.err.msg, "process 4711"));
	assert_int_equal(sysfs_vf_count(vftree_root, &pf, &n), 0);
	assert_int_equal(n, 2);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, vftree_make, vftree_remove)

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
		TEST(a_vf_that_is_held_is_not_removed),
		TEST(vfs_are_taken_off_and_given_back),
		TEST(a_driver_that_does_not_take_a_vf_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
