/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A memo writes the bytes that filter_encode() writes, whatever came before. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <linux/rtnetlink.h>

#include "common/base/cleanup.h"
#include "swoffd/kernel/filter.h"
#include "swoffd/kernel/filter_memo.h"
#include "tests/unit/golden.h"

#define MAX_RULES 256

static struct rule rules[MAX_RULES];
static unsigned int n_rules;

static const char *const captures[] = {
	"tc-requests.txt", "tc-replies.txt", "tc-actions.txt",
	"flower-keys.txt",
};

/* A request of tc leaves the handle to the kernel. */
static void load_rule(struct nlmsghdr *nlh)
{
	static struct filter_view view;
	struct tcmsg *tcm = mnl_nlmsg_get_payload(nlh);

	if (n_rules == MAX_RULES || nlh->nlmsg_type != RTM_NEWTFILTER)
		return;
	if (!tcm->tcm_handle)
		tcm->tcm_handle = 1;
	if (filter_decode(nlh, &view) == 0 && view.filter.rule)
		rule_copy(&rules[n_rules++], &view.rule);
}

static int load_rules(void **state)
{
	struct golden g;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(captures); i++) {
		golden_load(captures[i], &g);
		for (size_t n = 0; n < g.n; n++)
			load_rule((void *)g.records[n].data);
		golden_free(&g);
	}
	return n_rules < 100;
}

/* Both encode it alike; true if the memo did so from what it keeps. */
static bool same(struct filter_memo *m, const struct kernel_request *req)
{
	static char want[FILTER_MAX_SIZE] __attribute__((aligned(4)));
	static char got[FILTER_MAX_SIZE] __attribute__((aligned(4)));
	unsigned int unlike = m->n_unlike;
	int rc = filter_encode(want, sizeof(want), req);

	assert_int_equal(filter_memo_encode(m, got, sizeof(got), req), rc);
	if (!rc)
		assert_memory_equal(got, want,
				    ((struct nlmsghdr *)want)->nlmsg_len);
	return !rc && m->n_unlike == unlike;
}

static struct kernel_request request(const struct rule *r, uint8_t cookie)
{
	struct kernel_request req = { .kind = REQUEST_ADD, .rule = r };

	memset(req.cookie, cookie, sizeof(req.cookie));
	return req;
}

/* Another value of what is matched, wherever that makes it another rule. */
static void change_key(struct rule *r, unsigned int seed)
{
	uint8_t *key = (uint8_t *)&r->match.key;
	const uint8_t *mask = (const uint8_t *)&r->match.mask;

	for (size_t i = 0; i < sizeof(r->match.key); i++)
		if (mask[i] == UINT8_MAX && rand_r(&seed) % 4 == 0)
			key[i] = (uint8_t)rand_r(&seed);
}

static void what_differs_in_values_is_a_copy(void **state)
{
	static struct filter_memo m;
	static struct rule r;
	unsigned int copies = 0;

	(void)state;
	for (unsigned int i = 0; i < n_rules; i++) {
		struct kernel_request req = request(&r, 1);

		memset(&m, 0, sizeof(m));
		rule_copy(&r, &rules[i]);
		assert_false(same(&m, &req));
		r.handle = 77;
		r.match.key.ipv4_src_be ^= r.match.mask.ipv4_src_be;
		r.match.key.tp_dst_be ^= r.match.mask.tp_dst_be;
		memset(req.cookie, 2, sizeof(req.cookie));
		copies += same(&m, &req);
	}
	assert_true(copies >= n_rules / 2);
}

static const size_t in_rule[] = {
	offsetof(struct rule, dev.ifindex),
	offsetof(struct rule, block),
	offsetof(struct rule, hook),
	offsetof(struct rule, policy),
	offsetof(struct rule, chain),
	offsetof(struct rule, prio),
	offsetof(struct rule, protocol_be),
	offsetof(struct rule, classid),
	offsetof(struct rule, verbose),
	offsetof(struct rule, n_actions),
	offsetof(struct rule, actions[0].index),
	offsetof(struct rule, match.mask.ipv4_dst_be),
	offsetof(struct rule, match.key.ip_proto),
};

static void what_differs_in_more_is_encoded(void **state)
{
	static struct filter_memo m;
	static struct rule r;
	struct kernel_request req = request(&r, 1);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(in_rule); i++) {
		memset(&m, 0, sizeof(m));
		rule_copy(&r, &rules[0]);
		same(&m, &req);
		assert_true(same(&m, &req));
		((uint8_t *)&r)[in_rule[i]] ^= 1;
		assert_false(same(&m, &req));
	}
}

static void other_requests_are_encoded(void **state)
{
	static struct filter_memo m;
	struct kernel_request req = request(&rules[0], 1), other = req;

	(void)state;
	memset(&m, 0, sizeof(m));
	same(&m, &req);
	other.kind = REQUEST_REPLACE;
	assert_false(same(&m, &other));
	other.kind = REQUEST_DEL;
	for (int i = 0; i < 16; i++)
		assert_false(same(&m, &other));
	other = req;
	other.no_cookie = true;
	assert_false(same(&m, &other));
	assert_true(same(&m, &req));
}

/* It may carry the sixteen bytes that ours are. */
static void a_cookie_of_somebody_else_stays(void **state)
{
	static struct filter_memo m;
	static struct rule r;
	struct kernel_request req = request(&r, 1);

	(void)state;
	for (int theirs = 0; theirs < 2; theirs++) {
		struct rule_action *a = &r.actions[theirs];

		rule_copy(&r, &rules[0]);
		r.n_actions = 2;
		r.actions[1] = r.actions[0];
		a->cookie_size = sizeof(req.cookie);
		memcpy(a->cookie, req.cookie, sizeof(req.cookie));
		memset(&m, 0, sizeof(m));
		same(&m, &req);
		req.cookie[0]++;
		assert_true(same(&m, &req));
	}
}

static void there_is_no_room_for_a_copy_either(void **state)
{
	static struct filter_memo m;
	char small[64] __attribute__((aligned(4)));
	struct kernel_request req = request(&rules[0], 1);

	(void)state;
	memset(&m, 0, sizeof(m));
	same(&m, &req);
	assert_int_equal(filter_memo_encode(&m, small, sizeof(small), &req),
			 -EMSGSIZE);
}

static void any_order_of_rules_is_right(void **state)
{
	static struct filter_memo m;
	static struct rule r;
	unsigned int seed = 1, copies = 0;

	(void)state;
	memset(&m, 0, sizeof(m));
	for (unsigned int n = 0; n < 20000; n++) {
		struct kernel_request req = request(&r, (uint8_t)n);

		/* Runs, so that much is a copy. */
		if (n % 40 == 0)
			rule_copy(&r, &rules[(unsigned int)rand_r(&seed) %
					     n_rules]);
		r.handle = n + 1;
		change_key(&r, n);
		copies += same(&m, &req);
	}
	assert_true(copies > 2000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_differs_in_values_is_a_copy),
		cmocka_unit_test(what_differs_in_more_is_encoded),
		cmocka_unit_test(other_requests_are_encoded),
		cmocka_unit_test(a_cookie_of_somebody_else_stays),
		cmocka_unit_test(there_is_no_room_for_a_copy_either),
		cmocka_unit_test(any_order_of_rules_is_right),
	};

	return cmocka_run_group_tests(tests, load_rules, NULL);
}
