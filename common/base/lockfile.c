/* SPDX-License-Identifier: GPL-2.0-or-later */
/* flock(2), since it belongs to the descriptor and not to the process. */
#include "common/base/lockfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>

#include "common/base/cleanup.h"

int lockfile_take(const char *path, int *fd, struct error *err)
{
	AUTO(free) char *name = NULL;
	AUTO(close_fd) int new = -1;

	if (asprintf(&name, "%s.lock", path) < 0) {
		name = NULL;
		return error_set(err, ENOMEM, "out of memory");
	}
	new = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (new < 0 || flock(new, LOCK_EX | LOCK_NB) < 0)
		return error_set(err, errno, "%s: %s", name, strerror(errno));
	*fd = steal_fd(&new);
	return 0;
}
