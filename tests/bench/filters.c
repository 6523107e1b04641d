/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel layer costs, with the kernel of the test machine and without.
 *
 *   filters fill DEV DEV2 N            puts N rules onto DEV, redirects to DEV2
 *   filters dump DEV                   reads them, through the kernel layer and
 *                                      with a reader that only counts
 *   filters record DEV terse|full FILE writes the messages of a dump
 *   filters decode terse|full FILE     nanoseconds a message of such a file
 *
 * Of several passes the fastest one counts: whatever else the machine does
 * only adds to it.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/base/loop.h"
#include "swoffd/kernel/filter.h"
#include "swoffd/kernel/netlink_kernel.h"
#include "swoffd/kernel/nlsock.h"

#define ROUNDS 5
#define DECODE_SECONDS 2

static double now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static void die(const char *what, int rc)
{
	fprintf(stderr, "%s: %s\n", what, strerror(-rc));
	exit(1);
}

static uint32_t device(const char *name)
{
	uint32_t ifindex = if_nametoindex(name);

	if (!ifindex)
		die(name, -errno);
	return ifindex;
}

/*
 * A dump by hand
 */

typedef void (*chunk_fn)(const void *data, size_t size, void *ctx);

static void dump(const struct kernel_dump *what, chunk_fn fn, void *ctx)
{
	static _Alignas(NLMSG_ALIGNTO) char buf[NLSOCK_RECV_SIZE];
	struct nlsock sock = { 0 };
	struct nlsock_end end = { .err = -1 };
	const struct nlmsghdr *nlh;
	size_t left;
	int n;

	n = nlsock_open(&sock, NETLINK_ROUTE, NLSOCK_STRICT_DUMP, NULL);
	if (!n)
		n = filter_encode_dump(buf, sizeof(buf), what);
	if (n)
		die("dump", n);
	nlh = (const void *)buf;
	if (mnl_socket_sendto(sock.mnl, buf, nlh->nlmsg_len) < 0)
		die("dump", -errno);
	while (end.err < 0) {
		n = nlsock_recv(&sock, buf, sizeof(buf));
		if (n < 0)
			die("dump", n);
		nlh = (const void *)buf;
		left = (size_t)n;
		fn(buf, left, ctx);
		while (nlsock_msg_ok(nlh, left)) {
			if (nlh->nlmsg_type < NLMSG_MIN_TYPE)
				(void)nlsock_decode_end(nlh, &end);
			nlh = nlsock_msg_next(nlh, &left);
		}
	}
	nlsock_close(&sock);
}

static void write_chunk(const void *data, size_t size, void *ctx)
{
	if (fwrite(data, 1, size, ctx) != size)
		die("write", -errno);
}

static int run_record(char **argv)
{
	const struct kernel_dump what = {
		.ifindex = device(argv[0]), .terse = argv[1][0] == 't',
	};
	FILE *f = fopen(argv[2], "we");

	if (!f)
		die(argv[2], -errno);
	dump(&what, write_chunk, f);
	return fclose(f) ? 1 : 0;
}

/*
 * Decoding alone
 */

static char *load(const char *path, size_t *size)
{
	FILE *f = fopen(path, "re");
	char *data;

	if (!f || fseek(f, 0, SEEK_END))
		die(path, -errno);
	*size = (size_t)ftell(f);
	rewind(f);
	data = malloc(*size);
	if (!data || fread(data, 1, *size, f) != *size)
		die(path, -EIO);
	(void)fclose(f);
	return data;
}

/* Filters that were decoded; the sum keeps the compiler from leaving it. */
static size_t pass(const char *data, size_t size, bool terse, uint64_t *sum)
{
	static struct filter_view view;
	const struct nlmsghdr *nlh = (const void *)data;
	size_t n = 0;

	for (; nlsock_msg_ok(nlh, size); nlh = nlsock_msg_next(nlh, &size)) {
		if (nlh->nlmsg_type != RTM_NEWTFILTER)
			continue;
		if (terse ? filter_decode_terse(nlh, &view.filter) :
			    filter_decode(nlh, &view))
			continue;
		*sum += view.filter.stats.packets + view.filter.handle;
		n++;
	}
	return n;
}

static int run_decode(char **argv)
{
	bool terse = argv[0][0] == 't';
	size_t size, n = 0;
	char *data = load(argv[1], &size);
	double best = 0, end = now_ns() + DECODE_SECONDS * 1e9;
	uint64_t sum = 0;

	while (now_ns() < end) {
		double start = now_ns(), ns;

		n = pass(data, size, terse, &sum);
		ns = now_ns() - start;
		best = !best || ns < best ? ns : best;
	}
	printf("%s: %zu filters, %.0f ns each (%llx)\n", argv[1], n,
	       best / (double)n, (unsigned long long)sum);
	free(data);
	return 0;
}

/*
 * The kernel layer
 */

struct layer {
	struct loop *loop;
	struct kernel *kernel;
	size_t n;                      /* filters told, or results */
	uint64_t packets;
	int err;                       /* the first one */
	bool ready;
};

static void on_filter(void *ctx, const struct kernel_filter *filter)
{
	struct layer *l = ctx;

	l->n++;
	l->packets += filter->stats.packets;
}

static void on_done(void *ctx, uint32_t ifindex, int err)
{
	struct layer *l = ctx;

	(void)ifindex;
	loop_stop(l->loop, err);
}

static void on_result(void *ctx, uint64_t tag, int err, const char *extack)
{
	struct layer *l = ctx;

	if (err && !l->err)
		fprintf(stderr, "rule %llu: %s: %s\n",
			(unsigned long long)tag, strerror(err), extack);
	l->err = l->err ? l->err : err;
	l->n++;
}

static void on_tc_ready(void *ctx)
{
	struct layer *l = ctx;

	l->ready = true;
}

static const struct kernel_events events = {
	.tc_filter = on_filter,
	.tc_dump_done = on_done,
	.tc_result = on_result,
	.tc_ready = on_tc_ready,
};

static void layer_open(struct layer *l)
{
	struct error err;

	*l = (struct layer){ 0 };
	if (loop_new(&l->loop) ||
	    kernel_netlink_new(l->loop, "", &l->kernel, &err))
		die("kernel", -ENOMEM);
	l->kernel->events = &events;
	l->kernel->events_ctx = l;
}

static void layer_close(struct layer *l)
{
	kernel_netlink_free(l->kernel);
	loop_free(l->loop);
}

static void queue(struct layer *l, const struct kernel_request *req)
{
	int rc;

	while ((rc = l->kernel->ops->tc_queue(l->kernel, req)) == -EAGAIN) {
		l->ready = false;
		while (!l->ready)
			loop_once(l->loop, -1);
	}
	if (rc)
		die("queue", rc);
}

/* Until so many have been answered. */
static void settle(struct layer *l, size_t n)
{
	l->kernel->ops->tc_flush(l->kernel);
	while (l->n < n)
		loop_once(l->loop, -1);
}

static void exact(void *key, void *mask, const void *value, size_t size)
{
	memcpy(key, value, size);
	memset(mask, 0xff, size);
}

/* A five-tuple, the number of which is in source address and port. */
static void set_match(struct flow_match *m, uint32_t number)
{
	const uint32_t src = htonl(0x0a000000 + number / 50000);
	const uint32_t dst = htonl(0xc0000201);
	const uint16_t type = htons(0x0800), port = htons(53);
	const uint16_t from = htons((uint16_t)(1024 + number % 50000));
	const uint8_t udp = 17;

#define EXACT(member, v) exact(&m->key.member, &m->mask.member, &(v), sizeof(v))
	EXACT(eth_type_be, type);
	EXACT(ip_proto, udp);
	EXACT(ipv4_src_be, src);
	EXACT(ipv4_dst_be, dst);
	EXACT(tp_src_be, from);
	EXACT(tp_dst_be, port);
#undef EXACT
}

static int run_fill(char **argv)
{
	static struct rule rule = {
		.dev.no = PORT_NO_NONE, .prio = 10, .policy = RULE_SW_ONLY,
		.n_actions = 1,
		.actions[0] = {
			.kind = RULE_ACTION_MIRRED, .verdict = RULE_STOLEN,
			.no_percpu = true,
			.mirred.port.no = PORT_NO_NONE,
		},
	};
	struct kernel_request req = { .kind = REQUEST_QDISC, .rule = &rule,
				      .cookie = KERNEL_COOKIE_MAGIC };
	uint32_t n = (uint32_t)strtoul(argv[2], NULL, 0);
	struct layer l;
	double start;

	layer_open(&l);
	rule.protocol_be = htons(0x0800);
	rule.dev.ifindex = device(argv[0]);
	rule.actions[0].mirred.port.ifindex = device(argv[1]);
	queue(&l, &req);
	start = now_ns();
	for (req.kind = REQUEST_ADD; req.tag < n; queue(&l, &req)) {
		set_match(&rule.match, (uint32_t)req.tag++);
		rule.handle = (uint32_t)req.tag;
	}
	settle(&l, n + 1);
	printf("fill: %u rules, %.0f ns each\n", n, (now_ns() - start) / n);
	layer_close(&l);
	return l.err ? 1 : 0;
}

static void count_chunk(const void *data, size_t size, void *ctx)
{
	const struct nlmsghdr *nlh = data;
	size_t *n = ctx;

	for (; nlsock_msg_ok(nlh, size); nlh = nlsock_msg_next(nlh, &size))
		*n += nlh->nlmsg_type == RTM_NEWTFILTER;
}

static void layer_dump(struct layer *l, const struct kernel_dump *what)
{
	int rc = l->kernel->ops->tc_dump(l->kernel, what);

	l->n = 0;
	if (!rc)
		rc = -loop_run(l->loop);
	if (rc)
		die("dump", rc);
}

static void compare(struct layer *l, const struct kernel_dump *what)
{
	double least = 0, ours = 0;
	size_t n = 0;

	for (int i = 0; i < ROUNDS; i++) {
		double start = now_ns(), ns;

		n = 0;
		dump(what, count_chunk, &n);
		ns = now_ns() - start;
		least = !i || ns < least ? ns : least;
		start = now_ns();
		layer_dump(l, what);
		ns = now_ns() - start;
		ours = !i || ns < ours ? ns : ours;
	}
	printf("%s: %zu filters: %.0f ns each only counted, %.0f ns told, "
	       "ratio %.2f\n", what->terse ? "terse" : "full", l->n,
	       least / (double)n, ours / (double)n, ours / least);
}

static int run_dump(char **argv)
{
	struct kernel_dump what = { .ifindex = device(argv[0]),
				    .terse = true };
	struct layer l;

	layer_open(&l);
	compare(&l, &what);
	what.terse = false;
	compare(&l, &what);
	layer_close(&l);
	return 0;
}

static const struct {
	const char *name, *args;
	int n_args;
	int (*run)(char **argv);
} modes[] = {
	{ "fill", "DEV DEV2 N", 3, run_fill },
	{ "dump", "DEV", 1, run_dump },
	{ "record", "DEV terse|full FILE", 3, run_record },
	{ "decode", "terse|full FILE", 2, run_decode },
};

int main(int argc, char **argv)
{
	for (size_t i = 0; i < ARRAY_LEN(modes); i++)
		if (argc == modes[i].n_args + 2 &&
		    strcmp(argv[1], modes[i].name) == 0)
			return modes[i].run(argv + 2);
	for (size_t i = 0; i < ARRAY_LEN(modes); i++)
		fprintf(stderr, "usage: filters %s %s\n", modes[i].name,
			modes[i].args);
	return 2;
}
