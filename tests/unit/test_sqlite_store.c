/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The store of the daemon when it is killed at any write, when any call that
 * it makes fails, and in the long run.
 */
#include "tests/unittest.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "swoffd/store/sqlite_store.h"
#include "tests/fake_store.h"
#include "tests/unit/sqlite_fault.h"
#include "tests/unit/storedir.h"
#include "tests/unit/storeset.h"

#define FORMAT 1
#define CONTENT 150    /* changes that make up a store to begin with */
#define STEP 12        /* far from the start, not every call is tried */

static struct storedir dir;
static uint8_t big[STORE_RECORD_MAX];

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

static struct store *open_store(void)
{
	struct error err = { 0 };
	struct store *s = NULL;

	if (sqlite_store_open(dir.path, FORMAT, &s, &err) < 0)
		fail_msg("%s", err.msg);
	return s;
}

static bool exists(const char *suffix)
{
	return access(storedir_name(&dir, suffix), F_OK) == 0;
}

/* What is done while a fault waits: 0 or what the store returned. */
typedef int (*deed_fn)(struct storeset *set, struct store *s);

static int change_some(struct storeset *set, struct store *s)
{
	int rc = storeset_change(set, s, 7, 60);

	return rc ? rc : s->ops->commit(s);
}

/* More than stays in memory until the commit. */
static int change_much(struct storeset *set, struct store *s)
{
	int rc = 0;

	for (uint32_t key = 0; !rc && key < 60; key++)
		rc = s->ops->put(s, STORE_FLOWS, key, big, sizeof(big));
	for (uint32_t key = 0; !rc && key < 60; key++)
		rc = storeset_put(set, s, STORE_FLOWS, key, 9);
	return rc ? rc : s->ops->commit(s);
}

static int clear(struct storeset *set, struct store *s)
{
	return storeset_clear(set, s, STORE_FLOWS);
}

static const deed_fn deeds[] = { change_some, change_much, clear };

/* What there is after the deed, by a store that cannot fail. */
static struct storeset done(deed_fn deed, const struct storeset *before)
{
	AUTO(fake_store_free) struct fake_store *fs = NULL;
	struct storeset after = *before;

	assert_int_equal(fake_store_new(&fs), 0);
	assert_int_equal(deed(&after, &fs->base), 0);
	return after;
}

/* A store with something in it, closed. */
static struct storeset make_store(void)
{
	AUTO(sqlite_store_free) struct store *s = open_store();
	struct storeset set = { 0 };

	for (int t = 0; t < STORE_N_TABLES; t++)
		assert_int_equal(s->ops->clear(s, (enum store_table)t), 0);
	assert_int_equal(storeset_change(&set, s, 1, CONTENT), 0);
	assert_int_equal(s->ops->commit(s), 0);
	return set;
}

static int run_child(const struct sqlite_fault *fault, deed_fn deed)
{
	static struct storeset set;
	struct store *s;

	if (!deed)
		sqlite_fault_set(fault);
	if (sqlite_store_open(dir.path, FORMAT, &s, NULL) < 0)
		return 1;
	if (!deed)
		return 0;
	sqlite_fault_set(fault);
	return deed(&set, s) < 0 ? 2 : 0;
}

/*
 * Another process does it, or only opens the store if deed is NULL.  Was it
 * killed at its n-th write?
 */
static bool killed_at(int n, bool torn, deed_fn deed)
{
	struct sqlite_fault fault = { FAULT_WRITE, .n = n, .torn = torn };
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (child == 0)
		_exit(run_child(&fault, deed));
	assert_int_equal(waitpid(child, &status, 0), child);
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
		return true;
	assert_int_equal(status, 0);
	return false;
}

/* before or, if that is the only one left, after. */
static void check_left(const struct storeset *before,
		       const struct storeset *after, bool killed)
{
	AUTO(sqlite_store_free) struct store *s = open_store();

	if (!killed || storeset_differs(before, s)[0])
		assert_string_equal(storeset_differs(after, s), "");
	assert_false(exists(".bad"));
}

static void kill_at_every_write(deed_fn deed, bool torn)
{
	struct storeset before = make_store(), after = done(deed, &before);
	bool killed = true;
	size_t size;
	AUTO(free) uint8_t *file = storedir_read(&dir, "", &size);
	int n;

	for (n = 1; killed; n += 1 + n / STEP) {
		storedir_write(&dir, "", file, size);
		(void)unlink(storedir_name(&dir, "-journal"));
		killed = killed_at(n, torn, deed);
		check_left(&before, &after, killed);
	}
	assert_true(n > 10);
}

static void a_kill_at_any_write_leaves_transactions_whole(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(deeds); i++) {
		kill_at_every_write(deeds[i], false);
		kill_at_every_write(deeds[i], true);
	}
}

static void a_kill_while_it_is_made_leaves_it_empty(void **state)
{
	static const struct storeset empty;
	int n;

	(void)state;
	for (n = 1; killed_at(n, n % 2, NULL); n++) {
		check_left(&empty, &empty, true);
		(void)unlink(dir.path);
		(void)unlink(storedir_name(&dir, "-journal"));
	}
	assert_true(n > 5);
}

/* Such are there when a file has been put aside. */
static void a_journal_without_its_file_is_nothing(void **state)
{
	static const struct storeset empty;
	struct storeset before = make_store();
	bool hot = false;
	int n;

	(void)state;
	(void)before;
	for (n = 1; !hot && killed_at(n, false, change_much); n++) {
		size_t size = 0;
		AUTO(free) uint8_t *journal = storedir_read(&dir, "-journal",
							    &size);

		hot = journal && size > 512 && journal[0];
	}
	assert_true(hot);
	assert_int_equal(unlink(dir.path), 0);
	storedir_write(&dir, "-wal", big, sizeof(big));
	check_left(&empty, &empty, true);
}

static const struct sqlite_fault faults[] = {
	{ FAULT_WRITE, .err = ENOSPC, .forever = true },
	{ FAULT_WRITE, .err = ENOSPC, .forever = true, .torn = true },
	{ FAULT_WRITE, .err = EIO },
	{ FAULT_WRITE, .err = EIO, .torn = true },
	{ FAULT_TRUNCATE, .err = EIO },
	{ FAULT_READ, .err = EIO },
	{ FAULT_MALLOC, .forever = false },
	{ FAULT_MALLOC, .forever = true },
};

/* A file that cannot be read counts as damaged. */
static bool is_expected(const struct sqlite_fault *f, int rc)
{
	switch (f->what) {
	case FAULT_READ:
		return rc == -EBADMSG;
	case FAULT_MALLOC:
		return rc == -ENOMEM;
	default:
		return rc == -f->err || rc == -EIO;
	}
}

/*
 * A file is cut to its size after its transaction is whole, and the first bytes
 * of the journal are zeroed.  That either fails and the transaction is there all
 * the same can be forced here; ftruncate(2) that makes a file smaller does not
 * fail in life, nor is a write within a sector torn.
 */
static bool failed_too_late(const struct sqlite_fault *f,
			    const struct storeset *after, struct store *s)
{
	return (f->what == FAULT_TRUNCATE || f->torn) &&
	       !storeset_differs(after, s)[0];
}

/* Until the deed meets no fault any more. */
static void fail_at_every_call(struct store *s, struct storeset *set,
			       deed_fn deed, const struct sqlite_fault *kind)
{
	struct sqlite_fault f = *kind;
	bool happened = true;

	for (f.n = 1; happened; f.n += 1 + f.n / STEP) {
		struct storeset scratch = *set, after = done(deed, set);
		int rc;

		sqlite_fault_set(&f);
		rc = deed(&scratch, s);
		happened = sqlite_fault_end();
		/* After a put has failed, this says so once more. */
		assert_true(s->ops->commit(s) == 0 || rc < 0);
		assert_true(rc == 0 || (happened && is_expected(kind, rc)));
		if (rc == 0 || failed_too_late(&f, &after, s))
			*set = after;
		assert_string_equal(storeset_differs(set, s), "");
	}
}

static void whatever_fails_is_told_and_leaves_nothing_half_done(void **state)
{
	AUTO(sqlite_store_free) struct store *s = open_store();
	struct storeset set = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(faults); i++)
		for (size_t k = 0; k < ARRAY_LEN(deeds); k++) {
			assert_int_equal(storeset_change(&set, s, 1, CONTENT),
					 0);
			assert_int_equal(s->ops->commit(s), 0);
			fail_at_every_call(s, &set, deeds[k], &faults[i]);
		}
	sqlite_store_free(steal_ptr(s));
	s = open_store();
	assert_string_equal(storeset_differs(&set, s), "");
}

/* Opens the store at every call that can fail so; false: it was put aside. */
static bool start_with(const struct sqlite_fault *kind)
{
	struct sqlite_fault f = *kind;
	bool happened = true;

	for (f.n = 1; happened && !exists(".bad"); f.n++) {
		struct error err = { 0 };
		struct store *s = NULL;
		int rc;

		sqlite_fault_set(&f);
		rc = sqlite_store_open(dir.path, FORMAT, &s, &err);
		happened = sqlite_fault_end();
		assert_true(rc == 0 ? !!s : happened && err.msg[0]);
		sqlite_store_free(s);
	}
	return !exists(".bad");
}

static void whatever_fails_at_the_start_leaves_the_file_alone(void **state)
{
	struct storeset set = make_store();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(faults); i++) {
		if (faults[i].what == FAULT_READ)
			continue;
		assert_true(start_with(&faults[i]));
		check_left(&set, &set, true);
	}
}

static void a_file_that_cannot_be_read_is_put_aside(void **state)
{
	static const struct sqlite_fault bad = { FAULT_READ, .err = EIO };

	(void)state;
	(void)make_store();
	assert_false(start_with(&bad));
}

/* In bytes, with the journal. */
static long size_on_disk(void)
{
	struct stat st, journal;

	assert_int_equal(stat(dir.path, &st), 0);
	assert_int_equal(stat(storedir_name(&dir, "-journal"), &journal), 0);
	return st.st_size + journal.st_size;
}

static void churn_makes_it_no_larger(void **state)
{
	AUTO(sqlite_store_free) struct store *s = open_store();
	struct storeset set = { 0 };
	long settled = 0;

	(void)state;
	for (uint16_t i = 0; i < 400; i++) {
		assert_int_equal(storeset_change(&set, s, i, 100), 0);
		assert_int_equal(s->ops->commit(s), 0);
		if (i == 100)
			settled = size_on_disk();
	}
	assert_true(settled && size_on_disk() < settled * 3 / 2);
	for (int t = 0; t < STORE_N_TABLES; t++)
		assert_int_equal(s->ops->clear(s, (enum store_table)t), 0);
	assert_int_equal(s->ops->put(s, STORE_FLOWS, 1, "", 0), 0);
	assert_int_equal(s->ops->commit(s), 0);
	assert_true(size_on_disk() < 5 * 1024 * 1024);
}

/* Deleted one by one, its memory comes back too. */
static void what_is_deleted_is_given_back(void **state)
{
	AUTO(sqlite_store_free) struct store *s = open_store();
	struct stat st;

	(void)state;
	for (uint32_t key = 0; key < 2000; key++)
		assert_int_equal(s->ops->put(s, STORE_FLOWS, key, big, 4000),
				 0);
	assert_int_equal(s->ops->commit(s), 0);
	assert_int_equal(stat(dir.path, &st), 0);
	assert_true(st.st_size > 2000 * 4000);
	for (uint32_t key = 0; key < 2000; key++)
		assert_int_equal(s->ops->del(s, STORE_FLOWS, key), 0);
	assert_int_equal(s->ops->commit(s), 0);
	assert_int_equal(stat(dir.path, &st), 0);
	assert_true(st.st_size < 100 * 1024);
}

#define CLAIM(claim) cmocka_unit_test_setup_teardown(claim, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CLAIM(a_kill_at_any_write_leaves_transactions_whole),
		CLAIM(a_kill_while_it_is_made_leaves_it_empty),
		CLAIM(a_journal_without_its_file_is_nothing),
		CLAIM(whatever_fails_is_told_and_leaves_nothing_half_done),
		CLAIM(whatever_fails_at_the_start_leaves_the_file_alone),
		CLAIM(a_file_that_cannot_be_read_is_put_aside),
		CLAIM(churn_makes_it_no_larger),
		CLAIM(what_is_deleted_is_given_back),
	};

	sqlite_fault_install();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
