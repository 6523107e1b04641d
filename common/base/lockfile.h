/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PATH.lock: whoever holds it is the one process that may touch PATH.  Freed
 * by the kernel however the process ends.  Its folder is made if only that is
 * missing.
 */
#ifndef COMMON_BASE_LOCKFILE_H
#define COMMON_BASE_LOCKFILE_H

#include "common/base/error.h"

/*
 * Does not wait: -EWOULDBLOCK if another process has it.  *fd is owned by the
 * caller and keeps the lock until it is closed.  The file stays for ever, or
 * two could hold "the" lock.
 */
int lockfile_take(const char *path, int *fd, struct error *err);

#endif
