/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Links and ports are known from notifications; the kernel is not asked. */
#include "swoffd/core/plan_look.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool has_param(const struct preflight *p, const char *name)
{
	for (size_t i = 0; i < p->n_params; i++)
		if (strcmp(p->params[i].name, name) == 0)
			return true;
	return false;
}

/* Which recipe it will be is known only afterwards: those of all that may. */
static void add_params(const struct device *d, struct preflight *p)
{
	const struct recipes *rs = d->core->recipes;

	for (size_t i = 0; rs && i < rs->n; i++) {
		const struct recipe *r = &rs->rows[i];

		if (strcmp(r->driver, d->info.driver) != 0)
			continue;
		for (size_t j = 0; j < r->n_params; j++)
			if (p->n_params < PREFLIGHT_MAX_PARAMS &&
			    !has_param(p, r->params[j].name))
				memcpy(p->params[p->n_params++].name,
				       r->params[j].name, RECIPE_PARAM_SIZE);
	}
}

static void copy_master(struct core *core, uint32_t master, char out[IFNAMSIZ])
{
	const struct link *l = master ? link_find(core, master) : NULL;

	out[0] = '\0';
	if (l)
		(void)snprintf(out, IFNAMSIZ, "%s", l->info.name);
}

static void count(const struct rep *rep, void *ctx)
{
	*(size_t *)ctx += rep->link != NULL;
}

static void add_link(const struct rep *rep, void *ctx)
{
	struct preflight *p = ctx;
	struct preflight_link *l = &p->links[p->n_links];

	if (!rep->link)
		return;
	p->n_links++;
	l->ifindex = rep->link->info.ifindex;
	l->uplink = rep->port->info.flavour == PORT_PHYSICAL;
	(void)snprintf(l->name, sizeof(l->name), "%s", rep->link->info.name);
	copy_master(rep->device->core, rep->link->info.master, l->master);
}

int plan_look_prepare(const struct device *d, struct preflight *p,
		      struct error *err)
{
	size_t n = 0;

	*p = (struct preflight){ .handle = d->info.handle };
	add_params(d, p);
	rep_for_each(d->core, d, count, &n);
	if (!n)
		return 0;
	p->links = calloc(n, sizeof(p->links[0]));
	if (!p->links)
		return error_set(err, ENOMEM, "out of memory");
	rep_for_each(d->core, d, add_link, p);
	return 0;
}

void plan_look_complete(struct core *core, struct preflight *p)
{
	for (size_t i = 0; i < p->n_vfs; i++) {
		struct preflight_vf *vf = &p->vfs[i];
		const struct link *l = link_find_name(core, vf->netdev);

		if (l)
			copy_master(core, l->info.master, vf->master);
	}
}

static void count_vf_port(const struct rep *rep, void *ctx)
{
	*(uint32_t *)ctx += rep->port->info.flavour == PORT_PCI_VF &&
			    rep->link != NULL;
}

uint32_t plan_look_ports(const struct device *d)
{
	uint32_t n = 0;

	rep_for_each(d->core, d, count_vf_port, &n);
	return n;
}
