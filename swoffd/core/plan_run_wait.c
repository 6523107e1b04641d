/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who waits until nothing is being changed any more. */
#include "swoffd/core/plan_run.h"

bool plan_run_wait_all(struct core *core, struct request *r)
{
	const struct device *d;

	list_for_each(d, &core->devices, node)
		if (d->run) {
			list_add_tail(&core->after_runs, &r->node);
			return true;
		}
	return false;
}

void plan_run_tell_waiting(struct core *core)
{
	struct error none = { 0 };
	struct device *d;

	list_for_each(d, &core->devices, node)
		if (d->run)
			return;
	while (!list_empty(&core->after_runs)) {
		struct request *r = container_of(core->after_runs.next,
						 struct request, node);

		list_del(&r->node);
		r->done(r, &none);
	}
}
