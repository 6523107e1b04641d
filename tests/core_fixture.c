/* SPDX-License-Identifier: GPL-2.0-or-later */
/* No waiting here is for time to pass: it is for rounds of the loop. */
#include "tests/core_fixture.h"

#include <stdio.h>

#include "tests/unittest.h"

#define MAX_ROUNDS 10000

static void on_done(struct request *r, const struct error *err)
{
	struct core_fixture *f = container_of(r, struct core_fixture, request);

	f->err = *err;
	f->n_done++;
}

static void on_plan_done(struct request *r, const struct error *err)
{
	struct core_fixture *f = container_of(r, struct core_fixture,
					      plan.request);

	f->err = *err;
	(void)snprintf(f->warning, sizeof(f->warning), "%s",
		       f->plan.warning ? f->plan.warning : "");
	f->n_done++;
}

int core_fixture_set_mode(struct core_fixture *f, struct device *d,
			  enum eswitch_mode mode)
{
	f->plan.wanted = (struct kernel_device){
		.mode = mode,
		.inline_mode = ESWITCH_INLINE_UNKNOWN,
		.encap_mode = ESWITCH_ENCAP_UNKNOWN,
	};
	return plan_run(d, &f->plan, &f->err);
}

void core_fixture_rounds(struct core_fixture *f, int n)
{
	while (n--)
		assert_int_equal(loop_once(f->loop, 0), 0);
}

void core_fixture_wait(struct core_fixture *f)
{
	int before = f->n_done;

	for (int i = 0; i < MAX_ROUNDS && f->n_done == before; i++)
		core_fixture_rounds(f, 1);
	assert_int_equal(f->n_done, before + 1);
}

static void start(struct core_fixture *f)
{
	struct error err = { 0 };

	assert_int_equal(core_new(f->loop, &f->fk->base,
				  &f->fs->base, &f->core), 0);
	f->core->recipes = f->recipes;
	assert_int_equal(core_start(f->core, &err), 0);
	core_wait_ready(f->core, &f->request);
	core_fixture_wait(f);
}

void core_fixture_restart(struct core_fixture *f)
{
	fake_abandon(f->fk);
	core_free(f->core);
	fake_store_crash(f->fs);
	start(f);
}

struct core_fixture *core_fixture_new(const char *handle, const char *uplink,
				      enum eswitch_mode mode)
{
	struct core_fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	f->request.done = on_done;
	f->plan.request.done = on_plan_done;
	assert_int_equal(loop_new(&f->loop), 0);
	assert_int_equal(fake_kernel_new(f->loop, &f->fk), 0);
	assert_int_equal(fake_store_new(&f->fs), 0);
	assert_int_equal(recipe_file_builtin(&f->recipes, &f->err), 0);
	assert_int_equal(fake_device_add(f->fk, handle, uplink, 2, 8), 0);
	if (mode != ESWITCH_MODE_LEGACY)
		fake_device_set_mode(f->fk, fake_device_find(f->fk, handle),
				     mode);
	start(f);
	return f;
}

void core_fixture_free(struct core_fixture *f)
{
	fake_kernel_free(f->fk);
	core_free(f->core);
	fake_store_free(f->fs);
	loop_free(f->loop);
	recipes_free(f->recipes);
	free(f);
}
