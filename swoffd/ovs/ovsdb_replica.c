/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A message is decoded and weighed as a whole before any of it is taken in,
 * and taken in as a whole before anybody is told: references resolve.
 */
#include "swoffd/ovs/ovsdb_replica.h"

#include <errno.h>
#include <string.h>

#include "swoffd/ovs/ovsdb_row.h"

void ovsdb_replica_init(struct ovsdb_replica *r,
			void (*changed)(struct ovsdb_replica *r,
					enum ovsdb_change change,
					const struct ovsdb_row *row))
{
	*r = (struct ovsdb_replica){
		.changed = changed,
		.places.item_size = sizeof(struct ovsdb_row *),
	};
	for (int t = 0; t < OVSDB_N_TABLES; t++)
		list_init(&r->tables[t]);
}

void ovsdb_replica_fini(struct ovsdb_replica *r)
{
	for (int t = 0; t < OVSDB_N_TABLES; t++) {
		struct ovsdb_row *row;

		list_for_each (row, &r->tables[t], node)
			ovsdb_row_free(row);
	}
	hash_fini(&r->index);
	pool_free_all(&r->places);
}

static struct ovsdb_row **place_of(const struct ovsdb_replica *r, uint32_t id)
{
	return pool_at(&r->places, id);
}

static bool same_uuid(uint32_t id, const void *key, const void *ctx)
{
	const struct ovsdb_row *row = *place_of(ctx, id), *want = key;

	return row->table == want->table &&
	       memcmp(&row->uuid, &want->uuid, sizeof(row->uuid)) == 0;
}

static uint32_t hash_of(const struct ovsdb_row *row)
{
	return hash_bytes(&row->uuid, sizeof(row->uuid));
}

static struct ovsdb_row *find(const struct ovsdb_replica *r,
			      const struct ovsdb_row *key)
{
	uint32_t id = hash_find(&r->index, hash_of(key), same_uuid, key, r);

	return id == HASH_NONE ? NULL : *place_of(r, id);
}

static int insert(struct ovsdb_replica *r, struct ovsdb_row *row)
{
	row->id = pool_get(&r->places);
	if (row->id == POOL_NONE)
		return -ENOMEM;
	*place_of(r, row->id) = row;
	if (hash_add(&r->index, hash_of(row), row->id) < 0) {
		pool_put(&r->places, row->id);
		return -ENOMEM;
	}
	list_add_tail(&r->tables[row->table], &row->node);
	r->n[row->table]++;
	r->n_rows++;
	r->size += row->size;
	return 0;
}

static void take_out(struct ovsdb_replica *r, struct ovsdb_row *row)
{
	hash_del(&r->index, hash_of(row), row->id);
	pool_put(&r->places, row->id);
	list_del(&row->node);
	r->n[row->table]--;
	r->n_rows--;
	r->size -= row->size;
}

static void replace(struct ovsdb_replica *r, struct ovsdb_row *old,
		    struct ovsdb_row *row)
{
	row->id = old->id;
	*place_of(r, row->id) = row;
	list_add_tail(&old->node, &row->node);
	list_del(&old->node);
	r->size += row->size - old->size;
	ovsdb_row_free(old);
}

static void add_change(struct list *changes, struct ovsdb_row *row,
		       enum ovsdb_change change)
{
	row->change = change;
	list_del(&row->changed);
	list_add_tail(changes, &row->changed);
}

/* row is on no list and moves to the replica, or is freed. */
static int take_in(struct ovsdb_replica *r, struct ovsdb_row *row,
		   struct list *changes)
{
	struct ovsdb_row *old = find(r, row);
	int rc = 0;

	row->loaded = true;
	if (row->change == OVSDB_GONE && old) {
		take_out(r, old);
		add_change(changes, old, OVSDB_GONE);
	} else if (row->change != OVSDB_GONE && !old) {
		rc = insert(r, row);
		if (rc == 0) {
			add_change(changes, row, OVSDB_ADDED);
			return 0;
		}
	} else if (old && !ovsdb_row_equal(old, row)) {
		replace(r, old, row);
		add_change(changes, row, OVSDB_CHANGED);
		return 0;
	} else if (old) {
		old->loaded = true;
	}
	ovsdb_row_free(row);
	return rc;
}

/* What a load did not mention. */
static void sweep(struct ovsdb_replica *r, struct list *changes)
{
	for (int t = 0; t < OVSDB_N_TABLES; t++) {
		struct ovsdb_row *row;

		list_for_each (row, &r->tables[t], node) {
			if (row->loaded)
				continue;
			take_out(r, row);
			add_change(changes, row, OVSDB_GONE);
		}
	}
}

static void forget_loaded(struct ovsdb_replica *r)
{
	for (int t = 0; t < OVSDB_N_TABLES; t++) {
		struct ovsdb_row *row;

		list_for_each (row, &r->tables[t], node)
			row->loaded = false;
	}
}

static void tell(struct ovsdb_replica *r, struct list *changes)
{
	struct ovsdb_row *row;

	list_for_each (row, changes, changed) {
		list_del(&row->changed);
		if (r->changed)
			r->changed(r, row->change, row);
		if (row->change == OVSDB_GONE)
			ovsdb_row_free(row);
	}
}

/* Would it be too much, with these rows? */
static int weigh(const struct ovsdb_replica *r, struct list *rows, bool load,
		 struct error *err)
{
	size_t size = load ? 0 : r->size, n = load ? 0 : r->n_rows;
	struct ovsdb_row *row;

	list_for_each (row, rows, changed) {
		const struct ovsdb_row *old = load ? NULL : find(r, row);

		if (row->change == OVSDB_GONE)
			continue;
		size += row->size - (old ? old->size : 0);
		n += old ? 0 : 1;
	}
	if (n > OVSDB_MAX_ROWS || size > OVSDB_MAX_SIZE)
		return error_set(err, E2BIG, "%zu rows of %zu bytes; %u and %u "
				 "are the most", n, size, OVSDB_MAX_ROWS,
				 OVSDB_MAX_SIZE);
	return 0;
}

int ovsdb_replica_update(struct ovsdb_replica *r, struct json_object *updates,
			 bool load, struct error *err)
{
	struct list rows = LIST_INIT(rows), changes = LIST_INIT(changes);
	int rc = ovsdb_rows_decode(r, updates, &rows, err);
	struct ovsdb_row *row;

	if (rc == 0)
		rc = weigh(r, &rows, load, err);
	if (rc < 0) {
		ovsdb_rows_free(&rows);
		return rc;
	}
	if (load)
		forget_loaded(r);
	list_for_each (row, &rows, changed) {
		list_del(&row->changed);
		if (take_in(r, row, &changes) < 0)
			rc = error_set(err, ENOMEM, "%s", strerror(ENOMEM));
	}
	if (load && rc == 0)
		sweep(r, &changes);
	tell(r, &changes);
	return rc;
}

const struct ovsdb_row *ovsdb_replica_find(const struct ovsdb_replica *r,
					   enum ovsdb_table_id table,
					   const struct ovsdb_uuid *uuid)
{
	struct ovsdb_row key = { .table = table, .uuid = *uuid };

	return find(r, &key);
}

const struct ovsdb_row *ovsdb_replica_next(const struct ovsdb_replica *r,
					   enum ovsdb_table_id table,
					   const struct ovsdb_row *row)
{
	const struct list *next = row ? row->node.next : r->tables[table].next;

	return next == &r->tables[table] ? NULL :
	       container_of(next, struct ovsdb_row, node);
}
