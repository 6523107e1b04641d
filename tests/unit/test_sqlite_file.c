/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who may have the file of the store, and what becomes of one that is not ours
 * or not whole: told, put aside, and never a crash.
 */
#include "tests/unittest.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "swoffd/store/sqlite_store.h"
#include "tests/unit/storedir.h"
#include "tests/unit/storeset.h"

#define FORMAT 1
#define DAMAGES 600
#define HEARD_SIZE 1024

static struct storedir dir;
static char heard[HEARD_SIZE];         /* what was logged last */

static int set_up(void **state)
{
	(void)state;
	storedir_make(&dir);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	storedir_remove(&dir);
	return 0;
}

static bool exists(const char *suffix)
{
	return access(storedir_name(&dir, suffix), F_OK) == 0;
}

/* Opens it and keeps what the log says. */
static int open_at(const char *path, int version, struct store **out,
		   struct error *err)
{
	FILE *log = tmpfile();
	int was = dup(STDERR_FILENO), rc;

	assert_true(log && was >= 0);
	assert_true(dup2(fileno(log), STDERR_FILENO) >= 0);
	rc = sqlite_store_open(path, version, out, err);
	assert_true(dup2(was, STDERR_FILENO) >= 0);
	(void)close(was);
	rewind(log);
	heard[fread(heard, 1, sizeof(heard) - 1, log)] = '\0';
	(void)fclose(log);
	return rc;
}

static struct store *open_store(int version)
{
	struct error err = { 0 };
	struct store *s = NULL;

	if (open_at(dir.path, version, &s, &err) < 0)
		fail_msg("%s", err.msg);
	return s;
}

/* A store with some records, closed. */
static struct storeset make_store(int n_changes)
{
	AUTO(sqlite_store_free) struct store *s = open_store(FORMAT);
	struct storeset set = { 0 };

	assert_int_equal(storeset_change(&set, s, 1, n_changes), 0);
	assert_int_equal(s->ops->commit(s), 0);
	return set;
}

/* By SQLite itself, as the tool for it would. */
static void run_sql(const char *sql)
{
	char *message = NULL;
	sqlite3 *db;

	assert_int_equal(sqlite3_open(dir.path, &db), SQLITE_OK);
	if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK)
		fail_msg("%s", message);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void its_files_are_private_and_stay_here(void **state)
{
	AUTO(sqlite_store_free) struct store *s = NULL;
	mode_t mask = umask(0);
	int n_ours = 0;
	struct stat st;

	(void)state;
	storedir_write(&dir, "", "", 0);
	assert_int_equal(chmod(dir.path, 0644), 0);
	s = open_store(FORMAT);
	(void)umask(mask);
	assert_int_equal(stat(dir.path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(stat(storedir_name(&dir, "-journal"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(stat(storedir_name(&dir, ".lock"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	for (int fd = 3; fd < 64; fd++) {
		char link[64], target[256] = "";

		(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
		if (readlink(link, target, sizeof(target) - 1) < 0 ||
		    strncmp(target, dir.path, strlen(dir.path)) != 0)
			continue;
		n_ours++;
		assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	}
	assert_int_equal(n_ours, 3);
}

static void one_daemon_has_it(void **state)
{
	AUTO(sqlite_store_free) struct store *s = open_store(FORMAT);
	struct store *other = NULL;
	struct error err = { 0 };
	char wanted[128];

	(void)state;
	assert_int_equal(open_at(dir.path, FORMAT, &other, &err), -EBUSY);
	(void)snprintf(wanted, sizeof(wanted),
		       "%s: another swoffd has it open", dir.path);
	assert_string_equal(err.msg, wanted);
	assert_int_equal(err.code, EBUSY);
	assert_null(other);
	sqlite_store_free(steal_ptr(s));
	s = open_store(FORMAT);
}

static double now(void)
{
	struct timespec t;

	assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &t), 0);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void a_tool_that_uses_it_for_long_keeps_us_out(void **state)
{
	static const char *const uses[] = {
		"BEGIN EXCLUSIVE", "BEGIN; SELECT * FROM flows",
	};
	struct storeset set = make_store(100);
	char wanted[128];

	(void)state;
	(void)snprintf(wanted, sizeof(wanted), "%s: another program uses it",
		       dir.path);
	for (size_t i = 0; i < ARRAY_LEN(uses); i++) {
		AUTO(sqlite_store_free) struct store *s = NULL;
		struct error err = { 0 };
		double start;
		sqlite3 *db;

		assert_int_equal(sqlite3_open(dir.path, &db), SQLITE_OK);
		assert_int_equal(sqlite3_exec(db, uses[i], NULL, NULL, NULL),
				 SQLITE_OK);
		start = now();
		assert_int_equal(open_at(dir.path, FORMAT, &s, &err), -EBUSY);
		assert_true(now() - start > 0.9);
		assert_string_equal(err.msg, wanted);
		assert_int_equal(sqlite3_close(db), SQLITE_OK);
		s = open_store(FORMAT);
		assert_string_equal(storeset_differs(&set, s), "");
	}
	assert_false(exists(".bad"));
}

/* As swoffd-state(5) tells how to look into it. */
static void a_tool_can_look_on_and_not_disturb(void **state)
{
	struct storeset set = make_store(100);
	AUTO(sqlite_store_free) struct store *s = open_store(FORMAT);
	char name[128];
	sqlite3 *db;

	(void)state;
	assert_int_equal(storeset_put(&set, s, STORE_DEVS, 1, 1), 0);
	assert_int_equal(s->ops->commit(s), 0);
	assert_int_equal(sqlite3_open(dir.path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "SELECT * FROM flows", NULL, NULL,
				      NULL), SQLITE_BUSY);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);

	(void)snprintf(name, sizeof(name), "file:%s?immutable=1", dir.path);
	assert_int_equal(sqlite3_open_v2(name, &db, SQLITE_OPEN_READONLY |
					 SQLITE_OPEN_URI, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "SELECT key, hex(data) FROM flows; "
				      "SELECT key, hex(data) FROM devs", NULL,
				      NULL, NULL), SQLITE_OK);
	assert_int_equal(storeset_put(&set, s, STORE_DEVS, 2, 2), 0);
	assert_int_equal(s->ops->commit(s), 0);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	assert_string_equal(storeset_differs(&set, s), "");
}

static void what_is_no_file_is_left_alone(void **state)
{
	struct store *s = NULL;
	struct error err = { 0 };

	(void)state;
	assert_int_equal(mkdir(dir.path, 0700), 0);
	assert_int_equal(open_at(dir.path, FORMAT, &s, &err), -EISDIR);
	assert_int_equal(rmdir(dir.path), 0);
	storedir_write(&dir, ".else", "precious", 8);
	assert_int_equal(symlink(storedir_name(&dir, ".else"), dir.path), 0);
	assert_int_equal(open_at(dir.path, FORMAT, &s, &err), -ELOOP);
	assert_int_equal(unlink(dir.path), 0);
	assert_int_equal(open_at(storedir_name(&dir, ".no/a/state"), FORMAT, &s,
				 &err), -ENOENT);
	assert_non_null(strstr(err.msg, "/state.no/a: "
			       "No such file or directory"));
	assert_int_equal(mkfifo(dir.path, 0600), 0);
	assert_int_equal(open_at(dir.path, FORMAT, &s, &err), -EEXIST);
	assert_null(s);
	assert_false(exists(".bad"));
}

static void an_empty_file_is_an_empty_store(void **state)
{
	static const struct storeset empty;
	AUTO(sqlite_store_free) struct store *s = NULL;

	(void)state;
	storedir_write(&dir, "", "", 0);
	s = open_store(FORMAT);
	assert_string_equal(storeset_differs(&empty, s), "");
	assert_false(exists(".bad"));
	assert_string_equal(heard, "");
}

/* What a tool can do to it without harm, it takes back. */
static void a_write_ahead_log_is_taken_in(void **state)
{
	struct storeset set = make_store(100);
	AUTO(sqlite_store_free) struct store *s = NULL;

	(void)state;
	run_sql("PRAGMA journal_mode = WAL; VACUUM");
	s = open_store(FORMAT);
	assert_string_equal(storeset_differs(&set, s), "");
	assert_int_equal(storeset_change(&set, s, 2, 50), 0);
	assert_int_equal(s->ops->commit(s), 0);
	assert_false(exists("-wal"));
	assert_string_equal(heard, "");
}

static void spoil_text(void)
{
	storedir_write(&dir, "", "eth0 eth1\n", 10);
}

static void spoil_foreign(void)
{
	assert_int_equal(unlink(dir.path), 0);
	run_sql("CREATE TABLE flows(key INTEGER PRIMARY KEY, data BLOB)");
}

static void spoil_version(void)
{
	run_sql("PRAGMA user_version = 77");
}

static void spoil_tables(void)
{
	run_sql("CREATE TRIGGER t AFTER INSERT ON flows "
		"BEGIN DELETE FROM devs; END");
}

/* What SQLite says of it quotes it. */
static void spoil_schema(void)
{
	run_sql("PRAGMA writable_schema = ON; UPDATE sqlite_schema "
		"SET sql = 'CREATE TABLE flows(' || char(10, 27) || '(' "
		"WHERE name = 'flows'");
}

static void spoil_record(void)
{
	run_sql("UPDATE flows SET data = X'00' "
		"WHERE key = (SELECT max(key) FROM flows)");
}

static void spoil_place(void)
{
	run_sql("UPDATE flows SET key = key + 100000 "
		"WHERE key = (SELECT max(key) FROM flows)");
}

static void spoil_length(void)
{
	struct stat st;

	assert_int_equal(stat(dir.path, &st), 0);
	assert_int_equal(truncate(dir.path, st.st_size - 4096), 0);
}

static void spoil_head(void)
{
	size_t size;
	AUTO(free) uint8_t *file = storedir_read(&dir, "", &size);

	file[18] = 77;                 /* the version that writes it */
	storedir_write(&dir, "", file, size);
}

static void spoil_page(void)
{
	size_t size;
	AUTO(free) uint8_t *file = storedir_read(&dir, "", &size);

	memset(file + 2 * 4096, 0, 4096);
	storedir_write(&dir, "", file, size);
}

/* What is done to the file, and how that which is said of it begins. */
static const struct {
	void (*spoil)(void);
	const char *said;
} spoils[] = {
	{ spoil_text, "file is not a database" },
	{ spoil_foreign, "its application id is 0, not 1937207142" },
	{ spoil_version, "its format is 77, not 1" },
	{ spoil_tables, "its tables are not ours" },
	{ spoil_schema, "malformed database schema (flows) - "
			"unrecognized token: \"?\"" },
	{ spoil_record, "damaged: a record is not what was put" },
	{ spoil_place, "damaged: a record is not what was put" },
	{ spoil_length, "database disk image is malformed" },
	{ spoil_head, "not for this version of SQLite" },
	{ spoil_page, "damaged: Page 3: " },
};

static void was_heard(const char *what)
{
	if (!strstr(heard, what))
		fail_msg("not in the log: %s\nbut: %s", what, heard);
}

static void what_is_not_ours_or_not_whole_is_put_aside(void **state)
{
	static const struct storeset empty;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(spoils); i++) {
		AUTO(sqlite_store_free) struct store *s = NULL;
		AUTO(free) uint8_t *spoilt = NULL, *bad = NULL;
		size_t size, bad_size;
		char wanted[256];

		(void)make_store(100);
		spoils[i].spoil();
		spoilt = storedir_read(&dir, "", &size);
		s = open_store(FORMAT);
		(void)snprintf(wanted, sizeof(wanted), "warning: %s: %s",
			       dir.path, spoils[i].said);
		was_heard(wanted);
		(void)snprintf(wanted, sizeof(wanted), "; it is kept as %s.bad,"
			       " and an empty store begins\n", dir.path);
		was_heard(wanted);
		assert_string_equal(storeset_differs(&empty, s), "");
		bad = storedir_read(&dir, ".bad", &bad_size);
		assert_int_equal(bad_size, size);
		assert_memory_equal(bad, spoilt, size);
	}
}

static void what_another_version_wrote_can_be_read_by_it(void **state)
{
	struct storeset set = make_store(100);
	AUTO(sqlite_store_free) struct store *s = open_store(FORMAT + 1);
	struct error err;

	(void)state;
	sqlite_store_free(steal_ptr(s));
	assert_int_equal(rename(storedir_name(&dir, ".bad"), dir.path), 0);
	assert_int_equal(sqlite_store_open(dir.path, FORMAT, &s, &err), 0);
	assert_string_equal(storeset_differs(&set, s), "");
}

static uint32_t random_below(uint32_t limit)
{
	static uint32_t state = 1;

	state = state * 1664525 + 1013904223;
	return (uint32_t)((uint64_t)state * limit >> 32);
}

/* Some damage or other; the new size. */
static size_t damage(uint8_t *file, size_t size)
{
	uint32_t at = random_below((uint32_t)size), n;
	uint32_t page = at & ~4095u;

	switch (random_below(6)) {
	case 0:                        /* cut, but not to nothing */
		return at < 2 ? 2 : at;
	case 1:                        /* bits here and there */
		for (n = 1 + random_below(8); n; n--)
			file[random_below((uint32_t)size)] ^=
				(uint8_t)(1u << random_below(8));
		break;
	case 2:                        /* a row of anything */
		for (n = random_below(3000); n && at < size; n--)
			file[at++] = (uint8_t)random_below(256);
		break;
	case 3:                        /* one page in the place of another */
		memmove(file + page, file + (random_below((uint32_t)size) &
					     ~4095u), 4096);
		break;
	case 4:                        /* heads of pages */
		for (n = 1 + random_below(4); n; n--)
			file[page + random_below(32)] =
				(uint8_t)random_below(256);
		break;
	default:                       /* the first page */
		for (n = 1 + random_below(4); n; n--)
			file[random_below(4096)] = (uint8_t)random_below(256);
		break;
	}
	return size;
}

/* Goes on as a daemon would, and opens it once more. */
static void live_on(struct store *s, struct storeset *set)
{
	assert_int_equal(storeset_change(set, s, 5, 60), 0);
	assert_int_equal(s->ops->commit(s), 0);
	sqlite_store_free(s);
	s = open_store(FORMAT);
	assert_string_equal(storeset_differs(set, s), "");
	sqlite_store_free(s);
}

static void damage_is_seen_or_does_no_harm(void **state)
{
	struct storeset set = make_store(120);
	size_t size;
	AUTO(free) uint8_t *file = storedir_read(&dir, "", &size);
	AUTO(free) uint8_t *copy = malloc(size);
	int n_bad = 0;

	(void)state;
	assert_non_null(copy);
	for (int i = 0; i < DAMAGES; i++) {
		static const struct storeset empty;
		struct storeset now;
		struct store *s;

		memcpy(copy, file, size);
		storedir_write(&dir, "", copy, damage(copy, size));
		(void)unlink(storedir_name(&dir, "-journal"));
		(void)unlink(storedir_name(&dir, ".bad"));
		s = open_store(FORMAT);
		now = exists(".bad") ? empty : set;
		n_bad += exists(".bad");
		assert_string_equal(storeset_differs(&now, s), "");
		live_on(s, &now);
	}
	assert_true(n_bad > DAMAGES / 2);
}

/* By somebody who does not ask: every answer will do, but there is one. */
static void damage_under_an_open_store_is_survived(void **state)
{
	(void)state;
	for (int i = 0; i < DAMAGES / 6; i++) {
		struct storeset set = make_store(120);
		AUTO(sqlite_store_free) struct store *s = open_store(FORMAT);
		AUTO(free) uint8_t *file = NULL;
		size_t size;

		file = storedir_read(&dir, "", &size);
		storedir_write(&dir, "", file, damage(file, size));
		for (uint16_t round = 0; round < 3; round++) {
			(void)storeset_change(&set, s, round, 50);
			(void)s->ops->commit(s);
			(void)storeset_differs(&set, s);
		}
		(void)s->ops->clear(s, STORE_FLOWS);
		sqlite_store_free(steal_ptr(s));
		s = open_store(FORMAT);
		for (int t = 0; t < STORE_N_TABLES; t++)
			assert_int_equal(storeset_clear(&set, s,
							(enum store_table)t),
					 0);
		live_on(steal_ptr(s), &set);
		(void)unlink(dir.path);
	}
}

#define CLAIM(claim) cmocka_unit_test_setup_teardown(claim, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CLAIM(its_files_are_private_and_stay_here),
		CLAIM(one_daemon_has_it),
		CLAIM(a_tool_that_uses_it_for_long_keeps_us_out),
		CLAIM(a_tool_can_look_on_and_not_disturb),
		CLAIM(what_is_no_file_is_left_alone),
		CLAIM(an_empty_file_is_an_empty_store),
		CLAIM(a_write_ahead_log_is_taken_in),
		CLAIM(what_is_not_ours_or_not_whole_is_put_aside),
		CLAIM(what_another_version_wrote_can_be_read_by_it),
		CLAIM(damage_is_seen_or_does_no_harm),
		CLAIM(damage_under_an_open_store_is_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
