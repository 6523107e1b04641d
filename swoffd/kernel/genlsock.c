/* SPDX-License-Identifier: GPL-2.0-or-later */
/* libnl's own loops read until a dump ends, so only its sockets are used. */
#include "swoffd/kernel/genlsock.h"

#include <errno.h>
#include <linux/netlink.h>
#include <netlink/errno.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>
#include <stdbool.h>

#include "swoffd/kernel/nlsock.h"

static int to_errno(int nl_error)
{
	switch (-nl_error) {
	case NLE_AGAIN:
		return -EAGAIN;
	case NLE_NOMEM:                /* of ENOBUFS too: lib/error.c */
		return -ENOBUFS;
	case NLE_MSG_TRUNC:
		return -EMSGSIZE;
	case NLE_PERM:
		return -EPERM;
	default:
		return -EIO;
	}
}

static int set_up(struct nl_sock *nl)
{
	int one = 1, rc;

	rc = genl_connect(nl);
	if (!rc)
		rc = nl_socket_set_nonblocking(nl);
	if (!rc)
		rc = nl_socket_set_msg_buf_size(nl, GENLSOCK_RECV_SIZE);
	if (rc < 0)
		return to_errno(rc);
	nlsock_grow(nl_socket_get_fd(nl));
	/* Without them answers are longer and have no text: no harm. */
	(void)setsockopt(nl_socket_get_fd(nl), SOL_NETLINK, NETLINK_CAP_ACK,
			 &one, sizeof(one));
	(void)setsockopt(nl_socket_get_fd(nl), SOL_NETLINK, NETLINK_EXT_ACK,
			 &one, sizeof(one));
	return 0;
}

int genlsock_open(struct genlsock *s)
{
	struct nl_sock *nl = nl_socket_alloc();
	int rc;

	if (!nl)
		return -ENOMEM;
	rc = set_up(nl);
	if (rc) {
		nl_socket_free(nl);
		return rc;
	}
	*s = (struct genlsock){ .nl = nl };
	return 0;
}

void genlsock_close(struct genlsock *s)
{
	if (s->nl)
		nl_socket_free(s->nl);
	*s = (struct genlsock){ 0 };
}

int genlsock_fd(const struct genlsock *s)
{
	return nl_socket_get_fd(s->nl);
}

int genlsock_join(struct genlsock *s, uint32_t group)
{
	int rc = nl_socket_add_membership(s->nl, (int)group);

	return rc < 0 ? to_errno(rc) : 0;
}

int genlsock_send(struct genlsock *s, struct nlmsghdr *nlh)
{
	int rc;

	if (!++s->seq)
		s->seq = 1;
	nlh->nlmsg_seq = s->seq;
	rc = nl_sendto(s->nl, nlh, nlh->nlmsg_len);
	return rc < 0 ? to_errno(rc) : 0;
}

int genlsock_recv(struct genlsock *s, unsigned char **out)
{
	struct sockaddr_nl from = { 0 };
	unsigned char *buf = NULL;
	int n = nl_recv(s->nl, &from, &buf, NULL);

	if (n < 0)
		return to_errno(n);
	if (n && !from.nl_pid) {
		*out = buf;
		return n;
	}
	if (n)
		free(buf);
	return 0;
}
