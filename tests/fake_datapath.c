/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Everything waits in one list of events and is told at the end of the round;
 * a read and a dump of filters come before them, as they are then.
 */
#include "tests/fake_datapath.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tests/fake_datapath_priv.h"

static struct fake_datapath *self(struct datapaths *d)
{
	return container_of(d, struct fake_datapath, base);
}

void fake_datapath_parse(struct fake_datapath *f, const char *line)
{
	struct error err;

	if (odp_flow_parse(line, f->flow, &err)) {
		fprintf(stderr, "%s\n%s\n", line, err.msg);
		abort();
	}
	assert(f->flow->has_ufid);
}

static void free_event(struct fake_told *e)
{
	list_del(&e->node);
	free(e->line);
	free(e);
}

struct fake_told *fake_datapath_tell(struct fake_datapath *f,
				     enum fake_what what, uint32_t dp)
{
	struct fake_told *e = calloc(1, sizeof(*e));

	assert(e);
	e->what = what;
	e->dp = dp;
	list_add_tail(&f->events, &e->node);
	defer(f->loop, &f->work);
	return e;
}

/*
 * Telling
 */

static void tell_flow(struct fake_datapath *f, uint32_t dp, const char *line,
		      bool gone)
{
	fake_datapath_parse(f, line);
	if (gone)
		f->base.events->flow_gone(f->base.events_ctx, dp, f->flow);
	else
		f->base.events->flow(f->base.events_ctx, dp, f->flow);
}

static void tell(struct fake_datapath *f, const struct fake_told *e)
{
	const struct datapath_events *to = f->base.events;
	void *ctx = f->base.events_ctx;

	switch (e->what) {
	case DP:
		to->datapath(ctx, &e->info);
		return;
	case DP_GONE:
		to->datapath_gone(ctx, e->dp);
		return;
	case PORT:
		to->port(ctx, &e->port);
		return;
	case PORT_GONE:
		to->port_gone(ctx, &e->port);
		return;
	case FLOW:
	case FLOW_GONE:
		tell_flow(f, e->dp, e->line, e->what == FLOW_GONE);
		return;
	case LOST:
		to->lost(ctx);
		return;
	}
}

static void tell_flow_read(struct fake_datapath *f, const struct fake_dp *dp,
			   const struct fake_dp_flow *flow)
{
	const struct datapath_stats stats = {
		.ufid = flow->ufid, .packets = flow->packets,
		.bytes = flow->bytes, .used_ms = flow->used_ms,
	};

	if (f->what == DATAPATH_READ_STATS) {
		f->base.events->flow_stats(f->base.events_ctx, dp->info.id,
					   &stats);
		return;
	}
	fake_datapath_parse(f, flow->line);
	f->flow->packets = flow->packets;
	f->flow->bytes = flow->bytes;
	f->flow->used_ms = flow->used_ms;
	f->base.events->flow(f->base.events_ctx, dp->info.id, f->flow);
}

static void tell_read(struct fake_datapath *f)
{
	const struct datapath_events *to = f->base.events;
	int err = f->fail_read;
	bool nothing = err && f->fail_early;
	struct fake_dp *dp;
	struct fake_dp_port *port;
	struct fake_dp_flow *flow;

	f->fail_read = 0;
	list_for_each(dp, &f->dps, node) {
		if (nothing)
			break;
		to->datapath(f->base.events_ctx, &dp->info);
		list_for_each(port, &dp->ports, node)
			to->port(f->base.events_ctx, &port->info);
		list_for_each(flow, &dp->flows, node)
			tell_flow_read(f, dp, flow);
	}
	f->reading = false;
	to->read_done(f->base.events_ctx, f->what, err);
}

static bool is_asked_for(const struct fake_datapath *f,
			 const struct kernel_filter *filter)
{
	const struct kernel_dump *dump = &f->last_filters;

	if (dump->block)
		return filter->block == dump->block;
	return filter->ifindex == dump->ifindex && filter->hook == dump->hook;
}

static void tell_filters(struct fake_datapath *f)
{
	uint32_t ifindex = f->last_filters.ifindex;
	int err = f->fail_filters;
	struct fake_dp_filter *filter;

	f->fail_filters = 0;
	list_for_each(filter, &f->filters, node) {
		struct kernel_filter told = filter->info;

		if (f->last_filters.terse)
			told.rule = NULL;
		if (is_asked_for(f, &told))
			f->base.events->filter(f->base.events_ctx, &told);
	}
	f->filtering = false;
	f->base.events->filters_done(f->base.events_ctx, ifindex, err);
}

/* What happens meanwhile waits for the next round. */
static void on_work(struct deferred *work)
{
	struct fake_datapath *f = container_of(work, struct fake_datapath,
					       work);
	size_t n = 0;
	struct fake_told *e;

	if (f->hold)
		return;
	list_for_each(e, &f->events, node)
		n++;
	if (f->reading)
		tell_read(f);
	if (f->filtering)
		tell_filters(f);
	while (n-- && !list_empty(&f->events)) {
		e = container_of(f->events.next, struct fake_told, node);
		list_del(&e->node);
		tell(f, e);
		free_event(e);
	}
}

/*
 * What is asked
 */

static int op_read(struct datapaths *d, enum datapath_read what)
{
	struct fake_datapath *f = self(d);

	if (f->reading)
		return -EBUSY;
	if (f->absent)
		return -ENOENT;
	f->following = f->reading = true;
	f->what = what;
	f->n_reads[what]++;
	defer(f->loop, &f->work);
	return 0;
}

static int op_features_set(struct datapaths *d, uint32_t dp,
			   uint32_t features)
{
	struct fake_datapath *f = self(d);
	struct fake_dp *found = fake_dp_find(f, dp);

	f->n_features++;
	if (!found || f->deaf)
		return 0;
	found->info.features = features;
	if (fake_datapath_notifies(f))
		fake_datapath_tell(f, DP, dp)->info = found->info;
	return 0;
}

static int op_filters(struct datapaths *d, const struct kernel_dump *dump)
{
	struct fake_datapath *f = self(d);

	if (f->filtering)
		return -EBUSY;
	if (f->fail_filters_early)
		return -EIO;
	f->filtering = true;
	f->n_filters++;
	f->last_filters = *dump;
	defer(f->loop, &f->work);
	return 0;
}

static const struct datapath_ops ops = {
	.read = op_read,
	.features_set = op_features_set,
	.filters = op_filters,
};

/*
 * What tests call
 */

int fake_datapath_new(struct loop *loop, struct fake_datapath **out)
{
	AUTO(free) struct fake_datapath *f = calloc(1, sizeof(*f));

	if (!f)
		return -ENOMEM;
	f->flow = malloc(sizeof(*f->flow));
	if (!f->flow)
		return -ENOMEM;
	f->base.ops = &ops;
	f->loop = loop;
	list_init(&f->dps);
	list_init(&f->filters);
	list_init(&f->events);
	deferred_init(&f->work, on_work);
	*out = steal_ptr(f);
	return 0;
}

void fake_datapath_free(struct fake_datapath *f)
{
	struct fake_told *e;

	if (!f)
		return;
	defer_cancel(&f->work);
	list_for_each(e, &f->events, node)
		free_event(e);
	fake_dp_free_all(f);
	free(f->flow);
	free(f);
}

void fake_datapath_lose(struct fake_datapath *f)
{
	struct fake_told *e;

	list_for_each(e, &f->events, node)
		if (e->what != LOST)
			free_event(e);
	fake_datapath_tell(f, LOST, 0);
}

void fake_datapath_release(struct fake_datapath *f)
{
	defer(f->loop, &f->work);
}
