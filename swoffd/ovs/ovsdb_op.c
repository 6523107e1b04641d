/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "swoffd/ovs/ovsdb_op.h"

#include <string.h>

#include "common/rpc/rpc.h"
#include "swoffd/ovs/ovsdb_json.h"

/* No value of anybody: it is there only within a transaction. */
#define NOBODYS "swoffd was here"

void ovsdb_ops_init(struct ovsdb_ops *ops)
{
	ops->list = OVSDB_ARRAY(json_object_new_string(OVSDB_NAME));
}

void ovsdb_ops_fini(struct ovsdb_ops *ops)
{
	json_put(ops->list);
	ops->list = NULL;
}

uint32_t ovsdb_ops_n(const struct ovsdb_ops *ops)
{
	return ops->list ?
		       (uint32_t)json_object_array_length(ops->list) - 1 : 0;
}

static void push(struct ovsdb_ops *ops, struct json_object *op)
{
	if (!ops->list)
		json_put(op);
	else if (!ovsdb_json_push(ops->list, op))
		ovsdb_ops_fini(ops);
}

static struct json_object *text(const char *s)
{
	return json_object_new_string(s);
}

static struct json_object *table_of(enum ovsdb_column_id column)
{
	return text(ovsdb_tables[ovsdb_columns[column].table].name);
}

static struct json_object *name_of(enum ovsdb_column_id column)
{
	return text(ovsdb_columns[column].name);
}

struct json_object *ovsdb_op_uuid(const struct ovsdb_uuid *uuid)
{
	char s[OVSDB_UUID_TEXT_SIZE];

	ovsdb_uuid_format(uuid, s);
	return OVSDB_ARRAY(text("uuid"), text(s));
}

struct json_object *ovsdb_op_named(const char *uuid_name)
{
	return OVSDB_ARRAY(text("named-uuid"), text(uuid_name));
}

struct json_object *ovsdb_op_entry(const char *key, const char *value)
{
	return OVSDB_ARRAY(text("map"),
			   OVSDB_ARRAY(OVSDB_ARRAY(text(key), text(value))));
}

struct json_object *ovsdb_op_set(struct json_object *item)
{
	return OVSDB_ARRAY(text("set"), OVSDB_ARRAY(item));
}

void ovsdb_ops_comment(struct ovsdb_ops *ops, const char *comment)
{
	push(ops, OVSDB_OBJECT({ "op", text("comment") },
			       { "comment", text(comment) }));
}

static struct json_object *is_row(const struct ovsdb_uuid *row)
{
	return OVSDB_ARRAY(text("_uuid"), text("=="), ovsdb_op_uuid(row));
}

/* That what where finds are these rows and no others; both are taken. */
static void wait_for(struct ovsdb_ops *ops, enum ovsdb_column_id column,
		     struct json_object *where, struct json_object *rows)
{
	push(ops, OVSDB_OBJECT({ "op", text("wait") },
			       { "timeout", json_object_new_int(0) },
			       { "table", table_of(column) },
			       { "where", where },
			       { "columns", OVSDB_ARRAY(text("_uuid")) },
			       { "until", text("==") },
			       { "rows", rows }));
}

void ovsdb_ops_expect(struct ovsdb_ops *ops, enum ovsdb_column_id column,
		      const struct ovsdb_uuid *row, const char *function,
		      struct json_object *value)
{
	wait_for(ops, column,
		 OVSDB_ARRAY(is_row(row), OVSDB_ARRAY(name_of(column),
						      text(function), value)),
		 OVSDB_ARRAY(OVSDB_OBJECT({ "_uuid", ovsdb_op_uuid(row) })));
}

void ovsdb_ops_expect_none(struct ovsdb_ops *ops, enum ovsdb_column_id column,
			   struct json_object *value)
{
	wait_for(ops, column,
		 OVSDB_ARRAY(OVSDB_ARRAY(name_of(column), text("=="), value)),
		 json_object_new_array());
}

void ovsdb_ops_insert(struct ovsdb_ops *ops, enum ovsdb_table_id table,
		      const char *uuid_name, struct json_object *row)
{
	push(ops, OVSDB_OBJECT({ "op", text("insert") },
			       { "table", text(ovsdb_tables[table].name) },
			       { "uuid-name", text(uuid_name) },
			       { "row", row }));
}

void ovsdb_ops_mutate(struct ovsdb_ops *ops, enum ovsdb_column_id column,
		      const struct ovsdb_uuid *row, const char *mutator,
		      struct json_object *value)
{
	push(ops, OVSDB_OBJECT({ "op", text("mutate") },
			       { "table", table_of(column) },
			       { "where", OVSDB_ARRAY(is_row(row)) },
			       { "mutations",
				 OVSDB_ARRAY(OVSDB_ARRAY(name_of(column),
							 text(mutator),
							 value)) }));
}

/*
 * No condition says that a map has no such key.  But "insert" leaves a key
 * that is there alone: what can be seen behind it was not there before.
 */
static void expect_no_key(struct ovsdb_ops *ops, enum ovsdb_column_id column,
			  const struct ovsdb_uuid *row, const char *key)
{
	ovsdb_ops_mutate(ops, column, row, "insert",
			 ovsdb_op_entry(key, NOBODYS));
	ovsdb_ops_expect(ops, column, row, "includes",
			 ovsdb_op_entry(key, NOBODYS));
}

void ovsdb_ops_edit(struct ovsdb_ops *ops, enum ovsdb_column_id column,
		    const struct ovsdb_uuid *row, const char *key,
		    const char *was, const char *now)
{
	if (was)
		ovsdb_ops_expect(ops, column, row, "includes",
				 ovsdb_op_entry(key, was));
	else
		expect_no_key(ops, column, row, key);
	if (was && now && strcmp(was, now) == 0)
		return;
	ovsdb_ops_mutate(ops, column, row, "delete",
			 ovsdb_op_entry(key, was ? was : NOBODYS));
	if (now)
		ovsdb_ops_mutate(ops, column, row, "insert",
				 ovsdb_op_entry(key, now));
}
