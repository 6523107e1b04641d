/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A dump that breaks off may still be running in the kernel, which allows one
 * a socket; so the socket is then closed, and the next dump opens another.
 */
#include "swoffd/kernel/tcdump.h"

#include <errno.h>
#include <linux/rtnetlink.h>

#include "swoffd/kernel/filter.h"
#include "swoffd/kernel/nlreader.h"
#include "swoffd/kernel/nlsock.h"
#include "swoffd/kernel/tcwatch.h"

struct tcdump {
	struct kernel *kernel;
	struct nlreader *reader;
	struct nlsock sock;
	bool running;
	bool broken;                   /* off: the socket is of no use */
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

static void end(struct tcdump *d, int err)
{
	if (err)
		d->err = err;
	nlreader_stop(d->reader);
}

static void break_off(struct tcdump *d, int err)
{
	d->err = err;
	d->broken = true;
	nlreader_stop(d->reader);
}

/* True when the dump ended. */
static bool take_message(struct tcdump *d, const struct nlmsghdr *nlh)
{
	struct nlsock_end last;
	int rc;

	if (nlh->nlmsg_seq != d->sock.seq)
		return false;
	if (nlh->nlmsg_flags & NLM_F_DUMP_INTR)
		d->err = EINTR;
	if (nlh->nlmsg_type == RTM_NEWTFILTER) {
		take_filter(d, nlh);
		return false;
	}
	rc = nlsock_decode_end(nlh, &last);
	if (rc == -ENOMSG)
		return false;
	if (rc)
		break_off(d, -rc);
	else
		end(d, last.err);
	return true;
}

static void on_data(void *ctx, const void *data, size_t size)
{
	const struct nlmsghdr *nlh = data;
	struct tcdump *d = ctx;

	for (; nlsock_msg_ok(nlh, size); nlh = nlsock_msg_next(nlh, &size))
		if (take_message(d, nlh))
			return;
	/* What lies behind may have been the end. */
	if (size)
		break_off(d, EBADMSG);
}

static void on_round(void *ctx)
{
	struct tcdump *d = ctx;

	if (has_changed(d))
		break_off(d, EINTR);
}

static bool on_again(void *ctx)
{
	const struct tcdump *d = ctx;
	const struct kernel *k = d->kernel;

	return !d->what.paced || k->events->tc_dump_again(k->events_ctx);
}

static void on_failed(void *ctx, int err)
{
	break_off(ctx, err);
}

static void on_stopped(void *ctx)
{
	struct tcdump *d = ctx;
	const struct kernel *k = d->kernel;

	if (d->broken)
		nlsock_close(&d->sock);
	else if (!d->err && has_changed(d))
		d->err = EINTR;
	tcwatch_close(&d->changes);
	d->running = false;
	k->events->tc_dump_done(k->events_ctx, d->what.ifindex, d->err);
}

static const struct nlreader_events reader_events = {
	.data = on_data,
	.round = on_round,
	.again = on_again,
	.failed = on_failed,
	.stopped = on_stopped,
};

static int open_socket(struct tcdump *d, struct error *err)
{
	return nlsock_open(&d->sock, NETLINK_ROUTE,
			   NLSOCK_NONBLOCK | NLSOCK_STRICT_DUMP, err);
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
	d->broken = false;
	d->block = dump->block;
	rc = send_dump(d);
	if (rc) {
		tcwatch_close(&d->changes);
		return rc;
	}
	d->running = true;
	nlreader_start(d->reader, &d->sock);
	return 0;
}

void tcdump_more(struct tcdump *d)
{
	nlreader_more(d->reader);
}

int tcdump_new(struct loop *loop, struct kernel *kernel, struct tcdump **out,
	       struct error *err)
{
	AUTO(tcdump_free) struct tcdump *d = calloc(1, sizeof(*d));
	int rc;

	if (!d)
		return error_set(err, ENOMEM, "tc dump: out of memory");
	d->kernel = kernel;
	rc = open_socket(d, err);
	if (rc)
		return rc;
	rc = nlreader_new(loop, &reader_events, d, &d->reader);
	if (rc)
		return error_set(err, -rc, "tc dump: no thread");
	*out = steal_ptr(d);
	return 0;
}

void tcdump_free(struct tcdump *d)
{
	if (!d)
		return;
	nlreader_free(d->reader);
	nlsock_close(&d->sock);
	tcwatch_close(&d->changes);
	free(d);
}
