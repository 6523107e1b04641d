/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A store in memory behind struct store_ops.  It keeps the promises of
 * swoffd/core/store.h, fails when told to, and shows what a kill would leave.
 */
#ifndef TESTS_FAKE_STORE_H
#define TESTS_FAKE_STORE_H

#include <stdbool.h>

#include "common/base/cleanup.h"
#include "swoffd/core/store.h"

struct fake_record {
	uint32_t key;
	size_t size;
	void *data;                    /* owned */
};

struct fake_table {
	struct fake_record *records;   /* ascending by key */
	size_t n, size;
};

struct fake_store {
	struct store base;             /* hand &base to what is tested */

	/* Knobs of tests: so many of the next fail with err, -EIO if 0. */
	uint32_t fail_changes;         /* put and del */
	uint32_t fail_commits;         /* commit and clear */
	int err;                       /* negative */

	/* What a test may look at. */
	uint64_t n_puts, n_dels, n_commits;   /* those that succeeded */

	/* Private. */
	struct fake_table tables[STORE_N_TABLES];
	struct fake_undo *undo;        /* the last first */
	int failed;
	bool walking;
};

int fake_store_new(struct fake_store **out);
void fake_store_free(struct fake_store *fs);
DEFINE_AUTO(struct fake_store *, fake_store_free)

/*
 * The record as of the last commit, which is what a kill now would leave; NULL
 * if there is none.  Borrowed until the next call of an op.
 */
const void *fake_store_committed(const struct fake_store *fs,
				 enum store_table t, uint32_t key,
				 size_t *size);

/* The process was killed, and this is what the next one opens. */
void fake_store_crash(struct fake_store *fs);

#endif
