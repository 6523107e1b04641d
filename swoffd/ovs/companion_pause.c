/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rules that are out of tc for a while, though the datapath has their flows.
 *
 * Those of busy flows, a second in a minute: Open vSwitch learns addresses from
 * packets of flows and forgets them without (mac-aging-time, 300 s by default),
 * ends rules for want of packets, and ends flows itself that it sees none of.
 *
 * And those of flows without packets: they need no place in hardware.  The
 * datapath keeps such a flow until Open vSwitch ends it, which must be left to
 * it: versions without its commit 180ab2fd6 (3.1.7, 3.3.4 and 3.4.2 have it) do
 * not put a flow again that somebody else has deleted.
 *
 * Either is back when the datapath has counted a packet.
 */
#include "swoffd/ovs/companion_priv.h"

#define SHOW_MS 60000                  /* between two packets it sees */
#define SHOW_WAIT_MS 3000              /* for one of them */
#define SHOW_ACTIVE_MS 10000           /* a flow without packets has none */
#define SHOW_SHARE 32                  /* of the flows, at most, in a round */
/* So late hardware may tell of a packet, beside the polls of the engine. */
#define DRIVER_LAG_MS 2000

struct tick {
	struct ovs_companion *c;       /* borrowed */
	uint64_t now;
	uint64_t max_idle_ms;
	uint32_t left;                 /* flows that may be shown */
};

/* When the datapath saw a packet, or should have. */
static uint64_t seen_at(const struct companion_entry *e)
{
	uint64_t at = e->born_ms > e->dp_used_at_ms ? e->born_ms :
						      e->dp_used_at_ms;

	return e->shown_ms > at ? e->shown_ms : at;
}

static bool is_unseen(const struct tick *t, const struct companion_entry *e,
		      const struct flow_glance *g)
{
	return t->left && t->now - seen_at(e) > SHOW_MS &&
	       g->used_ms < SHOW_ACTIVE_MS;
}

static bool is_idle(const struct tick *t, const struct companion_entry *e,
		    const struct flow_glance *g)
{
	uint64_t at = seen_at(e);

	if (g->used_ms < t->now && t->now - g->used_ms > at)
		at = t->now - g->used_ms;
	return t->now - at > t->max_idle_ms;
}

static void begin(struct tick *t, struct companion_entry *e,
		  enum flow_pause why)
{
	e->pause = (uint8_t)why;
	e->paused_ms = t->now;
	e->paused_packets = e->dp_counts.packets;
	engine_mirror_pause(t->c->engine, e->slot, why);
}

static void end(struct tick *t, struct companion_entry *e)
{
	e->pause = PAUSE_NOT;
	engine_mirror_pause(t->c->engine, e->slot, PAUSE_NOT);
}

static bool is_over(const struct tick *t, const struct companion_entry *e)
{
	return e->dp_counts.packets != e->paused_packets ||
	       (e->pause == PAUSE_SHOWN &&
		t->now - e->paused_ms > SHOW_WAIT_MS);
}

static bool is_in_tc(const struct flow_glance *g)
{
	return g->state == FLOW_IN_HW || g->state == FLOW_SW ||
	       g->state == FLOW_EVICTED;
}

static void look(struct tick *t, struct companion_entry *e)
{
	struct flow_glance g;

	if (!companion_mirror_glance(t->c, e, &g))
		return;
	if (e->pause) {
		if (is_over(t, e))
			end(t, e);
	} else if (!is_in_tc(&g)) {
		return;
	} else if (is_idle(t, e, &g)) {
		begin(t, e, PAUSE_IDLE);
	} else if (is_unseen(t, e, &g)) {
		t->left--;
		e->shown_ms = t->now;
		begin(t, e, PAUSE_SHOWN);
	}
}

void companion_pause_tick(struct ovs_companion *c)
{
	struct tick t = {
		.c = c,
		.now = loop_now_ms(c->loop),
		.left = c->n_mirrored / SHOW_SHARE + 1,
	};
	struct engine_times times;
	struct ovs_status s;

	c->ovs->status(c->ovs, &s);
	engine_times(c->engine, &times);
	/* Counters are as old as the last poll. */
	t.max_idle_ms = s.settings.own_max_idle_ms + times.poll_ms +
			times.read_ms + DRIVER_LAG_MS;
	for (uint32_t i = 0; i < companion_table_n(&c->table); i++) {
		struct companion_entry *e = companion_table_at(&c->table, i);

		if (e && e->slot != ENGINE_NO_SLOT)
			look(&t, e);
	}
}
