/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A run, as its life (plan_run.c) and its steps (plan_step.c) know it. */
#ifndef SWOFFD_CORE_PLAN_RUN_PRIV_H
#define SWOFFD_CORE_PLAN_RUN_PRIV_H

#include "swoffd/core/detail.h"
#include "swoffd/core/device_priv.h"
#include "swoffd/core/plan_run.h"
#include "swoffd/core/putback.h"

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
	struct putback_request putback;
	struct error err;              /* why it failed; code 0: not yet */
	struct error warning;          /* what could not be put back */
	bool restores;                 /* what is wanted already */
	bool changes;                  /* it is no dry run, and not refused */
	bool captures;                 /* until it is over */
	char doing[PLAN_TEXT_SIZE + 40];
};

static inline struct loop *loop_of(const struct plan_run *run)
{
	return run->device->core->loop;
}

static inline bool plan_run_goes_back(const struct plan_run *run)
{
	return run->plan == &run->back;
}

/* plan_run.c */
void plan_run_now(struct plan_run *run, const char *doing);
/* A job of the run; done() finds it by run->job. */
void plan_run_submit(struct plan_run *run, void (*done)(struct kernel_job *job));
/* Back to what there was; on the way back: gives up. */
void plan_run_fail(struct plan_run *run, const struct error *err);
/* All steps of the plan have been taken. */
void plan_run_arrived(struct plan_run *run);
/* Whoever waits is told now; the run goes on. */
void plan_run_answer(struct plan_run *run);

/* plan_step.c: takes run->plan->steps[run->at] and those behind it. */
void plan_step_init(struct plan_run *run);
void plan_step_take(struct plan_run *run);
void plan_step_on_event(struct plan_run *run);

#endif
