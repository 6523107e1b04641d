/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "swoffd/ovs/ovsdb_schema.h"

#include <string.h>

#define COLUMN(table, id, name, type) \
	[OVSDB_##table##_##id] = { OVSDB_##table, name, OVSDB_##type },
const struct ovsdb_column ovsdb_columns[OVSDB_N_COLUMNS] = {
#include "swoffd/ovs/ovsdb_column.def"
};
#undef COLUMN

#define TABLE(name, first, last) { name, first, (last) - (first) + 1 }

const struct ovsdb_table ovsdb_tables[OVSDB_N_TABLES] = {
	[OVSDB_OPEN_VSWITCH] = TABLE("Open_vSwitch", OVSDB_OPEN_VSWITCH_CONFIG,
				     OVSDB_OPEN_VSWITCH_DATAPATHS),
	[OVSDB_BRIDGE] = TABLE("Bridge", OVSDB_BRIDGE_NAME,
			       OVSDB_BRIDGE_DATAPATH_ID),
	[OVSDB_PORT] = TABLE("Port", OVSDB_PORT_NAME, OVSDB_PORT_TAG),
	[OVSDB_INTERFACE] = TABLE("Interface", OVSDB_INTERFACE_NAME,
				  OVSDB_INTERFACE_ERROR),
};

enum ovsdb_table_id ovsdb_table_find(const char *name)
{
	enum ovsdb_table_id t = 0;

	while (t < OVSDB_N_TABLES && strcmp(ovsdb_tables[t].name, name) != 0)
		t++;
	return t;
}
