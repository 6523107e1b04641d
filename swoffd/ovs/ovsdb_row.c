/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "swoffd/ovs/ovsdb_row.h"

#include <errno.h>
#include <json-c/json.h>
#include <string.h>

void ovsdb_row_free(struct ovsdb_row *row)
{
	const struct ovsdb_table *t;

	if (!row)
		return;
	t = &ovsdb_tables[row->table];
	for (uint32_t i = 0; i < t->n; i++)
		ovsdb_value_fini(ovsdb_columns[t->first + i].type,
				 &row->values[i]);
	free(row);
}

void ovsdb_rows_free(struct list *rows)
{
	struct ovsdb_row *row;

	list_for_each (row, rows, changed) {
		list_del(&row->changed);
		ovsdb_row_free(row);
	}
}

static struct ovsdb_row *row_new(enum ovsdb_table_id table)
{
	size_t size = sizeof(struct ovsdb_row) +
		      ovsdb_tables[table].n * sizeof(struct ovsdb_value);
	struct ovsdb_row *row = calloc(1, size);

	if (!row)
		return NULL;
	row->table = table;
	row->size = size;
	row->change = OVSDB_GONE;
	list_init(&row->node);
	list_init(&row->changed);
	return row;
}

static int decode_columns(struct json_object *json, struct ovsdb_row *row,
			  struct error *err)
{
	const struct ovsdb_table *t = &ovsdb_tables[row->table];

	if (!json_object_is_type(json, json_type_object))
		return error_set(err, EBADMSG, "a row of %s is no object",
				 t->name);
	for (uint32_t i = 0; i < t->n; i++) {
		const struct ovsdb_column *c = &ovsdb_columns[t->first + i];
		struct json_object *value;
		int rc = -EBADMSG;

		if (json_object_object_get_ex(json, c->name, &value))
			rc = ovsdb_value_decode(c->type, value,
						&row->values[i]);
		if (rc < 0)
			return error_set(err, -rc, "%s of a row of %s: %s",
					 c->name, t->name, strerror(-rc));
		row->size += ovsdb_value_size(c->type, &row->values[i]);
	}
	row->change = OVSDB_CHANGED;
	return 0;
}

static int decode_row(enum ovsdb_table_id table, const char *uuid,
		      struct json_object *json, struct list *rows,
		      struct error *err)
{
	AUTO(ovsdb_row_free) struct ovsdb_row *row = row_new(table);
	struct json_object *to, *from;
	int rc = 0;

	if (!row)
		return error_set(err, ENOMEM, "%s", strerror(ENOMEM));
	if (ovsdb_uuid_parse(uuid, &row->uuid) < 0 ||
	    !json_object_is_type(json, json_type_object))
		return error_set(err, EBADMSG, "a row of %s without a uuid, or "
				 "no row", ovsdb_tables[table].name);
	if (json_object_object_get_ex(json, "new", &to))
		rc = decode_columns(to, row, err);
	else if (!json_object_object_get_ex(json, "old", &from))
		rc = error_set(err, EBADMSG, "a row of %s, neither new nor old",
			       ovsdb_tables[table].name);
	if (rc < 0)
		return rc;
	list_add_tail(rows, &row->changed);
	row = NULL;
	return 0;
}

static int decode_table(const char *name, struct json_object *json,
			struct list *rows, struct error *err)
{
	enum ovsdb_table_id table = ovsdb_table_find(name);

	if (table == OVSDB_N_TABLES ||
	    !json_object_is_type(json, json_type_object))
		return error_set(err, EBADMSG, "a table that was not asked for "
				 "or is no object");
	json_object_object_foreach(json, uuid, row) {
		int rc = decode_row(table, uuid, row, rows, err);

		if (rc < 0)
			return rc;
	}
	return 0;
}

int ovsdb_rows_decode(struct json_object *updates, struct list *rows,
		      struct error *err)
{
	if (!json_object_is_type(updates, json_type_object))
		return error_set(err, EBADMSG, "updates that are no object");
	json_object_object_foreach(updates, name, table) {
		int rc = decode_table(name, table, rows, err);

		if (rc < 0)
			return rc;
	}
	return 0;
}

bool ovsdb_row_equal(const struct ovsdb_row *a, const struct ovsdb_row *b)
{
	const struct ovsdb_table *t = &ovsdb_tables[a->table];

	for (uint32_t i = 0; i < t->n; i++)
		if (!ovsdb_value_equal(ovsdb_columns[t->first + i].type,
				       &a->values[i], &b->values[i]))
			return false;
	return true;
}
