/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The netdevs of this namespace.  Every line of a load names some, and a host
 * has hundreds of representors.
 */
#include <string.h>

#include "common/base/hash.h"
#include "swoffd/core/device_priv.h"
#include "swoffd/core/event_tell.h"

void link_init(struct core *core)
{
	list_init(&core->links);
	for (size_t i = 0; i < LINK_LISTS; i++) {
		list_init(&core->link_names[i]);
		list_init(&core->link_ifindexes[i]);
	}
}

static struct list *with_name(struct core *core, const char *name)
{
	uint32_t hash = hash_bytes(name, strlen(name));

	return &core->link_names[hash % LINK_LISTS];
}

static struct list *with_ifindex(struct core *core, uint32_t ifindex)
{
	return &core->link_ifindexes[ifindex % LINK_LISTS];
}

struct link *link_find(struct core *core, uint32_t ifindex)
{
	struct link *l;

	list_for_each(l, with_ifindex(core, ifindex), same_ifindex)
		if (l->info.ifindex == ifindex)
			return l;
	return NULL;
}

struct link *link_find_name(struct core *core, const char *name)
{
	struct link *l;

	list_for_each(l, with_name(core, name), same_name)
		if (strcmp(l->info.name, name) == 0)
			return l;
	return NULL;
}

static struct link *new(struct core *core, uint32_t ifindex)
{
	struct link *l = calloc(1, sizeof(*l));

	if (!l)
		return NULL;
	l->tc_offload = -1;
	list_init(&l->same_name);
	list_add_tail(with_ifindex(core, ifindex), &l->same_ifindex);
	list_add_tail(&core->links, &l->node);
	return l;
}

struct link *link_on_new(struct core *core, const struct kernel_link *info)
{
	struct link *l = link_find(core, info->ifindex);

	event_tell_link(core, l ? &l->info : NULL, info);
	if (!l)
		l = new(core, info->ifindex);
	if (!l)
		return NULL;
	if (strcmp(l->info.name, info->name) != 0) {
		list_del(&l->same_name);
		list_add_tail(with_name(core, info->name), &l->same_name);
	}
	l->info = *info;
	l->seen = true;
	return l;
}

static void drop(struct link *l)
{
	list_del(&l->node);
	list_del(&l->same_name);
	list_del(&l->same_ifindex);
	free(l);
}

void link_on_gone(struct core *core, uint32_t ifindex)
{
	struct link *l = link_find(core, ifindex);

	if (!l)
		return;
	event_tell_link(core, &l->info, NULL);
	drop(l);
}

void link_sweep_begin(struct core *core)
{
	struct link *l;

	list_for_each(l, &core->links, node)
		l->seen = false;
}

void link_sweep_end(struct core *core,
		    void (*gone)(void *ctx, uint32_t ifindex))
{
	struct link *l;

	list_for_each(l, &core->links, node)
		if (!l->seen)
			gone(core, l->info.ifindex);
}

void link_free_all(struct core *core)
{
	struct link *l;

	list_for_each(l, &core->links, node)
		drop(l);
}
