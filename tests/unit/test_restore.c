/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What was asked for of a device is so again, whatever has changed it. */
#include "tests/unittest.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "swoffd/core/function.h"
#include "swoffd/core/restore.h"
#include "tests/core_fixture.h"

#define DEV "pci/0000:03:00.0"
#define LEGACY ESWITCH_MODE_LEGACY
#define SWITCHDEV ESWITCH_MODE_SWITCHDEV
#define MAX_JOBS 200                   /* of a change, and of the way back */

static struct device *device(struct core_fixture *f)
{
	struct device *d = device_find(f->core, DEV, &f->err);

	assert_non_null(d);
	return d;
}

static struct fake_device *fake(struct core_fixture *f)
{
	return fake_device_find(f->fk, DEV);
}

static const struct want *want(struct core_fixture *f)
{
	return want_find(f->core, &device(f)->info.handle);
}

static struct devattrs parse(const char *words)
{
	struct devattrs a;
	struct error err;

	assert_int_equal(devattr_parse(words, DEVATTR_OF_ANY, &a, &err), 0);
	return a;
}

static void settle(struct core_fixture *f)
{
	for (int i = 0; i < 5; i++) {
		core_fixture_rounds(f, 60);
		loop_advance(f->loop, 250);
	}
	core_fixture_rounds(f, 60);
}

static void vf(struct core_fixture *f, uint32_t number, const char *words)
{
	struct devattrs a = parse(words);

	assert_int_equal(vf_set(f->core, device(f), number, &a, &f->request,
				&f->err), 0);
	core_fixture_wait(f);
	assert_int_equal(f->err.code, 0);
}

static void rate(struct core_fixture *f,
		 int (*how)(struct core *core, struct device *d,
			    const struct kernel_function *rate,
			    struct request *r, struct error *err),
		 const char *name, const char *words)
{
	struct kernel_function r;
	struct device *d;

	assert_int_equal(rate_find(f->core, name, &d, &r, &f->err), 0);
	r.attrs = parse(words);
	assert_int_equal(how(f->core, d, &r, &f->request, &f->err), 0);
	core_fixture_wait(f);
	assert_int_equal(f->err.code, 0);
}

static void mode(struct core_fixture *f, enum eswitch_mode to)
{
	assert_int_equal(core_fixture_set_mode(f, device(f), to), 0);
	core_fixture_wait(f);
	assert_int_equal(f->err.code, 0);
}

static void count(struct core_fixture *f, uint32_t n)
{
	assert_int_equal(device_set_vf_count(f->core, device(f), n, &f->request,
					     &f->err), 0);
	core_fixture_wait(f);
	assert_int_equal(f->err.code, 0);
}

/* Switchdev mode with two VFs, of which the second has all kinds of things. */
static int set_up(void **state)
{
	struct core_fixture *f = core_fixture_new(DEV, "enp3s0", LEGACY);

	*state = f;
	mode(f, SWITCHDEV);
	count(f, 2);
	vf(f, 1, "vlan 5 qos 3 trust on hw_addr 02:00:00:00:00:01");
	rate(f, rate_add, DEV "/gold", "tx_max 1gbit");
	rate(f, rate_add, DEV "/inner", "parent gold");
	rate(f, rate_set, DEV "/2", "tx_max 100mbit parent inner");
	settle(f);
	return 0;
}

static int tear_down(void **state)
{
	core_fixture_free(*state);
	return 0;
}

static void assert_as_asked(struct core_fixture *f)
{
	const struct devattrs *a = &fake(f)->vfs[1];

	assert_int_equal(fake(f)->info.mode, SWITCHDEV);
	assert_int_equal(fake(f)->info.vf_count, 2);
	assert_int_equal(a->num[DEVATTR_VLAN], 5);
	assert_int_equal(a->num[DEVATTR_QOS], 3);
	assert_int_equal(a->num[DEVATTR_TRUST], 1);
	assert_int_equal(a->num[DEVATTR_HW_ADDR], 0x020000000001);
	assert_int_equal(a->num[DEVATTR_TX_MAX], 12500000);
	assert_string_equal(a->parent, "inner");
	assert_int_equal(fake(f)->n_nodes, 2);
	assert_string_equal(restore_state_str(want(f)), "as-wanted");
}

/* As netdevsim does it: nothing is left, and netdevs are others. */
static void reload(struct core_fixture *f)
{
	fake_device_reload(f->fk, fake(f));
}

static void a_reload_loses_nothing(void **state)
{
	struct core_fixture *f = *state;

	for (int i = 1; i <= 10; i++) {
		reload(f);
		assert_int_equal(fake(f)->info.vf_count, 0);
		settle(f);
		assert_as_asked(f);
		assert_int_equal(want(f)->n_restored, i);
	}
}

static void neither_does_a_restart_with_a_reload(void **state)
{
	struct core_fixture *f = *state;

	reload(f);
	core_fixture_restart(f);
	settle(f);
	assert_as_asked(f);
}

static void what_others_have_made_is_not_lost_in_a_reload(void **state)
{
	struct core_fixture *f = core_fixture_new(DEV, "enp3s0", SWITCHDEV);

	(void)state;
	vf(f, 1, "vlan 5");
	settle(f);
	assert_int_equal(want(f)->asked.modes.vf_count, KERNEL_NO_NUMBER);
	reload(f);
	settle(f);
	assert_int_equal(fake(f)->info.mode, SWITCHDEV);
	assert_int_equal(fake(f)->info.vf_count, 2);
	assert_int_equal(fake(f)->vfs[1].num[DEVATTR_VLAN], 5);
	core_fixture_free(f);
}

static void what_somebody_changes_is_put_back(void **state)
{
	struct core_fixture *f = *state;
	struct fake_device *d = fake(f);

	fake_device_set_mode(f->fk, d, LEGACY);
	settle(f);
	assert_as_asked(f);

	devattr_put(&d->vfs[1], DEVATTR_TRUST, 0);
	strcpy(d->vfs[1].parent, "");
	fake_device_tell(f->fk, d);
	settle(f);
	assert_as_asked(f);
}

static void a_device_that_comes_back_is_as_it_was(void **state)
{
	struct core_fixture *f = *state;

	device(f)->kernel_us = 5000000;
	fake_device_del(f->fk, DEV);
	core_fixture_rounds(f, 10);
	assert_int_equal(fake_device_add(f->fk, DEV, "enp3s0", 0, 8), 0);
	settle(f);
	assert_as_asked(f);
	assert_int_equal(want(f)->kernel_ms, 0);
}

static void what_nobody_asked_for_is_left_alone(void **state)
{
	struct core_fixture *f = core_fixture_new(DEV, "enp3s0", LEGACY);

	(void)state;
	fake_device_set_mode(f->fk, fake(f), SWITCHDEV);
	settle(f);
	assert_int_equal(fake(f)->info.mode, SWITCHDEV);
	assert_null(want(f));
	mode(f, LEGACY);
	devattr_put(&fake(f)->vfs[0], DEVATTR_TRUST, 1);
	fake(f)->info.vf_count = 3;
	fake_device_tell(f->fk, fake(f));
	settle(f);
	assert_int_equal(fake(f)->vfs[0].num[DEVATTR_TRUST], 1);
	assert_int_equal(fake(f)->info.vf_count, 3);
	core_fixture_free(f);
}

static void nobody_fights_for_ever(void **state)
{
	struct core_fixture *f = *state;

	for (int i = 0; i < FLAP_MAX; i++) {
		fake_device_set_mode(f->fk, fake(f), LEGACY);
		settle(f);
		assert_as_asked(f);
	}
	fake_device_set_mode(f->fk, fake(f), LEGACY);
	settle(f);
	assert_int_equal(fake(f)->info.mode, LEGACY);
	assert_string_equal(restore_state_str(want(f)), "contested");

	/* Until somebody asks again. */
	mode(f, SWITCHDEV);
	settle(f);
	assert_as_asked(f);
}

/* Who does so as soon as it is told. */
static uint32_t fight(struct core_fixture *f,
		      void (*change)(struct core_fixture *f))
{
	uint32_t n = 0;

	loop_advance(f->loop, 250);
	for (int i = 0; i < 3000; i++) {
		core_fixture_rounds(f, 1);
		if (fake(f)->info.vf_count == 2 &&
		    fake(f)->vfs[1].num[DEVATTR_TRUST]) {
			change(f);
			n++;
		}
	}
	return n;
}

static void take_trust(struct core_fixture *f)
{
	devattr_put(&fake(f)->vfs[1], DEVATTR_TRUST, 0);
	fake_device_tell(f->fk, fake(f));
}

static void remove_vfs(struct core_fixture *f)
{
	fake(f)->info.vf_count = 0;
	fake_device_tell(f->fk, fake(f));
}

static void nobody_fights_without_a_pause(void **state)
{
	struct core_fixture *f = *state;

	assert_in_range(fight(f, take_trust) + fight(f, take_trust), 2, 20);
	assert_string_equal(restore_state_str(want(f)), "contested");
	vf(f, 1, "vlan 6 qos 3");
	settle(f);
	assert_int_equal(fake(f)->vfs[1].num[DEVATTR_TRUST], 1);
	assert_in_range(fight(f, remove_vfs), 2, 20);
	assert_string_equal(restore_state_str(want(f)), "contested");
}

static void a_reload_is_no_fight(void **state)
{
	struct core_fixture *f = *state;

	for (int i = 0; i <= FLAP_MAX; i++) {
		fake_device_set_mode(f->fk, fake(f), LEGACY);
		settle(f);
	}
	assert_string_equal(restore_state_str(want(f)), "contested");
	reload(f);
	settle(f);
	assert_as_asked(f);
}

static void a_refusal_is_told_and_tried_again_later_and_later(void **state)
{
	struct core_fixture *f = *state;

	fake_fail(&f->fk->fail_job[JOB_VF_COUNT_SET], 2, EIO, "fake: not yet");
	reload(f);
	core_fixture_rounds(f, 200);
	assert_string_equal(restore_state_str(want(f)), "failed");
	assert_string_equal(want(f)->err.extack, "fake: not yet");
	assert_int_equal(fake(f)->info.vf_count, 0);
	loop_advance(f->loop, 1000);
	core_fixture_rounds(f, 200);
	assert_string_equal(restore_state_str(want(f)), "failed");
	loop_advance(f->loop, 1000);
	core_fixture_rounds(f, 200);
	assert_int_equal(fake(f)->info.vf_count, 0);
	loop_advance(f->loop, 1000);
	settle(f);
	assert_as_asked(f);
}

static void what_others_have_put_right_has_not_failed(void **state)
{
	struct core_fixture *f = core_fixture_new(DEV, "enp3s0", LEGACY);

	(void)state;
	mode(f, SWITCHDEV);
	settle(f);
	fake_fail(&f->fk->fail_job[JOB_ESWITCH_SET], 1, EIO, "fake: not yet");
	fake_device_set_mode(f->fk, fake(f), LEGACY);
	core_fixture_rounds(f, 200);
	assert_string_equal(restore_state_str(want(f)), "failed");
	fake_device_set_mode(f->fk, fake(f), SWITCHDEV);
	settle(f);
	assert_string_equal(restore_state_str(want(f)), "as-wanted");
	core_fixture_free(f);
}

static void one_attribute_that_is_refused_costs_no_other(void **state)
{
	struct core_fixture *f = *state;

	f->fk->refused_attrs = DEVATTR_BIT(DEVATTR_PARENT);
	reload(f);
	settle(f);
	assert_int_equal(fake(f)->n_nodes, 2);
	assert_int_equal(fake(f)->info.mode, SWITCHDEV);
	assert_string_equal(restore_state_str(want(f)), "failed");
	f->fk->refused_attrs = 0;
	loop_advance(f->loop, 60000);
	settle(f);
	assert_as_asked(f);
}

static void who_removes_vfs_does_not_hear_of_them_again(void **state)
{
	struct core_fixture *f = *state;

	count(f, 0);
	count(f, 2);
	settle(f);
	assert_int_equal(fake(f)->vfs[1].num[DEVATTR_VLAN], 0);
	assert_int_equal(fake(f)->n_nodes, 2);
	rate(f, rate_del, DEV "/inner", "");
	settle(f);
	assert_int_equal(fake(f)->n_nodes, 1);
}

static void what_is_asked_for_last_counts(void **state)
{
	struct core_fixture *f = *state;

	vf(f, 1, "mac 02:00:00:00:00:09 vlan 0");
	reload(f);
	settle(f);
	assert_int_equal(fake(f)->vfs[1].num[DEVATTR_HW_ADDR], 0x020000000009);
	assert_int_equal(fake(f)->vfs[1].num[DEVATTR_VLAN], 0);
	assert_int_equal(fake(f)->vfs[1].num[DEVATTR_TRUST], 1);
}

/* It may come at any moment of it. */
static void a_request_is_not_kept_waiting_by_it(void **state)
{
	struct core_fixture *f = *state;

	for (int rounds = 0; rounds < 40; rounds++) {
		char words[32];

		(void)snprintf(words, sizeof(words), "vlan %d qos 3",
			       rounds + 1);
		devattr_put(&fake(f)->vfs[1], DEVATTR_TRUST, 0);
		fake_device_tell(f->fk, fake(f));
		loop_advance(f->loop, 250);
		core_fixture_rounds(f, rounds);
		vf(f, 1, words);
		settle(f);
		assert_int_equal(fake(f)->vfs[1].num[DEVATTR_VLAN],
				 rounds + 1);
		assert_int_equal(fake(f)->vfs[1].num[DEVATTR_TRUST], 1);
	}
}

/* Nor is it forgotten for one that comes to nothing, whenever that comes: after
 * so many rounds, in which time passes for what else would look again. */
static void no_request_stops_it(void **state)
{
	struct core_fixture *f = *state;

	for (int rounds = 0; rounds < 40; rounds++) {
		int rc;

		reload(f);
		for (int i = 0; i < rounds; i++) {
			loop_advance(f->loop, 250);
			core_fixture_rounds(f, 1);
		}
		rc = core_fixture_set_mode(f, device(f), SWITCHDEV);
		if (rc == 0)
			core_fixture_wait(f);
		else
			assert_int_equal(rc, -EBUSY);
		settle(f);
		assert_as_asked(f);
	}
}

static void what_is_forgotten_stays_as_it_is(void **state)
{
	struct core_fixture *f = *state;

	assert_true(want_forget(f->core, &device(f)->info.handle));
	assert_false(want_forget(f->core, &device(f)->info.handle));
	reload(f);
	settle(f);
	assert_int_equal(fake(f)->info.mode, LEGACY);
	core_fixture_restart(f);
	settle(f);
	assert_int_equal(fake(f)->info.mode, LEGACY);
	assert_null(want(f));
}

static void by_way_of_legacy_mode_attributes_and_rates_stay(void **state)
{
	struct core_fixture *f = *state;

	mode(f, LEGACY);
	assert_int_equal(fake(f)->n_nodes, 0);
	assert_int_equal(fake(f)->vfs[1].num[DEVATTR_VLAN], 5);
	mode(f, SWITCHDEV);
	settle(f);
	assert_as_asked(f);
}

/* The fake driver gives its VFs addresses, as others do. */
static void an_address_that_nobody_gave_is_not_put_back(void **state)
{
	struct core_fixture *f = core_fixture_new(DEV, "enp3s0", LEGACY);
	struct fake_device *d = fake_device_become(f->fk, DEV, "ice", 0);

	(void)state;
	fake_resync(f->fk);
	settle(f);
	d->vf_address = 0x020000000077;
	mode(f, SWITCHDEV);
	assert_int_equal(d->vfs[1].num[DEVATTR_MAC], 0x020000000077);
	assert_string_equal(f->warning, "");
	core_fixture_free(f);
}

static void what_the_driver_does_not_tell_is_not_asked_for_again(void **state)
{
	struct core_fixture *f = core_fixture_new(DEV, "enp3s0", LEGACY);
	uint64_t n_jobs;

	(void)state;
	f->plan.wanted = (struct kernel_device){
		.mode = SWITCHDEV, .inline_mode = ESWITCH_INLINE_NETWORK,
		.encap_mode = ESWITCH_ENCAP_UNKNOWN,
	};
	assert_int_equal(plan_run(device(f), &f->plan, &f->err), 0);
	core_fixture_wait(f);
	assert_int_equal(f->err.code, 0);
	fake(f)->info.inline_mode = ESWITCH_INLINE_UNKNOWN;
	fake_device_tell(f->fk, fake(f));
	settle(f);
	mode(f, LEGACY);
	fake(f)->info.inline_mode = ESWITCH_INLINE_NONE;
	fake_device_tell(f->fk, fake(f));
	settle(f);
	n_jobs = f->fk->n_jobs;
	settle(f);
	assert_int_equal(f->fk->n_jobs, n_jobs);
	assert_string_equal(restore_state_str(want(f)), "as-wanted");
	core_fixture_free(f);
}

static void a_vf_that_is_held_is_not_taken_away(void **state)
{
	struct core_fixture *f = core_fixture_new(DEV, "enp3s0", LEGACY);
	struct fake_device *d = fake_device_become(f->fk, DEV, "ice", 0);

	(void)state;
	count(f, 2);
	d->info.vf_count = 4;
	for (uint32_t i = 0; i < 4; i++)
		d->functions[i] = (struct preflight_vf){ .vf = i };
	d->functions[3].pid = 42;
	strcpy(d->functions[3].process, "qemu");
	fake_resync(f->fk);
	settle(f);
	assert_int_equal(d->info.vf_count, 4);
	assert_string_equal(restore_state_str(want(f)), "failed");
	assert_non_null(strstr(want(f)->err.msg, "held by qemu (process 42)"));
	d->functions[3].pid = 0;
	loop_advance(f->loop, 60000);
	settle(f);
	assert_int_equal(d->info.vf_count, 2);
	assert_string_equal(restore_state_str(want(f)), "as-wanted");
	core_fixture_free(f);
}

/* What there was before, in words. */
static void describe(struct fake_device *d, char *out, size_t size)
{
	int len = snprintf(out, size, "%d %u %zu", (int)d->info.mode,
			   d->info.vf_count, d->n_nodes);

	for (uint32_t i = 0; i < d->info.vf_count; i++)
		len += snprintf(out + len, size - (size_t)len,
				" %s %llu %llu", d->functions[i].driver,
				(unsigned long long)d->vfs[i].num[DEVATTR_VLAN],
				(unsigned long long)d->vfs[i].num[DEVATTR_TRUST]);
}

/* Killed when so many jobs of it were done; false: it was over by then. */
static bool survives_kill(const char *driver, uint64_t n_jobs)
{
	struct core_fixture *f = core_fixture_new(DEV, "enp3s0", LEGACY);
	struct fake_device *d = fake_device_become(f->fk, DEV, driver, 0);
	char before[256], after[256];
	uint64_t end;
	int n_done;

	fake_resync(f->fk);
	settle(f);
	strcpy(d->functions[1].driver, "vfio-pci");
	for (uint32_t i = 0; i < 2; i++) {
		devattr_put(&d->vfs[i], DEVATTR_VLAN, 7 + i);
		devattr_put(&d->vfs[i], DEVATTR_TRUST, 1);
	}
	describe(d, before, sizeof(before));
	end = f->fk->n_jobs + n_jobs;
	assert_int_equal(core_fixture_set_mode(f, device(f), SWITCHDEV), 0);
	n_done = f->n_done;
	for (int i = 0; i < 5000 && f->fk->n_jobs < end; i++)
		if (f->n_done == n_done)
			core_fixture_rounds(f, 1);
	if (f->n_done != n_done) {
		core_fixture_free(f);
		return false;
	}
	core_fixture_restart(f);
	settle(f);
	describe(d, after, sizeof(after));
	assert_string_equal(after, before);
	core_fixture_free(f);
	return true;
}

/* A plan, of which drivers of VFs are left to be put back. */
static struct core_fixture *break_off(void)
{
	struct core_fixture *f = core_fixture_new(DEV, "enp3s0", LEGACY);

	fake_device_become(f->fk, DEV, "mlx5_core", 0);
	fake_resync(f->fk);
	settle(f);
	f->fk->hold_kind = JOB_ESWITCH_SET;
	assert_int_equal(core_fixture_set_mode(f, device(f), SWITCHDEV), 0);
	settle(f);
	core_fixture_restart(f);
	f->fk->hold_kind = JOB_VF_BIND;
	settle(f);
	assert_int_equal(want(f)->captured.n_drivers, 2);
	return f;
}

static void it_may_be_forgotten_while_drivers_are_put_back(void **state)
{
	struct core_fixture *f = break_off();

	(void)state;
	assert_true(want_forget(f->core, &device(f)->info.handle));
	f->fk->hold_kind = 0;
	fake_release(f->fk);
	settle(f);
	assert_null(want(f));
	core_fixture_free(f);
}

static void what_is_asked_for_goes_before_what_a_plan_left(void **state)
{
	struct core_fixture *f = break_off();

	(void)state;
	fake_fail(&f->fk->fail_job[JOB_VF_BIND], 1000, ENODEV, "fake: gone");
	f->fk->hold_kind = 0;
	fake_release(f->fk);
	settle(f);
	assert_string_equal(restore_state_str(want(f)), "failed");
	count(f, 1);
	settle(f);
	assert_int_equal(fake(f)->info.vf_count, 1);
	assert_int_equal(want(f)->captured.n_drivers, 1);
	count(f, 0);
	settle(f);
	assert_int_equal(fake(f)->info.vf_count, 0);
	assert_false(want(f)->is_captured);
	assert_string_equal(restore_state_str(want(f)), "as-wanted");
	core_fixture_free(f);
}

static void a_plan_that_a_kill_breaks_off_strands_nobody(void **state)
{
	static const char *const drivers[] = { "mlx5_core", "ice", "hns3",
					       "netdevsim", "bnxt_en" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(drivers); i++) {
		uint64_t n = 0;

		while (survives_kill(drivers[i], n))
			assert_true(n++ < MAX_JOBS);
		assert_true(n > 2);
	}
}

/* The daemon stops in the middle of it. */
static void a_step_under_way_may_never_end(void **state)
{
	struct core_fixture *f = *state;

	f->fk->hold_kind = JOB_VF_COUNT_SET;
	reload(f);
	settle(f);
	assert_string_equal(restore_state_str(want(f)), "restoring");
}

static void what_cannot_be_kept_is_written_when_it_can(void **state)
{
	struct core_fixture *f = *state;

	f->fs->fail_commits = 1;
	vf(f, 1, "vlan 6 qos 3");
	settle(f);
	loop_advance(f->loop, 1000);
	settle(f);
	core_fixture_restart(f);
	reload(f);
	settle(f);
	assert_int_equal(fake(f)->vfs[1].num[DEVATTR_VLAN], 6);

	f->fs->fail_commits = 1;
	assert_true(want_forget(f->core, &device(f)->info.handle));
	loop_advance(f->loop, 1000);
	settle(f);
	core_fixture_restart(f);
	assert_null(want(f));
}

static void records_that_make_no_sense_are_passed_over(void **state)
{
	struct core_fixture *f = *state;
	struct store *s = &f->fs->base;
	uint64_t nonsense[100];

	memset(nonsense, 0xff, sizeof(nonsense));
	for (uint32_t i = 0; i < 100; i++)
		(void)s->ops->put(s, STORE_WANTS, 1000 + i, nonsense,
				  8 * (size_t)i + 1);
	assert_int_equal(s->ops->commit(s), 0);
	core_fixture_restart(f);
	reload(f);
	settle(f);
	assert_as_asked(f);
}

#define CLAIM(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CLAIM(a_reload_loses_nothing),
		CLAIM(neither_does_a_restart_with_a_reload),
		cmocka_unit_test(what_others_have_made_is_not_lost_in_a_reload),
		CLAIM(what_somebody_changes_is_put_back),
		CLAIM(a_device_that_comes_back_is_as_it_was),
		cmocka_unit_test(what_nobody_asked_for_is_left_alone),
		CLAIM(nobody_fights_for_ever),
		CLAIM(nobody_fights_without_a_pause),
		CLAIM(a_reload_is_no_fight),
		CLAIM(a_refusal_is_told_and_tried_again_later_and_later),
		cmocka_unit_test(what_others_have_put_right_has_not_failed),
		CLAIM(one_attribute_that_is_refused_costs_no_other),
		CLAIM(who_removes_vfs_does_not_hear_of_them_again),
		CLAIM(what_is_asked_for_last_counts),
		CLAIM(a_request_is_not_kept_waiting_by_it),
		CLAIM(no_request_stops_it),
		CLAIM(what_is_forgotten_stays_as_it_is),
		cmocka_unit_test(a_vf_that_is_held_is_not_taken_away),
		CLAIM(by_way_of_legacy_mode_attributes_and_rates_stay),
		cmocka_unit_test(an_address_that_nobody_gave_is_not_put_back),
		cmocka_unit_test(
			what_the_driver_does_not_tell_is_not_asked_for_again),
		cmocka_unit_test(a_plan_that_a_kill_breaks_off_strands_nobody),
		cmocka_unit_test(it_may_be_forgotten_while_drivers_are_put_back),
		cmocka_unit_test(what_is_asked_for_goes_before_what_a_plan_left),
		CLAIM(a_step_under_way_may_never_end),
		CLAIM(what_cannot_be_kept_is_written_when_it_can),
		CLAIM(records_that_make_no_sense_are_passed_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
