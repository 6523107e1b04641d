/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Prepared statements, the transaction, and a sum of every record: SQLite
 * checks its pages, but bytes within a record could change unseen.
 */
#include "swoffd/store/sqlite_store.h"

#include <errno.h>
#include <stdalign.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "common/base/hash.h"
#include "common/base/lockfile.h"
#include "common/base/log.h"
#include "swoffd/store/sqlite_file.h"

#define SQL_SIZE 128

/* What is done to a table: before its name, behind it. */
enum verb { PUT, DEL, EACH, CLEAR, N_VERBS };
static const char *const verbs[N_VERBS][2] = {
	[PUT] = { "INSERT OR REPLACE INTO ", " VALUES(?1, ?2, ?3)" },
	[DEL] = { "DELETE FROM ", " WHERE key = ?1" },
	[EACH] = { "SELECT key, sum, data FROM ", " ORDER BY key" },
	[CLEAR] = { "DELETE FROM ", "" },
};

enum bound { BEGIN, COMMIT, ROLLBACK, N_BOUNDS };
static const char *const bounds[N_BOUNDS] = {
	[BEGIN] = "BEGIN",
	[COMMIT] = "COMMIT",
	[ROLLBACK] = "ROLLBACK",
};

struct sqlite_store {
	struct store base;
	int lock_fd;
	sqlite3 *db;
	sqlite3_stmt *verbs[STORE_N_TABLES][N_VERBS];
	sqlite3_stmt *bounds[N_BOUNDS];
	int failed;                    /* what commit will return, or 0 */
	alignas(8) uint8_t data[STORE_RECORD_MAX];   /* while each() runs */
};

static struct sqlite_store *cast(struct store *s)
{
	return container_of(s, struct sqlite_store, base);
}

/*
 * Of the place too: a record must not turn up as another one.  It is in files,
 * so hash_bytes() is to stay what it is.
 */
static uint32_t sum(enum store_table t, uint32_t key, const void *data,
		    size_t size)
{
	uint32_t parts[] = { (uint32_t)t, key, hash_bytes(data, size) };

	return hash_bytes(parts, sizeof(parts));
}

/* A statement that has no rows. */
static int run(struct sqlite_store *s, sqlite3_stmt *stmt)
{
	int rc = sqlite3_step(stmt) == SQLITE_DONE ? 0 :
						     sqlite_file_errno(s->db);

	(void)sqlite3_reset(stmt);
	return rc;
}

static bool in_transaction(const struct sqlite_store *s)
{
	return !sqlite3_get_autocommit(s->db);
}

static int begin(struct sqlite_store *s)
{
	return in_transaction(s) ? 0 : run(s, s->bounds[BEGIN]);
}

/* After some failures SQLite has done so itself. */
static void roll_back(struct sqlite_store *s)
{
	if (in_transaction(s))
		(void)run(s, s->bounds[ROLLBACK]);
}

static int finish(struct sqlite_store *s)
{
	int rc = in_transaction(s) ? run(s, s->bounds[COMMIT]) : 0;

	if (rc < 0)
		roll_back(s);
	return rc;
}

/* Changes one record within the transaction, or ends it. */
static int change(struct sqlite_store *s, sqlite3_stmt *stmt)
{
	int rc = begin(s);

	if (rc == 0)
		rc = run(s, stmt);
	if (rc < 0)
		roll_back(s);
	s->failed = rc;
	return rc;
}

static int store_put(struct store *store, enum store_table t, uint32_t key,
		     const void *data, size_t size)
{
	struct sqlite_store *s = cast(store);
	sqlite3_stmt *stmt = s->verbs[t][PUT];

	if (s->failed)
		return s->failed;
	if (!size)
		data = "";
	if (size > STORE_RECORD_MAX) {
		roll_back(s);
		return s->failed = -EMSGSIZE;
	}
	/* These cannot fail: the statement is reset and nothing is copied. */
	(void)sqlite3_bind_int64(stmt, 1, key);
	(void)sqlite3_bind_int64(stmt, 2, sum(t, key, data, size));
	(void)sqlite3_bind_blob(stmt, 3, data, (int)size, SQLITE_STATIC);
	return change(s, stmt);
}

static int store_del(struct store *store, enum store_table t, uint32_t key)
{
	struct sqlite_store *s = cast(store);
	sqlite3_stmt *stmt = s->verbs[t][DEL];

	if (s->failed)
		return s->failed;
	(void)sqlite3_bind_int64(stmt, 1, key);
	return change(s, stmt);
}

static int store_commit(struct store *store)
{
	struct sqlite_store *s = cast(store);
	int rc = s->failed ? s->failed : finish(s);

	s->failed = 0;
	return rc;
}

/* Takes a row apart, into s->data. */
static int read_row(struct sqlite_store *s, enum store_table t,
		    sqlite3_stmt *row, uint32_t *key, size_t *size)
{
	int64_t k = sqlite3_column_int64(row, 0);
	int64_t expected = sqlite3_column_int64(row, 1);
	const void *data = sqlite3_column_blob(row, 2);
	int n = sqlite3_column_bytes(row, 2);

	if (k < 0 || k > UINT32_MAX || n > STORE_RECORD_MAX)
		return -EBADMSG;
	if (n)
		memcpy(s->data, data, (size_t)n);
	*key = (uint32_t)k;
	*size = (size_t)n;
	return sum(t, *key, s->data, *size) == expected ? 0 : -EBADMSG;
}

static int store_each(struct store *store, enum store_table t,
		      store_each_fn fn, void *ctx)
{
	struct sqlite_store *s = cast(store);
	sqlite3_stmt *stmt = s->verbs[t][EACH];
	int step = SQLITE_DONE, rc = 0;

	while (!rc && (step = sqlite3_step(stmt)) == SQLITE_ROW) {
		uint32_t key;
		size_t size;

		rc = read_row(s, t, stmt, &key, &size);
		if (rc == 0)
			rc = fn(ctx, key, s->data, size);
	}
	if (!rc && step != SQLITE_DONE)
		rc = sqlite_file_errno(s->db);
	(void)sqlite3_reset(stmt);
	return rc;
}

static int store_clear(struct store *store, enum store_table t)
{
	struct sqlite_store *s = cast(store);
	int rc;

	roll_back(s);
	s->failed = 0;
	rc = begin(s);
	if (rc == 0)
		rc = run(s, s->verbs[t][CLEAR]);
	if (rc == 0)
		return finish(s);
	roll_back(s);
	return rc;
}

static const struct store_ops ops = {
	.put = store_put,
	.del = store_del,
	.commit = store_commit,
	.each = store_each,
	.clear = store_clear,
};

static int prepare_one(struct sqlite_store *s, const char *sql,
		       sqlite3_stmt **out)
{
	return sqlite3_prepare_v3(s->db, sql, -1, SQLITE_PREPARE_PERSISTENT,
				  out, NULL) == SQLITE_OK ?
		0 : sqlite_file_errno(s->db);
}

static int prepare(struct sqlite_store *s)
{
	char sql[SQL_SIZE];
	int rc = 0;

	for (int i = 0; rc == 0 && i < N_BOUNDS; i++)
		rc = prepare_one(s, bounds[i], &s->bounds[i]);
	for (int i = 0; rc == 0 && i < STORE_N_TABLES * N_VERBS; i++) {
		int t = i / N_VERBS, v = i % N_VERBS;

		(void)snprintf(sql, sizeof(sql), "%s%s%s", verbs[v][0],
			       sqlite_file_tables[t], verbs[v][1]);
		rc = prepare_one(s, sql, &s->verbs[t][v]);
	}
	return rc;
}

static void close_db(struct sqlite_store *s)
{
	for (int i = 0; i < N_BOUNDS; i++)
		(void)sqlite3_finalize(s->bounds[i]);
	for (int i = 0; i < STORE_N_TABLES * N_VERBS; i++)
		(void)sqlite3_finalize(s->verbs[i / N_VERBS][i % N_VERBS]);
	memset(s->bounds, 0, sizeof(s->bounds));
	memset(s->verbs, 0, sizeof(s->verbs));
	(void)sqlite3_close(s->db);
	s->db = NULL;
}

static int look_on(void *ctx, uint32_t key, const void *data, size_t size)
{
	(void)ctx;
	(void)key;
	(void)data;
	(void)size;
	return 0;
}

/* Each record is looked at once, so that damage is told now and not later. */
static int open_whole(struct sqlite_store *s, const char *path, int version,
		      struct error *err)
{
	int rc = sqlite_file_open(path, version, &s->db, err);

	if (rc < 0)
		return rc;
	rc = prepare(s);
	for (int t = 0; rc == 0 && t < STORE_N_TABLES; t++)
		rc = store_each(&s->base, (enum store_table)t, look_on, NULL);
	if (rc == 0)
		return 0;
	return error_set(err, -rc, "%s: %s", path, rc == -EBADMSG ?
			 "damaged: a record is not what was put" :
			 strerror(-rc));
}

static int begin_anew(struct sqlite_store *s, const char *path, int version,
		      struct error *err)
{
	struct error found = *err;
	int rc;

	close_db(s);
	rc = sqlite_file_put_aside(path, err);
	if (rc < 0)
		return rc;
	log_warning("%s; it is kept as %s.bad, and an empty store begins",
		    found.msg, path);
	return open_whole(s, path, version, err);
}

static int open_any(struct sqlite_store *s, const char *path, int version,
		    struct error *err)
{
	int rc = lockfile_take(path, &s->lock_fd, err);

	if (rc == -EWOULDBLOCK)
		return error_set(err, EBUSY, "%s: another swoffd has it open",
				 path);
	if (rc == 0)
		rc = open_whole(s, path, version, err);
	if (rc == -EBADMSG)
		rc = begin_anew(s, path, version, err);
	return rc;
}

void sqlite_store_free(struct store *store)
{
	struct sqlite_store *s;

	if (!store)
		return;
	s = cast(store);
	close_db(s);
	close_fd(s->lock_fd);
	free(s);
}

int sqlite_store_open(const char *path, int version, struct store **out,
		      struct error *err)
{
	struct sqlite_store *s = calloc(1, sizeof(*s));
	struct error e = { 0 };
	int rc;

	if (!s)
		return error_set(err, ENOMEM, "out of memory");
	s->base.ops = &ops;
	s->lock_fd = -1;
	rc = open_any(s, path, version, &e);
	if (rc < 0) {
		sqlite_store_free(&s->base);
		return error_set(err, -rc, "%s", e.msg);
	}
	*out = &s->base;
	return 0;
}
