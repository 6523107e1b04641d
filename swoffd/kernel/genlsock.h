/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A socket of generic netlink that never blocks.  Knows datagrams, and nothing
 * of what is inside; nlsock.h has what messages end with.
 */
#ifndef SWOFFD_KERNEL_GENLSOCK_H
#define SWOFFD_KERNEL_GENLSOCK_H

#include <stddef.h>
#include <stdint.h>

#include "common/base/cleanup.h"

/* A flow has at most 64 KiB of actions, and is one message. */
#define GENLSOCK_RECV_SIZE 73728

struct nl_sock;
struct nlmsghdr;

struct genlsock {
	struct nl_sock *nl;            /* NULL: closed; {0} is closed */
	uint32_t seq;                  /* of the last request */
};

/* 0 or -errno. */
int genlsock_open(struct genlsock *s);
void genlsock_close(struct genlsock *s);       /* legal when closed */
int genlsock_fd(const struct genlsock *s);
int genlsock_join(struct genlsock *s, uint32_t group);

/* With the next number in nlh->nlmsg_seq, which is never 0.  0 or -errno. */
int genlsock_send(struct genlsock *s, struct nlmsghdr *nlh);

/* One datagram of the kernel, owned by the caller.  Its size, 0 (and nothing
 * to free: somebody else sent it), -EAGAIN, -ENOBUFS, or -EMSGSIZE: it was too
 * large and is lost. */
int genlsock_recv(struct genlsock *s, unsigned char **out);

#endif
