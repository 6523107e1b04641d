/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Counters go up with each notification; what was said last is kept. */
#include "swoffd/core/health.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/base/log.h"
#include "swoffd/core/core.h"
#include "swoffd/core/event_tell.h"

#define PAUSE_MS 1000

struct known {
	struct list node;              /* health->known */
	struct detail_reporter is, said;
};

static struct known *find(struct health *h, const struct detail_reporter *r)
{
	struct known *k;

	list_for_each(k, &h->known, node)
		if (k->is.port == r->port && !strcmp(k->is.name, r->name) &&
		    kernel_handle_equal(&k->is.handle, &r->handle))
			return k;
	return NULL;
}

static struct known *know(struct health *h, const struct detail_reporter *r)
{
	struct known *k = h->n_known < DETAIL_MAX ? calloc(1, sizeof(*k)) :
						    NULL;

	if (!k)
		return NULL;
	k->is = k->said = *r;
	list_add_tail(&h->known, &k->node);
	h->n_known++;
	return k;
}

static void forget(struct health *h, struct known *k)
{
	list_del(&k->node);
	h->n_known--;
	free(k);
}

static void say(struct health *h, struct known *k)
{
	const struct detail_reporter *r = &k->is;
	bool bad = r->state == REPORTER_ERROR || r->errors > k->said.errors;
	char handle[100], port[16] = "";

	if (r->port != KERNEL_NO_NUMBER)
		(void)snprintf(port, sizeof(port), "/%u", r->port);
	log_write(bad ? LOG_LEVEL_WARNING : LOG_LEVEL_INFO,
		  "%s%s: health reporter %s: %s; errors so far: %" PRIu64
		  ", recoveries: %" PRIu64,
		  device_handle_str(&r->handle, handle), port, r->name,
		  detail_reporter_state_str(r->state), r->errors,
		  r->recoveries);
	event_tell_health(h->core, r);
	k->said = *r;
}

static bool is_news(const struct known *k)
{
	return k->is.state != k->said.state ||
	       k->is.errors != k->said.errors ||
	       k->is.recoveries != k->said.recoveries;
}

static void say_news(struct health *h)
{
	struct known *k;
	bool any = false;

	if (h->paused)
		return;
	list_for_each(k, &h->known, node) {
		if (!is_news(k))
			continue;
		say(h, k);
		any = true;
	}
	h->paused = any;
	if (any)
		timer_set(h->core->loop, &h->pause, PAUSE_MS);
}

static void on_pause_over(struct timer *t)
{
	struct health *h = container_of(t, struct health, pause);

	h->paused = false;
	say_news(h);
}

void health_on_reporter(struct health *h, const struct detail_reporter *r)
{
	struct known *k = find(h, r);

	if (!k) {
		k = know(h, r);
		/* It is told because something has happened. */
		if (k)
			k->said.errors = k->said.recoveries = 0;
	}
	if (!k)
		return;
	/* A reload makes reporters anew, and nobody tells. */
	if (r->errors < k->is.errors || r->recoveries < k->is.recoveries)
		k->said.errors = k->said.recoveries = 0;
	k->is = *r;
	say_news(h);
}

/* Errors of before that were recovered from are no news. */
static void take_read(struct health *h, const struct detail_reporter *r)
{
	struct known *k = find(h, r);

	if (!k) {
		k = know(h, r);
		if (k)
			k->said.state = REPORTER_HEALTHY;
		return;
	}
	/* What was read before the notification came is older. */
	if (r->errors >= k->is.errors)
		k->is = *r;
}

static void start_reading(struct health *h)
{
	struct error err;

	h->again = false;
	h->list.kind = DETAIL_REPORTERS;
	if (detail_read(h->core, NULL, &h->list, &h->read, &err) == 0)
		h->reading = true;
	else
		log_warning("%s", err.msg);
}

static void on_read(struct request *r, const struct error *err)
{
	struct health *h = container_of(r, struct health, read);

	h->reading = false;
	/* Kernels before 5.1 have no reporters. */
	if (err->code && err->code != EOPNOTSUPP)
		log_warning("%s", err->msg);
	for (uint32_t i = 0; i < h->list.n; i++)
		take_read(h, &h->list.reporters[i]);
	detail_fini(&h->list);
	say_news(h);
	if (h->again)
		start_reading(h);
}

void health_on_synced(struct health *h)
{
	if (h->reading)
		h->again = true;
	else
		start_reading(h);
}

void health_on_device_gone(struct health *h,
			   const struct kernel_handle *handle)
{
	struct known *k;

	list_for_each(k, &h->known, node)
		if (kernel_handle_equal(&k->is.handle, handle))
			forget(h, k);
}

void health_init(struct health *h, struct core *core)
{
	*h = (struct health){ .core = core, .read.done = on_read };
	list_init(&h->known);
	timer_init(&h->pause, on_pause_over);
}

void health_fini(struct health *h)
{
	struct known *k;

	timer_cancel(&h->pause);
	list_for_each(k, &h->known, node)
		forget(h, k);
	detail_fini(&h->list);
}
