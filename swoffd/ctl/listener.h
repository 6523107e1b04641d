/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The listening socket in the file system: who owns the path, who may open it
 * and who is at the other end.
 */
#ifndef SWOFFD_CTL_LISTENER_H
#define SWOFFD_CTL_LISTENER_H

#include <stdbool.h>
#include <sys/types.h>

#include "common/base/error.h"

enum server_others { SERVER_OTHERS_READ, SERVER_OTHERS_NONE };

struct listener {
	int fd;                /* owned; -1: closed */
	int lock_fd;           /* owned; PATH.lock, held while we live */
	char *path;            /* owned */
	gid_t group;           /* (gid_t)-1: no such group */
	enum server_others others;
};

struct peer {
	pid_t pid;
	uid_t uid;
	bool may_read, may_write;
};

/* group may be NULL; one that does not exist is none. */
int listener_open(struct listener *l, const char *path, const char *group,
		  enum server_others others, struct error *err);
/* Removes the socket; the lock file stays, or two could hold "the" lock. */
void listener_close(struct listener *l);

/* Who connected, and what they may: root, us and the group write. */
int listener_peer(const struct listener *l, int fd, struct peer *out);

#endif
