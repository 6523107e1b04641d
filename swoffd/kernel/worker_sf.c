/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Jobs that make and remove ports of scalable functions. */
#include <errno.h>

#include "swoffd/kernel/worker_priv.h"

static void take_port(const struct nlmsghdr *nlh, void *ctx)
{
	struct kernel_port port;
	uint32_t *index = ctx;

	if (!devlink_decode_port(nlh, &port))
		*index = port.index;
}

static int ask(struct worker *w, struct kernel_job *job, void *buf,
	       const char *what)
{
	int rc = worker_ask(w, buf, take_port, &job->sf->port, &job->err);

	if (rc == -EOPNOTSUPP && !job->err.extack[0])
		(void)error_set(&job->err, EOPNOTSUPP,
				"the driver has no scalable functions");
	return rc ? error_prefix(&job->err, "%s/%s: %s", job->handle.bus,
				 job->handle.dev, what) : 0;
}

int worker_sf_add(struct worker *w, struct kernel_job *job)
{
	int rc = worker_need_devlink(w, &job->err);
	request_buf buf;

	if (rc)
		return rc;
	job->sf->port = KERNEL_NO_NUMBER;
	devlink_encode_sf_add(buf, w->devlink.id, &job->handle, job->sf);
	return ask(w, job, buf, "add scalable function");
}

int worker_sf_del(struct worker *w, struct kernel_job *job)
{
	int rc = worker_need_devlink(w, &job->err);
	request_buf buf;

	if (rc)
		return rc;
	devlink_encode_port_del(buf, w->devlink.id, &job->handle,
				job->sf->port);
	return ask(w, job, buf, "delete scalable function");
}
