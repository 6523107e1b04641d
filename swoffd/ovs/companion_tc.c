/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What Open vSwitch has put into tc: filters on its ports with a cookie of 16
 * bytes, which is the ufid (lib/netdev-offload-tc.c).  The kernel says whether
 * hardware has them.  Nothing is written.
 */
#include <stdlib.h>
#include <string.h>

#include "common/base/log.h"
#include "swoffd/ovs/companion_priv.h"

static int dump(struct ovs_companion *c, const struct datapath_port *port)
{
	struct kernel_dump dump = {
		.ifindex = port->ifindex, .hook = c->tc_hook,
	};
	const struct link *link = link_find(c->core, port->ifindex);

	/* netdev-linux.c: the block of a bond is its ifindex. */
	if (link && (strcmp(link->info.kind, "bond") == 0 ||
		     strcmp(link->info.kind, "team") == 0)) {
		dump.block = port->ifindex;
		dump.ifindex = 0;
	}
	return c->datapaths->ops->filters(c->datapaths, &dump);
}

static void leave(struct ovs_companion *c, struct companion_entry *e)
{
	e->in_tc = e->in_hw = false;
	e->tc_hash = 0;
	e->tc_counts = e->hw_counts = (struct companion_counts){ 0 };
	companion_told_drop(c, e);
}

static void sweep(struct ovs_companion *c)
{
	for (uint32_t i = 0; i < companion_table_n(&c->table); i++) {
		struct companion_entry *e = companion_table_at(&c->table, i);

		if (e && e->in_tc && e->tc_seen != c->tc_no)
			leave(c, e);
	}
}

void companion_tc_forget(struct ovs_companion *c)
{
	for (uint32_t i = 0; i < companion_table_n(&c->table); i++) {
		struct companion_entry *e = companion_table_at(&c->table, i);

		if (e && e->in_tc)
			leave(c, e);
	}
	c->n_leads = 0;
}

static int by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static void note(struct ovs_companion *c, uint32_t chain)
{
	uint32_t size = c->size_leads ? c->size_leads * 2 : 64;
	uint32_t *leads;

	if (c->n_leads == c->size_leads) {
		leads = reallocarray(c->leads, size, sizeof(*leads));
		if (!leads)
			return;
		c->leads = leads;
		c->size_leads = size;
	}
	c->leads[c->n_leads++] = chain;
}

static void collect_leads(struct ovs_companion *c)
{
	c->n_leads = 0;
	for (uint32_t i = 0; i < companion_table_n(&c->table); i++) {
		const struct companion_entry *e =
			companion_table_at(&c->table, i);

		if (e && e->in_tc && e->tc_leads)
			note(c, e->tc_leads);
	}
	if (c->n_leads)
		qsort(c->leads, c->n_leads, sizeof(*c->leads), by_number);
}

bool companion_tc_leads(const struct ovs_companion *c, uint32_t chain)
{
	return c->n_leads && bsearch(&chain, c->leads, c->n_leads,
				     sizeof(*c->leads), by_number);
}

/* Ports in their order, each with both hooks.  1: it is under way, 0: that was
 * all, -errno. */
static int next_dump(struct ovs_companion *c)
{
	for (; c->tc_place < companion_port_n_places(&c->ports);
	     c->tc_place++, c->tc_hook = RULE_INGRESS) {
		const struct datapath_port *port =
			companion_port_at(&c->ports, c->tc_place);
		int rc;

		if (!port || !port->ifindex)
			continue;
		rc = dump(c, port);
		return rc < 0 ? rc : 1;
	}
	return 0;
}

static void go_on(struct ovs_companion *c)
{
	int rc = companion_observes(c) ? next_dump(c) : 0;

	if (rc > 0)
		return;
	/* What could not be read is as it was. */
	if (rc < 0)
		log_debug("ovs: filters: %s", strerror(-rc));
	else if (companion_observes(c))
		sweep(c);
	collect_leads(c);
	companion_read_end(c);
}

void companion_tc_begin(struct ovs_companion *c)
{
	c->tc_no = (uint8_t)(c->tc_no % UINT8_MAX + 1);
	c->tc_place = 0;
	c->tc_hook = RULE_INGRESS;
	go_on(c);
}

/* What is on a port that could not be read is as it was. */
static void keep(struct ovs_companion *c, const struct datapath_port *port)
{
	for (uint32_t i = 0; port && i < companion_table_n(&c->table); i++) {
		struct companion_entry *e = companion_table_at(&c->table, i);

		if (e && e->in_tc && (!e->tc_ifindex ||
				      e->tc_ifindex == port->ifindex))
			e->tc_seen = c->tc_no;
	}
}

void companion_tc_done(struct ovs_companion *c, int err)
{
	const struct datapath_port *port =
		companion_port_at(&c->ports, c->tc_place);

	if (c->phase != COMPANION_FILTERS)
		return;
	if (err) {
		log_debug("ovs: filters of %s: %s", port ? port->name : "?",
			  strerror(err));
		keep(c, port);
	}
	/* Those of internal ports are where the host sends. */
	if (c->tc_hook == RULE_INGRESS) {
		c->tc_hook = RULE_EGRESS;
	} else {
		c->tc_hook = RULE_INGRESS;
		c->tc_place++;
	}
	go_on(c);
}

static uint64_t hash_of(const struct rule *rule)
{
	uint64_t parts[3] = {
		hash_bytes64(&rule->match, sizeof(rule->match)),
		hash_bytes64(rule->actions,
			     rule->n_actions * sizeof(*rule->actions)),
		hash_bytes64(rule->data, rule->data_size),
	};

	return hash_bytes64(parts, sizeof(parts)) ^ rule->chain;
}

static void name(const struct ovs_companion *c, struct port *port)
{
	const struct link *link = link_find(c->core, port->ifindex);

	if (link)
		memcpy(port->name, link->info.name, sizeof(port->name));
}

static void name_all(const struct ovs_companion *c, uint32_t ifindex,
		     struct rule *rule)
{
	rule->dev.ifindex = ifindex;
	name(c, &rule->dev);
	for (uint8_t i = 0; i < rule->n_actions; i++)
		if (rule->actions[i].kind == RULE_ACTION_MIRRED)
			name(c, &rule->actions[i].mirred.port);
}

/* The datapath's own words go before those that tc's are turned into. */
static void look(struct ovs_companion *c, struct companion_entry *e,
		 const struct kernel_filter *filter)
{
	struct rule *rule = &c->line->rule;
	uint64_t hash;

	if (!filter->rule)
		return;
	hash = hash_of(filter->rule);
	if (hash == e->tc_hash && e->text)
		return;
	e->tc_hash = hash;
	e->tc_leads = rule_goto_chain(filter->rule);
	if (e->in_dp)
		return;
	rule_copy(rule, filter->rule);
	name_all(c, filter->ifindex ? filter->ifindex : filter->block, rule);
	rule->prio = 0;
	rule->handle = 0;
	rule->policy = RULE_BEST_EFFORT;
	(void)odp_format_rule(rule, c->text, COMPANION_TEXT_SIZE);
	(void)companion_entry_set_text(e, c->text);
	e->chain = rule->chain;
}

void companion_tc_filter(struct ovs_companion *c,
			 const struct kernel_filter *filter)
{
	const struct kernel_stats *s = &filter->stats;
	uint64_t now = loop_now_ms(c->loop);
	struct companion_entry *e;
	struct ufid ufid;

	if (c->phase != COMPANION_FILTERS || !companion_observes(c) ||
	    !filter->has_cookie || kernel_cookie_is_ours(filter->cookie))
		return;
	ufid_from_wire(filter->cookie, &ufid);
	e = companion_table_get(&c->table, &ufid);
	if (!e)
		return;
	if (!e->in_tc && !e->in_dp)
		e->born_ms = now;
	e->in_tc = true;
	e->in_hw = filter->in_hw;
	e->tc_seen = c->tc_no;
	e->tc_ifindex = filter->block ? 0 : filter->ifindex;
	e->tc_counts = (struct companion_counts){ s->packets, s->bytes };
	e->hw_counts = (struct companion_counts){ s->hw_packets, s->hw_bytes };
	if (s->used_ms != UINT64_MAX && s->packets)
		e->tc_used_at_ms = s->used_ms < now ? now - s->used_ms : 1;
	look(c, e, filter);
}

void companion_tc_fini(struct ovs_companion *c)
{
	free(c->leads);
}
