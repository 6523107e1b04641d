/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lost, cut and damaged notifications: everything is told anew, in the end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <linux/devlink.h>
#include <linux/genetlink.h>
#include <linux/rtnetlink.h>

#include "common/base/log.h"
#include "swoffd/kernel/devlink.h"
#include "swoffd/kernel/genl.h"
#include "swoffd/kernel/notify.h"
#include "tests/unit/nlpeer.h"

#define FAMILY 30
#define GROUP 5
#define GAP_US 1000000                 /* between two syncs */
/* Sockets of the first sync; each other opens as many. */
#define LINKS 0
#define DEVLINK 1
#define SOCKETS 2

struct fixture {
	struct loop *loop;
	struct kernel kernel;
	struct notify *notify;
	unsigned int n_begun, n_synced, n_links, n_devices;
	bool no_answers;               /* to dumps */
	unsigned int n_interrupted;    /* dumps from now on */
	unsigned int n_dumps;
};

static unsigned int n_logged;

int __wrap_genl_resolve(const char *name, const char *group_name,
			struct genl_family *out);
void __wrap_log_write(enum log_level level, const char *fmt, ...);

int __wrap_genl_resolve(const char *name, const char *group_name,
			struct genl_family *out)
{
	(void)name;
	(void)group_name;
	*out = (struct genl_family){ FAMILY, GROUP };
	return 0;
}

void __wrap_log_write(enum log_level level, const char *fmt, ...)
{
	(void)level;
	(void)fmt;
	n_logged++;
}

/*
 * The kernel has a link and a device
 */

struct chunk {
	size_t size;
	_Alignas(NLMSG_ALIGNTO) char buf[1024];
};

static struct nlmsghdr *add(struct chunk *c, uint16_t type, uint32_t seq)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(c->buf + c->size);

	nlh->nlmsg_type = type;
	nlh->nlmsg_seq = seq;
	return nlh;
}

static void add_link(struct chunk *c, uint32_t seq)
{
	struct nlmsghdr *nlh = add(c, RTM_NEWLINK, seq);
	struct ifinfomsg *ifi = mnl_nlmsg_put_extra_header(nlh, sizeof(*ifi));

	ifi->ifi_index = 3;
	mnl_attr_put_strz(nlh, IFLA_IFNAME, "eth0");
	c->size += nlh->nlmsg_len;
}

static void add_device(struct chunk *c, uint32_t seq)
{
	struct nlmsghdr *nlh = add(c, FAMILY, seq);
	struct genlmsghdr *genl = mnl_nlmsg_put_extra_header(nlh,
							     sizeof(*genl));

	genl->cmd = DEVLINK_CMD_NEW;
	mnl_attr_put_strz(nlh, DEVLINK_ATTR_BUS_NAME, "pci");
	mnl_attr_put_strz(nlh, DEVLINK_ATTR_DEV_NAME, "0000:03:00.0");
	c->size += nlh->nlmsg_len;
}

static void add_end(struct chunk *c, uint32_t seq, uint16_t flags)
{
	struct nlmsghdr *nlh = add(c, NLMSG_DONE, seq);

	nlh->nlmsg_flags |= flags;
	c->size += nlh->nlmsg_len;
}

static void tell(struct chunk *c, unsigned int peer)
{
	nlpeer_tell(peer, c->buf, c->size);
	c->size = 0;
}

static int on_send(unsigned int peer, const void *data, size_t size, void *ctx)
{
	const struct nlmsghdr *nlh = data;
	struct fixture *f = ctx;
	struct chunk c = { 0 };
	uint16_t flags = 0;

	(void)size;
	f->n_dumps++;
	if (f->no_answers)
		return 0;
	if (f->n_interrupted) {
		f->n_interrupted--;
		flags = NLM_F_DUMP_INTR;
	}
	if (nlh->nlmsg_type == RTM_GETLINK)
		add_link(&c, nlh->nlmsg_seq);
	else if (((const struct genlmsghdr *)mnl_nlmsg_get_payload(nlh))
			 ->cmd == DEVLINK_CMD_GET)
		add_device(&c, nlh->nlmsg_seq);
	add_end(&c, nlh->nlmsg_seq, flags);
	tell(&c, peer);
	return 0;
}

/*
 * What is told
 */

static void on_device(void *ctx, const struct kernel_handle *handle)
{
	struct fixture *f = ctx;

	(void)handle;
	f->n_devices++;
}

static void on_link(void *ctx, const struct kernel_link *link)
{
	struct fixture *f = ctx;

	(void)link;
	f->n_links++;
}

static void on_begin(void *ctx)
{
	struct fixture *f = ctx;

	f->n_begun++;
}

static void on_synced(void *ctx)
{
	struct fixture *f = ctx;

	f->n_synced++;
}

static const struct kernel_events events = {
	.device_new = on_device,
	.link = on_link,
	.sync_begin = on_begin,
	.synced = on_synced,
};

/* More rounds than any test needs. */
static void run(struct fixture *f)
{
	for (int i = 0; i < 20; i++)
		assert_int_equal(loop_once(f->loop, 0), 0);
}

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	nlpeer_reset(on_send, f);
	f->kernel.events = &events;
	f->kernel.events_ctx = f;
	assert_int_equal(loop_new(&f->loop), 0);
	assert_int_equal(notify_new(f->loop, &f->kernel, &f->notify), 0);
	assert_int_equal(notify_start(f->notify, NULL), 0);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	notify_free(f->notify);
	loop_free(f->loop);
	free(f);
	return 0;
}

/* The n-th sync went well; its sockets are the ones that are open. */
static void assert_synced(struct fixture *f, unsigned int n)
{
	assert_int_equal(f->n_begun, n);
	assert_int_equal(f->n_synced, n);
	assert_true(f->n_links >= n && f->n_devices >= n);
	assert_int_equal(nlpeer_count(), n * SOCKETS);
	for (unsigned int i = 0; i < n * SOCKETS; i++)
		assert_int_equal(nlpeer_is_open(i), i / SOCKETS == n - 1);
	assert_int_equal(nlpeer_group((n - 1) * SOCKETS + LINKS),
			 RTNLGRP_LINK);
	assert_int_equal(nlpeer_group((n - 1) * SOCKETS + DEVLINK), GROUP);
}

static void assert_syncs_again(struct fixture *f, unsigned int n)
{
	run(f);
	/* Not at once: whatever floods us may go on. */
	assert_int_equal(f->n_begun, n - 1);
	nlpeer_pass_us(GAP_US);
	run(f);
	assert_synced(f, n);
}

static void tells_everything_at_first(void **state)
{
	struct fixture *f = *state;
	struct chunk c = { 0 };

	run(f);
	assert_synced(f, 1);
	add_link(&c, 0);
	tell(&c, LINKS);
	run(f);
	assert_int_equal(f->n_links, 2);
	assert_int_equal(f->n_begun, 1);
}

static void and_when_notifications_were_lost(void **state)
{
	static const int errors[] = { ENOBUFS, ENOMEM };
	struct fixture *f = *state;
	unsigned int n = 1;

	run(f);
	for (unsigned int which = LINKS; which <= DEVLINK; which++)
		for (size_t i = 0; i < ARRAY_LEN(errors); i++) {
			nlpeer_fail((n - 1) * SOCKETS + which, errors[i]);
			assert_syncs_again(f, ++n);
		}
}

static void or_cut(void **state)
{
	struct fixture *f = *state;

	run(f);
	nlpeer_tell_cut(LINKS);
	assert_syncs_again(f, 2);
	nlpeer_tell_cut(SOCKETS + DEVLINK);
	assert_syncs_again(f, 3);
}

/* What follows it was a notification, too. */
static void or_cannot_be_told_apart(void **state)
{
	struct fixture *f = *state;
	struct chunk c = { 0 };

	run(f);
	add_link(&c, 0);
	add(&c, RTM_DELLINK, 0)->nlmsg_len = 7;
	c.size += NLMSG_HDRLEN;
	add_link(&c, 0);
	tell(&c, LINKS);
	assert_syncs_again(f, 2);
}

/* Also while everything is being told. */
static void a_sync_that_breaks_off_is_begun_anew(void **state)
{
	static const int errors[] = { ENOBUFS, ECONNREFUSED };
	struct fixture *f = *state;

	f->no_answers = true;
	run(f);
	assert_int_equal(f->n_begun, 1);
	for (unsigned int i = 0; i < ARRAY_LEN(errors); i++) {
		nlpeer_fail(i * SOCKETS + DEVLINK, errors[i]);
		run(f);
		assert_int_equal(f->n_begun, i + 1);
		nlpeer_pass_us(GAP_US);
		run(f);
		assert_int_equal(f->n_begun, i + 2);
		assert_int_equal(f->n_synced, 0);
	}
	f->no_answers = false;
	nlpeer_fail(2 * SOCKETS + LINKS, ENOBUFS);
	nlpeer_pass_us(GAP_US);
	run(f);
	assert_int_equal(f->n_begun, 4);
	assert_int_equal(f->n_synced, 1);
}

static void an_end_that_makes_no_sense_breaks_it_off(void **state)
{
	struct fixture *f = *state;
	struct chunk c = { 0 };

	f->no_answers = true;
	run(f);
	f->no_answers = false;
	add(&c, NLMSG_ERROR, nlpeer_seq(DEVLINK));
	c.size += NLMSG_HDRLEN;
	tell(&c, DEVLINK);
	nlpeer_pass_us(GAP_US);
	run(f);
	assert_int_equal(f->n_begun, 2);
	assert_int_equal(f->n_synced, 1);
}

static void an_interrupted_dump_is_repeated(void **state)
{
	struct fixture *f = *state;

	f->n_interrupted = 3;
	run(f);
	assert_synced(f, 1);
	assert_int_equal(f->n_dumps, 3 + 3);
}

/* And not without end. */
static void one_that_is_always_interrupted_waits(void **state)
{
	struct fixture *f = *state;

	f->n_interrupted = UINT32_MAX;
	run(f);
	assert_int_equal(f->n_begun, 1);
	assert_int_equal(f->n_synced, 0);
	assert_in_range(f->n_dumps, 2, 10);
	f->n_interrupted = 0;
	nlpeer_pass_us(GAP_US);
	run(f);
	assert_int_equal(f->n_begun, 2);
	assert_int_equal(f->n_synced, 1);
}

/* A storm has thousands of losses. */
static void many_losses_are_one_sync_and_one_line(void **state)
{
	struct fixture *f = *state;

	run(f);
	n_logged = 0;
	for (int i = 0; i < 100; i++) {
		nlpeer_fail(i % 2 ? LINKS : DEVLINK, ENOBUFS);
		run(f);
	}
	assert_int_equal(n_logged, 1);
	assert_syncs_again(f, 2);
	nlpeer_fail(SOCKETS + LINKS, ENOBUFS);
	run(f);
	assert_int_equal(n_logged, 2);
}

#define TEST(t) cmocka_unit_test_setup_teardown(t, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(tells_everything_at_first),
		TEST(and_when_notifications_were_lost),
		TEST(or_cut),
		TEST(or_cannot_be_told_apart),
		TEST(a_sync_that_breaks_off_is_begun_anew),
		TEST(an_end_that_makes_no_sense_breaks_it_off),
		TEST(an_interrupted_dump_is_repeated),
		TEST(one_that_is_always_interrupted_waits),
		TEST(many_losses_are_one_sync_and_one_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
