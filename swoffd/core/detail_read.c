/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Details are read when somebody wants them; nothing is kept. */
#include <errno.h>
#include <stdlib.h>

#include "swoffd/core/device_priv.h"

struct reading {
	struct list node;              /* core->details */
	struct request *request;       /* borrowed until done, as job.list */
	struct kernel_job job;
};

static void on_read(struct kernel_job *job)
{
	struct reading *r = container_of(job, struct reading, job);

	if (job->rc == 0)
		job->err = (struct error){ 0 };
	list_del(&r->node);
	r->request->done(r->request, &job->err);
	free(r);
}

int detail_read(struct core *core, const struct device *d,
		struct detail_list *list, struct request *request,
		struct error *err)
{
	struct reading *r = calloc(1, sizeof(*r));

	if (!r)
		return error_set(err, ENOMEM, "out of memory");
	r->request = request;
	r->job.kind = JOB_DETAIL_READ;
	r->job.list = list;
	r->job.done = on_read;
	if (d)
		r->job.handle = d->info.handle;
	list_add_tail(&core->details, &r->node);
	core->kernel->ops->submit(core->kernel, &r->job);
	return 0;
}

void detail_read_free_all(struct core *core)
{
	struct reading *r;

	list_for_each(r, &core->details, node) {
		list_del(&r->node);
		free(r);
	}
}
