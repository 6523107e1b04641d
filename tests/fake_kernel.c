/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The queues of the fake kernel: jobs, requests, dumps, each answered from the
 * loop.  What they do is in fake_device.c and fake_filter.c.
 */
#include "tests/fake_kernel.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tests/fake_parts.h"

struct fake_queued {
	struct kernel_request req;
	struct rule rule;
};

/* The n-th from the head. */
static struct fake_queued *queued(struct fake_kernel *fk, uint32_t n)
{
	struct fake_queued *all = fk->queue.data;

	return &all[(fk->queue_head + n) % FAKE_QUEUE];
}

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
		fake_tell_link(fk, l);
	list_for_each(d, &fk->devices, node) {
		ev->device_new(fk->base.events_ctx, &d->info.handle);
		list_for_each(p, &d->ports, node)
			fake_tell_port(fk, p);
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

static void on_jobs(struct deferred *work)
{
	struct fake_kernel *fk = container_of(work, struct fake_kernel,
					      job_work);
	struct kernel_job *job = fk->jobs;
	char extack[ERROR_EXTACK_SIZE];
	int err;

	if (!job || fk->hold_jobs ||
	    (fk->hold_kind && job->kind == fk->hold_kind))
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
		job->rc = fake_job_run(fk, job);
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

	if (fk->n_queued == (fk->queue_limit ? fk->queue_limit : FAKE_QUEUE)) {
		fk->starved = true;
		return -EAGAIN;
	}
	q = queued(fk, fk->n_queued++);
	q->req = *req;
	rule_copy(&q->rule, req->rule);
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

static void take_first(struct fake_kernel *fk, struct kernel_request *req,
		       struct rule *rule)
{
	struct fake_queued *q = queued(fk, 0);

	*req = q->req;
	rule_copy(rule, &q->rule);
	req->rule = rule;
	fk->queue_head = (fk->queue_head + 1) % FAKE_QUEUE;
	fk->n_queued--;
	fk->n_sent--;
}

static void run_one(struct fake_kernel *fk)
{
	struct kernel_request req;
	struct rule rule;
	char extack[ERROR_EXTACK_SIZE] = "";
	int err;

	/* The slot is free before the answer, which may queue the next. */
	take_first(fk, &req, &rule);
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

static int tc_dump(struct kernel *k, const struct kernel_dump *dump)
{
	struct fake_kernel *fk = container_of(k, struct fake_kernel, base);

	if (fk->dumping)
		return -EBUSY;
	fk->dumping = true;
	fk->dump = *dump;
	fk->dump_at = fk->dump_prio = 0;
	fk->n_dumps++;
	defer(fk->loop, &fk->dump_work);
	return 0;
}

static void tc_dump_more(struct kernel *k)
{
	struct fake_kernel *fk = container_of(k, struct fake_kernel, base);

	if (fk->dump_waits)
		defer(fk->loop, &fk->dump_work);
	fk->dump_waits = false;
}

/* What had been asked for before it was told to wait. */
static bool reads_ahead(struct fake_kernel *fk)
{
	if (fk->dump_ahead - fk->n_ahead < FAKE_DUMP_ROUND) {
		fk->n_ahead = 0;
		return false;
	}
	fk->n_ahead += FAKE_DUMP_ROUND;
	return true;
}

static void on_dump(struct deferred *work)
{
	struct fake_kernel *fk = container_of(work, struct fake_kernel,
					      dump_work);
	char extack[ERROR_EXTACK_SIZE];
	int err = fk->late_failure ? 0 :
				     fake_failure_take(&fk->fail_dump, extack);

	if (!err) {
		bool at_end = fake_filter_dump(fk);

		fk->dump_waits = fk->dump.paced &&
			!fk->base.events->tc_dump_again(fk->base.events_ctx);
		if (fk->dump_waits && !reads_ahead(fk))
			return;
		if (!at_end) {
			defer(fk->loop, &fk->dump_work);
			return;
		}
	}
	if (fk->late_failure)
		err = fake_failure_take(&fk->fail_dump, extack);
	fk->dumping = false;
	fk->base.events->tc_dump_done(fk->base.events_ctx, fk->dump.ifindex,
				      err);
}

void fake_orphan(struct fake_kernel *fk, bool done)
{
	char extack[ERROR_EXTACK_SIZE];
	struct kernel_request req;
	struct rule rule;

	fk->jobs = NULL;
	fk->jobs_tail = &fk->jobs;
	fk->n_sent = fk->n_queued;
	while (fk->n_queued) {
		take_first(fk, &req, &rule);
		if (done)
			(void)fake_filter_request(fk, &req, extack);
	}
	fk->hold_tc = false;
}

void fake_release(struct fake_kernel *fk)
{
	defer(fk->loop, &fk->job_work);
	if (fk->n_sent)
		defer(fk->loop, &fk->tc_work);
}

void fake_abandon(struct fake_kernel *fk)
{
	char extack[ERROR_EXTACK_SIZE];

	for (; fk->n_sent; fk->n_sent--) {
		struct fake_queued *q = queued(fk, 0);

		fk->queue_head = (fk->queue_head + 1) % FAKE_QUEUE;
		q->req.rule = &q->rule;
		if (q->req.kind != REQUEST_GET)
			(void)fake_filter_request(fk, &q->req, extack);
	}
	fk->n_queued = 0;
	fk->starved = fk->dumping = fk->dump_waits = false;
	fk->jobs = NULL;
	fk->jobs_tail = &fk->jobs;
	defer_cancel(&fk->tc_work);
	defer_cancel(&fk->job_work);
	defer_cancel(&fk->sync_work);
	defer_cancel(&fk->dump_work);
}

static const struct kernel_ops fake_ops = {
	.start = start,
	.submit = submit,
	.tc_queue = tc_queue,
	.tc_flush = tc_flush,
	.tc_dump = tc_dump,
	.tc_dump_more = tc_dump_more,
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
	/* Large, and mostly untouched; malloc() under sanitizers touches all. */
	if (pages_grow(&fk->queue, FAKE_QUEUE * sizeof(struct fake_queued)) < 0)
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
		fake_device_free(fk, d);
	list_for_each(l, &fk->links, node)
		fake_link_free(fk, l);
	fake_filter_fini(fk);
	defer_cancel(&fk->tc_work);
	defer_cancel(&fk->job_work);
	defer_cancel(&fk->sync_work);
	defer_cancel(&fk->dump_work);
	pages_free(&fk->queue);
	free(fk);
}
