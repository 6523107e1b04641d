/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Made for processes that die, not for power that fails: what write(2) took is
 * there for the next process, so nothing is synced.  A rollback journal makes
 * transactions whole; on a tmpfs it is faster than a write-ahead log.
 */
#include "swoffd/store/sqlite_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "common/base/printable.h"

#define APPLICATION_ID 0x73776f66      /* "swof"; file(1) shows it */
#define TEXT_SIZE 512
#define BUSY_MS 1000           /* for a tool that prints it to come to an end */

const char *const sqlite_file_tables[STORE_N_TABLES] = {
	[STORE_DEVS] = "devs",
	[STORE_FLOWS] = "flows",
	[STORE_WANTS] = "wants",
	[STORE_REPS] = "reps",
	[STORE_SETTINGS] = "settings",
};

/*
 * Exclusive: no reader locks us out, and no memory is shared that others could
 * change.  Read, not mapped, and with each cell checked, as SQLite advises for
 * files that may be damaged (sqlite.org/security.html): one that is cut short
 * under us is then an error and no signal.
 */
static const char settings[] =
	"PRAGMA locking_mode = EXCLUSIVE;"
	"PRAGMA mmap_size = 0;"
	"PRAGMA cell_size_check = ON;"
	"PRAGMA synchronous = OFF;"
	"PRAGMA secure_delete = OFF;"
	"PRAGMA journal_mode = PERSIST;";

int sqlite_file_errno(sqlite3 *db)
{
	int rc = sqlite3_extended_errcode(db);

	/* What read(2) gives where a medium is bad. */
	if (rc == SQLITE_IOERR_CORRUPTFS)
		return -EBADMSG;
	switch (rc & 0xff) {
	case SQLITE_FULL:
		return -ENOSPC;
	case SQLITE_NOMEM:
		return -ENOMEM;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return -EBUSY;
	case SQLITE_CANTOPEN:
	case SQLITE_IOERR:
	case SQLITE_PERM:
	case SQLITE_READONLY:
		return -EIO;
	default:                       /* all that can be wrong with a file */
		return -EBADMSG;
	}
}

static int keep_text(void *ctx, int n, char **values, char **names)
{
	(void)n;
	(void)names;
	(void)snprintf(ctx, TEXT_SIZE, "%s", values[0] ? values[0] : "");
	return 0;
}

/* out: the last answer, or "". */
static int ask(sqlite3 *db, const char *sql, char out[TEXT_SIZE],
	       struct error *err)
{
	int rc;

	out[0] = '\0';
	if (sqlite3_exec(db, sql, keep_text, out, NULL) == SQLITE_OK)
		return 0;
	rc = sqlite_file_errno(db);
	return error_set(err, -rc, "%s", rc == -EBUSY ?
			 "another program uses it" : sqlite3_errmsg(db));
}

/* The statements that made the tables, as the file keeps them. */
static void format_tables(char out[TEXT_SIZE])
{
	size_t len = 0;

	for (int t = 0; t < STORE_N_TABLES; t++)
		len += (size_t)snprintf(
			out + len, TEXT_SIZE - len,
			"CREATE TABLE %s(key INTEGER PRIMARY KEY, "
			"sum INTEGER NOT NULL, data BLOB NOT NULL);",
			sqlite_file_tables[t]);
}

/*
 * One transaction: a file has no pages at all, or everything.  It gives back
 * what is deleted, for on a tmpfs it is memory.
 */
static int make(sqlite3 *db, int version, struct error *err)
{
	char tables[TEXT_SIZE], sql[2 * TEXT_SIZE], answer[TEXT_SIZE];
	int rc;

	format_tables(tables);
	(void)snprintf(sql, sizeof(sql),
		       "BEGIN; PRAGMA auto_vacuum = FULL; %s "
		       "PRAGMA application_id = %d; "
		       "PRAGMA user_version = %d; COMMIT;", tables,
		       APPLICATION_ID, version);
	rc = ask(db, sql, answer, err);
	if (rc < 0)
		(void)sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
	return rc;
}

static int check_number(sqlite3 *db, const char *sql, int wanted,
			const char *what, struct error *err)
{
	char answer[TEXT_SIZE], text[16];
	int rc = ask(db, sql, answer, err);

	(void)snprintf(text, sizeof(text), "%d", wanted);
	if (rc == 0 && strcmp(answer, text) != 0)
		rc = error_set(err, EBADMSG, "%s %s, not %s", what, answer,
			       text);
	return rc;
}

/* Before anything else is read: what a file calls a table may be a program. */
static int check_tables(sqlite3 *db, struct error *err)
{
	char answer[TEXT_SIZE], tables[TEXT_SIZE];
	int rc = ask(db, "SELECT group_concat(sql || ';', '') FROM "
		     "(SELECT sql FROM sqlite_schema ORDER BY rowid)", answer,
		     err);

	format_tables(tables);
	if (rc == 0 && strcmp(answer, tables) != 0)
		rc = error_set(err, EBADMSG, "its tables are not ours");
	return rc;
}

/* A page is also told to be bad if there is no memory for it: asked again. */
static int check_pages(sqlite3 *db, struct error *err)
{
	char answer[TEXT_SIZE];
	const char *line;
	int rc = 0;

	for (int i = 0; i < 2; i++) {
		rc = ask(db, "PRAGMA quick_check(1)", answer, err);
		if (rc < 0 || strcmp(answer, "ok") == 0)
			return rc;
	}
	line = strchr(answer, '\n');
	return error_set(err, EBADMSG, "damaged: %s", line ? line + 1 : answer);
}

/* The lock is ours from here, and not only from the first change. */
static int check_lock(sqlite3 *db, struct error *err)
{
	char answer[TEXT_SIZE];
	int rc = ask(db, "BEGIN EXCLUSIVE; COMMIT", answer, err);

	if (rc == 0 && sqlite3_db_readonly(db, "main"))
		rc = error_set(err, EBADMSG, "not for this version of SQLite");
	return rc;
}

static int check(sqlite3 *db, int version, struct error *err)
{
	int rc = check_lock(db, err);

	if (rc == 0)
		rc = check_number(db, "PRAGMA application_id", APPLICATION_ID,
				  "its application id is", err);
	if (rc == 0)
		rc = check_number(db, "PRAGMA user_version", version,
				  "its format is", err);
	if (rc == 0)
		rc = check_tables(db, err);
	if (rc == 0)
		rc = check_pages(db, err);
	return rc;
}

/* SQLite would make it by the umask, and follow a link out of our folder. */
static int make_private(const char *path, struct error *err)
{
	AUTO(close_fd) int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC |
				     O_NOFOLLOW, 0600);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return error_set(err, errno, "%s", strerror(errno));
	if (!S_ISREG(st.st_mode))
		return error_set(err, EEXIST, "exists and is not a file");
	if ((st.st_mode & 07777) != 0600 && fchmod(fd, 0600) < 0)
		return error_set(err, errno, "%s", strerror(errno));
	return 0;
}

static int open_db(const char *path, int version, sqlite3 **out,
		   struct error *err)
{
	AUTO(sqlite3_close) sqlite3 *db = NULL;
	char answer[TEXT_SIZE];
	int rc = make_private(path, err);

	if (rc < 0)
		return rc;
	if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE |
			    SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
		return error_set(err, -sqlite_file_errno(db), "%s",
				 sqlite3_errmsg(db));
	/* What it cannot open for writing it opens all the same. */
	if (sqlite3_db_readonly(db, "main"))
		return error_set(err, EIO, "cannot be opened for writing");
	(void)sqlite3_busy_timeout(db, BUSY_MS);
	rc = ask(db, settings, answer, err);
	if (rc == 0)
		rc = ask(db, "PRAGMA page_count", answer, err);
	if (rc == 0)
		rc = strcmp(answer, "0") == 0 ? make(db, version, err) :
						check(db, version, err);
	if (rc == 0)
		*out = steal_ptr(db);
	return rc;
}

int sqlite_file_open(const char *path, int version, sqlite3 **out,
		     struct error *err)
{
	struct error e = { 0 };
	int rc = open_db(path, version, out, &e);

	if (rc == 0)
		return 0;
	printable(e.msg);              /* SQLite may quote the file */
	return error_set(err, e.code, "%s: %s", path, e.msg);
}

/* A journal that is left behind is nothing to SQLite without its file. */
int sqlite_file_put_aside(const char *path, struct error *err)
{
	char name[PATH_MAX];

	(void)snprintf(name, sizeof(name), "%s.bad", path);
	if (rename(path, name) < 0)
		return error_set(err, errno, "%s: cannot be renamed to %s: %s",
				 path, name, strerror(errno));
	return 0;
}
