/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Follows the datapaths of the kernel by hand, without core: a line for each
 * event, and commands are read from standard input, a line each:
 *
 *   read all|stats      features DP NUMBER      filters NETDEV
 *   buffer BYTES        of the socket of notifications
 *   run COMMAND         of a shell; nothing is read from the kernel meanwhile
 *
 * Ends with the input.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/base/loop.h"
#include "swoffd/kernel/datapath.h"

struct follow {
	struct loop *loop;
	struct datapaths *datapaths;
	struct watch input;
	char line[256];
	size_t n;
};

/*
 * Events
 */

static void on_datapath(void *ctx, const struct datapath_info *dp)
{
	(void)ctx;
	printf("datapath %u %s features %#x\n", dp->id, dp->name,
	       dp->features);
}

static void on_datapath_gone(void *ctx, uint32_t dp)
{
	(void)ctx;
	printf("datapath_gone %u\n", dp);
}

static void print_port(const char *what, const struct datapath_port *p)
{
	printf("%s %u no %u ifindex %u type %u %s\n", what, p->dp, p->no,
	       p->ifindex, p->type, p->name);
}

static void on_port(void *ctx, const struct datapath_port *port)
{
	(void)ctx;
	print_port("port", port);
}

static void on_port_gone(void *ctx, const struct datapath_port *port)
{
	(void)ctx;
	print_port("port_gone", port);
}

static void print_flow(const char *what, uint32_t dp,
		       const struct odp_flow *flow)
{
	static char text[65536];

	(void)odp_flow_format(flow, text, sizeof(text));
	printf("%s %u %s\n", what, dp, text);
}

static void on_flow(void *ctx, uint32_t dp, struct odp_flow *flow)
{
	(void)ctx;
	print_flow("flow", dp, flow);
}

static void on_flow_gone(void *ctx, uint32_t dp, const struct odp_flow *flow)
{
	(void)ctx;
	print_flow("flow_gone", dp, flow);
}

static void on_flow_stats(void *ctx, uint32_t dp,
			  const struct datapath_stats *stats)
{
	char ufid[UFID_STR_SIZE];

	(void)ctx;
	ufid_format(&stats->ufid, ufid);
	printf("flow_stats %u ufid:%s packets:%llu bytes:%llu\n", dp, ufid,
	       (unsigned long long)stats->packets,
	       (unsigned long long)stats->bytes);
}

static const char *name_of(int err)
{
	return err ? strerrorname_np(err) : "0";
}

static void on_read_done(void *ctx, enum datapath_read what, int err)
{
	(void)ctx;
	printf("read_done %s %s\n",
	       what == DATAPATH_READ_ALL ? "all" : "stats", name_of(err));
}

static void on_lost(void *ctx)
{
	(void)ctx;
	printf("lost\n");
}

static void on_filter(void *ctx, const struct kernel_filter *f)
{
	struct ufid ufid;
	char text[UFID_STR_SIZE] = "none";

	(void)ctx;
	if (f->has_cookie) {
		ufid_from_wire(f->cookie, &ufid);
		ufid_format(&ufid, text);
	}
	printf("filter ifindex %u prio %u in_hw %d ufid:%s\n", f->ifindex,
	       f->prio, f->in_hw, text);
}

static void on_filters_done(void *ctx, uint32_t ifindex, int err)
{
	(void)ctx;
	printf("filters_done %u %s\n", ifindex, name_of(err));
}

static const struct datapath_events events = {
	.datapath = on_datapath,
	.datapath_gone = on_datapath_gone,
	.port = on_port,
	.port_gone = on_port_gone,
	.flow = on_flow,
	.flow_stats = on_flow_stats,
	.flow_gone = on_flow_gone,
	.read_done = on_read_done,
	.lost = on_lost,
	.filter = on_filter,
	.filters_done = on_filters_done,
};

/*
 * Commands
 */

static int run_read(struct follow *f, const char *what)
{
	return f->datapaths->ops->read(f->datapaths, *what == 's' ?
				       DATAPATH_READ_STATS :
				       DATAPATH_READ_ALL);
}

static int run_features(struct follow *f, const char *args)
{
	uint32_t dp, features;

	if (sscanf(args, "%u %x", &dp, &features) != 2)
		return -EINVAL;
	return f->datapaths->ops->features_set(f->datapaths, dp, features);
}

static int run_filters(struct follow *f, const char *args)
{
	const struct kernel_dump dump = { .ifindex = if_nametoindex(args) };

	return f->datapaths->ops->filters(f->datapaths, &dump);
}

/* The one of our sockets that has joined groups. */
static int run_buffer(struct follow *f, const char *args)
{
	int size = atoi(args);

	(void)f;
	for (int fd = 3; fd < 64; fd++) {
		uint32_t groups[32] = { 0 }, any = 0;
		socklen_t len = sizeof(groups);

		if (getsockopt(fd, SOL_NETLINK, NETLINK_LIST_MEMBERSHIPS,
			       groups, &len) < 0)
			continue;
		for (int i = 0; i < 32; i++)
			any |= groups[i];
		if (any)
			return setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size,
					  sizeof(size)) < 0 ? -errno : 0;
	}
	return -ENOENT;
}

static int run_command(struct follow *f, const char *command)
{
	(void)f;
	return system(command) ? -EIO : 0;
}

static const struct {
	const char *name;
	int (*run)(struct follow *f, const char *args);
} commands[] = {
	{ "read ", run_read }, { "features ", run_features },
	{ "filters ", run_filters }, { "buffer ", run_buffer },
	{ "run ", run_command },
};

static void run(struct follow *f)
{
	int rc = -ENOSYS;

	for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
		size_t len = strlen(commands[i].name);

		if (strncmp(f->line, commands[i].name, len) == 0)
			rc = commands[i].run(f, f->line + len);
	}
	if (rc)
		printf("refused %s %s\n", f->line, name_of(-rc));
}

static void take(struct follow *f, char c)
{
	if (c != '\n' && f->n < sizeof(f->line) - 1) {
		f->line[f->n++] = c;
		return;
	}
	f->line[f->n] = '\0';
	f->n = 0;
	run(f);
}

static void on_input(struct watch *w, uint32_t epoll_events)
{
	struct follow *f = container_of(w, struct follow, input);
	char buf[4096];
	ssize_t n = read(w->fd, buf, sizeof(buf));

	(void)epoll_events;
	if (n <= 0)
		loop_stop(f->loop, 0);
	for (ssize_t i = 0; i < n; i++)
		take(f, buf[i]);
}

int main(void)
{
	struct follow f = { 0 };
	struct error err;
	int rc;

	setlinebuf(stdout);
	if (loop_new(&f.loop) || datapath_netlink_new(f.loop, &f.datapaths,
						      &err) ||
	    loop_add(f.loop, &f.input, STDIN_FILENO, EPOLLIN, on_input))
		return 2;
	f.datapaths->events = &events;
	f.datapaths->events_ctx = &f;
	rc = loop_run(f.loop);
	loop_del(&f.input);
	datapath_netlink_free(f.datapaths);
	loop_free(f.loop);
	return rc ? 1 : 0;
}
