/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What there is before a mode changes, and who drives VFs. */
#include <errno.h>
#include <linux/devlink.h>
#include <linux/netlink.h>
#include <stdlib.h>
#include <string.h>

#include "swoffd/kernel/devlink_preflight.h"
#include "swoffd/kernel/filter.h"
#include "swoffd/kernel/sysfs_driver.h"
#include "swoffd/kernel/sysfs_vf.h"
#include "swoffd/kernel/worker_priv.h"

#define DUMP_MS 30000

static void take_param(const struct nlmsghdr *nlh, void *ctx)
{
	(void)devlink_decode_param_text(nlh, ctx);
}

static void take_firmware(const struct nlmsghdr *nlh, void *ctx)
{
	(void)devlink_decode_firmware(nlh, ctx);
}

/* What a driver does not have stays "". */
static void read_devlink(struct worker *w, struct preflight *p)
{
	request_buf buf;

	devlink_encode_get(buf, w->devlink.id, DEVLINK_CMD_INFO_GET,
			   &p->handle);
	(void)worker_ask(w, buf, take_firmware, p->firmware, NULL);
	for (size_t i = 0; i < p->n_params; i++) {
		devlink_encode_param_get(buf, w->devlink.id, &p->handle,
					 p->params[i].name);
		(void)worker_ask(w, buf, take_param, p->params[i].value, NULL);
	}
}

static void take_filter(const struct nlmsghdr *nlh, void *ctx)
{
	struct preflight_link *l = ctx;
	struct kernel_filter f;

	if (filter_decode_terse(nlh, &f))
		return;
	if (f.has_cookie && kernel_cookie_is_ours(f.cookie)) {
		l->n_ours_hw += f.in_hw;
		return;
	}
	l->n_foreign++;
	l->n_foreign_hw += f.in_hw;
}

/* A device without rules, or gone by now, has none. */
static void count_filters(struct nlsock *sock, struct preflight_link *l)
{
	const struct kernel_dump dump = {
		.ifindex = l->ifindex, .hook = RULE_INGRESS, .terse = true,
	};
	_Alignas(NLMSG_ALIGNTO) char buf[256];

	if (!filter_encode_dump(buf, sizeof(buf), &dump))
		(void)nlsock_request(sock, (void *)buf, DUMP_MS, take_filter,
				     l, NULL);
}

static int read_links(struct preflight *p, struct error *err)
{
	struct nlsock sock = { 0 };
	int rc = nlsock_open(&sock, NETLINK_ROUTE, NLSOCK_STRICT_DUMP, err);

	for (size_t i = 0; !rc && i < p->n_links; i++)
		count_filters(&sock, &p->links[i]);
	nlsock_close(&sock);
	return rc;
}

static uint32_t uplink(const struct preflight *p)
{
	for (size_t i = 0; i < p->n_links; i++)
		if (p->links[i].uplink)
			return p->links[i].ifindex;
	return 0;
}

/* Leaves are told with their VFs: behind those come nodes. */
static int add_nodes(struct preflight *p, const struct kernel_job *job)
{
	size_t n = p->n_functions + job->n_functions;
	struct kernel_function *f = reallocarray(p->functions, n ? n : 1,
						 sizeof(*f));

	if (!f)
		return -ENOMEM;
	p->functions = f;
	for (size_t i = 0; i < job->n_functions; i++)
		if (job->functions[i].node[0])
			f[p->n_functions++] = job->functions[i];
	return 0;
}

static int read_functions(struct worker *w, struct kernel_job *job)
{
	struct preflight *p = job->preflight;
	int rc;

	job->ifindex = uplink(p);
	rc = worker_vf_read(w, job);
	p->functions = steal_ptr(job->functions);
	p->n_functions = job->n_functions;
	job->n_functions = 0;
	if (!rc)
		rc = worker_rate_read(w, job);
	if (!rc && add_nodes(p, job) < 0)
		rc = error_set(&job->err, ENOMEM, "out of memory");
	free(job->functions);
	job->functions = NULL;
	return rc;
}

int worker_preflight(struct worker *w, struct kernel_job *job)
{
	struct preflight *p = job->preflight;
	int rc = worker_device_read(w, job);

	if (rc)
		return rc;
	p->device = job->device;
	p->pci_id = sysfs_pci_id(w->root, &p->handle);
	read_devlink(w, p);
	rc = sysfs_vf_list(w->root, &p->handle, &p->vfs, &p->n_vfs);
	if (rc)
		return error_set(&job->err, -rc, "%s/%s: read VFs: %s",
				 p->handle.bus, p->handle.dev, strerror(-rc));
	rc = read_links(p, &job->err);
	return rc ? rc : read_functions(w, job);
}

int worker_vf_places(struct worker *w, struct kernel_job *job)
{
	struct preflight *p = job->preflight;
	int rc = sysfs_vf_places(w->root, &job->handle, &p->vfs, &p->n_vfs);

	return rc ? error_set(&job->err, -rc, "%s/%s: read VFs: %s",
			      job->handle.bus, job->handle.dev,
			      strerror(-rc)) : 0;
}

int worker_vf_unbind(struct worker *w, struct kernel_job *job)
{
	const struct preflight *p = job->preflight;
	int rc = 0;

	for (size_t i = 0; !rc && i < p->n_vfs; i++)
		if (p->vfs[i].driver[0])
			rc = sysfs_vf_unbind(w->root, &job->handle,
					     p->vfs[i].vf, &job->err);
	return rc;
}

/* All that can be bound are, whatever becomes of one. */
int worker_vf_bind(struct worker *w, struct kernel_job *job)
{
	const struct preflight *p = job->preflight;
	struct error err;
	int rc = 0;

	for (size_t i = 0; i < p->n_vfs; i++)
		if (sysfs_vf_bind(w->root, &job->handle, &p->vfs[i], &err)) {
			job->err = err;
			rc = -err.code;
		}
	return rc;
}

int worker_vf_driver(struct worker *w, struct kernel_job *job)
{
	enum sysfs_driver_how how = SYSFS_DRIVER_NAMED;

	if (job->kind == JOB_VF_DRIVER_DROP)
		how = SYSFS_DRIVER_NONE;
	else if (!job->vf->driver[0])
		how = SYSFS_DRIVER_DEFAULT;
	return sysfs_driver_set(w->root, &job->handle, how, job->vf,
				&job->err);
}
