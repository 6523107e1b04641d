/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The steps of a run: each is a job, or waits for ports; each has a deadline. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/log.h"
#include "swoffd/core/event_tell.h"
#include "swoffd/core/plan_look.h"
#include "swoffd/core/plan_run_priv.h"

static void tell(struct plan_run *run, enum plan_event event,
		 const struct error *err)
{
	struct plan_request *r = run->request;
	struct plan_progress p = {
		.event = event,
		.step = &run->plan->steps[run->at],
		.number = run->at + 1,
		.n = run->plan->n_steps,
		.back = plan_run_goes_back(run),
		.ms = loop_now_ms(loop_of(run)) - run->since_ms,
		.err = err,
	};

	event_tell_step(run->device, &p);
	if (r && r->progress)
		r->progress(r, &p);
}

static void step_failed(struct plan_run *run, struct error *err)
{
	char extack[ERROR_EXTACK_SIZE];

	tell(run, PLAN_FAILED, err);
	memcpy(extack, err->extack, sizeof(extack));
	(void)error_prefix(err, "step %zu of %zu (%s)", run->at + 1,
			   run->plan->n_steps, run->plan->steps[run->at].text);
	memcpy(err->extack, extack, sizeof(extack));
	plan_run_fail(run, err);
}

static void step_done(struct plan_run *run)
{
	timer_cancel(&run->deadline);
	tell(run, PLAN_DONE, NULL);
	run->at++;
	plan_step_take(run);
}

static void on_job(struct kernel_job *job)
{
	struct plan_run *run = container_of(job, struct plan_run, job);

	run->device->kernel_us += job->took_us;
	free(job->functions);
	job->functions = NULL;
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

void plan_step_on_event(struct plan_run *run)
{
	struct error err;

	if (!run->waiting)
		return;
	if (!run->device->gone) {
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
	plan_run_answer(run);
	run->err.code = 0;
}

void plan_step_init(struct plan_run *run)
{
	timer_init(&run->deadline, on_deadline);
}

/* Where a step is a job; PORTS is none. */
static const enum kernel_job_kind job_kinds[RECIPE_N_WORDS] = {
	[RECIPE_UNBIND] = JOB_VF_UNBIND,   [RECIPE_ZERO] = JOB_VF_COUNT_SET,
	[RECIPE_PARAMS] = JOB_PARAM_SET,   [RECIPE_INLINE] = JOB_ESWITCH_SET,
	[RECIPE_MODE] = JOB_ESWITCH_SET,   [RECIPE_ENCAP] = JOB_ESWITCH_SET,
	[RECIPE_COUNT] = JOB_VF_COUNT_SET, [RECIPE_BIND] = JOB_VF_BIND,
	[RECIPE_RATES] = JOB_RATE_CLEAR,
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
			s->what == RECIPE_UNBIND && plan_run_goes_back(run) ?
				&run->now : &run->before;
	plan_run_submit(run, on_job);
}

void plan_step_take(struct plan_run *run)
{
	const struct plan_step *s = &run->plan->steps[run->at];

	if (run->at == run->plan->n_steps) {
		plan_run_arrived(run);
		return;
	}
	(void)snprintf(run->doing, sizeof(run->doing), "%s, step %zu of %zu%s",
		       s->text, run->at + 1, run->plan->n_steps,
		       plan_run_goes_back(run) ? " of the way back" : "");
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
