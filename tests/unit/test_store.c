/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What swoffd/core/store.h promises, claimed of every store there is: of the
 * one that the daemon uses, and of the fake that stands in for it.
 */
#include "tests/unittest.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "swoffd/store/sqlite_store.h"
#include "tests/fake_store.h"
#include "tests/unit/sqlite_fault.h"
#include "tests/unit/storedir.h"
#include "tests/unit/storeset.h"

#define ROUNDS 300

/* A store, and what can happen to it. */
struct world {
	struct store *s;
	struct fake_store *fake;
	struct storedir dir;
	/* The process dies here, and the next one opens the store. */
	void (*crash)(struct world *w);
	/* There is no room for anything more, or there is again. */
	void (*fill)(struct world *w, bool full);
};

static uint8_t big[STORE_RECORD_MAX + 1];

static void fake_crash(struct world *w)
{
	fake_store_crash(w->fake);
}

static void fake_fill(struct world *w, bool full)
{
	w->fake->err = -ENOSPC;
	w->fake->fail_changes = w->fake->fail_commits = full ? UINT32_MAX : 0;
}

static int fake_set_up(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	if (!w || fake_store_new(&w->fake) < 0)
		return -1;
	w->s = &w->fake->base;
	w->crash = fake_crash;
	w->fill = fake_fill;
	*state = w;
	return 0;
}

static int fake_tear_down(void **state)
{
	struct world *w = *state;

	fake_store_free(w->fake);
	free(w);
	return 0;
}

static int sqlite_open(struct world *w)
{
	struct error err;

	return sqlite_store_open(w->dir.path, 1, &w->s, &err);
}

static void sqlite_crash(struct world *w)
{
	storedir_crash(&w->dir);
	sqlite_store_free(w->s);
	assert_int_equal(sqlite_open(w), 0);
}

static void sqlite_fill(struct world *w, bool full)
{
	(void)w;
	if (full)
		sqlite_fault_set(&(struct sqlite_fault){
			FAULT_WRITE, .n = 1, .err = ENOSPC, .forever = true });
	else
		(void)sqlite_fault_end();
}

static int sqlite_set_up(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	if (!w)
		return -1;
	storedir_make(&w->dir);
	w->crash = sqlite_crash;
	w->fill = sqlite_fill;
	*state = w;
	return sqlite_open(w);
}

static int sqlite_tear_down(void **state)
{
	struct world *w = *state;

	sqlite_store_free(w->s);
	storedir_remove(&w->dir);
	free(w);
	return 0;
}

static int put(struct store *s, enum store_table t, uint32_t key,
	       const char *text)
{
	return s->ops->put(s, t, key, text, strlen(text));
}

static int commit(struct store *s)
{
	return s->ops->commit(s);
}

struct listing {
	char text[256];
	uint32_t stop_at;
};

static int list_one(void *ctx, uint32_t key, const void *data, size_t size)
{
	struct listing *l = ctx;
	size_t len = strlen(l->text);

	(void)snprintf(l->text + len, sizeof(l->text) - len, "%u=%.*s ", key,
		       (int)size, (const char *)data);
	return key == l->stop_at ? 77 : 0;
}

/* "1=a 2=b " */
static const char *list(struct store *s, enum store_table t)
{
	static struct listing l;

	l = (struct listing){ .stop_at = 12345 };
	assert_int_equal(s->ops->each(s, t, list_one, &l), 0);
	return l.text;
}

static void what_is_put_is_given_back_in_order(void **state)
{
	struct store *s = ((struct world *)*state)->s;

	assert_int_equal(put(s, STORE_FLOWS, UINT32_MAX, "last"), 0);
	assert_int_equal(put(s, STORE_FLOWS, 0, "first"), 0);
	assert_int_equal(put(s, STORE_FLOWS, 1u << 31, "middle"), 0);
	assert_int_equal(put(s, STORE_FLOWS, 7, ""), 0);
	assert_int_equal(commit(s), 0);
	assert_string_equal(list(s, STORE_FLOWS),
			    "0=first 7= 2147483648=middle 4294967295=last ");
}

static void tables_do_not_mix(void **state)
{
	struct store *s = ((struct world *)*state)->s;

	assert_int_equal(put(s, STORE_FLOWS, 1, "flow"), 0);
	assert_int_equal(put(s, STORE_DEVS, 1, "dev"), 0);
	assert_int_equal(s->ops->del(s, STORE_FLOWS, 2), 0);
	assert_string_equal(list(s, STORE_DEVS), "1=dev ");
	assert_int_equal(s->ops->del(s, STORE_DEVS, 1), 0);
	assert_string_equal(list(s, STORE_FLOWS), "1=flow ");
	assert_string_equal(list(s, STORE_DEVS), "");
}

static void put_replaces_and_del_removes(void **state)
{
	struct store *s = ((struct world *)*state)->s;

	assert_int_equal(put(s, STORE_FLOWS, 1, "a"), 0);
	assert_int_equal(put(s, STORE_FLOWS, 2, "b"), 0);
	assert_int_equal(put(s, STORE_FLOWS, 1, "longer"), 0);
	assert_int_equal(commit(s), 0);
	assert_string_equal(list(s, STORE_FLOWS), "1=longer 2=b ");
	assert_int_equal(put(s, STORE_FLOWS, 1, "c"), 0);
	assert_int_equal(s->ops->del(s, STORE_FLOWS, 2), 0);
	assert_int_equal(commit(s), 0);
	assert_string_equal(list(s, STORE_FLOWS), "1=c ");
}

static void each_stops_where_it_is_told_to(void **state)
{
	struct store *s = ((struct world *)*state)->s;
	struct listing l = { .stop_at = 2 };

	assert_int_equal(put(s, STORE_FLOWS, 1, "a"), 0);
	assert_int_equal(put(s, STORE_FLOWS, 2, "b"), 0);
	assert_int_equal(put(s, STORE_FLOWS, 3, "c"), 0);
	assert_int_equal(s->ops->each(s, STORE_FLOWS, list_one, &l), 77);
	assert_string_equal(l.text, "1=a 2=b ");
	assert_int_equal(commit(s), 0);
	assert_string_equal(list(s, STORE_FLOWS), "1=a 2=b 3=c ");
}

static void a_kill_leaves_what_was_committed(void **state)
{
	struct world *w = *state;

	assert_int_equal(commit(w->s), 0);
	assert_int_equal(put(w->s, STORE_FLOWS, 1, "a"), 0);
	assert_int_equal(put(w->s, STORE_DEVS, 5, "eth0"), 0);
	assert_int_equal(commit(w->s), 0);
	assert_int_equal(put(w->s, STORE_FLOWS, 1, "b"), 0);
	assert_int_equal(put(w->s, STORE_FLOWS, 2, "c"), 0);
	assert_int_equal(w->s->ops->del(w->s, STORE_DEVS, 5), 0);
	assert_string_equal(list(w->s, STORE_FLOWS), "1=b 2=c ");
	w->crash(w);
	assert_string_equal(list(w->s, STORE_FLOWS), "1=a ");
	assert_string_equal(list(w->s, STORE_DEVS), "5=eth0 ");
}

static void clear_empties_one_table_at_once(void **state)
{
	struct world *w = *state;

	assert_int_equal(put(w->s, STORE_DEVS, 1, "eth0"), 0);
	assert_int_equal(put(w->s, STORE_FLOWS, 1, "a"), 0);
	assert_int_equal(commit(w->s), 0);
	assert_int_equal(put(w->s, STORE_FLOWS, 2, "b"), 0);
	assert_int_equal(put(w->s, STORE_DEVS, 2, "eth1"), 0);
	assert_int_equal(w->s->ops->clear(w->s, STORE_FLOWS), 0);
	assert_string_equal(list(w->s, STORE_DEVS), "1=eth0 ");
	w->crash(w);
	assert_string_equal(list(w->s, STORE_FLOWS), "");
	assert_string_equal(list(w->s, STORE_DEVS), "1=eth0 ");
	assert_int_equal(put(w->s, STORE_FLOWS, 3, "c"), 0);
	assert_int_equal(commit(w->s), 0);
	assert_string_equal(list(w->s, STORE_FLOWS), "3=c ");
}

static void a_record_too_large_fails_its_transaction(void **state)
{
	struct store *s = ((struct world *)*state)->s;

	assert_int_equal(put(s, STORE_FLOWS, 1, "a"), 0);
	assert_int_equal(commit(s), 0);
	assert_int_equal(put(s, STORE_FLOWS, 2, "b"), 0);
	assert_int_equal(s->ops->put(s, STORE_FLOWS, 3, big, sizeof(big)),
			 -EMSGSIZE);
	assert_string_equal(list(s, STORE_FLOWS), "1=a ");
	assert_int_equal(put(s, STORE_FLOWS, 4, "d"), -EMSGSIZE);
	assert_int_equal(s->ops->del(s, STORE_FLOWS, 1), -EMSGSIZE);
	assert_int_equal(commit(s), -EMSGSIZE);
	assert_int_equal(commit(s), 0);
	assert_string_equal(list(s, STORE_FLOWS), "1=a ");
	assert_int_equal(s->ops->put(s, STORE_FLOWS, 1, big,
				     STORE_RECORD_MAX), 0);
	assert_int_equal(commit(s), 0);
}

/* So much that it does not all stay in memory until the commit. */
static void no_room_fails_a_put_and_all_that_belongs_to_it(void **state)
{
	struct world *w = *state;
	struct store *s = w->s;
	uint32_t key = 2;
	int rc;

	assert_int_equal(put(s, STORE_FLOWS, 1, "a"), 0);
	assert_int_equal(commit(s), 0);
	w->fill(w, true);
	do
		rc = s->ops->put(s, STORE_FLOWS, key, big, STORE_RECORD_MAX);
	while (rc == 0 && key++ < 100);
	assert_int_equal(rc, -ENOSPC);
	assert_string_equal(list(s, STORE_FLOWS), "1=a ");
	assert_int_equal(s->ops->del(s, STORE_FLOWS, 1), -ENOSPC);
	w->fill(w, false);
	assert_int_equal(put(s, STORE_FLOWS, 2, "b"), -ENOSPC);
	assert_int_equal(commit(s), -ENOSPC);
	assert_string_equal(list(s, STORE_FLOWS), "1=a ");

	assert_int_equal(put(s, STORE_FLOWS, 2, "b"), 0);
	assert_int_equal(commit(s), 0);
	w->crash(w);
	assert_string_equal(list(w->s, STORE_FLOWS), "1=a 2=b ");
}

/* Whether a put has failed before or not: commit is enough to look at. */
static void no_room_fails_a_commit_and_leaves_nothing_of_it(void **state)
{
	struct world *w = *state;
	struct store *s = w->s;

	assert_int_equal(put(s, STORE_FLOWS, 1, "a"), 0);
	assert_int_equal(commit(s), 0);
	w->fill(w, true);
	(void)put(s, STORE_FLOWS, 2, "b");
	(void)s->ops->del(s, STORE_FLOWS, 1);
	assert_int_equal(commit(s), -ENOSPC);
	assert_string_equal(list(s, STORE_FLOWS), "1=a ");
	assert_int_equal(s->ops->clear(s, STORE_FLOWS), -ENOSPC);
	assert_string_equal(list(s, STORE_FLOWS), "1=a ");
	w->fill(w, false);
	assert_int_equal(put(s, STORE_FLOWS, 3, "c"), 0);
	assert_int_equal(commit(s), 0);
	w->crash(w);
	assert_string_equal(list(w->s, STORE_FLOWS), "1=a 3=c ");
	assert_int_equal(w->s->ops->clear(w->s, STORE_FLOWS), 0);
	assert_string_equal(list(w->s, STORE_FLOWS), "");
}

/* One transaction with no room; what changes nothing needs none. */
static void live_with_a_full_disk(struct world *w, struct storeset *now,
				  struct storeset *kept, uint16_t round)
{
	int changed, committed;

	w->fill(w, true);
	changed = storeset_change(now, w->s, round, round % 50);
	committed = commit(w->s);
	w->fill(w, false);
	if (committed == 0) {
		assert_int_equal(changed, 0);
		*kept = *now;
		return;
	}
	assert_int_equal(committed, -ENOSPC);
	*now = *kept;
}

/* Changes, commits, kills, full disks and clears as they come. */
static void a_long_life_keeps_all_promises(void **state)
{
	struct storeset now = { 0 }, kept = { 0 };
	struct world *w = *state;

	for (uint16_t i = 0; i < ROUNDS; i++) {
		if (i % 7 == 3) {
			assert_int_equal(commit(w->s), 0);
			kept = now;
			live_with_a_full_disk(w, &now, &kept, i);
			continue;
		}
		assert_int_equal(storeset_change(&now, w->s, i, i % 50), 0);
		if (i % 11 == 5) {
			w->crash(w);
			now = kept;
		} else if (i % 130 == 129) {
			now = kept;
			assert_int_equal(storeset_clear(&now, w->s,
							STORE_FLOWS), 0);
			kept = now;
		} else if (i % 3) {
			assert_int_equal(commit(w->s), 0);
			kept = now;
		}
		assert_string_equal(storeset_differs(&now, w->s), "");
	}
	w->crash(w);
	assert_string_equal(storeset_differs(&kept, w->s), "");
}

#define CLAIM(of, claim)                                               \
	cmocka_unit_test_setup_teardown(claim, of##_set_up, of##_tear_down)
#define CLAIMS(of)                                                     \
	CLAIM(of, what_is_put_is_given_back_in_order),                 \
	CLAIM(of, tables_do_not_mix),                                  \
	CLAIM(of, put_replaces_and_del_removes),                       \
	CLAIM(of, each_stops_where_it_is_told_to),                     \
	CLAIM(of, a_kill_leaves_what_was_committed),                   \
	CLAIM(of, clear_empties_one_table_at_once),                   \
	CLAIM(of, a_record_too_large_fails_its_transaction),           \
	CLAIM(of, no_room_fails_a_put_and_all_that_belongs_to_it),     \
	CLAIM(of, no_room_fails_a_commit_and_leaves_nothing_of_it),    \
	CLAIM(of, a_long_life_keeps_all_promises)

static void the_fake_shows_what_a_kill_would_leave(void **state)
{
	struct fake_store *fs = ((struct world *)*state)->fake;
	struct store *s = &fs->base;
	size_t size = 0;

	assert_null(fake_store_committed(fs, STORE_FLOWS, 1, &size));
	assert_int_equal(put(s, STORE_FLOWS, 1, "old"), 0);
	assert_null(fake_store_committed(fs, STORE_FLOWS, 1, &size));
	assert_int_equal(commit(s), 0);
	assert_int_equal(put(s, STORE_FLOWS, 1, "newer"), 0);
	assert_int_equal(s->ops->del(s, STORE_FLOWS, 1), 0);
	assert_int_equal(put(s, STORE_FLOWS, 1, "newest"), 0);
	assert_memory_equal(fake_store_committed(fs, STORE_FLOWS, 1, &size),
			    "old", 3);
	assert_int_equal(size, 3);
}

static void the_fake_fails_as_often_as_told(void **state)
{
	struct fake_store *fs = ((struct world *)*state)->fake;
	struct store *s = &fs->base;

	fs->fail_changes = 1;
	assert_int_equal(put(s, STORE_FLOWS, 1, "a"), -EIO);
	assert_int_equal(commit(s), -EIO);
	fs->fail_commits = 2;
	fs->err = -ENOMEM;
	for (int i = 0; i < 2; i++) {
		assert_int_equal(put(s, STORE_FLOWS, 1, "a"), 0);
		assert_int_equal(commit(s), -ENOMEM);
	}
	assert_int_equal(put(s, STORE_FLOWS, 1, "a"), 0);
	assert_int_equal(commit(s), 0);
	assert_string_equal(list(s, STORE_FLOWS), "1=a ");
	assert_int_equal(fs->n_puts, 3);
	assert_int_equal(fs->n_commits, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CLAIMS(sqlite),
		CLAIMS(fake),
		CLAIM(fake, the_fake_shows_what_a_kill_would_leave),
		CLAIM(fake, the_fake_fails_as_often_as_told),
	};

	sqlite_fault_install();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
