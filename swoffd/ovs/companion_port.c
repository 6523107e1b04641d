/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "swoffd/ovs/companion_port.h"

#include <stdlib.h>
#include <string.h>

struct port_key {
	uint32_t dp, no;
};

void companion_port_init(struct companion_ports *t)
{
	list_init(&t->datapaths);
	t->places.item_size = sizeof(struct companion_port);
}

void companion_port_fini(struct companion_ports *t)
{
	struct companion_datapath *d;

	list_for_each(d, &t->datapaths, node)
		free(d);
	list_init(&t->datapaths);
	pool_free_all(&t->places);
	hash_fini(&t->index);
	t->n_datapaths = t->n_ports = 0;
}

struct companion_datapath *
companion_port_datapath(const struct companion_ports *t, uint32_t dp)
{
	struct companion_datapath *d;

	list_for_each(d, &t->datapaths, node)
		if (d->info.id == dp)
			return d;
	return NULL;
}

struct companion_datapath *
companion_port_put_datapath(struct companion_ports *t,
			    const struct datapath_info *info)
{
	struct companion_datapath *d = companion_port_datapath(t, info->id);

	if (!d) {
		if (t->n_datapaths == COMPANION_MAX_DATAPATHS)
			return NULL;
		d = calloc(1, sizeof(*d));
		if (!d)
			return NULL;
		list_add_tail(&t->datapaths, &d->node);
		t->n_datapaths++;
	}
	d->info = *info;
	d->seen = true;
	return d;
}

static bool has_key(uint32_t id, const void *key, const void *ctx)
{
	const struct companion_ports *t = ctx;
	const struct companion_port *p = pool_at(&t->places, id);
	const struct port_key *k = key;

	return p->info.dp == k->dp && p->info.no == k->no;
}

static uint32_t hash_of(uint32_t dp, uint32_t no)
{
	struct port_key key = { dp, no };

	return hash_bytes(&key, sizeof(key));
}

static uint32_t find_id(const struct companion_ports *t, uint32_t dp,
			uint32_t no)
{
	struct port_key key = { dp, no };

	return hash_find(&t->index, hash_of(dp, no), has_key, &key, t);
}

const struct datapath_port *companion_port_find(const struct companion_ports *t,
						uint32_t dp, uint32_t no)
{
	uint32_t id = find_id(t, dp, no);
	const struct companion_port *p;

	if (id == HASH_NONE)
		return NULL;
	p = pool_at(&t->places, id);
	return &p->info;
}

static struct companion_port *add(struct companion_ports *t,
				  const struct datapath_port *port)
{
	struct companion_port *p;
	uint32_t id;

	if (t->n_ports == COMPANION_MAX_PORTS)
		return NULL;
	id = pool_get(&t->places);
	if (id == POOL_NONE)
		return NULL;
	if (hash_add(&t->index, hash_of(port->dp, port->no), id) < 0) {
		pool_put(&t->places, id);
		return NULL;
	}
	p = pool_at(&t->places, id);
	p->used = true;
	t->n_ports++;
	return p;
}

bool companion_port_put(struct companion_ports *t,
			const struct datapath_port *port)
{
	uint32_t id = find_id(t, port->dp, port->no);
	struct companion_port *p;
	bool changed;

	p = id == HASH_NONE ? add(t, port) : pool_at(&t->places, id);
	if (!p)
		return false;
	changed = strcmp(p->info.name, port->name) != 0 ||
		  p->info.ifindex != port->ifindex;
	p->info = *port;
	p->seen = true;
	return changed;
}

void companion_port_drop(struct companion_ports *t, uint32_t dp, uint32_t no)
{
	uint32_t id = find_id(t, dp, no);
	struct companion_port *p;

	if (id == HASH_NONE)
		return;
	p = pool_at(&t->places, id);
	p->used = false;
	hash_del(&t->index, hash_of(dp, no), id);
	pool_put(&t->places, id);
	t->n_ports--;
}

uint32_t companion_port_n_places(const struct companion_ports *t)
{
	return t->places.n_items;
}

/* Numbers in the pool begin with 1. */
static struct companion_port *at(const struct companion_ports *t,
				 uint32_t place)
{
	struct companion_port *p = place < t->places.n_items ?
				   pool_at(&t->places, place + 1) : NULL;

	return p && p->used ? p : NULL;
}

const struct datapath_port *companion_port_at(const struct companion_ports *t,
					      uint32_t place)
{
	const struct companion_port *p = at(t, place);

	return p ? &p->info : NULL;
}

void companion_port_drop_datapath(struct companion_ports *t, uint32_t dp)
{
	struct companion_datapath *d = companion_port_datapath(t, dp);

	if (!d)
		return;
	for (uint32_t i = 0; i < t->places.n_items; i++) {
		const struct companion_port *p = at(t, i);

		if (p && p->info.dp == dp)
			companion_port_drop(t, dp, p->info.no);
	}
	list_del(&d->node);
	t->n_datapaths--;
	free(d);
}

static void name(const struct companion_ports *t, uint32_t dp,
		 struct port *port)
{
	const struct datapath_port *p = port->no == PORT_NO_NONE ? NULL :
			companion_port_find(t, dp, port->no);

	if (p)
		memcpy(port->name, p->name, sizeof(port->name));
}

void companion_port_name(const struct companion_ports *t, uint32_t dp,
			 struct odp_flow *flow)
{
	name(t, dp, &flow->in_port);
	for (uint16_t i = 0; i < flow->n_actions; i++)
		if (flow->actions[i].kind == ODP_OUTPUT)
			name(t, dp, &flow->actions[i].output);
}

void companion_port_sweep_begin(struct companion_ports *t)
{
	struct companion_datapath *d;

	list_for_each(d, &t->datapaths, node)
		d->seen = false;
	for (uint32_t i = 0; i < t->places.n_items; i++) {
		struct companion_port *p = at(t, i);

		if (p)
			p->seen = false;
	}
}

bool companion_port_sweep_end(struct companion_ports *t,
			      void (*dp_gone)(void *ctx, uint32_t dp),
			      void *ctx)
{
	struct companion_datapath *d;
	bool any = false;

	list_for_each(d, &t->datapaths, node)
		if (!d->seen)
			dp_gone(ctx, d->info.id);
	for (uint32_t i = 0; i < t->places.n_items; i++) {
		const struct companion_port *p = at(t, i);

		if (!p || p->seen)
			continue;
		companion_port_drop(t, p->info.dp, p->info.no);
		any = true;
	}
	return any;
}
