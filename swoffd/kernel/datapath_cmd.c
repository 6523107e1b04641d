/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Commands under way, in a ring by the number of their request. */
#include <errno.h>
#include <string.h>

#include "common/base/log.h"
#include "swoffd/kernel/datapath_priv.h"
#include "swoffd/kernel/datapath_wire.h"
#include "swoffd/kernel/nlsock.h"

#define DATAGRAMS_A_ROUND 256

static struct datapath_cmd *slot(struct datapath_cmds *c, uint32_t seq)
{
	return &c->cmds[seq % DATAPATH_CMDS_MAX];
}

/* The slot is free before anybody hears of it. */
static void finish(struct netlink_datapaths *d, struct datapath_cmd *cmd,
		   const struct nlsock_end *end)
{
	const struct datapath_cmd done = *cmd;

	cmd->seq = 0;
	if (!done.is_features)
		d->base.events->flow_deleted(d->base.events_ctx, done.dp,
					     &done.ufid, end->err);
	else if (end->err)
		log_warning("openvswitch: features of datapath %u: %s%s%s",
			    done.dp, strerror(end->err),
			    end->extack[0] ? ": " : "", end->extack);
}

/* Nobody knows which answers these were.  Events may begin commands, and those
 * are not among them. */
static void lose_answers(struct netlink_datapaths *d, int err)
{
	const struct nlsock_end end = { .err = err };
	struct datapath_cmds *c = &d->cmds;
	uint32_t last = c->sock.seq;

	for (uint32_t i = DATAPATH_CMDS_MAX; i-- > 0;) {
		struct datapath_cmd *cmd = slot(c, last - i);

		if (cmd->seq && last - cmd->seq < DATAPATH_CMDS_MAX)
			finish(d, cmd, &end);
	}
}

static void take_message(struct netlink_datapaths *d,
			 const struct nlmsghdr *nlh)
{
	struct datapath_cmd *cmd = slot(&d->cmds, nlh->nlmsg_seq);
	struct nlsock_end end;

	if (nlh->nlmsg_seq && cmd->seq == nlh->nlmsg_seq &&
	    !nlsock_decode_end(nlh, &end))
		finish(d, cmd, &end);
}

static void take_datagram(struct netlink_datapaths *d, const void *buf,
			  size_t size)
{
	const struct nlmsghdr *nlh = buf;

	for (; nlsock_msg_ok(nlh, size); nlh = nlsock_msg_next(nlh, &size))
		take_message(d, nlh);
	if (size)
		lose_answers(d, EBADMSG);
}

static void on_ready(struct watch *w, uint32_t events)
{
	struct netlink_datapaths *d =
		container_of(w, struct netlink_datapaths, cmds.watch);

	(void)events;
	for (int i = 0; i < DATAGRAMS_A_ROUND; i++) {
		AUTO(free) unsigned char *buf = NULL;
		int n = genlsock_recv(&d->cmds.sock, &buf);

		if (n == -EAGAIN)
			return;
		if (n < 0) {
			lose_answers(d, -n);
			return;
		}
		take_datagram(d, buf, (size_t)n);
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

static int begin(struct netlink_datapaths *d, struct nlmsghdr *nlh,
		 const struct datapath_cmd *what)
{
	struct datapath_cmds *c = &d->cmds;
	struct datapath_cmd *cmd;
	int rc = open_socket(d);

	if (rc)
		return rc;
	/* Number 0 is left out, so the next one may be either. */
	if (slot(c, c->sock.seq + 1)->seq || slot(c, c->sock.seq + 2)->seq)
		return -EAGAIN;
	rc = genlsock_send(&c->sock, nlh);
	if (rc)
		return rc;
	cmd = slot(c, c->sock.seq);
	*cmd = *what;
	cmd->seq = c->sock.seq;
	return 0;
}

int datapath_cmd_flow_del(struct netlink_datapaths *d, uint32_t dp,
			  const struct ufid *ufid)
{
	const struct datapath_cmd what = { .dp = dp, .ufid = *ufid };
	_Alignas(NLMSG_ALIGNTO) char buf[DATAPATH_WIRE_SIZE];

	return begin(d, datapath_wire_flow_del(buf, d->families[OF_FLOWS].id,
					       dp, ufid), &what);
}

int datapath_cmd_features(struct netlink_datapaths *d, uint32_t dp,
			  uint32_t features)
{
	const struct datapath_cmd what = { .dp = dp, .is_features = true };
	_Alignas(NLMSG_ALIGNTO) char buf[DATAPATH_WIRE_SIZE];

	return begin(d, datapath_wire_features(buf,
					       d->families[OF_DATAPATHS].id,
					       dp, features), &what);
}

void datapath_cmd_stop(struct netlink_datapaths *d)
{
	loop_del(&d->cmds.watch);
	genlsock_close(&d->cmds.sock);
}
