/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Dumps are asked for on the sockets that notifications come in on: one queue,
 * so nothing old can overtake something new.  A sync opens the sockets anew,
 * because a dump that was broken off still occupies the old ones.
 */
#include "swoffd/kernel/notify.h"

#include <errno.h>
#include <linux/devlink.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "common/base/log.h"
#include "swoffd/kernel/devlink.h"
#include "swoffd/kernel/devlink_detail.h"
#include "swoffd/kernel/genl.h"
#include "swoffd/kernel/link.h"
#include "swoffd/kernel/nlsock.h"

#define CHUNKS_A_ROUND 16
#define RESYNC_GAP_MS 1000             /* at most one sync in this time */
#define DUMP_RETRIES 5                 /* of a dump that was interrupted */

struct stream {
	struct nlsock sock;
	struct watch watch;
	struct notify *owner;
	bool devlink;                  /* else rtnetlink */
	uint32_t dump_seq;             /* 0: no dump under way */
	bool interrupted;
};

struct notify {
	struct loop *loop;
	struct kernel *kernel;
	struct timer resync;
	struct stream route, devlink;
	struct genl_family family;     /* of devlink; id 0: there is none */
	char *buf;
	bool opened;                   /* for the sync that is due */
	bool lost;                     /* something, since the last sync */
	bool syncing;
	uint64_t synced_ms;            /* when the last sync began */
	size_t step;
	int retries;
};

/* The dumps of a sync, in order: ports need their device, links the ports. */
static const struct step {
	bool devlink;
	uint8_t cmd;                   /* DEVLINK_CMD_* */
} steps[] = {
	{ true, DEVLINK_CMD_GET },
	{ true, DEVLINK_CMD_PORT_GET },
	{ false, 0 },
};

static void tell_device(const struct kernel *k, const struct nlmsghdr *nlh,
			bool gone)
{
	struct kernel_handle handle;

	if (devlink_decode_handle(nlh, &handle))
		return;
	if (gone)
		k->events->device_gone(k->events_ctx, &handle);
	else
		k->events->device_new(k->events_ctx, &handle);
}

static void tell_port(const struct kernel *k, const struct nlmsghdr *nlh,
		      bool gone)
{
	struct kernel_port port;

	if (devlink_decode_port(nlh, &port))
		return;
	if (gone)
		k->events->port_gone(k->events_ctx, &port.handle, port.index);
	else
		k->events->port(k->events_ctx, &port);
}

/* A dump of ports calls itself DEVLINK_CMD_NEW in Linux 6.1
 * (net/devlink/leftover.c devlink_nl_cmd_port_get_dumpit). */
static void tell_device_or_port(const struct kernel *k,
				const struct nlmsghdr *nlh, bool gone)
{
	if (devlink_is_port(nlh))
		tell_port(k, nlh, gone);
	else
		tell_device(k, nlh, gone);
}

static void tell_reporter(const struct kernel *k, const struct nlmsghdr *nlh,
			  bool gone)
{
	struct detail_reporter reporter;

	(void)gone;
	if (!devlink_decode_reporter(nlh, &reporter))
		k->events->reporter(k->events_ctx, &reporter);
}

static void tell_rate(const struct kernel *k, const struct nlmsghdr *nlh,
		      bool gone)
{
	struct kernel_handle handle;

	(void)gone;
	if (!devlink_decode_handle(nlh, &handle))
		k->events->rate(k->events_ctx, &handle);
}

static void tell_link(const struct kernel *k, const struct nlmsghdr *nlh,
		      bool gone)
{
	struct kernel_link link;

	if (link_decode(nlh, &link))
		return;
	if (gone)
		k->events->link_gone(k->events_ctx, link.ifindex);
	else
		k->events->link(k->events_ctx, &link);
}

static const struct message {
	bool devlink;
	uint16_t type;                 /* command or message type */
	bool gone;
	void (*tell)(const struct kernel *k, const struct nlmsghdr *nlh,
		     bool gone);
} messages[] = {
	{ true, DEVLINK_CMD_NEW, false, tell_device_or_port },
	{ true, DEVLINK_CMD_DEL, true, tell_device },
	{ true, DEVLINK_CMD_PORT_NEW, false, tell_port },
	{ true, DEVLINK_CMD_PORT_DEL, true, tell_port },
	{ true, DEVLINK_CMD_RATE_NEW, false, tell_rate },
	{ true, DEVLINK_CMD_RATE_DEL, true, tell_rate },
	/* Whatever happened: net/devlink/leftover.c devlink_recover_notify. */
	{ true, DEVLINK_CMD_HEALTH_REPORTER_RECOVER, false, tell_reporter },
	{ false, RTM_NEWLINK, false, tell_link },
	{ false, RTM_DELLINK, true, tell_link },
};

void notify_message(const struct kernel *kernel, const struct nlmsghdr *nlh,
		    bool devlink)
{
	uint16_t type = devlink ? genl_cmd(nlh) : nlh->nlmsg_type;

	if (nlh->nlmsg_type < NLMSG_MIN_TYPE)
		return;
	for (size_t i = 0; i < ARRAY_LEN(messages); i++)
		if (messages[i].devlink == devlink && messages[i].type == type)
			messages[i].tell(kernel, nlh, messages[i].gone);
}

static void schedule_sync(struct notify *n)
{
	uint64_t now = loop_now_ms(n->loop), next = n->synced_ms + RESYNC_GAP_MS;

	n->syncing = false;
	timer_set(n->loop, &n->resync, next > now ? next - now : 0);
}

static int send_dump(struct notify *n, const struct step *step,
		     struct stream *s)
{
	_Alignas(NLMSG_ALIGNTO) char buf[DEVLINK_MSG_SIZE];
	struct nlmsghdr *nlh = (void *)buf;

	if (step->devlink)
		devlink_encode_dump(buf, n->family.id, step->cmd);
	else
		link_encode_dump(buf);
	nlh->nlmsg_seq = s->dump_seq = nlsock_next_seq(&s->sock);
	s->interrupted = false;
	return mnl_socket_sendto(s->sock.mnl, buf, nlh->nlmsg_len) < 0 ?
		       -errno : 0;
}

/* Asks for what the sync has come to, or ends it. */
static void go_on(struct notify *n)
{
	const struct kernel *k = n->kernel;
	int rc;

	while (n->step < ARRAY_LEN(steps) && steps[n->step].devlink &&
	       !n->family.id)
		n->step++;
	if (n->step == ARRAY_LEN(steps)) {
		n->syncing = false;
		k->events->synced(k->events_ctx);
		return;
	}
	rc = send_dump(n, &steps[n->step],
		       steps[n->step].devlink ? &n->devlink : &n->route);
	if (rc) {
		log_error("netlink dump: %s; trying again", strerror(-rc));
		schedule_sync(n);
	}
}

static void dump_done(struct stream *s, const struct nlsock_end *end)
{
	struct notify *n = s->owner;
	bool again = s->interrupted || end->err;

	s->dump_seq = 0;
	if (!n->syncing)
		return;
	if (again && n->retries++ < DUMP_RETRIES) {
		go_on(n);
		return;
	}
	n->retries = 0;
	if (again) {
		/* What was not told would count as gone: from the start. */
		log_warning("netlink dump of %s incomplete: %s; trying again",
			    s->devlink ? "devlink" : "links",
			    end->err ? strerror(end->err) : "interrupted");
		schedule_sync(n);
		return;
	}
	n->step++;
	go_on(n);
}

/* In a storm thousands of times a second: said once. */
static void lose(struct stream *s, int err)
{
	struct notify *n = s->owner;

	if (!n->lost)
		log_warning("%s notifications lost: %s; reading everything "
			    "anew", s->devlink ? "devlink" : "link",
			    strerror(err));
	n->lost = true;
	schedule_sync(n);
}

static void take_message(struct stream *s, const struct nlmsghdr *nlh)
{
	struct nlsock_end end;
	int rc;

	if (s->dump_seq && nlh->nlmsg_seq == s->dump_seq) {
		if (nlh->nlmsg_flags & NLM_F_DUMP_INTR)
			s->interrupted = true;
		rc = nlsock_decode_end(nlh, &end);
		if (!rc)
			dump_done(s, &end);
		else if (rc != -ENOMSG)
			lose(s, -rc);
		if (rc != -ENOMSG)
			return;
	}
	notify_message(s->owner->kernel, nlh, s->devlink);
}

static void take_chunk(struct stream *s, size_t size)
{
	const struct nlmsghdr *nlh = (const void *)s->owner->buf;

	for (; nlsock_msg_ok(nlh, size); nlh = nlsock_msg_next(nlh, &size))
		take_message(s, nlh);
	/* What lies behind may have been anything. */
	if (size)
		lose(s, EBADMSG);
}

static void on_ready(struct watch *w, uint32_t events)
{
	struct stream *s = container_of(w, struct stream, watch);

	(void)events;
	for (int i = 0; i < CHUNKS_A_ROUND; i++) {
		int n = nlsock_recv(&s->sock, s->owner->buf, NLSOCK_RECV_SIZE);

		if (n == -EAGAIN)
			return;
		if (n < 0) {
			lose(s, -n);
			return;
		}
		take_chunk(s, (size_t)n);
	}
}

static void close_stream(struct stream *s)
{
	loop_del(&s->watch);
	nlsock_close(&s->sock);
	s->dump_seq = 0;
}

static int open_stream(struct notify *n, struct stream *s, int protocol,
		       uint32_t group, struct error *err)
{
	int rc;

	close_stream(s);
	rc = nlsock_open(&s->sock, protocol,
			 NLSOCK_NONBLOCK | NLSOCK_STRICT_DUMP, err);
	if (rc)
		return rc;
	rc = nlsock_join(&s->sock, group);
	if (!rc)
		rc = loop_add(n->loop, &s->watch, nlsock_fd(&s->sock), EPOLLIN,
			      on_ready);
	return rc ? error_set(err, -rc, "netlink notifications: %s",
			      strerror(-rc)) : 0;
}

/* A kernel without devlink still has links; it may get the module later. */
static void resolve_devlink(struct notify *n)
{
	bool first = !n->synced_ms;
	int rc = genl_resolve(DEVLINK_GENL_NAME,
			      DEVLINK_GENL_MCGRP_CONFIG_NAME, &n->family);

	if (!rc)
		return;
	n->family = (struct genl_family){ 0 };
	if (first)
		log_warning("devlink: %s; no device can be managed",
			    rc == -ENOENT ? "not in this kernel" :
					    strerror(-rc));
}

static int open_streams(struct notify *n, struct error *err)
{
	int rc = open_stream(n, &n->route, NETLINK_ROUTE, RTNLGRP_LINK, err);

	if (rc)
		return rc;
	resolve_devlink(n);
	if (!n->family.id)
		close_stream(&n->devlink);
	else
		rc = open_stream(n, &n->devlink, NETLINK_GENERIC,
				 n->family.group, err);
	return rc;
}

static void on_resync(struct timer *t)
{
	struct notify *n = container_of(t, struct notify, resync);
	struct error err;

	n->synced_ms = loop_now_ms(n->loop);
	if (!n->opened && open_streams(n, &err)) {
		log_error("%s; trying again", err.msg);
		schedule_sync(n);
		return;
	}
	n->opened = n->lost = false;
	n->syncing = true;
	n->step = 0;
	n->retries = 0;
	n->kernel->events->sync_begin(n->kernel->events_ctx);
	go_on(n);
}

int notify_start(struct notify *n, struct error *err)
{
	int rc = open_streams(n, err);

	if (rc)
		return rc;
	n->opened = true;
	timer_set(n->loop, &n->resync, 0);
	return 0;
}

int notify_new(struct loop *loop, struct kernel *kernel, struct notify **out)
{
	AUTO(notify_free) struct notify *n = calloc(1, sizeof(*n));

	if (!n)
		return -ENOMEM;
	n->loop = loop;
	n->kernel = kernel;
	timer_init(&n->resync, on_resync);
	n->route.owner = n->devlink.owner = n;
	n->devlink.devlink = true;
	n->buf = malloc(NLSOCK_RECV_SIZE);
	if (!n->buf)
		return -ENOMEM;
	*out = steal_ptr(n);
	return 0;
}

void notify_free(struct notify *n)
{
	if (!n)
		return;
	timer_cancel(&n->resync);
	close_stream(&n->route);
	close_stream(&n->devlink);
	free(n->buf);
	free(n);
}
