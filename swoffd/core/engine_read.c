/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel has: a pass dumps one device after the other, to verify
 * what was sent, to read counters, and to notice what others took away.
 */
#include <errno.h>
#include <string.h>

#include "common/base/log.h"
#include "swoffd/core/engine_priv.h"

/* Whoever waits is answered when what the pass brought up is settled too. */
static void finish_pass(struct engine *e)
{
	e->pass_running = false;
	while (!list_empty(&e->refresh_now)) {
		struct request *r = container_of(e->refresh_now.next,
						 struct request, node);

		list_del(&r->node);
		engine_settle(e, r);
	}
	engine_kick_read(e);
}

static bool dump_is_due(const struct engine *e, const struct engine_dev *dev,
			enum rule_hook hook)
{
	if (!dev->ifindex || !dev->n_there[hook])
		return false;
	return e->pass_all || dev->n_verify;
}

static void next_dump(struct engine *e)
{
	struct kernel *k = e->core->kernel;
	struct kernel_dump dump = { .terse = !e->pass_full };

	for (; e->pass_at < 2u * e->n_devs; e->pass_at++) {
		struct engine_dev *dev = e->devs[e->pass_at / 2];
		enum rule_hook hook = (enum rule_hook)(e->pass_at % 2);

		if (!dump_is_due(e, dev, hook))
			continue;
		dev->n_seen = 0;
		dump.ifindex = dev->ifindex;
		dump.hook = hook;
		if (k->ops->tc_dump(k, &dump) == 0)
			return;
		e->pass_failed = true;
	}
	finish_pass(e);
}

/* What was lost or refused for a reason that may be gone by now. */
static bool is_transient(const struct flow *f)
{
	static const bool transient[REASON_N_CODES] = {
		[REASON_DEVICE_GONE] = true,
		[REASON_RULE_REMOVED] = true,
		[REASON_QDISC_MISSING] = true,
		[REASON_RESULT_UNKNOWN] = true,
		[REASON_ACTION_MISSING] = true,
		[REASON_METER_MISSING] = true,
	};

	if (f->dying && f->phase == PHASE_SETTLED)
		return true;
	if (f->phase != PHASE_SETTLED || !f->extra || !f->extra->n_reasons ||
	    (f->state != FLOW_LOST && f->state != FLOW_REJECTED))
		return false;
	return transient[f->extra->reasons[0].reason.code];
}

static void try_again(struct engine *e)
{
	if (!e->n_state[FLOW_LOST] && !e->n_state[FLOW_REJECTED])
		return;
	for (uint32_t slot = 0; slot < e->table.n_slots; slot++) {
		struct flow *f = flowtab_get(&e->table, slot);

		if (!f || !is_transient(f) || engine_missing(e, f))
			continue;
		flow_unsettle(e, f);
		if (f->dying)
			engine_enqueue(e, f, OP_DEL);
		else
			engine_advance(e, f);
	}
}

void engine_kick_read(struct engine *e)
{
	bool verify = e->n_verify && !e->queue_len && !e->n_sent &&
		      !e->pass_failed;
	bool all = !list_empty(&e->refresh_next) || e->poll_due;

	if (e->pass_running || e->adopting || (!verify && !all))
		return;
	while (!list_empty(&e->refresh_next)) {
		struct list *node = e->refresh_next.next;

		list_del(node);
		list_add_tail(&e->refresh_now, node);
	}
	if (all)
		try_again(e);
	e->pass_running = true;
	e->pass_all = all;
	e->pass_full = all && e->table.n_flows <= ENGINE_FULL_DUMP_LIMIT;
	e->poll_due = false;
	e->pass_no++;
	e->pass_at = 0;
	next_dump(e);
}

void engine_refresh(struct engine *e, struct request *r)
{
	list_add_tail(&e->refresh_next, &r->node);
	/* Its done() may not come before we return. */
	defer(e->core->loop, &e->pump);
}

void engine_poll(struct timer *t)
{
	struct engine *e = container_of(t, struct engine, poll);

	e->poll_due = e->table.n_flows != 0;
	e->pass_failed = false;
	engine_kick_read(e);
	timer_set(e->core->loop, t, ENGINE_POLL_MS);
}

struct flow *engine_flow_of(struct engine *e, const struct kernel_filter *flt)
{
	struct flow *f = flowtab_get(&e->table, flt->handle - 1);
	uint8_t cookie[KERNEL_COOKIE_SIZE];

	if (!f || e->devs[f->dev]->ifindex != flt->ifindex ||
	    f->hook != flt->hook || f->chain != flt->chain ||
	    f->prio != flt->prio || !flt->has_cookie)
		return NULL;
	engine_cookie_make(e, &f->ufid, cookie);
	/* Its epoch may be that of the daemon which put it there. */
	memcpy(cookie + offsetof(struct engine_cookie, epoch),
	       flt->cookie + offsetof(struct engine_cookie, epoch),
	       sizeof(uint32_t));
	return memcmp(cookie, flt->cookie, sizeof(cookie)) ? NULL : f;
}

static void read_stats(const struct engine *e, struct flow *f,
		       const struct kernel_stats *stats)
{
	uint64_t now = loop_now_ms(e->core->loop);

	if (stats->used_ms != UINT64_MAX && stats->packets)
		f->used_ms = stats->used_ms < now ? now - stats->used_ms : 1;
	else if (stats->packets != f->now.packets)
		f->used_ms = now;
	f->now = *stats;
}

/* Answers to a get come at any time. */
static bool is_in_pass(const struct engine *e, const struct flow *f)
{
	return e->pass_running && e->pass_at == 2u * f->dev + f->hook;
}

void engine_on_filter(struct engine *e, const struct kernel_filter *filter)
{
	struct flow *f;

	if (e->adopting) {
		engine_adopt_filter(e, filter);
		return;
	}
	if (filter->chain == ENGINE_SCRATCH_CHAIN) {
		engine_probe_filter(e, filter);
		return;
	}
	f = engine_flow_of(e, filter);
	if (!f || f->presence == NOT_THERE)
		return;
	if (f->seen != e->pass_no && is_in_pass(e, f))
		e->devs[f->dev]->n_seen++;
	f->seen = e->pass_no;
	if (f->phase == PHASE_SENT && f->op != OP_GET)
		return;
	read_stats(e, f, engine_meter_stats(e, f, filter));
	flow_set_presence(e, f, filter->in_hw ? THERE_HW : THERE_SW);
	if (f->phase == PHASE_VERIFY)
		engine_conclude(e, f);
	else if (f->phase == PHASE_SETTLED && !f->dying &&
		 (f->state == FLOW_IN_HW) != filter->in_hw)
		engine_conclude(e, f);
}

/* A dump can miss a rule when prios come and go, so ask for each by handle. */
static void ask_for_missing(struct engine *e, const struct engine_dev *dev,
			    enum rule_hook hook)
{
	for (uint32_t slot = 0; slot < e->table.n_slots; slot++) {
		struct flow *f = flowtab_get(&e->table, slot);

		if (!f || f->dev != dev->id || f->hook != hook ||
		    f->presence == NOT_THERE || f->seen == e->pass_no ||
		    (f->phase != PHASE_VERIFY && f->phase != PHASE_SETTLED))
			continue;
		flow_unsettle(e, f);
		flow_set_presence(e, f, THERE_UNREAD);
		engine_enqueue(e, f, OP_GET);
	}
}

void engine_on_dump_done(struct engine *e, uint32_t ifindex, int err)
{
	struct engine_dev *dev;
	enum rule_hook hook;

	if (e->adopting) {
		engine_adopt_dump_done(e, err);
		return;
	}
	if (!e->pass_running)
		return;
	dev = e->devs[e->pass_at / 2];
	hook = (enum rule_hook)(e->pass_at % 2);
	if (err && err != ENODEV) {
		log_warning("%s: dump of filters: %s", dev->name,
			    strerror(err));
		e->pass_failed = true;
	}
	if (!err && dev->ifindex == ifindex &&
	    dev->n_seen < dev->n_there[hook])
		ask_for_missing(e, dev, hook);
	e->pass_at++;
	next_dump(e);
}
