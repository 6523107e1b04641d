/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One VF to another driver, as an operator asks. */
#include "tests/unittest.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/base/cleanup.h"
#include "swoffd/kernel/sysfs_driver.h"
#include "swoffd/kernel/sysfs_vf.h"
#include "tests/unit/vftree.h"

static const struct kernel_handle pf = { "pci", PF };

/* To VF 0; *out is what it is then, also after a failure. */
static int drive(enum sysfs_driver_how how, const char *driver,
		 struct preflight_vf *out, struct error *err)
{
	int rc;

	*out = (struct preflight_vf){ 0 };
	strcpy(out->driver, driver);
	rc = sysfs_driver_set(vftree_root, &pf, how, out, err);
	if (rc)
		assert_int_equal(sysfs_vf_read(vftree_root, &pf, 0, out), 0);
	return rc;
}

static void one_vf_goes_to_a_driver_and_back(void **state)
{
	struct preflight_vf vf;
	struct error err;

	(void)state;
	assert_int_equal(drive(SYSFS_DRIVER_NAMED, "vfio-pci", &vf, &err), 0);
	assert_string_equal(vf.pci, VF0);
	assert_string_equal(vf.driver, "vfio-pci");
	assert_string_equal(vf.override, "vfio-pci");
	assert_int_equal(drive(SYSFS_DRIVER_NAMED, "vfio-pci", &vf, &err), 0);
	assert_int_equal(drive(SYSFS_DRIVER_DEFAULT, "", &vf, &err), 0);
	assert_string_equal(vf.driver, "mlx5_core");
	assert_string_equal(vf.override, "");
	assert_int_equal(drive(SYSFS_DRIVER_NONE, "", &vf, &err), 0);
	assert_string_equal(vf.driver, "");
	assert_int_equal(drive(SYSFS_DRIVER_NONE, "", &vf, &err), 0);
	assert_int_equal(drive(SYSFS_DRIVER_DEFAULT, "", &vf, &err), 0);
	assert_string_equal(vf.driver, "mlx5_core");
}

/* Or a netdev would go and come for nothing. */
static void who_has_the_default_is_not_touched(void **state)
{
	struct preflight_vf vf;
	struct error err;

	(void)state;
	vftree_default = "other";
	assert_int_equal(drive(SYSFS_DRIVER_DEFAULT, "", &vf, &err), 0);
	assert_string_equal(vf.driver, "mlx5_core");
	/* It was bound by hand, and nobody else told it to be. */
	vftree_drive(VF0, "vfio-pci");
	assert_int_equal(drive(SYSFS_DRIVER_DEFAULT, "", &vf, &err), 0);
	assert_string_equal(vf.driver, "other");
}

static void what_was_there_is_put_back(void **state)
{
	struct preflight_vf vf;
	struct error err;

	(void)state;
	vftree_fail = EINVAL;
	vftree_refused = "vfio-pci";
	assert_int_equal(drive(SYSFS_DRIVER_NAMED, "vfio-pci", &vf, &err),
			 -EINVAL);
	assert_string_equal(err.msg, "pci/" PF ": VF 0: bind " VF0 ", driver "
			    "vfio-pci: Invalid argument; it has no IOMMU "
			    "group, and VFIO takes nothing without; it is "
			    "back with mlx5_core");
	assert_string_equal(vf.driver, "mlx5_core");
	assert_string_equal(vf.override, "");

	vftree_give_to_vfio(VF0);
	vftree_fail = 0;
	vftree_default = NULL;
	assert_int_equal(drive(SYSFS_DRIVER_DEFAULT, "", &vf, &err), -ENODEV);
	assert_string_equal(err.msg, "pci/" PF ": VF 0: no driver wants " VF0
			    "; it is back with vfio-pci");
	assert_string_equal(vf.driver, "vfio-pci");
	assert_string_equal(vf.override, "vfio-pci");

	vftree_fail = EBUSY;
	vftree_refused = NULL;
	assert_int_equal(drive(SYSFS_DRIVER_NAMED, "mlx5_core", &vf, &err),
			 -EBUSY);
	assert_non_null(strstr(err.msg, "; and it could not be put back "
					"(vfio-pci): bind " VF0));
}

static void a_driver_that_is_not_there_is_told_with_those_alike(void **state)
{
	static const struct {
		const char *name, *told;
	} rows[] = {
		{ "vfio", "there is vfio-pci, and more when" },
		{ "vi-pci", "there is virtio-pci, and more when" },
		{ "xfio-pci", "/sys/bus/pci/drivers; is its module loaded?" },
		{ "../x", "/sys/bus/pci/drivers; is its module loaded?" },
		{ ".", "/sys/bus/pci/drivers; is its module loaded?" },
	};
	struct preflight_vf vf;
	struct error err;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_int_equal(drive(SYSFS_DRIVER_NAMED, rows[i].name, &vf,
				       &err), -ENOENT);
		assert_non_null(strstr(err.msg, rows[i].told));
		assert_string_equal(vf.driver, "mlx5_core");
	}
	vftree_put(DRIVERS "mlx4_core/bind", "");
	assert_int_equal(drive(SYSFS_DRIVER_NAMED, "mlx", &vf, &err), -ENOENT);
	assert_non_null(strstr(err.msg, "mlx4_core, mlx5_core"));
}

static void a_vf_that_somebody_has_is_left_alone(void **state)
{
	char path[PATH_MAX];
	struct preflight_vf vf;
	struct error err;

	(void)state;
	vftree_give_to_vfio(VF0);
	vftree_group(VF0, "42");
	vftree_put("/proc/4711/comm", "qemu-system-x86\n");
	vftree_link("/proc/4711/fd/17", "/dev/vfio/42");
	for (int how = SYSFS_DRIVER_NONE; how <= SYSFS_DRIVER_NAMED; how++) {
		assert_int_equal(drive((enum sysfs_driver_how)how, "mlx5_core",
				       &vf, &err), -EBUSY);
		assert_string_equal(err.msg, "pci/" PF ": VF 0: " VF0 " is "
				    "held by qemu-system-x86 (process 4711) "
				    "through /dev/vfio/42; stop it first");
		assert_string_equal(vf.driver, "vfio-pci");
	}
	vftree_drive(VF0, "mlx5_core");
	snprintf(path, sizeof(path), "%s" DEVICES VF0 "/net/eth5/ifindex",
		 vftree_root);
	assert_int_equal(unlink(path), 0);
	*strrchr(path, '/') = '\0';
	assert_int_equal(rmdir(path), 0);
	assert_int_equal(drive(SYSFS_DRIVER_NONE, "", &vf, &err), -EBUSY);
	assert_non_null(strstr(err.msg, "in another network namespace"));
}

static void what_is_no_pci_function_has_no_driver(void **state)
{
	const struct kernel_handle sim = { "netdevsim", "netdevsim10" };
	struct preflight_vf vf = { .vf = 1, .driver = "nosuch" };
	struct error err;

	(void)state;
	assert_int_equal(sysfs_driver_set(vftree_root, &sim,
					  SYSFS_DRIVER_NAMED, &vf, &err),
			 -EOPNOTSUPP);
	assert_string_equal(err.msg, "netdevsim/netdevsim10: VF 1: it is no "
			    "function of PCI, and has no driver to choose");
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, vftree_make, vftree_remove)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(one_vf_goes_to_a_driver_and_back),
		TEST(who_has_the_default_is_not_touched),
		TEST(what_was_there_is_put_back),
		TEST(a_driver_that_is_not_there_is_told_with_those_alike),
		TEST(a_vf_that_somebody_has_is_left_alone),
		TEST(what_is_no_pci_function_has_no_driver),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
