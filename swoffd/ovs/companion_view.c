/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What there is to say of flows, and of all of them together. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "swoffd/ovs/companion_priv.h"

static const struct ovs_companion *self(const struct companion *c)
{
	return (const struct ovs_companion *)c;
}

static enum companion_where where_of(const struct ovs_companion *c,
				     const struct companion_entry *e)
{
	struct flow_glance g;

	if (!companion_mirror_glance(c, e, &g)) {
		if (!e->in_tc)
			return COMPANION_IN_DATAPATH;
		return e->in_hw ? COMPANION_IN_HW : COMPANION_IN_TC;
	}
	switch (g.state) {
	case FLOW_IN_HW:
		return COMPANION_IN_HW;
	case FLOW_SW:
	case FLOW_EVICTED:
		return COMPANION_IN_TC;
	case FLOW_PENDING:
		return COMPANION_PENDING;
	default:
		return COMPANION_IN_DATAPATH;
	}
}

static void add(struct companion_flow *out, enum reason_code code, int err,
		const char *subject)
{
	if (out->n_reasons < REASON_LIST_MAX)
		reason_make(&out->reasons[out->n_reasons++], code, err, subject,
			    "");
}

static void add_all(struct companion_flow *out, const struct reason *why,
		    size_t n)
{
	for (size_t i = 0; i < n && out->n_reasons < REASON_LIST_MAX; i++)
		out->reasons[out->n_reasons++] = why[i];
}

/* Open vSwitch has it in tc, and hardware has it not. */
static void explain_tc(const struct ovs_settings *s, struct companion_flow *out)
{
	if (strcmp(s->tc_policy, "skip_hw") == 0) {
		add(out, REASON_POLICY_SW_ONLY, 0, "tc-policy=skip_hw");
		return;
	}
	add(out, REASON_DRIVER_SILENT, 0, out->dev);
	out->unexplained = true;
}

/* tc has words for it, and yet Open vSwitch has it in the datapath alone. */
static void explain_datapath(const struct ovs_companion *c,
			     const struct ovs_settings *s,
			     const struct companion_entry *e,
			     struct companion_flow *out)
{
	char subject[REASON_SUBJECT_SIZE];

	if (!s->hw_offload) {
		add(out, REASON_OVS_OFFLOAD_OFF, 0, "hw-offload");
	} else if (e->chain && !companion_tc_leads(c, e->chain)) {
		(void)snprintf(subject, sizeof(subject), "recirc_id(0x%x)",
			       e->chain);
		add(out, REASON_CHAIN_UNREACHABLE, 0, subject);
	} else if (strcmp(s->tc_policy, "skip_sw") == 0 &&
		   port_kind_is_tunnel(port_kind_of_name(out->dev))) {
		add(out, REASON_HW_ONLY_IMPOSSIBLE, 0, out->dev);
	} else {
		add(out, REASON_OVS_LEFT_OUT, 0, out->dev);
		out->unexplained = true;
	}
}

static void explain(const struct ovs_companion *c,
		    const struct companion_entry *e,
		    struct companion_flow *out)
{
	struct ovs_status s;
	const struct reason *why;
	struct flow_glance g;
	size_t n;

	out->n_reasons = 0;
	out->unexplained = false;
	if (companion_mirror_glance(c, e, &g)) {
		add_all(out, g.reasons, g.n_reasons);
		return;
	}
	if (out->where == COMPANION_IN_HW)
		return;
	why = companion_table_reasons(&c->table, e, &n);
	if (!e->in_tc)
		add_all(out, why, n);
	if (out->n_reasons || companion_mirrors(c))
		return;
	c->ovs->status(c->ovs, &s);
	if (e->in_tc)
		explain_tc(&s.settings, out);
	else
		explain_datapath(c, &s.settings, e, out);
}

static uint64_t ago(uint64_t now, uint64_t at_ms)
{
	return at_ms ? now - at_ms : UINT64_MAX;
}

static void count(const struct ovs_companion *c,
		  const struct companion_entry *e, struct companion_flow *out)
{
	uint64_t now = loop_now_ms(c->loop);
	uint64_t tc = ago(now, e->in_tc ? e->tc_used_at_ms : 0);
	struct flow_glance g;

	out->packets = e->dp_counts.packets + e->tc_counts.packets;
	out->bytes = e->dp_counts.bytes + e->tc_counts.bytes;
	out->hw_packets = e->hw_counts.packets;
	out->hw_bytes = e->hw_counts.bytes;
	out->used_ms = ago(now, e->in_dp ? e->dp_used_at_ms : 0);
	if (tc < out->used_ms)
		out->used_ms = tc;
	out->rate = (double)e->rate;
	if (!companion_mirror_glance(c, e, &g))
		return;
	out->packets += g.counted.packets;
	out->bytes += g.counted.bytes;
	out->hw_packets += g.counted.hw_packets;
	out->hw_bytes += g.counted.hw_bytes;
	if (g.used_ms < out->used_ms)
		out->used_ms = g.used_ms;
}

static const char *dev_of(const struct ovs_companion *c,
			  const struct companion_entry *e)
{
	const struct datapath_port *port;
	const struct link *link;

	if (e->in_dp) {
		port = companion_port_find(&c->ports, e->dp, e->in_port);
		return port ? port->name : "";
	}
	link = link_find(c->core, e->tc_ifindex);
	return link ? link->info.name : "";
}

static const char *dp_of(const struct ovs_companion *c,
			 const struct companion_entry *e)
{
	const struct companion_datapath *d =
		e->in_dp ? companion_port_datapath(&c->ports, e->dp) : NULL;

	return d ? d->info.name : "";
}

static bool view(const struct companion *base, uint32_t place,
		 struct companion_flow *out)
{
	const struct ovs_companion *c = self(base);
	const struct companion_entry *e = companion_table_at(&c->table, place);
	struct flow_glance g;

	if (!e || (!e->in_dp && !e->in_tc))
		return false;
	out->ufid = e->ufid;
	out->dp = dp_of(c, e);
	out->dev = dev_of(c, e);
	out->where = where_of(c, e);
	out->in_dp = e->in_dp;
	out->mirrored = companion_mirror_glance(c, e, &g);
	out->in_tc = e->in_tc || (out->mirrored &&
				  (out->where == COMPANION_IN_HW ||
				   out->where == COMPANION_IN_TC));
	out->text = e->text ? e->text : "";
	count(c, e, out);
	explain(c, e, out);
	return true;
}

static uint32_t n_places(const struct companion *base)
{
	return companion_table_n(&self(base)->table);
}

static int find(const struct companion *base, const struct ufid *ufid,
		uint32_t *place)
{
	const struct ovs_companion *c = self(base);
	const struct companion_entry *e =
		companion_table_find(&c->table, ufid);

	if (!e)
		return -ENOENT;
	*place = companion_table_place(&c->table, e);
	return 0;
}

/* Drivers may tell of more than all. */
static uint64_t rest(uint64_t all, uint64_t part)
{
	return all > part ? all - part : 0;
}

/* A flow's packets are shared by who forwarded them. */
static void share(const struct ovs_companion *c,
		  const struct companion_entry *e,
		  struct companion_share *shares)
{
	struct companion_flow f = { .packets = 0 };
	struct companion_share *here = &shares[where_of(c, e)];
	uint64_t dp_packets = e->dp_counts.packets;
	uint64_t dp_bytes = e->dp_counts.bytes;

	count(c, e, &f);
	here->flows++;
	here->rate += f.rate;
	shares[COMPANION_IN_HW].packets += f.hw_packets;
	shares[COMPANION_IN_HW].bytes += f.hw_bytes;
	shares[COMPANION_IN_DATAPATH].packets += dp_packets;
	shares[COMPANION_IN_DATAPATH].bytes += dp_bytes;
	shares[COMPANION_IN_TC].packets +=
		rest(f.packets, dp_packets + f.hw_packets);
	shares[COMPANION_IN_TC].bytes +=
		rest(f.bytes, dp_bytes + f.hw_bytes);
}

static void status(const struct companion *base, struct companion_status *out)
{
	const struct ovs_companion *c = self(base);

	*out = (struct companion_status){
		.asked = c->asked,
		.mode = c->mode,
		.has_datapath = c->has_datapath,
		.whole = c->whole,
		.trouble = c->trouble.code ? c->trouble.msg : "",
		.n_datapaths = c->ports.n_datapaths,
		.n_ports = c->ports.n_ports,
		.n_flows = c->table.n_flows,
		.n_untold = c->table.n_untold,
		.n_reads = c->n_reads,
		.read_ms = c->round_took_ms,
		.n_lost = c->n_lost,
	};
	(void)companion_wanted(c, &out->why);
	for (uint32_t i = 0; i < companion_table_n(&c->table); i++) {
		const struct companion_entry *e =
			companion_table_at(&c->table, i);

		if (!e || (!e->in_dp && !e->in_tc))
			continue;
		out->n_idle += e->pause == PAUSE_IDLE;
		share(c, e, out->shares);
	}
}

void companion_view_init(struct ovs_companion *c)
{
	c->base.status = status;
	c->base.n_places = n_places;
	c->base.view = view;
	c->base.find = find;
}
