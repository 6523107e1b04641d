/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Representors get names by template, and nobody loses his for it. */
#include "tests/unittest.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tests/core_fixture.h"
#include "tests/logged.h"

#define DEV "pci/0000:03:00.0"
#define ROUNDS 20

static int setup(void **state)
{
	*state = core_fixture_new(DEV, "enp3s0", ESWITCH_MODE_SWITCHDEV);
	memset(&logged, 0, sizeof(logged));
	return 0;
}

static int teardown(void **state)
{
	core_fixture_free(*state);
	return 0;
}

static struct rep_naming naming;

/* Templates count from the next event on; here all is told anew. */
static void use(struct core_fixture *f, const char *altname, const char *name)
{
	snprintf(naming.templates[REP_NAME_ALT], REP_TEMPLATE_SIZE, "%s",
		 altname);
	snprintf(naming.templates[REP_NAME_MAIN], REP_TEMPLATE_SIZE, "%s",
		 name);
	rep_names_use(&f->core->names, &naming);
	fake_resync(f->fk);
	core_fixture_rounds(f, ROUNDS);
}

/* The netdev of VF n, as the kernel has it. */
static struct fake_link *rep(struct core_fixture *f, uint32_t n)
{
	struct fake_link *l;
	char port[32];

	snprintf(port, sizeof(port), "pf0vf%u", n);
	list_for_each(l, &f->fk->links, node)
		if (strcmp(l->info.port_name, port) == 0)
			return l;
	fail_msg("no representor of VF %u", n);
	return NULL;
}

static const char *altname(struct core_fixture *f, uint32_t n)
{
	const char *name = kernel_altname_next(&rep(f, n)->info, NULL);

	return name ? name : "";
}

static void down(struct core_fixture *f, uint32_t n)
{
	fake_link_change(f->fk, rep(f, n)->info.name, REPATTR_UP, 0);
	core_fixture_rounds(f, ROUNDS);
}

static void nothing_is_named_unless_it_is_asked_for(void **state)
{
	struct core_fixture *f = *state;

	fake_resync(f->fk);
	core_fixture_rounds(f, ROUNDS);
	assert_string_equal(altname(f, 0), "");
	assert_string_equal(rep(f, 0)->info.name, "enp3s0_0");
}

static void each_gets_its_altname(void **state)
{
	struct core_fixture *f = *state;

	use(f, "{uplink}-a-longer-name-of-vf-{vf}", "");
	assert_string_equal(altname(f, 0), "enp3s0-a-longer-name-of-vf-0");
	assert_string_equal(altname(f, 1), "enp3s0-a-longer-name-of-vf-1");
	assert_string_equal(rep(f, 0)->info.name, "enp3s0_0");
	/* The uplink is no representor. */
	assert_null(kernel_altname_next(&fake_link_find(f->fk, "enp3s0")->info,
					NULL));
	assert_int_equal(logged.n_warnings, 0);
}

static void a_new_netdev_gets_it_too(void **state)
{
	struct core_fixture *f = *state;
	struct fake_device *d = fake_device_find(f->fk, DEV);

	use(f, "tenant{vf}", "");
	fake_device_set_mode(f->fk, d, ESWITCH_MODE_LEGACY);
	core_fixture_rounds(f, ROUNDS);
	fake_device_set_mode(f->fk, d, ESWITCH_MODE_SWITCHDEV);
	core_fixture_rounds(f, ROUNDS);
	assert_string_equal(altname(f, 1), "tenant1");
}

static void one_that_is_down_is_renamed(void **state)
{
	struct core_fixture *f = *state;

	down(f, 1);
	use(f, "", "tenant{vf}");
	assert_string_equal(rep(f, 1)->info.name, "tenant1");
	assert_int_equal(rep(f, 1)->info.up, 0);
}

static void one_that_is_up_is_renamed_when_it_is_down(void **state)
{
	struct core_fixture *f = *state;

	use(f, "", "tenant{vf}");
	assert_string_equal(rep(f, 0)->info.name, "enp3s0_0");
	assert_true(rep(f, 0)->info.up);
	assert_int_equal(logged.n_warnings, 2);
	assert_non_null(strstr(logged.warning, "it is up"));
	/* Said once of each, and not tried all the time. */
	fake_fail(&f->fk->fail_job[JOB_LINK_NAME], 1, EIO, "");
	fake_link_change(f->fk, "enp3s0_0", REPATTR_MTU, 1400);
	core_fixture_rounds(f, ROUNDS);
	assert_int_equal(f->fk->fail_job[JOB_LINK_NAME].count, 1);
	fake_fail(&f->fk->fail_job[JOB_LINK_NAME], 0, 0, "");
	assert_int_equal(logged.n_warnings, 2);

	down(f, 0);
	assert_string_equal(rep(f, 0)->info.name, "tenant0");
	assert_int_equal(logged.n_warnings, 2);
}

static void a_name_that_another_has_is_left(void **state)
{
	struct core_fixture *f = *state;

	(void)fake_link_add(f->fk, "tenant1");
	(void)fake_link_add(f->fk, "veth0");
	fake_link_altname(f->fk, "veth0", "tenant0");
	fake_resync(f->fk);
	core_fixture_rounds(f, ROUNDS);
	use(f, "tenant{vf}", "");
	assert_string_equal(altname(f, 0), "");
	assert_string_equal(altname(f, 1), "");
	assert_int_equal(logged.n_warnings, 2);
	assert_string_equal(logged.warning, "enp3s0_1: 'tenant1' is the name "
			    "of tenant1 already: left as it is");
	use(f, "tenant{vf}", "");
	assert_int_equal(logged.n_warnings, 2);

	fake_link_rename(f->fk, "tenant1", "other");
	fake_link_change(f->fk, "enp3s0_1", REPATTR_MTU, 1400);
	core_fixture_rounds(f, ROUNDS);
	assert_string_equal(altname(f, 1), "tenant1");
}

static void what_the_kernel_refuses_is_said_once(void **state)
{
	struct core_fixture *f = *state;

	fake_fail(&f->fk->fail_job[JOB_LINK_NAME], 4, EOPNOTSUPP, "no words");
	use(f, "tenant{vf}", "");
	use(f, "tenant{vf}", "");
	assert_int_equal(logged.n_warnings, 2);
	assert_non_null(strstr(logged.warning, ": no words"));
	use(f, "tenant{vf}", "");
	assert_string_equal(altname(f, 0), "tenant0");
}

/* As altnames are by kernels before 5.5. */
static void an_altname_that_is_refused_costs_no_name(void **state)
{
	struct core_fixture *f = *state;

	down(f, 0);
	down(f, 1);
	fake_fail(&f->fk->fail_job[JOB_LINK_NAME], 4, EOPNOTSUPP, "");
	use(f, "alt{vf}", "tenant{vf}");
	assert_int_equal(f->fk->fail_job[JOB_LINK_NAME].count, 0);
	assert_string_equal(rep(f, 0)->info.name, "tenant0");
	assert_string_equal(rep(f, 1)->info.name, "tenant1");
	use(f, "alt{vf}", "tenant{vf}");
	assert_string_equal(altname(f, 0), "alt0");
	assert_string_equal(altname(f, 1), "alt1");
}

static void a_name_too_long_is_said_once_and_not_cut(void **state)
{
	struct core_fixture *f = *state;

	down(f, 0);
	use(f, "", "a-name-too-long-{vf}");
	use(f, "", "a-name-too-long-{vf}");
	assert_string_equal(rep(f, 0)->info.name, "enp3s0_0");
	assert_int_equal(logged.n_warnings, 2);
	assert_non_null(strstr(logged.warning, "File name too long"));
	use(f, "a-name-too-long-{vf}", "");
	assert_string_equal(altname(f, 0), "a-name-too-long-0");
}

static void the_name_of_the_uplink_is_followed(void **state)
{
	struct core_fixture *f = *state;

	use(f, "{uplink}vf{vf}", "");
	fake_link_rename(f->fk, "enp3s0", "wan");
	core_fixture_rounds(f, ROUNDS);
	assert_string_equal(kernel_altname_next(&rep(f, 1)->info,
						altname(f, 1)), "wanvf1");
}

static void somebody_who_renames_again_and_again_has_his_way(void **state)
{
	struct core_fixture *f = *state;

	down(f, 0);
	down(f, 1);
	use(f, "", "tenant{vf}");
	for (int i = 0; i < 3; i++) {
		fake_link_rename(f->fk, "tenant0", "mine");
		core_fixture_rounds(f, ROUNDS);
		assert_string_equal(rep(f, 0)->info.name, "tenant0");
	}
	assert_int_equal(logged.n_warnings, 0);
	for (int i = 0; i < 3; i++) {
		fake_link_rename(f->fk, rep(f, 0)->info.name, "mine");
		loop_advance(f->loop, 100000);
		core_fixture_rounds(f, ROUNDS);
		assert_string_equal(rep(f, 0)->info.name, "mine");
	}
	assert_int_equal(logged.n_warnings, 1);
	assert_non_null(strstr(logged.warning, "mine: somebody else has taken "
			       "the name 'tenant0' from it again"));
}

static void a_netdev_that_goes_meanwhile_is_forgotten(void **state)
{
	struct core_fixture *f = *state;

	f->fk->hold_jobs = true;
	use(f, "tenant{vf}", "");
	fake_device_set_mode(f->fk, fake_device_find(f->fk, DEV),
			     ESWITCH_MODE_LEGACY);
	f->fk->hold_jobs = false;
	fake_release(f->fk);
	core_fixture_rounds(f, ROUNDS);
	assert_true(list_empty(&f->core->names.named));
	assert_int_equal(logged.n_warnings, 0);
}

#define CLAIM(claim) cmocka_unit_test_setup_teardown(claim, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CLAIM(nothing_is_named_unless_it_is_asked_for),
		CLAIM(each_gets_its_altname),
		CLAIM(a_new_netdev_gets_it_too),
		CLAIM(one_that_is_down_is_renamed),
		CLAIM(one_that_is_up_is_renamed_when_it_is_down),
		CLAIM(a_name_that_another_has_is_left),
		CLAIM(what_the_kernel_refuses_is_said_once),
		CLAIM(an_altname_that_is_refused_costs_no_name),
		CLAIM(a_name_too_long_is_said_once_and_not_cut),
		CLAIM(the_name_of_the_uplink_is_followed),
		CLAIM(somebody_who_renames_again_and_again_has_his_way),
		CLAIM(a_netdev_that_goes_meanwhile_is_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
