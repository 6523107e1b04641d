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

/* Who says that there is nothing to a column leaves it out. */
static const struct kind {
	const char *name;
	enum { WHOLE, SPARSE, DIFF, NO_ROW } what;
} kinds[] = {
	/* RFC 7047, 4.1.6; "old" beside "new" says nothing more. */
	{ "new", WHOLE }, { "old", NO_ROW },
	/* <table-updates2>, ovsdb-server(7). */
	{ "initial", SPARSE }, { "insert", SPARSE }, { "modify", DIFF },
	{ "delete", NO_ROW },
};

static const struct kind *kind_of(struct json_object *json,
				  struct json_object **columns)
{
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (json_object_object_get_ex(json, kinds[i].name, columns))
			return &kinds[i];
	return NULL;
}

/* json: what is said of it, or NULL. */
static int decode_column(const struct kind *kind, enum ovsdb_type type,
			 struct json_object *json,
			 const struct ovsdb_value *old,
			 struct ovsdb_value *out)
{
	struct ovsdb_value diff = { 0 };
	int rc;

	if (!json && kind->what == WHOLE)
		return -EBADMSG;
	if (!json && kind->what == SPARSE)
		return 0;
	if (kind->what != DIFF)
		return ovsdb_value_decode(type, json, out);
	if (!json)
		return ovsdb_value_patch(type, old, NULL, out);
	rc = ovsdb_value_decode(type, json, &diff);
	if (rc == 0)
		rc = ovsdb_value_patch(type, old, &diff, out);
	ovsdb_value_fini(type, &diff);
	return rc;
}

static int decode_columns(const struct kind *kind, struct json_object *json,
			  const struct ovsdb_row *old, struct ovsdb_row *row,
			  struct error *err)
{
	const struct ovsdb_table *t = &ovsdb_tables[row->table];

	if (!json_object_is_type(json, json_type_object))
		return error_set(err, EBADMSG, "a row of %s is no object",
				 t->name);
	if (kind->what == DIFF && !old)
		return error_set(err, EBADMSG, "a row of %s is modified that "
				 "is not there", t->name);
	for (uint32_t i = 0; i < t->n; i++) {
		const struct ovsdb_column *c = &ovsdb_columns[t->first + i];
		struct json_object *value = NULL;
		int rc = -EBADMSG;

		if (!json_object_object_get_ex(json, c->name, &value) || value)
			rc = decode_column(kind, c->type, value,
					   old ? &old->values[i] : NULL,
					   &row->values[i]);
		if (rc < 0)
			return error_set(err, -rc, "%s of a row of %s: %s",
					 c->name, t->name, strerror(-rc));
		row->size += ovsdb_value_size(c->type, &row->values[i]);
	}
	row->change = OVSDB_CHANGED;
	return 0;
}

static int decode_row(const struct ovsdb_replica *r, enum ovsdb_table_id table,
		      const char *uuid, struct json_object *json,
		      struct list *rows, struct error *err)
{
	AUTO(ovsdb_row_free) struct ovsdb_row *row = row_new(table);
	struct json_object *columns;
	const struct kind *kind;
	int rc = 0;

	if (!row)
		return error_set(err, ENOMEM, "%s", strerror(ENOMEM));
	if (ovsdb_uuid_parse(uuid, &row->uuid) < 0 ||
	    !json_object_is_type(json, json_type_object))
		return error_set(err, EBADMSG, "a row of %s without a uuid, or "
				 "no row", ovsdb_tables[table].name);
	kind = kind_of(json, &columns);
	if (!kind)
		return error_set(err, EBADMSG, "a row of %s of which nothing "
				 "is said", ovsdb_tables[table].name);
	if (kind->what != NO_ROW)
		rc = decode_columns(kind, columns,
				    ovsdb_replica_find(r, table, &row->uuid),
				    row, err);
	if (rc < 0)
		return rc;
	list_add_tail(rows, &row->changed);
	row = NULL;
	return 0;
}

static int decode_table(const struct ovsdb_replica *r, const char *name,
			struct json_object *json, struct list *rows,
			struct error *err)
{
	enum ovsdb_table_id table = ovsdb_table_find(name);

	if (table == OVSDB_N_TABLES ||
	    !json_object_is_type(json, json_type_object))
		return error_set(err, EBADMSG, "a table that was not asked for "
				 "or is no object");
	json_object_object_foreach(json, uuid, row) {
		int rc = decode_row(r, table, uuid, row, rows, err);

		if (rc < 0)
			return rc;
	}
	return 0;
}

int ovsdb_rows_decode(const struct ovsdb_replica *r,
		      struct json_object *updates, struct list *rows,
		      struct error *err)
{
	if (!json_object_is_type(updates, json_type_object))
		return error_set(err, EBADMSG, "updates that are no object");
	json_object_object_foreach(updates, name, table) {
		int rc = decode_table(r, name, table, rows, err);

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
