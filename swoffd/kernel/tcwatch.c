/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel drops messages of other devices before they are queued, so that
 * they neither cost anything nor fill the queue up.
 */
#include "swoffd/kernel/tcwatch.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/rtnetlink.h>
#include <stddef.h>
#include <sys/socket.h>

#define IFINDEX_AT (NLMSG_HDRLEN + offsetof(struct tcmsg, tcm_ifindex))

/* What of a message is looked at. */
struct change {
	struct nlmsghdr nlh;
	struct tcmsg tcm;
};

static int drop_others(const struct tcwatch *w)
{
	/* Loads are in network order. */
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, IFINDEX_AT),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htonl(w->ifindex), 1, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, TCM_IFINDEX_MAGIC_BLOCK,
			 0, 1),
		BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	const struct sock_fprog prog = { ARRAY_LEN(code), code };

	return setsockopt(nlsock_fd(&w->sock), SOL_SOCKET, SO_ATTACH_FILTER,
			  &prog, sizeof(prog)) < 0 ? -errno : 0;
}

int tcwatch_open(struct tcwatch *w, uint32_t ifindex)
{
	int rc = nlsock_open(&w->sock, NETLINK_ROUTE, NLSOCK_NONBLOCK, NULL);

	if (rc)
		return rc;
	w->ifindex = ifindex;
	rc = drop_others(w);
	if (!rc)
		rc = nlsock_join(&w->sock, RTNLGRP_TC);
	if (rc)
		tcwatch_close(w);
	return rc;
}

void tcwatch_close(struct tcwatch *w)
{
	nlsock_close(&w->sock);
}

/* Chains and actions are told of, too, but lose no filter by themselves. */
static bool counts(const struct tcwatch *w, const struct change *c,
		   uint32_t block)
{
	switch (c->nlh.nlmsg_type) {
	case RTM_NEWQDISC:
	case RTM_DELQDISC:
		return (uint32_t)c->tcm.tcm_ifindex == w->ifindex;
	case RTM_NEWTFILTER:
	case RTM_DELTFILTER:
		if ((uint32_t)c->tcm.tcm_ifindex == w->ifindex)
			return true;
		return c->tcm.tcm_ifindex == (int)TCM_IFINDEX_MAGIC_BLOCK &&
		       c->tcm.tcm_block_index == block;
	default:
		return false;
	}
}

bool tcwatch_changed(struct tcwatch *w, uint32_t block)
{
	struct change c;
	int n;

	for (;;) {
		c = (struct change){ 0 };
		n = nlsock_recv(&w->sock, &c, sizeof(c));
		if (n == -EAGAIN)
			return false;
		/* All messages are longer, and are cut. */
		if ((n < 0 && n != -EMSGSIZE) || counts(w, &c, block))
			return true;
	}
}
