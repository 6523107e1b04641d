/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the datapaths in memory have, and what becomes of a change of it. */
#include "tests/fake_datapath.h"

#include <assert.h>
#include <linux/openvswitch.h>
#include <stdio.h>
#include <string.h>

#include "common/flow/tctext.h"
#include "tests/fake_datapath_priv.h"

static void free_flow(struct fake_dp_flow *flow)
{
	list_del(&flow->node);
	free(flow->line);
	free(flow);
}

static void free_port(struct fake_dp_port *port)
{
	list_del(&port->node);
	free(port);
}

static void free_dp(struct fake_dp *dp)
{
	struct fake_dp_port *port;
	struct fake_dp_flow *flow;

	list_for_each(port, &dp->ports, node)
		free_port(port);
	list_for_each(flow, &dp->flows, node)
		free_flow(flow);
	list_del(&dp->node);
	free(dp);
}

static void free_filter(struct fake_dp_filter *filter)
{
	list_del(&filter->node);
	free(filter);
}

void fake_dp_free_all(struct fake_datapath *f)
{
	struct fake_dp *dp;
	struct fake_dp_filter *filter;

	list_for_each(dp, &f->dps, node)
		free_dp(dp);
	list_for_each(filter, &f->filters, node)
		free_filter(filter);
}

struct fake_dp *fake_dp_find(struct fake_datapath *f, uint32_t id)
{
	struct fake_dp *dp;

	list_for_each(dp, &f->dps, node)
		if (dp->info.id == id)
			return dp;
	return NULL;
}

struct fake_dp *fake_dp_add(struct fake_datapath *f, uint32_t id,
			    const char *name, uint32_t features)
{
	struct fake_dp *dp = calloc(1, sizeof(*dp));
	struct datapath_port local = { .dp = id, .no = OVSP_LOCAL,
				       .ifindex = id,
				       .type = OVS_VPORT_TYPE_INTERNAL };

	assert(dp && !fake_dp_find(f, id));
	dp->info.id = id;
	dp->info.features = features;
	(void)snprintf(dp->info.name, sizeof(dp->info.name), "%s", name);
	(void)snprintf(local.name, sizeof(local.name), "%s", name);
	list_init(&dp->ports);
	list_init(&dp->flows);
	list_add_tail(&f->dps, &dp->node);
	if (fake_datapath_notifies(f))
		fake_datapath_tell(f, DP, id)->info = dp->info;
	fake_dp_port_put(f, &local);
	return dp;
}

void fake_dp_del(struct fake_datapath *f, uint32_t id)
{
	struct fake_dp *dp = fake_dp_find(f, id);

	assert(dp);
	free_dp(dp);
	if (fake_datapath_notifies(f))
		fake_datapath_tell(f, DP_GONE, id);
}

static struct fake_dp_port *find_port(struct fake_dp *dp, uint32_t no)
{
	struct fake_dp_port *port;

	list_for_each(port, &dp->ports, node)
		if (port->info.no == no)
			return port;
	return NULL;
}

void fake_dp_port_put(struct fake_datapath *f,
		      const struct datapath_port *port)
{
	struct fake_dp *dp = fake_dp_find(f, port->dp);
	struct fake_dp_port *p = dp ? find_port(dp, port->no) : NULL;

	assert(dp);
	if (!p) {
		p = calloc(1, sizeof(*p));
		assert(p);
		list_add_tail(&dp->ports, &p->node);
	}
	p->info = *port;
	if (fake_datapath_notifies(f))
		fake_datapath_tell(f, PORT, port->dp)->port = *port;
}

void fake_dp_port_del(struct fake_datapath *f, uint32_t id, uint32_t no)
{
	struct fake_dp *dp = fake_dp_find(f, id);
	struct fake_dp_port *port = dp ? find_port(dp, no) : NULL;

	assert(port);
	if (fake_datapath_notifies(f))
		fake_datapath_tell(f, PORT_GONE, id)->port = port->info;
	free_port(port);
}

struct fake_dp_flow *fake_dp_flow_find(struct fake_datapath *f, uint32_t id,
				       const struct ufid *ufid)
{
	struct fake_dp *dp = fake_dp_find(f, id);
	struct fake_dp_flow *flow;

	if (!dp)
		return NULL;
	list_for_each(flow, &dp->flows, node)
		if (memcmp(&flow->ufid, ufid, sizeof(*ufid)) == 0)
			return flow;
	return NULL;
}

struct fake_dp_flow *fake_dp_flow_put(struct fake_datapath *f, uint32_t id,
				      const char *line)
{
	struct fake_dp *dp = fake_dp_find(f, id);
	struct fake_dp_flow *flow;

	assert(dp);
	fake_datapath_parse(f, line);
	flow = fake_dp_flow_find(f, id, &f->flow->ufid);
	if (!flow) {
		flow = calloc(1, sizeof(*flow));
		assert(flow);
		list_add_tail(&dp->flows, &flow->node);
	}
	free(flow->line);
	flow->line = strdup(line);
	flow->ufid = f->flow->ufid;
	flow->packets = f->flow->packets;
	flow->bytes = f->flow->bytes;
	flow->used_ms = f->flow->used_ms;
	if (fake_datapath_notifies(f))
		fake_datapath_tell(f, FLOW, id)->line = strdup(line);
	return flow;
}

void fake_dp_flow_del(struct fake_datapath *f, uint32_t dp,
		      const struct ufid *ufid)
{
	struct fake_dp_flow *flow = fake_dp_flow_find(f, dp, ufid);

	assert(flow);
	if (fake_datapath_notifies(f))
		fake_datapath_tell(f, FLOW_GONE, dp)->line = strdup(flow->line);
	free_flow(flow);
}

/* Its bytes are swapped as those of a cookie are. */
void fake_dp_cookie(const struct ufid *ufid, uint8_t out[16])
{
	struct ufid raw;

	ufid_from_wire(ufid->bytes, &raw);
	memcpy(out, raw.bytes, sizeof(raw.bytes));
}

static struct fake_dp_filter *find_filter(struct fake_datapath *f,
					  uint32_t ifindex, uint16_t prio,
					  uint32_t handle)
{
	struct fake_dp_filter *filter;

	list_for_each(filter, &f->filters, node)
		if (filter->info.ifindex == ifindex &&
		    filter->info.prio == prio && filter->info.handle == handle)
			return filter;
	return NULL;
}

void fake_dp_filter_put(struct fake_datapath *f,
			const struct kernel_filter *filter, const char *words)
{
	struct fake_dp_filter *to = find_filter(f, filter->ifindex,
						filter->prio, filter->handle);
	struct reason_list reasons = { 0 };
	enum tctext_verb verb;
	struct error err;

	if (!to) {
		to = calloc(1, sizeof(*to));
		assert(to);
		list_add_tail(&f->filters, &to->node);
	}
	to->info = *filter;
	to->info.rule = words ? &to->rule : NULL;
	if (words && tctext_parse(words, &verb, &to->rule, &reasons, &err)) {
		fprintf(stderr, "%s\n%s\n", words, err.msg);
		abort();
	}
}

void fake_dp_filter_del(struct fake_datapath *f, uint32_t ifindex,
			uint16_t prio, uint32_t handle)
{
	struct fake_dp_filter *filter = find_filter(f, ifindex, prio, handle);

	assert(filter);
	free_filter(filter);
}
