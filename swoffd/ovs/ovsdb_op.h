/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The operations of a transaction (RFC 7047, 5.2), one behind the other.  The
 * first "wait" whose condition does not hold undoes all of it: by these a
 * transaction says what it takes for granted.
 */
#ifndef SWOFFD_OVS_OVSDB_OP_H
#define SWOFFD_OVS_OVSDB_OP_H

#include <json-c/json.h>

#include "swoffd/ovs/ovsdb_schema.h"

/* All that fails is memory; it makes list NULL, and what follows does
 * nothing. */
struct ovsdb_ops {
	struct json_object *list;      /* owned; begins with the database */
};

void ovsdb_ops_init(struct ovsdb_ops *ops);
void ovsdb_ops_fini(struct ovsdb_ops *ops);    /* legal on {0} */
uint32_t ovsdb_ops_n(const struct ovsdb_ops *ops);

/* For who reads the log of the database. */
void ovsdb_ops_comment(struct ovsdb_ops *ops, const char *text);

/* That there is this row, and function ("==", "includes", …) holds between
 * its column and value.  All values are taken; NULL: no memory. */
void ovsdb_ops_expect(struct ovsdb_ops *ops, enum ovsdb_column_id column,
		      const struct ovsdb_uuid *row, const char *function,
		      struct json_object *value);
/* That in no row of its table the column is value. */
void ovsdb_ops_expect_none(struct ovsdb_ops *ops, enum ovsdb_column_id column,
			   struct json_object *value);

/* row is taken; uuid_name is what it is called within the transaction. */
void ovsdb_ops_insert(struct ovsdb_ops *ops, enum ovsdb_table_id table,
		      const char *uuid_name, struct json_object *row);
/* mutator: "insert" or "delete"; value is taken. */
void ovsdb_ops_mutate(struct ovsdb_ops *ops, enum ovsdb_column_id column,
		      const struct ovsdb_uuid *row, const char *mutator,
		      struct json_object *value);
/* In a map of a row, key is was, and becomes now; NULL: it is not there.  Of
 * other keys nothing is said. */
void ovsdb_ops_edit(struct ovsdb_ops *ops, enum ovsdb_column_id column,
		    const struct ovsdb_uuid *row, const char *key,
		    const char *was, const char *now);

/* Values: the caller's, or NULL: no memory. */
struct json_object *ovsdb_op_uuid(const struct ovsdb_uuid *uuid);
struct json_object *ovsdb_op_named(const char *uuid_name);
struct json_object *ovsdb_op_entry(const char *key, const char *value);
/* A set of one item, which is taken. */
struct json_object *ovsdb_op_set(struct json_object *item);

#endif
