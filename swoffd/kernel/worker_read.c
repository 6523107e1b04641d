/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Functions as three places know them: the links of the PF, the ports of
 * devlink and its rates.  Each is asked once, however many VFs there are.
 */
#include <errno.h>
#include <linux/devlink.h>
#include <stdlib.h>
#include <string.h>

#include "swoffd/kernel/devlink_function.h"
#include "swoffd/kernel/vfinfo.h"
#include "swoffd/kernel/worker_priv.h"

#define MAX_FUNCTIONS 65536            /* more than any device has */

/* Room for one more; NULL with job->err. */
static struct kernel_function *room(struct kernel_job *job)
{
	struct kernel_function *f = job->functions;
	size_t n = job->n_functions;

	if (n == MAX_FUNCTIONS) {
		(void)error_set(&job->err, E2BIG, "the kernel tells of more "
				"than %d", MAX_FUNCTIONS);
		return NULL;
	}
	/* Grown at each power of two. */
	if ((n & (n - 1)) == 0)
		f = realloc(f, (n ? 2 * n : 1) * sizeof(*f));
	if (f)
		job->functions = f;
	else
		(void)error_set(&job->err, ENOMEM, "out of memory");
	return f;
}

static struct kernel_function *add(struct kernel_job *job)
{
	struct kernel_function *f;

	if (!room(job))
		return NULL;
	f = &job->functions[job->n_functions++];
	*f = (struct kernel_function){ .vf = KERNEL_NO_NUMBER,
				       .port_index = KERNEL_NO_NUMBER };
	return f;
}

static struct kernel_function *vf(struct kernel_job *job, uint32_t number)
{
	struct kernel_function *f;

	for (size_t i = 0; i < job->n_functions; i++)
		if (job->functions[i].vf == number)
			return &job->functions[i];
	f = add(job);
	if (f)
		f->vf = number;
	return f;
}

static void merge(struct devattrs *to, const struct devattrs *from)
{
	for (int id = 0; id < DEVATTR_N; id++)
		if (devattr_has(from, (enum devattr_id)id))
			to->num[id] = from->num[id];
	if (devattr_has(from, DEVATTR_PARENT))
		memcpy(to->parent, from->parent, sizeof(to->parent));
	to->mask |= from->mask;
}

static void take_vf(uint32_t number, const struct devattrs *attrs, void *ctx)
{
	struct kernel_function *f = vf(ctx, number);

	if (f)
		merge(&f->attrs, attrs);
}

static void take_link(const struct nlmsghdr *nlh, void *ctx)
{
	(void)vfinfo_decode(nlh, take_vf, ctx);
}

static bool is_ours(const struct kernel_job *job,
		    const struct kernel_handle *handle)
{
	return strcmp(job->handle.bus, handle->bus) == 0 &&
	       strcmp(job->handle.dev, handle->dev) == 0;
}

/* Functions of other hosts, on a SmartNIC, have a controller. */
static void take_port(const struct nlmsghdr *nlh, void *ctx)
{
	struct kernel_job *job = ctx;
	struct kernel_function *f;
	struct kernel_port port;
	struct devattrs attrs;

	if (devlink_decode_port(nlh, &port) < 0 ||
	    !is_ours(job, &port.handle) || port.flavour != PORT_PCI_VF ||
	    (port.controller && port.controller != KERNEL_NO_NUMBER) ||
	    devlink_decode_function(nlh, &attrs) < 0)
		return;
	f = vf(job, port.vf);
	if (!f || f->port_index != KERNEL_NO_NUMBER)
		return;
	f->port_index = port.index;
	merge(&f->attrs, &attrs);
}

/* Functions of other hosts too: their ports are here. */
static void take_sf(const struct nlmsghdr *nlh, void *ctx)
{
	struct kernel_job *job = ctx;
	struct kernel_function *f;
	struct kernel_port port;
	struct devattrs attrs;

	if (devlink_decode_port(nlh, &port) < 0 ||
	    !is_ours(job, &port.handle) || port.flavour != PORT_PCI_SF ||
	    devlink_decode_function(nlh, &attrs) < 0)
		return;
	f = add(job);
	if (!f)
		return;
	f->port_index = port.index;
	f->attrs = attrs;
}

static bool decode_rate(const struct kernel_job *job,
			const struct nlmsghdr *nlh,
			struct kernel_function *out)
{
	struct kernel_handle handle;

	return devlink_decode_handle(nlh, &handle) == 0 &&
	       is_ours(job, &handle) && devlink_decode_rate(nlh, out) == 0;
}

static void take_leaf(const struct nlmsghdr *nlh, void *ctx)
{
	struct kernel_job *job = ctx;
	struct kernel_function rate;

	if (!decode_rate(job, nlh, &rate) || rate.node[0])
		return;
	for (size_t i = 0; i < job->n_functions; i++)
		if (job->functions[i].port_index == rate.port_index)
			merge(&job->functions[i].attrs, &rate.attrs);
}

static void take_rate(const struct nlmsghdr *nlh, void *ctx)
{
	struct kernel_job *job = ctx;
	struct kernel_function rate, *f;

	if (!decode_rate(job, nlh, &rate))
		return;
	f = add(job);
	if (f)
		*f = rate;
}

/* Older kernels have no rates: then there are none. */
static int dump(struct worker *w, struct kernel_job *job, uint8_t cmd,
		nlsock_reply_fn take)
{
	request_buf buf;
	int rc;

	devlink_encode_dump(buf, w->devlink.id, cmd);
	rc = worker_ask(w, buf, take, job, &job->err);
	if (rc == -EOPNOTSUPP)
		job->err = (struct error){ 0 };
	return -job->err.code;
}

static void forget(struct kernel_job *job)
{
	free(job->functions);
	job->functions = NULL;
	job->n_functions = 0;
}

static int failed(struct kernel_job *job, const char *what)
{
	forget(job);
	return error_prefix(&job->err, "%s/%s: read %s", job->handle.bus,
			    job->handle.dev, what);
}

int worker_vf_read(struct worker *w, struct kernel_job *job)
{
	request_buf buf;
	int rc = worker_need_family(DEVLINK_GENL_NAME, &w->devlink,
				    &job->err);

	forget(job);
	if (!rc && job->ifindex) {
		vfinfo_encode_get(buf, job->ifindex);
		(void)worker_ask_route(w, buf, take_link, job, &job->err);
		rc = -job->err.code;
	}
	if (!rc)
		rc = dump(w, job, DEVLINK_CMD_PORT_GET, take_port);
	if (!rc)
		rc = dump(w, job, DEVLINK_CMD_RATE_GET, take_leaf);
	return rc ? failed(job, "VFs") : 0;
}

int worker_sf_read(struct worker *w, struct kernel_job *job)
{
	int rc = worker_need_devlink(w, &job->err);

	forget(job);
	if (!rc)
		rc = dump(w, job, DEVLINK_CMD_PORT_GET, take_sf);
	if (!rc)
		rc = dump(w, job, DEVLINK_CMD_RATE_GET, take_leaf);
	return rc ? failed(job, "scalable functions") : 0;
}

int worker_rate_read(struct worker *w, struct kernel_job *job)
{
	int rc = worker_need_family(DEVLINK_GENL_NAME, &w->devlink,
				    &job->err);

	forget(job);
	if (!rc)
		rc = dump(w, job, DEVLINK_CMD_RATE_GET, take_rate);
	return rc ? failed(job, "rates") : 0;
}
