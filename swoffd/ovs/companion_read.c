/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Datapaths tell what happens as it does, but not everything: who empties a
 * table of flows does so in silence (net/openvswitch/datapath.c,
 * ovs_flow_cmd_del() without a key).  So what there is, is read in rounds,
 * mostly without keys and actions.  A read may leave out some while others come
 * and go, so what it has not is gone only if the next has it not either.
 */
#include <errno.h>
#include <string.h>

#include "common/base/log.h"
#include "swoffd/ovs/companion_priv.h"

#define RATE_WINDOW_MS 10000.0         /* packets a second of about so long */

static void answer(struct ovs_companion *c)
{
	while (!list_empty(&c->waiting)) {
		struct request *r = container_of(c->waiting.next,
						 struct request, node);

		list_del(&r->node);
		if (companion_mirrors(c))
			engine_refresh(c->engine, r);
		else
			engine_settle(c->engine, r);
	}
}

/* What waits for the next round waits for this one now. */
static void take_waiting(struct ovs_companion *c)
{
	while (!list_empty(&c->next_waiting)) {
		struct list *node = c->next_waiting.next;

		list_del(node);
		list_add_tail(&c->waiting, node);
	}
}

/* Even in a hurry, reading takes half of the time at most, unless somebody
 * asks. */
static uint64_t soon(const struct ovs_companion *c)
{
	uint64_t now = loop_now_ms(c->loop);
	uint64_t at = c->round_ended_ms + c->round_took_ms;

	return list_empty(&c->next_waiting) && now < at ? at - now : 0;
}

void companion_read_kick(struct ovs_companion *c)
{
	/* What has failed has its own pace. */
	if (c->phase == COMPANION_IDLE &&
	    (!c->trouble.code || !list_empty(&c->next_waiting)))
		timer_set(c->loop, &c->round, soon(c));
}

static void schedule(struct ovs_companion *c)
{
	uint64_t ms = COMPANION_REST * c->round_took_ms;

	if (ms < COMPANION_ROUND_MS)
		ms = COMPANION_ROUND_MS;
	/* What is emptied in silence is not to stay for long. */
	if (ms > COMPANION_REST_MS)
		ms = COMPANION_REST_MS;
	if (!c->has_datapath)
		ms = COMPANION_ABSENT_MS;
	if (c->trouble.code)
		ms = COMPANION_RETRY_MS << (c->n_failed_in_row < 5 ?
					    c->n_failed_in_row : 5);
	if (!list_empty(&c->next_waiting) ||
	    ((c->need_all || c->is_missing) && c->has_datapath &&
	     !c->trouble.code))
		ms = soon(c);
	timer_set(c->loop, &c->round, ms);
}

static void rate(struct ovs_companion *c, struct companion_entry *e,
		 uint64_t now)
{
	uint64_t packets = (e->in_tc ? e->tc_counts.packets : 0) +
			   e->dp_counts.packets;
	struct flow_glance g;
	double weight;

	if (companion_mirror_glance(c, e, &g))
		packets += g.counted.packets;
	if (e->rated_ms && now > e->rated_ms) {
		weight = (double)(now - e->rated_ms) / RATE_WINDOW_MS;
		if (weight > 1)
			weight = 1;
		if (packets >= e->rated_packets)
			e->rate = (float)((1 - weight) * (double)e->rate +
				weight * 1000.0 *
				(double)(packets - e->rated_packets) /
				(double)(now - e->rated_ms));
	}
	e->rated_packets = packets;
	e->rated_ms = now;
}

void companion_read_end(struct ovs_companion *c)
{
	uint64_t now = loop_now_ms(c->loop);

	for (uint32_t i = 0; i < companion_table_n(&c->table); i++) {
		struct companion_entry *e = companion_table_at(&c->table, i);

		if (e)
			rate(c, e, now);
	}
	c->phase = COMPANION_IDLE;
	c->round_ended_ms = now;
	c->round_took_ms = now - c->round_began_ms;
	c->n_reads++;
	answer(c);
	companion_apply(c);
	if (c->phase == COMPANION_IDLE)
		schedule(c);
}

/* Nothing is gone as long as a read is not whole. */
static void sweep(struct ovs_companion *c)
{
	c->has_keyed = c->is_missing = false;
	for (uint32_t i = 0; i < companion_table_n(&c->table); i++) {
		struct companion_entry *e = companion_table_at(&c->table, i);

		if (!e || !e->in_dp)
			continue;
		c->has_keyed |= !e->has_ufid;
		if (e->seen == c->read_no)
			e->was_missed = false;
		else if (e->was_missed)
			companion_told_gone(c, e);
		else
			e->was_missed = c->is_missing = true;
	}
}

static void failed(struct ovs_companion *c, int err)
{
	(void)error_set(&c->trouble, err, "flows of datapaths: %s",
			strerror(err));
	/* A table that changes under us is no news. */
	if (c->n_failed_in_row++ == 3)
		log_warning("ovs: %s", c->trouble.msg);
	c->need_all = true;
	companion_read_end(c);
}

/* What there is has been told. */
static void take_all(struct ovs_companion *c)
{
	c->trouble.code = 0;
	c->trouble.msg[0] = '\0';
	c->n_failed_in_row = 0;
	if (companion_port_sweep_end(&c->ports, companion_told_datapath_gone,
				     c))
		companion_told_ports_gone(c);
	sweep(c);
	c->table.n_untold = c->table.n_left_out;
}

static void go_on(struct ovs_companion *c)
{
	if (companion_observes(c)) {
		companion_tc_begin(c);
		return;
	}
	if (companion_mirrors(c))
		companion_mirror_tick(c);
	companion_read_end(c);
}

void companion_read_done(void *ctx, enum datapath_read what, int err)
{
	struct ovs_companion *c = ctx;

	if (c->phase != COMPANION_READING)
		return;
	c->phase = COMPANION_FILTERS;
	if (err) {
		failed(c, err);
		return;
	}
	take_all(c);
	c->whole |= what == DATAPATH_READ_ALL && c->mode != COMPANION_OFF;
	go_on(c);
}

/* No openvswitch in the kernel: there is nothing, and that is known. */
static void absent(struct ovs_companion *c)
{
	c->has_datapath = false;
	c->phase = COMPANION_FILTERS;
	take_all(c);
	c->need_all = c->is_missing = false;
	c->whole = true;
	go_on(c);
}

static void begin(struct ovs_companion *c)
{
	int rc;

	take_waiting(c);
	c->round_began_ms = loop_now_ms(c->loop);
	c->what = c->need_all || !c->whole || c->has_keyed || c->is_behind ?
			  DATAPATH_READ_ALL : DATAPATH_READ_STATS;
	/* 0: no read. */
	c->read_no = (uint8_t)(c->read_no % UINT8_MAX + 1);
	c->phase = COMPANION_READING;
	c->need_all = c->is_behind = false;
	c->table.n_left_out = 0;
	companion_port_sweep_begin(&c->ports);
	rc = c->datapaths->ops->read(c->datapaths, c->what);
	if (rc == -ENOENT) {
		absent(c);
		return;
	}
	c->has_datapath = true;
	if (rc < 0) {
		c->phase = COMPANION_FILTERS;
		failed(c, -rc);
	}
}

static void on_round(struct timer *t)
{
	struct ovs_companion *c = container_of(t, struct ovs_companion, round);

	companion_apply(c);
	if (c->mode != COMPANION_OFF) {
		begin(c);
		return;
	}
	take_waiting(c);
	answer(c);
	/* What Open vSwitch is set to may ask for another mode. */
	if (!c->stopping)
		timer_set(c->loop, &c->round, COMPANION_ROUND_MS);
}

static void on_refresh(struct companion *base, struct request *r)
{
	struct ovs_companion *c = container_of(base, struct ovs_companion,
					       base);

	list_add_tail(&c->next_waiting, &r->node);
	companion_read_kick(c);
}

void companion_read_again(struct ovs_companion *c)
{
	for (uint32_t i = 0; i < companion_table_n(&c->table); i++) {
		struct companion_entry *e = companion_table_at(&c->table, i);

		if (e)
			e->looked = false;
	}
	c->need_all = true;
	companion_read_kick(c);
}

void companion_read_forget(struct ovs_companion *c)
{
	for (uint32_t i = 0; i < companion_table_n(&c->table); i++) {
		struct companion_entry *e = companion_table_at(&c->table, i);

		if (e)
			companion_table_del(&c->table, e);
	}
	companion_port_fini(&c->ports);
	c->table.n_untold = c->table.n_left_out = 0;
	c->whole = false;
}

void companion_read_init(struct ovs_companion *c)
{
	list_init(&c->waiting);
	list_init(&c->next_waiting);
	timer_init(&c->round, on_round);
	c->base.refresh = on_refresh;
}

void companion_read_fini(struct ovs_companion *c)
{
	timer_cancel(&c->round);
}
