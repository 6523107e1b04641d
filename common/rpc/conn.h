/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lines over a stream socket, and the descriptors that come with them.  Used
 * by both ends.  It never blocks on its own and knows no loop: the owner says
 * when to read and write.
 *
 * Descriptors belong to the line of which the last byte received together
 * with them is part; so whoever passes some sends that request, newline
 * included, in a sendmsg() of its own.
 */
#ifndef COMMON_RPC_CONN_H
#define COMMON_RPC_CONN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "common/rpc/limits.h"

struct conn {
	int fd;                        /* owned */
	size_t max_line;               /* newline included */

	char *in;                      /* received, from in_start to in_end */
	size_t in_size, in_start, in_end;
	size_t in_scanned;             /* no newline before this one */
	int fds[RPC_MAX_FDS];
	int n_fds;
	size_t fds_at;                 /* a byte of the line they belong to */

	char *out;
	size_t out_size, out_start, out_end;
};

/* Takes fd.  {.fd = -1} is a closed one. */
void conn_init(struct conn *c, int fd, size_t max_line);
void conn_fini(struct conn *c);

/*
 * Reads once, at most RPC_READ_SIZE.  Bytes read; 0 at the end; -EAGAIN;
 * -EMSGSIZE if a line grows beyond max_line; or another -errno.
 */
ssize_t conn_read(struct conn *c);

/*
 * The next complete line, newline excluded and replaced by NUL; valid until
 * the next conn_read().  Its descriptors move to the caller.
 */
bool conn_next_line(struct conn *c, char **line, size_t *size,
		    int fds[RPC_MAX_FDS], int *n_fds);
/* For what is no lines: all that has been received and not consumed, valid
 * until the next conn_read(). */
const char *conn_received(const struct conn *c, size_t *size);
void conn_consume(struct conn *c, size_t size);
/* Is there a line that has begun and not ended? */
bool conn_has_partial(const struct conn *c);

/* Queues for conn_flush(); 0 or -ENOMEM. */
int conn_queue(struct conn *c, const char *data, size_t size);
/* As much as goes; 0 also when the rest must wait, or -errno. */
int conn_flush(struct conn *c);
size_t conn_queued(const struct conn *c);

/*
 * Sends all of it now, the descriptors with its first byte, waiting for a slow
 * peer if need be; for clients.  0 or -errno.
 */
int conn_send(struct conn *c, const char *data, size_t size, const int *fds,
	      int n_fds);

#endif
