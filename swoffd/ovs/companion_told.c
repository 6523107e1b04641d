/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What datapaths tell, by itself or because it is read: of themselves, of their
 * ports and of their flows.
 */
#include <string.h>

#include "swoffd/ovs/companion_priv.h"

void companion_told_drop(struct ovs_companion *c, struct companion_entry *e)
{
	if (!e->in_dp)
		companion_mirror_drop(c, e);
	if (!e->in_dp && !e->in_tc)
		companion_table_del(&c->table, e);
}

void companion_told_gone(struct ovs_companion *c, struct companion_entry *e)
{
	e->in_dp = false;
	e->looked = false;
	e->dp_counts = (struct companion_counts){ 0 };
	companion_told_drop(c, e);
}

static void on_datapath(void *ctx, const struct datapath_info *dp)
{
	struct ovs_companion *c = ctx;
	const struct companion_datapath *known =
		companion_port_datapath(&c->ports, dp->id);
	bool changed = known && known->info.features != dp->features;

	if (c->mode == COMPANION_OFF)
		return;
	if (companion_port_put_datapath(&c->ports, dp) && !known)
		c->need_all |= c->whole;
	companion_hold_check(c);
	/* What recirculates may be mirrored now. */
	if (changed && companion_mirrors(c))
		companion_read_again(c);
}

void companion_told_datapath_gone(void *ctx, uint32_t dp)
{
	struct ovs_companion *c = ctx;

	companion_port_drop_datapath(&c->ports, dp);
	for (uint32_t i = 0; i < companion_table_n(&c->table); i++) {
		struct companion_entry *e = companion_table_at(&c->table, i);

		if (e && e->in_dp && e->dp == dp)
			companion_told_gone(c, e);
	}
}

static void on_gone_work(struct deferred *d)
{
	companion_told_ports_gone(container_of(d, struct ovs_companion,
					       ports_gone));
}

/* What flows are called may be another name now, or have a netdev at last. */
static void on_port(void *ctx, const struct datapath_port *port)
{
	struct ovs_companion *c = ctx;
	bool is_new;

	/* It may have the number of one that has gone. */
	if (!list_empty(&c->ports_gone.node)) {
		defer_cancel(&c->ports_gone);
		companion_told_ports_gone(c);
	}
	if (companion_mirrors(c))
		engine_warm_port(c->engine, port->ifindex);
	if (c->mode == COMPANION_OFF)
		return;
	is_new = !companion_port_find(&c->ports, port->dp, port->no);
	if (!companion_port_put(&c->ports, port) || !c->whole)
		return;
	/* Mostly flows come after it. */
	c->is_behind |= is_new;
	if (is_new)
		return;
	c->need_all = true;
	companion_read_kick(c);
}

void companion_told_ports_gone(struct ovs_companion *c)
{
	for (uint32_t i = 0; i < companion_table_n(&c->table); i++) {
		struct companion_entry *e = companion_table_at(&c->table, i);

		if (!e || e->slot == ENGINE_NO_SLOT ||
		    companion_port_find(&c->ports, e->dp, e->in_port))
			continue;
		companion_mirror_drop(c, e);
		e->looked = false;
	}
	/* Others may send there. */
	c->need_all = true;
	companion_read_kick(c);
}

static void on_port_gone(void *ctx, const struct datapath_port *port)
{
	struct ovs_companion *c = ctx;

	if (c->mode == COMPANION_OFF)
		return;
	companion_port_drop(&c->ports, port->dp, port->no);
	/* Many may go at once. */
	defer(c->loop, &c->ports_gone);
}

void companion_told_init(struct ovs_companion *c)
{
	deferred_init(&c->ports_gone, on_gone_work);
}

void companion_told_fini(struct ovs_companion *c)
{
	defer_cancel(&c->ports_gone);
}

static void count(struct ovs_companion *c, struct companion_entry *e,
		  uint64_t packets, uint64_t bytes, uint64_t used_ms)
{
	uint64_t now = loop_now_ms(c->loop);

	e->dp_counts = (struct companion_counts){ packets, bytes };
	if (used_ms != UINT64_MAX)
		e->dp_used_at_ms = used_ms < now ? now - used_ms : 1;
}

/* Of its key: two hashes, for a flow that was put without one. */
static void make_ufid(struct ovs_companion *c, struct odp_flow *flow,
		      uint32_t dp, struct ufid *out)
{
	int len = odp_format_key(flow, c->text, COMPANION_TEXT_SIZE - 8);
	uint64_t half;

	if (len < 0 || len > COMPANION_TEXT_SIZE - 8)
		len = COMPANION_TEXT_SIZE - 8;
	memcpy(c->text + len, &dp, sizeof(dp));
	half = hash_bytes64(c->text, (size_t)len + sizeof(dp));
	memcpy(out->bytes, &half, sizeof(half));
	memcpy(c->text + len, &half, sizeof(half));
	half = hash_bytes64(c->text, (size_t)len + sizeof(half));
	memcpy(out->bytes + sizeof(half), &half, sizeof(half));
}

/* The flow in words, and the rule of it or why there is none. */
static void look(struct ovs_companion *c, struct companion_entry *e,
		 struct odp_flow *flow)
{
	struct reason_list reasons = { .n = 0 };
	bool had_ufid = flow->has_ufid;
	uint8_t stats = flow->stats;

	companion_port_name(&c->ports, e->dp, flow);
	flow->has_ufid = false;
	flow->stats = 0;
	flow->tcp_flags = 0;
	(void)odp_flow_format(flow, c->text, COMPANION_TEXT_SIZE);
	flow->has_ufid = had_ufid;
	flow->stats = stats;
	if (!companion_entry_set_text(e, c->text) && e->looked)
		return;
	e->looked = true;
	e->in_port = flow->in_port.no;
	e->chain = flow->match.key.recirc_id;
	e->translates = odp_translate(flow, engine_ports(c->engine),
				      &c->line->rule, &reasons) == 0;
	companion_table_set_reasons(&c->table, e, &reasons);
	if (companion_mirrors(c))
		companion_mirror_put(c, e, &reasons);
}

/* ufids are hashes of keys, which may be the same in two datapaths: the first
 * has it. */
static bool is_elsewhere(const struct companion_entry *e, uint32_t dp)
{
	return e->in_dp && e->dp != dp;
}

static void on_flow(void *ctx, uint32_t dp, struct odp_flow *flow)
{
	struct ovs_companion *c = ctx;
	struct companion_entry *e;
	struct ufid ufid = flow->ufid;

	if (c->mode == COMPANION_OFF)
		return;
	if (!flow->has_ufid)
		make_ufid(c, flow, dp, &ufid);
	e = companion_table_get(&c->table, &ufid);
	if (!e)
		return;
	if (is_elsewhere(e, dp)) {
		c->table.n_left_out++;
		return;
	}
	if (!e->in_dp)
		e->born_ms = loop_now_ms(c->loop);
	e->in_dp = true;
	e->has_ufid = flow->has_ufid;
	e->dp = dp;
	e->seen = c->read_no;
	count(c, e, flow->packets, flow->bytes, flow->used_ms);
	look(c, e, flow);
}

static void on_flow_stats(void *ctx, uint32_t dp,
			  const struct datapath_stats *stats)
{
	struct ovs_companion *c = ctx;
	struct companion_entry *e;

	if (c->mode == COMPANION_OFF)
		return;
	e = companion_table_find(&c->table, &stats->ufid);
	if (!e && c->table.n_flows < c->table.max_flows) {
		c->is_behind = true;
		return;
	}
	if (!e || is_elsewhere(e, dp)) {
		c->table.n_left_out++;
		return;
	}
	if (!e->in_dp) {
		c->is_behind = true;
		return;
	}
	e->seen = c->read_no;
	count(c, e, stats->packets, stats->bytes, stats->used_ms);
}

static void on_flow_gone(void *ctx, uint32_t dp, const struct odp_flow *flow)
{
	struct ovs_companion *c = ctx;
	struct companion_entry *e;

	e = flow->has_ufid ? companion_table_find(&c->table, &flow->ufid) :
			     NULL;
	if (e && e->in_dp && e->dp == dp)
		companion_told_gone(c, e);
	else if (!flow->has_ufid)
		companion_read_kick(c);
}

static void on_lost(void *ctx)
{
	struct ovs_companion *c = ctx;

	c->n_lost++;
	c->need_all = true;
	companion_read_kick(c);
}

static void on_filter(void *ctx, const struct kernel_filter *filter)
{
	companion_tc_filter(ctx, filter);
}

static void on_filters_done(void *ctx, uint32_t ifindex, int err)
{
	(void)ifindex;
	companion_tc_done(ctx, err);
}

const struct datapath_events companion_events = {
	.datapath = on_datapath,
	.datapath_gone = companion_told_datapath_gone,
	.port = on_port,
	.port_gone = on_port_gone,
	.flow = on_flow,
	.flow_stats = on_flow_stats,
	.flow_gone = on_flow_gone,
	.read_done = companion_read_done,
	.lost = on_lost,
	.filter = on_filter,
	.filters_done = on_filters_done,
};
