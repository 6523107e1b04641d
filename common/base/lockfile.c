/* SPDX-License-Identifier: GPL-2.0-or-later */
/* flock(2), since it belongs to the descriptor and not to the process. */
#include "common/base/lockfile.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "common/base/cleanup.h"

/* Only the last folder: /run is empty after a boot. */
static int make_folder(const char *path, struct error *err)
{
	AUTO(free) char *copy = strdup(path);
	const char *folder;

	if (!copy)
		return error_set(err, ENOMEM, "out of memory");
	folder = dirname(copy);
	if (mkdir(folder, 0755) < 0 && errno != EEXIST)
		return error_set(err, errno, "%s: %s", folder,
				 strerror(errno));
	return 0;
}

int lockfile_take(const char *path, int *fd, struct error *err)
{
	AUTO(free) char *name = NULL;
	AUTO(close_fd) int new = -1;
	int rc = make_folder(path, err);

	if (rc < 0)
		return rc;
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
