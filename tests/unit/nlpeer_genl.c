/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The same for sockets of libnl: programs that are linked with its wraps too. */
#include "tests/unit/nlpeer.h"

#include <errno.h>
#include <netlink/errno.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "swoffd/kernel/genlsock.h"

int __wrap_genl_connect(struct nl_sock *nl);
int __wrap_nl_socket_get_fd(const struct nl_sock *nl);
int __wrap_nl_socket_set_nonblocking(const struct nl_sock *nl);
int __wrap_nl_socket_add_membership(struct nl_sock *nl, int group);
int __wrap_nl_sendto(struct nl_sock *nl, void *buf, size_t size);
int __wrap_nl_recv(struct nl_sock *nl, struct sockaddr_nl *from,
		   unsigned char **buf, struct ucred **creds);
void __real_nl_socket_free(struct nl_sock *nl);
void __wrap_nl_socket_free(struct nl_sock *nl);

int __wrap_genl_connect(struct nl_sock *nl)
{
	(void)nlpeer_open(nl, SOCK_NONBLOCK | SOCK_CLOEXEC);
	return 0;
}

int __wrap_nl_socket_get_fd(const struct nl_sock *nl)
{
	return nlpeer_fd(nl);
}

int __wrap_nl_socket_set_nonblocking(const struct nl_sock *nl)
{
	(void)nl;
	return 0;
}

int __wrap_nl_socket_add_membership(struct nl_sock *nl, int group)
{
	nlpeer_joined(nl, group);
	return 0;
}

int __wrap_nl_sendto(struct nl_sock *nl, void *buf, size_t size)
{
	int err = nlpeer_sent(nl, buf, size);

	return err ? -nl_syserr2nlerr(err) : (int)size;
}

int __wrap_nl_recv(struct nl_sock *nl, struct sockaddr_nl *from,
		   unsigned char **buf, struct ucred **creds)
{
	struct iovec iov = { .iov_base = malloc(GENLSOCK_RECV_SIZE),
			     .iov_len = GENLSOCK_RECV_SIZE };
	struct msghdr msg = { .msg_name = from, .msg_namelen = sizeof(*from),
			      .msg_iov = &iov, .msg_iovlen = 1 };
	ssize_t n;
	int rc;

	(void)creds;
	if (!iov.iov_base)
		abort();
	n = recvmsg(nlpeer_fd(nl), &msg, 0);
	rc = n < 0 ? -nl_syserr2nlerr(errno) : (int)n;
	if (n >= 0 && msg.msg_flags & MSG_TRUNC)
		rc = -NLE_MSG_TRUNC;
	if (rc > 0)
		*buf = iov.iov_base;
	else
		free(iov.iov_base);
	return rc;
}

void __wrap_nl_socket_free(struct nl_sock *nl)
{
	int fd = nlpeer_fd(nl);

	nlpeer_closed(nl);
	close(fd);
	__real_nl_socket_free(nl);
}
