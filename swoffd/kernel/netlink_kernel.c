/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Puts the parts together: commands, dumps, notifications and jobs. */
#include "swoffd/kernel/netlink_kernel.h"

#include <errno.h>
#include <string.h>

#include "swoffd/kernel/notify.h"
#include "swoffd/kernel/tcdump.h"
#include "swoffd/kernel/tcqueue.h"
#include "swoffd/kernel/worker.h"

struct netlink_kernel {
	struct kernel base;
	struct notify *notify;
	struct tcqueue *queue;
	struct tcdump *dump;
	struct worker *worker;
};

static struct netlink_kernel *self(struct kernel *k)
{
	return container_of(k, struct netlink_kernel, base);
}

static int op_start(struct kernel *k, struct error *err)
{
	return notify_start(self(k)->notify, err);
}

static void op_submit(struct kernel *k, struct kernel_job *job)
{
	worker_submit(self(k)->worker, job);
}

static int op_tc_queue(struct kernel *k, const struct kernel_request *req)
{
	return tcqueue_add(self(k)->queue, req);
}

static void op_tc_flush(struct kernel *k)
{
	tcqueue_flush(self(k)->queue);
}

static int op_tc_dump(struct kernel *k, const struct kernel_dump *dump)
{
	return tcdump_start(self(k)->dump, dump);
}

static void op_tc_dump_more(struct kernel *k)
{
	tcdump_more(self(k)->dump);
}

static const struct kernel_ops ops = {
	.start = op_start,
	.submit = op_submit,
	.tc_queue = op_tc_queue,
	.tc_flush = op_tc_flush,
	.tc_dump = op_tc_dump,
	.tc_dump_more = op_tc_dump_more,
};

int kernel_netlink_new(struct loop *loop, const char *root,
		       struct kernel **out, struct error *err)
{
	struct netlink_kernel *nk = calloc(1, sizeof(*nk));
	AUTO(kernel_netlink_free) struct kernel *k = nk ? &nk->base : NULL;
	int rc;

	if (!k)
		return error_set(err, ENOMEM, "%s", strerror(ENOMEM));
	k->ops = &ops;
	rc = notify_new(loop, k, &nk->notify);
	if (!rc)
		rc = worker_new(loop, root, &nk->worker);
	if (rc)
		return error_set(err, -rc, "kernel: %s", strerror(-rc));
	rc = tcqueue_new(loop, k, &nk->queue, err);
	if (!rc)
		rc = tcdump_new(loop, k, &nk->dump, err);
	if (rc)
		return rc;
	*out = steal_ptr(k);
	return 0;
}

void kernel_netlink_free(struct kernel *k)
{
	struct netlink_kernel *nk;

	if (!k)
		return;
	nk = self(k);
	worker_free(nk->worker);
	tcqueue_free(nk->queue);
	tcdump_free(nk->dump);
	notify_free(nk->notify);
	free(nk);
}
