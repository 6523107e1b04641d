/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What translation wants to know of the ports of this host. */
#include <errno.h>
#include <string.h>

#include "swoffd/core/engine_priv.h"

/* IFLA_INFO_KIND, rtnl_link_ops.kind of the drivers. */
static const struct {
	const char *name;
	enum port_kind kind;
} kinds[] = {
	{ "openvswitch", PORT_KIND_INTERNAL },
	{ "vxlan", PORT_KIND_VXLAN },
	{ "geneve", PORT_KIND_GENEVE },
	{ "gre", PORT_KIND_GRE },
	{ "gretap", PORT_KIND_GRE },
	{ "ip6gre", PORT_KIND_GRE },
	{ "ip6gretap", PORT_KIND_GRE },
	{ "erspan", PORT_KIND_ERSPAN },
	{ "ip6erspan", PORT_KIND_ERSPAN },
	{ "gtp", PORT_KIND_GTP },
	{ "bareudp", PORT_KIND_OTHER_TUNNEL },
};

enum port_kind engine_port_kind(const struct link *link)
{
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (strcmp(link->info.kind, kinds[i].name) == 0)
			return kinds[i].kind;
	return PORT_KIND_PLAIN;
}

static const struct link *find(const struct port_resolver *r,
			       const struct port *port)
{
	struct core *core = container_of(r, struct engine, ports)->core;

	if (port->name[0])
		return link_find_name(core, port->name);
	return port->ifindex ? link_find(core, port->ifindex) : NULL;
}

static int resolve(const struct port_resolver *r, struct port *port)
{
	const struct link *link = find(r, port);

	if (!link)
		return -ENODEV;
	port->ifindex = link->info.ifindex;
	memcpy(port->name, link->info.name, sizeof(port->name));
	return 0;
}

static enum port_kind kind(const struct port_resolver *r,
			   const struct port *port)
{
	const struct link *link = find(r, port);

	return link ? engine_port_kind(link) : port_kind_of_name(port->name);
}

void engine_port_init(struct engine *e)
{
	e->ports = (struct port_resolver){
		.resolve = resolve,
		.kind = kind,
		.meter = engine_meter_index,
	};
}
