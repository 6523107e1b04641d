/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whole tc messages against those of tc and of the kernel: what we decode from
 * tc's bytes we encode to the same attributes again, and what the kernel
 * reports is the rule that it was given.
 */
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
#include <linux/pkt_cls.h>
#include <linux/rtnetlink.h>

#include "common/base/cleanup.h"
#include "common/flow/tctext.h"
#include "swoffd/kernel/attr.h"
#include "swoffd/kernel/filter.h"
#include "tests/unit/golden.h"

/* Where attributes are nests, by the level that they are found on. */
enum level { TOP, OPTIONS, ACTIONS, ACTION, LEAVES };

static const struct {
	enum level level;
	uint16_t nest;                 /* 0: all of them */
} nests[] = {
	[TOP] = { TOP, TCA_OPTIONS },
	[OPTIONS] = { OPTIONS, TCA_FLOWER_ACT },
	[ACTIONS] = { ACTIONS, 0 },
	[ACTION] = { ACTION, TCA_ACT_OPTIONS },
};

/* All that we send and tc does not, and why. */
static const struct {
	enum level level;
	uint16_t type;
	const char *why;
} on_purpose[] = {
	{ ACTION, TCA_ACT_FLAGS, "counters for all CPUs together" },
	{ ACTION, TCA_ACT_COOKIE, "tells our rules from others'" },
	{ OPTIONS, TCA_FLOWER_KEY_TCP_SRC_MASK, "exact, as without" },
	{ OPTIONS, TCA_FLOWER_KEY_TCP_DST_MASK, "exact, as without" },
	{ OPTIONS, TCA_FLOWER_KEY_UDP_SRC_MASK, "exact, as without" },
	{ OPTIONS, TCA_FLOWER_KEY_UDP_DST_MASK, "exact, as without" },
	{ OPTIONS, TCA_FLOWER_KEY_SCTP_SRC_MASK, "exact, as without" },
	{ OPTIONS, TCA_FLOWER_KEY_SCTP_DST_MASK, "exact, as without" },
};

static bool is_on_purpose(enum level level, uint16_t type)
{
	for (size_t i = 0; i < ARRAY_LEN(on_purpose); i++)
		if (on_purpose[i].level == level && on_purpose[i].type == type)
			return true;
	return false;
}

struct set {
	const char *data;
	size_t size;
};

static struct set inside(const struct nlattr *attr)
{
	return (struct set){ mnl_attr_get_payload(attr),
			     mnl_attr_get_payload_len(attr) };
}

static const struct nlattr *find(struct set s, uint16_t type)
{
	const struct nlattr *attr;

	attr_for_each(attr, s.data, s.size)
		if (mnl_attr_get_type(attr) == type)
			return attr;
	return NULL;
}

static void assert_same(struct set tc, struct set ours, enum level level)
{
	const struct nlattr *a, *b;
	size_t n_tc = 0, n_ours = 0;

	attr_for_each(a, ours.data, ours.size)
		n_ours += find(tc, mnl_attr_get_type(a)) ||
			  !is_on_purpose(level, mnl_attr_get_type(a));
	attr_for_each(a, tc.data, tc.size) {
		n_tc++;
		b = find(ours, mnl_attr_get_type(a));
		if (!b)
			fail_msg("level %d: no attribute %u", level,
				 mnl_attr_get_type(a));
		/* The flag NLA_F_NESTED too. */
		assert_int_equal(a->nla_type, b->nla_type);
		if (level < LEAVES && (!nests[level].nest ||
				       nests[level].nest ==
				       mnl_attr_get_type(a))) {
			assert_same(inside(a), inside(b), level + 1);
			continue;
		}
		if (a->nla_len != b->nla_len)
			fail_msg("level %d: attribute %u: size", level,
				 mnl_attr_get_type(a));
		assert_memory_equal(mnl_attr_get_payload(a),
				    mnl_attr_get_payload(b),
				    mnl_attr_get_payload_len(a));
	}
	if (n_tc != n_ours)
		fail_msg("level %d: %zu attributes, not %zu", level, n_ours,
			 n_tc);
}

static struct set body(const struct nlmsghdr *nlh)
{
	struct set s;

	s.data = attr_body(nlh, sizeof(struct tcmsg), &s.size);
	assert_non_null(s.data);
	return s;
}

static void assert_same_header(const struct nlmsghdr *tc,
			       const struct nlmsghdr *ours)
{
	assert_int_equal(tc->nlmsg_type, ours->nlmsg_type);
	/* tc has each message acknowledged, and what it gets echoed; we have
	 * the qdisc. */
	assert_int_equal(tc->nlmsg_flags & ~(NLM_F_ACK | NLM_F_ECHO),
			 ours->nlmsg_flags & ~NLM_F_ECHO);
	assert_memory_equal(mnl_nlmsg_get_payload(tc),
			    mnl_nlmsg_get_payload(ours),
			    sizeof(struct tcmsg));
}

static void assert_same_message(const struct nlmsghdr *tc,
				const struct nlmsghdr *ours)
{
	assert_same_header(tc, ours);
	assert_same(body(tc), body(ours), TOP);
}

/* Without TCA_OPTIONS, which tc has on every message, and which the kernel
 * does not look at when it deletes and gets. */
static void assert_same_but_options(const struct nlmsghdr *tc,
				    const struct nlmsghdr *ours)
{
	const struct nlattr *attr;
	struct set a = body(tc), b = body(ours);

	assert_same_header(tc, ours);
	assert_null(find(b, TCA_OPTIONS));
	attr_for_each(attr, a.data, a.size) {
		const struct nlattr *other = find(b, mnl_attr_get_type(attr));

		if (mnl_attr_get_type(attr) == TCA_OPTIONS)
			continue;
		assert_non_null(other);
		assert_memory_equal(attr, other, attr->nla_len);
	}
}

/* The kernel gives a handle where tc sends none. */
static uint32_t set_handle(const struct nlmsghdr *nlh, uint32_t handle)
{
	struct tcmsg *tcm = mnl_nlmsg_get_payload(nlh);
	uint32_t old = tcm->tcm_handle;

	tcm->tcm_handle = handle;
	return old;
}

static void decode_request(const struct nlmsghdr *nlh,
			   struct filter_view *view)
{
	uint32_t handle = set_handle(nlh, 1);

	assert_int_equal(filter_decode(nlh, view), 0);
	if (view->filter.undecoded)
		fail_msg("not understood: %s", view->filter.undecoded);
	assert_non_null(view->filter.rule);
	view->rule.handle = handle;
	set_handle(nlh, handle);
}

static bool starts(const char *text, const char *with)
{
	return !strncmp(text, with, strlen(with));
}

/* The devices of the machine in which the files were captured. */
static uint32_t ifindex_of(const char *name)
{
	return !strcmp(name, "eth0") ? 2 : !strcmp(name, "eth1") ? 3 : 0;
}

static void resolve(struct rule *r)
{
	r->dev.ifindex = ifindex_of(r->dev.name);
	for (int i = 0; i < r->n_actions; i++) {
		struct rule_action *a = &r->actions[i];

		if (a->kind == RULE_ACTION_MIRRED)
			a->mirred.port.ifindex =
				ifindex_of(a->mirred.port.name);
	}
}

/* From the words of tc to our bytes. */
static void words_to_bytes(const char *command, const struct nlmsghdr *tc)
{
	struct kernel_request req = { .kind = REQUEST_ADD };
	_Alignas(NLMSG_ALIGNTO) char buf[FILTER_MAX_SIZE];
	struct reason_list reasons = { 0 };
	enum tctext_verb verb;
	struct rule rule = { 0 };
	struct error err;

	if (tctext_parse(command, &verb, &rule, &reasons, &err))
		fail_msg("%s: %s", command, err.msg);
	resolve(&rule);
	req.kind = verb == TCTEXT_ADD ? REQUEST_ADD : REQUEST_REPLACE;
	req.rule = &rule;
	assert_int_equal(filter_encode(buf, sizeof(buf), &req), 0);
	assert_same_message(tc, (const void *)buf);
}

static void encodes_as_tc_does(void **state)
{
	struct kernel_request req = { .kind = REQUEST_ADD };
	_Alignas(NLMSG_ALIGNTO) char buf[FILTER_MAX_SIZE];
	struct filter_view view;
	struct golden g;
	int seen = 0;

	(void)state;
	golden_load("tc-requests.txt", &g);
	for (size_t i = 0; i < g.n; i++) {
		const struct nlmsghdr *nlh = (const void *)g.records[i].data;
		const char *command = g.records[i].command;

		if (!starts(command, "tc filter add") &&
		    !starts(command, "tc filter replace"))
			continue;
		decode_request(nlh, &view);
		req.kind = starts(command, "tc filter add") ? REQUEST_ADD :
							      REQUEST_REPLACE;
		req.rule = &view.rule;
		assert_int_equal(filter_encode(buf, sizeof(buf), &req), 0);
		assert_same_message(nlh, (const void *)buf);
		words_to_bytes(command, nlh);
		seen++;
	}
	assert_true(seen >= 20);
	golden_free(&g);
}

static void encodes_other_requests(void **state)
{
	static const struct {
		const char *command;
		enum kernel_request_kind kind;
		struct rule rule;
	} rows[] = {
		{ "tc qdisc replace dev dummy0 clsact", REQUEST_QDISC,
		  { .dev.ifindex = 5 } },
		{ "tc qdisc replace dev dummy0 ingress_block 7 clsact",
		  REQUEST_QDISC, { .dev.ifindex = 5, .block = 7 } },
		{ "tc qdisc del dev dummy0 clsact", REQUEST_QDISC_DEL,
		  { .dev.ifindex = 5 } },
		{ "tc filter del block 7 protocol ip pref 2 handle 7 flower",
		  REQUEST_DEL, { .block = 7, .prio = 2, .handle = 7 } },
		{ "tc filter get dev eth1 ingress protocol ip pref 2 handle "
		  "7 flower", REQUEST_GET,
		  { .dev.ifindex = 3, .prio = 2, .handle = 7 } },
		{ "tc filter del dev eth1 ingress protocol ip pref 2 handle "
		  "7 flower", REQUEST_DEL,
		  { .dev.ifindex = 3, .prio = 2, .handle = 7 } },
		{ "tc filter del dev eth1 ingress chain 5 protocol ipv6 pref "
		  "3 handle 1 flower", REQUEST_DEL,
		  { .dev.ifindex = 3, .chain = 5, .prio = 3, .handle = 1 } },
	};
	_Alignas(NLMSG_ALIGNTO) char buf[FILTER_MAX_SIZE];
	struct golden g;

	(void)state;
	golden_load("tc-requests.txt", &g);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct golden_record *r = golden_find(&g,
							    rows[i].command);
		struct rule rule = rows[i].rule;
		struct kernel_request req = { .kind = rows[i].kind,
					      .rule = &rule };

		rule.protocol_be = rule.prio == 3 ? htons(0x86dd) :
				   rule.prio ? htons(0x0800) : 0;
		assert_int_equal(filter_encode(buf, sizeof(buf), &req), 0);
		assert_same_but_options((const void *)r->data,
					(const void *)buf);
	}
	golden_free(&g);
}

static void encodes_dumps(void **state)
{
	struct kernel_dump dump = { .ifindex = 3 };
	_Alignas(NLMSG_ALIGNTO) char buf[256];
	struct golden g;

	(void)state;
	golden_load("tc-requests.txt", &g);
	assert_int_equal(filter_encode_dump(buf, sizeof(buf), &dump), 0);
	assert_same_message((const void *)golden_find(&g, "tc filter show dev "
						      "eth1 ingress")->data,
			    (const void *)buf);
	dump.terse = true;
	assert_int_equal(filter_encode_dump(buf, sizeof(buf), &dump), 0);
	assert_same_message((const void *)golden_find(&g, "tc -br filter show "
						      "dev eth1 ingress")->data,
			    (const void *)buf);
	golden_free(&g);
}

/* Filters of a datagram of the kernel. */
struct dumped {
	size_t n;
	bool terse;
	struct filter_view views[GOLDEN_MAX];
};

static void take(const struct nlmsghdr *nlh, void *ctx)
{
	struct dumped *d = ctx;
	int rc;

	assert_true(d->n < GOLDEN_MAX);
	rc = d->terse ? filter_decode_terse(nlh, &d->views[d->n].filter) :
			filter_decode(nlh, &d->views[d->n]);
	if (rc == -ENOENT)
		return;
	assert_int_equal(rc, 0);
	d->n++;
}

static const struct filter_view *find_view(const struct dumped *d,
					   const struct rule *want)
{
	for (size_t i = 0; i < d->n; i++)
		if (d->views[i].filter.rule &&
		    d->views[i].rule.hook == want->hook &&
		    d->views[i].rule.protocol_be == want->protocol_be &&
		    d->views[i].rule.chain == want->chain &&
		    !memcmp(&d->views[i].rule.match, &want->match,
			    sizeof(want->match)))
			return &d->views[i];
	return NULL;
}

/* act_vlan gives every tag that it pushes a priority. */
static void as_kernel_keeps(struct rule *r)
{
	for (int i = 0; i < r->n_actions; i++)
		if (r->actions[i].kind == RULE_ACTION_VLAN &&
		    r->actions[i].vlan.op == RULE_VLAN_PUSH)
			r->actions[i].vlan.has_prio = true;
}

static void assert_same_actions(const struct rule *a, const struct rule *b)
{
	assert_int_equal(a->n_actions, b->n_actions);
	for (int i = 0; i < a->n_actions; i++)
		assert_memory_equal(&a->actions[i], &b->actions[i],
				    sizeof(a->actions[i]));
}

/* Every rule that tc sent is found in what the kernel then tells. */
static void kernel_tells_what_tc_sent(void **state)
{
	struct dumped *d = calloc(1, sizeof(*d));
	struct golden sent, told;
	struct filter_view view;
	const struct filter_view *found;
	int seen = 0;

	(void)state;
	assert_non_null(d);
	golden_load("tc-requests.txt", &sent);
	golden_load("tc-replies.txt", &told);
	for (size_t i = 0; i < told.n; i++)
		if (starts(told.records[i].command,
			   "tc filter show dev eth1"))
			golden_each(&told.records[i], take, d);
	for (size_t i = 0; i < sent.n; i++) {
		if (!starts(sent.records[i].command, "tc filter add"))
			continue;
		decode_request((const void *)sent.records[i].data, &view);
		/* Those that are deleted again at the end of the capture. */
		if (view.rule.handle == 7 || view.rule.chain == 5)
			continue;
		found = find_view(d, &view.rule);
		if (!found)
			fail_msg("not told: %s", sent.records[i].command);
		assert_int_equal(found->rule.policy, view.rule.policy);
		as_kernel_keeps(&view.rule);
		assert_same_actions(&found->rule, &view.rule);
		seen++;
	}
	assert_true(seen >= 17);
	golden_free(&sent);
	golden_free(&told);
	free(d);
}

static bool has_cookie(const struct kernel_filter *f)
{
	return f->has_cookie && f->cookie[0] == 0x01 && f->cookie[15] == 0xef;
}

static void names_what_it_does_not_know(void **state)
{
	static const char *const want[] = {
		"not a flower filter",
	};
	struct dumped *d = calloc(1, sizeof(*d));
	struct golden g;
	size_t known = 0, cookies = 0;

	(void)state;
	assert_non_null(d);
	golden_load("tc-replies.txt", &g);
	golden_each(golden_find(&g, "tc filter show dev eth0 ingress"), take,
		    d);
	for (size_t i = 0; i < ARRAY_LEN(want); i++) {
		size_t found = 0;

		for (size_t j = 0; j < d->n; j++)
			if (d->views[j].filter.undecoded &&
			    !strcmp(d->views[j].filter.undecoded, want[i])) {
				assert_null(d->views[j].filter.rule);
				found++;
			}
		if (found != 1)
			fail_msg("%s: %zu times", want[i], found);
	}
	for (size_t j = 0; j < d->n; j++)
		if (d->views[j].filter.rule) {
			known++;
			cookies += has_cookie(&d->views[j].filter);
		}
	assert_int_equal(cookies, 1);
	assert_int_equal(known, 4);
	golden_free(&g);
	free(d);
}

static void decodes_terse(void **state)
{
	struct dumped *full = calloc(1, sizeof(*full));
	struct dumped *terse = calloc(1, sizeof(*terse));
	struct golden g;

	(void)state;
	assert_non_null(full);
	assert_non_null(terse);
	terse->terse = true;
	golden_load("tc-replies.txt", &g);
	golden_each(golden_find(&g, "tc filter show dev eth1 ingress"), take,
		    full);
	golden_each(golden_find(&g, "tc -br filter show dev eth1 ingress"),
		    take, terse);
	assert_int_equal(full->n, terse->n);
	for (size_t i = 0; i < full->n; i++) {
		const struct kernel_filter *a = &full->views[i].filter;
		const struct kernel_filter *b = &terse->views[i].filter;

		assert_null(b->rule);
		assert_null(b->undecoded);
		assert_int_equal(a->handle, b->handle);
		assert_int_equal(a->prio, b->prio);
		assert_int_equal(a->chain, b->chain);
		assert_int_equal(a->protocol_be, b->protocol_be);
		assert_int_equal(a->hook, b->hook);
		assert_int_equal(a->in_hw, b->in_hw);
		assert_int_equal(a->has_cookie, b->has_cookie);
		assert_int_equal(a->stats.packets, b->stats.packets);
		assert_int_equal(b->stats.used_ms, UINT64_MAX);
	}
	golden_free(&g);
	free(full);
	free(terse);
}

static const struct nlmsghdr *encoded(const struct rule *rule)
{
	static _Alignas(NLMSG_ALIGNTO) char buf[FILTER_MAX_SIZE];
	const struct kernel_request req = { .kind = REQUEST_ADD, .rule = rule,
					    .cookie = "swof" };

	assert_int_equal(filter_encode(buf, sizeof(buf), &req), 0);
	return (const void *)buf;
}

static const struct rule dropped = {
	.dev = { .ifindex = 3, .no = PORT_NO_NONE }, .prio = 2, .handle = 5,
	.n_actions = 1, .actions[0].verdict = RULE_DROP,
};

/* Nobody may count it as gone. */
static void tells_a_filter_that_makes_no_sense(void **state)
{
	const struct nlmsghdr *nlh = encoded(&dropped);
	struct nlattr *options = (void *)find(body(nlh), TCA_OPTIONS);
	struct kernel_filter terse;
	struct filter_view view;

	(void)state;
	((struct nlattr *)find(inside(options), TCA_FLOWER_FLAGS))->nla_len =
		sizeof(*options) + 1;
	assert_int_equal(filter_decode(nlh, &view), 0);
	assert_int_equal(filter_decode_terse(nlh, &terse), 0);
	assert_int_equal(view.filter.handle, 5);
	assert_int_equal(terse.handle, 5);
	assert_null(view.filter.rule);
	assert_string_equal(view.filter.undecoded, FILTER_MALFORMED);
	assert_string_equal(terse.undecoded, FILTER_MALFORMED);
}

static void tells_the_block_instead_of_a_device(void **state)
{
	struct rule rule = dropped;
	struct kernel_filter terse;
	struct filter_view view;

	(void)state;
	rule.block = 22;
	assert_int_equal(filter_decode(encoded(&rule), &view), 0);
	assert_int_equal(filter_decode_terse(encoded(&rule), &terse), 0);
	assert_int_equal(view.filter.block, 22);
	assert_int_equal(view.filter.ifindex, 0);
	assert_int_equal(view.rule.block, 22);
	assert_int_equal(view.rule.dev.ifindex, 0);
	assert_int_equal(terse.block, 22);
	assert_int_equal(terse.ifindex, 0);

	assert_int_equal(filter_decode(encoded(&dropped), &view), 0);
	assert_int_equal(view.filter.block, 0);
	assert_int_equal(view.filter.ifindex, 3);
}

static void decode_anything(const struct nlmsghdr *nlh, void *ctx)
{
	struct filter_view *view = ctx;

	if (!filter_decode(nlh, view) && view->filter.rule)
		assert_true(view->rule.n_actions <= RULE_MAX_ACTIONS);
	(void)filter_decode_terse(nlh, &view->filter);
}

static void survives_torture(void **state)
{
	struct filter_view view;
	struct golden g;

	(void)state;
	golden_load("tc-replies.txt", &g);
	golden_torture(&g, decode_anything, &view);
	golden_free(&g);
	golden_load("tc-requests.txt", &g);
	golden_torture(&g, decode_anything, &view);
	golden_free(&g);
}

static void refuses_what_does_not_fit(void **state)
{
	_Alignas(NLMSG_ALIGNTO) char buf[FILTER_MAX_SIZE];
	struct filter_view view;
	struct golden g;
	struct kernel_request req = { .kind = REQUEST_ADD,
				      .rule = &view.rule };
	size_t need;

	(void)state;
	golden_load("tc-requests.txt", &g);
	decode_request((const void *)g.records[2].data, &view);
	assert_int_equal(filter_encode(buf, sizeof(buf), &req), 0);
	need = ((struct nlmsghdr *)(void *)buf)->nlmsg_len;
	for (size_t size = 0; size < need; size++) {
		char *tight = malloc(size);

		assert_int_equal(filter_encode(tight, size, &req), -EMSGSIZE);
		free(tight);
	}
	assert_int_equal(filter_encode(buf, need, &req), 0);

	/* Nothing of a match is left out in silence. */
	view.rule.match.mask.recirc_id = UINT32_MAX;
	assert_int_equal(filter_encode(buf, sizeof(buf), &req), -EOPNOTSUPP);
	view.rule.match.mask.recirc_id = 0;
	view.rule.match.mask.ip_proto = 0x0f;
	assert_int_equal(filter_encode(buf, sizeof(buf), &req), -EOPNOTSUPP);
	golden_free(&g);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(encodes_as_tc_does),
		cmocka_unit_test(encodes_other_requests),
		cmocka_unit_test(encodes_dumps),
		cmocka_unit_test(kernel_tells_what_tc_sent),
		cmocka_unit_test(names_what_it_does_not_know),
		cmocka_unit_test(decodes_terse),
		cmocka_unit_test(tells_a_filter_that_makes_no_sense),
		cmocka_unit_test(tells_the_block_instead_of_a_device),
		cmocka_unit_test(survives_torture),
		cmocka_unit_test(refuses_what_does_not_fit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
