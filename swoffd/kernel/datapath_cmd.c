/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is changed of datapaths: answered when it is refused, which is logged. */
#include <errno.h>
#include <string.h>

#include "common/base/log.h"
#include "swoffd/kernel/datapath_priv.h"
#include "swoffd/kernel/datapath_wire.h"
#include "swoffd/kernel/nlsock.h"

#define DATAGRAMS_A_ROUND 16

static uint32_t *dp_of(struct datapath_cmds *c, uint32_t seq)
{
	return &c->dps[seq % ARRAY_LEN(c->dps)];
}

static void take_message(struct datapath_cmds *c, const struct nlmsghdr *nlh)
{
	struct nlsock_end end;

	if (c->sock.seq - nlh->nlmsg_seq >= ARRAY_LEN(c->dps) ||
	    nlsock_decode_end(nlh, &end) || !end.err)
		return;
	log_warning("openvswitch: features of datapath %u: %s%s%s",
		    *dp_of(c, nlh->nlmsg_seq), strerror(end.err),
		    end.extack[0] ? ": " : "", end.extack);
}

/* An answer that is lost was for the log only. */
static void on_ready(struct watch *w, uint32_t events)
{
	struct datapath_cmds *c = container_of(w, struct datapath_cmds, watch);

	(void)events;
	for (int i = 0; i < DATAGRAMS_A_ROUND; i++) {
		AUTO(free) unsigned char *buf = NULL;
		int n = genlsock_recv(&c->sock, &buf);
		const struct nlmsghdr *nlh = (const void *)buf;
		size_t size = n > 0 ? (size_t)n : 0;

		if (n == -EAGAIN)
			return;
		for (; nlsock_msg_ok(nlh, size);
		     nlh = nlsock_msg_next(nlh, &size))
			take_message(c, nlh);
	}
}

static int open_socket(struct netlink_datapaths *d)
{
	struct datapath_cmds *c = &d->cmds;
	int rc;

	if (c->sock.nl)
		return 0;
	rc = genlsock_open(&c->sock);
	if (!rc)
		rc = loop_add(d->loop, &c->watch, genlsock_fd(&c->sock),
			      EPOLLIN, on_ready);
	if (rc)
		datapath_cmd_stop(d);
	return rc;
}

int datapath_cmd_features(struct netlink_datapaths *d, uint32_t dp,
			  uint32_t features)
{
	_Alignas(NLMSG_ALIGNTO) char buf[DATAPATH_WIRE_SIZE];
	struct datapath_cmds *c = &d->cmds;
	int rc = open_socket(d);

	if (!rc)
		rc = genlsock_send(&c->sock, datapath_wire_features(
			buf, d->families[OF_DATAPATHS].id, dp, features));
	if (!rc)
		*dp_of(c, c->sock.seq) = dp;
	return rc;
}

void datapath_cmd_stop(struct netlink_datapaths *d)
{
	loop_del(&d->cmds.watch);
	genlsock_close(&d->cmds.sock);
}
