/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rows that the server has told of, by uuid.  It outlives a connection:
 * the next one's first message says what has changed meanwhile.
 */
#ifndef SWOFFD_OVS_OVSDB_REPLICA_H
#define SWOFFD_OVS_OVSDB_REPLICA_H

#include "common/base/error.h"
#include "common/base/hash.h"
#include "common/base/list.h"
#include "common/base/pool.h"
#include "swoffd/ovs/ovsdb_schema.h"

#define OVSDB_MAX_ROWS 65536
#define OVSDB_MAX_SIZE (64 * 1024 * 1024)    /* bytes of all rows */

enum ovsdb_change { OVSDB_ADDED, OVSDB_CHANGED, OVSDB_GONE };

struct ovsdb_row {
	enum ovsdb_table_id table;
	struct ovsdb_uuid uuid;
	uint32_t id;                   /* of its place in the index */
	bool loaded;                   /* by the load under way */
	size_t size;                   /* bytes, all that it owns */
	enum ovsdb_change change;      /* while it is on a list of changes */
	struct list node;              /* of its table */
	struct list changed;
	struct ovsdb_value values[];   /* of the columns of its table */
};

struct ovsdb_replica {
	/* Called when all of a message has been taken in; row is valid until
	 * it returns.  It must not change the replica. */
	void (*changed)(struct ovsdb_replica *r, enum ovsdb_change change,
			const struct ovsdb_row *row);
	struct list tables[OVSDB_N_TABLES];
	uint32_t n[OVSDB_N_TABLES];
	uint32_t n_rows;
	size_t size;
	struct hash index;
	struct pool places;            /* of pointers to rows */
};

/* changed may be NULL. */
void ovsdb_replica_init(struct ovsdb_replica *r,
			void (*changed)(struct ovsdb_replica *r,
					enum ovsdb_change change,
					const struct ovsdb_row *row));
void ovsdb_replica_fini(struct ovsdb_replica *r);     /* tells nobody */

/*
 * updates: <table-updates> of RFC 7047, 4.1.6, or <table-updates2> of
 * ovsdb-server(7).  0; or with err -EBADMSG (not such a thing) or -E2BIG, and
 * nothing has changed; or -ENOMEM, and some of it may have.  With load set,
 * what is not in updates is gone.
 */
int ovsdb_replica_update(struct ovsdb_replica *r, struct json_object *updates,
			 bool load, struct error *err);

/* NULL: there is none. */
const struct ovsdb_row *ovsdb_replica_find(const struct ovsdb_replica *r,
					   enum ovsdb_table_id table,
					   const struct ovsdb_uuid *uuid);
/* The one behind row, or the first if row is NULL; NULL: that was the last. */
const struct ovsdb_row *ovsdb_replica_next(const struct ovsdb_replica *r,
					   enum ovsdb_table_id table,
					   const struct ovsdb_row *row);

/* column is one of the row's table. */
static inline const struct ovsdb_value *
ovsdb_row_value(const struct ovsdb_row *row, enum ovsdb_column_id column)
{
	return &row->values[column - ovsdb_tables[row->table].first];
}

static inline const char *ovsdb_row_text(const struct ovsdb_row *row,
					 enum ovsdb_column_id column)
{
	return ovsdb_value_text(ovsdb_row_value(row, column));
}

static inline int64_t ovsdb_row_number(const struct ovsdb_row *row,
				       enum ovsdb_column_id column,
				       int64_t none)
{
	const struct ovsdb_value *v = ovsdb_row_value(row, column);

	return v->n ? v->atoms[0].number : none;
}

#endif
