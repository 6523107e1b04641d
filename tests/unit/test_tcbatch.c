/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What becomes of the requests of a batch, by the answers that came. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <linux/rtnetlink.h>

#include "common/base/cleanup.h"
#include "swoffd/kernel/tcbatch.h"
#include "tests/unit/golden.h"

#define FIRST_SEQ 1000
#define FULL "hw table full"

struct result {
	int err;
	char extack[64];
};

struct seen {
	unsigned int n, filters;
	uint32_t handle;               /* of the last filter */
	uint64_t tag;
	unsigned int filter_before;    /* results before the last filter */
	struct result results[TCBATCH_MESSAGES];
};

static struct filter_memo memo;

static void on_result(void *ctx, uint64_t tag, int err, const char *extack)
{
	struct seen *s = ctx;

	/* In order, each once. */
	assert_int_equal(tag, s->n + 7);
	s->results[s->n].err = err;
	snprintf(s->results[s->n].extack, sizeof(s->results[s->n].extack),
		 "%s", extack);
	s->n++;
}

static void on_filter(void *ctx, const struct kernel_filter *filter)
{
	struct seen *s = ctx;

	s->filters++;
	s->handle = filter->handle;
	s->tag = filter->tag;
	s->filter_before = s->n;
}

static const struct kernel_events events = {
	.tc_result = on_result,
	.tc_filter = on_filter,
};

static void add(struct tcbatch *b, enum kernel_request_kind kind)
{
	struct rule rule = { .dev.ifindex = 3, .prio = 2, .handle = 5,
			     .protocol_be = htons(0x0800) };
	struct kernel_request req = { .kind = kind, .rule = &rule,
				      .tag = tcbatch_count(b) + 7 };

	assert_int_equal(tcbatch_add(b, &memo, &req), 0);
}

static const void *whole(struct tcbatch *b, size_t *size)
{
	const void *data;

	assert_int_equal(tcbatch_part(b, TCBATCH_MESSAGES, &data, size),
			 tcbatch_count(b));
	return data;
}

static void send_all(struct tcbatch *b)
{
	size_t size;

	(void)whole(b, &size);
}

static struct tcbatch *batch_of(unsigned int n, enum kernel_request_kind kind)
{
	struct tcbatch *b;

	assert_int_equal(tcbatch_new(&b), 0);
	tcbatch_reset(b, FIRST_SEQ);
	while (n--)
		add(b, kind);
	return b;
}

static bool answer(struct tcbatch *b, uint32_t i, int err, const char *extack)
{
	_Alignas(NLMSG_ALIGNTO) char buf[512];
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct nlmsgerr *e;

	nlh->nlmsg_type = NLMSG_ERROR;
	nlh->nlmsg_flags = NLM_F_CAPPED | NLM_F_ACK_TLVS;
	nlh->nlmsg_seq = FIRST_SEQ + i;
	e = mnl_nlmsg_put_extra_header(nlh, sizeof(*e));
	e->error = -err;
	mnl_attr_put_strz(nlh, NLMSGERR_ATTR_MSG, extack);
	return tcbatch_answer(b, buf, nlh->nlmsg_len);
}

static void only_the_last_is_acknowledged(void **state)
{
	struct tcbatch *b = batch_of(5, REQUEST_ADD);
	const struct nlmsghdr *nlh;
	uint32_t i = 0;
	size_t size;

	(void)state;
	nlh = whole(b, &size);
	for (; size; nlh = mnl_nlmsg_next(nlh, &(int){ 0 })) {
		assert_int_equal(nlh->nlmsg_seq, FIRST_SEQ + i);
		assert_int_equal(!!(nlh->nlmsg_flags & NLM_F_ACK), ++i == 5);
		size -= MNL_ALIGN(nlh->nlmsg_len);
	}
	assert_int_equal(i, 5);
	tcbatch_free(b);
}

static void explained_ones_are_too(void **state)
{
	struct tcbatch *b = batch_of(1, REQUEST_EXPLAIN);
	const struct nlmsghdr *nlh;
	struct seen s = { 0 };
	size_t size;

	(void)state;
	add(b, REQUEST_ADD);
	nlh = whole(b, &size);
	assert_true(nlh->nlmsg_flags & NLM_F_ACK);
	assert_false(answer(b, 0, 0, FULL));
	assert_true(answer(b, 1, 0, ""));
	tcbatch_settle(b, 0);
	tcbatch_deliver(b, &events, &s);
	assert_int_equal(s.results[0].err, 0);
	assert_string_equal(s.results[0].extack, FULL);
	assert_string_equal(s.results[1].extack, "");
	tcbatch_free(b);
}

/* Each has an ACK of its own; what is settled, or not sent yet, no answer. */
static void is_sent_in_parts(void **state)
{
	struct tcbatch *b = batch_of(5, REQUEST_ADD);
	static const int want[] = { ENOBUFS, ENOBUFS, 0, EEXIST, 0 };
	const struct nlmsghdr *nlh;
	struct seen s = { 0 };
	const void *data;
	size_t size;

	(void)state;
	assert_int_equal(tcbatch_part(b, 2, &data, &size), 2);
	nlh = data;
	assert_int_equal(nlh->nlmsg_seq, FIRST_SEQ);
	assert_false(answer(b, 2, EPERM, "not sent"));
	tcbatch_settle(b, ENOBUFS);

	assert_int_equal(tcbatch_part(b, 2, &data, &size), 2);
	nlh = data;
	assert_int_equal(nlh->nlmsg_seq, FIRST_SEQ + 2);
	assert_int_equal(size, MNL_ALIGN(nlh->nlmsg_len) * 2);
	assert_false(answer(b, 1, 0, ""));
	assert_true(answer(b, 3, EEXIST, ""));
	tcbatch_settle(b, 0);

	assert_int_equal(tcbatch_part(b, 2, &data, &size), 1);
	assert_true(answer(b, 4, 0, ""));
	tcbatch_settle(b, 0);
	assert_int_equal(tcbatch_part(b, 2, &data, &size), 0);
	tcbatch_deliver(b, &events, &s);
	for (size_t i = 0; i < ARRAY_LEN(want); i++)
		assert_int_equal(s.results[i].err, want[i]);
	tcbatch_free(b);
}

/* As the reading of counters and what sets them to zero. */
static void what_goes_together_is_sent_together(void **state)
{
	struct tcbatch *b = batch_of(1, REQUEST_ADD);
	struct rule rule = { .dev.ifindex = 3, .prio = 2, .handle = 5 };
	struct kernel_request get = { .kind = REQUEST_GET, .rule = &rule,
				      .with_next = true };
	const void *data;
	size_t size;

	(void)state;
	assert_int_equal(tcbatch_add(b, &memo, &get), 0);
	add(b, REQUEST_REPLACE);
	add(b, REQUEST_ADD);
	assert_int_equal(tcbatch_part(b, 2, &data, &size), 3);
	assert_int_equal(tcbatch_part(b, 1, &data, &size), 1);
	tcbatch_settle(b, 0);
	/* It may be too long together. */
	assert_int_equal(tcbatch_part(b, 1, &data, &size), 1);
	assert_int_equal(tcbatch_part(b, 2, &data, &size), 2);
	tcbatch_free(b);
}

static void silence_is_success(void **state)
{
	struct tcbatch *b = batch_of(4, REQUEST_ADD);
	struct seen s = { 0 };
	static const struct result want[] = {
		{ 0, "" }, { ENOSPC, FULL }, { ENOSPC, FULL }, { 0, "" },
	};

	(void)state;
	send_all(b);
	assert_false(answer(b, 1, ENOSPC, FULL));
	assert_false(answer(b, 2, ENOSPC, FULL));
	assert_true(answer(b, 3, 0, ""));
	tcbatch_settle(b, 0);
	tcbatch_deliver(b, &events, &s);
	assert_int_equal(s.n, 4);
	for (size_t i = 0; i < ARRAY_LEN(want); i++) {
		assert_int_equal(s.results[i].err, want[i].err);
		assert_string_equal(s.results[i].extack, want[i].extack);
	}
	tcbatch_free(b);
}

static void a_loss_makes_silence_unknown(void **state)
{
	struct tcbatch *b = batch_of(3, REQUEST_ADD);
	struct seen s = { 0 };

	(void)state;
	send_all(b);
	assert_false(answer(b, 0, EEXIST, ""));
	tcbatch_settle(b, ENOBUFS);
	tcbatch_deliver(b, &events, &s);
	assert_int_equal(s.results[0].err, EEXIST);
	assert_int_equal(s.results[1].err, ENOBUFS);
	assert_int_equal(s.results[2].err, ENOBUFS);
	tcbatch_free(b);
}

struct reply {
	struct tcbatch *batch;
	uint32_t seq;
	bool done;
};

/* Gives the first filter of a dump as the answer to a get. */
static void reply(const struct nlmsghdr *nlh, void *ctx)
{
	struct reply *r = ctx;
	struct nlmsghdr *copy;

	if (r->done || !((const struct tcmsg *)
			 mnl_nlmsg_get_payload(nlh))->tcm_handle)
		return;
	copy = malloc(nlh->nlmsg_len);
	memcpy(copy, nlh, nlh->nlmsg_len);
	copy->nlmsg_seq = r->seq;
	assert_false(tcbatch_answer(r->batch, copy, copy->nlmsg_len));
	free(copy);
	r->done = true;
}

static void a_get_tells_the_filter_first(void **state)
{
	struct tcbatch *b = batch_of(3, REQUEST_GET);
	struct reply r = { b, FIRST_SEQ + 1, false };
	struct seen s = { 0 };
	struct golden g;

	(void)state;
	golden_load("tc-replies.txt", &g);
	send_all(b);
	assert_false(answer(b, 0, ENOENT, ""));
	golden_each(&g.records[0], reply, &r);
	assert_true(r.done);
	assert_true(answer(b, 2, ENOENT, ""));
	tcbatch_settle(b, 0);
	tcbatch_deliver(b, &events, &s);
	assert_int_equal(s.filters, 1);
	assert_true(s.handle != 0);
	assert_int_equal(s.tag, 8);
	assert_int_equal(s.filter_before, 1);
	assert_int_equal(s.results[0].err, ENOENT);
	assert_int_equal(s.results[1].err, 0);
	assert_int_equal(s.results[2].err, ENOENT);
	golden_free(&g);
	tcbatch_free(b);
}

/* The kernel tells the qdisc as it is. */
static void tell_qdisc(struct tcbatch *b, uint32_t i, uint32_t block)
{
	_Alignas(NLMSG_ALIGNTO) char buf[128];
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);

	nlh->nlmsg_type = RTM_NEWQDISC;
	nlh->nlmsg_seq = FIRST_SEQ + i;
	memset(mnl_nlmsg_put_extra_header(nlh, sizeof(struct tcmsg)), 0,
	       sizeof(struct tcmsg));
	mnl_attr_put_strz(nlh, TCA_KIND, "clsact");
	if (block)
		mnl_attr_put_u32(nlh, TCA_INGRESS_BLOCK, block);
	assert_false(tcbatch_answer(b, buf, nlh->nlmsg_len));
}

static void a_qdisc_must_have_its_block(void **state)
{
	static const struct {
		uint32_t wanted;
		int told;              /* negative: nothing */
		int err;               /* what it comes to */
	} rows[] = {
		{ 0, 0, 0 }, { 7, 7, 0 }, { 7, 0, EEXIST }, { 7, 8, EEXIST },
		{ 0, 7, EEXIST }, { 0, -1, ENOBUFS }, { 7, -1, ENOBUFS },
	};
	struct tcbatch *b = batch_of(0, REQUEST_QDISC);
	struct seen s = { 0 };

	(void)state;
	for (uint32_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct rule rule = { .dev.ifindex = 3,
				     .block = rows[i].wanted };
		struct kernel_request req = { .kind = REQUEST_QDISC,
					      .rule = &rule, .tag = i + 7 };

		assert_int_equal(tcbatch_add(b, &memo, &req), 0);
	}
	/* Its own error is the one that counts. */
	add(b, REQUEST_QDISC);
	send_all(b);
	for (uint32_t i = 0; i < ARRAY_LEN(rows); i++)
		if (rows[i].told >= 0)
			tell_qdisc(b, i, (uint32_t)rows[i].told);
	assert_true(answer(b, ARRAY_LEN(rows), EINVAL, "Invalid qdisc name"));
	tcbatch_settle(b, 0);
	tcbatch_deliver(b, &events, &s);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (s.results[i].err != rows[i].err)
			fail_msg("row %zu: %d", i, s.results[i].err);
	assert_int_equal(s.results[ARRAY_LEN(rows)].err, EINVAL);
	assert_int_equal(s.filters, 0);
	tcbatch_free(b);
}

static void strangers_change_nothing(void **state)
{
	struct tcbatch *b = batch_of(2, REQUEST_ADD);
	struct seen s = { 0 };

	(void)state;
	send_all(b);
	assert_false(answer(b, 2, EPERM, "late"));
	assert_false(answer(b, UINT32_MAX, EPERM, "late"));
	assert_true(answer(b, 1, 0, ""));
	tcbatch_settle(b, 0);
	tcbatch_deliver(b, &events, &s);
	assert_int_equal(s.results[0].err + s.results[1].err, 0);
	tcbatch_free(b);
}

static void all_may_fail_with_long_texts(void **state)
{
	struct tcbatch *b = batch_of(TCBATCH_MESSAGES, REQUEST_DEL);
	struct seen *s = calloc(1, sizeof(*s));
	char text[300];

	(void)state;
	assert_non_null(s);
	assert_false(tcbatch_has_room(b, 1));
	send_all(b);
	for (unsigned int i = 0; i < TCBATCH_MESSAGES; i++) {
		memset(text, 'a' + (char)(i % 26), sizeof(text) - 1);
		text[sizeof(text) - 1] = '\0';
		assert_int_equal(answer(b, i, ENOSPC, text),
				 i == TCBATCH_MESSAGES - 1);
	}
	tcbatch_settle(b, 0);
	tcbatch_deliver(b, &events, s);
	for (unsigned int i = 0; i < TCBATCH_MESSAGES; i++) {
		assert_int_equal(s->results[i].err, ENOSPC);
		assert_int_equal(s->results[i].extack[0],
				 'a' + (char)(i % 26));
	}
	free(s);
	tcbatch_free(b);
}

static void is_used_again(void **state)
{
	struct tcbatch *b = batch_of(3, REQUEST_ADD);
	struct seen s = { 0 };

	(void)state;
	send_all(b);
	assert_false(answer(b, 0, EPERM, FULL));
	tcbatch_settle(b, ENOBUFS);
	tcbatch_reset(b, FIRST_SEQ);
	add(b, REQUEST_ADD);
	send_all(b);
	assert_true(answer(b, 0, 0, ""));
	tcbatch_settle(b, 0);
	tcbatch_deliver(b, &events, &s);
	assert_int_equal(s.n, 1);
	assert_int_equal(s.results[0].err, 0);
	assert_string_equal(s.results[0].extack, "");
	tcbatch_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_the_last_is_acknowledged),
		cmocka_unit_test(explained_ones_are_too),
		cmocka_unit_test(is_sent_in_parts),
		cmocka_unit_test(what_goes_together_is_sent_together),
		cmocka_unit_test(silence_is_success),
		cmocka_unit_test(a_loss_makes_silence_unknown),
		cmocka_unit_test(a_get_tells_the_filter_first),
		cmocka_unit_test(a_qdisc_must_have_its_block),
		cmocka_unit_test(strangers_change_nothing),
		cmocka_unit_test(all_may_fail_with_long_texts),
		cmocka_unit_test(is_used_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
