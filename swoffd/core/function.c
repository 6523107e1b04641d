/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading and setting what functions and rates have; a job each. */
#include "swoffd/core/function.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "swoffd/core/device_priv.h"

struct reading {
	struct list node;              /* core->readings */
	struct kernel_job job;
	struct function_request *request;
};

static void reading_free(struct reading *rd)
{
	list_del(&rd->node);
	free(rd->job.functions);
	free(rd);
}

void function_free_all(struct core *core)
{
	struct reading *rd;

	list_for_each(rd, &core->readings, node)
		reading_free(rd);
}

static int by_number(const void *a, const void *b)
{
	const struct kernel_function *x = a, *y = b;

	return (x->vf > y->vf) - (x->vf < y->vf);
}

static void on_read(struct kernel_job *job)
{
	struct reading *rd = container_of(job, struct reading, job);
	struct function_request *r = rd->request;
	struct error none = { 0 };

	if (job->kind == JOB_VF_READ && job->n_functions)
		qsort(job->functions, job->n_functions,
		      sizeof(job->functions[0]), by_number);
	r->functions = job->functions;
	r->n = job->n_functions;
	r->base.done(&r->base, job->rc < 0 ? &job->err : &none);
	reading_free(rd);
}

static int start_reading(struct core *core, struct device *d,
			 enum kernel_job_kind kind,
			 struct function_request *r, struct error *err)
{
	struct reading *rd = calloc(1, sizeof(*rd));

	if (!rd)
		return error_set(err, ENOMEM, "out of memory");
	rd->request = r;
	rd->job.kind = kind;
	rd->job.handle = d->info.handle;
	rd->job.ifindex = device_uplink_ifindex(core, d);
	rd->job.done = on_read;
	list_add_tail(&core->readings, &rd->node);
	core->kernel->ops->submit(core->kernel, &rd->job);
	return 0;
}

int vf_read(struct core *core, struct device *d, struct function_request *r,
	    struct error *err)
{
	return start_reading(core, d, JOB_VF_READ, r, err);
}

int sf_read(struct core *core, struct device *d, struct function_request *r,
	    struct error *err)
{
	return start_reading(core, d, JOB_SF_READ, r, err);
}

int rate_read(struct core *core, struct device *d, struct function_request *r,
	      struct error *err)
{
	return start_reading(core, d, JOB_RATE_READ, r, err);
}

static int no_vf(const struct device *d, uint32_t vf, struct error *err)
{
	uint32_t count = d->info.vf_count;
	char handle[100];

	device_handle_str(&d->info.handle, handle);
	if (count == KERNEL_NO_NUMBER)
		return error_set(err, ENODEV, "%s: no VF %u: no SR-IOV here",
				 handle, vf);
	if (!count)
		return error_set(err, ENODEV, "%s: no VF %u, as there are no "
				 "VFs; `swctl vf count` makes some", handle,
				 vf);
	return error_set(err, ENODEV, "%s: no VF %u; there are 0 to %u",
			 handle, vf, count - 1);
}

static bool has_vf(const struct device *d, uint32_t vf)
{
	return d->info.vf_count != KERNEL_NO_NUMBER && vf < d->info.vf_count;
}

int vf_set(struct core *core, struct device *d, uint32_t vf,
	   const struct devattrs *attrs, struct request *r, struct error *err)
{
	struct kernel_job job = {
		.kind = JOB_VF_SET,
		.ifindex = device_uplink_ifindex(core, d),
		.function = { .vf = vf, .port_index = KERNEL_NO_NUMBER,
			      .attrs = *attrs },
	};

	if (!has_vf(d, vf))
		return no_vf(d, vf, err);
	return device_change_start(core, d, &job, r, err);
}

static int change_driver(struct core *core, struct device *d,
			 enum kernel_job_kind kind, struct preflight_vf *vf,
			 struct request *r, struct error *err)
{
	struct kernel_job job = { .kind = kind, .vf = vf };

	if (!has_vf(d, vf->vf))
		return no_vf(d, vf->vf, err);
	return device_change_start(core, d, &job, r, err);
}

int vf_bind(struct core *core, struct device *d, struct preflight_vf *vf,
	    struct request *r, struct error *err)
{
	return change_driver(core, d, JOB_VF_DRIVER_SET, vf, r, err);
}

int vf_unbind(struct core *core, struct device *d, struct preflight_vf *vf,
	      struct request *r, struct error *err)
{
	return change_driver(core, d, JOB_VF_DRIVER_DROP, vf, r, err);
}

int sf_find(struct core *core, const char *name, struct device **d,
	    uint32_t *port, struct error *err)
{
	char handle[100];
	struct rep rep;
	int rc = rep_find(core, name, &rep, err);

	if (rc < 0)
		return rc;
	if (rep.port->info.flavour != PORT_PCI_SF)
		return error_set(err, EINVAL,
				 "'%.64s' is no scalable function but a port of "
				 "flavour %s", name,
				 port_flavour_str(rep.port->info.flavour));
	*d = device_find(core, device_handle_str(&rep.device->info.handle,
						 handle), err);
	if (!*d)
		return -ENODEV;
	*port = rep.port->info.index;
	return 0;
}

int sf_set(struct core *core, struct device *d, uint32_t port,
	   const struct devattrs *attrs, struct request *r, struct error *err)
{
	struct kernel_job job = {
		.kind = JOB_SF_SET,
		.function = { .vf = KERNEL_NO_NUMBER, .port_index = port,
			      .attrs = *attrs },
	};

	return device_change_start(core, d, &job, r, err);
}

static int change_rate(struct core *core, struct device *d,
		       enum kernel_job_kind kind,
		       const struct kernel_function *rate, struct request *r,
		       struct error *err)
{
	struct kernel_job job = { .kind = kind, .function = *rate };
	char handle[100];

	if (kind != JOB_RATE_SET && !rate->node[0])
		return error_set(err, EINVAL, "%s/%u: a leaf comes and goes "
				 "with its port; the name of a node is not a "
				 "number",
				 device_handle_str(&d->info.handle, handle),
				 rate->port_index);
	return device_change_start(core, d, &job, r, err);
}

int rate_set(struct core *core, struct device *d,
	     const struct kernel_function *rate, struct request *r,
	     struct error *err)
{
	return change_rate(core, d, JOB_RATE_SET, rate, r, err);
}

int rate_add(struct core *core, struct device *d,
	     const struct kernel_function *rate, struct request *r,
	     struct error *err)
{
	return change_rate(core, d, JOB_RATE_ADD, rate, r, err);
}

int rate_del(struct core *core, struct device *d,
	     const struct kernel_function *rate, struct request *r,
	     struct error *err)
{
	return change_rate(core, d, JOB_RATE_DEL, rate, r, err);
}
