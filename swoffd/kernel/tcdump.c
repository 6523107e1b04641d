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
#include "swoffd/kernel/tcwatch.h"

#define CHUNKS_A_ROUND 4               /* of at most some 200 filters each */

struct tcdump {
	struct loop *loop;
	struct kernel *kernel;
	struct watch watch;
	struct nlsock sock;
	char *buf;
	bool running;
	struct kernel_dump what;
	int err;                       /* positive errno: not all is told */
	struct tcwatch changes;        /* open while a steady dump runs */
	uint32_t block;                /* that the filters are on, or 0 */
	struct filter_view view;
};

static void take_filter(struct tcdump *d, const struct nlmsghdr *nlh)
{
	const struct kernel *k = d->kernel;
	struct kernel_filter *f = &d->view.filter;
	int rc = d->what.terse ? filter_decode_terse(nlh, f) :
				 filter_decode(nlh, &d->view);

	if (rc == -EBADMSG) {
		d->err = EBADMSG;
		return;
	}
	d->block = f->block;
	if (rc)
		return;
	/* On a block that devices share none of them is told. */
	if (!d->what.block) {
		f->ifindex = d->what.ifindex;
		f->hook = d->what.hook;
	}
	if (!d->what.block && f->rule) {
		d->view.rule.dev.ifindex = d->what.ifindex;
		d->view.rule.hook = d->what.hook;
	}
	k->events->tc_filter(k->events_ctx, f);
}

/* Before its first filter nobody knows on which block a device is, but then
 * none can be missing either. */
static bool has_changed(struct tcdump *d)
{
	return d->what.steady && tcwatch_changed(&d->changes, d->block);
}

static void finish(struct tcdump *d, int err)
{
	const struct kernel *k = d->kernel;

	if (!err)
		err = d->err;
	if (!err && has_changed(d))
		err = EINTR;
	tcwatch_close(&d->changes);
	d->running = false;
	k->events->tc_dump_done(k->events_ctx, d->what.ifindex, err);
}

static void break_off(struct tcdump *d, int err)
{
	loop_del(&d->watch);
	nlsock_close(&d->sock);
	if (d->running)
		finish(d, err);
}

/* True when the dump ended. */
static bool take_message(struct tcdump *d, const struct nlmsghdr *nlh)
{
	struct nlsock_end end;
	int rc;

	if (nlh->nlmsg_seq != d->sock.seq || !d->running)
		return false;
	if (nlh->nlmsg_flags & NLM_F_DUMP_INTR)
		d->err = EINTR;
	if (nlh->nlmsg_type == RTM_NEWTFILTER) {
		take_filter(d, nlh);
		return false;
	}
	rc = nlsock_decode_end(nlh, &end);
	if (rc == -ENOMSG)
		return false;
	if (rc)
		break_off(d, -rc);
	else
		finish(d, end.err);
	return true;
}

static bool take_chunk(struct tcdump *d, size_t size)
{
	const struct nlmsghdr *nlh = (const void *)d->buf;

	for (; nlsock_msg_ok(nlh, size); nlh = nlsock_msg_next(nlh, &size))
		if (take_message(d, nlh))
			return true;
	if (!size)
		return false;
	/* What lies behind may have been the end. */
	break_off(d, EBADMSG);
	return true;
}

static void on_ready(struct watch *w, uint32_t events)
{
	struct tcdump *d = container_of(w, struct tcdump, watch);

	(void)events;
	for (int i = 0; i < CHUNKS_A_ROUND; i++) {
		int n = nlsock_recv(&d->sock, d->buf, NLSOCK_RECV_SIZE);

		if (n == -EAGAIN)
			break;
		if (n < 0) {
			break_off(d, -n);
			return;
		}
		if (take_chunk(d, (size_t)n))
			return;
	}
	if (d->running && has_changed(d))
		break_off(d, EINTR);
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

static int send_dump(struct tcdump *d)
{
	_Alignas(NLMSG_ALIGNTO) char buf[128];
	struct nlmsghdr *nlh = (void *)buf;
	int rc = filter_encode_dump(buf, sizeof(buf), &d->what);

	if (rc)
		return rc;
	nlh->nlmsg_seq = nlsock_next_seq(&d->sock);
	return mnl_socket_sendto(d->sock.mnl, buf, nlh->nlmsg_len) < 0 ?
		       -errno : 0;
}

int tcdump_start(struct tcdump *d, const struct kernel_dump *dump)
{
	int rc;

	if (d->running)
		return -EBUSY;
	rc = d->sock.mnl ? 0 : open_socket(d, NULL);
	if (!rc && dump->steady)
		rc = tcwatch_open(&d->changes, dump->ifindex);
	if (rc)
		return rc;
	d->what = *dump;
	d->err = 0;
	d->block = dump->block;
	rc = send_dump(d);
	d->running = !rc;
	if (rc)
		tcwatch_close(&d->changes);
	return rc;
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
	tcwatch_close(&d->changes);
	free(d->buf);
	free(d);
}
