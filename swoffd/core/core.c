/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The root object, and which part hears which event of the kernel. */
#include "swoffd/core/core.h"

#include <errno.h>

#include "swoffd/core/device_priv.h"
#include "swoffd/core/engine_priv.h"
#include "swoffd/core/event_tell.h"
#include "swoffd/core/plan_run.h"
#include "swoffd/core/putback.h"
#include "swoffd/core/restore.h"

static void on_device_new(void *ctx, const struct kernel_handle *handle)
{
	device_on_new(ctx, handle);
}

static void on_device_gone(void *ctx, const struct kernel_handle *handle)
{
	device_on_gone(ctx, handle);
}

/* A plan may be waiting for just that. */
static void look_again(struct core *core)
{
	struct device *d;

	list_for_each(d, &core->devices, node)
		plan_run_on_event(d);
	restore_on_event(core);
}

static void on_port(void *ctx, const struct kernel_port *port)
{
	struct core *core = ctx;

	device_on_port(core, port);
	engine_on_port(core->engine, port);
	rep_keep_on_port(&core->reps, port);
	rep_names_on_port(&core->names, port);
	look_again(core);
}

static void on_port_gone(void *ctx, const struct kernel_handle *handle,
			 uint32_t index)
{
	device_on_port_gone(ctx, handle, index);
	look_again(ctx);
}

static void on_link(void *ctx, const struct kernel_link *info)
{
	struct core *core = ctx;
	struct link *link = link_find(core, info->ifindex);
	bool renamed = !link || strcmp(link->info.name, info->name) != 0;

	link = link_on_new(core, info);
	if (link) {
		engine_on_link(core->engine, link);
		rep_keep_on_link(&core->reps, link);
		rep_names_on_link(&core->names, link, renamed);
		restore_on_link(core, link);
	}
	look_again(core);
}

static void on_link_gone(void *ctx, uint32_t ifindex)
{
	struct core *core = ctx;

	link_on_gone(core, ifindex);
	engine_on_link_gone(core->engine, ifindex);
	rep_keep_on_link_gone(&core->reps, ifindex);
	rep_names_on_link_gone(&core->names, ifindex);
}

static void on_rate(void *ctx, const struct kernel_handle *handle)
{
	device_on_rate(ctx, handle);
}

static void on_reporter(void *ctx, const struct detail_reporter *reporter)
{
	health_on_reporter(&((struct core *)ctx)->health, reporter);
}

static void on_sync_begin(void *ctx)
{
	event_tell_sync(ctx);
	device_sweep_begin(ctx);
	link_sweep_begin(ctx);
}

static void on_synced(void *ctx)
{
	struct core *core = ctx;

	device_sweep_end(core);
	link_sweep_end(core, on_link_gone);
	look_again(core);
	if (!core->synced)
		engine_adopt_start(core->engine);
	core->synced = true;
	health_on_synced(&core->health);
	core_check_ready(core);
}

static void on_tc_result(void *ctx, uint64_t tag, int err, const char *extack)
{
	engine_on_result(((struct core *)ctx)->engine, tag, err, extack);
}

static void on_tc_ready(void *ctx)
{
	engine_on_tc_ready(((struct core *)ctx)->engine);
}

static void on_tc_filter(void *ctx, const struct kernel_filter *filter)
{
	engine_on_filter(((struct core *)ctx)->engine, filter);
}

static bool on_tc_dump_again(void *ctx)
{
	return engine_pace_again(((struct core *)ctx)->engine);
}

static void on_tc_dump_done(void *ctx, uint32_t ifindex, int err)
{
	engine_on_dump_done(((struct core *)ctx)->engine, ifindex, err);
}

static const struct kernel_events core_events = {
	.device_new = on_device_new,
	.device_gone = on_device_gone,
	.port = on_port,
	.port_gone = on_port_gone,
	.rate = on_rate,
	.reporter = on_reporter,
	.link = on_link,
	.link_gone = on_link_gone,
	.sync_begin = on_sync_begin,
	.synced = on_synced,
	.tc_result = on_tc_result,
	.tc_ready = on_tc_ready,
	.tc_filter = on_tc_filter,
	.tc_dump_again = on_tc_dump_again,
	.tc_dump_done = on_tc_dump_done,
};

static void check_ready(struct deferred *d)
{
	core_check_ready(container_of(d, struct core, check_ready));
}

int core_new(struct loop *loop, struct kernel *kernel, struct store *store,
	     struct core **out)
{
	AUTO(core_free) struct core *core = calloc(1, sizeof(*core));
	int rc;

	if (!core)
		return -ENOMEM;
	core->loop = loop;
	core->kernel = kernel;
	list_init(&core->devices);
	list_init(&core->gone_devices);
	link_init(core);
	list_init(&core->refreshes);
	list_init(&core->places);
	list_init(&core->readings);
	list_init(&core->details);
	list_init(&core->sims);
	list_init(&core->putbacks);
	want_init(core);
	core->store = store;
	health_init(&core->health, core);
	rep_keep_init(&core->reps, core, store);
	rep_names_init(&core->names, core);
	list_init(&core->waiting);
	list_init(&core->after_runs);
	deferred_init(&core->check_ready, check_ready);
	rc = event_log_init(&core->events, loop);
	if (rc == 0)
		rc = engine_new(core, store, &core->engine);
	if (rc < 0)
		return rc;
	kernel->events = &core_events;
	kernel->events_ctx = core;
	*out = steal_ptr(core);
	return 0;
}

void core_free(struct core *core)
{
	if (!core)
		return;
	defer_cancel(&core->check_ready);
	engine_free(core->engine);
	health_fini(&core->health);
	rep_keep_fini(&core->reps);
	rep_names_fini(&core->names);
	detail_read_free_all(core);
	sim_free_all(core);
	putback_free_all(core);
	want_free_all(core);
	rep_refresh_free_all(core);
	rep_places_free_all(core);
	function_free_all(core);
	device_free_all(core);
	link_free_all(core);
	event_log_fini(&core->events);
	free(core);
}

int core_start(struct core *core, struct error *err)
{
	want_load(core);
	rep_keep_load(&core->reps);
	return core->kernel->ops->start(core->kernel, err);
}

/* A new device does not make a daemon that was ready unready. */
bool core_ready(const struct core *core)
{
	return core->was_ready ||
	       (core->synced && !engine_is_adopting(core->engine) &&
		device_all_read(core));
}

void core_check_ready(struct core *core)
{
	struct error none = { 0 };
	bool was_ready = core->was_ready;

	core->was_ready = core_ready(core);
	if (core->was_ready && !was_ready) {
		event_tell_ready(core);
		restore_check_all(core);
	}
	while (core->was_ready && !list_empty(&core->waiting)) {
		struct request *r = container_of(core->waiting.next,
						 struct request, node);

		list_del(&r->node);
		r->done(r, &none);
	}
}

void core_wait_ready(struct core *core, struct request *r)
{
	list_add_tail(&core->waiting, &r->node);
	defer(core->loop, &core->check_ready);
}
