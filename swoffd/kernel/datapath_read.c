/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A read in progress.  One that breaks off may go on in the kernel, which
 * allows one dump a socket; so the socket is then closed.
 */
#include <errno.h>
#include <linux/openvswitch.h>

#include "swoffd/kernel/datapath_priv.h"
#include "swoffd/kernel/datapath_wire.h"
#include "swoffd/kernel/nlsock.h"

static void on_ready(struct watch *w, uint32_t events)
{
	(void)events;
	datapath_on_ready(container_of(w, struct netlink_datapaths,
				       reader.watch));
}

static int send_dump(struct netlink_datapaths *d)
{
	static const uint8_t gets[N_FAMILIES] = {
		[OF_DATAPATHS] = OVS_DP_CMD_GET,
		[OF_PORTS] = OVS_VPORT_CMD_GET,
		[OF_FLOWS] = OVS_FLOW_CMD_GET,
	};
	_Alignas(NLMSG_ALIGNTO) char buf[DATAPATH_WIRE_SIZE];
	struct datapath_reader *r = &d->reader;
	uint32_t dp = r->family == OF_DATAPATHS ? 0 : r->dps[r->at];
	bool terse = r->family == OF_FLOWS && r->what == DATAPATH_READ_STATS;

	return genlsock_send(&r->sock, datapath_wire_dump(
		buf, d->families[r->family].id, gets[r->family], dp, terse));
}

static void finish(struct netlink_datapaths *d, int err)
{
	struct datapath_reader *r = &d->reader;

	r->running = false;
	if (!err)
		err = r->err;
	d->base.events->read_done(d->base.events_ctx, r->what, err);
}

static void break_off(struct netlink_datapaths *d, int err)
{
	datapath_read_stop(d);
	finish(d, err);
}

/* Ports and flows of a datapath, then of the next one. */
static void go_on(struct netlink_datapaths *d)
{
	struct datapath_reader *r = &d->reader;
	int rc;

	if (r->family == OF_FLOWS)
		r->at++;
	r->family = r->family == OF_PORTS ? OF_FLOWS : OF_PORTS;
	if (r->at == r->n) {
		finish(d, 0);
		return;
	}
	rc = send_dump(d);
	if (rc)
		break_off(d, -rc);
}

static void note_datapath(struct datapath_reader *r,
			  const struct nlmsghdr *nlh)
{
	struct datapath_info dp;

	if (datapath_wire_decode(nlh, &dp))
		return;
	if (r->n == DATAPATH_MAX)
		r->err = E2BIG;
	else
		r->dps[r->n++] = dp.id;
}

static void take_object(struct netlink_datapaths *d,
			const struct nlmsghdr *nlh)
{
	struct datapath_reader *r = &d->reader;

	if (nlh->nlmsg_type != d->families[r->family].id)
		return;
	if (r->family == OF_DATAPATHS)
		note_datapath(r, nlh);
	if (datapath_event_read(d, nlh))
		return;
	datapath_bad(d, "a dump has what cannot be decoded");
	r->err = EBADMSG;
}

static void take_end(struct netlink_datapaths *d, const struct nlsock_end *end)
{
	/* It went meanwhile, which is told as well. */
	bool vanished = d->reader.family != OF_DATAPATHS && end->err == ENODEV;

	if (end->err && !vanished)
		finish(d, end->err);
	else
		go_on(d);
}

/* True when a dump ended: what follows is of none. */
static bool take_message(struct netlink_datapaths *d,
			 const struct nlmsghdr *nlh)
{
	struct datapath_reader *r = &d->reader;
	struct nlsock_end end;
	int rc;

	if (nlh->nlmsg_seq != r->sock.seq)
		return false;
	if (nlh->nlmsg_flags & NLM_F_DUMP_INTR)
		r->err = EINTR;
	rc = nlsock_decode_end(nlh, &end);
	if (rc == -ENOMSG)
		take_object(d, nlh);
	else if (rc)
		break_off(d, -rc);
	else
		take_end(d, &end);
	return rc != -ENOMSG;
}

static void take_datagram(struct netlink_datapaths *d, const void *buf,
			  size_t size)
{
	const struct nlmsghdr *nlh = buf;

	for (; nlsock_msg_ok(nlh, size); nlh = nlsock_msg_next(nlh, &size))
		if (take_message(d, nlh))
			return;
	/* What lies behind may have been the end. */
	if (size)
		break_off(d, EBADMSG);
}

bool datapath_read_chunk(struct netlink_datapaths *d)
{
	AUTO(free) unsigned char *buf = NULL;
	struct datapath_reader *r = &d->reader;
	int n = r->sock.nl ? genlsock_recv(&r->sock, &buf) : -EAGAIN;

	if (n == -EAGAIN)
		return false;
	if (!r->running)
		return true;
	if (n < 0)
		break_off(d, -n);
	else
		take_datagram(d, buf, (size_t)n);
	return true;
}

static int open_socket(struct netlink_datapaths *d)
{
	struct datapath_reader *r = &d->reader;
	int rc;

	if (r->sock.nl)
		return 0;
	rc = genlsock_open(&r->sock);
	if (!rc)
		rc = loop_add(d->loop, &r->watch, genlsock_fd(&r->sock),
			      EPOLLIN, on_ready);
	if (rc)
		datapath_read_stop(d);
	return rc;
}

int datapath_read_start(struct netlink_datapaths *d, enum datapath_read what)
{
	struct datapath_reader *r = &d->reader;
	int rc = open_socket(d);

	if (rc)
		return rc;
	r->what = what;
	r->family = OF_DATAPATHS;
	r->err = 0;
	r->n = r->at = 0;
	rc = send_dump(d);
	r->running = !rc;
	return rc;
}

void datapath_read_stop(struct netlink_datapaths *d)
{
	loop_del(&d->reader.watch);
	genlsock_close(&d->reader.sock);
}
