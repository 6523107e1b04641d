/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel has: a pass dumps one device after the other, to verify
 * what was sent, to read counters, and to notice what others took away.
 */
#include <errno.h>
#include <string.h>

#include "common/base/log.h"
#include "swoffd/core/engine_priv.h"

#define POLL_MIN_MS 1000
#define POLL_MAX_MS 10000

/* Reading takes a tenth of the time at most, if it can be had with that. */
static void all_are_read(struct engine *e)
{
	uint64_t took = loop_now_ms(e->core->loop) - e->pass_began_ms;

	e->read_took_ms = took;
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
	engine_pass_dev(e)->read_ms[engine_pass_hook(e)] =
		loop_now_ms(e->core->loop);
}

void engine_read_caught_up(struct engine *e)
{
	if (!e->caught_up)
		dev_is_read(e);
	e->caught_up = true;
	pass_is_read(e);
}

static void finish_pass(struct engine *e)
{
	e->pass_running = false;
	pass_is_read(e);
	engine_kick_read(e);
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

static void next_dump(struct engine *e)
{
	struct kernel *k = e->core->kernel;
	struct kernel_dump dump;

	e->caught_up = false;
	for (; e->pass_at < 2u * e->n_devs; e->pass_at++) {
		struct engine_dev *dev = engine_pass_dev(e);
		enum rule_hook hook = engine_pass_hook(e);

		if (!dump_is_due(e, dev, hook))
			continue;
		dev->n_seen = 0;
		dump = (struct kernel_dump){
			.block = engine_block(dev, hook),
			.hook = hook,
			.paced = engine_pace_dump(e) && is_last_due(e),
		};
		dump.ifindex = dump.block ? 0 : dev->ifindex;
		dump.terse = !e->pass_full || dump.paced;
		if (k->ops->tc_dump(k, &dump) == 0)
			return;
		e->pass_failed = true;
	}
	finish_pass(e);
}

static bool poll_is_due(const struct engine *e, bool verify)
{
	return e->poll_due &&
	       (verify || engine_verify_overdue(e) ||
		e->queue_len + e->n_sent + e->n_verify < ENGINE_GET_LIMIT);
}

/* Flows begin with 0, which is no pass. */
void engine_pass_number(struct engine *e)
{
	if (!++e->pass_no)
		e->pass_no++;
}

/* all: of every device; otherwise where something is unread. */
static void begin_pass(struct engine *e, bool all)
{
	engine_verify_forget(e);
	while (!list_empty(&e->refresh_next)) {
		struct list *node = e->refresh_next.next;

		list_del(node);
		list_add_tail(&e->refresh_now, node);
	}
	if (!list_empty(&e->refresh_now) &&
	    (e->n_state[FLOW_LOST] || e->n_state[FLOW_REJECTED]))
		engine_sweep(e, SWEEP_RETRY);
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

void engine_kick_read(struct engine *e)
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

static void on_poll(struct timer *t)
{
	struct engine *e = container_of(t, struct engine, poll);

	e->poll_due = e->table.n_flows != 0;
	if (!e->poll_due)
		engine_event_idle(e);
	e->pass_failed = false;
	engine_retry_tick(e);
	engine_kick_read(e);
	timer_set(e->core->loop, t, e->poll_ms);
}

/* Of a filter on a block it is not told on which hook of which device. */
static bool is_place_of(const struct engine_dev *dev, enum rule_hook hook,
			const struct kernel_filter *flt)
{
	uint32_t block = engine_block(dev, hook);

	if (block || flt->block)
		return block == flt->block;
	return dev->ifindex == flt->ifindex && hook == flt->hook;
}

struct flow *engine_flow_of(struct engine *e, const struct kernel_filter *flt)
{
	struct flow *f = engine_flow(e, flt->handle - 1);
	const struct place *place;
	struct engine_cookie c;

	if (!f || !flt->has_cookie)
		return NULL;
	place = flowtab_place(&e->table, f);
	memcpy(&c, flt->cookie, sizeof(c));
	if (!is_place_of(e->devs[place->dev], (enum rule_hook)place->hook, flt))
		return NULL;
	/* Its epoch may be that of the daemon which put it there. */
	return place->chain == flt->chain &&
	       f->prio == flt->prio && kernel_cookie_is_ours(c.magic) &&
	       memcmp(c.id, f->ufid.bytes, sizeof(c.id)) == 0 ? f : NULL;
}

/* Answers to a get come at any time. */
static bool is_in_pass(const struct engine *e, const struct place *place)
{
	return e->pass_running &&
	       e->pass_at == 2u * place->dev + place->hook;
}

/*
 * True: it is news.  What was put since the dump began, or was seen in it
 * before, may be told by it as it was: only the answer to a get is news then.
 */
static bool count_seen(struct engine *e, struct flow *f, bool is_get)
{
	const struct place *place = flowtab_place(&e->table, f);
	bool first = f->seen != e->pass_no;

	if (!is_in_pass(e, place))
		return true;
	e->devs[place->dev]->n_seen += first;
	e->pace_new += first && !f->seen;
	f->seen = e->pass_no;
	return first || is_get;
}

/* While a message is under way it is not known if this is the filter before
 * or after it, but for one that was read between the two. */
static bool is_under_way(struct engine *e, const struct flow *f,
			 const struct kernel_filter *filter)
{
	if (f->phase != PHASE_SENT || f->op == OP_GET)
		return false;
	e->read_slot = engine_slot(e, f);
	e->read_stats = *engine_meter_stats(e, f, filter);
	return true;
}

void engine_take_read(struct engine *e, struct flow *f, uint8_t gen, int err)
{
	bool is_old = f->phase == PHASE_SENT && f->gen == (uint8_t)(gen + 1);

	if (!err && is_old && e->read_slot == engine_slot(e, f))
		flow_read_between(e, f, &e->read_stats);
	e->read_slot = FLOWTAB_NO_SLOT;
}

static void read_stats(struct engine *e, struct flow *f,
		       const struct kernel_filter *filter)
{
	const struct kernel_stats *stats = engine_meter_stats(e, f, filter);

	if (filter->tag)
		flow_read_between(e, f, stats);
	else
		flow_read_stats(e, f, stats);
}

static void read_filter(struct engine *e, const struct kernel_filter *filter)
{
	struct flow *f = engine_flow_of(e, filter);
	bool is_get = filter->tag != 0;

	if (!f || (f->presence == NOT_THERE && !f->clash))
		return;
	if (is_under_way(e, f, filter) || !count_seen(e, f, is_get))
		return;
	read_stats(e, f, filter);
	flow_set_presence(e, f, filter->in_hw ? THERE_HW : THERE_SW);
	if (f->phase == PHASE_VERIFY) {
		engine_conclude(e, f);
	} else if (f->phase == PHASE_SETTLED && !f->dying &&
		   (f->state == FLOW_IN_HW) != filter->in_hw) {
		flow_unsettle(e, f);
		engine_conclude(e, f);
	}
	if (e->pass_running && e->pass_all && !is_get)
		engine_capacity_look(e, f);
}

void engine_read_again(struct engine *e, struct flow *f)
{
	flow_unsettle(e, f);
	flow_set_presence(e, f, THERE_UNREAD);
	engine_enqueue(e, f, OP_GET);
}

/* The answer to a get; or a message of its flow is under way, and this may be
 * what that brought about. */
static bool is_asked_for(struct engine *e, const struct kernel_filter *filter)
{
	const struct flow *f = engine_flow_of(e, filter);

	return filter->tag || (f && f->phase == PHASE_SENT);
}

void engine_on_filter(struct engine *e, const struct kernel_filter *filter)
{
	if (engine_prove_filter(e, filter))
		return;
	if ((uint8_t)(filter->tag >> 32) == OP_GET_ASKED)
		engine_get_filter(e, filter);
	if (e->probing && filter->chain == ENGINE_SCRATCH_CHAIN)
		engine_probe_filter(e, filter);
	else if (e->scan && !is_asked_for(e, filter))
		e->scan->filter(e, filter);
	else if (filter->chain != ENGINE_SCRATCH_CHAIN)
		read_filter(e, filter);
}

#define MISSING_ROUND 4096

/* A dump can miss a rule when prios come and go, so ask for each by handle. */
static void ask_if_missing(struct engine *e, struct flow *f)
{
	const struct place *place = flowtab_place(&e->table, f);

	if (!is_in_pass(e, place) || f->presence == NOT_THERE ||
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

void engine_on_dump_done(struct engine *e, uint32_t ifindex, int err)
{
	struct engine_dev *dev;
	enum rule_hook hook;

	if (e->scan) {
		engine_scan_dump_done(e, err);
		return;
	}
	if (!e->pass_running)
		return;
	e->dump_waits = false;
	dev = engine_pass_dev(e);
	hook = engine_pass_hook(e);
	if (err && err != ENODEV) {
		log_warning("%s: dump of filters: %s", dev->name,
			    strerror(err));
		e->pass_failed = true;
	}
	if (!err && !e->caught_up)
		dev_is_read(e);
	if (!err && (!ifindex || dev->ifindex == ifindex) &&
	    dev->n_seen < dev->n_there[hook]) {
		e->missing_at = 0;
		defer(e->core->loop, &e->missing);
		return;
	}
	dump_is_read(e);
}

void engine_read_init(struct engine *e)
{
	e->read_slot = FLOWTAB_NO_SLOT;
	e->poll_ms = POLL_MIN_MS;
	e->read_at_ms = loop_now_ms(e->core->loop);
	deferred_init(&e->missing, on_missing);
	timer_init(&e->poll, on_poll);
	timer_set(e->core->loop, &e->poll, e->poll_ms);
}
