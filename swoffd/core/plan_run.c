/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The life of a plan.  Every stage ends in one of three ways: the next step,
 * the way back, or the answer.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/base/log.h"
#include "swoffd/core/event_tell.h"
#include "swoffd/core/plan_look.h"
#include "swoffd/core/plan_run_priv.h"
#include "swoffd/core/restore.h"
#include "swoffd/core/want.h"

const char *plan_run_doing(const struct plan_run *run)
{
	return run->doing;
}

void plan_run_now(struct plan_run *run, const char *doing)
{
	(void)snprintf(run->doing, sizeof(run->doing), "%s", doing);
}

void plan_run_submit(struct plan_run *run, void (*done)(struct kernel_job *job))
{
	struct kernel *k = run->device->core->kernel;

	run->job.handle = run->device->info.handle;
	run->job.done = done;
	k->ops->submit(k, &run->job);
}

void plan_run_free(struct plan_run *run)
{
	if (!run)
		return;
	timer_cancel(&run->deadline);
	plan_fini(&run->there);
	plan_fini(&run->back);
	preflight_fini(&run->before);
	preflight_fini(&run->now);
	free(run);
}

void plan_run_answer(struct plan_run *run)
{
	struct plan_request *r = steal_ptr(run->request);

	if (!r)
		return;
	r->plan = run->there.recipe ? &run->there : NULL;
	r->before = &run->before;
	r->begun = run->plan != NULL;
	r->warning = run->warning.msg;
	r->request.done(&r->request, &run->err);
}

/* What came of it is wanted from now on, and what was captured is not. */
static void keep(struct plan_run *run)
{
	struct device *d = run->device;
	struct want *w = run->captures ?
				 want_find(d->core, &d->info.handle) : NULL;

	if (w)
		want_release(d->core, w);
	if (!run->err.code && run->changes && !run->restores)
		want_modes(d, &run->wanted);
}

static void finish(struct plan_run *run)
{
	struct device *d = run->device;
	struct core *core = d->core;
	char handle[100];

	(void)device_handle_str(&d->info.handle, handle);
	if (run->err.code)
		log_warning("%s: %s", handle, run->err.msg);
	else if (!run->request)
		log_info("%s: what took too long is done", handle);
	if (run->warning.code)
		log_warning("%s: %s", handle, run->warning.msg);
	if (run->plan || (run->err.code && run->request &&
			  !run->request->dry))
		event_tell_end(d, &run->err);
	d->run = NULL;
	keep(run);
	plan_run_answer(run);
	plan_run_free(run);
	/* What was read meanwhile has not been looked at. */
	restore_check(d);
	device_release(d);
	plan_run_tell_waiting(core);
}

/* The answer comes when what the device is now has been read. */
static void end(struct plan_run *run)
{
	timer_cancel(&run->deadline);
	run->ending = true;
	plan_run_now(run, "reading the device");
	if (!run->plan || run->device->gone)
		finish(run);
	else
		device_mark_dirty(run->device);
}

void plan_run_on_event(struct device *d)
{
	if (d->run)
		plan_step_on_event(d->run);
}

void plan_run_on_read(struct device *d)
{
	if (d->run && d->run->ending)
		finish(d->run);
}

/* What went wrong first stays in front, with the kernel's words for it. */
static void add_to_error(struct plan_run *run, const char *text,
			 const char *more)
{
	size_t used = strlen(run->err.msg);

	(void)snprintf(run->err.msg + used, sizeof(run->err.msg) - used,
		       "; %s%s", text, more);
}

static void give_up(struct plan_run *run, const char *why)
{
	add_to_error(run, "it could not be put back as it was: ", why);
	event_tell_stranded(run->device, why);
	end(run);
}

static int start_look(struct plan_run *run, struct preflight *into,
		      void (*done)(struct kernel_job *job), struct error *err)
{
	preflight_fini(into);
	if (plan_look_prepare(run->device, into, err) < 0)
		return -err->code;
	run->job = (struct kernel_job){ .kind = JOB_PREFLIGHT,
					.preflight = into };
	plan_run_submit(run, done);
	return 0;
}

static void look(struct plan_run *run, void (*done)(struct kernel_job *job))
{
	struct error err = { 0 };

	if (start_look(run, &run->now, done, &err) < 0)
		give_up(run, err.msg);
}

static void begin(struct plan_run *run, struct plan *plan)
{
	run->plan = plan;
	run->at = 0;
	plan_step_take(run);
}

static void on_looked_back(struct kernel_job *job)
{
	struct plan_run *run = container_of(job, struct plan_run, job);
	char blocking[PLAN_BLOCKING_SIZE];
	struct error err = { 0 };
	int rc = job->rc;

	if (rc < 0)
		err = job->err;
	else
		rc = plan_make(&run->now, run->there.recipe, &run->captured,
			       &run->back, &err);
	run->plan = &run->back;
	plan_blocking_str(&run->back, blocking);
	if (rc < 0)
		give_up(run, err.msg);
	else if (blocking[0])
		give_up(run, blocking);
	else
		begin(run, &run->back);
}

void plan_run_fail(struct plan_run *run, const struct error *err)
{
	if (plan_run_goes_back(run)) {
		give_up(run, err->msg);
		return;
	}
	run->err = *err;
	if (!run->plan) {
		end(run);
		return;
	}
	plan_run_now(run, "looking how to put it back as it was");
	look(run, on_looked_back);
}

static void on_put_back(struct request *base, const struct error *err)
{
	struct putback_request *r = container_of(base, struct putback_request,
						 base);
	struct plan_run *run = container_of(r, struct plan_run, putback);

	if (err->code && run->err.code)
		add_to_error(run, "but ", err->msg);
	else if (err->code)
		run->warning = *err;
	end(run);
}

/* Attributes and rates go with VFs, and some with the mode. */
static void put_back(struct plan_run *run)
{
	struct error err = { 0 };

	if (!run->before.n_functions) {
		end(run);
		return;
	}
	plan_run_now(run, "putting back what VFs and rates had");
	run->putback = (struct putback_request){
		.base.done = on_put_back,
		.wanted = run->before.functions,
		.n = run->before.n_functions,
		.mode = run->now.device.mode,
	};
	if (putback_start(run->device, &run->putback, &err) < 0)
		on_put_back(&run->putback.base, &err);
}

static void on_looked_after(struct kernel_job *job)
{
	struct plan_run *run = container_of(job, struct plan_run, job);
	struct error err = { 0 };
	int rc = job->rc;

	if (rc < 0)
		err = job->err;
	else
		rc = plan_verify(&run->now, plan_run_goes_back(run) ?
				 &run->captured : &run->target, &err);
	if (rc < 0) {
		plan_run_fail(run, &err);
		return;
	}
	if (plan_run_goes_back(run)) {
		add_to_error(run, "it has been put back as it was", "");
		event_tell_device(run->device, EVENT_PLAN_PUT_BACK);
	}
	put_back(run);
}

void plan_run_arrived(struct plan_run *run)
{
	plan_run_now(run, "looking what came of it");
	look(run, on_looked_after);
}

static void refuse(struct plan_run *run)
{
	size_t others = run->there.n_blocking - 1;
	char blocking[PLAN_BLOCKING_SIZE];
	struct error err;

	plan_blocking_str(&run->there, blocking);
	(void)error_set(&err, EBUSY, "%s", blocking);
	if (others)
		(void)error_set(&err, EBUSY, "%s (and %zu more; see --plan)",
				blocking, others);
	plan_run_fail(run, &err);
}

static void on_looked_before(struct kernel_job *job)
{
	struct plan_run *run = container_of(job, struct plan_run, job);
	struct device *d = run->device;
	const struct recipe *recipe;
	struct error err = job->err;

	if (job->rc < 0) {
		plan_run_fail(run, &err);
		return;
	}
	plan_look_complete(d->core, &run->before);
	recipe = recipe_choose(d->core->recipes, run->before.device.driver,
			       run->before.pci_id);
	if (!recipe) {
		(void)error_set(&err, EOPNOTSUPP, "no recipe for driver '%s'",
				run->before.device.driver);
		plan_run_fail(run, &err);
		return;
	}
	run->target = plan_wanted(&run->before, recipe, &run->wanted);
	run->captured = plan_captured(&run->before);
	if (plan_make(&run->before, recipe, &run->target, &run->there,
		      &err) < 0) {
		plan_run_fail(run, &err);
	} else if (run->request->dry || !run->there.n_steps) {
		run->changes = !run->request->dry;
		end(run);
	} else if (run->there.n_blocking) {
		refuse(run);
	} else {
		event_tell_begun(d, &run->target, &run->there);
		run->changes = true;
		run->captures = !run->restores &&
				want_capture(d, &run->before);
		begin(run, &run->there);
	}
}

int plan_run(struct device *d, struct plan_request *r, struct error *err)
{
	int rc = device_check_idle(d, err);
	struct plan_run *run;

	if (rc < 0)
		return rc;
	run = calloc(1, sizeof(*run));
	if (!run)
		return error_set(err, ENOMEM, "out of memory");
	run->device = d;
	run->request = r;
	run->wanted = r->wanted;
	run->restores = r->restores;
	plan_step_init(run);
	plan_run_now(run, "looking what there is");
	rc = start_look(run, &run->before, on_looked_before, err);
	if (rc < 0) {
		plan_run_free(run);
		return rc;
	}
	d->run = run;
	device_hold(d);
	return 0;
}
