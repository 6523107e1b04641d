/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lists of actions: every kind there and back, counters, what is not known. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <linux/gen_stats.h>
#include <linux/if_ether.h>
#include <linux/pkt_cls.h>
#include <linux/tc_act/tc_gact.h>

#include "common/base/cleanup.h"
#include "swoffd/kernel/act_stats.h"
#include "swoffd/kernel/action.h"
#include "swoffd/kernel/attr.h"

#define SIZE (128 << 10)

static _Alignas(NLMSG_ALIGNTO) char buf[SIZE];

static struct nlmsghdr *message(void)
{
	return mnl_nlmsg_put_header(buf);
}

static const struct nlattr *first(const struct nlmsghdr *nlh)
{
	return mnl_nlmsg_get_payload(nlh);
}

static struct rule_action gact(enum rule_verdict verdict, uint32_t chain)
{
	return (struct rule_action){ .kind = RULE_ACTION_GACT,
				     .verdict = verdict, .chain = chain };
}

static struct rule_action mirred(enum rule_mirred op, enum rule_verdict v,
				 uint32_t ifindex)
{
	struct rule_action a = { .kind = RULE_ACTION_MIRRED, .verdict = v };

	a.mirred.op = op;
	a.mirred.port.ifindex = ifindex;
	a.mirred.port.no = PORT_NO_NONE;
	return a;
}

static struct rule_action vlan(enum rule_vlan op, uint16_t tpid, uint16_t id,
			       int prio)
{
	struct rule_action a = { .kind = RULE_ACTION_VLAN,
				 .verdict = RULE_PIPE };

	a.vlan.op = op;
	a.vlan.tpid_be = htons(tpid);
	a.vlan.id = id;
	a.vlan.has_prio = prio >= 0;
	a.vlan.prio = prio < 0 ? 0 : (uint8_t)prio;
	return a;
}

static void every_kind_comes_back(void **state)
{
	const uint8_t cookie[KERNEL_COOKIE_SIZE] = { 's', 'w', 'o', 'f', 3 };
	struct rule rule = { 0 }, back = { 0 };
	const struct rule_action all[] = {
		gact(RULE_DROP, 0), gact(RULE_PASS, 0), gact(RULE_PIPE, 0),
		gact(RULE_STOLEN, 0), gact(RULE_GOTO_CHAIN, 7),
		gact(RULE_GOTO_CHAIN, RULE_MAX_CHAIN),
		mirred(RULE_EGRESS_REDIRECT, RULE_STOLEN, 3),
		mirred(RULE_EGRESS_MIRROR, RULE_PIPE, 4),
		mirred(RULE_INGRESS_REDIRECT, RULE_STOLEN, 5),
		mirred(RULE_INGRESS_MIRROR, RULE_GOTO_CHAIN, UINT32_MAX),
		vlan(RULE_VLAN_POP, 0, 0, -1),
		vlan(RULE_VLAN_PUSH, ETH_P_8021Q, 4094, -1),
		vlan(RULE_VLAN_PUSH, ETH_P_8021AD, 1, 7),
		vlan(RULE_VLAN_MODIFY, ETH_P_8021Q, 0, 0),
	};
	struct action_summary sum;
	struct nlmsghdr *nlh = message();

	(void)state;
	rule.n_actions = ARRAY_LEN(all);
	memcpy(rule.actions, all, sizeof(all));
	assert_int_equal(action_encode(nlh, SIZE, TCA_FLOWER_ACT, &rule,
				       cookie), 0);
	assert_int_equal(action_decode(first(nlh), &back, &sum), 0);
	assert_string_equal(sum.undecoded, "");
	assert_int_equal(back.n_actions, rule.n_actions);
	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		assert_memory_equal(&back.actions[i], &all[i],
				    sizeof(all[i]));
	assert_true(sum.has_cookie);
	assert_memory_equal(sum.cookie, cookie, sizeof(cookie));
}

/* Where in the message the cookies are. */
static void cookies_of(const struct rule *rule, const uint8_t *cookie,
		       const struct nlattr *cookies[RULE_MAX_ACTIONS])
{
	const struct nlattr *acts[RULE_MAX_ACTIONS + 1];
	const struct nlattr *tb[TCA_ACT_FLAGS + 1];
	struct nlmsghdr *nlh = message();

	assert_int_equal(action_encode(nlh, SIZE, TCA_FLOWER_ACT, rule,
				       cookie), 0);
	attr_nested_table(first(nlh), acts, RULE_MAX_ACTIONS);
	for (int i = 0; i < rule->n_actions; i++) {
		assert_non_null(acts[i + 1]);
		attr_nested_table(acts[i + 1], tb, TCA_ACT_FLAGS);
		cookies[i] = tb[TCA_ACT_COOKIE];
	}
}

static void only_the_first_without_a_cookie_gets_one(void **state)
{
	const uint8_t cookie[KERNEL_COOKIE_SIZE] = { 's', 'w', 'o', 'f', 9 };
	const struct nlattr *cookies[RULE_MAX_ACTIONS];
	struct rule rule = { .n_actions = RULE_MAX_ACTIONS }, back;
	struct action_summary sum;
	uint8_t got[KERNEL_COOKIE_SIZE];

	(void)state;
	for (int i = 0; i < RULE_MAX_ACTIONS; i++)
		rule.actions[i] = gact(RULE_PIPE, 0);
	rule.actions[0].cookie_size = 2;
	rule.actions[0].cookie[1] = 7;
	assert_true(rule_has_room_for_cookie(&rule));
	cookies_of(&rule, cookie, cookies);
	assert_int_equal(mnl_attr_get_payload_len(cookies[0]), 2);
	assert_int_equal(attr_copy(cookies[1], got, sizeof(got)), 0);
	assert_memory_equal(got, cookie, sizeof(got));
	for (int i = 2; i < RULE_MAX_ACTIONS; i++)
		assert_null(cookies[i]);

	assert_int_equal(action_decode((const void *)(buf + NLMSG_HDRLEN),
				       &back, &sum), 0);
	assert_true(sum.has_cookie);
	assert_memory_equal(sum.cookie, cookie, sizeof(cookie));
	assert_true(rule_actions_hold(&rule, &back));
}

/* One that is shared has one cookie in all the rules it is in. */
static void a_shared_action_gets_it_only_if_there_is_no_other(void **state)
{
	const uint8_t cookie[KERNEL_COOKIE_SIZE] = { 's', 'w', 'o', 'f', 9 };
	const struct nlattr *cookies[RULE_MAX_ACTIONS];
	struct rule rule = { .n_actions = 4 };

	(void)state;
	for (int i = 0; i < 4; i++)
		rule.actions[i] = gact(RULE_PIPE, 0);
	rule.actions[0].index = 5;
	rule.actions[1].cookie_size = 2;
	cookies_of(&rule, cookie, cookies);
	assert_null(cookies[0]);
	assert_int_equal(mnl_attr_get_payload_len(cookies[1]), 2);
	assert_int_equal(mnl_attr_get_payload_len(cookies[2]),
			 KERNEL_COOKIE_SIZE);
	assert_null(cookies[3]);

	rule.actions[2].index = rule.actions[3].index = 6;
	cookies_of(&rule, cookie, cookies);
	assert_int_equal(mnl_attr_get_payload_len(cookies[0]),
			 KERNEL_COOKIE_SIZE);
	assert_null(cookies[2]);
	assert_null(cookies[3]);
}

static void nobodys_cookie_is_overwritten(void **state)
{
	const uint8_t cookie[KERNEL_COOKIE_SIZE] = { 's', 'w', 'o', 'f' };
	struct rule rule = { .n_actions = 1 };
	struct nlmsghdr *nlh = message();

	(void)state;
	rule.actions[0] = gact(RULE_DROP, 0);
	rule.actions[0].cookie_size = 1;
	assert_false(rule_has_room_for_cookie(&rule));
	assert_int_equal(action_encode(nlh, SIZE, TCA_FLOWER_ACT, &rule,
				       cookie), -EOPNOTSUPP);
	assert_int_equal(action_encode(message(), SIZE, TCA_FLOWER_ACT, &rule,
				       NULL), 0);
}

/* 32 rate tables, and 64; nothing is written behind the end of the buffer. */
static void what_does_not_fit_is_refused(void **state)
{
	struct rule rule = { .n_actions = RULE_MAX_ACTIONS };
	size_t size = NLMSG_HDRLEN;

	(void)state;
	for (int i = 0; i < RULE_MAX_ACTIONS; i++) {
		rule.actions[i] = gact(RULE_DROP, 0);
		rule.actions[i].kind = RULE_ACTION_POLICE;
		rule.actions[i].police.rate = 1 << 20;
		rule.actions[i].police.burst = 1 << 20;
	}
	for (; size < SIZE; size += 4) {
		char *tight = malloc(size);
		int rc;

		assert_non_null(tight);
		rc = action_encode(mnl_nlmsg_put_header(tight), size,
				   TCA_FLOWER_ACT, &rule, NULL);
		free(tight);
		if (rc == 0)
			break;
		assert_int_equal(rc, -EMSGSIZE);
	}
	assert_true(size > 32 * 1024 && size < SIZE);

	/* An attribute is of 64 KB at most, however much room there is. */
	for (int i = 0; i < RULE_MAX_ACTIONS; i++)
		rule.actions[i].police.peakrate = 1 << 21;
	assert_int_equal(action_encode(message(), SIZE, TCA_FLOWER_ACT, &rule,
				       NULL), -EMSGSIZE);
}

static void refuses_nonsense(void **state)
{
	const uint8_t cookie[KERNEL_COOKIE_SIZE] = { 0 };
	struct rule rule = { .n_actions = RULE_MAX_ACTIONS + 1 };

	(void)state;
	assert_int_equal(action_encode(message(), SIZE, TCA_FLOWER_ACT, &rule,
				       cookie), -EINVAL);
	rule.n_actions = 1;
	rule.actions[0] = gact((enum rule_verdict)17, 0);
	assert_int_equal(action_encode(message(), SIZE, TCA_FLOWER_ACT, &rule,
				       cookie), -EINVAL);
	rule.actions[0].kind = (enum rule_action_kind)17;
	assert_int_equal(action_encode(message(), SIZE, TCA_FLOWER_ACT, &rule,
				       cookie), -EINVAL);
	/* A ct without its data. */
	rule.actions[0] = gact(RULE_PIPE, 0);
	rule.actions[0].kind = RULE_ACTION_CT;
	assert_int_equal(action_encode(message(), SIZE, TCA_FLOWER_ACT, &rule,
				       cookie), -EINVAL);
	rule.actions[0] = vlan((enum rule_vlan)5, 0, 0, -1);
	assert_int_equal(action_encode(message(), SIZE, TCA_FLOWER_ACT, &rule,
				       cookie), -EINVAL);
}

/* One action as the kernel would tell it, with the counters given. */
static void put_kernel_action(struct nlmsghdr *nlh, uint16_t order,
			      const char *kind, int verdict, uint32_t packets,
			      uint64_t packets64, uint32_t hw, uint64_t hw64)
{
	struct gnet_stats_basic basic = { packets * 100, packets };
	struct gnet_stats_basic basic_hw = { hw * 100, hw };
	struct tc_gact p = { .action = verdict };
	struct tcf_t tm = { .install = 500, .lastuse = 100 * order,
			    .firstuse = 400 };
	struct nlattr *act = attr_nest(nlh, SIZE, order), *nest;

	attr_put_str(nlh, SIZE, TCA_ACT_KIND, kind);
	nest = attr_nest(nlh, SIZE, TCA_ACT_STATS);
	attr_put(nlh, SIZE, TCA_STATS_BASIC, &basic, sizeof(basic));
	if (packets64)
		attr_put(nlh, SIZE, TCA_STATS_PKT64, &packets64, 8);
	attr_put(nlh, SIZE, TCA_STATS_BASIC_HW, &basic_hw, sizeof(basic_hw));
	if (hw64)
		attr_put(nlh, SIZE, TCA_STATS_PKT64, &hw64, 8);
	mnl_attr_nest_end(nlh, nest);
	nest = attr_nest(nlh, SIZE, TCA_ACT_OPTIONS);
	attr_put(nlh, SIZE, TCA_GACT_PARMS, &p, sizeof(p));
	attr_put(nlh, SIZE, TCA_GACT_TM, &tm, sizeof(tm));
	mnl_attr_nest_end(nlh, nest);
	mnl_attr_nest_end(nlh, act);
}

static void the_busiest_action_counts(void **state)
{
	struct nlmsghdr *nlh = message();
	struct nlattr *nest = attr_nest(nlh, SIZE, TCA_FLOWER_ACT);
	struct rule rule;
	struct action_summary sum;

	(void)state;
	put_kernel_action(nlh, 1, "gact", TC_ACT_PIPE, 10, 0, 4, 0);
	put_kernel_action(nlh, 2, "gact", TC_ACT_PIPE, 30, 0, 20, 0);
	put_kernel_action(nlh, 3, "gact", TC_ACT_SHOT, 20, 0, 20, 0);
	mnl_attr_nest_end(nlh, nest);
	assert_int_equal(action_decode(nest, &rule, &sum), 0);
	assert_int_equal(rule.n_actions, 3);
	assert_int_equal(sum.stats.packets, 30);
	assert_int_equal(sum.stats.bytes, 3000);
	assert_int_equal(sum.stats.hw_packets, 20);
	assert_int_equal(sum.stats.hw_bytes, 2000);
	/* The latest use of any: 100 ticks of USER_HZ. */
	assert_int_equal(sum.stats.used_ms, 1000);
}

/* It may be a meter, which counts for other rules, too. */
static void what_police_counts_can_be_left_out(void **state)
{
	struct nlmsghdr *nlh = message();
	struct nlattr *nest = attr_nest(nlh, SIZE, TCA_FLOWER_ACT);
	struct action_summary sum;

	(void)state;
	put_kernel_action(nlh, 1, "police", TC_ACT_SHOT, 90, 0, 40, 0);
	put_kernel_action(nlh, 2, "gact", TC_ACT_PIPE, 10, 0, 4, 0);
	put_kernel_action(nlh, 3, "gact", TC_ACT_SHOT, 30, 0, 20, 0);
	mnl_attr_nest_end(nlh, nest);
	assert_int_equal(action_decode_terse(nest, &sum), 0);
	assert_int_equal(sum.stats.packets, 90);
	assert_int_equal(sum.unpoliced.packets, 30);
	assert_int_equal(sum.unpoliced.hw_bytes, 2000);
}

/* TCA_STATS_PKT64 belongs to what stands before it. */
static void counts_beyond_32_bits(void **state)
{
	struct nlmsghdr *nlh = message();
	struct nlattr *nest = attr_nest(nlh, SIZE, TCA_FLOWER_ACT);
	struct action_summary sum;

	(void)state;
	put_kernel_action(nlh, 1, "gact", TC_ACT_SHOT, 5, 0x100000005, 3,
			  0x100000003);
	mnl_attr_nest_end(nlh, nest);
	assert_int_equal(action_decode_terse(nest, &sum), 0);
	assert_int_equal(sum.stats.packets, 0x100000005);
	assert_int_equal(sum.stats.hw_packets, 0x100000003);
	/* A summary has no options to look into. */
	assert_int_equal(sum.stats.used_ms, UINT64_MAX);
}

static void names_what_it_does_not_know(void **state)
{
	static const struct {
		const char *kind;
		int verdict;
		const char *undecoded;
	} rows[] = {
		{ "skbmod", TC_ACT_PIPE, "action skbmod" },
		{ "pedit", TC_ACT_PIPE, "action pedit parameters" },
		{ "gact", TC_ACT_QUEUED, "action gact verdict" },
		{ "gact", TC_ACT_REPEAT, "action gact verdict" },
		{ "gact", TC_ACT_REDIRECT, "action gact verdict" },
		{ "gact", 3 << 28 | 2, "action gact verdict" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct nlmsghdr *nlh = message();
		struct nlattr *nest = attr_nest(nlh, SIZE, TCA_FLOWER_ACT);
		struct rule rule;
		struct action_summary sum;

		put_kernel_action(nlh, 1, rows[i].kind, rows[i].verdict, 1, 0,
				  0, 0);
		put_kernel_action(nlh, 2, "gact", TC_ACT_SHOT, 1, 0, 0, 0);
		mnl_attr_nest_end(nlh, nest);
		assert_int_equal(action_decode(nest, &rule, &sum), 0);
		assert_string_equal(sum.undecoded, rows[i].undecoded);
	}
}

static void never_used_is_unknown(void **state)
{
	struct tcf_t tm = { .install = 500, .lastuse = 500 };
	struct nlmsghdr *nlh = message();

	(void)state;
	attr_put(nlh, SIZE, TCA_GACT_TM, &tm, sizeof(tm));
	assert_int_equal(act_stats_used_ms(first(nlh)), UINT64_MAX);
	assert_int_equal(act_stats_used_ms(NULL), UINT64_MAX);
	nlh = message();
	attr_put(nlh, SIZE, TCA_GACT_TM, &tm, sizeof(tm) - 1);
	assert_int_equal(act_stats_used_ms(first(nlh)), UINT64_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_comes_back),
		cmocka_unit_test(only_the_first_without_a_cookie_gets_one),
		cmocka_unit_test(a_shared_action_gets_it_only_if_there_is_no_other),
		cmocka_unit_test(nobodys_cookie_is_overwritten),
		cmocka_unit_test(what_does_not_fit_is_refused),
		cmocka_unit_test(refuses_nonsense),
		cmocka_unit_test(the_busiest_action_counts),
		cmocka_unit_test(what_police_counts_can_be_left_out),
		cmocka_unit_test(counts_beyond_32_bits),
		cmocka_unit_test(names_what_it_does_not_know),
		cmocka_unit_test(never_used_is_unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
