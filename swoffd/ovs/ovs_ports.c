/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "swoffd/ovs/ovs_ports.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "swoffd/ovs/ovs_change.h"
#include "swoffd/ovs/ovsdb_json.h"

#define MARK "swoffd-plugged"

const char *ovs_port_mark(const struct ovsdb_row *interface)
{
	const char *mark = ovsdb_value_lookup(
		ovsdb_row_value(interface, OVSDB_INTERFACE_EXTERNAL_IDS),
		MARK);

	return mark ? mark : "";
}

/* Whose name, the first column of its table, is that. */
static const struct ovsdb_row *find_named(const struct ovs_change *c,
					  enum ovsdb_table_id table,
					  const char *name)
{
	const struct ovsdb_row *row = NULL;

	while ((row = ovsdb_replica_next(&c->world->db->replica, table, row)))
		if (strcmp(ovsdb_row_text(row, ovsdb_tables[table].first),
			   name) == 0)
			return row;
	return NULL;
}

static const struct ovsdb_row *find_bridge(const struct ovs_change *c,
					   struct error *err)
{
	const struct ovsdb_row *row = find_named(c, OVSDB_BRIDGE, c->bridge);

	if (!row)
		(void)error_set(err, ENODEV, "no bridge '%s'; `ovs-vsctl "
				"add-br` makes one", c->bridge);
	return row;
}

static struct json_object *text(const char *s)
{
	return json_object_new_string(s);
}

/* A port of one interface, of the same name. */
static void add_port(struct ovsdb_ops *ops, const struct ovsdb_row *bridge,
		     const struct ovs_port *p, uint32_t number)
{
	char port[16], interface[16];

	(void)snprintf(port, sizeof(port), "p%u", number);
	(void)snprintf(interface, sizeof(interface), "i%u", number);
	ovsdb_ops_expect_none(ops, OVSDB_INTERFACE_NAME, text(p->name));
	ovsdb_ops_insert(ops, OVSDB_INTERFACE, interface,
			 OVSDB_OBJECT({ "name", text(p->name) },
				      { "external_ids",
					ovsdb_op_entry(MARK, p->mark) }));
	ovsdb_ops_insert(ops, OVSDB_PORT, port,
			 OVSDB_OBJECT({ "name", text(p->name) },
				      { "interfaces",
					ovsdb_op_named(interface) }));
	ovsdb_ops_mutate(ops, OVSDB_BRIDGE_PORTS, &bridge->uuid, "insert",
			 ovsdb_op_set(ovsdb_op_named(port)));
}

static int make_plug(const struct ovs_change *c, struct ovsdb_ops *ops,
		     struct error *err)
{
	const struct ovsdb_row *bridge = find_bridge(c, err);
	bool any = false;

	if (!bridge)
		return -err->code;
	for (uint32_t i = 0; i < c->n_ports; i++) {
		struct ovs_port *p = &c->ports[i];

		p->done = !find_named(c, OVSDB_INTERFACE, p->name);
		if (!p->done)
			continue;
		/* What is in no bridge is collected, and nobody is told. */
		if (!any)
			ovsdb_ops_expect(ops, OVSDB_BRIDGE_NAME, &bridge->uuid,
					 "==", text(c->bridge));
		any = true;
		add_port(ops, bridge, p, i);
	}
	return 0;
}

/* Its only interface, if that is what was plugged. */
static const struct ovsdb_row *plugged(const struct ovs_change *c,
				       const struct ovsdb_row *port,
				       const struct ovs_port *p)
{
	const struct ovsdb_value *refs =
		ovsdb_row_value(port, OVSDB_PORT_INTERFACES);
	const struct ovsdb_row *row = refs->n != 1 ? NULL :
		ovsdb_replica_find(&c->world->db->replica, OVSDB_INTERFACE,
				   &refs->atoms[0].uuid);

	return row && strcmp(ovs_port_mark(row), p->mark) == 0 ? row : NULL;
}

static bool has_port(const struct ovsdb_row *bridge,
		     const struct ovsdb_row *port)
{
	const struct ovsdb_value *refs =
		ovsdb_row_value(bridge, OVSDB_BRIDGE_PORTS);

	for (uint32_t i = 0; i < refs->n; i++)
		if (memcmp(&refs->atoms[i].uuid, &port->uuid,
			   sizeof(port->uuid)) == 0)
			return true;
	return false;
}

/* A row that nothing refers to any more is collected by the server. */
static void del_port(struct ovsdb_ops *ops, const struct ovsdb_row *bridge,
		     const struct ovsdb_row *port,
		     const struct ovsdb_row *interface, const char *mark)
{
	ovsdb_ops_expect(ops, OVSDB_PORT_INTERFACES, &port->uuid, "==",
			 ovsdb_op_uuid(&interface->uuid));
	ovsdb_ops_expect(ops, OVSDB_INTERFACE_EXTERNAL_IDS, &interface->uuid,
			 "includes", ovsdb_op_entry(MARK, mark));
	ovsdb_ops_expect(ops, OVSDB_BRIDGE_PORTS, &bridge->uuid, "includes",
			 ovsdb_op_uuid(&port->uuid));
	ovsdb_ops_mutate(ops, OVSDB_BRIDGE_PORTS, &bridge->uuid, "delete",
			 ovsdb_op_set(ovsdb_op_uuid(&port->uuid)));
}

static int make_unplug(const struct ovs_change *c, struct ovsdb_ops *ops,
		       struct error *err)
{
	const struct ovsdb_row *bridge = find_bridge(c, err);

	if (!bridge)
		return -err->code;
	for (uint32_t i = 0; i < c->n_ports; i++) {
		struct ovs_port *p = &c->ports[i];
		const struct ovsdb_row *port =
			find_named(c, OVSDB_PORT, p->name);
		const struct ovsdb_row *interface =
			port ? plugged(c, port, p) : NULL;

		p->done = interface && has_port(bridge, port);
		if (p->done)
			del_port(ops, bridge, port, interface, p->mark);
	}
	return 0;
}

/* base comes first. */
int ovs_ports_plug(struct ovs *ovs, const char *bridge, struct ovs_port *ports,
		   uint32_t n, struct request *r, struct error *err)
{
	const struct ovs_change like = {
		.what = "plug representors", .make = make_plug,
		.bridge = bridge, .ports = ports, .n_ports = n,
	};

	return ovs_change_start((struct ovs_world *)ovs, &like, r, err);
}

int ovs_ports_unplug(struct ovs *ovs, const char *bridge,
		     struct ovs_port *ports, uint32_t n, struct request *r,
		     struct error *err)
{
	const struct ovs_change like = {
		.what = "unplug representors", .make = make_unplug,
		.bridge = bridge, .ports = ports, .n_ports = n,
	};

	return ovs_change_start((struct ovs_world *)ovs, &like, r, err);
}
