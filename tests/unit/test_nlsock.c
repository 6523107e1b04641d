/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ends of requests: errors, extended acks, ends of dumps, cut and hostile. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>

#include "common/base/cleanup.h"
#include "swoffd/kernel/nlsock.h"

#define TEXT "Filter already exists"

struct ack {
	_Alignas(NLMSG_ALIGNTO) char buf[512];
};

static struct nlmsghdr *head(struct ack *a, uint16_t type, uint16_t flags)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(a->buf);

	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = flags;
	return nlh;
}

/* An error for a request of size bytes, which is there unless capped. */
static struct nlmsghdr *put_error(struct ack *a, int error, uint16_t flags,
				  uint32_t request)
{
	struct nlmsghdr *nlh = head(a, NLMSG_ERROR, flags);
	struct nlmsgerr *e = mnl_nlmsg_put_extra_header(nlh, sizeof(*e));

	e->error = error;
	e->msg.nlmsg_len = request;
	if (!(flags & NLM_F_CAPPED))
		mnl_nlmsg_put_extra_header(nlh, request - sizeof(e->msg));
	if (flags & NLM_F_ACK_TLVS)
		mnl_attr_put_strz(nlh, NLMSGERR_ATTR_MSG, TEXT);
	return nlh;
}

static void reads_errors(void **state)
{
	static const struct {
		int error;
		uint16_t flags;
		const char *extack;
	} rows[] = {
		{ 0, NLM_F_CAPPED, "" },
		{ 0, NLM_F_CAPPED | NLM_F_ACK_TLVS, TEXT },
		{ -EEXIST, NLM_F_CAPPED, "" },
		{ -EEXIST, NLM_F_CAPPED | NLM_F_ACK_TLVS, TEXT },
		{ -EEXIST, NLM_F_ACK_TLVS, TEXT },
		{ -4095, 0, "" },
	};
	struct nlsock_end end;
	struct ack a;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct nlmsghdr *nlh = put_error(&a, rows[i].error,
						       rows[i].flags, 100);

		assert_int_equal(nlsock_decode_end(nlh, &end), 0);
		assert_int_equal(end.err, -rows[i].error);
		assert_string_equal(end.extack, rows[i].extack);
	}
}

static void reads_ends_of_dumps(void **state)
{
	struct nlsock_end end;
	struct nlmsghdr *nlh;
	struct ack a;

	(void)state;
	nlh = head(&a, NLMSG_DONE, NLM_F_MULTI);
	assert_int_equal(nlsock_decode_end(nlh, &end), 0);
	assert_int_equal(end.err, 0);
	*(int *)mnl_nlmsg_put_extra_header(nlh, sizeof(int)) = -EINVAL;
	assert_int_equal(nlsock_decode_end(nlh, &end), 0);
	assert_int_equal(end.err, EINVAL);
	assert_string_equal(end.extack, "");
	nlh->nlmsg_flags |= NLM_F_ACK_TLVS;
	mnl_attr_put_strz(nlh, NLMSGERR_ATTR_MSG, TEXT);
	assert_int_equal(nlsock_decode_end(nlh, &end), 0);
	assert_string_equal(end.extack, TEXT);
}

static void refuses_nonsense(void **state)
{
	struct nlsock_end end;
	struct ack a;

	(void)state;
	assert_int_equal(nlsock_decode_end(head(&a, 0x10, 0), &end), -ENOMSG);
	assert_int_equal(nlsock_decode_end(head(&a, NLMSG_ERROR, 0), &end),
			 -EBADMSG);
	assert_int_equal(nlsock_decode_end(put_error(&a, 1, 0, 16), &end),
			 -EBADMSG);
	assert_int_equal(nlsock_decode_end(put_error(&a, -5000, 0, 16), &end),
			 -EBADMSG);
}

/* The request that an error quotes may claim any length. */
static void survives_cuts(void **state)
{
	static const uint32_t claims[] = { 0, 1, 16, 100, 101, 512, 0x7fffffff,
					   0xfffffff0, 0xffffffff };
	struct nlsock_end end;
	struct ack a;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(claims); i++) {
		struct nlmsghdr *nlh = put_error(&a, -EEXIST, NLM_F_ACK_TLVS,
						 100);

		((struct nlmsgerr *)mnl_nlmsg_get_payload(nlh))->msg.nlmsg_len
			= claims[i];
		for (uint32_t n = sizeof(*nlh); n <= nlh->nlmsg_len; n++) {
			struct nlmsghdr *cut = malloc(n);

			memcpy(cut, nlh, n);
			cut->nlmsg_len = n;
			if (!nlsock_decode_end(cut, &end))
				assert_true(strlen(end.extack) <
					    sizeof(end.extack));
			free(cut);
		}
	}
}

static void cuts_long_texts(void **state)
{
	char text[400];
	struct nlsock_end end;
	struct nlmsghdr *nlh;
	struct ack a;

	(void)state;
	memset(text, 'x', sizeof(text));
	nlh = put_error(&a, -EINVAL, NLM_F_CAPPED, 16);
	nlh->nlmsg_flags |= NLM_F_ACK_TLVS;
	/* Neither ended by NUL nor short enough. */
	mnl_attr_put(nlh, NLMSGERR_ATTR_MSG, sizeof(text), text);
	assert_int_equal(nlsock_decode_end(nlh, &end), 0);
	assert_int_equal(end.err, EINVAL);
	assert_int_equal(strlen(end.extack), sizeof(end.extack) - 1);
}

static void numbers_skip_zero(void **state)
{
	struct nlsock s = { .seq = UINT32_MAX - 1 };

	(void)state;
	assert_int_equal(nlsock_next_seq(&s), UINT32_MAX);
	assert_int_equal(nlsock_next_seq(&s), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_errors),
		cmocka_unit_test(reads_ends_of_dumps),
		cmocka_unit_test(refuses_nonsense),
		cmocka_unit_test(survives_cuts),
		cmocka_unit_test(cuts_long_texts),
		cmocka_unit_test(numbers_skip_zero),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
