/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An error lies in the queue like a message, so that it comes in its turn. */
#include "tests/unit/nlpeer.h"

#include <errno.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define CUT_SIZE 131072                /* no reader has so much room */

struct peer {
	int fd;                        /* ours */
	int other;                     /* theirs, while it is open */
	const void *sock;
	int group;
	uint32_t seq;
};

static struct {
	struct peer peers[NLPEER_MAX];
	unsigned int n;
	nlpeer_send_fn on_send;
	void *ctx;
} all;

static _Atomic uint64_t passed_us;
static _Atomic bool clock_stopped;

static const char failure_magic[8] = { 'e', 'r', 'r', 'n', 'o', '!', 1, 2 };

/* As long as the shortest message of tc, and of no device: a socket filter
 * that lets any message through lets it. */
struct failure {
	char magic[sizeof(failure_magic)];
	int err;
	char filler[24];
};

struct mnl_socket *__wrap_mnl_socket_open2(int bus, int flags);
int __wrap_mnl_socket_bind(struct mnl_socket *nl, unsigned int groups,
			   pid_t pid);
int __wrap_mnl_socket_setsockopt(const struct mnl_socket *nl, int type,
				 void *buf, socklen_t len);
ssize_t __wrap_mnl_socket_sendto(const struct mnl_socket *nl, const void *req,
				 size_t size);
int __real_mnl_socket_close(struct mnl_socket *nl);
int __wrap_mnl_socket_close(struct mnl_socket *nl);
ssize_t __real_recvmsg(int fd, struct msghdr *msg, int flags);
ssize_t __wrap_recvmsg(int fd, struct msghdr *msg, int flags);
int __wrap_poll(struct pollfd *fds, nfds_t n, int timeout);
int __real_poll(struct pollfd *fds, nfds_t n, int timeout);
int __wrap_clock_gettime(clockid_t id, struct timespec *out);
int __real_clock_gettime(clockid_t id, struct timespec *out);

static struct peer *find(const void *sock)
{
	for (unsigned int i = 0; i < all.n; i++)
		if (all.peers[i].sock == sock)
			return &all.peers[i];
	abort();
}

static struct peer *at(unsigned int peer)
{
	if (peer >= all.n)
		abort();
	return &all.peers[peer];
}

/*
 * What libraries do
 */

int nlpeer_open(const void *sock, int flags)
{
	struct peer *p = &all.peers[all.n];
	int fds[2];

	if (all.n == NLPEER_MAX ||
	    socketpair(AF_UNIX, SOCK_DGRAM | flags, 0, fds) < 0)
		abort();
	*p = (struct peer){ .fd = fds[0], .other = fds[1], .sock = sock };
	all.n++;
	return p->other;
}

int nlpeer_fd(const void *sock)
{
	return find(sock)->other;
}

void nlpeer_joined(const void *sock, int group)
{
	find(sock)->group = group;
}

int nlpeer_sent(const void *sock, const void *data, size_t size)
{
	const struct nlmsghdr *nlh = data;
	struct peer *p = find(sock);
	int err;

	err = all.on_send ? all.on_send((unsigned int)(p - all.peers), data,
					size, all.ctx) : 0;
	if (!err)
		p->seq = nlh->nlmsg_seq;
	return err;
}

void nlpeer_closed(const void *sock)
{
	struct peer *p = find(sock);

	p->other = -1;
	p->sock = NULL;
}

/*
 * What the kernel layer calls
 */

struct mnl_socket *__wrap_mnl_socket_open2(int bus, int flags)
{
	int fd = nlpeer_open(NULL, flags);
	struct mnl_socket *mnl = mnl_socket_fdopen(fd);

	(void)bus;
	if (!mnl)
		abort();
	all.peers[all.n - 1].sock = mnl;
	return mnl;
}

int __wrap_mnl_socket_bind(struct mnl_socket *nl, unsigned int groups,
			   pid_t pid)
{
	(void)nl;
	(void)groups;
	(void)pid;
	return 0;
}

int __wrap_mnl_socket_setsockopt(const struct mnl_socket *nl, int type,
				 void *buf, socklen_t len)
{
	if (type == NETLINK_ADD_MEMBERSHIP && len == sizeof(int))
		nlpeer_joined(nl, *(const int *)buf);
	return 0;
}

ssize_t __wrap_mnl_socket_sendto(const struct mnl_socket *nl, const void *req,
				 size_t size)
{
	int err = nlpeer_sent(nl, req, size);

	if (err) {
		errno = err;
		return -1;
	}
	return (ssize_t)size;
}

int __wrap_mnl_socket_close(struct mnl_socket *nl)
{
	nlpeer_closed(nl);
	return __real_mnl_socket_close(nl);
}

/* The pair tells no sender; it is the kernel. */
ssize_t __wrap_recvmsg(int fd, struct msghdr *msg, int flags)
{
	ssize_t n = __real_recvmsg(fd, msg, flags);
	struct failure f;

	if (n < 0)
		return n;
	if (msg->msg_name)
		memset(msg->msg_name, 0, sizeof(struct sockaddr_nl));
	if (n != sizeof(f))
		return n;
	memcpy(&f, msg->msg_iov[0].iov_base, sizeof(f));
	if (memcmp(f.magic, failure_magic, sizeof(f.magic)) != 0)
		return n;
	errno = f.err;
	return -1;
}

/* What is not there will not come. */
int __wrap_poll(struct pollfd *fds, nfds_t n, int timeout)
{
	(void)timeout;
	return __real_poll(fds, n, 0);
}

int __wrap_clock_gettime(clockid_t id, struct timespec *out)
{
	uint64_t us = atomic_load(&passed_us);
	int rc = 0;

	if (atomic_load(&clock_stopped))
		*out = (struct timespec){ .tv_sec = 1 };
	else
		rc = __real_clock_gettime(id, out);
	out->tv_sec += (time_t)(us / 1000000);
	out->tv_nsec += (long)(us % 1000000) * 1000;
	if (out->tv_nsec >= 1000000000) {
		out->tv_nsec -= 1000000000;
		out->tv_sec++;
	}
	return rc;
}

/*
 * What tests call
 */

void nlpeer_pass_us(uint64_t us)
{
	atomic_fetch_add(&passed_us, us);
}

void nlpeer_stop_clock(void)
{
	atomic_store(&clock_stopped, true);
}

void nlpeer_reset(nlpeer_send_fn on_send, void *ctx)
{
	for (unsigned int i = 0; i < all.n; i++)
		close(all.peers[i].fd);
	all.n = 0;
	all.on_send = on_send;
	all.ctx = ctx;
}

unsigned int nlpeer_count(void)
{
	return all.n;
}

bool nlpeer_is_open(unsigned int peer)
{
	return at(peer)->other >= 0;
}

int nlpeer_group(unsigned int peer)
{
	return at(peer)->group;
}

uint32_t nlpeer_seq(unsigned int peer)
{
	return at(peer)->seq;
}

void nlpeer_tell(unsigned int peer, const void *data, size_t size)
{
	if (send(at(peer)->fd, data, size, MSG_DONTWAIT) != (ssize_t)size)
		abort();
}

void nlpeer_fail(unsigned int peer, int err)
{
	struct failure f = { .err = err };

	memset(f.filler, 0xff, sizeof(f.filler));
	memcpy(f.magic, failure_magic, sizeof(f.magic));
	nlpeer_tell(peer, &f, sizeof(f));
}

void nlpeer_tell_cut(unsigned int peer)
{
	static const char nothing[CUT_SIZE];

	nlpeer_tell(peer, nothing, sizeof(nothing));
}

void nlpeer_ack(unsigned int peer, uint32_t seq, int err)
{
	_Alignas(NLMSG_ALIGNTO) char buf[64];
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct nlmsgerr *e;

	nlh->nlmsg_type = NLMSG_ERROR;
	nlh->nlmsg_flags = NLM_F_CAPPED;
	nlh->nlmsg_seq = seq;
	e = mnl_nlmsg_put_extra_header(nlh, sizeof(*e));
	e->error = -err;
	nlpeer_tell(peer, buf, nlh->nlmsg_len);
}
