/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the tests of dumps share: a dump whose socket the test holds. */
#ifndef TESTS_UNIT_DUMPCASE_H
#define TESTS_UNIT_DUMPCASE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <linux/rtnetlink.h>

#include "swoffd/kernel/filter.h"
#include "swoffd/kernel/tcdump.h"
#include "tests/unit/nlpeer.h"

#define DEV 3
#define OTHER_DEV 4
#define BLOCK 7
#define OTHER_BLOCK 8
/* Sockets, in the order in which they are opened. */
#define DUMP 0
#define WATCH 1

struct fixture {
	struct loop *loop;
	struct kernel kernel;
	struct tcdump *dump;
	unsigned int n, n_done;        /* filters, ends */
	unsigned int n_asked;          /* if a paced one may go on: */
	bool goes_on;
	struct kernel_filter last;
	int err;
};

/* Many messages in one datagram. */
struct chunk {
	size_t size;
	_Alignas(NLMSG_ALIGNTO) char buf[4096];
};

static void on_filter(void *ctx, const struct kernel_filter *filter)
{
	struct fixture *f = ctx;

	f->n++;
	f->last = *filter;
}

static void on_done(void *ctx, uint32_t ifindex, int err)
{
	struct fixture *f = ctx;

	(void)ifindex;
	f->n_done++;
	f->err = err;
}

static bool on_again(void *ctx)
{
	struct fixture *f = ctx;

	f->n_asked++;
	return f->goes_on;
}

static const struct kernel_events events = {
	.tc_filter = on_filter,
	.tc_dump_again = on_again,
	.tc_dump_done = on_done,
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	nlpeer_reset(NULL, NULL);
	assert_non_null(f);
	f->kernel.events = &events;
	f->kernel.events_ctx = f;
	assert_int_equal(loop_new(&f->loop), 0);
	assert_int_equal(tcdump_new(f->loop, &f->kernel, &f->dump, NULL), 0);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	tcdump_free(f->dump);
	loop_free(f->loop);
	free(f);
	return 0;
}

static void start(struct fixture *f, uint32_t ifindex, uint32_t block,
		  bool steady)
{
	const struct kernel_dump what = {
		.ifindex = ifindex, .block = block, .steady = steady,
	};

	f->n = f->n_done = 0;
	assert_int_equal(tcdump_start(f->dump, &what), 0);
}

static void read_to_end(struct fixture *f)
{
	while (!f->n_done)
		assert_int_equal(loop_once(f->loop, -1), 0);
}

static inline void read_filters(struct fixture *f, unsigned int n)
{
	while (f->n < n && !f->n_done)
		assert_int_equal(loop_once(f->loop, -1), 0);
}

static inline struct nlmsghdr *add(struct chunk *c, uint16_t type, uint32_t seq)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(c->buf + c->size);

	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_MULTI;
	nlh->nlmsg_seq = seq;
	c->size += nlh->nlmsg_len;
	return nlh;
}

static struct nlmsghdr *add_filter(struct chunk *c, uint32_t ifindex,
				   uint32_t block)
{
	static struct rule rule;
	const struct kernel_request req = { .kind = REQUEST_ADD,
					    .rule = &rule, .no_cookie = true };
	struct nlmsghdr *nlh = (void *)(c->buf + c->size);

	rule = (struct rule){
		.dev.ifindex = ifindex, .block = block, .prio = 1,
		.handle = 5, .protocol_be = htons(0x0800), .n_actions = 1,
		.actions[0].verdict = RULE_DROP,
	};
	assert_int_equal(filter_encode(nlh, sizeof(c->buf) - c->size, &req),
			 0);
	nlh->nlmsg_flags = NLM_F_MULTI;
	nlh->nlmsg_seq = nlpeer_seq(DUMP);
	c->size += nlh->nlmsg_len;
	return nlh;
}

static inline void add_end(struct chunk *c, unsigned int peer)
{
	int *err;

	add(c, NLMSG_DONE, nlpeer_seq(peer));
	err = (void *)(c->buf + c->size);
	*err = 0;
	((struct nlmsghdr *)(void *)(c->buf + c->size - NLMSG_HDRLEN))
		->nlmsg_len += sizeof(*err);
	c->size += sizeof(*err);
}

static void tell(struct chunk *c, unsigned int peer)
{
	nlpeer_tell(peer, c->buf, c->size);
	c->size = 0;
}

static void tell_end(struct chunk *c)
{
	add_end(c, DUMP);
	tell(c, DUMP);
}

#define TEST(t) cmocka_unit_test_setup_teardown(t, set_up, tear_down)

#endif
