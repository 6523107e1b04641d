/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "swoffd/ovs/ovs_world.h"

#include "swoffd/ovs/ovs_change.h"
#include "swoffd/ovs/ovs_ports.h"
#include "swoffd/ovs/ovs_settings.h"

/* base comes first. */
static const struct ovs_world *world_of(const struct ovs *ovs)
{
	return (const struct ovs_world *)ovs;
}

static void status(const struct ovs *ovs, struct ovs_status *out)
{
	const struct ovsdb *db = world_of(ovs)->db;
	const struct ovsdb_replica *r = &db->replica;
	const struct ovsdb_row *row =
		ovsdb_replica_next(r, OVSDB_OPEN_VSWITCH, NULL);

	*out = (struct ovs_status){
		.connected = ovsdb_is_ready(db),
		.known = row != NULL,
		.path = db->path,
		.why = db->why.msg,
		.version = "",
		.n_bridges = r->n[OVSDB_BRIDGE],
		.n_ports = r->n[OVSDB_PORT],
		.n_interfaces = r->n[OVSDB_INTERFACE],
		.settings = { .tc_policy = "none", .hw_offload_priority = "",
			      .max_idle_ms = OVS_MAX_IDLE_DEFAULT_MS,
			      .own_max_idle_ms = OVS_MAX_IDLE_DEFAULT_MS },
	};
	if (!row)
		return;
	out->version = ovsdb_row_text(row, OVSDB_OPEN_VSWITCH_VERSION);
	ovs_settings_read(row, &out->settings);
}

struct walk {
	const struct ovsdb_replica *replica;
	void (*fn)(const struct ovs_interface *i, void *ctx);
	void *ctx;
	/* References that may yet be followed.  The server sees to it that no
	 * row has two owners; if it does not, this ends nevertheless. */
	uint32_t left;
	const struct ovsdb_row *bridge;
};

static void walk_interface(struct walk *w, const struct ovsdb_row *port,
			   const struct ovsdb_row *row)
{
	struct ovs_interface i = {
		.bridge = ovsdb_row_text(w->bridge, OVSDB_BRIDGE_NAME),
		.port = ovsdb_row_text(port, OVSDB_PORT_NAME),
		.name = ovsdb_row_text(row, OVSDB_INTERFACE_NAME),
		.datapath_type =
			ovsdb_row_text(w->bridge, OVSDB_BRIDGE_DATAPATH),
		.type = ovsdb_row_text(row, OVSDB_INTERFACE_TYPE),
		.admin_state =
			ovsdb_row_text(row, OVSDB_INTERFACE_ADMIN_STATE),
		.link_state = ovsdb_row_text(row, OVSDB_INTERFACE_LINK_STATE),
		.error = ovsdb_row_text(row, OVSDB_INTERFACE_ERROR),
		.plugged = ovs_port_mark(row),
		.ofport = ovsdb_row_number(row, OVSDB_INTERFACE_OFPORT, -1),
	};
	int64_t ifindex = ovsdb_row_number(row, OVSDB_INTERFACE_IFINDEX, 0);
	int64_t tag = ovsdb_row_number(port, OVSDB_PORT_TAG, -1);

	i.ifindex = ifindex > 0 && ifindex <= INT32_MAX ?
			    (uint32_t)ifindex : 0;
	i.tag = tag >= 0 && tag <= 4095 ? (int32_t)tag : -1;
	w->fn(&i, w->ctx);
}

static void walk_refs(struct walk *w, const struct ovsdb_row *from,
		      enum ovsdb_column_id column, enum ovsdb_table_id to,
		      void (*visit)(struct walk *w,
				    const struct ovsdb_row *from,
				    const struct ovsdb_row *row))
{
	const struct ovsdb_value *refs = ovsdb_row_value(from, column);

	for (uint32_t i = 0; i < refs->n && w->left; i++) {
		const struct ovsdb_row *row = ovsdb_replica_find(
			w->replica, to, &refs->atoms[i].uuid);

		w->left--;
		if (row)
			visit(w, from, row);
	}
}

static void walk_port(struct walk *w, const struct ovsdb_row *bridge,
		      const struct ovsdb_row *port)
{
	(void)bridge;
	walk_refs(w, port, OVSDB_PORT_INTERFACES, OVSDB_INTERFACE,
		  walk_interface);
}

static void for_each_bridge(const struct ovs *ovs,
			    void (*fn)(const char *name, void *ctx), void *ctx)
{
	const struct ovsdb_replica *r = &world_of(ovs)->db->replica;
	const struct ovsdb_row *row = NULL;

	while ((row = ovsdb_replica_next(r, OVSDB_BRIDGE, row)))
		fn(ovsdb_row_text(row, OVSDB_BRIDGE_NAME), ctx);
}

static void for_each_interface(const struct ovs *ovs,
			       void (*fn)(const struct ovs_interface *i,
					  void *ctx),
			       void *ctx)
{
	const struct ovsdb_replica *r = &world_of(ovs)->db->replica;
	struct walk w = { .replica = r, .fn = fn, .ctx = ctx,
			  .left = r->n_rows };

	while ((w.bridge = ovsdb_replica_next(r, OVSDB_BRIDGE, w.bridge)))
		walk_refs(&w, w.bridge, OVSDB_BRIDGE_PORTS, OVSDB_PORT,
			  walk_port);
}

int ovs_world_init(struct ovs_world *w, struct loop *loop, const char *path)
{
	w->base = (struct ovs){
		.status = status,
		.for_each_bridge = for_each_bridge,
		.for_each_interface = for_each_interface,
		.hold_settings = ovs_settings_hold,
		.release_settings = ovs_settings_release,
		.set_hw_offload = ovs_settings_set_hw_offload,
		.plug = ovs_ports_plug,
		.unplug = ovs_ports_unplug,
	};
	list_init(&w->changes);
	return ovsdb_new(loop, path, NULL, &w->db);
}

void ovs_world_fini(struct ovs_world *w)
{
	if (!w || !w->db)
		return;
	ovsdb_free(w->db);
	ovs_change_free_all(w);
}
