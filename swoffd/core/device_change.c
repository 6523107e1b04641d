/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Changes of one device that are one job: of its VFs, rates, parameters.  One
 * at a time, in the worker; answered once the device has been read again.
 */
#include <errno.h>
#include <stdio.h>

#include "common/base/log.h"
#include "swoffd/core/device_priv.h"
#include "swoffd/core/event_tell.h"
#include "swoffd/core/plan_run.h"
#include "swoffd/core/want.h"

struct device_change {
	struct device *device;         /* held */
	struct request *request;       /* borrowed until done */
	struct kernel_job job;
	struct kernel_job asked;       /* the job changes what it is given */
	bool done;                     /* the job is; now it is read back */
};

void device_change_free(struct device_change *c)
{
	if (!c)
		return;
	free(c->job.functions);
	free(c);
}

static void finish(struct device_change *c)
{
	struct device *d = c->device;

	d->change = NULL;
	if (!c->job.err.code)
		want_changed(d, &c->asked);
	c->request->done(c->request, &c->job.err);
	device_release(d);
	device_change_free(c);
}

void device_change_on_read(struct device *d)
{
	if (d->change && d->change->done)
		finish(d->change);
}

static void on_done(struct kernel_job *job)
{
	struct device_change *c = container_of(job, struct device_change, job);

	c->device->kernel_us += job->took_us;
	if (job->rc < 0)
		log_warning("%s", job->err.msg);
	else
		job->err = (struct error){ 0 };
	event_tell_change(c->device, job);
	c->done = true;
	if (c->device->gone)
		finish(c);
	else
		device_mark_dirty(c->device);
}

int device_check_idle(const struct device *d, struct error *err)
{
	char handle[100];

	(void)device_handle_str(&d->info.handle, handle);
	if (!list_empty(&d->core->after_runs))
		return error_set(err, EBUSY, "%s: the daemon is stopping",
				 handle);
	if (d->run)
		return error_set(err, EBUSY, "%s: another change is under way "
				 "(%s); try again when it is done", handle,
				 plan_run_doing(d->run));
	if (d->change)
		return error_set(err, EBUSY, "%s: another change is under way; "
				 "try again when it is done", handle);
	return 0;
}

int device_change_start(struct core *core, struct device *d,
			const struct kernel_job *job, struct request *r,
			struct error *err)
{
	struct device_change *c;
	int rc = device_check_idle(d, err);

	if (rc < 0)
		return rc;
	c = calloc(1, sizeof(*c));
	if (!c)
		return error_set(err, ENOMEM, "out of memory");
	c->device = d;
	c->request = r;
	c->job = *job;
	c->job.handle = d->info.handle;
	c->job.done = on_done;
	c->asked = c->job;
	d->change = c;
	device_hold(d);
	core->kernel->ops->submit(core->kernel, &c->job);
	return 0;
}

int device_set_vf_count(struct core *core, struct device *d, uint32_t count,
			struct request *r, struct error *err)
{
	struct kernel_job job = {
		.kind = JOB_VF_COUNT_SET,
		.device = { .vf_count = count },
	};

	return device_change_start(core, d, &job, r, err);
}

int device_health_recover(struct core *core, struct device *d,
			  const struct detail_reporter *reporter,
			  struct request *r, struct error *err)
{
	struct kernel_job job = {
		.kind = JOB_HEALTH_RECOVER,
		.reporter = reporter,
	};

	return device_change_start(core, d, &job, r, err);
}

static int no_such_mode(const struct detail_param *p, enum detail_cmode mode,
			struct error *err)
{
	char modes[64] = "";
	size_t used = 0;

	for (int i = 0; i < DETAIL_N_CMODES; i++)
		if (p->values[i].has)
			used += (size_t)snprintf(modes + used,
						 sizeof(modes) - used, " %s",
						 detail_cmode_str((enum detail_cmode)i));
	return error_set(err, EOPNOTSUPP,
			 "parameter '%s' has no value of cmode %s; it has:%s",
			 p->name, detail_cmode_str(mode), modes);
}

int device_param_set(struct core *core, struct device *d,
		     struct detail_param *param, enum detail_cmode mode,
		     const char *text, struct request *r, struct error *err)
{
	struct kernel_job job = {
		.kind = JOB_PARAM_SET,
		.param = param,
		.cmode = (int)mode,
	};
	struct detail_value value;
	int rc;

	if (!param->values[mode].has)
		return no_such_mode(param, mode, err);
	rc = detail_param_parse(param, text, &value, err);
	if (rc < 0)
		return rc;
	if (detail_value_equal(param, &value, &param->values[mode])) {
		core_wait_ready(core, r);
		return 0;
	}
	param->values[mode] = value;
	return device_change_start(core, d, &job, r, err);
}

int device_sf_add(struct core *core, struct device *d, struct kernel_sf *sf,
		  struct request *r, struct error *err)
{
	struct kernel_job job = { .kind = JOB_SF_ADD, .sf = sf };

	return device_change_start(core, d, &job, r, err);
}

int device_sf_del(struct core *core, struct device *d, struct kernel_sf *sf,
		  struct request *r, struct error *err)
{
	struct kernel_job job = { .kind = JOB_SF_DEL, .sf = sf };

	return device_change_start(core, d, &job, r, err);
}
