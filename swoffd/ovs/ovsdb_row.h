/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rows out of <table-updates>, before they belong to a replica. */
#ifndef SWOFFD_OVS_OVSDB_ROW_H
#define SWOFFD_OVS_OVSDB_ROW_H

#include "swoffd/ovs/ovsdb_replica.h"

void ovsdb_row_free(struct ovsdb_row *row);    /* on no list of a table */
DEFINE_AUTO(struct ovsdb_row *, ovsdb_row_free)

/* Frees the rows of a list of changes. */
void ovsdb_rows_free(struct list *rows);

/*
 * Puts the rows that updates tells of on the list, which is empty: OVSDB_GONE
 * without values, or OVSDB_CHANGED with all of them, be they in r, which is
 * what they differ from, or not.  0, or with err -EBADMSG or -ENOMEM; what is
 * on the list is the caller's to free in either case.
 */
int ovsdb_rows_decode(const struct ovsdb_replica *r,
		      struct json_object *updates, struct list *rows,
		      struct error *err);

bool ovsdb_row_equal(const struct ovsdb_row *a, const struct ovsdb_row *b);

#endif
