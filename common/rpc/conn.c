/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Buffers of a connection; memory follows what is in them, both ways. */
#include "common/rpc/conn.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "common/base/cleanup.h"

/* A buffer that grew is given back once it is empty. */
#define CONN_KEEP_SIZE (2 * RPC_READ_SIZE)

/* More than we accept, so that surplus descriptors are seen and closed. */
#define CONN_CMSG_FDS 16

void conn_init(struct conn *c, int fd, size_t max_line)
{
	*c = (struct conn){ .fd = fd, .max_line = max_line };
}

static void close_fds(int *fds, int n)
{
	for (int i = 0; i < n; i++)
		close_fd(fds[i]);
}

void conn_fini(struct conn *c)
{
	close_fds(c->fds, c->n_fds);
	close_fd(c->fd);
	free(c->in);
	free(c->out);
	*c = (struct conn){ .fd = -1 };
}

static int reserve(char **buf, size_t *size, size_t need)
{
	size_t grown = *size ? *size : CONN_KEEP_SIZE;
	char *p;

	if (need <= *size)
		return 0;
	while (grown < need)
		grown *= 2;
	p = realloc(*buf, grown);
	if (!p)
		return -ENOMEM;
	*buf = p;
	*size = grown;
	return 0;
}

/* Moves what is left to the front, or drops the buffer if it is empty. */
static void compact(char **buf, size_t *size, size_t *start, size_t *end)
{
	if (*start == *end && *size > CONN_KEEP_SIZE) {
		free(*buf);
		*buf = NULL;
		*size = 0;
	} else if (*start) {
		memmove(*buf, *buf + *start, *end - *start);
	}
	*end -= *start;
	*start = 0;
}

static void take_fds(struct conn *c, struct msghdr *msg)
{
	struct cmsghdr *h;

	for (h = CMSG_FIRSTHDR(msg); h; h = CMSG_NXTHDR(msg, h)) {
		size_t n;

		if (h->cmsg_level != SOL_SOCKET || h->cmsg_type != SCM_RIGHTS)
			continue;
		n = (h->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		for (size_t i = 0; i < n; i++) {
			int fd;

			memcpy(&fd, CMSG_DATA(h) + i * sizeof(fd), sizeof(fd));
			if (c->n_fds < RPC_MAX_FDS)
				c->fds[c->n_fds++] = fd;
			else
				close_fd(fd);
		}
	}
	/* A set with some missing is no set. */
	if (msg->msg_flags & MSG_CTRUNC) {
		close_fds(c->fds, c->n_fds);
		c->n_fds = 0;
	}
}

ssize_t conn_read(struct conn *c)
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(CONN_CMSG_FDS * sizeof(int))];
	} control;
	struct iovec iov;
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = &control, .msg_controllen = sizeof(control),
	};
	int had = c->n_fds;
	ssize_t n;

	c->in_scanned -= c->in_start;
	c->fds_at -= c->in_start;
	compact(&c->in, &c->in_size, &c->in_start, &c->in_end);
	if (c->in_end >= c->max_line)
		return -EMSGSIZE;
	if (reserve(&c->in, &c->in_size, c->in_end + RPC_READ_SIZE) < 0)
		return -ENOMEM;
	iov.iov_base = c->in + c->in_end;
	iov.iov_len = RPC_READ_SIZE;
	n = recvmsg(c->fd, &msg, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	if (n < 0)
		return errno == EINTR ? -EAGAIN : -errno;
	take_fds(c, &msg);
	c->in_end += (size_t)n;
	if (c->n_fds != had && n > 0)
		c->fds_at = c->in_end - 1;
	return n;
}

bool conn_next_line(struct conn *c, char **line, size_t *size,
		    int fds[RPC_MAX_FDS], int *n_fds)
{
	size_t left = c->in_end - c->in_scanned, end;
	char *nl = left ? memchr(c->in + c->in_scanned, '\n', left) : NULL;

	if (!nl) {
		c->in_scanned = c->in_end;
		return false;
	}
	end = (size_t)(nl - c->in);
	*nl = '\0';
	*line = c->in + c->in_start;
	*size = end - c->in_start;
	*n_fds = 0;
	if (c->n_fds && c->fds_at <= end) {
		memcpy(fds, c->fds, sizeof(c->fds));
		*n_fds = c->n_fds;
		c->n_fds = 0;
	}
	c->in_start = c->in_scanned = end + 1;
	return true;
}

const char *conn_received(const struct conn *c, size_t *size)
{
	*size = c->in_end - c->in_start;
	return c->in ? c->in + c->in_start : "";
}

void conn_consume(struct conn *c, size_t size)
{
	c->in_start += size;
	if (c->in_scanned < c->in_start)
		c->in_scanned = c->in_start;
}

bool conn_has_partial(const struct conn *c)
{
	return c->in_start != c->in_end;
}

int conn_queue(struct conn *c, const char *data, size_t size)
{
	if (c->out_start)
		compact(&c->out, &c->out_size, &c->out_start, &c->out_end);
	if (reserve(&c->out, &c->out_size, c->out_end + size) < 0)
		return -ENOMEM;
	memcpy(c->out + c->out_end, data, size);
	c->out_end += size;
	return 0;
}

int conn_flush(struct conn *c)
{
	while (c->out_start != c->out_end) {
		ssize_t n = send(c->fd, c->out + c->out_start,
				 c->out_end - c->out_start,
				 MSG_DONTWAIT | MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno == EAGAIN ? 0 : -errno;
		c->out_start += (size_t)n;
	}
	compact(&c->out, &c->out_size, &c->out_start, &c->out_end);
	return 0;
}

size_t conn_queued(const struct conn *c)
{
	return c->out_end - c->out_start;
}

static ssize_t send_once(const struct conn *c, const char *data, size_t size,
			 const int *fds, int n_fds)
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(RPC_MAX_FDS * sizeof(int))];
	} control = { 0 };
	struct iovec iov = { .iov_base = (void *)(uintptr_t)data,
			     .iov_len = size };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };

	if (n_fds) {
		struct cmsghdr *h = &control.align;

		h->cmsg_level = SOL_SOCKET;
		h->cmsg_type = SCM_RIGHTS;
		h->cmsg_len = CMSG_LEN((size_t)n_fds * sizeof(int));
		memcpy(CMSG_DATA(h), fds, (size_t)n_fds * sizeof(int));
		msg.msg_control = &control;
		msg.msg_controllen = CMSG_SPACE((size_t)n_fds * sizeof(int));
	}
	return sendmsg(c->fd, &msg, MSG_NOSIGNAL);
}

int conn_send(struct conn *c, const char *data, size_t size, const int *fds,
	      int n_fds)
{
	if (n_fds > RPC_MAX_FDS)
		return -E2BIG;
	while (size) {
		ssize_t n = send_once(c, data, size, fds, n_fds);

		if (n < 0 && errno == EAGAIN) {
			struct pollfd p = { .fd = c->fd, .events = POLLOUT };

			(void)poll(&p, 1, -1);
			continue;
		}
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		data += n;
		size -= (size_t)n;
		n_fds = 0;
	}
	return 0;
}
