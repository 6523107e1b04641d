/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Devices of netdevsim: core over the fake kernel, jobs over a tree of files. */
#include "tests/unittest.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "swoffd/core/sim.h"
#include "swoffd/kernel/worker.h"
#include "tests/core_fixture.h"
#include "tests/tempdir.h"

#define DEV "netdevsim/netdevsim0"

static int setup(void **state)
{
	*state = core_fixture_new(DEV, "eth0", ESWITCH_MODE_LEGACY);
	return 0;
}

static int teardown(void **state)
{
	core_fixture_free(*state);
	return 0;
}

static int add(struct core_fixture *f, uint32_t id, uint32_t vfs,
	       struct kernel_handle *h)
{
	const struct kernel_sim sim = { .id = id, .ports = 1, .vfs = vfs };

	return sim_add(f->core, &sim, h, &f->request, &f->err);
}

static void only_devices_of_netdevsim_have_a_number(void **state)
{
	static const struct kernel_handle none[] = {
		{ "pci", "netdevsim1" }, { "netdevsim", "netdevsim" },
		{ "netdevsim", "netdevsim1x" }, { "netdevsim", "sim1" },
		{ "netdevsim", "netdevsim4294967295" },
	};
	uint32_t id;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(none); i++)
		assert_false(sim_id(&none[i], &id));
	assert_true(sim_id(&(struct kernel_handle){ "netdevsim",
						    "netdevsim17" }, &id));
	assert_int_equal(id, 17);
}

static void the_first_free_number_is_taken(void **state)
{
	struct core_fixture *f = *state;
	struct kernel_handle h;
	struct device *d;

	assert_int_equal(add(f, SIM_ANY, 3, &h), 0);
	assert_string_equal(h.dev, "netdevsim1");
	core_fixture_wait(f);
	assert_int_equal(f->err.code, 0);
	d = device_find(f->core, "netdevsim/netdevsim1", &f->err);
	assert_non_null(d);
	assert_int_equal(d->info.vf_count, 3);
}

static void a_number_that_is_taken_is_refused_at_once(void **state)
{
	struct core_fixture *f = *state;
	struct kernel_handle h;

	assert_int_equal(add(f, 0, 0, &h), -EEXIST);
	assert_int_equal(add(f, 5, 0, &h), 0);
	assert_int_equal(add(f, 5, 0, &h), -EEXIST);
	core_fixture_wait(f);
}

static void a_refusal_is_passed_on(void **state)
{
	struct core_fixture *f = *state;
	struct kernel_handle h;

	fake_fail(&f->fk->fail_job[JOB_SIM_ADD], 1, EOPNOTSUPP, "");
	assert_int_equal(add(f, 5, 0, &h), 0);
	core_fixture_wait(f);
	assert_int_equal(f->err.code, EOPNOTSUPP);
	assert_int_equal(add(f, 5, 0, &h), 0);
	core_fixture_wait(f);
	assert_int_equal(f->err.code, 0);
}

static void one_that_is_never_told_of_is_given_up(void **state)
{
	struct core_fixture *f = *state;
	struct kernel_handle h;

	f->fk->started = false;        /* nobody tells */
	assert_int_equal(add(f, 5, 0, &h), 0);
	core_fixture_rounds(f, 20);
	assert_int_equal(f->n_done, 1);        /* that it was ready */
	loop_advance(f->loop, 10000);
	core_fixture_wait(f);
	assert_int_equal(f->err.code, ETIMEDOUT);
}

static void it_is_told_late_and_answered_then(void **state)
{
	struct core_fixture *f = *state;
	struct kernel_handle h;

	f->fk->started = false;
	assert_int_equal(add(f, 5, 0, &h), 0);
	core_fixture_rounds(f, 20);
	fake_resync(f->fk);
	core_fixture_wait(f);
	assert_int_equal(f->err.code, 0);
}

static void deleting_is_a_change_of_the_device(void **state)
{
	struct core_fixture *f = *state;
	struct device *d = device_find(f->core, DEV, &f->err);
	struct request other = { .done = f->request.done };

	f->fk->hold_jobs = true;
	assert_int_equal(device_set_vf_count(f->core, d, 4, &f->request,
					     &f->err), 0);
	assert_int_equal(sim_del(f->core, d, &other, &f->err), -EBUSY);
	f->fk->hold_jobs = false;
	fake_release(f->fk);
	core_fixture_wait(f);
	assert_int_equal(sim_del(f->core, d, &f->request, &f->err), 0);
	core_fixture_wait(f);
	assert_int_equal(f->err.code, 0);
	assert_null(device_find(f->core, DEV, &f->err));
}

static void others_are_not_deleted(void **state)
{
	struct core_fixture *f = *state;
	struct device *d;

	assert_int_equal(fake_device_add(f->fk, "pci/0000:03:00.0", "eth9", 0,
					 0), 0);
	core_fixture_rounds(f, 20);
	d = device_find(f->core, "pci/0000:03:00.0", &f->err);
	assert_non_null(d);
	assert_int_equal(sim_del(f->core, d, &f->request, &f->err), -EINVAL);
}

/*
 * The jobs, where sysfs is files
 */

static char root[32];

static void put(const char *path, const char *text)
{
	char p[256];
	FILE *f;

	(void)snprintf(p, sizeof(p), "%s%s", root, path);
	for (char *s = p + strlen(root) + 1; (s = strchr(s, '/')); s++) {
		*s = '\0';
		(void)mkdir(p, 0755);
		*s = '/';
	}
	f = fopen(p, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void assert_has(const char *path, const char *text)
{
	char p[256], have[64] = "";
	FILE *f;

	(void)snprintf(p, sizeof(p), "%s%s", root, path);
	f = fopen(p, "r");
	assert_non_null(f);
	assert_true(fread(have, 1, sizeof(have) - 1, f) > 0);
	fclose(f);
	assert_string_equal(have, text);
}

static int make_root(void **state)
{
	(void)state;
	strcpy(root, "/tmp/sim.XXXXXX");
	assert_non_null(mkdtemp(root));
	return 0;
}

static int remove_root(void **state)
{
	(void)state;
	return tempdir_remove(root);
}

static void done(struct kernel_job *job)
{
	job->done = NULL;
}

static void run(struct kernel_job *job)
{
	struct loop *loop;
	struct worker *w;

	(void)snprintf(job->handle.bus, sizeof(job->handle.bus), "netdevsim");
	(void)snprintf(job->handle.dev, sizeof(job->handle.dev), "netdevsim7");
	assert_int_equal(loop_new(&loop), 0);
	assert_int_equal(worker_new(loop, root, &w), 0);
	job->done = done;
	worker_submit(w, job);
	while (job->done)
		assert_int_equal(loop_once(loop, -1), 0);
	worker_free(w);
	loop_free(loop);
}

#define DEVICES "/sys/bus/netdevsim/devices/netdevsim7/"
#define DEBUG "/sys/kernel/debug/netdevsim/netdevsim7/"

static void without_the_module_it_is_said_what_helps(void **state)
{
	const struct kernel_sim sim = { .id = 7, .ports = 1 };
	struct kernel_job job = { .kind = JOB_SIM_ADD, .sim = &sim };

	(void)state;
	run(&job);
	assert_int_equal(job.rc, -EOPNOTSUPP);
	assert_non_null(strstr(job.err.msg, "`modprobe netdevsim`"));
}

static void ports_and_vfs_are_made(void **state)
{
	const struct kernel_sim sim = { .id = 7, .ports = 2, .vfs = 9 };
	struct kernel_job job = { .kind = JOB_SIM_ADD, .sim = &sim };

	(void)state;
	put("/sys/bus/netdevsim/new_device", "");
	put(DEVICES "sriov_numvfs", "0");
	put(DEBUG "max_vfs", "4");
	run(&job);
	assert_int_equal(job.rc, 0);
	assert_has("/sys/bus/netdevsim/new_device", "7 2");
	assert_has(DEBUG "max_vfs", "9");
	assert_has(DEVICES "sriov_numvfs", "9");
}

static void one_whose_vfs_cannot_be_made_goes_again(void **state)
{
	const struct kernel_sim sim = { .id = 7, .ports = 2, .vfs = 3 };
	struct kernel_job job = { .kind = JOB_SIM_ADD, .sim = &sim };

	(void)state;
	put("/sys/bus/netdevsim/new_device", "");
	put("/sys/bus/netdevsim/del_device", "");
	run(&job);
	assert_int_equal(job.rc, -ENOENT);
	assert_non_null(strstr(job.err.msg, "removed again"));
	assert_has("/sys/bus/netdevsim/del_device", "7");
}

static void deletes(void **state)
{
	struct kernel_job job = { .kind = JOB_SIM_DEL };

	(void)state;
	put("/sys/bus/netdevsim/del_device", "");
	run(&job);
	assert_int_equal(job.rc, 0);
	assert_has("/sys/bus/netdevsim/del_device", "7");
}

#define CORE(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
#define SYSFS(fn) cmocka_unit_test_setup_teardown(fn, make_root, remove_root)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_devices_of_netdevsim_have_a_number),
		CORE(the_first_free_number_is_taken),
		CORE(a_number_that_is_taken_is_refused_at_once),
		CORE(a_refusal_is_passed_on),
		CORE(one_that_is_never_told_of_is_given_up),
		CORE(it_is_told_late_and_answered_then),
		CORE(deleting_is_a_change_of_the_device),
		CORE(others_are_not_deleted),
		SYSFS(without_the_module_it_is_said_what_helps),
		SYSFS(ports_and_vfs_are_made),
		SYSFS(one_whose_vfs_cannot_be_made_goes_again),
		SYSFS(deletes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
