/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is known is compared with what is told; the difference is an event. */
#include "swoffd/core/event_tell.h"

#include <string.h>

#include "swoffd/core/engine_priv.h"

static uint64_t length(const struct list *head)
{
	uint64_t n = 0;

	for (const struct list *e = head->next; e != head; e = e->next)
		n++;
	return n;
}

void event_tell_ready(struct core *core)
{
	struct event ev = event_make(EVENT_DAEMON_READY);

	ev.numbers[0] = length(&core->devices);
	ev.numbers[1] = length(&core->links);
	ev.numbers[2] = core->engine->table.n_flows;
	event_add(&core->events, &ev);
}

void event_tell_sync(struct core *core)
{
	struct event ev = event_make(EVENT_DAEMON_RESYNC);

	if (core->synced)
		event_add(&core->events, &ev);
}

static struct event of_device(const struct device *d, enum event_kind kind)
{
	return event_make_port(kind, &d->info.handle, KERNEL_NO_NUMBER);
}

void event_tell_device(const struct device *d, enum event_kind kind)
{
	struct event ev = of_device(d, kind);

	if (d->core->synced)
		event_add(&d->core->events, &ev);
}

void event_tell_restored(const struct device *d, const struct want *w)
{
	struct event ev = of_device(d, EVENT_DEVICE_RESTORED);

	ev.numbers[0] = w->took_ms;
	ev.numbers[1] = w->kernel_ms;
	event_add(&d->core->events, &ev);
}

void event_tell_not_restored(const struct device *d, const struct want *w)
{
	struct event ev = of_device(d, EVENT_DEVICE_NOT_RESTORED);

	ev.numbers[0] = w->retry_ms;
	event_text(&ev, "%s", w->err.msg);
	event_add(&d->core->events, &ev);
}

static void tell_mode(const struct device *d, enum event_kind kind,
		      const char *was, const char *now)
{
	struct event ev = of_device(d, kind);

	if (strcmp(was, now) == 0)
		return;
	event_word(&ev, 0, was);
	event_word(&ev, 1, now);
	event_add(&d->core->events, &ev);
}

static void tell_count(const struct device *d, uint32_t was, uint32_t now)
{
	struct event ev = of_device(d, EVENT_VF_COUNT);

	if (was == now || now == KERNEL_NO_NUMBER)
		return;
	ev.numbers[0] = was == KERNEL_NO_NUMBER ? 0 : was;
	ev.numbers[1] = now;
	if (ev.numbers[0] != now)
		event_add(&d->core->events, &ev);
}

void event_tell_read(const struct device *d, const struct kernel_device *now)
{
	const struct kernel_device *was = &d->info;

	/* It was there before we were. */
	if (!d->read && !d->core->was_ready)
		return;
	tell_mode(d, EVENT_ESWITCH_MODE, eswitch_mode_str(was->mode),
		  eswitch_mode_str(now->mode));
	tell_mode(d, EVENT_ESWITCH_INLINE_MODE,
		  eswitch_inline_str(was->inline_mode),
		  eswitch_inline_str(now->inline_mode));
	tell_mode(d, EVENT_ESWITCH_ENCAP_MODE,
		  eswitch_encap_str(was->encap_mode),
		  eswitch_encap_str(now->encap_mode));
	tell_count(d, was->vf_count, now->vf_count);
}

static uint64_t number(uint32_t n)
{
	return n == KERNEL_NO_NUMBER ? EVENT_NO_NUMBER : n;
}

static struct event of_port(const struct kernel_port *p, enum event_kind kind)
{
	struct event ev = event_make_port(kind, &p->handle, p->index);

	memcpy(ev.netdev, p->netdev, sizeof(ev.netdev));
	ev.vf = p->vf;
	return ev;
}

static void tell_reload(const struct device *d)
{
	struct event ev = of_device(d, EVENT_DEVICE_RELOAD);

	/* A plan of ours does such things on the way. */
	if (!d->portless_ms || d->run)
		return;
	ev.numbers[0] = loop_now_ms(d->core->loop) - d->portless_ms;
	event_add(&d->core->events, &ev);
}

static void tell_port(const struct device *d, const struct kernel_port *p,
		      enum event_kind kind)
{
	struct event ev = of_port(p, kind);

	event_word(&ev, 0, port_flavour_str(p->flavour));
	ev.numbers[0] = number(p->pf);
	ev.numbers[1] = number(p->sf);
	event_add(&d->core->events, &ev);
}

static void tell_netdev(const struct device *d, const struct kernel_port *was,
			const struct kernel_port *now)
{
	struct event ev = of_port(now->ifindex ? now : was, EVENT_REP_NETDEV);

	ev.numbers[0] = now->ifindex ? now->ifindex : EVENT_NO_NUMBER;
	event_add(&d->core->events, &ev);
}

void event_tell_port(const struct device *d, const struct kernel_port *was,
		     const struct kernel_port *now)
{
	if (!d->core->synced)
		return;
	if (!now) {
		tell_port(d, was, EVENT_REP_GONE);
	} else if (!was) {
		tell_reload(d);
		tell_port(d, now, EVENT_REP_NEW);
	} else if (was->ifindex != now->ifindex) {
		tell_netdev(d, was, now);
	}
}

void event_tell_whose(struct core *core, struct event *ev, uint32_t ifindex)
{
	const struct device *d;
	const struct port_dev *p;

	list_for_each(d, &core->devices, node)
		list_for_each(p, &d->ports, node)
			if (p->info.ifindex == ifindex) {
				(void)device_handle_str(&d->info.handle,
							ev->device);
				ev->port = p->info.index;
				return;
			}
}

static struct event of_link(struct core *core, const struct kernel_link *l,
			    enum event_kind kind)
{
	struct event ev = event_make(kind);

	memcpy(ev.netdev, l->name, sizeof(ev.netdev));
	event_tell_whose(core, &ev, l->ifindex);
	return ev;
}

void event_tell_setting(struct core *core, enum event_kind kind,
			const struct kernel_link *link, const char *is,
			const char *wanted)
{
	struct event ev = of_link(core, link, kind);

	event_word(&ev, 0, is);
	event_word(&ev, 1, wanted);
	event_add(&core->events, &ev);
}

static void tell_link(struct core *core, const struct kernel_link *l,
		      enum event_kind kind)
{
	struct event ev = of_link(core, l, kind);

	event_word(&ev, 0, l->kind);
	ev.numbers[0] = l->ifindex;
	event_add(&core->events, &ev);
}

static void tell_link_change(struct core *core, const struct kernel_link *was,
			     const struct kernel_link *now)
{
	struct event ev;

	if (strcmp(was->name, now->name) != 0) {
		ev = of_link(core, now, EVENT_LINK_RENAMED);
		event_word(&ev, 0, was->name);
		event_add(&core->events, &ev);
	}
	if (was->up != now->up) {
		ev = of_link(core, now, EVENT_LINK_STATE);
		event_word(&ev, 0, now->up ? "up" : "down");
		event_add(&core->events, &ev);
	}
	if (was->mtu != now->mtu) {
		ev = of_link(core, now, EVENT_LINK_MTU);
		ev.numbers[0] = was->mtu;
		ev.numbers[1] = now->mtu;
		event_add(&core->events, &ev);
	}
}

void event_tell_link(struct core *core, const struct kernel_link *was,
		     const struct kernel_link *now)
{
	if (!core->synced)
		return;
	if (!now)
		tell_link(core, was, EVENT_LINK_GONE);
	else if (!was)
		tell_link(core, now, EVENT_LINK_NEW);
	else
		tell_link_change(core, was, now);
}

void event_tell_health(struct core *core, const struct detail_reporter *r)
{
	struct event ev = event_make_port(EVENT_HEALTH_STATE, &r->handle,
					  r->port);

	event_word(&ev, 0, r->name);
	event_word(&ev, 1, detail_reporter_state_str(r->state));
	ev.numbers[0] = r->errors;
	ev.numbers[1] = r->recoveries;
	event_add(&core->events, &ev);
}

/* 0: the kernel tells enough. */
static const enum event_kind change_kinds[JOB_N] = {
	[JOB_VF_COUNT_SET] = EVENT_VF_COUNT_SET,
	[JOB_VF_SET] = EVENT_VF_SET,
	[JOB_VF_DRIVER_SET] = EVENT_VF_BIND,
	[JOB_VF_DRIVER_DROP] = EVENT_VF_UNBIND,
	[JOB_RATE_SET] = EVENT_RATE_SET,
	[JOB_RATE_ADD] = EVENT_RATE_ADD,
	[JOB_RATE_DEL] = EVENT_RATE_DEL,
	[JOB_PARAM_SET] = EVENT_PARAM_SET,
	[JOB_SF_ADD] = EVENT_SF_ADD,
	[JOB_SF_SET] = EVENT_SF_SET,
	[JOB_SF_DEL] = EVENT_SF_DEL,
	[JOB_HEALTH_RECOVER] = EVENT_HEALTH_RECOVER,
};

/* What of the job its kind of event has. */
static void take_subject(struct event *ev, const struct kernel_job *job)
{
	switch (job->kind) {
	case JOB_VF_COUNT_SET:
		ev->numbers[0] = job->device.vf_count;
		break;
	case JOB_VF_SET:
		ev->vf = job->function.vf;
		break;
	case JOB_VF_DRIVER_SET:
	case JOB_VF_DRIVER_DROP:
		ev->vf = job->vf->vf;
		event_word(ev, 1, job->vf->driver);
		break;
	case JOB_SF_SET:
		ev->port = job->function.port_index;
		break;
	case JOB_RATE_SET:
		ev->port = job->function.port_index;
		event_word(ev, 1, job->function.node);
		break;
	case JOB_RATE_ADD:
	case JOB_RATE_DEL:
		event_word(ev, 1, job->function.node);
		break;
	case JOB_PARAM_SET:
		event_word(ev, 1, job->param->name);
		break;
	case JOB_SF_ADD:
	case JOB_SF_DEL:
		ev->port = job->sf->port;
		break;
	case JOB_HEALTH_RECOVER:
		ev->port = job->reporter->port;
		event_word(ev, 1, job->reporter->name);
		break;
	default:
		break;
	}
}

static void take_error(struct event *ev, const struct error *err)
{
	event_text(ev, "%s%s%s", err->msg, err->extack[0] ? ": " : "",
		   err->extack);
}

void event_tell_change(const struct device *d, const struct kernel_job *job)
{
	struct event ev = of_device(d, change_kinds[job->kind]);

	if (!change_kinds[job->kind])
		return;
	take_subject(&ev, job);
	event_word(&ev, 0, job->err.code ? "failed" : "done");
	if (job->err.code)
		take_error(&ev, &job->err);
	event_add(&d->core->events, &ev);
}

void event_tell_begun(const struct device *d, const struct plan_target *to,
		      const struct plan *plan)
{
	struct event ev = of_device(d, EVENT_PLAN_BEGUN);

	event_word(&ev, 0, eswitch_mode_str(to->mode));
	ev.numbers[0] = plan->n_steps;
	event_add(&d->core->events, &ev);
}

void event_tell_step(const struct device *d, const struct plan_progress *p)
{
	static const char *const states[] = {
		[PLAN_BEGUN] = "begun",
		[PLAN_DONE] = "done",
		[PLAN_FAILED] = "failed",
		[PLAN_OVERDUE] = "overdue",
	};
	struct event ev = of_device(d, EVENT_PLAN_STEP);

	event_word(&ev, 0, states[p->event]);
	event_word(&ev, 1, p->back ? "back" : "there");
	ev.numbers[0] = p->number;
	ev.numbers[1] = p->n;
	ev.numbers[2] = p->ms;
	event_text(&ev, "%s%s%s", p->step->text, p->err ? ": " : "",
		   p->err ? p->err->msg : "");
	event_add(&d->core->events, &ev);
}

void event_tell_stranded(const struct device *d, const char *why)
{
	struct event ev = of_device(d, EVENT_PLAN_STRANDED);

	event_text(&ev, "%s", why);
	event_add(&d->core->events, &ev);
}

void event_tell_end(const struct device *d, const struct error *err)
{
	struct event ev = of_device(d, err->code ? EVENT_PLAN_FAILED :
						   EVENT_PLAN_DONE);

	if (err->code)
		take_error(&ev, err);
	event_add(&d->core->events, &ev);
}
