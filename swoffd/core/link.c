/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The netdevs of this namespace, by ifindex. */
#include <string.h>

#include "swoffd/core/device_priv.h"
#include "swoffd/core/event_tell.h"

struct link *link_find(struct core *core, uint32_t ifindex)
{
	struct link *l;

	list_for_each(l, &core->links, node)
		if (l->info.ifindex == ifindex)
			return l;
	return NULL;
}

struct link *link_find_name(struct core *core, const char *name)
{
	struct link *l;

	list_for_each(l, &core->links, node)
		if (strcmp(l->info.name, name) == 0)
			return l;
	return NULL;
}

struct link *link_on_new(struct core *core, const struct kernel_link *info)
{
	struct link *l = link_find(core, info->ifindex);

	event_tell_link(core, l ? &l->info : NULL, info);
	if (!l) {
		l = calloc(1, sizeof(*l));
		if (!l)
			return NULL;
		l->tc_offload = -1;
		list_add_tail(&core->links, &l->node);
	}
	l->info = *info;
	l->seen = true;
	return l;
}

static void drop(struct link *l)
{
	list_del(&l->node);
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
