/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The file of the store as a database of SQLite: how it is opened, by what it
 * is known to be ours and whole, and what becomes of one that is not.
 */
#ifndef SWOFFD_STORE_SQLITE_FILE_H
#define SWOFFD_STORE_SQLITE_FILE_H

#include <sqlite3.h>

#include "common/base/cleanup.h"
#include "common/base/error.h"
#include "swoffd/core/store.h"

DEFINE_AUTO(sqlite3 *, sqlite3_close)

/* The names of the tables in the file; their columns are key, sum, data. */
extern const char *const sqlite_file_tables[STORE_N_TABLES];

/*
 * Opens the file, or makes an empty one.  -EBADMSG: it is of somebody else, of
 * another version, or its pages are damaged, and err says which; -EBUSY:
 * another program uses it, and did so for a second.  *out is closed by
 * sqlite3_close().
 */
int sqlite_file_open(const char *path, int version, sqlite3 **out,
		     struct error *err);

/* Renames it to PATH.bad; what was there under that name is lost. */
int sqlite_file_put_aside(const char *path, struct error *err);

/* The last failure of db, as an op of a store returns it; -EBUSY: locked. */
int sqlite_file_errno(sqlite3 *db);

#endif
