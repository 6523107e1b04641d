/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A netlink socket and what the kernel answers on it.  Knows acknowledgements,
 * ends of dumps and extended acks; knows nothing of what is inside messages.
 */
#ifndef SWOFFD_KERNEL_NLSOCK_H
#define SWOFFD_KERNEL_NLSOCK_H

#include <libmnl/libmnl.h>
#include <stdbool.h>
#include <stdint.h>

#include "common/base/cleanup.h"
#include "common/base/error.h"

/* A dump message is at most this large, whatever the buffer (af_netlink.c). */
#define NLSOCK_RECV_SIZE 32768

struct nlsock {
	struct mnl_socket *mnl;        /* NULL: closed; {0} is closed */
	uint32_t seq;                  /* of the last request */
};

enum nlsock_option {
	NLSOCK_NONBLOCK = 1,
	NLSOCK_STRICT_DUMP = 2,        /* NETLINK_GET_STRICT_CHK */
};

/* protocol: NETLINK_ROUTE, NETLINK_GENERIC; options: enum nlsock_option. */
int nlsock_open(struct nlsock *s, int protocol, unsigned int options,
		struct error *err);
void nlsock_close(struct nlsock *s);           /* legal when closed */
int nlsock_fd(const struct nlsock *s);
int nlsock_join(struct nlsock *s, uint32_t group);

/* Both buffers of any socket, as large as one may. */
void nlsock_grow(int fd);

/* 0 is the number of notifications and never used. */
uint32_t nlsock_next_seq(struct nlsock *s);

/* What ended a request: NLMSG_ERROR or NLMSG_DONE. */
struct nlsock_end {
	int err;                       /* 0 or positive errno */
	char extack[ERROR_EXTACK_SIZE];
};

/* nlh lies wholly in its buffer; -EBADMSG, or -ENOMSG if it ends nothing. */
int nlsock_decode_end(const struct nlmsghdr *nlh, struct nlsock_end *out);

/* Is there a whole message at nlh, with size bytes left? */
bool nlsock_msg_ok(const struct nlmsghdr *nlh, size_t size);
const struct nlmsghdr *nlsock_msg_next(const struct nlmsghdr *nlh,
				       size_t *size);

/* Bytes received, -EAGAIN, -ENOBUFS, -errno; -EMSGSIZE if the datagram was cut,
 * and buf has its beginning. */
int nlsock_recv(const struct nlsock *s, void *buf, size_t size);

typedef void (*nlsock_reply_fn)(const struct nlmsghdr *nlh, void *ctx);

/*
 * One request on a blocking socket: sends nlh with an ACK wanted and waits at
 * most timeout_ms for each answer.  Answers but the last go to reply (may be
 * NULL).  -errno with err->extack; err->msg is what was said to be tried.
 */
int nlsock_request(struct nlsock *s, struct nlmsghdr *nlh, int timeout_ms,
		   nlsock_reply_fn reply, void *ctx, struct error *err);

#endif
