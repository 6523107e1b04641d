/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Nodes first, then their parents, then VFs, which may have nodes as parents.
 * Each stage but the reading ones walks through what is wanted.
 */
#include "swoffd/core/putback.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "swoffd/core/device_priv.h"
#include "swoffd/core/function.h"

enum stage { READ_NODES, ADD_NODES, SET_NODES, READ_VFS, SET_VFS, THE_END };

struct putback {
	struct list node;              /* core->putbacks */
	struct device *device;         /* held */
	struct putback_request *request;
	enum stage stage;
	size_t at;                     /* in what is wanted */
	struct kernel_function *have;  /* as read in this stage or before */
	size_t n_have;
	struct kernel_job job;
	struct error err;              /* the first refusal */
	size_t n_refused;
};

static void go_on(struct putback *pb);

static void putback_free(struct putback *pb)
{
	list_del(&pb->node);
	if (pb->job.functions != pb->have)
		free(pb->job.functions);
	free(pb->have);
	free(pb);
}

void putback_free_all(struct core *core)
{
	struct putback *pb;

	list_for_each(pb, &core->putbacks, node)
		putback_free(pb);
}

static void refused(struct putback *pb, const struct error *err)
{
	if (!pb->n_refused++)
		pb->err = *err;
}

static void end(struct putback *pb)
{
	struct putback_request *r = pb->request;
	struct device *d = pb->device;
	struct error err = pb->err;

	if (pb->n_refused)
		(void)error_prefix(&err, "not all of VFs and rates could be "
				   "put back");
	if (pb->n_refused > 1) {
		size_t len = strlen(err.msg);

		(void)snprintf(err.msg + len, sizeof(err.msg) - len,
			       " (and %zu more)", pb->n_refused - 1);
	}
	putback_free(pb);
	r->base.done(&r->base, &err);
	device_release(d);
}

static const struct kernel_function *find(const struct putback *pb,
					  const struct kernel_function *w)
{
	for (size_t i = 0; i < pb->n_have; i++)
		if (w->node[0] ? strcmp(pb->have[i].node, w->node) == 0 :
				 pb->have[i].vf == w->vf)
			return &pb->have[i];
	return NULL;
}

static void on_set(struct kernel_job *job)
{
	struct putback *pb = container_of(job, struct putback, job);

	pb->device->kernel_us += job->took_us;
	if (job->functions != pb->have)
		free(job->functions);
	job->functions = NULL;
	if (job->rc < 0)
		refused(pb, &job->err);
	else
		pb->request->n_set++;
	go_on(pb);
}

static void on_read(struct kernel_job *job)
{
	struct putback *pb = container_of(job, struct putback, job);

	pb->device->kernel_us += job->took_us;
	free(pb->have);
	pb->have = job->functions;
	pb->n_have = job->n_functions;
	job->functions = NULL;
	if (job->rc < 0) {
		refused(pb, &job->err);
		pb->stage = THE_END;
	} else {
		pb->stage++;
		pb->at = 0;
	}
	go_on(pb);
}

static void submit(struct putback *pb, enum kernel_job_kind kind,
		   const struct kernel_function *f,
		   void (*done)(struct kernel_job *job))
{
	struct device *d = pb->device;
	struct kernel *k = d->core->kernel;

	pb->job = (struct kernel_job){
		.kind = kind,
		.handle = d->info.handle,
		.ifindex = device_uplink_ifindex(d->core, d),
		.done = done,
	};
	if (f)
		pb->job.function = *f;
	k->ops->submit(k, &pb->job);
}

/* Without its parent, which may not be there yet. */
static bool add_node(struct putback *pb, const struct kernel_function *w)
{
	struct kernel_function f = *w;

	if (!w->node[0] || find(pb, w))
		return false;
	f.attrs.mask &= ~DEVATTR_BIT(DEVATTR_PARENT);
	f.attrs.parent[0] = '\0';
	submit(pb, JOB_RATE_ADD, &f, on_set);
	return true;
}

static bool set_node(struct putback *pb, const struct kernel_function *w)
{
	const struct kernel_function *have = find(pb, w);
	struct kernel_function f = *w;

	if (!w->node[0])
		return false;
	if (have)
		f.attrs = devattr_difference(&w->attrs, &have->attrs);
	else                           /* it has just been added */
		f.attrs.mask &= w->attrs.parent[0] ?
					DEVATTR_BIT(DEVATTR_PARENT) : 0;
	if (f.attrs.mask)
		submit(pb, JOB_RATE_SET, &f, on_set);
	return f.attrs.mask != 0;
}

/* No address: nobody gave it one, and none can be given. */
static void drop_no_address(struct devattrs *a)
{
	static const enum devattr_id ids[] = { DEVATTR_MAC, DEVATTR_HW_ADDR };

	for (size_t i = 0; i < ARRAY_LEN(ids); i++)
		if (!a->num[ids[i]])
			a->mask &= ~DEVATTR_BIT(ids[i]);
}

/* What the VF has not in this mode comes when it has it. */
static bool set_vf(struct putback *pb, const struct kernel_function *w)
{
	const struct kernel_function *have = find(pb, w);
	struct kernel_function f = { .vf = w->vf,
				     .port_index = KERNEL_NO_NUMBER };
	struct devattrs wanted = w->attrs;

	if (w->node[0] || !have)
		return false;
	(void)devattr_adapt(&wanted, &have->attrs);
	wanted.mask &= ~DEVATTR_BIT(DEVATTR_OPSTATE);
	drop_no_address(&wanted);
	f.attrs = devattr_difference(&wanted, &have->attrs);
	if (f.attrs.mask)
		submit(pb, JOB_VF_SET, &f, on_set);
	return f.attrs.mask != 0;
}

static bool (*const stages[THE_END])(struct putback *pb,
				     const struct kernel_function *w) = {
	[ADD_NODES] = add_node, [SET_NODES] = set_node, [SET_VFS] = set_vf,
};

static bool must_yield(const struct putback *pb)
{
	return pb->request->yields && (pb->device->change || pb->device->run);
}

static void go_on(struct putback *pb)
{
	const struct putback_request *r = pb->request;

	for (; pb->stage < THE_END; pb->stage++, pb->at = 0) {
		if (!stages[pb->stage]) {
			submit(pb, pb->stage == READ_NODES ? JOB_RATE_READ :
							     JOB_VF_READ,
			       NULL, on_read);
			return;
		}
		while (pb->at < r->n && !must_yield(pb))
			if (stages[pb->stage](pb, &r->wanted[pb->at++]))
				return;
	}
	end(pb);
}

int putback_start(struct device *d, struct putback_request *r,
		  struct error *err)
{
	struct putback *pb = calloc(1, sizeof(*pb));

	if (!pb)
		return error_set(err, ENOMEM, "out of memory");
	pb->device = d;
	pb->request = r;
	r->n_set = 0;
	pb->stage = r->mode == ESWITCH_MODE_LEGACY ? READ_VFS : READ_NODES;
	device_hold(d);
	list_add_tail(&d->core->putbacks, &pb->node);
	go_on(pb);
	return 0;
}
