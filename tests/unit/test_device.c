/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Devices, ports and changes of them, against the fake kernel. */
#include "tests/unittest.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tests/core_fixture.h"

#define DEV "pci/0000:03:00.0"

static int setup(void **state)
{
	*state = core_fixture_new(DEV, "enp3s0", ESWITCH_MODE_LEGACY);
	return 0;
}

static int teardown(void **state)
{
	core_fixture_free(*state);
	return 0;
}

static struct device *find(struct core_fixture *f, const char *name)
{
	return device_find(f->core, name, &f->err);
}

static int set_mode(struct core_fixture *f, struct device *d)
{
	return core_fixture_set_mode(f, d, ESWITCH_MODE_SWITCHDEV);
}

static void a_device_is_found_by_handle_and_by_any_netdev_of_it(void **state)
{
	struct core_fixture *f = *state;
	struct device *d = find(f, DEV);

	assert_non_null(d);
	assert_ptr_equal(find(f, "enp3s0"), d);
	assert_string_equal(device_uplink(f->core, d), "enp3s0");
	assert_int_equal(d->info.vf_max, 8);
	assert_int_equal(d->info.mode, ESWITCH_MODE_LEGACY);
}

static void an_unknown_device_is_answered_with_the_nearest_one(void **state)
{
	struct core_fixture *f = *state;

	assert_null(find(f, "pci/0000:03:00.1"));
	assert_int_equal(f->err.code, ENODEV);
	assert_non_null(strstr(f->err.msg, "did you mean '" DEV "'?"));
	assert_null(find(f, "xyz"));
	assert_non_null(strstr(f->err.msg, "swctl device list"));
}

static void a_netdev_without_a_device_is_said_to_be_one(void **state)
{
	struct core_fixture *f = *state;

	fake_link_add(f->fk, "veth0");
	assert_null(find(f, "veth0"));
	assert_non_null(strstr(f->err.msg, "belongs to no devlink device"));
}

static void count_pf_vf(const struct rep *rep, void *ctx)
{
	const struct kernel_port *p = &rep->port->info;

	if (p->flavour == PORT_PCI_VF && rep->link)
		((int *)ctx)[p->vf]++;
}

static void switchdev_brings_representors_and_the_answer_comes_after(void **state)
{
	struct core_fixture *f = *state;
	struct device *d = find(f, DEV);
	int n_vf[2] = { 0 };

	assert_int_equal(set_mode(f, d), 0);
	core_fixture_wait(f);
	assert_int_equal(f->err.code, 0);
	assert_int_equal(d->info.mode, ESWITCH_MODE_SWITCHDEV);

	rep_for_each(f->core, d, count_pf_vf, n_vf);
	assert_int_equal(n_vf[0], 1);
	assert_int_equal(n_vf[1], 1);
}

static void a_netdev_is_found_by_the_name_that_it_has_now(void **state)
{
	struct core_fixture *f = *state;
	uint32_t first = fake_link_add(f->fk, "veth0");
	uint32_t second;

	fake_link_rename(f->fk, "veth0", "veth1");
	assert_null(link_find_name(f->core, "veth0"));
	assert_int_equal(link_find_name(f->core, "veth1")->info.ifindex,
			 first);
	second = fake_link_add(f->fk, "veth0");
	assert_int_equal(link_find_name(f->core, "veth0")->info.ifindex,
			 second);
	fake_link_del(f->fk, "veth1");
	assert_null(link_find_name(f->core, "veth1"));
	assert_null(link_find(f->core, first));
	assert_non_null(link_find(f->core, second));
}

/* More than there are lists of them. */
static void each_of_many_netdevs_is_found(void **state)
{
	struct core_fixture *f = *state;
	char name[IFNAMSIZ];
	uint32_t ifindex[3 * LINK_LISTS];

	for (size_t i = 0; i < ARRAY_LEN(ifindex); i++) {
		(void)snprintf(name, sizeof(name), "many%zu", i);
		ifindex[i] = fake_link_add(f->fk, name);
	}
	for (size_t i = 0; i < ARRAY_LEN(ifindex); i++) {
		(void)snprintf(name, sizeof(name), "many%zu", i);
		assert_ptr_equal(link_find_name(f->core, name),
				 link_find(f->core, ifindex[i]));
		assert_string_equal(
			link_find(f->core, ifindex[i])->info.name, name);
	}
}

static void identity_survives_a_rename(void **state)
{
	struct core_fixture *f = *state;
	struct device *d = find(f, DEV);
	struct rep rep;

	fake_device_set_mode(f->fk, fake_device_find(f->fk, DEV),
			     ESWITCH_MODE_SWITCHDEV);
	fake_link_rename(f->fk, "enp3s0_1", "tenant7");
	assert_int_equal(rep_find(f->core, "tenant7", &rep, &f->err), 0);
	assert_int_equal(rep.port->info.vf, 1);
	assert_ptr_equal(rep.device, d);
	assert_int_equal(rep_find(f->core, DEV "/2", &rep, &f->err), 0);
	assert_string_equal(rep.link->info.name, "tenant7");
	assert_int_equal(rep_find(f->core, "enp3s0_1", &rep, &f->err),
			 -ENODEV);
}

static void the_kernels_refusal_is_passed_on_with_its_words(void **state)
{
	struct core_fixture *f = *state;
	struct device *d = find(f, DEV);

	fake_fail(&f->fk->fail_job[JOB_ESWITCH_SET], 1, EBUSY,
		  "VFs are in use");
	assert_int_equal(set_mode(f, d), 0);
	core_fixture_wait(f);

	assert_int_equal(f->err.code, EBUSY);
	assert_string_equal(f->err.extack, "VFs are in use");
	assert_int_equal(d->info.mode, ESWITCH_MODE_LEGACY);
}

static void a_second_change_is_refused_while_one_is_under_way(void **state)
{
	struct core_fixture *f = *state;
	struct device *d = find(f, DEV);
	struct request other = { .done = f->request.done };

	f->fk->hold_jobs = true;
	assert_int_equal(set_mode(f, d), 0);
	assert_int_equal(device_set_vf_count(f->core, d, 4, &other, &f->err),
			 -EBUSY);
	assert_non_null(strstr(f->err.msg, "under way"));
	f->fk->hold_jobs = false;
	fake_release(f->fk);
	core_fixture_wait(f);
	assert_int_equal(d->info.vf_count, 2);
}

static void more_vfs_than_there_can_be_are_refused(void **state)
{
	struct core_fixture *f = *state;
	struct device *d = find(f, DEV);

	assert_int_equal(device_set_vf_count(f->core, d, 9, &f->request,
					     &f->err), 0);
	core_fixture_wait(f);
	assert_int_equal(f->err.code, ERANGE);
	assert_non_null(strstr(f->err.msg, "more than the 8"));
	assert_int_equal(device_set_vf_count(f->core, d, 8, &f->request,
					     &f->err), 0);
	core_fixture_wait(f);
	assert_int_equal(d->info.vf_count, 8);
}

static void a_device_that_goes_during_its_change_is_answered_for(void **state)
{
	struct core_fixture *f = *state;
	struct device *d = find(f, DEV);

	f->fk->hold_jobs = true;
	assert_int_equal(set_mode(f, d), 0);
	fake_device_del(f->fk, DEV);
	assert_null(find(f, DEV));
	f->fk->hold_jobs = false;
	fake_release(f->fk);
	core_fixture_wait(f);

	assert_int_equal(f->err.code, ENODEV);
}

static void lost_notifications_are_made_good_by_a_sync(void **state)
{
	struct core_fixture *f = *state;
	struct fake_device *fd = fake_device_find(f->fk, DEV);
	struct rep rep;

	f->fk->started = false;        /* nobody tells */
	fake_device_set_mode(f->fk, fd, ESWITCH_MODE_SWITCHDEV);
	fake_link_del(f->fk, "enp3s0");
	assert_int_equal(rep_find(f->core, "enp3s0_0", &rep, &f->err),
			 -ENODEV);
	fake_resync(f->fk);
	core_fixture_rounds(f, 20);

	assert_int_equal(rep_find(f->core, "enp3s0_0", &rep, &f->err), 0);
	assert_null(link_find_name(f->core, "enp3s0"));
	assert_int_equal(find(f, DEV)->info.mode, ESWITCH_MODE_SWITCHDEV);
}

static void hw_tc_offload_is_read_when_asked_for(void **state)
{
	struct core_fixture *f = *state;

	rep_refresh(f->core, NULL, &f->request);
	core_fixture_wait(f);
	assert_int_equal(link_find_name(f->core, "enp3s0")->tc_offload, 0);

	fake_link_find(f->fk, "enp3s0")->tc_offload = true;
	rep_refresh(f->core, find(f, DEV), &f->request);
	core_fixture_wait(f);
	assert_int_equal(link_find_name(f->core, "enp3s0")->tc_offload, 1);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_device_is_found_by_handle_and_by_any_netdev_of_it),
		TEST(an_unknown_device_is_answered_with_the_nearest_one),
		TEST(a_netdev_without_a_device_is_said_to_be_one),
		TEST(switchdev_brings_representors_and_the_answer_comes_after),
		TEST(a_netdev_is_found_by_the_name_that_it_has_now),
		TEST(each_of_many_netdevs_is_found),
		TEST(identity_survives_a_rename),
		TEST(the_kernels_refusal_is_passed_on_with_its_words),
		TEST(a_second_change_is_refused_while_one_is_under_way),
		TEST(more_vfs_than_there_can_be_are_refused),
		TEST(a_device_that_goes_during_its_change_is_answered_for),
		TEST(lost_notifications_are_made_good_by_a_sync),
		TEST(hw_tc_offload_is_read_when_asked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
