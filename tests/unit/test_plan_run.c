/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Plans carried out on the fake kernel: each recipe, each step failing. */
#include "tests/unittest.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/base/log.h"
#include "tests/core_fixture.h"
#include "tests/unit/recipe_ways.h"

#define DEV "pci/0000:03:00.0"
#define LEGACY ESWITCH_MODE_LEGACY
#define SWITCHDEV ESWITCH_MODE_SWITCHDEV
#define N_VFS 2
#define MAX_TOLD 32

struct world {
	struct core_fixture *f;
	struct fake_device *fake;
	struct device *d;
	struct plan_step told[MAX_TOLD];
	enum plan_event events[MAX_TOLD];
	bool back[MAX_TOLD];
	size_t n_told;
};

static struct world world;

static void on_progress(struct plan_request *r, const struct plan_progress *p)
{
	struct world *w = &world;

	(void)r;
	assert_true(w->n_told < MAX_TOLD);
	w->told[w->n_told] = *p->step;
	w->events[w->n_told] = p->event;
	w->back[w->n_told++] = p->back;
}

static struct world *start(const char *driver, uint32_t pci_id)
{
	struct world *w = &world;

	*w = (struct world){ .f = core_fixture_new(DEV, "enp3s0", LEGACY) };
	w->fake = fake_device_become(w->f->fk, DEV, driver, pci_id);
	w->f->plan.progress = on_progress;
	w->d = device_find(w->f->core, DEV, &w->f->err);
	fake_resync(w->f->fk);         /* it is another driver's now */
	core_fixture_rounds(w->f, 20);
	return w;
}

static void stop(struct world *w)
{
	core_fixture_free(w->f);
}

static void set(struct world *w, enum eswitch_mode mode)
{
	w->n_told = 0;
	assert_int_equal(core_fixture_set_mode(w->f, w->d, mode), 0);
	core_fixture_wait(w->f);
}

/* Steps that were begun, those of the way back behind a bar. */
static const char *begun(const struct world *w)
{
	static char text[512];
	bool back = false;

	text[0] = '\0';
	for (size_t i = 0; i < w->n_told; i++) {
		if (w->events[i] != PLAN_BEGUN)
			continue;
		if (w->back[i] && !back)
			strcat(text, text[0] ? " |" : "|");
		back = w->back[i];
		if (text[0])
			strcat(text, " ");
		strcat(text, recipe_word_str(w->told[i].what));
	}
	return text;
}

static char *steering_of(const struct world *w)
{
	struct detail_param *p = fake_param_find(w->fake,
						 "flow_steering_mode");

	return p ? p->values[DETAIL_RUNTIME].text : NULL;
}

/* All that a mode change could leave otherwise, in words. */
static const char *state_of(const struct world *w)
{
	static char text[512];
	const struct fake_device *d = w->fake;
	const char *steering = steering_of(w);
	int len = snprintf(text, sizeof(text), "%s %s %s %u vfs %s",
			   eswitch_mode_str(d->info.mode),
			   eswitch_inline_str(d->info.inline_mode),
			   eswitch_encap_str(d->info.encap_mode),
			   d->info.vf_count, steering ? steering : "");

	for (uint32_t i = 0; i < d->info.vf_count; i++)
		len += snprintf(text + len, sizeof(text) - (size_t)len,
				" %s=%s", d->functions[i].pci, d->functions[i].driver);
	return text;
}

/* The fake drivers refuse any other order. */
static void each_recipe_leads_there_and_back(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(recipe_ways); i++) {
		struct world *w = start(recipe_ways[i].driver, recipe_ways[i].id);

		strcpy(w->fake->functions[1].driver, "vfio-pci");
		set(w, SWITCHDEV);
		assert_int_equal(w->f->err.code, 0);
		assert_string_equal(begun(w), recipe_ways[i].there);
		assert_int_equal(w->d->info.mode, SWITCHDEV);
		assert_int_equal(w->fake->info.vf_count, N_VFS);
		assert_string_equal(w->fake->functions[1].driver, "vfio-pci");
		assert_null(w->d->run);

		set(w, LEGACY);
		assert_int_equal(w->f->err.code, 0);
		assert_string_equal(begun(w), recipe_ways[i].back);
		assert_int_equal(w->fake->info.mode, LEGACY);
		assert_string_equal(w->fake->functions[0].driver, FAKE_VF_DRIVER);
		stop(w);
	}
}

static void what_is_so_already_is_left_alone(void **state)
{
	struct world *w = start("mlx5_core", 0);

	(void)state;
	set(w, LEGACY);
	assert_int_equal(w->f->err.code, 0);
	assert_int_equal(w->n_told, 0);
	assert_string_equal(w->fake->functions[0].driver, FAKE_VF_DRIVER);
	stop(w);
}

/* The jobs of a way, with the words of the recipe that are no job left out. */
static const enum kernel_job_kind kinds[RECIPE_N_WORDS] = {
	[RECIPE_UNBIND] = JOB_VF_UNBIND,   [RECIPE_ZERO] = JOB_VF_COUNT_SET,
	[RECIPE_PARAMS] = JOB_PARAM_SET,   [RECIPE_INLINE] = JOB_ESWITCH_SET,
	[RECIPE_MODE] = JOB_ESWITCH_SET,   [RECIPE_ENCAP] = JOB_ESWITCH_SET,
	[RECIPE_COUNT] = JOB_VF_COUNT_SET, [RECIPE_BIND] = JOB_VF_BIND,
};

/* Fails the n-th step from now that is begun, if it is a job. */
static size_t fail_at;
static size_t n_begun;

static void on_progress_fail(struct plan_request *r,
			     const struct plan_progress *p)
{
	struct fake_kernel *fk = world.f->fk;

	on_progress(r, p);
	if (p->event == PLAN_BEGUN && !p->back && n_begun++ == fail_at &&
	    p->step->what != RECIPE_PORTS)
		fake_fail(&fk->fail_job[kinds[p->step->what]], 1, EIO,
			  "fake: no");
}

/* Lets the n-th step on the way to mode fail; false: there is no such step. */
static bool fail_one(struct world *w, enum eswitch_mode mode, size_t n)
{
	char before[512], said[64];
	size_t n_steps = 0;

	strcpy(before, state_of(w));
	fail_at = n;
	n_begun = 0;
	w->f->plan.progress = on_progress_fail;
	set(w, mode);
	w->f->plan.progress = on_progress;
	for (size_t i = 0; i < w->n_told; i++)
		n_steps += w->events[i] == PLAN_BEGUN && !w->back[i];
	if (w->f->err.code == 0) {     /* of ports, or behind the last */
		assert_int_equal(w->fake->info.mode, mode);
		return n < n_steps;
	}
	assert_int_equal(w->f->err.code, EIO);
	assert_string_equal(w->f->err.extack, "fake: no");
	(void)snprintf(said, sizeof(said), "step %zu of", n + 1);
	assert_non_null(strstr(w->f->err.msg, said));
	assert_non_null(strstr(w->f->err.msg, "put back as it was"));
	assert_string_equal(state_of(w), before);
	return true;
}

static void any_step_that_fails_leads_back_to_what_there_was(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(recipe_ways); i++) {
		struct world *w = start(recipe_ways[i].driver, recipe_ways[i].id);
		size_t n = 0;

		strcpy(w->fake->functions[1].driver, "vfio-pci");
		while (fail_one(w, SWITCHDEV, n)) {
			n++;
			set(w, LEGACY);
			assert_int_equal(w->f->err.code, 0);
			if (steering_of(w))
				strcpy(steering_of(w), "dmfs");
			w->fake->info.inline_mode = ESWITCH_INLINE_NONE;
		}
		for (n = 0; fail_one(w, LEGACY, n); n++) {
			set(w, SWITCHDEV);
			assert_int_equal(w->f->err.code, 0);
		}
		stop(w);
	}
}

static void the_way_back_begins_where_the_way_broke_off(void **state)
{
	struct world *w = start("mlx5_core", 0);

	(void)state;
	fake_fail(&w->f->fk->fail_job[JOB_VF_BIND], 1, EBUSY, "");
	set(w, SWITCHDEV);
	assert_string_equal(begun(w), "unbind params mode ports bind | "
			    "mode params ports bind");
	assert_int_equal(w->f->err.code, EBUSY);
	assert_non_null(strstr(w->f->err.msg, "step 5 of 5 (see 2 VFs"));
	stop(w);
}

static void a_way_back_that_fails_is_told_with_what_began_it(void **state)
{
	struct world *w = start("ice", 0);

	(void)state;
	fake_fail(&w->f->fk->fail_job[JOB_ESWITCH_SET], 1, EOPNOTSUPP,
		  "fake: no mode");
	fake_fail(&w->f->fk->fail_job[JOB_VF_BIND], 1, EPERM, "");
	set(w, SWITCHDEV);
	assert_int_equal(w->f->err.code, EOPNOTSUPP);
	assert_string_equal(w->f->err.extack, "fake: no mode");
	assert_non_null(strstr(w->f->err.msg, "set mode switchdev"));
	assert_non_null(strstr(w->f->err.msg, "could not be put back as it "
			       "was: step 3 of 3 (see 2 VFs"));
	assert_null(w->d->run);
	stop(w);
}

static void what_was_taken_and_not_done_is_noticed(void **state)
{
	struct world *w = start("rvu_af", 0);

	(void)state;
	w->f->fk->deaf = true;
	set(w, SWITCHDEV);
	assert_int_equal(w->f->err.code, EIO);
	assert_non_null(strstr(w->f->err.msg, "legacy, not switchdev"));
	stop(w);
}

static void who_holds_a_vf_stands_in_the_way(void **state)
{
	struct world *w = start("ice", 0);

	(void)state;
	w->fake->functions[0].pid = 77;
	strcpy(w->fake->functions[0].process, "qemu");
	strcpy(w->fake->functions[0].node, "/dev/vfio/9");
	set(w, SWITCHDEV);
	assert_int_equal(w->f->err.code, EBUSY);
	assert_non_null(strstr(w->f->err.msg, "qemu (process 77)"));
	assert_int_equal(w->n_told, 0);
	assert_int_equal(w->fake->info.vf_count, N_VFS);
	stop(w);
}

/* Nobody answers for that device: its recipe waits for ports that never come
 * to be, until time is up. */
static void ports_that_do_not_come_lead_back(void **state)
{
	struct world *w = start("netdevsim", 0);

	(void)state;
	w->fake->no_ports = true;
	w->n_told = 0;
	assert_int_equal(core_fixture_set_mode(w->f, w->d, SWITCHDEV), 0);
	core_fixture_rounds(w->f, 50);
	assert_string_equal(plan_run_doing(w->d->run),
			    "wait for 2 representors, step 2 of 2");
	loop_advance(w->f->loop, 11000);
	core_fixture_wait(w->f);
	assert_int_equal(w->f->err.code, ETIMEDOUT);
	assert_non_null(strstr(w->f->err.msg, "step 2 of 2 (wait for 2 repr"));
	assert_string_equal(begun(w), "mode ports | mode ports");
	assert_int_equal(w->fake->info.mode, LEGACY);
	stop(w);
}

static void a_job_that_hangs_is_answered_for_and_goes_on(void **state)
{
	struct world *w = start("rvu_af", 0);
	struct core_fixture *f = w->f;
	struct error err;

	(void)state;
	assert_int_equal(core_fixture_set_mode(f, w->d, SWITCHDEV), 0);
	while (!w->n_told)
		core_fixture_rounds(f, 1);
	f->fk->hold_jobs = true;
	core_fixture_rounds(f, 10);
	loop_advance(f->loop, 61000);
	core_fixture_wait(f);
	assert_int_equal(f->err.code, ETIMEDOUT);
	assert_int_equal(w->events[w->n_told - 1], PLAN_OVERDUE);
	assert_int_equal(device_set_vf_count(f->core, w->d, 4, &f->request,
					     &err), -EBUSY);
	assert_non_null(strstr(err.msg, "(set mode switchdev, step 1 of 1)"));

	f->fk->hold_jobs = false;
	fake_release(f->fk);
	assert_true(plan_run_wait_all(f->core, &f->request));
	core_fixture_wait(f);
	assert_null(w->d->run);
	assert_int_equal(w->fake->info.mode, SWITCHDEV);
	assert_false(plan_run_wait_all(f->core, &f->request));
	stop(w);
}

static void a_second_plan_is_told_what_is_under_way(void **state)
{
	struct world *w = start("mlx5_core", 0);
	struct plan_request other = { .request.done = NULL };
	struct error err;

	(void)state;
	assert_int_equal(core_fixture_set_mode(w->f, w->d, SWITCHDEV), 0);
	assert_int_equal(plan_run(w->d, &other, &err), -EBUSY);
	assert_non_null(strstr(err.msg, "(looking what there is)"));
	while (w->n_told < 5)
		core_fixture_rounds(w->f, 1);
	assert_int_equal(plan_run(w->d, &other, &err), -EBUSY);
	assert_non_null(strstr(err.msg, "(set mode switchdev, step 3 of 5)"));
	core_fixture_wait(w->f);
	assert_int_equal(w->f->err.code, 0);
	stop(w);
}

static void a_device_that_goes_while_ports_are_waited_for(void **state)
{
	struct world *w = start("netdevsim", 0);

	(void)state;
	w->fake->no_ports = true;
	assert_int_equal(core_fixture_set_mode(w->f, w->d, SWITCHDEV), 0);
	core_fixture_rounds(w->f, 50);
	fake_device_del(w->f->fk, DEV);
	core_fixture_wait(w->f);
	assert_int_equal(w->f->err.code, ENODEV);
	stop(w);
}

static void a_plan_under_way_ends_with_the_daemon(void **state)
{
	struct world *w = start("mlx5_core", 0);

	(void)state;
	assert_int_equal(core_fixture_set_mode(w->f, w->d, SWITCHDEV), 0);
	while (w->n_told < 5)
		core_fixture_rounds(w->f, 1);
	stop(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_recipe_leads_there_and_back),
		cmocka_unit_test(what_is_so_already_is_left_alone),
		cmocka_unit_test(
			any_step_that_fails_leads_back_to_what_there_was),
		cmocka_unit_test(the_way_back_begins_where_the_way_broke_off),
		cmocka_unit_test(a_way_back_that_fails_is_told_with_what_began_it),
		cmocka_unit_test(what_was_taken_and_not_done_is_noticed),
		cmocka_unit_test(who_holds_a_vf_stands_in_the_way),
		cmocka_unit_test(ports_that_do_not_come_lead_back),
		cmocka_unit_test(a_job_that_hangs_is_answered_for_and_goes_on),
		cmocka_unit_test(a_second_plan_is_told_what_is_under_way),
		cmocka_unit_test(a_device_that_goes_while_ports_are_waited_for),
		cmocka_unit_test(a_plan_under_way_ends_with_the_daemon),
	};

	log_init(LOG_LEVEL_ERROR, false);      /* what fails here is meant to */
	return cmocka_run_group_tests(tests, NULL, NULL);
}
