/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel makes a device at once; that it is there is told as of any. */
#include "swoffd/core/sim.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/base/parse.h"
#include "swoffd/core/device_priv.h"

#define DEADLINE_MS 10000

struct adding {
	struct list node;              /* core->sims */
	struct core *core;
	struct request *request;       /* borrowed until done */
	struct kernel_sim sim;
	struct kernel_job job;
	bool made;                     /* only to be read */
	struct timer deadline;
};

bool sim_id(const struct kernel_handle *h, uint32_t *id)
{
	const size_t len = strlen(SIM_BUS);

	return strcmp(h->bus, SIM_BUS) == 0 &&
	       strncmp(h->dev, SIM_BUS, len) == 0 &&
	       parse_u32(h->dev + len, SIM_MAX_ID, id) == 0;
}

static struct device *find(struct core *core, uint32_t id)
{
	struct device *d;
	uint32_t other;

	list_for_each(d, &core->devices, node)
		if (sim_id(&d->info.handle, &other) && other == id)
			return d;
	return NULL;
}

static void finish(struct adding *a, const struct error *err)
{
	timer_cancel(&a->deadline);
	list_del(&a->node);
	a->request->done(a->request, err);
	free(a);
}

void sim_on_read(struct core *core, const struct device *d)
{
	const struct error none = { 0 };
	struct adding *a;
	uint32_t id;

	if (!sim_id(&d->info.handle, &id))
		return;
	list_for_each(a, &core->sims, node)
		if (a->made && a->sim.id == id)
			finish(a, &none);
}

static void on_deadline(struct timer *t)
{
	struct adding *a = container_of(t, struct adding, deadline);
	struct error err;

	(void)error_set(&err, ETIMEDOUT, "device %u was made but is not to be "
			"seen: somebody removed it, or it is in another "
			"network namespace", a->sim.id);
	finish(a, &err);
}

static void on_done(struct kernel_job *job)
{
	struct adding *a = container_of(job, struct adding, job);
	const struct device *d = find(a->core, a->sim.id);

	if (job->rc < 0) {
		finish(a, &job->err);
		return;
	}
	a->made = true;
	timer_set(a->core->loop, &a->deadline, DEADLINE_MS);
	if (d && d->read && !d->reading)
		sim_on_read(a->core, d);
}

/* One that is being made is not in the table yet. */
static bool is_taken(struct core *core, uint32_t id)
{
	const struct adding *a;

	list_for_each(a, &core->sims, node)
		if (a->sim.id == id)
			return true;
	return find(core, id) != NULL;
}

int sim_add(struct core *core, const struct kernel_sim *sim,
	    struct kernel_handle *out, struct request *r, struct error *err)
{
	struct adding *a;
	uint32_t id = sim->id == SIM_ANY ? 0 : sim->id;

	while (sim->id == SIM_ANY && is_taken(core, id))
		id++;
	if (is_taken(core, id))
		return error_set(err, EEXIST, "there is a device %u already",
				 id);
	a = calloc(1, sizeof(*a));
	if (!a)
		return error_set(err, ENOMEM, "out of memory");
	a->core = core;
	a->request = r;
	a->sim = *sim;
	a->sim.id = id;
	timer_init(&a->deadline, on_deadline);
	a->job.kind = JOB_SIM_ADD;
	a->job.sim = &a->sim;
	a->job.done = on_done;
	(void)snprintf(a->job.handle.bus, KERNEL_BUS_SIZE, SIM_BUS);
	(void)snprintf(a->job.handle.dev, KERNEL_DEV_SIZE, SIM_BUS "%u", id);
	*out = a->job.handle;
	list_add_tail(&core->sims, &a->node);
	core->kernel->ops->submit(core->kernel, &a->job);
	return 0;
}

int sim_del(struct core *core, struct device *d, struct request *r,
	    struct error *err)
{
	struct kernel_job job = { .kind = JOB_SIM_DEL };
	char handle[100];
	uint32_t id;

	if (!sim_id(&d->info.handle, &id))
		return error_set(err, EINVAL, "%s is no device of netdevsim",
				 device_handle_str(&d->info.handle, handle));
	return device_change_start(core, d, &job, r, err);
}

void sim_free_all(struct core *core)
{
	struct adding *a;

	list_for_each(a, &core->sims, node) {
		timer_cancel(&a->deadline);
		list_del(&a->node);
		free(a);
	}
}
