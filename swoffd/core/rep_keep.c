/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Looks at a representor whenever the kernel tells of its netdev: that also
 * happens when ethtool(8) changes a feature (net/core/rtnetlink.c,
 * rtnetlink_event).  The worker compares and sets what differs in one go.
 */
#include "swoffd/core/rep_keep.h"

#include <errno.h>
#include <stdio.h>

#include "common/base/log.h"
#include "swoffd/core/event_tell.h"
#include "swoffd/core/rep_record.h"

#define RETRY_FIRST_MS 1000
#define RETRY_MAX_MS 60000

struct setting {
	struct list node;              /* keep->settings */
	struct rep_wanted *wanted;
	struct request *request;
	struct kernel_job job;
	struct kernel_settings settings;
};

static struct rep_wanted *find(struct rep_keep *keep, const struct rep_id *id)
{
	struct rep_wanted *w;

	list_for_each(w, &keep->wanted, node)
		if (rep_id_equal(&w->id, id))
			return w;
	return NULL;
}

const struct rep_wanted *rep_wanted_find(struct rep_keep *keep,
					 const struct kernel_port *port)
{
	struct rep_id id = rep_id_of(port);

	return find(keep, &id);
}

static struct link *link_of(struct core *core, const struct rep_id *id)
{
	const struct port_dev *p;
	const struct device *d;

	list_for_each(d, &core->devices, node)
		list_for_each(p, &d->ports, node) {
			struct rep_id one = rep_id_of(&p->info);

			if (rep_id_equal(&one, id))
				return link_find(core, p->info.ifindex);
		}
	return NULL;
}

static void forget(struct rep_wanted *w)
{
	timer_cancel(&w->retry);
	list_del(&w->node);
	w->keep->n--;
	free(w);
}

/* hw-tc-offload is told by nobody: it has to be read. */
static bool may_differ(const struct rep_wanted *w, const struct link *l)
{
	uint32_t mask = w->attrs.mask & ~w->contested;

	return mask & REPATTR_BIT(REPATTR_TC_OFFLOAD) ||
	       (mask & REPATTR_BIT(REPATTR_UP) &&
		w->attrs.num[REPATTR_UP] != l->info.up) ||
	       (mask & REPATTR_BIT(REPATTR_MTU) &&
		w->attrs.num[REPATTR_MTU] != l->info.mtu);
}

static void begin_anew(struct rep_wanted *w, uint32_t ifindex)
{
	w->ifindex = ifindex;
	w->fresh = true;
	w->contested = 0;
	memset(w->flaps, 0, sizeof(w->flaps));
	w->retry_ms = 0;
}

static void start(struct rep_wanted *w, void (*done)(struct kernel_job *job))
{
	struct core *core = w->keep->core;

	w->again = false;
	w->settings.want = w->attrs;
	w->settings.want.mask &= ~w->contested;
	for (int id = 0; id < REPATTR_N; id++)
		if (flap_is_full(&w->flaps[id], loop_now_ms(core->loop)))
			w->settings.want.mask &= ~REPATTR_BIT(id);
	w->job = (struct kernel_job){
		.kind = JOB_LINK_SET,
		.ifindex = w->ifindex,
		.settings = &w->settings,
		.done = done,
	};
	w->n_jobs++;
	core->kernel->ops->submit(core->kernel, &w->job);
}

/* What was found otherwise than it is wanted. */
static void take_difference(struct rep_wanted *w, enum repattr_id id,
			    const struct kernel_link *link)
{
	struct core *core = w->keep->core;
	const char *name = link->name;
	char was[REPATTR_TEXT_SIZE], want[REPATTR_TEXT_SIZE];

	repattr_format(id, w->settings.was.num[id], was);
	repattr_format(id, w->attrs.num[id], want);
	if (w->fresh) {
		log_info("%s: new netdev: set %s, as asked for", name, want);
		return;
	}
	if (repattr_has(&w->settings.want, id)) {
		flap_note(&w->flaps[id], loop_now_ms(core->loop));
		event_tell_setting(core, EVENT_REP_RESTORED, link, was, want);
		log_info("%s: somebody else has set %s: back to %s", name, was,
			 want);
		return;
	}
	w->contested |= REPATTR_BIT(id);
	event_tell_setting(core, EVENT_REP_CONTESTED, link, was, want);
	log_warning("%s: somebody else has set %s again, after it was put back "
		    "to %s %d times within %d seconds: left so; find out who "
		    "it is, then `swctl rep set %s %s`", name, was, want,
		    FLAP_MAX, FLAP_WINDOW_MS / 1000, name, want);
}

static void take_differences(struct rep_wanted *w,
			     const struct kernel_link *link)
{
	const struct repattrs *was = &w->settings.was;

	for (int i = 0; i < REPATTR_N; i++) {
		enum repattr_id id = (enum repattr_id)i;

		/* Somebody may have asked for something else meanwhile. */
		if (repattr_has(&w->attrs, id) && repattr_has(was, id) &&
		    !(w->contested & REPATTR_BIT(id)) &&
		    was->num[id] != w->attrs.num[id])
			take_difference(w, id, link);
	}
	w->fresh = false;
}

static void take_failure(struct rep_wanted *w)
{
	/* The next netdev is told of. */
	if (w->job.rc == -ENODEV)
		return;
	if (!w->retry_ms)
		log_warning("%s; trying again from time to time",
			    w->job.err.msg);
	w->retry_ms = w->retry_ms ? 2 * w->retry_ms : RETRY_FIRST_MS;
	if (w->retry_ms > RETRY_MAX_MS)
		w->retry_ms = RETRY_MAX_MS;
	timer_set(w->keep->core->loop, &w->retry, w->retry_ms);
}

/* What the worker has verified need not be told first. */
static void update_link(struct link *l, const struct kernel_settings *s)
{
	if (repattr_has(&s->want, REPATTR_UP))
		l->info.up = s->want.num[REPATTR_UP];
	if (repattr_has(&s->want, REPATTR_MTU))
		l->info.mtu = s->want.num[REPATTR_MTU];
	if (repattr_has(&s->want, REPATTR_TC_OFFLOAD))
		l->tc_offload = (int)s->want.num[REPATTR_TC_OFFLOAD];
}

static void on_kept(struct kernel_job *job);

static void look(struct rep_wanted *w, const struct link *l)
{
	if (w->n_jobs) {
		w->again = true;
		return;
	}
	if (w->ifindex != l->info.ifindex)
		begin_anew(w, l->info.ifindex);
	if (w->attrs.mask && may_differ(w, l))
		start(w, on_kept);
}

/* A job is done: what was told meanwhile is looked at now. */
static void job_done(struct rep_wanted *w)
{
	struct link *l;

	if (--w->n_jobs)
		return;
	if (!w->attrs.mask) {
		forget(w);
		return;
	}
	l = w->again ? link_of(w->keep->core, &w->id) : NULL;
	if (l)
		look(w, l);
}

static void on_kept(struct kernel_job *job)
{
	struct rep_wanted *w = container_of(job, struct rep_wanted, job);
	struct link *l = link_find(w->keep->core, job->ifindex);

	if (job->rc < 0) {
		take_failure(w);
	} else if (l) {
		if (w->retry_ms)
			log_info("%s: it can be set now", l->info.name);
		w->retry_ms = 0;
		take_differences(w, &l->info);
		update_link(l, &w->settings);
	}
	job_done(w);
}

static void on_retry(struct timer *t)
{
	struct rep_wanted *w = container_of(t, struct rep_wanted, retry);
	struct link *l = link_of(w->keep->core, &w->id);

	if (l)
		look(w, l);
}

static const struct port_dev *port_of(struct core *core, uint32_t ifindex)
{
	const struct port_dev *p;
	const struct device *d;

	list_for_each(d, &core->devices, node)
		list_for_each(p, &d->ports, node)
			if (p->info.ifindex == ifindex)
				return p;
	return NULL;
}

void rep_keep_on_link(struct rep_keep *keep, const struct link *link)
{
	const struct port_dev *p;
	struct rep_wanted *w;
	struct rep_id id;

	if (list_empty(&keep->wanted))
		return;
	p = port_of(keep->core, link->info.ifindex);
	if (!p)
		return;
	id = rep_id_of(&p->info);
	w = find(keep, &id);
	if (w)
		look(w, link);
}

void rep_keep_on_link_gone(struct rep_keep *keep, uint32_t ifindex)
{
	struct rep_wanted *w;

	list_for_each(w, &keep->wanted, node)
		if (w->ifindex == ifindex)
			w->ifindex = 0;
}

void rep_keep_on_port(struct rep_keep *keep, const struct kernel_port *port)
{
	struct rep_id id = rep_id_of(port);
	const struct link *l = link_find(keep->core, port->ifindex);
	struct rep_wanted *w = l ? find(keep, &id) : NULL;

	if (w)
		look(w, l);
}

static struct rep_wanted *wanted_new(struct rep_keep *keep,
				     const struct rep_id *id)
{
	struct rep_wanted *w = keep->n < REP_KEEP_MAX ? calloc(1, sizeof(*w)) :
							NULL;

	if (!w)
		return NULL;
	w->keep = keep;
	w->id = *id;
	timer_init(&w->retry, on_retry);
	list_add_tail(&keep->wanted, &w->node);
	keep->n++;
	return w;
}

static void merge(struct rep_wanted *w, const struct repattrs *attrs)
{
	for (int i = 0; i < REPATTR_N; i++) {
		enum repattr_id id = (enum repattr_id)i;

		if (!repattr_has(attrs, id))
			continue;
		repattr_put(&w->attrs, id, attrs->num[id]);
		w->flaps[id] = (struct flap){ 0 };
		w->contested &= ~REPATTR_BIT(id);
	}
}

static void on_set(struct kernel_job *job)
{
	struct setting *s = container_of(job, struct setting, job);
	struct rep_wanted *w = s->wanted;
	struct link *l = link_find(w->keep->core, job->ifindex);
	struct error none = { 0 };

	if (job->rc == 0) {
		merge(w, &s->settings.want);
		rep_record_save(w);
		if (l)
			update_link(l, &s->settings);
		w->retry_ms = 0;
	}
	s->request->done(s->request, job->rc < 0 ? &job->err : &none);
	list_del(&s->node);
	job_done(w);
	free(s);
}

static int no_netdev(const struct rep *rep, struct error *err)
{
	char handle[100];

	return error_set(err, ENODEV, "%s/%u has no netdev in this network "
			 "namespace",
			 device_handle_str(&rep->device->info.handle, handle),
			 rep->port->info.index);
}

int rep_set(struct rep_keep *keep, const struct rep *rep,
	    const struct repattrs *attrs, struct request *r,
	    struct error *err)
{
	struct rep_id id = rep_id_of(&rep->port->info);
	struct rep_wanted *w = find(keep, &id);
	struct setting *s;

	if (!rep->link)
		return no_netdev(rep, err);
	s = calloc(1, sizeof(*s));
	if (s && !w)
		w = wanted_new(keep, &id);
	if (!w || !s) {
		free(s);
		return error_set(err, ENOMEM, "no room for settings of one "
				 "more representor");
	}
	if (!w->attrs.mask)
		w->ifindex = rep->link->info.ifindex;
	*s = (struct setting){
		.wanted = w,
		.request = r,
		.settings.want = *attrs,
		.job = { .kind = JOB_LINK_SET,
			 .ifindex = rep->link->info.ifindex,
			 .settings = &s->settings,
			 .done = on_set },
	};
	list_add_tail(&keep->settings, &s->node);
	w->n_jobs++;
	keep->core->kernel->ops->submit(keep->core->kernel, &s->job);
	return 0;
}

static void unset(struct rep_wanted *w, uint32_t mask)
{
	w->attrs.mask &= ~mask;
	w->contested &= ~mask;
	rep_record_save(w);
	if (!w->attrs.mask && !w->n_jobs)
		forget(w);
}

bool rep_keep_forget(struct rep_keep *keep, const struct kernel_handle *h)
{
	struct rep_wanted *w;
	bool any = false;

	list_for_each(w, &keep->wanted, node) {
		if (!w->attrs.mask || !kernel_handle_equal(&w->id.handle, h))
			continue;
		unset(w, w->attrs.mask);
		any = true;
	}
	return any;
}

int rep_unset(struct rep_keep *keep, const struct rep *rep, uint32_t mask,
	      struct error *err)
{
	struct rep_id id = rep_id_of(&rep->port->info);
	struct rep_wanted *w = find(keep, &id);

	if (!w || !(w->attrs.mask & mask))
		return error_set(err, ENOENT, "no such setting of '%s' is "
				 "kept; `swctl rep show` tells which are",
				 rep->link ? rep->link->info.name :
					     rep->port->info.netdev);
	unset(w, mask);
	return 0;
}

struct rep_wanted *rep_keep_add(struct rep_keep *keep,
				const struct rep_id *id)
{
	struct rep_wanted *w = find(keep, id);

	return w ? w : wanted_new(keep, id);
}

void rep_keep_init(struct rep_keep *keep, struct core *core,
		   struct store *store)
{
	*keep = (struct rep_keep){ .core = core, .store = store };
	list_init(&keep->wanted);
	list_init(&keep->settings);
}

/* The kernel is stopped: no job will come back. */
void rep_keep_fini(struct rep_keep *keep)
{
	struct rep_wanted *w;
	struct setting *s;

	list_for_each(s, &keep->settings, node) {
		list_del(&s->node);
		free(s);
	}
	list_for_each(w, &keep->wanted, node)
		forget(w);
}
