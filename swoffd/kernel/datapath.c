/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Puts the parts together, and keeps their order.  The kernel makes a datagram
 * of a dump when the one before it is taken.  So notifications are taken, then
 * a datagram of the dump, which makes the next, and then the datagram is told,
 * and after it the notifications: they happened before the next was made.
 */
#include "swoffd/kernel/datapath.h"

#include <errno.h>
#include <linux/genetlink.h>
#include <linux/openvswitch.h>
#include <string.h>

#include "swoffd/kernel/datapath_priv.h"
#include "swoffd/kernel/nlsock.h"

#define TURNS_A_ROUND 4                /* a datagram of a dump each */
#define EVENTS_A_TURN 16               /* datagrams, of one message each */

static struct netlink_datapaths *self(struct datapaths *d)
{
	return container_of(d, struct netlink_datapaths, base);
}

/*
 * Notifications
 */

static void tell_datagram(struct netlink_datapaths *d, const void *buf,
			  size_t size)
{
	const struct nlmsghdr *nlh = buf;

	for (; nlsock_msg_ok(nlh, size); nlh = nlsock_msg_next(nlh, &size))
		if (!datapath_event_notified(d, nlh)) {
			datapath_bad(d, "a notification cannot be decoded");
			d->lost = true;
		}
	if (size)
		d->lost = true;
}

struct held {
	unsigned char *data;           /* owned */
	int size;
};

/* One that was lost is an empty one. */
static int hold(struct netlink_datapaths *d, struct held held[EVENTS_A_TURN])
{
	int n = 0;

	while (n < EVENTS_A_TURN && d->sock.nl) {
		held[n].data = NULL;
		held[n].size = genlsock_recv(&d->sock, &held[n].data);
		if (held[n].size == -EAGAIN)
			break;
		if (held[n].size < 0) {
			d->lost = true;
			held[n].size = 0;
		}
		n++;
	}
	return n;
}

/* False when there was nothing to do. */
static bool turn(struct netlink_datapaths *d)
{
	struct held held[EVENTS_A_TURN];
	int n = hold(d, held);
	bool any = datapath_read_chunk(d);

	for (int i = 0; i < n; i++) {
		tell_datagram(d, held[i].data, (size_t)held[i].size);
		free(held[i].data);
	}
	return any || n;
}

void datapath_on_ready(struct netlink_datapaths *d)
{
	for (int i = 0; i < TURNS_A_ROUND && turn(d); i++)
		;
	if (!d->lost)
		return;
	d->lost = false;
	d->base.events->lost(d->base.events_ctx);
}

static void on_ready(struct watch *w, uint32_t events)
{
	(void)events;
	datapath_on_ready(container_of(w, struct netlink_datapaths, watch));
}

static void stop_following(struct netlink_datapaths *d)
{
	loop_del(&d->watch);
	genlsock_close(&d->sock);
	memset(d->families, 0, sizeof(d->families));
}

static int join(struct netlink_datapaths *d)
{
	int rc = genlsock_open(&d->sock);

	/* The groups of nlctrl: families that come and go. */
	if (!rc)
		rc = genlsock_join(&d->sock, GENL_ID_CTRL);
	for (int i = 0; !rc && i < N_FAMILIES; i++)
		rc = genlsock_join(&d->sock, d->families[i].group);
	if (!rc)
		rc = loop_add(d->loop, &d->watch, genlsock_fd(&d->sock),
			      EPOLLIN, on_ready);
	return rc;
}

/* Families that came back have other numbers, and groups without members. */
static bool are_followed(const struct netlink_datapaths *d,
			 const struct genl_family found[N_FAMILIES])
{
	for (int i = 0; i < N_FAMILIES; i++)
		if (d->families[i].id != found[i].id ||
		    d->families[i].group != found[i].group)
			return false;
	return true;
}

static int follow(struct netlink_datapaths *d)
{
	static const char *const names[N_FAMILIES] = {
		[OF_DATAPATHS] = OVS_DATAPATH_FAMILY,
		[OF_PORTS] = OVS_VPORT_FAMILY,
		[OF_FLOWS] = OVS_FLOW_FAMILY,
	};
	struct genl_family found[N_FAMILIES];
	int rc = genl_find(names, N_FAMILIES, found);

	if (!rc && are_followed(d, found))
		return 0;
	stop_following(d);
	if (rc)
		return rc;
	memcpy(d->families, found, sizeof(found));
	rc = join(d);
	if (rc)
		stop_following(d);
	return rc;
}

/*
 * What is asked
 */

static int op_read(struct datapaths *base, enum datapath_read what)
{
	struct netlink_datapaths *d = self(base);
	int rc;

	if (d->reader.running)
		return -EBUSY;
	rc = follow(d);
	return rc ? rc : datapath_read_start(d, what);
}

static int op_features_set(struct datapaths *base, uint32_t dp,
			   uint32_t features)
{
	struct netlink_datapaths *d = self(base);

	return d->families[OF_DATAPATHS].id ?
		       datapath_cmd_features(d, dp, features) : -ENOENT;
}

static int op_filters(struct datapaths *base, const struct kernel_dump *dump)
{
	return tcdump_start(self(base)->dump, dump);
}

static const struct datapath_ops ops = {
	.read = op_read,
	.features_set = op_features_set,
	.filters = op_filters,
};

/*
 * Filters
 */

static void on_filter(void *ctx, const struct kernel_filter *filter)
{
	const struct datapaths *d = ctx;

	d->events->filter(d->events_ctx, filter);
}

static void on_filters_done(void *ctx, uint32_t ifindex, int err)
{
	const struct datapaths *d = ctx;

	d->events->filters_done(d->events_ctx, ifindex, err);
}

static const struct kernel_events filter_events = {
	.tc_filter = on_filter,
	.tc_dump_done = on_filters_done,
};

int datapath_netlink_new(struct loop *loop, struct datapaths **out,
			 struct error *err)
{
	struct netlink_datapaths *nd = calloc(1, sizeof(*nd));
	AUTO(datapath_netlink_free) struct datapaths *d =
		nd ? &nd->base : NULL;
	int rc;

	if (!d)
		return error_set(err, ENOMEM, "datapaths: out of memory");
	d->ops = &ops;
	nd->loop = loop;
	nd->flow = malloc(sizeof(*nd->flow));
	if (!nd->flow)
		return error_set(err, ENOMEM, "datapaths: out of memory");
	nd->kernel = (struct kernel){ .events = &filter_events,
				      .events_ctx = d };
	rc = tcdump_new(loop, &nd->kernel, &nd->dump, err);
	if (rc)
		return rc;
	*out = steal_ptr(d);
	return 0;
}

void datapath_netlink_free(struct datapaths *d)
{
	struct netlink_datapaths *nd;

	if (!d)
		return;
	nd = self(d);
	stop_following(nd);
	datapath_read_stop(nd);
	datapath_cmd_stop(nd);
	tcdump_free(nd->dump);
	free(nd->flow);
	free(nd);
}
