/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Representors: what devlink says of a port, joined with its netdev as it is
 * now.  Names are looked up, never believed.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/base/near.h"
#include "swoffd/core/device_priv.h"

static struct rep join(struct core *core, const struct device *d,
		       const struct port_dev *p)
{
	return (struct rep){
		.device = d,
		.port = p,
		.link = link_find(core, p->info.ifindex),
		.wanted = rep_wanted_find(&core->reps, &p->info),
	};
}

void rep_for_each(struct core *core, const struct device *d,
		  void (*fn)(const struct rep *rep, void *ctx), void *ctx)
{
	const struct device *each;
	const struct port_dev *p;

	list_for_each(each, &core->devices, node) {
		if (d && each != d)
			continue;
		list_for_each(p, &each->ports, node) {
			struct rep rep = join(core, each, p);

			fn(&rep, ctx);
		}
	}
}

struct search {
	const char *name;
	struct rep *out;
	bool found;
	struct near near;
};

static void match(const struct rep *rep, void *ctx)
{
	struct search *s = ctx;
	char handle[100], port[120];

	(void)snprintf(port, sizeof(port), "%s/%u",
		       device_handle_str(&rep->device->info.handle, handle),
		       rep->port->info.index);
	near_try(&s->near, port);
	if (rep->link)
		near_try(&s->near, rep->link->info.name);
	if (strcmp(s->name, port) != 0 &&
	    (!rep->link || strcmp(s->name, rep->link->info.name) != 0))
		return;
	*s->out = *rep;
	s->found = true;
}

int rep_find(struct core *core, const char *name, struct rep *out,
	     struct error *err)
{
	struct search s = { name, out, false, near_init(name) };

	rep_for_each(core, NULL, match, &s);
	if (s.found)
		return 0;
	if (s.near.best[0])
		return error_set(err, ENODEV,
				 "no representor '%s'; did you mean '%s'?",
				 name, s.near.best);
	return error_set(err, ENODEV,
			 "no representor '%s'; `swctl rep list` shows what "
			 "there is", name);
}
