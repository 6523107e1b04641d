/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What no client of tc can do faster, as a yardstick:
 *
 *	limit insert DEV TO N [skip_hw|skip_sw]
 *	limit delete DEV N
 *	limit terse|full DEV
 *
 * The rules are those of batch() in tests/vm/daemon.sh, in the bytes that
 * swoffd sends.  Messages lie ready before the clock starts, and the rules of a
 * dump are counted and not looked at.  Prints "OP COUNT SECONDS", or fails if
 * a single rule was refused or an answer was lost.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/if_ether.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <linux/tc_act/tc_mirred.h>
#include <net/if.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#define BATCH 256              /* messages of one sendmsg() */
#define MESSAGE_MAX 256        /* bytes of one */
#define DUMP_SIZE (32 << 10)   /* more the kernel does not fill */
#define SOCKET_SIZE (4 << 20)
#define PRIO 10

struct limit {
	struct mnl_socket *nl;
	int ifindex, to;
	uint32_t n, flags;
	char *messages;
	size_t size;           /* of each message: they are all alike */
};

__attribute__((noreturn, format(printf, 1, 2)))
static void die(const char *format, ...)
{
	va_list args;

	fprintf(stderr, "limit: ");
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fprintf(stderr, "\n");
	exit(1);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void open_socket(struct limit *l)
{
	int one = 1, size = SOCKET_SIZE, fd;

	l->nl = mnl_socket_open(NETLINK_ROUTE);
	if (!l->nl || mnl_socket_bind(l->nl, 0, MNL_SOCKET_AUTOPID) < 0)
		die("socket: %s", strerror(errno));
	fd = mnl_socket_get_fd(l->nl);
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) ||
	    setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size)) ||
	    mnl_socket_setsockopt(l->nl, NETLINK_CAP_ACK, &one, sizeof(one)) ||
	    mnl_socket_setsockopt(l->nl, NETLINK_EXT_ACK, &one, sizeof(one)))
		die("socket: %s", strerror(errno));
}

static struct nlmsghdr *put_header(const struct limit *l, void *at,
				   uint16_t type, uint16_t flags, uint32_t i)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(at);
	struct tcmsg *tcm = mnl_nlmsg_put_extra_header(nlh, sizeof(*tcm));

	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_REQUEST | flags;
	nlh->nlmsg_seq = i + 1;
	tcm->tcm_ifindex = l->ifindex;
	tcm->tcm_parent = TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_INGRESS);
	tcm->tcm_handle = i + 1;
	tcm->tcm_info = TC_H_MAKE((uint32_t)PRIO << 16, htons(ETH_P_IP));
	return nlh;
}

static void put_key(struct nlmsghdr *nlh, uint32_t i)
{
	mnl_attr_put_u16(nlh, TCA_FLOWER_KEY_ETH_TYPE, htons(ETH_P_IP));
	mnl_attr_put_u32(nlh, TCA_FLOWER_KEY_IPV4_SRC,
			 htonl(10U << 24 | (i & 0xffffff)));
	mnl_attr_put_u32(nlh, TCA_FLOWER_KEY_IPV4_SRC_MASK, UINT32_MAX);
	mnl_attr_put_u32(nlh, TCA_FLOWER_KEY_IPV4_DST, htonl(0xc0000201));
	mnl_attr_put_u32(nlh, TCA_FLOWER_KEY_IPV4_DST_MASK, UINT32_MAX);
	mnl_attr_put_u8(nlh, TCA_FLOWER_KEY_IP_PROTO, IPPROTO_UDP);
	mnl_attr_put_u16(nlh, TCA_FLOWER_KEY_UDP_SRC,
			 htons((uint16_t)(1024 + i % 60000)));
	mnl_attr_put_u16(nlh, TCA_FLOWER_KEY_UDP_SRC_MASK, UINT16_MAX);
	mnl_attr_put_u16(nlh, TCA_FLOWER_KEY_UDP_DST, htons(53));
	mnl_attr_put_u16(nlh, TCA_FLOWER_KEY_UDP_DST_MASK, UINT16_MAX);
}

static void put_redirect(const struct limit *l, struct nlmsghdr *nlh,
			 uint32_t i)
{
	const struct tc_mirred parms = {
		.action = TC_ACT_STOLEN,
		.eaction = TCA_EGRESS_REDIR,
		.ifindex = (uint32_t)l->to,
	};
	const struct nla_bitfield32 no_percpu = {
		TCA_ACT_FLAGS_NO_PERCPU_STATS, TCA_ACT_FLAGS_NO_PERCPU_STATS,
	};
	/* Not swoffd's mark: it would take the rules for its own. */
	const uint32_t cookie[4] = { 0x696d696c, 0x74, i, ~i };
	struct nlattr *list, *action, *options;

	list = mnl_attr_nest_start(nlh, TCA_FLOWER_ACT);
	list->nla_type = TCA_FLOWER_ACT;
	action = mnl_attr_nest_start(nlh, 1);
	action->nla_type = 1;
	mnl_attr_put_strz(nlh, TCA_ACT_KIND, "mirred");
	options = mnl_attr_nest_start(nlh, TCA_ACT_OPTIONS);
	mnl_attr_put(nlh, TCA_MIRRED_PARMS, sizeof(parms), &parms);
	mnl_attr_nest_end(nlh, options);
	mnl_attr_put(nlh, TCA_ACT_COOKIE, sizeof(cookie), cookie);
	mnl_attr_put(nlh, TCA_ACT_FLAGS, sizeof(no_percpu), &no_percpu);
	mnl_attr_nest_end(nlh, action);
	mnl_attr_nest_end(nlh, list);
}

static struct nlmsghdr *put_insert(const struct limit *l, void *at, uint32_t i)
{
	struct nlmsghdr *nlh = put_header(l, at, RTM_NEWTFILTER,
					  NLM_F_CREATE | NLM_F_EXCL, i);
	struct nlattr *options;

	mnl_attr_put_strz(nlh, TCA_KIND, "flower");
	options = mnl_attr_nest_start(nlh, TCA_OPTIONS);
	options->nla_type = TCA_OPTIONS;
	put_key(nlh, i);
	put_redirect(l, nlh, i);
	mnl_attr_put_u32(nlh, TCA_FLOWER_FLAGS, l->flags);
	mnl_attr_nest_end(nlh, options);
	return nlh;
}

static struct nlmsghdr *put_delete(const struct limit *l, void *at, uint32_t i)
{
	struct nlmsghdr *nlh = put_header(l, at, RTM_DELTFILTER, 0, i);

	mnl_attr_put_strz(nlh, TCA_KIND, "flower");
	return nlh;
}

static void build(struct limit *l,
		  struct nlmsghdr *(*put)(const struct limit *l, void *at,
					  uint32_t i))
{
	l->messages = malloc((size_t)l->n * MESSAGE_MAX);
	if (!l->messages)
		die("out of memory");
	for (uint32_t i = 0; i < l->n; i++) {
		struct nlmsghdr *nlh = put(l, l->messages + i * l->size, i);

		l->size = nlh->nlmsg_len;
		if ((i + 1) % BATCH == 0 || i + 1 == l->n)
			nlh->nlmsg_flags |= NLM_F_ACK;
	}
}

static void check_error(const struct nlmsghdr *nlh)
{
	const struct nlmsgerr *e = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *attr;
	const char *text = "";

	if (nlh->nlmsg_type != NLMSG_ERROR || !e->error)
		return;
	if (nlh->nlmsg_flags & NLM_F_ACK_TLVS)
		mnl_attr_for_each(attr, nlh, sizeof(*e))
			if (mnl_attr_get_type(attr) == NLMSGERR_ATTR_MSG)
				text = mnl_attr_get_str(attr);
	die("message %u: %s: %s", nlh->nlmsg_seq, strerror(-e->error), text);
}

/* The kernel has worked off a message when sending it returns, so an answer
 * that is not there by then was lost. */
static void take_ack(const struct limit *l, uint32_t seq)
{
	_Alignas(NLMSG_ALIGNTO) char buf[1024];
	const struct nlmsghdr *nlh = (const void *)buf;

	do {
		ssize_t n = recv(mnl_socket_get_fd(l->nl), buf, sizeof(buf),
				 MSG_DONTWAIT);

		if (n < 0)
			die("the answer to %u was lost: %s", seq,
			    strerror(errno));
		if (!mnl_nlmsg_ok(nlh, (int)n))
			die("an answer was cut short");
		check_error(nlh);
	} while (nlh->nlmsg_seq != seq);
}

static void send_some(const struct limit *l, const void *data, size_t size)
{
	if (mnl_socket_sendto(l->nl, data, size) != (ssize_t)size)
		die("send: %s", strerror(errno));
}

static double blast(const struct limit *l)
{
	double start = now();

	for (uint32_t at = 0; at < l->n; at += BATCH) {
		uint32_t k = l->n - at < BATCH ? l->n - at : BATCH;

		send_some(l, l->messages + at * l->size, k * l->size);
		take_ack(l, at + k);
	}
	return now() - start;
}

static void add_clsact(const struct limit *l)
{
	char buf[MESSAGE_MAX];
	struct nlmsghdr *nlh = put_header(l, buf, RTM_NEWQDISC, NLM_F_CREATE,
					  0);
	struct tcmsg *tcm = mnl_nlmsg_get_payload(nlh);

	nlh->nlmsg_flags |= NLM_F_REPLACE | NLM_F_ACK;
	tcm->tcm_handle = TC_H_MAKE(TC_H_CLSACT, 0);
	tcm->tcm_parent = TC_H_CLSACT;
	tcm->tcm_info = 0;
	mnl_attr_put_strz(nlh, TCA_KIND, "clsact");
	send_some(l, nlh, nlh->nlmsg_len);
	take_ack(l, nlh->nlmsg_seq);
}

/* False at the end.  A prio is told as a message too, with handle 0. */
static bool count_rules(const char *buf, ssize_t size, uint32_t *n)
{
	const struct nlmsghdr *nlh = (const void *)buf;
	const struct tcmsg *tcm;
	int left = (int)size;

	for (; mnl_nlmsg_ok(nlh, left); nlh = mnl_nlmsg_next(nlh, &left)) {
		check_error(nlh);
		if (nlh->nlmsg_type == NLMSG_DONE)
			return false;
		tcm = mnl_nlmsg_get_payload(nlh);
		*n += tcm->tcm_handle != 0;
	}
	return true;
}

static double dump(struct limit *l, bool terse)
{
	const struct nla_bitfield32 flags = { TCA_DUMP_FLAGS_TERSE,
					      TCA_DUMP_FLAGS_TERSE };
	char request[MESSAGE_MAX];
	struct nlmsghdr *nlh = put_header(l, request, RTM_GETTFILTER,
					  NLM_F_DUMP, 0);
	struct tcmsg *tcm = mnl_nlmsg_get_payload(nlh);
	char *buf = malloc(DUMP_SIZE);
	double start = now();
	ssize_t size;

	if (!buf)
		die("out of memory");
	tcm->tcm_handle = tcm->tcm_info = 0;
	if (terse)
		mnl_attr_put(nlh, TCA_DUMP_FLAGS, sizeof(flags), &flags);
	send_some(l, nlh, nlh->nlmsg_len);
	do {
		size = mnl_socket_recvfrom(l->nl, buf, DUMP_SIZE);
		if (size < 0)
			die("dump: %s", strerror(errno));
	} while (count_rules(buf, size, &l->n));
	free(buf);
	return now() - start;
}

static double run_insert(struct limit *l)
{
	add_clsact(l);
	build(l, put_insert);
	return blast(l);
}

static double run_delete(struct limit *l)
{
	build(l, put_delete);
	return blast(l);
}

static double run_terse(struct limit *l)
{
	return dump(l, true);
}

static double run_full(struct limit *l)
{
	return dump(l, false);
}

static const struct {
	const char *name;
	int min, max;
	double (*run)(struct limit *l);
} ops[] = {
	{ "insert", 3, 4, run_insert }, { "delete", 2, 2, run_delete },
	{ "terse", 1, 1, run_terse }, { "full", 1, 1, run_full },
};

static int device(const char *name)
{
	int ifindex = (int)if_nametoindex(name);

	if (!ifindex)
		die("no device '%s'", name);
	return ifindex;
}

static uint32_t number(const char *text)
{
	char *end;
	unsigned long v = strtoul(text, &end, 10);

	if (*end || !v || v > 1UL << 24)
		die("'%s' is no number of rules", text);
	return (uint32_t)v;
}

static uint32_t policy(const char *text)
{
	if (strcmp(text, "skip_hw") == 0)
		return TCA_CLS_FLAGS_SKIP_HW;
	if (strcmp(text, "skip_sw") == 0)
		return TCA_CLS_FLAGS_SKIP_SW;
	die("'%s' is neither skip_hw nor skip_sw", text);
}

/* argv: DEV [TO] N [POLICY]. */
static void parse(struct limit *l, int argc, char **argv)
{
	l->ifindex = device(argv[0]);
	if (argc > 1)
		l->n = number(argv[argc > 2 ? 2 : 1]);
	if (argc > 2)
		l->to = device(argv[1]);
	if (argc > 3)
		l->flags = policy(argv[3]);
}

int main(int argc, char **argv)
{
	struct limit l = { 0 };
	double seconds;

	for (size_t i = 0; argc > 1 && i < sizeof(ops) / sizeof(*ops); i++) {
		if (strcmp(argv[1], ops[i].name) != 0 ||
		    argc - 2 < ops[i].min || argc - 2 > ops[i].max)
			continue;
		open_socket(&l);
		parse(&l, argc - 2, argv + 2);
		seconds = ops[i].run(&l);
		printf("%s %u %.6f\n", ops[i].name, l.n, seconds);
		free(l.messages);
		mnl_socket_close(l.nl);
		return 0;
	}
	fprintf(stderr, "usage: limit insert DEV TO N [skip_hw|skip_sw]\n"
			"       limit delete DEV N\n"
			"       limit terse|full DEV\n");
	return 2;
}
