/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hw-tc-offload is an ethtool feature: nobody tells when it changes, so it is
 * read when somebody wants to know.
 */
#include <stddef.h>

#include "swoffd/core/device_priv.h"

struct refresh;

struct one {
	struct kernel_job job;
	struct refresh *refresh;
};

struct refresh {
	struct list node;              /* core->refreshes */
	struct core *core;
	struct request *request;
	size_t n, n_running;
	struct one each[];
};

static void finish(struct refresh *all)
{
	struct error none = { 0 };

	if (all->n_running)
		return;
	list_del(&all->node);
	all->request->done(all->request, &none);
	free(all);
}

static void on_read(struct kernel_job *job)
{
	struct one *one = container_of(job, struct one, job);
	struct refresh *all = one->refresh;
	struct link *link = link_find(all->core, job->ifindex);

	if (link)
		link->tc_offload = job->rc < 0 ? -1 : job->tc_offload;
	all->n_running--;
	finish(all);
}

static void count(const struct rep *rep, void *ctx)
{
	*(size_t *)ctx += rep->link != NULL;
}

static void add(const struct rep *rep, void *ctx)
{
	struct refresh *all = ctx;

	if (!rep->link)
		return;
	all->each[all->n++] = (struct one){
		.job = {
			.kind = JOB_TC_OFFLOAD_GET,
			.ifindex = rep->link->info.ifindex,
			.done = on_read,
		},
		.refresh = all,
	};
}

void rep_refresh(struct core *core, const struct device *d, struct request *r)
{
	struct refresh *all;
	size_t n = 0;

	rep_for_each(core, d, count, &n);
	all = n ? calloc(1, sizeof(*all) + n * sizeof(all->each[0])) : NULL;
	if (!all) {
		/* Nothing to read (or no memory to): what is known must do. */
		core_wait_ready(core, r);
		return;
	}
	all->core = core;
	all->request = r;
	list_add_tail(&core->refreshes, &all->node);
	rep_for_each(core, d, add, all);
	all->n_running = all->n;
	for (size_t i = 0; i < n; i++)
		core->kernel->ops->submit(core->kernel, &all->each[i].job);
}

void rep_refresh_free_all(struct core *core)
{
	struct refresh *all;

	list_for_each(all, &core->refreshes, node) {
		list_del(&all->node);
		free(all);
	}
}
