/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A job a device, after those of rep_refresh(), which the worker does first. */
#include "swoffd/core/rep_places.h"

#include <errno.h>
#include <stdlib.h>

#include "swoffd/core/device_priv.h"

struct place {
	struct kernel_job job;
	struct preflight vfs;
	struct rep_places *all;
};

struct rep_places {
	struct list node;              /* core->places, while it is read */
	struct core *core;
	struct rep_places_request *request;
	struct request refreshed;
	size_t n, n_running;
	struct place each[];
};

void rep_places_free(struct rep_places *p)
{
	if (!p)
		return;
	list_del(&p->node);
	for (size_t i = 0; i < p->n; i++)
		preflight_fini(&p->each[i].vfs);
	free(p);
}

void rep_places_free_all(struct core *core)
{
	struct rep_places *p;

	list_for_each(p, &core->places, node)
		rep_places_free(p);
}

static void finish(struct rep_places *p)
{
	struct error none = { 0 };

	if (--p->n_running)
		return;
	list_del(&p->node);
	p->request->places = p;
	p->request->base.done(&p->request->base, &none);
}

/* Of a device that has gone meanwhile there is nothing. */
static void on_read(struct kernel_job *job)
{
	finish(container_of(job, struct place, job)->all);
}

static void on_refreshed(struct request *r, const struct error *err)
{
	(void)err;      /* what could not be read stays as it was told */
	finish(container_of(r, struct rep_places, refreshed));
}

int rep_places_read(struct core *core, const struct device *d,
		    struct rep_places_request *r, struct error *err)
{
	const struct device *each;
	struct rep_places *p;
	size_t n = 0;

	list_for_each(each, &core->devices, node)
		n += !d || each == d;
	p = calloc(1, sizeof(*p) + n * sizeof(p->each[0]));
	if (!p)
		return error_set(err, ENOMEM, "out of memory");
	p->core = core;
	p->request = r;
	p->refreshed.done = on_refreshed;
	list_add_tail(&core->places, &p->node);
	p->n_running = 1 + n;
	rep_refresh(core, d, &p->refreshed);
	list_for_each(each, &core->devices, node) {
		struct place *one = &p->each[p->n];

		if (d && each != d)
			continue;
		p->n++;
		one->all = p;
		one->job = (struct kernel_job){
			.kind = JOB_VF_PLACES,
			.handle = each->info.handle,
			.preflight = &one->vfs,
			.done = on_read,
		};
		core->kernel->ops->submit(core->kernel, &one->job);
	}
	return 0;
}

const struct preflight_vf *rep_places_vf(const struct rep_places *p,
					 const struct rep *rep)
{
	const struct kernel_port *port = &rep->port->info;

	/* Functions of other hosts, on a SmartNIC, have a controller. */
	if (port->flavour != PORT_PCI_VF ||
	    (port->controller && port->controller != KERNEL_NO_NUMBER))
		return NULL;
	for (size_t i = 0; i < p->n; i++) {
		const struct place *one = &p->each[i];

		if (!kernel_handle_equal(&one->job.handle,
					 &rep->device->info.handle))
			continue;
		for (size_t j = 0; j < one->vfs.n_vfs; j++)
			if (one->vfs.vfs[j].vf == port->vf)
				return &one->vfs.vfs[j];
	}
	return NULL;
}
