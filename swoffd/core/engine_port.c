/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What translation wants to know of the ports of this host, and what lines say
 * of them that is wrong. */
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

static void check_port(const struct engine *e, const struct port *port,
		       struct reason_list *reasons)
{
	struct port found = *port;

	if (!port->name[0] && port->no == PORT_NO_NONE)
		return;
	if (e->ports.resolve(&e->ports, &found) == 0)
		return;
	if (port->name[0])
		reason_add(reasons, REASON_PORT_UNKNOWN, ENODEV, "%s",
			   port->name);
	else
		reason_add(reasons, REASON_PORT_UNKNOWN, ENODEV, "%u",
			   port->no);
}

enum line_result engine_port_line(struct engine *e, const char *text,
				  struct line_flow *out,
				  struct reason_list *reasons,
				  struct error *err)
{
	enum line_result result = line_parse(e->reader, text, out, reasons,
					     err);
	const struct odp_flow *odp = line_reader_odp(e->reader);

	if (result != LINE_REFUSED || out->lang != LINE_ODP)
		return result;
	check_port(e, &odp->in_port, reasons);
	for (uint16_t i = 0; i < odp->n_actions; i++)
		if (odp->actions[i].kind == ODP_OUTPUT)
			check_port(e, &odp->actions[i].output, reasons);
	return result;
}

const struct port_resolver *engine_ports(const struct engine *e)
{
	return &e->ports;
}

void engine_port_init(struct engine *e)
{
	e->ports = (struct port_resolver){
		.resolve = resolve,
		.kind = kind,
		.meter = engine_meter_index,
	};
}
