/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A pass dumps one device after the other, to verify what was sent, to read
 * counters, and to notice what others took away.
 */
#include <errno.h>
#include <string.h>

#include "common/base/log.h"
#include "swoffd/core/engine_priv.h"

#define POLL_MIN_MS 1000
#define POLL_MAX_MS 10000
#define MISSING_ROUND 4096

/* Reading takes a tenth of the time at most, if it can be had with that. */
static void all_are_read(struct engine *e)
{
	uint64_t took = loop_now_ms(e->core->loop) - e->pass_began_ms;

	e->read_took_ms = took;
	e->read_flows = e->table.n_flows;
	e->read_at_ms = loop_now_ms(e->core->loop);
	e->poll_ms = took * 10 < POLL_MIN_MS ? POLL_MIN_MS :
		     took * 10 > POLL_MAX_MS ? POLL_MAX_MS : took * 10;
	engine_capacity_end(e);
	if (e->n_timed)
		engine_sweep(e, SWEEP_AGE);
}

/* Whoever waits is answered when what the pass brought up is settled too. */
static void pass_is_read(struct engine *e)
{
	if (!e->pass_all)
		return;
	e->pass_all = false;
	all_are_read(e);
	while (!list_empty(&e->refresh_now)) {
		struct request *r = container_of(e->refresh_now.next,
						 struct request, node);

		list_del(&r->node);
		engine_settle(e, r);
	}
}

static void dev_is_read(struct engine *e)
{
	struct engine_dev *dev = engine_pass_dev(e);
	enum rule_hook hook = engine_pass_hook(e);

	dev->read_ms[hook] = loop_now_ms(e->core->loop);
	dev->asked_ms[hook] = e->dump_began_ms;
}

void engine_pass_caught_up(struct engine *e)
{
	dev_is_read(e);
	e->caught_up = true;
	pass_is_read(e);
}

static void finish_pass(struct engine *e)
{
	e->pass_running = false;
	pass_is_read(e);
	engine_pass_kick(e);
}

static bool dump_is_due(const struct engine *e, const struct engine_dev *dev,
			enum rule_hook hook)
{
	if (!dev->ifindex || !dev->n_there[hook])
		return false;
	return e->pass_all || dev->n_verify;
}

/* The last one of a pass may go on for as long as flows come. */
static bool is_last_due(const struct engine *e)
{
	for (uint32_t at = e->pass_at + 1; at < 2u * e->n_devs; at++)
		if (dump_is_due(e, e->devs[at / 2], (enum rule_hook)(at % 2)))
			return false;
	return true;
}

static int start_dump(struct engine *e)
{
	struct engine_dev *dev = engine_pass_dev(e);
	struct kernel *k = e->core->kernel;
	struct kernel_dump dump = {
		.hook = engine_pass_hook(e),
		.paced = engine_pace_dump(e) && is_last_due(e),
	};

	dump.block = engine_block(dev, dump.hook);
	dump.ifindex = dump.block ? 0 : dev->ifindex;
	dump.terse = !e->pass_full || dump.paced;
	dev->n_seen = 0;
	e->caught_up = false;
	e->dump_began_ms = loop_now_ms(e->core->loop);
	return k->ops->tc_dump(k, &dump);
}

static void next_dump(struct engine *e)
{
	for (; e->pass_at < 2u * e->n_devs; e->pass_at++) {
		if (!dump_is_due(e, engine_pass_dev(e), engine_pass_hook(e)))
			continue;
		if (start_dump(e) == 0)
			return;
		e->pass_failed = true;
	}
	finish_pass(e);
}

static bool poll_is_due(const struct engine *e, bool verify)
{
	bool busy = e->queue_len + e->n_sent + e->n_verify >= ENGINE_GET_LIMIT;

	if (e->poll_due && (verify || !busy))
		return true;
	return (e->poll_due || engine_pace_pays(e)) &&
	       engine_verify_overdue(e, 1);
}

/* Flows begin with 0, which is no pass. */
void engine_pass_number(struct engine *e)
{
	if (!++e->pass_no)
		e->pass_no++;
}

/* Those who ask from now on wait for the next. */
static void take_who_waits(struct engine *e)
{
	while (!list_empty(&e->refresh_next)) {
		struct list *node = e->refresh_next.next;

		list_del(node);
		list_add_tail(&e->refresh_now, node);
	}
	if (!list_empty(&e->refresh_now) &&
	    (e->n_state[FLOW_LOST] || e->n_state[FLOW_REJECTED]))
		engine_sweep(e, SWEEP_RETRY);
}

/* all: of every device; otherwise where something is unread. */
static void begin_pass(struct engine *e, bool all)
{
	engine_verify_forget(e);
	take_who_waits(e);
	e->pass_running = true;
	e->pass_all = all;
	e->pass_full = all && e->table.n_flows <= ENGINE_FULL_DUMP_LIMIT;
	e->poll_due = false;
	engine_pass_number(e);
	e->pass_at = 0;
	e->pass_began_ms = loop_now_ms(e->core->loop);
	if (all)
		engine_capacity_begin(e);
	engine_pace_begin(e);
	next_dump(e);
}

void engine_pass_kick(struct engine *e)
{
	bool verify, all;

	if (e->pass_running) {
		engine_pace(e);
		return;
	}
	if (e->adopting || engine_audit_begin(e))
		return;
	verify = engine_verify_due(e);
	all = !list_empty(&e->refresh_next) || poll_is_due(e, verify);
	if (all || (verify && !engine_verify_few(e)))
		begin_pass(e, all);
}

void engine_refresh(struct engine *e, struct request *r)
{
	list_add_tail(&e->refresh_next, &r->node);
	/* Its done() may not come before we return. */
	defer(e->core->loop, &e->pump);
}

/* A dump can miss a rule when prios come and go, so ask for each by handle. */
static void ask_if_missing(struct engine *e, struct flow *f)
{
	const struct place *place = flowtab_place(&e->table, f);

	if (!engine_is_in_pass(e, place) || f->presence == NOT_THERE ||
	    f->seen == e->pass_no || engine_pace_passed(e, f) ||
	    (f->phase != PHASE_VERIFY && f->phase != PHASE_SETTLED))
		return;
	engine_read_again(e, f);
}

static void dump_is_read(struct engine *e)
{
	e->pass_at++;
	next_dump(e);
}

static void on_missing(struct deferred *d)
{
	struct engine *e = container_of(d, struct engine, missing);

	for (int n = 0; n < MISSING_ROUND && e->missing_at < e->table.n_slots;
	     n++) {
		struct flow *f = engine_flow(e, e->missing_at++);

		if (f)
			ask_if_missing(e, f);
	}
	if (e->missing_at < e->table.n_slots)
		defer(e->core->loop, d);
	else
		dump_is_read(e);
}

static void dump_failed(struct engine *e, int err)
{
	if (err != ENODEV) {
		log_warning("%s: dump of filters: %s", engine_pass_dev(e)->name,
			    strerror(err));
		e->pass_failed = true;
	}
	dump_is_read(e);
}

static void dump_succeeded(struct engine *e, uint32_t ifindex)
{
	const struct engine_dev *dev = engine_pass_dev(e);

	if (!e->caught_up)
		dev_is_read(e);
	if ((!ifindex || dev->ifindex == ifindex) &&
	    dev->n_seen < dev->n_there[engine_pass_hook(e)]) {
		e->missing_at = 0;
		defer(e->core->loop, &e->missing);
	} else {
		dump_is_read(e);
	}
}

void engine_on_dump_done(struct engine *e, uint32_t ifindex, int err)
{
	if (e->scan) {
		engine_scan_dump_done(e, err);
		return;
	}
	if (!e->pass_running)
		return;
	e->dump_waits = false;
	if (err)
		dump_failed(e, err);
	else
		dump_succeeded(e, ifindex);
}

static void on_poll(struct timer *t)
{
	struct engine *e = container_of(t, struct engine, poll);

	e->poll_due = e->table.n_flows != 0;
	if (!e->poll_due)
		engine_event_idle(e);
	e->pass_failed = false;
	engine_retry_tick(e);
	engine_pass_kick(e);
	timer_set(e->core->loop, t, e->poll_ms);
}

void engine_pass_init(struct engine *e)
{
	e->poll_ms = POLL_MIN_MS;
	engine_pass_number(e);
	e->read_at_ms = loop_now_ms(e->core->loop);
	deferred_init(&e->missing, on_missing);
	timer_init(&e->poll, on_poll);
	timer_set(e->core->loop, &e->poll, e->poll_ms);
}
