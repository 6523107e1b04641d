/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tables and columns of the database Open_vSwitch that are read. */
#ifndef SWOFFD_OVS_OVSDB_SCHEMA_H
#define SWOFFD_OVS_OVSDB_SCHEMA_H

#include <stdint.h>

#include "swoffd/ovs/ovsdb_value.h"

#define OVSDB_NAME "Open_vSwitch"      /* of the database */

enum ovsdb_table_id {
	OVSDB_OPEN_VSWITCH,
	OVSDB_BRIDGE,
	OVSDB_PORT,
	OVSDB_INTERFACE,
	OVSDB_N_TABLES
};

#define COLUMN(table, id, name, type) OVSDB_##table##_##id,
enum ovsdb_column_id {
#include "swoffd/ovs/ovsdb_column.def"
	OVSDB_N_COLUMNS
};
#undef COLUMN

struct ovsdb_column {
	enum ovsdb_table_id table;
	const char *name;
	enum ovsdb_type type;
};

struct ovsdb_table {
	const char *name;
	enum ovsdb_column_id first;
	uint32_t n;                    /* of columns */
};

extern const struct ovsdb_column ovsdb_columns[OVSDB_N_COLUMNS];
extern const struct ovsdb_table ovsdb_tables[OVSDB_N_TABLES];

/* OVSDB_N_TABLES: there is none of this name that is read. */
enum ovsdb_table_id ovsdb_table_find(const char *name);

#endif
