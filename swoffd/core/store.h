/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What must outlive the daemon and is not in the kernel: tables of records,
 * each a number and bytes that only core understands.  The real one is
 * swoffd/store/, tests hand in a fake.  Called from the loop's thread; nothing
 * here waits for anybody.
 *
 * Whatever kills the process and whenever: the next one finds all of every
 * transaction whose commit has returned 0, and of others all or nothing.
 */
#ifndef SWOFFD_CORE_STORE_H
#define SWOFFD_CORE_STORE_H

#include <stddef.h>
#include <stdint.h>

/* Numbers and meanings belong to a format: other ones need its next version. */
enum store_table {
	STORE_DEVS, STORE_FLOWS, STORE_WANTS, STORE_REPS, STORE_SETTINGS,
	STORE_N_TABLES,
};

#define STORE_RECORD_MAX 65536         /* bytes of one record */

struct store;

/* data is borrowed for the call and aligned to 8 bytes, never NULL. */
typedef int (*store_each_fn)(void *ctx, uint32_t key, const void *data,
			     size_t size);

struct store_ops {
	/*
	 * Put replaces what is there; to delete what is not there is no error.
	 * Neither is kept before commit.  0, -ENOSPC, -ENOMEM, -EIO,
	 * -EMSGSIZE over STORE_RECORD_MAX, or -EBADMSG if somebody has damaged
	 * it meanwhile, which only opening it anew can mend.
	 *
	 * After a failure nothing since the last commit is there any more, and
	 * further ones fail alike until commit has failed too: it is enough to
	 * look at what commit returns.
	 */
	int (*put)(struct store *s, enum store_table t, uint32_t key,
		   const void *data, size_t size);
	int (*del)(struct store *s, enum store_table t, uint32_t key);

	/*
	 * All since the last commit or, on failure, nothing of it; then the
	 * next transaction begins.  0, or as above.
	 */
	int (*commit)(struct store *s);

	/*
	 * Calls fn for each record, ascending by key, committed or not; fn
	 * must not call the store.  Stops at fn's first value that is not 0
	 * and returns it; else 0, or as above.
	 */
	int (*each)(struct store *s, enum store_table t, store_each_fn fn,
		    void *ctx);

	/*
	 * Empties a table, which is committed at once, and drops what had not
	 * been; on failure it is as it was at the last commit.
	 */
	int (*clear)(struct store *s, enum store_table t);
};

struct store {
	const struct store_ops *ops;
};

#endif
