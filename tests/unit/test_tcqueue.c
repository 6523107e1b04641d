/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What becomes of requests when the command socket has a bad day. */
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
#include <semaphore.h>

#include "swoffd/kernel/nlsock.h"
#include "swoffd/kernel/tcqueue.h"
#include "tests/unit/nlpeer.h"

#define COMMANDS 0                     /* the socket */
#define N_MAX 2048
/* The kernel refuses every tenth rule. */
#define REFUSED(handle) ((handle) % 10 == 3)

/* How the kernel behaves; what it saw. */
struct script {
	size_t size_max;               /* of a send; then EMSGSIZE */
	int fail_err;                  /* of the next sends … */
	unsigned int n_fail;           /* … of so many */
	bool lose_ack;                 /* the last one */
	int lose_rest;                 /* an error, instead of the last ACK */
	bool cut;                      /* an answer, before the others */
	bool twice;                    /* each error, and then a success */
	bool to_nothing;               /* an answer, besides */
	const char *garbage;           /* besides, if not NULL */
	size_t garbage_size;
	uint32_t us;                   /* that a message takes */
	sem_t *gate;                   /* each send waits for it, if not NULL */

	unsigned int n_sends;
	unsigned int n_most, n_last;   /* messages of a send */
	bool seen[N_MAX];              /* by handle */
};

struct fixture {
	struct loop *loop;
	struct kernel kernel;
	struct tcqueue *queue;
	struct script script;
	uint32_t n, n_results;         /* requests, answers */
	int results[N_MAX];            /* by tag */
};

static void add_ack(struct nlmsghdr *nlh, uint32_t seq, int err)
{
	struct nlmsgerr *e;

	mnl_nlmsg_put_header(nlh);
	nlh->nlmsg_type = NLMSG_ERROR;
	nlh->nlmsg_flags = NLM_F_CAPPED;
	nlh->nlmsg_seq = seq;
	e = mnl_nlmsg_put_extra_header(nlh, sizeof(*e));
	e->error = -err;
}

struct answers {
	size_t size;
	_Alignas(NLMSG_ALIGNTO) char buf[2 * 256 * 40];
};

static void add(struct answers *a, uint32_t seq, int err)
{
	struct nlmsghdr *nlh = (void *)(a->buf + a->size);

	add_ack(nlh, seq, err);
	a->size += nlh->nlmsg_len;
}

static void answer_one(struct script *s, const struct nlmsghdr *nlh,
		       struct answers *a)
{
	const struct tcmsg *tcm = mnl_nlmsg_get_payload(nlh);
	uint32_t handle = tcm->tcm_handle;

	assert_true(handle < N_MAX);
	assert_false(s->seen[handle]);
	s->seen[handle] = true;
	nlpeer_pass_us(s->us);
	if (REFUSED(handle))
		add(a, nlh->nlmsg_seq, ENOSPC);
	if (REFUSED(handle) && s->twice)
		add(a, nlh->nlmsg_seq, 0);
	if (nlh->nlmsg_flags & NLM_F_ACK && !REFUSED(handle) && !s->lose_ack &&
	    !s->lose_rest)
		add(a, nlh->nlmsg_seq, 0);
}

/* As the kernel does, all of it before the call returns. */
static int on_send(unsigned int peer, const void *data, size_t size, void *ctx)
{
	struct script *s = ctx;
	const struct nlmsghdr *nlh = data;
	struct answers a = { 0 };

	if (s->gate)
		sem_wait(s->gate);
	s->n_sends++;
	if (s->n_fail) {
		s->n_fail--;
		return s->fail_err;
	}
	if (s->size_max && size > s->size_max)
		return EMSGSIZE;
	if (s->to_nothing)
		add(&a, nlh->nlmsg_seq - 1, EPERM);
	if (s->to_nothing)
		add(&a, nlh->nlmsg_seq + N_MAX, EPERM);
	s->n_last = 0;
	for (; nlsock_msg_ok(nlh, size); nlh = nlsock_msg_next(nlh, &size)) {
		answer_one(s, nlh, &a);
		s->n_last++;
	}
	if (s->n_last > s->n_most)
		s->n_most = s->n_last;
	if (s->garbage)
		nlpeer_tell(peer, s->garbage, s->garbage_size);
	if (s->cut)
		nlpeer_tell_cut(peer);
	if (a.size)
		nlpeer_tell(peer, a.buf, a.size);
	if (s->lose_rest)
		nlpeer_fail(peer, s->lose_rest);
	return 0;
}

static void on_result(void *ctx, uint64_t tag, int err, const char *extack)
{
	struct fixture *f = ctx;

	(void)extack;
	assert_true(tag < N_MAX);
	f->results[tag] = err;
	f->n_results++;
}

static void on_tc_ready(void *ctx)
{
	(void)ctx;
}

static const struct kernel_events events = {
	.tc_result = on_result,
	.tc_ready = on_tc_ready,
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	nlpeer_reset(on_send, &f->script);
	f->kernel.events = &events;
	f->kernel.events_ctx = f;
	assert_int_equal(loop_new(&f->loop), 0);
	assert_int_equal(tcqueue_new(f->loop, &f->kernel, &f->queue, NULL), 0);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	tcqueue_free(f->queue);
	loop_free(f->loop);
	free(f);
	return 0;
}

/* Handles count on, tags are handles. */
static void request(struct fixture *f, uint8_t n_actions)
{
	static struct rule rule;
	const struct kernel_request req = { .kind = REQUEST_ADD,
					    .tag = f->n, .rule = &rule,
					    .no_cookie = true };

	rule = (struct rule){ .dev.ifindex = 3, .prio = 1, .handle = f->n,
			      .protocol_be = htons(0x0800),
			      .n_actions = n_actions };
	assert_int_equal(tcqueue_add(f->queue, &req), 0);
	f->n++;
}

static void requests(struct fixture *f, uint32_t n)
{
	while (n--)
		request(f, 1);
}

/* Waits for the answers to all requests. */
static void settle(struct fixture *f)
{
	tcqueue_flush(f->queue);
	while (f->n_results < f->n)
		assert_int_equal(loop_once(f->loop, -1), 0);
}

/* From first on; err: of those that the kernel did not refuse. */
static void assert_results(const struct fixture *f, uint32_t first, int err)
{
	for (uint32_t i = first; i < f->n; i++) {
		assert_true(f->script.seen[i]);
		if (f->results[i] != (REFUSED(i) ? ENOSPC : err))
			fail_msg("request %u: %d", i, f->results[i]);
	}
}

/* What comes after a bad day. */
static void assert_works(struct fixture *f)
{
	uint32_t first = f->n;

	requests(f, 50);
	settle(f);
	assert_results(f, first, 0);
}

static void every_request_has_its_result(void **state)
{
	struct fixture *f = *state;

	requests(f, 600);
	settle(f);
	assert_results(f, 0, 0);
	assert_int_equal(f->script.n_most, 256);
}

static void lost_answers_make_silence_unknown(void **state)
{
	struct fixture *f = *state;

	requests(f, 20);
	f->script.lose_rest = ENOBUFS;
	settle(f);
	assert_results(f, 0, ENOBUFS);
	f->script.lose_rest = 0;
	assert_works(f);
}

static void so_does_a_lost_ack(void **state)
{
	struct fixture *f = *state;

	requests(f, 20);
	f->script.lose_ack = true;
	settle(f);
	assert_results(f, 0, ENOBUFS);
	f->script.lose_ack = false;
	/* It comes late, when others are asked for. */
	nlpeer_ack(COMMANDS, 20, 0);
	assert_works(f);
}

/* Of which only the last request was answered. */
static void assert_silence_unknown(struct fixture *f, uint32_t first)
{
	assert_int_equal(f->results[f->n - 1], 0);
	f->results[f->n - 1] = ENOBUFS;
	assert_results(f, first, ENOBUFS);
}

static void and_an_answer_that_was_cut(void **state)
{
	struct fixture *f = *state;

	requests(f, 20);
	f->script.cut = true;
	settle(f);
	assert_silence_unknown(f, 0);
	f->script.cut = false;
	assert_works(f);
}

/* An error may have been in it. */
static void and_what_makes_no_sense(void **state)
{
	_Alignas(NLMSG_ALIGNTO) char no_frame[20], no_error[16];
	struct fixture *f = *state;
	struct script *s = &f->script;
	struct nlmsghdr *nlh = (void *)no_error;

	memset(no_frame, 0xff, sizeof(no_frame));
	s->garbage = no_frame;
	s->garbage_size = sizeof(no_frame);
	requests(f, 20);
	settle(f);
	assert_silence_unknown(f, 0);

	mnl_nlmsg_put_header(no_error);
	nlh->nlmsg_type = NLMSG_ERROR;
	s->garbage = no_error;
	s->garbage_size = sizeof(no_error);
	/* Batches are numbered from 1, in blocks of 256. */
	nlh->nlmsg_seq = 1 + 256 + 5;
	requests(f, 20);
	settle(f);
	assert_silence_unknown(f, 20);
	s->garbage = NULL;
	assert_works(f);
}

static void and_an_error_of_the_socket(void **state)
{
	struct fixture *f = *state;

	requests(f, 20);
	f->script.lose_rest = ENOMEM;
	settle(f);
	assert_results(f, 0, ENOBUFS);
	f->script.lose_rest = 0;
	assert_works(f);
}

static void the_first_of_two_answers_counts(void **state)
{
	struct fixture *f = *state;

	f->script.twice = true;
	requests(f, 50);
	settle(f);
	assert_results(f, 0, 0);
}

static void answers_to_nothing_change_nothing(void **state)
{
	struct fixture *f = *state;

	f->script.to_nothing = true;
	requests(f, 300);
	settle(f);
	assert_results(f, 0, 0);
}

/* The kernel took none of it, so it is not the fault of any. */
static void what_is_too_long_is_sent_in_parts(void **state)
{
	struct fixture *f = *state;

	f->script.size_max = 4096;
	requests(f, 300);
	settle(f);
	assert_results(f, 0, 0);
	assert_in_range(f->script.n_most, 2, 255);
	f->script.size_max = 0;
	assert_works(f);
}

static void a_rule_that_is_too_long_is_refused_alone(void **state)
{
	struct fixture *f = *state;

	f->script.size_max = 1024;
	requests(f, 7);
	request(f, RULE_MAX_ACTIONS);
	requests(f, 20);
	settle(f);
	assert_int_equal(f->results[7], EMSGSIZE);
	assert_false(f->script.seen[7]);
	f->results[7] = 0;
	f->script.seen[7] = true;
	assert_results(f, 0, 0);
}

static void what_cannot_be_sent_is_tried_again(void **state)
{
	static const int errors[] = { ENOMEM, ENOBUFS, EINTR, EAGAIN };
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(errors); i++) {
		uint32_t first = f->n;

		f->script.fail_err = errors[i];
		f->script.n_fail = 3;
		requests(f, 100);
		settle(f);
		assert_results(f, first, 0);
		assert_int_equal(f->script.n_fail, 0);
	}
}

/* And then given up: nobody waits for ever. */
static void what_can_never_be_sent_is_told(void **state)
{
	static const struct {
		int err, result;
	} rows[] = {
		{ ENOMEM, ENOMEM }, { ENOBUFS, ENOBUFS }, { EINTR, ENOBUFS },
		{ EAGAIN, ENOBUFS }, { ECONNREFUSED, ECONNREFUSED },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		uint32_t first = f->n;

		f->script.fail_err = rows[i].err;
		f->script.n_fail = UINT32_MAX;
		requests(f, 20);
		settle(f);
		for (uint32_t j = first; j < f->n; j++) {
			assert_false(f->script.seen[j]);
			if (f->results[j] != rows[i].result)
				fail_msg("row %zu: %d", i, f->results[j]);
		}
		f->script.n_fail = 0;
		assert_works(f);
	}
}

/* Whoever else wants the CPU gets it in between. */
static void slow_rules_are_sent_in_smaller_parts(void **state)
{
	struct fixture *f = *state;

	f->script.us = 40;
	requests(f, 512);
	settle(f);
	assert_results(f, 0, 0);
	assert_in_range(f->script.n_last, 1, 50);
	/* But not one by one. */
	f->script.us = 1000;
	requests(f, 256);
	settle(f);
	f->script.n_most = 0;
	requests(f, 256);
	settle(f);
	assert_int_equal(f->script.n_most, 16);
	f->script.us = 0;
	requests(f, 256);
	settle(f);
	f->script.n_most = 0;
	requests(f, 256);
	settle(f);
	assert_int_equal(f->script.n_most, 256);
}

/* One after the other, each flushed, while the thread hangs in the first. */
static void flush_requests(struct fixture *f, sem_t *gate, uint32_t n)
{
	assert_int_equal(sem_init(gate, 0, 0), 0);
	f->script.gate = gate;
	while (n--) {
		request(f, 1);
		tcqueue_flush(f->queue);
	}
	for (uint32_t i = 0; i < f->n; i++)
		sem_post(gate);
}

static void what_is_flushed_meanwhile_goes_together(void **state)
{
	struct fixture *f = *state;
	sem_t gate;

	/* What one takes alone says little of many. */
	f->script.us = 100;
	flush_requests(f, &gate, 100);
	while (f->n_results < f->n)
		assert_int_equal(loop_once(f->loop, -1), 0);
	assert_results(f, 0, 0);
	assert_int_equal(f->script.n_sends, 3);
	sem_destroy(&gate);
}

static void what_was_flushed_is_sent_before_the_end(void **state)
{
	struct fixture *f = *state;
	sem_t gate;

	flush_requests(f, &gate, 100);
	tcqueue_free(steal_ptr(f->queue));
	for (uint32_t i = 0; i < f->n; i++)
		assert_true(f->script.seen[i]);
	sem_destroy(&gate);
}

#define TEST(t) cmocka_unit_test_setup_teardown(t, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_request_has_its_result),
		TEST(lost_answers_make_silence_unknown),
		TEST(so_does_a_lost_ack),
		TEST(and_an_answer_that_was_cut),
		TEST(and_what_makes_no_sense),
		TEST(and_an_error_of_the_socket),
		TEST(the_first_of_two_answers_counts),
		TEST(answers_to_nothing_change_nothing),
		TEST(what_is_too_long_is_sent_in_parts),
		TEST(a_rule_that_is_too_long_is_refused_alone),
		TEST(what_cannot_be_sent_is_tried_again),
		TEST(what_can_never_be_sent_is_told),
		TEST(slow_rules_are_sent_in_smaller_parts),
		TEST(what_is_flushed_meanwhile_goes_together),
		TEST(what_was_flushed_is_sent_before_the_end),
	};

	nlpeer_stop_clock();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
