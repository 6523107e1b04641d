/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Devices, links and jobs of the fake kernel, and its filters' work queue.
 * The rules of what hardware takes are in fake_filter.c.
 */
#include "tests/fake_kernel.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tests/fake_filter.h"

struct fake_queued {
	struct kernel_request req;
	struct rule rule;
};

#define NO KERNEL_NO_NUMBER

void fake_fail(struct fake_failure *f, uint32_t count, int err,
	       const char *extack)
{
	f->count = count;
	f->err = err;
	(void)snprintf(f->extack, sizeof(f->extack), "%s",
		       extack ? extack : "");
}

int fake_failure_take(struct fake_failure *f, char extack[ERROR_EXTACK_SIZE])
{
	if (f->count == 0)
		return 0;
	f->count--;
	memcpy(extack, f->extack, ERROR_EXTACK_SIZE);
	return f->err;
}

static void copy_name(char out[IFNAMSIZ], const char *name)
{
	(void)snprintf(out, IFNAMSIZ, "%s", name);
}

static void handle_str(const struct kernel_handle *h, char *out, size_t size)
{
	(void)snprintf(out, size, "%s/%s", h->bus, h->dev);
}

struct fake_device *fake_device_find(struct fake_kernel *fk,
				     const char *handle)
{
	struct fake_device *d;
	char text[KERNEL_BUS_SIZE + KERNEL_DEV_SIZE];

	list_for_each(d, &fk->devices, node) {
		handle_str(&d->info.handle, text, sizeof(text));
		if (strcmp(text, handle) == 0)
			return d;
	}
	return NULL;
}

static struct fake_device *device_of(struct fake_kernel *fk,
				     const struct kernel_handle *h)
{
	char text[KERNEL_BUS_SIZE + KERNEL_DEV_SIZE];

	handle_str(h, text, sizeof(text));
	return fake_device_find(fk, text);
}

struct fake_link *fake_link_find(struct fake_kernel *fk, const char *name)
{
	struct fake_link *l;

	list_for_each(l, &fk->links, node)
		if (strcmp(l->info.name, name) == 0)
			return l;
	return NULL;
}

struct fake_link *fake_link_of(struct fake_kernel *fk, uint32_t ifindex)
{
	struct fake_link *l;

	list_for_each(l, &fk->links, node)
		if (l->info.ifindex == ifindex)
			return l;
	return NULL;
}

static void tell_link(struct fake_kernel *fk, const struct fake_link *l)
{
	if (fk->started)
		fk->base.events->link(fk->base.events_ctx, &l->info);
}

static void tell_port(struct fake_kernel *fk, const struct fake_port *p)
{
	if (fk->started)
		fk->base.events->port(fk->base.events_ctx, &p->info);
}

static struct fake_link *link_new(struct fake_kernel *fk, const char *name,
				  const char *switch_id)
{
	struct fake_link *l = calloc(1, sizeof(*l));

	if (!l)
		abort();
	l->info.ifindex = fk->next_ifindex++;
	copy_name(l->info.name, name);
	(void)snprintf(l->info.switch_id, sizeof(l->info.switch_id), "%s",
		       switch_id);
	l->info.up = true;
	l->info.mtu = 1500;
	list_add_tail(&fk->links, &l->node);
	return l;
}

uint32_t fake_link_add(struct fake_kernel *fk, const char *name)
{
	struct fake_link *l = link_new(fk, name, "");

	tell_link(fk, l);
	return l->info.ifindex;
}

static void link_del(struct fake_kernel *fk, struct fake_link *l)
{
	uint32_t ifindex = l->info.ifindex;

	/* Filters go with their device, and nobody is told. */
	fake_filter_purge(fk, ifindex);
	list_del(&l->node);
	free(l);
	if (fk->started)
		fk->base.events->link_gone(fk->base.events_ctx, ifindex);
}

void fake_link_del(struct fake_kernel *fk, const char *name)
{
	struct fake_link *l = fake_link_find(fk, name);

	if (l)
		link_del(fk, l);
}

void fake_link_rename(struct fake_kernel *fk, const char *from, const char *to)
{
	struct fake_link *l = fake_link_find(fk, from);

	if (!l)
		return;
	copy_name(l->info.name, to);
	tell_link(fk, l);
}

static void port_add(struct fake_kernel *fk, struct fake_device *d,
		     struct kernel_port info, const char *netdev)
{
	bool switchdev = d->info.mode == ESWITCH_MODE_SWITCHDEV;
	struct fake_port *p = calloc(1, sizeof(*p));
	struct fake_link *l;

	if (!p)
		abort();
	l = link_new(fk, netdev, switchdev ? d->switch_id : "");
	if (info.flavour == PORT_PCI_VF)
		(void)snprintf(l->info.port_name, sizeof(l->info.port_name),
			       "pf%uvf%u", info.pf, info.vf);
	else
		(void)snprintf(l->info.port_name, sizeof(l->info.port_name),
			       "p%u", info.number);
	p->info = info;
	p->info.handle = d->info.handle;
	p->info.ifindex = l->info.ifindex;
	copy_name(p->info.netdev, netdev);
	list_add_tail(&d->ports, &p->node);
	tell_link(fk, l);
	tell_port(fk, p);
}

static void port_del(struct fake_kernel *fk, struct fake_port *p)
{
	struct kernel_port info = p->info;
	struct fake_link *l = fake_link_of(fk, info.ifindex);

	list_del(&p->node);
	free(p);
	if (l)
		link_del(fk, l);
	if (fk->started)
		fk->base.events->port_gone(fk->base.events_ctx, &info.handle,
					   info.index);
}

static void vf_port_add(struct fake_kernel *fk, struct fake_device *d,
			uint32_t vf)
{
	char name[IFNAMSIZ + 12];

	(void)snprintf(name, sizeof(name), "%s_%u", d->uplink, vf);
	port_add(fk, d, (struct kernel_port){
		.index = vf + 1, .flavour = PORT_PCI_VF, .number = NO,
		.controller = 0, .pf = 0, .vf = vf, .sf = NO }, name);
}

/* Ports of VFs are there in switchdev mode, as many as there are VFs. */
static void settle_vf_ports(struct fake_kernel *fk, struct fake_device *d)
{
	uint32_t want = d->info.mode == ESWITCH_MODE_SWITCHDEV ?
				d->info.vf_count : 0;
	uint32_t have = 0;
	struct fake_port *p;

	list_for_each(p, &d->ports, node) {
		if (p->info.flavour != PORT_PCI_VF)
			continue;
		if (have < want)
			have++;
		else
			port_del(fk, p);
	}
	for (; have < want; have++)
		vf_port_add(fk, d, have);
}

void fake_device_set_mode(struct fake_kernel *fk, struct fake_device *d,
			  enum eswitch_mode mode)
{
	struct fake_link *l = fake_link_find(fk, d->uplink);

	d->info.mode = mode;
	if (l) {
		(void)snprintf(l->info.switch_id, sizeof(l->info.switch_id),
			       "%s", mode == ESWITCH_MODE_SWITCHDEV ?
					     d->switch_id : "");
		tell_link(fk, l);
	}
	settle_vf_ports(fk, d);
}

int fake_device_add(struct fake_kernel *fk, const char *handle,
		    const char *uplink, uint32_t vf_count, uint32_t vf_max)
{
	const char *slash = strchr(handle, '/');
	struct fake_device *d;

	if (!slash || fake_device_find(fk, handle))
		return -EINVAL;
	d = calloc(1, sizeof(*d));
	if (!d)
		return -ENOMEM;
	list_init(&d->ports);
	d->info = (struct kernel_device){
		.driver = "fake", .has_eswitch = true,
		.mode = ESWITCH_MODE_LEGACY,
		.inline_mode = ESWITCH_INLINE_NONE,
		.encap_mode = ESWITCH_ENCAP_NONE,
		.vf_count = vf_count, .vf_max = vf_max,
	};
	(void)snprintf(d->info.handle.bus, KERNEL_BUS_SIZE, "%.*s",
		       (int)(slash - handle), handle);
	(void)snprintf(d->info.handle.dev, KERNEL_DEV_SIZE, "%s", slash + 1);
	(void)snprintf(d->switch_id, sizeof(d->switch_id), "%08x",
		       hash_bytes(handle, strlen(handle)));
	copy_name(d->uplink, uplink);
	list_add_tail(&fk->devices, &d->node);
	if (fk->started)
		fk->base.events->device_new(fk->base.events_ctx,
					    &d->info.handle);
	port_add(fk, d, (struct kernel_port){
		.index = 0, .flavour = PORT_PHYSICAL, .number = 0,
		.controller = NO, .pf = NO, .vf = NO, .sf = NO }, uplink);
	return 0;
}

static void device_free(struct fake_kernel *fk, struct fake_device *d)
{
	struct fake_port *p;

	list_for_each(p, &d->ports, node)
		port_del(fk, p);
	list_del(&d->node);
	free(d);
}

void fake_device_del(struct fake_kernel *fk, const char *handle)
{
	struct fake_device *d = fake_device_find(fk, handle);
	struct kernel_handle h;

	if (!d)
		return;
	h = d->info.handle;
	device_free(fk, d);
	if (fk->started)
		fk->base.events->device_gone(fk->base.events_ctx, &h);
}

static void on_sync(struct deferred *work)
{
	struct fake_kernel *fk = container_of(work, struct fake_kernel,
					      sync_work);
	const struct kernel_events *ev = fk->base.events;
	struct fake_device *d;
	struct fake_link *l;
	struct fake_port *p;

	fk->started = true;
	ev->sync_begin(fk->base.events_ctx);
	list_for_each(l, &fk->links, node)
		tell_link(fk, l);
	list_for_each(d, &fk->devices, node) {
		ev->device_new(fk->base.events_ctx, &d->info.handle);
		list_for_each(p, &d->ports, node)
			tell_port(fk, p);
	}
	ev->synced(fk->base.events_ctx);
}

void fake_resync(struct fake_kernel *fk)
{
	defer(fk->loop, &fk->sync_work);
}

static int start(struct kernel *k, struct error *err)
{
	struct fake_kernel *fk = container_of(k, struct fake_kernel, base);

	(void)err;
	defer(fk->loop, &fk->sync_work);
	return 0;
}

static int job_run(struct fake_kernel *fk, struct kernel_job *job)
{
	struct fake_device *d = NULL;
	struct fake_link *l = NULL;

	if (job->kind == JOB_TC_OFFLOAD_GET || job->kind == JOB_TC_OFFLOAD_ON)
		l = fake_link_of(fk, job->ifindex);
	else
		d = device_of(fk, &job->handle);
	if (!d && !l)
		return error_set(&job->err, ENODEV, "no such device");

	switch (job->kind) {
	case JOB_DEVICE_READ:
		job->device = d->info;
		return 0;
	case JOB_ESWITCH_SET:
		if (job->device.mode != ESWITCH_MODE_UNKNOWN &&
		    job->device.mode != d->info.mode)
			fake_device_set_mode(fk, d, job->device.mode);
		return 0;
	case JOB_VF_COUNT_SET:
		if (job->device.vf_count > d->info.vf_max)
			return error_set(&job->err, ERANGE,
					 "at most %u VFs", d->info.vf_max);
		d->info.vf_count = job->device.vf_count;
		settle_vf_ports(fk, d);
		return 0;
	case JOB_TC_OFFLOAD_GET:
		job->tc_offload = l->tc_offload;
		return 0;
	case JOB_TC_OFFLOAD_ON:
		l->tc_offload = job->tc_offload = true;
		return 0;
	}
	return -EINVAL;
}

static void on_jobs(struct deferred *work)
{
	struct fake_kernel *fk = container_of(work, struct fake_kernel,
					      job_work);
	struct kernel_job *job = fk->jobs;
	char extack[ERROR_EXTACK_SIZE];
	int err;

	if (!job || fk->hold_jobs)
		return;
	fk->jobs = job->next;
	if (!fk->jobs)
		fk->jobs_tail = &fk->jobs;
	job->next = NULL;
	fk->n_jobs++;
	job->err = (struct error){ 0 };
	err = fake_failure_take(&fk->fail_job[job->kind], extack);
	if (err) {
		job->rc = error_set(&job->err, err, "%s", strerror(err));
		memcpy(job->err.extack, extack, sizeof(extack));
	} else {
		job->rc = job_run(fk, job);
	}
	if (fk->jobs)
		defer(fk->loop, &fk->job_work);
	job->done(job);
}

static void submit(struct kernel *k, struct kernel_job *job)
{
	struct fake_kernel *fk = container_of(k, struct fake_kernel, base);

	job->next = NULL;
	*fk->jobs_tail = job;
	fk->jobs_tail = &job->next;
	defer(fk->loop, &fk->job_work);
}

static int tc_queue(struct kernel *k, const struct kernel_request *req)
{
	struct fake_kernel *fk = container_of(k, struct fake_kernel, base);
	struct fake_queued *q;

	if (fk->n_queued == FAKE_QUEUE) {
		fk->starved = true;
		return -EAGAIN;
	}
	q = &fk->queue[(fk->queue_head + fk->n_queued++) % FAKE_QUEUE];
	q->req = *req;
	q->rule = *req->rule;
	q->req.rule = NULL;
	if (fk->n_queued - fk->n_sent >= FAKE_BATCH) {
		fk->n_sent = fk->n_queued;
		defer(fk->loop, &fk->tc_work);
	}
	return 0;
}

static void tc_flush(struct kernel *k)
{
	struct fake_kernel *fk = container_of(k, struct fake_kernel, base);

	fk->n_sent = fk->n_queued;
	if (fk->n_sent)
		defer(fk->loop, &fk->tc_work);
}

static void run_one(struct fake_kernel *fk)
{
	struct fake_queued *q = &fk->queue[fk->queue_head];
	struct kernel_request req = q->req;
	struct rule rule = q->rule;
	char extack[ERROR_EXTACK_SIZE] = "";
	int err;

	/* The slot is free before the answer, which may queue the next. */
	fk->queue_head = (fk->queue_head + 1) % FAKE_QUEUE;
	fk->n_queued--;
	fk->n_sent--;
	req.rule = &rule;
	fk->n_tc[req.kind]++;
	err = fake_failure_take(&fk->fail_tc[req.kind], extack);
	if (!err)
		err = fake_filter_request(fk, &req, extack);
	fk->base.events->tc_result(fk->base.events_ctx, req.tag, err, extack);
}

static void on_tc(struct deferred *work)
{
	struct fake_kernel *fk = container_of(work, struct fake_kernel,
					      tc_work);
	uint32_t n = fk->n_sent < FAKE_BATCH ? fk->n_sent : FAKE_BATCH;

	if (fk->hold_tc)
		return;
	fk->n_batches++;
	while (n--)
		run_one(fk);
	if (fk->n_sent)
		defer(fk->loop, &fk->tc_work);
	if (fk->starved && fk->n_queued < FAKE_QUEUE / 2) {
		fk->starved = false;
		fk->base.events->tc_ready(fk->base.events_ctx);
	}
}

static int tc_dump(struct kernel *k, uint32_t ifindex, enum rule_hook hook,
		   bool terse)
{
	struct fake_kernel *fk = container_of(k, struct fake_kernel, base);

	if (fk->dumping)
		return -EBUSY;
	fk->dumping = true;
	fk->dump_ifindex = ifindex;
	fk->dump_hook = hook;
	fk->dump_terse = terse;
	fk->dump_at = 0;
	fk->n_dumps++;
	defer(fk->loop, &fk->dump_work);
	return 0;
}

static void on_dump(struct deferred *work)
{
	struct fake_kernel *fk = container_of(work, struct fake_kernel,
					      dump_work);
	char extack[ERROR_EXTACK_SIZE];
	int err = fake_failure_take(&fk->fail_dump, extack);

	if (!err && !fake_filter_dump(fk)) {
		defer(fk->loop, &fk->dump_work);
		return;
	}
	fk->dumping = false;
	fk->base.events->tc_dump_done(fk->base.events_ctx, fk->dump_ifindex,
				      err);
}

void fake_release(struct fake_kernel *fk)
{
	defer(fk->loop, &fk->job_work);
	if (fk->n_sent)
		defer(fk->loop, &fk->tc_work);
}

static const struct kernel_ops fake_ops = {
	.start = start,
	.submit = submit,
	.tc_queue = tc_queue,
	.tc_flush = tc_flush,
	.tc_dump = tc_dump,
};

int fake_kernel_new(struct loop *loop, struct fake_kernel **out)
{
	AUTO(fake_kernel_free) struct fake_kernel *fk =
		calloc(1, sizeof(*fk));

	if (!fk)
		return -ENOMEM;
	fk->base.ops = &fake_ops;
	fk->loop = loop;
	fk->next_ifindex = 2;
	fk->jobs_tail = &fk->jobs;
	list_init(&fk->devices);
	list_init(&fk->links);
	deferred_init(&fk->tc_work, on_tc);
	deferred_init(&fk->job_work, on_jobs);
	deferred_init(&fk->sync_work, on_sync);
	deferred_init(&fk->dump_work, on_dump);
	fk->queue = calloc(FAKE_QUEUE, sizeof(*fk->queue));
	if (!fk->queue)
		return -ENOMEM;
	*out = steal_ptr(fk);
	return 0;
}

void fake_kernel_free(struct fake_kernel *fk)
{
	struct fake_device *d;
	struct fake_link *l;

	if (!fk)
		return;
	fk->started = false;
	list_for_each(d, &fk->devices, node)
		device_free(fk, d);
	list_for_each(l, &fk->links, node)
		link_del(fk, l);
	fake_filter_fini(fk);
	defer_cancel(&fk->tc_work);
	defer_cancel(&fk->job_work);
	defer_cancel(&fk->sync_work);
	defer_cancel(&fk->dump_work);
	free(fk->queue);
	free(fk);
}
