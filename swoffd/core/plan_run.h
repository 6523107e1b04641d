/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A plan carried out: look, plan, take one step after the other, verify, and
 * if anything fails go back to what there was.  Once begun it comes to an end,
 * whoever is still there to hear of it.
 */
#ifndef SWOFFD_CORE_PLAN_RUN_H
#define SWOFFD_CORE_PLAN_RUN_H

#include "swoffd/core/core.h"
#include "swoffd/core/plan.h"

struct plan_run;

enum plan_event { PLAN_BEGUN, PLAN_DONE, PLAN_FAILED, PLAN_OVERDUE };

struct plan_progress {
	enum plan_event event;
	const struct plan_step *step;
	size_t number, n;              /* of it, from 1, and of all */
	bool back;                     /* on the way back */
	uint64_t ms;                   /* since the step began */
	const struct error *err;       /* of PLAN_FAILED, else NULL */
};

/*
 * Embedded in its owner, who keeps it alive until request.done() is called.
 * It is answered early, with ETIMEDOUT, if a step does not end in time; the
 * run goes on without it.
 */
struct plan_request {
	struct request request;
	struct kernel_device wanted;   /* modes that are not UNKNOWN */
	bool dry;                      /* only the plan */
	bool restores;                 /* what was asked for before */
	void (*progress)(struct plan_request *r,
			 const struct plan_progress *p);       /* or NULL */
	/* While done() runs: what was planned, from what, and whether steps
	 * were taken; NULL if it did not come to a plan. */
	const struct plan *plan;
	const struct preflight *before;
	bool begun;
	const char *warning;           /* done, but not all was put back; or "" */
};

/* 0 if under way, -errno with err if refused at once. */
int plan_run(struct device *d, struct plan_request *r, struct error *err);

/* What it is at: "set mode switchdev, step 2 of 4". */
const char *plan_run_doing(const struct plan_run *run);

/* True: r will be answered when nothing is being changed any more. */
bool plan_run_wait_all(struct core *core, struct request *r);
void plan_run_tell_waiting(struct core *core);         /* a run has ended */

/* For the table of devices. */
void plan_run_on_event(struct device *d);      /* something was told of it */
void plan_run_on_read(struct device *d);
void plan_run_free(struct plan_run *run);      /* NULL is legal */

#endif
