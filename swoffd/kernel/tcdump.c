/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A dump that breaks off may still be running in the kernel, which allows one
 * a socket; so the socket is then closed, and the next dump opens another.
 */
#include "swoffd/kernel/tcdump.h"

#include <errno.h>
#include <linux/rtnetlink.h>

#include "swoffd/kernel/filter.h"
#include "swoffd/kernel/nlsock.h"

#define CHUNKS_A_ROUND 4               /* of at most some 200 filters each */

struct tcdump {
	struct loop *loop;
	struct kernel *kernel;
	struct watch watch;
	struct nlsock sock;
	char *buf;
	bool running, interrupted;
	uint32_t ifindex;
	enum rule_hook hook;
	bool terse;
	struct filter_view view;
};

static void take_filter(struct tcdump *d, const struct nlmsghdr *nlh)
{
	const struct kernel *k = d->kernel;

	if (d->terse ? filter_decode_terse(nlh, &d->view.filter) :
		       filter_decode(nlh, &d->view))
		return;
	/* A filter of a shared block does not tell on which device it is. */
	d->view.filter.ifindex = d->ifindex;
	d->view.filter.hook = d->hook;
	if (d->view.filter.rule) {
		d->view.rule.dev.ifindex = d->ifindex;
		d->view.rule.hook = d->hook;
	}
	k->events->tc_filter(k->events_ctx, &d->view.filter);
}

static void finish(struct tcdump *d, int err)
{
	const struct kernel *k = d->kernel;

	d->running = false;
	if (!err && d->interrupted)
		err = EINTR;
	k->events->tc_dump_done(k->events_ctx, d->ifindex, err);
}

/* True when the dump ended. */
static bool take_chunk(struct tcdump *d, size_t size)
{
	const struct nlmsghdr *nlh = (const void *)d->buf;
	struct nlsock_end end;

	for (; nlsock_msg_ok(nlh, size); nlh = nlsock_msg_next(nlh, &size)) {
		if (nlh->nlmsg_seq != d->sock.seq)
			continue;
		if (nlh->nlmsg_flags & NLM_F_DUMP_INTR)
			d->interrupted = true;
		if (!nlsock_decode_end(nlh, &end)) {
			finish(d, end.err);
			return true;
		}
		if (nlh->nlmsg_type == RTM_NEWTFILTER)
			take_filter(d, nlh);
	}
	return false;
}

static void break_off(struct tcdump *d, int err)
{
	loop_del(&d->watch);
	nlsock_close(&d->sock);
	if (d->running)
		finish(d, err);
}

static void on_ready(struct watch *w, uint32_t events)
{
	struct tcdump *d = container_of(w, struct tcdump, watch);

	(void)events;
	for (int i = 0; i < CHUNKS_A_ROUND; i++) {
		int n = nlsock_recv(&d->sock, d->buf, NLSOCK_RECV_SIZE);

		if (n == -EAGAIN)
			return;
		if (n < 0) {
			break_off(d, -n);
			return;
		}
		if (take_chunk(d, (size_t)n))
			return;
	}
}

static int open_socket(struct tcdump *d, struct error *err)
{
	int rc;

	rc = nlsock_open(&d->sock, NETLINK_ROUTE,
			 NLSOCK_NONBLOCK | NLSOCK_STRICT_DUMP, err);
	if (rc)
		return rc;
	rc = loop_add(d->loop, &d->watch, nlsock_fd(&d->sock), EPOLLIN,
		      on_ready);
	if (rc) {
		nlsock_close(&d->sock);
		return error_set(err, -rc, "tc dump: epoll");
	}
	return 0;
}

int tcdump_start(struct tcdump *d, uint32_t ifindex, enum rule_hook hook,
		 bool terse)
{
	_Alignas(NLMSG_ALIGNTO) char buf[128];
	struct nlmsghdr *nlh = (void *)buf;
	int rc;

	if (d->running)
		return -EBUSY;
	rc = d->sock.mnl ? 0 : open_socket(d, NULL);
	if (!rc)
		rc = filter_encode_dump(buf, sizeof(buf), ifindex, hook, terse);
	if (rc)
		return rc;
	nlh->nlmsg_seq = nlsock_next_seq(&d->sock);
	if (mnl_socket_sendto(d->sock.mnl, buf, nlh->nlmsg_len) < 0)
		return -errno;
	d->running = true;
	d->interrupted = false;
	d->ifindex = ifindex;
	d->hook = hook;
	d->terse = terse;
	return 0;
}

int tcdump_new(struct loop *loop, struct kernel *kernel, struct tcdump **out,
	       struct error *err)
{
	AUTO(tcdump_free) struct tcdump *d = calloc(1, sizeof(*d));
	int rc;

	if (!d)
		return error_set(err, ENOMEM, "tc dump: out of memory");
	d->loop = loop;
	d->kernel = kernel;
	d->buf = malloc(NLSOCK_RECV_SIZE);
	if (!d->buf)
		return error_set(err, ENOMEM, "tc dump: out of memory");
	rc = open_socket(d, err);
	if (rc)
		return rc;
	*out = steal_ptr(d);
	return 0;
}

void tcdump_free(struct tcdump *d)
{
	if (!d)
		return;
	loop_del(&d->watch);
	nlsock_close(&d->sock);
	free(d->buf);
	free(d);
}
