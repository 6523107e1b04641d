/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Jobs of the fake kernel: what drivers do and refuse. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fake_parts.h"

#define ID_CONNECTX6LX 0x15b3101f

static void make_vfs(struct fake_device *d, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		struct preflight_vf *vf = &d->functions[i];

		*vf = (struct preflight_vf){ .vf = i,
					     .driver = FAKE_VF_DRIVER };
		(void)snprintf(vf->pci, sizeof(vf->pci), "0000:03:%02x.%u",
			       (i + 2) / 8, (i + 2) % 8);
	}
}

struct fake_device *fake_device_become(struct fake_kernel *fk,
				       const char *handle, const char *driver,
				       uint32_t pci_id)
{
	struct fake_device *d = fake_device_find(fk, handle);

	(void)snprintf(d->info.driver, sizeof(d->info.driver), "%s", driver);
	d->pci_id = pci_id;
	d->pci_vfs = true;
	make_vfs(d, d->info.vf_count);
	if (strcmp(driver, "mlx5_core") == 0)
		strcpy(fake_param_add(d, "flow_steering_mode", DETAIL_STRING,
				      DETAIL_RUNTIME, false)
			       ->values[DETAIL_RUNTIME].text, "dmfs");
	return d;
}

static uint32_t n_pci_vfs(const struct fake_device *d)
{
	return d->pci_vfs ? d->info.vf_count : 0;
}

static int device_read(struct fake_kernel *fk, struct fake_device *d,
		       struct kernel_job *job)
{
	(void)fk;
	job->device = d->info;
	return 0;
}

static int refuse(struct kernel_job *job, int err, const char *extack)
{
	int rc = error_set(&job->err, err, "%s", extack);

	(void)snprintf(job->err.extack, sizeof(job->err.extack), "%s", extack);
	return rc;
}

static int check_mode(const struct fake_device *d, struct kernel_job *job)
{
	bool no_vfs = strcmp(d->info.driver, "ice") == 0 ||
		      d->pci_id == ID_CONNECTX6LX;

	if (d->n_nodes)
		return refuse(job, EBUSY, "Rate node(s) exists.");
	if (d->pci_vfs && no_vfs && d->info.vf_count)
		return refuse(job, EOPNOTSUPP, "fake: there are VFs");
	for (uint32_t i = 0; i < n_pci_vfs(d); i++)
		if (strcmp(d->info.driver, "mlx5_core") == 0 &&
		    d->functions[i].driver[0])
			return refuse(job, EBUSY, "fake: E-Switch is busy");
	return 0;
}

static int eswitch_set(struct fake_kernel *fk, struct fake_device *d,
		       struct kernel_job *job)
{
	const struct kernel_device *want = &job->device;
	int rc;

	if (want->inline_mode != ESWITCH_INLINE_UNKNOWN)
		d->info.inline_mode = want->inline_mode;
	if (want->encap_mode != ESWITCH_ENCAP_UNKNOWN)
		d->info.encap_mode = want->encap_mode;
	if (want->mode == ESWITCH_MODE_UNKNOWN || want->mode == d->info.mode)
		return 0;
	rc = check_mode(d, job);
	if (rc == 0 && !fk->deaf)
		fake_device_set_mode(fk, d, want->mode);
	return rc;
}

static int vf_count_set(struct fake_kernel *fk, struct fake_device *d,
			struct kernel_job *job)
{
	uint32_t n = job->device.vf_count;

	if (n > d->info.vf_max)
		return error_set(&job->err, ERANGE,
				 "more than the %u it can have",
				 d->info.vf_max);
	d->info.vf_count = n;
	fake_function_reset(d);
	if (d->pci_vfs)
		make_vfs(d, n);
	fake_settle_vf_ports(fk, d);
	return 0;
}

static void read_param(struct fake_device *d, struct preflight_param *to)
{
	const struct detail_param *p = fake_param_find(d, to->name);

	if (p)
		(void)snprintf(to->value, sizeof(to->value), "%.*s",
			       (int)sizeof(to->value) - 1,
			       p->values[DETAIL_RUNTIME].text);
}

static int read_functions(struct fake_kernel *fk, struct fake_device *d,
			  struct preflight *p)
{
	struct kernel_job job = { .kind = JOB_VF_READ };
	int rc = fake_function_run(fk, d, &job);

	p->functions = reallocarray(job.functions,
				    job.n_functions + d->n_nodes + 1,
				    sizeof(p->functions[0]));
	if (rc || !p->functions)
		return rc ? rc : -ENOMEM;
	memcpy(p->functions + job.n_functions, d->nodes,
	       d->n_nodes * sizeof(d->nodes[0]));
	p->n_functions = job.n_functions + d->n_nodes;
	return 0;
}

static int preflight(struct fake_kernel *fk, struct fake_device *d,
		     struct kernel_job *job)
{
	struct preflight *p = job->preflight;

	p->device = d->info;
	p->pci_id = d->pci_id;
	(void)snprintf(p->firmware, sizeof(p->firmware), "1.2.3");
	for (size_t i = 0; i < p->n_params; i++)
		read_param(d, &p->params[i]);
	p->n_vfs = n_pci_vfs(d);
	p->vfs = p->n_vfs ? calloc(p->n_vfs, sizeof(p->vfs[0])) : NULL;
	if (p->vfs)
		memcpy(p->vfs, d->functions, p->n_vfs * sizeof(p->vfs[0]));
	return read_functions(fk, d, p);
}

static int vf_places(struct fake_kernel *fk, struct fake_device *d,
		     struct kernel_job *job)
{
	struct preflight *p = job->preflight;

	(void)fk;
	p->n_vfs = n_pci_vfs(d);
	p->vfs = p->n_vfs ? calloc(p->n_vfs, sizeof(p->vfs[0])) : NULL;
	for (uint32_t i = 0; p->vfs && i < p->n_vfs; i++) {
		p->vfs[i].vf = d->functions[i].vf;
		memcpy(p->vfs[i].pci, d->functions[i].pci,
		       sizeof(p->vfs[i].pci));
		memcpy(p->vfs[i].netdev, d->functions[i].netdev,
		       sizeof(p->vfs[i].netdev));
	}
	return 0;
}

static int vf_unbind(struct fake_kernel *fk, struct fake_device *d,
		     struct kernel_job *job)
{
	(void)fk;
	(void)job;
	for (uint32_t i = 0; i < n_pci_vfs(d); i++)
		d->functions[i].driver[0] = '\0';
	return 0;
}

static int vf_bind(struct fake_kernel *fk, struct fake_device *d,
		   struct kernel_job *job)
{
	const struct preflight *to = job->preflight;

	(void)fk;
	for (size_t i = 0; i < to->n_vfs && i < n_pci_vfs(d); i++)
		d->functions[i] = to->vfs[i];
	return 0;
}

/* Drivers are FAKE_VF_DRIVER, which is the kernel's choice, and vfio-pci. */
static int vf_driver(struct fake_kernel *fk, struct fake_device *d,
		     struct kernel_job *job)
{
	const char *driver = job->vf->driver;
	struct preflight_vf *vf;

	(void)fk;
	if (job->vf->vf >= n_pci_vfs(d))
		return refuse(job, EOPNOTSUPP, "it is no function of PCI");
	vf = &d->functions[job->vf->vf];
	if (vf->pid)
		return error_set(&job->err, EBUSY, "%s is held by %s (process "
				 "%u) through %s", vf->pci, vf->process,
				 vf->pid, vf->node);
	if (driver[0] && strcmp(driver, "vfio-pci") != 0 &&
	    strcmp(driver, FAKE_VF_DRIVER) != 0)
		return error_set(&job->err, ENOENT, "there is no driver '%s'",
				 driver);
	if (job->kind == JOB_VF_DRIVER_SET)
		strcpy(vf->override, driver);
	if (job->kind == JOB_VF_DRIVER_SET && !driver[0])
		driver = FAKE_VF_DRIVER;
	(void)snprintf(vf->driver, sizeof(vf->driver), "%s", driver);
	*job->vf = *vf;
	return 0;
}

static int read_detail(struct fake_kernel *fk, struct fake_device *d,
		       struct kernel_job *job)
{
	return fake_detail_read(fk, d, job->list);
}

static int (*const jobs[JOB_N])(struct fake_kernel *fk, struct fake_device *d,
				struct kernel_job *job) = {
	[JOB_DEVICE_READ] = device_read,
	[JOB_ESWITCH_SET] = eswitch_set,
	[JOB_VF_COUNT_SET] = vf_count_set,
	[JOB_VF_READ] = fake_function_run,
	[JOB_VF_SET] = fake_function_run,
	[JOB_RATE_READ] = fake_function_run,
	[JOB_RATE_SET] = fake_function_run,
	[JOB_RATE_ADD] = fake_function_run,
	[JOB_RATE_DEL] = fake_function_run,
	[JOB_RATE_CLEAR] = fake_function_run,
	[JOB_DETAIL_READ] = read_detail,
	[JOB_HEALTH_RECOVER] = fake_health_recover,
	[JOB_PARAM_SET] = fake_param_set,
	[JOB_SIM_DEL] = fake_sim_del,
	[JOB_SF_ADD] = fake_sf_add,
	[JOB_SF_DEL] = fake_sf_del,
	[JOB_SF_READ] = fake_function_run,
	[JOB_SF_SET] = fake_function_run,
	[JOB_PREFLIGHT] = preflight,
	[JOB_VF_PLACES] = vf_places,
	[JOB_VF_UNBIND] = vf_unbind,
	[JOB_VF_BIND] = vf_bind,
	[JOB_VF_DRIVER_SET] = vf_driver,
	[JOB_VF_DRIVER_DROP] = vf_driver,
};

static int link_job(struct fake_kernel *fk, struct kernel_job *job)
{
	struct fake_link *l = fake_link_of(fk, job->ifindex);

	if (!l)
		return error_set(&job->err, ENODEV, "no such device");
	if (job->kind == JOB_LINK_SET)
		return fake_link_set(fk, l, job);
	if (job->kind == JOB_LINK_NAME)
		return fake_link_name(fk, l, job);
	if (job->kind == JOB_LINK_READ)
		*job->link = l->info;
	if (job->kind == JOB_TC_OFFLOAD_ON)
		l->tc_offload = true;
	job->tc_offload = l->tc_offload;
	return 0;
}

int fake_job_run(struct fake_kernel *fk, struct kernel_job *job)
{
	char handle[FAKE_HANDLE_SIZE];
	struct fake_device *d;

	if (job->kind == JOB_SIM_ADD)
		return fake_sim_add(fk, job);
	if (job->kind == JOB_DETAIL_READ && !job->handle.bus[0])
		return fake_detail_read(fk, NULL, job->list);
	if (!jobs[job->kind])
		return link_job(fk, job);
	fake_handle_str(&job->handle, handle);
	d = fake_device_find(fk, handle);
	if (!d)
		return error_set(&job->err, ENODEV, "no such device");
	return jobs[job->kind](fk, d, job);
}
