/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the name of a port tells. */
#include "common/flow/port.h"

#include "common/base/cleanup.h"
#include "common/flow/scan.h"

/* lib/dpif-netlink-rtnl.c and datapath/vport-*.c of Open vSwitch name them. */
static const struct {
	const char *prefix;
	enum port_kind kind;
} names[] = {
	{ "vxlan_sys_", PORT_KIND_VXLAN },
	{ "genev_sys_", PORT_KIND_GENEVE },
	{ "gre_sys", PORT_KIND_GRE },
	{ "ip6gre_sys", PORT_KIND_GRE },
	{ "erspan_sys", PORT_KIND_ERSPAN },
	{ "ip6erspan_sys", PORT_KIND_ERSPAN },
	{ "gtpu_sys_", PORT_KIND_GTP },
	{ "bareudp_sys_", PORT_KIND_OTHER_TUNNEL },
	{ "srv6_sys", PORT_KIND_OTHER_TUNNEL },
};

enum port_kind port_kind_of_name(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (scan_begins(name, names[i].prefix))
			return names[i].kind;
	return PORT_KIND_UNKNOWN;
}
