/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lists of actions against the bytes that tc sends for the same words:
 * tests/golden/tc-actions.txt, and tc-golden-netlink.jsonl of
 * $SWOFFD_CORPORA if that is set.  Attributes are compared as sets.
 */
#include "tests/unit/corpus.h"
#include "tests/unit/flowcase.h"

#include <ctype.h>
#include <linux/pkt_cls.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>

#include "common/base/cleanup.h"
#include "swoffd/kernel/action.h"
#include "swoffd/kernel/attr.h"
#include "tests/unit/golden.h"

#define SIZE 65536
#define LINE_SIZE 131072
#define NESTS 4                /* levels that are compared as sets */

static _Alignas(NLMSG_ALIGNTO) char buf[SIZE];

/* The list of actions in a message that adds a filter; NULL. */
static const struct nlattr *actions_of(const struct nlmsghdr *nlh)
{
	const struct nlattr *tb[TCA_MAX + 1], *opt[TCA_FLOWER_MAX + 1];
	size_t size;
	const void *body = attr_body(nlh, sizeof(struct tcmsg), &size);

	if (!body)
		return NULL;
	attr_table(body, size, tb, TCA_MAX);
	if (!tb[TCA_OPTIONS])
		return NULL;
	attr_nested_table(tb[TCA_OPTIONS], opt, TCA_FLOWER_MAX);
	return opt[TCA_FLOWER_ACT];
}

/*
 * Comparing
 */

static bool same_attr(const struct nlattr *a, const struct nlattr *b,
		      int depth);

/* Is each attribute of one nest in the other, as often? */
static bool same_set(const struct nlattr *a, const struct nlattr *b, int depth)
{
	bool taken[512] = { false };
	const struct nlattr *x, *y;
	size_t n = 0, both = 0, m = 0;

	attr_for_each(x, mnl_attr_get_payload(a), mnl_attr_get_payload_len(a)) {
		size_t i = 0;

		n++;
		attr_for_each(y, mnl_attr_get_payload(b),
			      mnl_attr_get_payload_len(b)) {
			assert_true(i < ARRAY_LEN(taken));
			if (!taken[i] && same_attr(x, y, depth)) {
				taken[i] = true;
				both++;
				break;
			}
			i++;
		}
	}
	attr_for_each(y, mnl_attr_get_payload(b), mnl_attr_get_payload_len(b))
		m++;
	return n && n == both && m == both;
}

/* Values are bytes; nests are sets where their bytes differ. */
static bool same_attr(const struct nlattr *a, const struct nlattr *b,
		      int depth)
{
	if (a->nla_type != b->nla_type || a->nla_len != b->nla_len)
		return false;
	if (memcmp(a, b, a->nla_len) == 0)
		return true;
	return depth && same_set(a, b, depth - 1);
}

/* The rule of a line has the indices of the machine where tc ran. */
static void resolve(struct rule *r, const struct nlattr *golden)
{
	const struct nlattr *acts[RULE_MAX_ACTIONS + 1];
	struct action_summary sum;
	static struct rule back;

	attr_nested_table(golden, acts, RULE_MAX_ACTIONS);
	assert_int_equal(action_decode(golden, &back, &sum), 0);
	for (int i = 0; i < r->n_actions && i < back.n_actions; i++)
		if (r->actions[i].kind == RULE_ACTION_MIRRED &&
		    back.actions[i].kind == RULE_ACTION_MIRRED)
			r->actions[i].mirred.port.ifindex =
				back.actions[i].mirred.port.ifindex;
}

static void dump(const char *title, const struct nlattr *a)
{
	const uint8_t *p = (const uint8_t *)a;

	print_error("%s:", title);
	for (uint16_t i = 0; i < a->nla_len; i++)
		print_error("%s%02x", i % 4 ? "" : " ", p[i]);
	print_error("\n");
}

static bool encodes_as(const char *line, struct rule *r,
		       const struct nlattr *golden)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	const struct nlattr *ours = mnl_nlmsg_get_payload(nlh);
	int rc;

	resolve(r, golden);
	rc = action_encode(nlh, SIZE, TCA_FLOWER_ACT, r, NULL);
	if (rc == 0 && same_attr(ours, golden, NESTS))
		return true;
	print_error("%s\n", line);
	if (rc)
		print_error("encoding: %d\n", rc);
	else
		dump("ours", ours);
	dump("tc's", golden);
	return false;
}

/*
 * Our own vectors
 */

struct sum {
	size_t n, bad;
};

static const char *current;

static void compare_message(const struct nlmsghdr *nlh, void *ctx)
{
	const struct nlattr *golden = actions_of(nlh);
	struct sum *sum = ctx;
	struct flowcase *c;

	if (!golden)
		return;
	sum->n++;
	c = flowcase_read(current);
	if (c->result != LINE_FLOW) {
		print_error("%s\n%s\n", current, c->err.msg);
		sum->bad++;
		return;
	}
	sum->bad += !encodes_as(current, &c->flow.rule, golden);
}

static void every_vector_is_what_tc_sends(void **state)
{
	struct sum sum = { 0 };
	struct golden g;

	(void)state;
	golden_load("tc-actions.txt", &g);
	for (size_t i = 0; i < g.n; i++) {
		current = g.records[i].command;
		golden_each(&g.records[i], compare_message, &sum);
	}
	assert_int_equal(sum.n, g.n);
	golden_free(&g);
	assert_int_equal(sum.bad, 0);
}

static bool names_another(const struct rule *r)
{
	for (int i = 0; i < r->n_actions; i++)
		if (r->actions[i].only_index)
			return true;
	return false;
}

/* As if the kernel said what it was told; that it tells an action by its index
 * alone, it does not. */
static void every_vector_reads_back(void **state)
{
	struct golden g;

	(void)state;
	golden_load("tc-actions.txt", &g);
	for (size_t i = 0; i < g.n; i++) {
		struct flowcase *c = flowcase_read(g.records[i].command);
		static struct rule wanted, back;
		struct action_summary sum;
		struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);

		assert_int_equal(c->result, LINE_FLOW);
		rule_copy(&wanted, &c->flow.rule);
		rule_settle_actions(&wanted);
		if (names_another(&wanted))
			continue;
		for (int a = 0; a < wanted.n_actions; a++)
			if (wanted.actions[a].kind == RULE_ACTION_MIRRED)
				wanted.actions[a].mirred.port = (struct port){
					.no = PORT_NO_NONE, .ifindex = 7,
				};
		assert_int_equal(action_encode(nlh, SIZE, TCA_FLOWER_ACT,
					       &wanted, NULL), 0);
		assert_int_equal(action_decode(mnl_nlmsg_get_payload(nlh),
					       &back, &sum), 0);
		if (sum.undecoded[0] || !rule_actions_hold(&wanted, &back))
			fail_msg("%s: %s", g.records[i].command,
				 sum.undecoded);
	}
	golden_free(&g);
}

/* Whatever comes is decoded or named, and what is decoded can be shown. */
static void take_hostile(const struct nlmsghdr *nlh, void *ctx)
{
	static struct rule rule;
	static char text[65536];
	const struct nlattr *nest = actions_of(nlh);
	struct action_summary sum;

	(void)ctx;
	memset(&rule, 0, offsetof(struct rule, actions));
	if (!nest || action_decode(nest, &rule, &sum) < 0)
		return;
	assert_true(rule.data_size <= RULE_DATA_SIZE);
	assert_true(tctext_format(&rule, text, sizeof(text)) > 0);
	rule_settle_actions(&rule);
	(void)action_encode(mnl_nlmsg_put_header(buf), SIZE, TCA_FLOWER_ACT,
			    &rule, NULL);
}

static void no_message_does_harm(void **state)
{
	struct golden g;

	(void)state;
	golden_load("tc-actions.txt", &g);
	golden_torture(&g, take_hostile, NULL);
	golden_free(&g);
}

static void every_vector_is_shown_so_that_it_reads_the_same(void **state)
{
	struct golden g;

	(void)state;
	golden_load("tc-actions.txt", &g);
	for (size_t i = 0; i < g.n; i++) {
		static struct rule first;
		char text[FLOWCASE_SIZE];
		struct flowcase *c = flowcase_read(g.records[i].command);

		assert_int_equal(c->result, LINE_FLOW);
		rule_copy(&first, &c->flow.rule);
		(void)tctext_format(&first, text, sizeof(text));
		if (!rule_same_actions(flowcase_rule(text), &first))
			fail_msg("%s\n%s", g.records[i].command, text);
	}
	golden_free(&g);
}

/*
 * The corpus: a JSON object a line, which has no escapes but \"
 */

/* Lines that tc encodes and we refuse: the kernel never takes them. */
static const char *const refused[] = {
	"vlan push id 5000",
};

/* Lines that tc 6.1 refuses by a defect of its parser. */
static const char *const accepted[] = {
	"action ct nat", "nat src addr 10.0.0.1-10.0.0.10",
	"action stolen",       /* which tc prints and cannot read */
};

static bool has_one(const char *line, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strstr(line, list[i]))
			return true;
	return false;
}

static bool json_string(const char *line, const char *name, char *out,
			size_t size)
{
	char key[32];
	const char *at;
	size_t len;

	snprintf(key, sizeof(key), "\"%s\": \"", name);
	at = strstr(line, key);
	if (!at)
		return false;
	at += strlen(key);
	len = strcspn(at, "\"");
	if (len >= size)
		return false;
	memcpy(out, at, len);
	out[len] = '\0';
	return true;
}

static size_t unhex(const char *hex, uint8_t *out)
{
	size_t n = strlen(hex) / 2;

	for (size_t i = 0; i < n; i++) {
		unsigned int byte;

		assert_int_equal(sscanf(hex + 2 * i, "%2x", &byte), 1);
		out[i] = (uint8_t)byte;
	}
	return n;
}

/* Keys are tested elsewhere: the same actions, of any packet. */
static void only_actions(const char *cmd, char *out, size_t size)
{
	const char *actions = strstr(cmd, " action ");

	snprintf(out, size, "dev lo ingress protocol ip prio 5 flower%s",
		 actions ? actions : "");
}

static bool corpus_line(const char *cmd, const char *result, char *hex)
{
	static _Alignas(NLMSG_ALIGNTO) uint8_t msg[LINE_SIZE / 2];
	struct flowcase *c;
	char line[1024];
	bool agrees;

	only_actions(cmd, line, sizeof(line));
	c = flowcase_read(line);
	if (strcmp(result, "encoded") != 0) {
		agrees = (c->result != LINE_FLOW) !=
			 has_one(cmd, accepted, ARRAY_LEN(accepted));
		/* What is wrong may be a key. */
		if (!agrees && strstr(cmd, "action drop"))
			return true;
		if (!agrees)
			print_error("tc refuses: %s\n", cmd);
		return agrees;
	}
	if (has_one(cmd, refused, ARRAY_LEN(refused)))
		return c->result == LINE_REFUSED;
	if (c->result != LINE_FLOW) {
		print_error("%s\n%s\n", line, c->err.msg);
		return false;
	}
	assert_true(unhex(hex, msg) >= sizeof(struct nlmsghdr));
	return encodes_as(cmd, &c->flow.rule,
			  actions_of((const struct nlmsghdr *)msg));
}

static void every_list_of_the_corpus_is_what_tc_sends(void **state)
{
	FILE *f = corpus_open("tc-golden-netlink.jsonl");
	static char line[LINE_SIZE], hex[LINE_SIZE];
	char cmd[1024], result[16];
	size_t n = 0, bad = 0;

	(void)state;
	while (fgets(line, sizeof(line), f)) {
		assert_true(json_string(line, "cmd", cmd, sizeof(cmd)));
		assert_true(json_string(line, "result", result,
					sizeof(result)));
		hex[0] = '\0';
		(void)json_string(line, "nlmsg_hex", hex, sizeof(hex));
		bad += !corpus_line(cmd, result, hex);
		n++;
	}
	(void)fclose(f);
	print_message("%zu lines, %zu differ\n", n, bad);
	assert_true(n > 0);
	assert_int_equal(bad, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_vector_is_what_tc_sends),
		cmocka_unit_test(every_vector_reads_back),
		cmocka_unit_test(no_message_does_harm),
		cmocka_unit_test(every_vector_is_shown_so_that_it_reads_the_same),
		cmocka_unit_test(every_list_of_the_corpus_is_what_tc_sends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
