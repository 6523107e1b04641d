/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Dumps that must be known to be whole: changes to the filters meanwhile. */
#include "tests/unit/dumpcase.h"

static const struct change {
	uint16_t type;
	uint32_t ifindex, block;       /* of the message */
	uint32_t of_dev, of_block;     /* what is dumped */
	uint32_t told_block;           /* what its filters are on */
	int err;
} changes[] = {
	{ RTM_NEWTFILTER, DEV, 0, DEV, 0, 0, EINTR },
	{ RTM_DELTFILTER, DEV, 0, DEV, 0, 0, EINTR },
	{ RTM_DELQDISC, DEV, 0, DEV, 0, 0, EINTR },
	{ RTM_NEWCHAIN, DEV, 0, DEV, 0, 0, 0 },
	{ RTM_DELTFILTER, OTHER_DEV, 0, DEV, 0, 0, 0 },
	{ RTM_DELQDISC, OTHER_DEV, 0, DEV, 0, 0, 0 },
	{ RTM_DELTFILTER, 0, BLOCK, DEV, 0, 0, 0 },
	{ RTM_DELTFILTER, 0, BLOCK, DEV, 0, BLOCK, EINTR },
	{ RTM_DELTFILTER, 0, OTHER_BLOCK, DEV, 0, BLOCK, 0 },
	{ RTM_NEWTFILTER, 0, BLOCK, 0, BLOCK, BLOCK, EINTR },
	{ RTM_NEWTFILTER, 0, OTHER_BLOCK, 0, BLOCK, BLOCK, 0 },
	{ RTM_NEWTFILTER, DEV, 0, 0, BLOCK, BLOCK, 0 },
};

static void add_change(struct chunk *c, const struct change *what)
{
	struct nlmsghdr *nlh = add_filter(c, what->ifindex, what->block);

	nlh->nlmsg_type = what->type;
	nlh->nlmsg_seq = 0;
	nlh->nlmsg_flags = 0;
}

static void a_change_there_ends_a_steady_one(void **state)
{
	struct fixture *f = *state;
	struct chunk c = { 0 };

	for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
		const struct change *what = &changes[i];

		tear_down(state);
		set_up(state);
		f = *state;
		start(f, what->of_dev, what->of_block, true);
		assert_int_equal(nlpeer_group(WATCH), RTNLGRP_TC);
		add_filter(&c, what->told_block ? 0 : DEV, what->told_block);
		tell(&c, DUMP);
		read_filters(f, 1);
		assert_int_equal(f->n, 1);
		add_change(&c, what);
		tell(&c, WATCH);
		tell_end(&c);
		read_to_end(f);
		assert_int_equal(f->n_done, 1);
		if (f->err != what->err)
			fail_msg("row %zu: %d", i, f->err);
		assert_false(nlpeer_is_open(WATCH));
	}
}

/* There is no use in reading a million filters to the end. */
static void a_steady_one_ends_as_soon_as_it_is_known(void **state)
{
	struct fixture *f = *state;
	struct chunk c = { 0 };

	start(f, DEV, 0, true);
	add_change(&c, &changes[0]);
	tell(&c, WATCH);
	add_filter(&c, DEV, 0);
	tell(&c, DUMP);
	read_to_end(f);
	assert_int_equal(f->n_done, 1);
	assert_int_equal(f->err, EINTR);
}

static void lost_changes_are_changes(void **state)
{
	struct fixture *f = *state;
	struct chunk c = { 0 };

	start(f, DEV, 0, true);
	nlpeer_fail(WATCH, ENOBUFS);
	tell_end(&c);
	read_to_end(f);
	assert_int_equal(f->n_done, 1);
	assert_int_equal(f->err, EINTR);
}

static void a_steady_one_without_changes_is_whole(void **state)
{
	struct fixture *f = *state;
	struct chunk c = { 0 };

	start(f, DEV, 0, true);
	assert_true(nlpeer_is_open(WATCH));
	add_filter(&c, DEV, 0);
	tell_end(&c);
	read_to_end(f);
	assert_int_equal(f->err, 0);
	assert_false(nlpeer_is_open(WATCH));
}

/* It would cost everybody who changes filters. */
static void others_do_not_listen(void **state)
{
	struct fixture *f = *state;

	start(f, DEV, 0, false);
	assert_int_equal(nlpeer_count(), 1);
	assert_int_equal(nlpeer_group(DUMP), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_change_there_ends_a_steady_one),
		TEST(a_steady_one_ends_as_soon_as_it_is_known),
		TEST(lost_changes_are_changes),
		TEST(a_steady_one_without_changes_is_whole),
		TEST(others_do_not_listen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
