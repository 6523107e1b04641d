/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Dumps, by what comes on their socket: whole, cut short, lost, damaged. */
#include "tests/unit/dumpcase.h"

/* A dump of some filters that goes well. */
static void assert_works(struct fixture *f, unsigned int peer)
{
	struct chunk c = { 0 };

	start(f, DEV, 0, false);
	add_end(&c, peer);
	tell(&c, peer);
	read_to_end(f);
	assert_int_equal(f->n_done, 1);
	assert_int_equal(f->err, 0);
}

static void tells_filters_and_then_the_end(void **state)
{
	struct fixture *f = *state;
	struct chunk c = { 0 };

	start(f, DEV, 0, false);
	add_filter(&c, DEV, 0);
	add_filter(&c, DEV, 0);
	tell(&c, DUMP);
	read_filters(f, 2);
	assert_int_equal(f->n, 2);
	assert_int_equal(f->n_done, 0);
	add_filter(&c, DEV, 0);
	tell_end(&c);
	read_to_end(f);
	assert_int_equal(f->n, 3);
	assert_int_equal(f->last.ifindex, DEV);
	assert_int_equal(f->n_done, 1);
	assert_int_equal(f->err, 0);
	assert_works(f, DUMP);
}

static void one_runs_at_a_time(void **state)
{
	const struct kernel_dump what = { .ifindex = DEV };
	struct fixture *f = *state;

	start(f, DEV, 0, false);
	assert_int_equal(tcdump_start(f->dump, &what), -EBUSY);
}

static void a_block_is_told_with_and_without_a_device(void **state)
{
	struct fixture *f = *state;
	struct chunk c = { 0 };

	start(f, DEV, 0, false);
	add_filter(&c, 0, BLOCK);
	tell_end(&c);
	read_to_end(f);
	assert_int_equal(f->last.ifindex, DEV);
	assert_int_equal(f->last.block, BLOCK);

	start(f, 0, BLOCK, false);
	add_filter(&c, 0, BLOCK);
	tell_end(&c);
	read_to_end(f);
	assert_int_equal(f->last.ifindex, 0);
	assert_int_equal(f->last.block, BLOCK);
}

static void an_end_that_comes_twice_is_told_once(void **state)
{
	struct fixture *f = *state;
	struct chunk c = { 0 };

	start(f, DEV, 0, false);
	tell_end(&c);
	add_filter(&c, DEV, 0);
	tell_end(&c);
	read_to_end(f);
	assert_int_equal(f->n, 0);
	assert_int_equal(f->n_done, 1);
}

#define QUEUED 10              /* datagrams, more than are read ahead */

static void all_is_told_in_its_order(void **state)
{
	struct fixture *f = *state;
	struct chunk c = { 0 };
	struct tcmsg *tcm;

	start(f, DEV, 0, false);
	for (unsigned int i = 1; i <= 30 * QUEUED; i++) {
		tcm = mnl_nlmsg_get_payload(add_filter(&c, DEV, 0));
		tcm->tcm_handle = i;
		tell(&c, DUMP);
		if (i % QUEUED == 0)
			read_filters(f, i);
		assert_int_equal(f->last.handle, f->n);
	}
	assert_int_equal(f->n, 30 * QUEUED);
	tell_end(&c);
	read_to_end(f);
	assert_int_equal(f->err, 0);
}

static void answers_to_nothing_are_none(void **state)
{
	struct fixture *f = *state;
	struct chunk c = { 0 };

	start(f, DEV, 0, false);
	add_filter(&c, DEV, 0)->nlmsg_seq++;
	add(&c, NLMSG_DONE, nlpeer_seq(DUMP) - 1);
	tell(&c, DUMP);
	add_filter(&c, DEV, 0);
	tell_end(&c);
	read_to_end(f);
	assert_int_equal(f->n, 1);
	assert_int_equal(f->n_done, 1);
}

/* Errors of the socket: the next dump has another. */
static void lost_messages_end_it(void **state)
{
	static const int errors[] = { ENOBUFS, ENOMEM, ECONNREFUSED };
	struct fixture *f = *state;
	struct chunk c = { 0 };

	for (unsigned int i = 0; i < ARRAY_LEN(errors); i++) {
		start(f, DEV, 0, false);
		add_filter(&c, DEV, 0)->nlmsg_seq = nlpeer_seq(i);
		tell(&c, i);
		nlpeer_fail(i, errors[i]);
		read_to_end(f);
		assert_int_equal(f->n, 1);
		assert_int_equal(f->n_done, 1);
		assert_int_equal(f->err, errors[i]);
		assert_false(nlpeer_is_open(i));
	}
	assert_works(f, ARRAY_LEN(errors));
}

static void a_datagram_that_was_cut_ends_it(void **state)
{
	struct fixture *f = *state;

	start(f, DEV, 0, false);
	nlpeer_tell_cut(DUMP);
	read_to_end(f);
	assert_int_equal(f->n_done, 1);
	assert_int_equal(f->err, EMSGSIZE);
	assert_works(f, DUMP + 1);
}

/* The end may have been in what cannot be read. */
static void garbage_ends_it(void **state)
{
	struct fixture *f = *state;
	struct chunk c = { 0 };

	start(f, DEV, 0, false);
	add_filter(&c, DEV, 0);
	add(&c, RTM_NEWTFILTER, nlpeer_seq(DUMP))->nlmsg_len = 3;
	add_filter(&c, DEV, 0);
	tell_end(&c);
	read_to_end(f);
	assert_int_equal(f->n, 1);
	assert_int_equal(f->n_done, 1);
	assert_int_equal(f->err, EBADMSG);
	assert_works(f, DUMP + 1);
}

static void an_end_that_makes_no_sense_is_one(void **state)
{
	struct fixture *f = *state;
	struct chunk c = { 0 };

	start(f, DEV, 0, false);
	add(&c, NLMSG_ERROR, nlpeer_seq(DUMP));
	tell(&c, DUMP);
	read_to_end(f);
	assert_int_equal(f->n_done, 1);
	assert_int_equal(f->err, EBADMSG);
}

/* It was a filter, and nobody knows which. */
static void a_filter_without_a_header_is_missing(void **state)
{
	struct fixture *f = *state;
	struct chunk c = { 0 };

	start(f, DEV, 0, false);
	add(&c, RTM_NEWTFILTER, nlpeer_seq(DUMP));
	add_filter(&c, DEV, 0);
	tell_end(&c);
	read_to_end(f);
	assert_int_equal(f->n, 1);
	assert_int_equal(f->err, EBADMSG);
}

static void an_interrupted_one_says_so_at_its_end(void **state)
{
	struct fixture *f = *state;
	struct chunk c = { 0 };

	start(f, DEV, 0, false);
	add_filter(&c, DEV, 0)->nlmsg_flags |= NLM_F_DUMP_INTR;
	add_filter(&c, DEV, 0);
	tell_end(&c);
	read_to_end(f);
	assert_int_equal(f->n, 2);
	assert_int_equal(f->err, EINTR);
	assert_works(f, DUMP);
}

static void the_error_of_the_kernel_is_told(void **state)
{
	struct fixture *f = *state;

	start(f, DEV, 0, false);
	nlpeer_ack(DUMP, nlpeer_seq(DUMP), ENODEV);
	read_to_end(f);
	assert_int_equal(f->n_done, 1);
	assert_int_equal(f->err, ENODEV);
}

static int refuse(unsigned int peer, const void *data, size_t size, void *ctx)
{
	(void)peer;
	(void)data;
	(void)size;
	return *(const int *)ctx;
}

static void what_cannot_be_sent_does_not_start(void **state)
{
	const struct kernel_dump what = { .ifindex = DEV, .steady = true };
	struct fixture *f = *state;
	int err = ENOBUFS;

	tcdump_free(f->dump);
	nlpeer_reset(refuse, &err);
	assert_int_equal(tcdump_new(f->loop, &f->kernel, &f->dump, NULL), 0);
	assert_int_equal(tcdump_start(f->dump, &what), -ENOBUFS);
	assert_false(nlpeer_is_open(WATCH));
	err = 0;
	assert_works(f, DUMP);
}

#define DATAGRAMS 40                   /* of a filter each */
#define AHEAD 16                       /* datagrams that are under way */

/* They lie ready when it begins, so that no batch is cut short. */
static void start_paced(struct fixture *f)
{
	const struct kernel_dump what = { .ifindex = DEV, .paced = true };
	struct chunk c = { 0 };

	assert_works(f, DUMP);
	for (int i = 0; i < DATAGRAMS; i++) {
		add_filter(&c, DEV, 0)->nlmsg_seq = nlpeer_seq(DUMP) + 1;
		tell(&c, DUMP);
	}
	f->n = f->n_done = 0;
	assert_int_equal(tcdump_start(f->dump, &what), 0);
}

static void a_paced_one_waits_until_it_may_go_on(void **state)
{
	struct fixture *f = *state;
	struct chunk c = { 0 };

	start_paced(f);
	read_filters(f, AHEAD);
	for (int i = 0; i < 10; i++)
		assert_int_equal(loop_once(f->loop, 0), 0);
	assert_int_equal(f->n, AHEAD);
	assert_int_equal(f->n_asked, 2);
	assert_int_equal(f->n_done, 0);

	tcdump_more(f->dump);
	read_filters(f, 2 * AHEAD);
	assert_int_equal(f->n, 2 * AHEAD);
	f->goes_on = true;
	tcdump_more(f->dump);
	tell_end(&c);
	read_to_end(f);
	assert_int_equal(f->n, DATAGRAMS);
	assert_int_equal(f->err, 0);
}

static void a_paced_one_that_waits_can_be_dropped(void **state)
{
	struct fixture *f = *state;

	start_paced(f);
	read_filters(f, AHEAD);
	assert_int_equal(f->n_done, 0);
}

static void one_that_is_not_paced_does_not_ask(void **state)
{
	struct fixture *f = *state;
	struct chunk c = { 0 };

	start(f, DEV, 0, false);
	for (int i = 0; i < DATAGRAMS; i++) {
		add_filter(&c, DEV, 0);
		tell(&c, DUMP);
	}
	tell_end(&c);
	read_to_end(f);
	assert_int_equal(f->n, DATAGRAMS);
	assert_int_equal(f->n_asked, 0);
}

/* The first part was held when the second had the end. */
static void nothing_comes_of_more_after_the_end(void **state)
{
	struct fixture *f = *state;
	const struct kernel_dump what = { .ifindex = DEV, .paced = true };
	struct chunk c = { 0 };

	assert_works(f, DUMP);
	for (int i = 0; i < AHEAD / 2; i++) {
		add_filter(&c, DEV, 0)->nlmsg_seq = nlpeer_seq(DUMP) + 1;
		tell(&c, DUMP);
	}
	add_end(&c, DUMP);
	((struct nlmsghdr *)(void *)c.buf)->nlmsg_seq = nlpeer_seq(DUMP) + 1;
	tell(&c, DUMP);
	f->n = f->n_done = 0;
	assert_int_equal(tcdump_start(f->dump, &what), 0);
	read_to_end(f);
	assert_int_equal(f->n, AHEAD / 2);
	assert_int_equal(f->n_asked, 1);
	tcdump_more(f->dump);
	assert_works(f, DUMP);
	assert_int_equal(f->n_done, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(tells_filters_and_then_the_end),
		TEST(one_runs_at_a_time),
		TEST(a_block_is_told_with_and_without_a_device),
		TEST(an_end_that_comes_twice_is_told_once),
		TEST(all_is_told_in_its_order),
		TEST(answers_to_nothing_are_none),
		TEST(lost_messages_end_it),
		TEST(a_datagram_that_was_cut_ends_it),
		TEST(garbage_ends_it),
		TEST(an_end_that_makes_no_sense_is_one),
		TEST(a_filter_without_a_header_is_missing),
		TEST(an_interrupted_one_says_so_at_its_end),
		TEST(the_error_of_the_kernel_is_told),
		TEST(what_cannot_be_sent_does_not_start),
		TEST(a_paced_one_waits_until_it_may_go_on),
		TEST(a_paced_one_that_waits_can_be_dropped),
		TEST(one_that_is_not_paced_does_not_ask),
		TEST(nothing_comes_of_more_after_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
