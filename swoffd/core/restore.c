/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Compares and takes a step; restore_check() is the road all causes take. */
#include "swoffd/core/restore.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/log.h"
#include "swoffd/core/device_priv.h"
#include "swoffd/core/event_tell.h"
#include "swoffd/core/plan_look.h"
#include "swoffd/core/plan_run.h"
#include "swoffd/core/putback.h"

#define MARK_MS 200                    /* events come in crowds */
#define PORTS_MS 5000                  /* representors that are awaited */
#define RETRY_MIN_MS 1000
#define RETRY_MAX_MS 60000
#define STEPS_MAX 16                   /* the longest way has some six */

struct restore {
	struct device *device;         /* owns this */
	struct timer timer;
	struct plan_request plan;
	struct kernel_job job;
	struct putback_request putback;
	struct preflight drivers;      /* of the job: a copy */
	struct preflight look;         /* of the job: who has VFs */
	bool busy;                     /* a job or a putback is under way */
	bool awaiting;                 /* ports */
};

static struct loop *loop_of(const struct restore *rs)
{
	return rs->device->core->loop;
}

static struct want *want_of(const struct device *d)
{
	return want_find(d->core, &d->info.handle);
}

const char *restore_state_str(const struct want *w)
{
	if (w->contested)
		return "contested";
	if (w->retry_ms)
		return "failed";
	return w->since_ms ? "restoring" : "as-wanted";
}

/* The step that failed is taken again, later and later. */
static void failed(struct restore *rs, const struct error *err)
{
	struct want *w = want_of(rs->device);
	bool news;

	if (!w)
		return;
	news = !w->retry_ms || strcmp(w->err.msg, err->msg) != 0;
	w->err = *err;
	w->retry_ms = !w->retry_ms ? RETRY_MIN_MS :
		      w->retry_ms * 2 < RETRY_MAX_MS ? w->retry_ms * 2 :
						       RETRY_MAX_MS;
	log_write(news ? LOG_LEVEL_WARNING : LOG_LEVEL_DEBUG,
		  "%s/%s: not as wanted: %s; tried again in %u s",
		  w->handle.bus, w->handle.dev, err->msg, w->retry_ms / 1000);
	event_tell_not_restored(rs->device, w);
	timer_set(loop_of(rs), &rs->timer, w->retry_ms);
}

static void leave(struct device *d, struct want *w)
{
	w->contested = true;
	w->since_ms = 0;
	log_warning("%s/%s: somebody else keeps changing it: it is left as it "
		    "is now, until something of it is asked for again or the "
		    "driver is reloaded", w->handle.bus, w->handle.dev);
	event_tell_device(d, EVENT_DEVICE_CONTESTED);
}

/* Who changes it at once leaves no moment when all is as wanted. */
static void stepped(struct restore *rs, const struct error *err, bool changed)
{
	struct want *w = want_of(rs->device);

	rs->busy = false;
	if (err->code) {
		failed(rs, err);
		return;
	}
	if (w) {
		w->retry_ms = 0;
		w->n_steps += changed;
	}
	if (rs->device->gone)
		return;
	if (w && w->n_steps > STEPS_MAX && !w->contested)
		leave(rs->device, w);
	device_mark_dirty(rs->device);
}

static void on_plan(struct request *r, const struct error *err)
{
	struct plan_request *plan = container_of(r, struct plan_request,
						 request);

	stepped(container_of(plan, struct restore, plan), err, true);
}

static void on_job(struct kernel_job *job)
{
	struct restore *rs = container_of(job, struct restore, job);
	struct device *d = rs->device;
	const struct error none = { 0 };
	struct want *w = want_of(d);

	d->kernel_us += job->took_us;
	if (job->kind == JOB_VF_BIND && w && job->rc == 0)
		w->captured.n_drivers = 0;
	preflight_fini(&rs->drivers);
	stepped(rs, job->rc < 0 ? &job->err : &none, true);
	device_release(d);
}

static void submit(struct restore *rs, enum kernel_job_kind kind,
		   void (*done)(struct kernel_job *job))
{
	struct kernel *k = rs->device->core->kernel;

	rs->busy = true;
	rs->job.kind = kind;
	rs->job.handle = rs->device->info.handle;
	rs->job.done = done;
	device_hold(rs->device);
	k->ops->submit(k, &rs->job);
}

static void on_putback(struct request *r, const struct error *err)
{
	struct putback_request *p = container_of(r, struct putback_request,
						 base);
	struct restore *rs = container_of(p, struct restore, putback);
	struct device *d = rs->device;

	rs->busy = false;
	free((void *)p->wanted);
	p->wanted = NULL;
	if (p->n_set)
		d->restored = true;
	if (err->code || d->change || d->run)
		d->functions_dirty = true;
	stepped(rs, err, p->n_set != 0);
}

/* What is wanted may change while it is put back. */
static void put_functions(struct restore *rs, const struct want_set *set)
{
	struct kernel_function *copy =
		reallocarray(NULL, set->n_functions, sizeof(*copy));
	struct error err = { 0 };

	rs->device->functions_dirty = false;
	if (!copy)
		return;
	memcpy(copy, set->functions, set->n_functions * sizeof(*copy));
	rs->putback = (struct putback_request){
		.base.done = on_putback, .wanted = copy,
		.n = set->n_functions, .mode = rs->device->info.mode,
		.yields = true,
	};
	rs->busy = true;
	if (putback_start(rs->device, &rs->putback, &err) < 0)
		on_putback(&rs->putback.base, &err);
}

/* What is wanted may be forgotten while the worker is at it. */
static void put_drivers(struct restore *rs, const struct want_set *set)
{
	struct preflight_vf *copy = reallocarray(NULL, set->n_drivers,
						 sizeof(*copy));

	if (!copy)
		return;
	memcpy(copy, set->drivers, set->n_drivers * sizeof(*copy));
	rs->drivers = (struct preflight){ .vfs = copy,
					  .n_vfs = set->n_drivers };
	rs->job = (struct kernel_job){ .preflight = &rs->drivers };
	submit(rs, JOB_VF_BIND, on_job);
}

static void set_count(struct restore *rs, uint32_t count)
{
	rs->job = (struct kernel_job){ .device.vf_count = count };
	submit(rs, JOB_VF_COUNT_SET, on_job);
}

static void on_looked(struct kernel_job *job)
{
	struct restore *rs = container_of(job, struct restore, job);
	struct device *d = rs->device;
	bool other = rs->look.device.vf_count != d->info.vf_count;
	struct error err = { 0 };

	rs->busy = false;
	d->kernel_us += job->took_us;
	if (job->rc < 0)
		err = job->err;
	else
		(void)preflight_check_free(&rs->look, &err);
	preflight_fini(&rs->look);
	if (err.code)
		failed(rs, &err);
	else if (!d->gone && (other || d->run || d->change))
		device_mark_dirty(d);
	else if (!d->gone)
		set_count(rs, 0);
	device_release(d);
}

/* From one number to another by way of 0, as drivers want it; but nobody has
 * been asked whether a virtual machine may lose its VF. */
static void put_count(struct restore *rs, uint32_t count)
{
	if (!rs->device->info.vf_count) {
		set_count(rs, count);
		return;
	}
	rs->look = (struct preflight){ .handle = rs->device->info.handle };
	rs->job = (struct kernel_job){ .preflight = &rs->look };
	submit(rs, JOB_PREFLIGHT, on_looked);
}

/* A change that somebody asks for is in the way: it ends with a reading. */
static void put_modes(struct restore *rs, const struct kernel_device *modes)
{
	struct error err = { 0 };

	rs->plan = (struct plan_request){
		.request.done = on_plan, .wanted = *modes, .restores = true,
	};
	if (plan_run(rs->device, &rs->plan, &err) < 0 && err.code != EBUSY)
		failed(rs, &err);
}

static bool count_differs(const struct kernel_device *to,
			  const struct kernel_device *is)
{
	return to->vf_count != KERNEL_NO_NUMBER &&
	       is->vf_count != KERNEL_NO_NUMBER && to->vf_count != is->vf_count;
}

static bool needs_vfs(const struct device *d)
{
	const struct recipe *r = recipe_choose(d->core->recipes,
					       d->info.driver, 0);

	return r && r->vfs == RECIPE_VFS_SOME;
}

/* Representors are there once devlink and the stack have told of them. */
static bool awaits_ports(struct restore *rs, const struct want *w)
{
	const struct device *d = rs->device;
	uint64_t now = loop_now_ms(loop_of(rs));

	rs->awaiting = false;
	if (d->info.mode == ESWITCH_MODE_LEGACY ||
	    d->info.mode == ESWITCH_MODE_UNKNOWN ||
	    d->info.vf_count == KERNEL_NO_NUMBER ||
	    plan_look_ports(d) >= d->info.vf_count || !w->since_ms ||
	    now - w->since_ms > PORTS_MS)
		return false;
	rs->awaiting = true;
	timer_set(loop_of(rs), &rs->timer, PORTS_MS - (now - w->since_ms) + 1);
	return true;
}

/* Of what somebody has changed; false: it is left to them. */
static bool take_up(struct device *d, struct want *w)
{
	uint64_t now = loop_now_ms(d->core->loop);
	bool fight = !w->by_reload && !w->is_captured;

	if (fight && flap_is_full(&w->flap, now)) {
		leave(d, w);
		return false;
	}
	if (fight)
		flap_note(&w->flap, now);
	if (!w->since_ms) {
		w->since_ms = now;
		w->since_us = d->kernel_us;
	}
	return true;
}

static void report(struct device *d, struct want *w)
{
	uint64_t now = loop_now_ms(d->core->loop);

	w->took_ms = now - w->since_ms;
	w->kernel_ms = (d->kernel_us - w->since_us) / 1000;
	w->n_restored++;
	w->since_ms = 0;
	w->by_reload = false;
	log_info("%s/%s: as wanted again after %llu ms, %llu ms of it in the "
		 "kernel", w->handle.bus, w->handle.dev,
		 (unsigned long long)w->took_ms,
		 (unsigned long long)w->kernel_ms);
	event_tell_restored(d, w);
}

static bool has_uplink(const struct device *d)
{
	const struct port_dev *p;

	list_for_each(p, &d->ports, node)
		if (p->info.flavour == PORT_PHYSICAL)
			return true;
	return false;
}

/* Nothing differs but, perhaps, what nobody has looked at yet. */
static void settle(struct restore *rs, struct want *w)
{
	struct device *d = rs->device;
	bool changed;

	if (d->functions_dirty && want_now(w)->n_functions) {
		if (!awaits_ports(rs, w))
			put_functions(rs, want_now(w));
		return;
	}
	changed = d->restored && !w->since_ms;
	d->restored = false;
	if (changed && !take_up(d, w))
		return;
	w->retry_ms = 0;
	w->n_steps = 0;
	w->seen = d->info;
	w->has_uplink = has_uplink(d);
	if (w->since_ms)
		report(d, w);
	if (!w->is_captured)
		return;
	want_release(d->core, w);
	device_mark_dirty(d);
}

/* A reload takes away what others have made as well. */
static struct kernel_device target(const struct want *w)
{
	struct kernel_device to = want_now(w)->modes;

	if (!w->by_reload || !w->seen.driver[0])
		return to;
	if (to.mode == ESWITCH_MODE_UNKNOWN)
		to.mode = w->seen.mode;
	if (to.inline_mode == ESWITCH_INLINE_UNKNOWN)
		to.inline_mode = w->seen.inline_mode;
	if (to.encap_mode == ESWITCH_ENCAP_UNKNOWN)
		to.encap_mode = w->seen.encap_mode;
	if (to.vf_count == KERNEL_NO_NUMBER)
		to.vf_count = w->seen.vf_count;
	return to;
}

static void step(struct restore *rs, struct want *w)
{
	const struct want_set *set = want_now(w);
	const struct kernel_device *is = &rs->device->info;
	const struct kernel_device to = target(w);
	bool modes = want_modes_differ(&to, is);
	bool count = count_differs(&to, is);

	if ((modes || count) && !w->since_ms && !take_up(rs->device, w))
		return;
	if (modes || count)
		rs->device->functions_dirty = true;
	if (modes && !(count && needs_vfs(rs->device)))
		put_modes(rs, &to);
	else if (count)
		put_count(rs, to.vf_count);
	else if (set->n_drivers && rs->device->info.vf_count)
		put_drivers(rs, set);
	else
		settle(rs, w);
}

static void on_timer(struct timer *t)
{
	restore_check(container_of(t, struct restore, timer)->device);
}

static struct restore *restore_of(struct device *d)
{
	if (d->restore)
		return d->restore;
	d->restore = calloc(1, sizeof(*d->restore));
	if (d->restore) {
		d->restore->device = d;
		timer_init(&d->restore->timer, on_timer);
	}
	return d->restore;
}

void restore_check(struct device *d)
{
	struct want *w = want_of(d);
	struct restore *rs = w ? restore_of(d) : NULL;

	if (!rs || !d->core->was_ready || d->gone || !d->read || d->reading ||
	    d->run || d->change || rs->busy || w->contested)
		return;
	/* A reload that failed leaves a device that nobody can use. */
	if (w->by_reload && w->has_uplink && !has_uplink(d))
		return;
	/* After a failure the timer has it. */
	if (!w->retry_ms || !timer_is_set(&rs->timer))
		step(rs, w);
}

void restore_check_all(struct core *core)
{
	struct device *d;

	list_for_each(d, &core->devices, node)
		restore_check(d);
}

void restore_on_event(struct core *core)
{
	struct device *d;

	list_for_each(d, &core->devices, node)
		if (d->restore && d->restore->awaiting)
			restore_check(d);
}

void restore_mark(struct device *d)
{
	struct restore *rs = want_of(d) ? restore_of(d) : NULL;

	d->functions_dirty = true;
	if (rs && !timer_is_set(&rs->timer))
		timer_set(loop_of(rs), &rs->timer, MARK_MS);
}

void restore_on_link(struct core *core, const struct link *link)
{
	struct device *d;

	list_for_each(d, &core->devices, node)
		if (device_uplink_ifindex(core, d) == link->info.ifindex)
			restore_mark(d);
}

void restore_on_reload(struct device *d)
{
	struct want *w = want_of(d);

	d->functions_dirty = true;
	if (!w)
		return;
	w->by_reload = true;
	w->contested = false;
	w->n_steps = 0;
	w->retry_ms = 0;
	/* The kernel is at it since the first port went. */
	if (!w->since_ms) {
		w->since_ms = d->reading ? d->dirty_ms :
					   loop_now_ms(d->core->loop);
		w->since_us = d->reading ? d->dirty_us : d->kernel_us;
	}
	/* The next one begins to count at 0. */
	if (d->gone)
		w->since_us = 0;
}

void restore_free(struct restore *rs)
{
	if (!rs)
		return;
	timer_cancel(&rs->timer);
	free((void *)rs->putback.wanted);
	preflight_fini(&rs->drivers);
	preflight_fini(&rs->look);
	free(rs);
}
