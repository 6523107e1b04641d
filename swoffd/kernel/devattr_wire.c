/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The columns of the table that are of netlink. */
#include "swoffd/kernel/devattr_wire.h"

#include <linux/devlink.h>
#include <linux/if_link.h>

const struct devattr_wire devattr_wire[DEVATTR_N] = {
#define DEVATTR(id, name, alias, object, kind, values, max, twin, type, at, \
		help)                                                       \
	[DEVATTR_##id] = { type, at },
#include "common/device/devattr_table.def"
#undef DEVATTR
};
