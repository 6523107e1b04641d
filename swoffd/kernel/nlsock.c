/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sockets are set up as the hot path wants them: capped ACKs, extended acks,
 * big buffers.  NETLINK_NO_ENOBUFS is never set: a lost error would look like
 * success.
 */
#include "swoffd/kernel/nlsock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "swoffd/kernel/attr.h"

#define BUFFER_SIZE (4 << 20)

static void set_size(int fd, int force, int plain)
{
	int size = BUFFER_SIZE;

	/* Without CAP_NET_ADMIN the plain option gives what it can. */
	if (setsockopt(fd, SOL_SOCKET, force, &size, sizeof(size)) < 0)
		(void)setsockopt(fd, SOL_SOCKET, plain, &size, sizeof(size));
}

void nlsock_grow(int fd)
{
	set_size(fd, SO_RCVBUFFORCE, SO_RCVBUF);
	set_size(fd, SO_SNDBUFFORCE, SO_SNDBUF);
}

static int set_options(struct mnl_socket *mnl, unsigned int options)
{
	int one = 1;

	nlsock_grow(mnl_socket_get_fd(mnl));
	if (mnl_socket_setsockopt(mnl, NETLINK_CAP_ACK, &one, sizeof(one)) ||
	    mnl_socket_setsockopt(mnl, NETLINK_EXT_ACK, &one, sizeof(one)))
		return -errno;
	if (options & NLSOCK_STRICT_DUMP &&
	    mnl_socket_setsockopt(mnl, NETLINK_GET_STRICT_CHK, &one,
				  sizeof(one)))
		return -errno;
	return 0;
}

int nlsock_open(struct nlsock *s, int protocol, unsigned int options,
		struct error *err)
{
	int flags = SOCK_CLOEXEC, rc;
	struct mnl_socket *mnl;

	if (options & NLSOCK_NONBLOCK)
		flags |= SOCK_NONBLOCK;
	mnl = mnl_socket_open2(protocol, flags);
	if (!mnl)
		return error_set(err, errno, "netlink socket: %s",
				 strerror(errno));
	rc = set_options(mnl, options);
	if (!rc && mnl_socket_bind(mnl, 0, MNL_SOCKET_AUTOPID) < 0)
		rc = -errno;
	if (rc) {
		mnl_socket_close(mnl);
		return error_set(err, -rc, "netlink socket: %s",
				 strerror(-rc));
	}
	*s = (struct nlsock){ .mnl = mnl };
	return 0;
}

void nlsock_close(struct nlsock *s)
{
	if (s->mnl)
		mnl_socket_close(s->mnl);
	*s = (struct nlsock){ 0 };
}

int nlsock_fd(const struct nlsock *s)
{
	return mnl_socket_get_fd(s->mnl);
}

int nlsock_join(struct nlsock *s, uint32_t group)
{
	int g = (int)group;

	return mnl_socket_setsockopt(s->mnl, NETLINK_ADD_MEMBERSHIP, &g,
				     sizeof(g)) < 0 ? -errno : 0;
}

uint32_t nlsock_next_seq(struct nlsock *s)
{
	if (!++s->seq)
		s->seq = 1;
	return s->seq;
}

bool nlsock_msg_ok(const struct nlmsghdr *nlh, size_t size)
{
	return size >= sizeof(*nlh) && nlh->nlmsg_len >= sizeof(*nlh) &&
	       nlh->nlmsg_len <= size;
}

const struct nlmsghdr *nlsock_msg_next(const struct nlmsghdr *nlh,
				       size_t *size)
{
	size_t step = MNL_ALIGN(nlh->nlmsg_len);

	*size -= step < *size ? step : *size;
	return (const void *)((const char *)nlh + step);
}

static void decode_extack(const struct nlmsghdr *nlh, size_t skip, char *out)
{
	const struct nlattr *tb[NLMSGERR_ATTR_MSG + 1];
	size_t size;
	const void *body = attr_body(nlh, skip, &size);

	if (!body || !(nlh->nlmsg_flags & NLM_F_ACK_TLVS))
		return;
	attr_table(body, size, tb, NLMSGERR_ATTR_MSG);
	attr_text(tb[NLMSGERR_ATTR_MSG], out, ERROR_EXTACK_SIZE);
}

/* Without NLM_F_CAPPED the whole request lies between header and text. */
static size_t error_header(const struct nlmsghdr *nlh,
			   const struct nlmsgerr *e)
{
	if (nlh->nlmsg_flags & NLM_F_CAPPED ||
	    e->msg.nlmsg_len < sizeof(e->msg))
		return sizeof(*e);
	return sizeof(*e) + e->msg.nlmsg_len - sizeof(e->msg);
}

int nlsock_decode_end(const struct nlmsghdr *nlh, struct nlsock_end *out)
{
	const struct nlmsgerr *e = mnl_nlmsg_get_payload(nlh);
	size_t skip = sizeof(e->error);
	int err;

	if (nlh->nlmsg_type != NLMSG_ERROR && nlh->nlmsg_type != NLMSG_DONE)
		return -ENOMSG;
	*out = (struct nlsock_end){ 0 };
	/* Old kernels end a dump without a word. */
	if (nlh->nlmsg_type == NLMSG_DONE &&
	    nlh->nlmsg_len < NLMSG_LENGTH(sizeof(err)))
		return 0;
	if (nlh->nlmsg_type == NLMSG_ERROR) {
		if (nlh->nlmsg_len < NLMSG_LENGTH(sizeof(*e)))
			return -EBADMSG;
		skip = error_header(nlh, e);
	}
	memcpy(&err, e, sizeof(err));
	if (err > 0 || err < -4095)
		return -EBADMSG;
	out->err = -err;
	decode_extack(nlh, skip, out->extack);
	return 0;
}

int nlsock_recv(const struct nlsock *s, void *buf, size_t size)
{
	struct sockaddr_nl from;
	struct iovec iov = { .iov_base = buf, .iov_len = size };
	struct msghdr msg = {
		.msg_name = &from, .msg_namelen = sizeof(from),
		.msg_iov = &iov, .msg_iovlen = 1,
	};
	ssize_t n;

	do {
		n = recvmsg(nlsock_fd(s), &msg, 0);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	if (msg.msg_flags & MSG_TRUNC)
		return -EMSGSIZE;
	/* Other processes can send to a netlink socket too. */
	return from.nl_pid ? 0 : (int)n;
}

static int wait_readable(const struct nlsock *s, int timeout_ms)
{
	struct pollfd p = { .fd = nlsock_fd(s), .events = POLLIN };
	int n;

	do {
		n = poll(&p, 1, timeout_ms);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	return n ? 0 : -ETIMEDOUT;
}

/* True once the last answer to seq was among these. */
static bool take_replies(const void *buf, size_t size, uint32_t seq,
			 nlsock_reply_fn reply, void *ctx,
			 struct nlsock_end *end)
{
	const struct nlmsghdr *nlh = buf;

	for (; nlsock_msg_ok(nlh, size); nlh = nlsock_msg_next(nlh, &size)) {
		if (nlh->nlmsg_seq != seq)
			continue;
		if (!nlsock_decode_end(nlh, end))
			return true;
		if (reply && nlh->nlmsg_type >= NLMSG_MIN_TYPE)
			reply(nlh, ctx);
	}
	return false;
}

/* A link with all its VFs is larger than a message of a dump: their nest alone
 * may have 64 KB. */
#define REPLY_SIZE 131072

static int read_replies(struct nlsock *s, uint32_t seq, int timeout_ms,
			nlsock_reply_fn reply, void *ctx,
			struct nlsock_end *end)
{
	AUTO(free) char *buf = malloc(REPLY_SIZE);
	int n;

	if (!buf)
		return -ENOMEM;
	do {
		n = wait_readable(s, timeout_ms);
		if (n < 0)
			return n;
		n = nlsock_recv(s, buf, REPLY_SIZE);
		if (n < 0)
			return n;
	} while (!take_replies(buf, (size_t)n, seq, reply, ctx, end));
	return -end->err;
}

int nlsock_request(struct nlsock *s, struct nlmsghdr *nlh, int timeout_ms,
		   nlsock_reply_fn reply, void *ctx, struct error *err)
{
	struct nlsock_end end = { 0 };
	int rc;

	nlh->nlmsg_flags |= NLM_F_REQUEST | NLM_F_ACK;
	nlh->nlmsg_seq = nlsock_next_seq(s);
	if (mnl_socket_sendto(s->mnl, nlh, nlh->nlmsg_len) < 0)
		return error_set(err, errno, "%s", strerror(errno));
	rc = read_replies(s, nlh->nlmsg_seq, timeout_ms, reply, ctx, &end);
	if (rc >= 0)
		return 0;
	error_set(err, -rc, "%s%s%s", strerror(-rc), end.extack[0] ? ": " : "",
		  end.extack);
	if (err)
		(void)snprintf(err->extack, sizeof(err->extack), "%s",
			       end.extack);
	return rc;
}
