/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From what a person types to a device. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/base/near.h"
#include "swoffd/core/device_priv.h"

static bool is_named(struct core *core, const struct device *d,
		     const char *name)
{
	const struct link *link = link_find_name(core, name);
	const struct port_dev *p;

	if (!link)
		return false;
	list_for_each(p, &d->ports, node)
		if (p->info.ifindex == link->info.ifindex)
			return true;
	return false;
}

static int not_found(struct core *core, const char *dev, struct error *err)
{
	struct near near = near_init(dev);
	struct device *d;
	struct link *l;
	char handle[100];

	list_for_each(d, &core->devices, node)
		near_try(&near, device_handle_str(&d->info.handle, handle));
	list_for_each(l, &core->links, node)
		near_try(&near, l->info.name);
	if (link_find_name(core, dev))
		return error_set(err, ENODEV,
				 "netdev '%s' belongs to no devlink device",
				 dev);
	if (near.best[0])
		return error_set(err, ENODEV,
				 "no devlink device '%s'; did you mean '%s'?",
				 dev, near.best);
	return error_set(err, ENODEV,
			 "no devlink device '%s'; `swctl device list` shows "
			 "what there is", dev);
}

struct device *device_find(struct core *core, const char *dev,
			   struct error *err)
{
	struct device *d;
	char handle[100];

	list_for_each(d, &core->devices, node)
		if (strcmp(device_handle_str(&d->info.handle, handle),
			   dev) == 0)
			return d;
	list_for_each(d, &core->devices, node)
		if (is_named(core, d, dev))
			return d;
	not_found(core, dev, err);
	return NULL;
}

static const struct link *uplink(struct core *core, const struct device *d)
{
	const struct port_dev *p;
	const struct link *l;

	list_for_each(p, &d->ports, node) {
		if (p->info.flavour != PORT_PHYSICAL)
			continue;
		l = link_find(core, p->info.ifindex);
		if (l)
			return l;
	}
	return NULL;
}

const char *device_uplink(struct core *core, const struct device *d)
{
	const struct link *l = uplink(core, d);

	return l ? l->info.name : "";
}

uint32_t device_uplink_ifindex(struct core *core, const struct device *d)
{
	const struct link *l = uplink(core, d);

	return l ? l->info.ifindex : 0;
}
