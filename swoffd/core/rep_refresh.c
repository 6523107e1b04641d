/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Read when somebody wants to know: what hw-tc-offload is, which nobody tells,
 * and altnames, of which nobody tells while the netdev is down
 * (net/core/dev.c, netdev_state_change).
 */
#include <stddef.h>
#include <string.h>

#include "swoffd/core/device_priv.h"

struct refresh;

struct one {
	struct kernel_job job;
	struct kernel_link info;
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
	if (link && one->info.ifindex) {
		/* Of another name all hear from the event. */
		memcpy(one->info.name, link->info.name,
		       sizeof(one->info.name));
		link->info = one->info;
	}
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
	struct one *one;

	if (!rep->link)
		return;
	one = &all->each[all->n++];
	one->refresh = all;
	one->job = (struct kernel_job){
		.kind = JOB_LINK_READ,
		.ifindex = rep->link->info.ifindex,
		.link = &one->info,
		.done = on_read,
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
