/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The store that swoffd/core/store.h speaks of, in one file of SQLite.
 *
 * A thousand neighbouring records take a commit of one or two milliseconds, a
 * thousand strewn over a million some fifteen, and to clear a million takes up
 * to half a second.
 */
#ifndef SWOFFD_STORE_SQLITE_STORE_H
#define SWOFFD_STORE_SQLITE_STORE_H

#include "common/base/cleanup.h"
#include "common/base/error.h"
#include "swoffd/core/store.h"

/*
 * Opens the store at path, or makes an empty one, with mode 0600; its folder is
 * there.  version is that of the records.  A file of another version, or of
 * another program, or one that is damaged is renamed to PATH.bad, with a
 * warning in the log, and an empty one begins.
 *
 * -EBUSY: another daemon has it, or some program uses it for over a second;
 * else what open(2) says, or -ENOSPC, -ENOMEM, -EIO, with err filled in.  Not
 * to be kept over a fork().
 */
int sqlite_store_open(const char *path, int version, struct store **out,
		      struct error *err);

/* What is not committed is not kept. */
void sqlite_store_free(struct store *s);
DEFINE_AUTO(struct store *, sqlite_store_free)

#endif
