/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The life of a plan.  Every stage ends in one of three ways: the next step,
 * the way back, or the answer.
 */
#include "swoffd/core/plan_run.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/base/log.h"
#include "swoffd/core/detail.h"
#include "swoffd/core/device_priv.h"
#include "swoffd/core/event_tell.h"
#include "swoffd/core/plan_look.h"

struct plan_run {
	struct device *device;         /* held */
	struct plan_request *request;  /* borrowed; NULL: answered early */
	struct kernel_device wanted;
	struct preflight before, now;
	struct plan_target target, captured;
	struct plan there, back;
	struct plan *plan;             /* the one under way, or NULL */
	size_t at;                     /* its step */
	uint64_t since_ms;             /* of that */
	bool waiting;                  /* for ports */
	bool ending;                   /* until the device has been read */
	struct kernel_job job;
	struct detail_param param;     /* of the step */
	struct timer deadline;
	struct error err;              /* why it failed; code 0: not yet */
	char doing[PLAN_TEXT_SIZE + 40];
};

static void take_step(struct plan_run *run);
static void fail(struct plan_run *run, const struct error *err);

static struct loop *loop_of(const struct plan_run *run)
{
	return run->device->core->loop;
}

static bool on_way_back(const struct plan_run *run)
{
	return run->plan == &run->back;
}

const char *plan_run_doing(const struct plan_run *run)
{
	return run->doing;
}

static void now_doing(struct plan_run *run, const char *what)
{
	(void)snprintf(run->doing, sizeof(run->doing), "%s", what);
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

static void answer(struct plan_run *run)
{
	struct plan_request *r = steal_ptr(run->request);

	if (!r)
		return;
	r->plan = run->there.recipe ? &run->there : NULL;
	r->before = &run->before;
	r->begun = run->plan != NULL;
	r->request.done(&r->request, &run->err);
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
	if (run->plan || (run->err.code && run->request &&
			  !run->request->dry))
		event_tell_end(d, &run->err);
	d->run = NULL;
	answer(run);
	plan_run_free(run);
	device_release(d);
	plan_run_tell_waiting(core);
}

/* The answer comes when what the device is now has been read. */
static void end(struct plan_run *run)
{
	timer_cancel(&run->deadline);
	run->ending = true;
	now_doing(run, "reading the device");
	if (!run->plan || run->device->gone)
		finish(run);
	else
		device_mark_dirty(run->device);
}

void plan_run_on_read(struct device *d)
{
	if (d->run && d->run->ending)
		finish(d->run);
}

static void tell(struct plan_run *run, enum plan_event event,
		 const struct error *err)
{
	struct plan_request *r = run->request;
	struct plan_progress p = {
		.event = event,
		.step = &run->plan->steps[run->at],
		.number = run->at + 1,
		.n = run->plan->n_steps,
		.back = on_way_back(run),
		.ms = loop_now_ms(loop_of(run)) - run->since_ms,
		.err = err,
	};

	event_tell_step(run->device, &p);
	if (r && r->progress)
		r->progress(r, &p);
}

static void submit(struct plan_run *run, void (*done)(struct kernel_job *job))
{
	struct kernel *k = run->device->core->kernel;

	run->job.handle = run->device->info.handle;
	run->job.done = done;
	k->ops->submit(k, &run->job);
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
	submit(run, done);
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
	take_step(run);
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

static void fail(struct plan_run *run, const struct error *err)
{
	if (on_way_back(run)) {
		give_up(run, err->msg);
		return;
	}
	run->err = *err;
	if (!run->plan) {
		end(run);
		return;
	}
	now_doing(run, "looking how to put it back as it was");
	look(run, on_looked_back);
}

static void on_looked_after(struct kernel_job *job)
{
	struct plan_run *run = container_of(job, struct plan_run, job);
	struct error err = { 0 };
	int rc = job->rc;

	if (rc < 0)
		err = job->err;
	else
		rc = plan_verify(&run->now, on_way_back(run) ?
				 &run->captured : &run->target, &err);
	if (rc < 0) {
		fail(run, &err);
		return;
	}
	if (on_way_back(run)) {
		add_to_error(run, "it has been put back as it was", "");
		event_tell_device(run->device, EVENT_PLAN_PUT_BACK);
	}
	end(run);
}

static void step_failed(struct plan_run *run, struct error *err)
{
	char extack[ERROR_EXTACK_SIZE];

	tell(run, PLAN_FAILED, err);
	memcpy(extack, err->extack, sizeof(extack));
	(void)error_prefix(err, "step %zu of %zu (%s)", run->at + 1,
			   run->plan->n_steps, run->plan->steps[run->at].text);
	memcpy(err->extack, extack, sizeof(extack));
	fail(run, err);
}

static void step_done(struct plan_run *run)
{
	timer_cancel(&run->deadline);
	tell(run, PLAN_DONE, NULL);
	run->at++;
	take_step(run);
}

static void on_job(struct kernel_job *job)
{
	struct plan_run *run = container_of(job, struct plan_run, job);

	timer_cancel(&run->deadline);
	if (job->rc < 0)
		step_failed(run, &job->err);
	else
		step_done(run);
}

static void check_ports(struct plan_run *run)
{
	if (plan_look_ports(run->device) != run->plan->steps[run->at].n)
		return;
	run->waiting = false;
	step_done(run);
}

void plan_run_on_event(struct device *d)
{
	struct plan_run *run = d->run;
	struct error err;

	if (!run || !run->waiting)
		return;
	if (!d->gone) {
		check_ports(run);
		return;
	}
	run->waiting = false;
	(void)error_set(&err, ENODEV, "the device has gone");
	step_failed(run, &err);
}

/* A job that hangs in the kernel cannot be called back: whoever waits is told,
 * and the rest comes when the kernel lets go. */
static void on_deadline(struct timer *t)
{
	struct plan_run *run = container_of(t, struct plan_run, deadline);
	const struct plan_step *s = &run->plan->steps[run->at];
	struct error err;

	(void)error_set(&err, ETIMEDOUT, "not done after %u s", s->deadline_s);
	if (run->waiting) {
		run->waiting = false;
		step_failed(run, &err);
		return;
	}
	log_warning("%s: %s: still not done after %u s",
		    run->device->info.handle.dev, s->text, s->deadline_s);
	tell(run, PLAN_OVERDUE, NULL);
	(void)error_set(&run->err, ETIMEDOUT,
			"step %zu of %zu (%s) is still not done after %u s; "
			"the kernel is at it, and the rest, or the way back, "
			"will follow", run->at + 1, run->plan->n_steps, s->text,
			s->deadline_s);
	answer(run);
	run->err.code = 0;
}

/* Where a step is a job; PORTS is none. */
static const enum kernel_job_kind job_kinds[RECIPE_N_WORDS] = {
	[RECIPE_UNBIND] = JOB_VF_UNBIND,   [RECIPE_ZERO] = JOB_VF_COUNT_SET,
	[RECIPE_PARAMS] = JOB_PARAM_SET,   [RECIPE_INLINE] = JOB_ESWITCH_SET,
	[RECIPE_MODE] = JOB_ESWITCH_SET,   [RECIPE_ENCAP] = JOB_ESWITCH_SET,
	[RECIPE_COUNT] = JOB_VF_COUNT_SET, [RECIPE_BIND] = JOB_VF_BIND,
};

/* Those of recipes are texts. */
static void set_param(struct plan_run *run, const struct preflight_param *to)
{
	run->param = (struct detail_param){
		.handle = run->device->info.handle,
		.type = DETAIL_STRING,
		.values[DETAIL_RUNTIME].has = true,
	};
	(void)snprintf(run->param.name, sizeof(run->param.name), "%s",
		       to->name);
	(void)snprintf(run->param.values[DETAIL_RUNTIME].text,
		       DETAIL_TEXT_SIZE, "%s", to->value);
	run->job.param = &run->param;
	run->job.cmode = DETAIL_RUNTIME;
}

static void submit_step(struct plan_run *run, const struct plan_step *s)
{
	run->job = (struct kernel_job){
		.kind = job_kinds[s->what],
		.device = {
			.mode = s->mode,
			.inline_mode = s->inline_mode,
			.encap_mode = s->encap_mode,
			.vf_count = s->what == RECIPE_ZERO ? 0 : s->n,
		},
	};
	if (s->what == RECIPE_PARAMS)
		set_param(run, &s->param);
	else                           /* VFs as they are, or as they were */
		run->job.preflight =
			s->what == RECIPE_UNBIND && on_way_back(run) ?
				&run->now : &run->before;
	submit(run, on_job);
}

static void take_step(struct plan_run *run)
{
	const struct plan_step *s = &run->plan->steps[run->at];

	if (run->at == run->plan->n_steps) {
		now_doing(run, "looking what came of it");
		look(run, on_looked_after);
		return;
	}
	(void)snprintf(run->doing, sizeof(run->doing), "%s, step %zu of %zu%s",
		       s->text, run->at + 1, run->plan->n_steps,
		       on_way_back(run) ? " of the way back" : "");
	run->since_ms = loop_now_ms(loop_of(run));
	timer_set(loop_of(run), &run->deadline, s->deadline_s * 1000ull);
	tell(run, PLAN_BEGUN, NULL);
	if (s->what != RECIPE_PORTS) {
		submit_step(run, s);
		return;
	}
	run->waiting = true;
	check_ports(run);
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
	fail(run, &err);
}

static void on_looked_before(struct kernel_job *job)
{
	struct plan_run *run = container_of(job, struct plan_run, job);
	struct device *d = run->device;
	const struct recipe *recipe;
	struct error err = job->err;

	if (job->rc < 0) {
		fail(run, &err);
		return;
	}
	plan_look_complete(d->core, &run->before);
	recipe = recipe_choose(d->core->recipes, run->before.device.driver,
			       run->before.pci_id);
	if (!recipe) {
		(void)error_set(&err, EOPNOTSUPP, "no recipe for driver '%s'",
				run->before.device.driver);
		fail(run, &err);
		return;
	}
	run->target = plan_wanted(&run->before, recipe, &run->wanted);
	run->captured = plan_captured(&run->before);
	if (plan_make(&run->before, recipe, &run->target, &run->there,
		      &err) < 0) {
		fail(run, &err);
	} else if (run->request->dry || !run->there.n_steps) {
		end(run);
	} else if (run->there.n_blocking) {
		refuse(run);
	} else {
		event_tell_begun(d, &run->target, &run->there);
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
	timer_init(&run->deadline, on_deadline);
	now_doing(run, "looking what there is");
	rc = start_look(run, &run->before, on_looked_before, err);
	if (rc < 0) {
		plan_run_free(run);
		return rc;
	}
	d->run = run;
	device_hold(d);
	return 0;
}
