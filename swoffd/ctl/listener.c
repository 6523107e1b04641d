/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Only the holder of the lock touches the socket file.  So whoever got the
 * lock knows that a socket it finds is a dead daemon's and may remove it; no
 * probing connect, no race between two that start at once.
 */
#include "swoffd/ctl/listener.h"

#include <errno.h>
#include <grp.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "common/base/cleanup.h"
#include "common/base/lockfile.h"

#define LISTENER_BACKLOG 128

static int take_lock(struct listener *l, struct error *err)
{
	int rc = lockfile_take(l->path, &l->lock_fd, err);
	struct stat st;

	if (rc != -EWOULDBLOCK)
		return rc;
	return error_set(err, EADDRINUSE, "%s: another swoffd is serving it%s",
			 l->path, stat(l->path, &st) < 0 ? " soon" : "");
}

static int remove_stale(const char *path, struct error *err)
{
	struct stat st;

	if (lstat(path, &st) < 0)
		return errno == ENOENT ? 0 :
			error_set(err, errno, "%s: %s", path, strerror(errno));
	if (!S_ISSOCK(st.st_mode))
		return error_set(err, EEXIST,
				 "%s: exists and is not a socket", path);
	if (unlink(path) < 0)
		return error_set(err, errno, "%s: %s", path, strerror(errno));
	return 0;
}

static gid_t find_group(const char *name)
{
	struct group *g = name ? getgrnam(name) : NULL;

	return g ? g->gr_gid : (gid_t)-1;
}

/*
 * Bound without any permission, so the umask cannot leave it open for even a
 * moment, then owner, then mode; nobody connects before listen().
 */
static int bind_path(struct listener *l, const struct sockaddr_un *addr)
{
	mode_t mode = l->others == SERVER_OTHERS_READ ? 0666 : 0660;
	mode_t old = umask(0777);
	int rc = bind(l->fd, (const struct sockaddr *)addr, sizeof(*addr));

	(void)umask(old);
	if (rc < 0)
		return -errno;
	if (l->group != (gid_t)-1 &&
	    chown(l->path, (uid_t)-1, l->group) < 0) {
		/* Without the right to give it away, the group has none. */
		if (errno != EPERM)
			return -errno;
	}
	if (chmod(l->path, mode) < 0)
		return -errno;
	return listen(l->fd, LISTENER_BACKLOG) < 0 ? -errno : 0;
}

static int open_path(struct listener *l, struct error *err)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int rc = take_lock(l, err);

	if (rc == 0)
		rc = remove_stale(l->path, err);
	if (rc < 0)
		return rc;

	(void)snprintf(addr.sun_path, sizeof(addr.sun_path), "%s", l->path);
	l->fd = socket(AF_UNIX,
		       SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	rc = l->fd < 0 ? -errno : bind_path(l, &addr);
	return rc < 0 ? error_set(err, -rc, "%s: %s", l->path, strerror(-rc)) :
			0;
}

int listener_open(struct listener *l, const char *path, const char *group,
		  enum server_others others, struct error *err)
{
	struct listener new = { .fd = -1, .lock_fd = -1, .others = others };
	int rc;

	if (!path[0] ||
	    strlen(path) >= sizeof(((struct sockaddr_un *)0)->sun_path))
		return error_set(err, ENAMETOOLONG,
				 "'%s': not a path for a socket (1 to %zu characters)",
				 path,
				 sizeof(((struct sockaddr_un *)0)->sun_path) - 1);
	new.path = strdup(path);
	if (!new.path)
		return error_set(err, ENOMEM, "out of memory");
	new.group = find_group(group);
	rc = open_path(&new, err);
	if (rc < 0) {
		listener_close(&new);
		return rc;
	}
	*l = new;
	return 0;
}

void listener_close(struct listener *l)
{
	if (l->fd >= 0)
		(void)unlink(l->path);
	close_fd(l->fd);
	close_fd(l->lock_fd);
	free(l->path);
	*l = (struct listener){ .fd = -1, .lock_fd = -1 };
}

static bool in_group(int fd, gid_t primary, gid_t group)
{
	AUTO(free) gid_t *list = NULL;
	socklen_t size = 0;

	if (group == (gid_t)-1)
		return false;
	if (primary == group)
		return true;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, NULL, &size) == 0 ||
	    errno != ERANGE)
		return false;
	list = malloc(size);
	if (!list ||
	    getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, list, &size) < 0)
		return false;
	for (size_t i = 0; i < size / sizeof(*list); i++)
		if (list[i] == group)
			return true;
	return false;
}

int listener_peer(const struct listener *l, int fd, struct peer *out)
{
	struct ucred cred;
	socklen_t size = sizeof(cred);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &size) < 0)
		return -errno;
	*out = (struct peer){ .pid = cred.pid, .uid = cred.uid };
	out->may_write = cred.uid == 0 || cred.uid == geteuid() ||
			 in_group(fd, cred.gid, l->group);
	out->may_read = out->may_write || l->others == SERVER_OTHERS_READ;
	return 0;
}
