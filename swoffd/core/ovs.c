/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "swoffd/core/ovs.h"

bool ovs_find_rep(struct core *core, const struct ovs_interface *i,
		  struct rep *out)
{
	const struct link *link = link_find(core, i->ifindex);
	struct error err;

	if (!link)
		link = link_find_name(core, i->name);
	return link && rep_find(core, link->info.name, out, &err) == 0;
}
