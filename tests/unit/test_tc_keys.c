/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every key of flower against tc and the kernel: the same words are the same
 * bytes, bytes are the rule that the words are, what the kernel tells of it is
 * that rule too, and what it is printed as means the same.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <linux/rtnetlink.h>

#include "common/flow/tctext.h"
#include "swoffd/kernel/filter.h"
#include "tests/unit/golden.h"
#include "tests/unit/nlset.h"

static const char *const files[] = { "flower-keys.txt",
				     "flower-keys-new.txt" };

static void parse(const char *words, struct rule *out)
{
	struct reason_list reasons = { 0 };
	enum tctext_verb verb;
	struct error err;

	switch (tctext_parse(words, &verb, out, &reasons, &err)) {
	case 0:
		out->dev.ifindex = 1;
		return;
	case -EOPNOTSUPP:
		fail_msg("%s: %s", words, reasons.reasons[0].subject);
		return;
	default:
		fail_msg("%s: %s", words, err.msg);
	}
}

typedef void (*vector_fn)(const char *words, const struct rule *rule,
			  const struct nlmsghdr *tc);

static void each_vector(vector_fn fn)
{
	static struct golden g;
	static struct rule rule;

	for (size_t f = 0; f < sizeof(files) / sizeof(files[0]); f++) {
		golden_load(files[f], &g);
		for (size_t i = 0; i < g.n; i++) {
			parse(g.records[i].command, &rule);
			fn(g.records[i].command, &rule,
			   (const void *)g.records[i].data);
		}
		golden_free(&g);
	}
}

static void check_bytes(const char *words, const struct rule *rule,
			const struct nlmsghdr *tc)
{
	struct kernel_request req = { .kind = REQUEST_ADD, .rule = rule };
	_Alignas(NLMSG_ALIGNTO) char buf[FILTER_MAX_SIZE];
	const char *why;

	assert_int_equal(filter_encode(buf, sizeof(buf), &req), 0);
	why = nlset_filters_differ(tc, (const void *)buf);
	if (why[0])
		fail_msg("%s: %s", words, why);
}

static void words_are_the_bytes_that_tc_makes_of_them(void **state)
{
	(void)state;
	each_vector(check_bytes);
}

/* Bytes of the structures, so that no bit is left out that hashes see. */
static void assert_same_rule(const char *words, const struct rule *a,
			     const struct rule *b)
{
	const uint8_t *x = (const void *)&a->match;
	const uint8_t *y = (const void *)&b->match;

	for (size_t i = 0; i < sizeof(a->match); i++)
		if (x[i] != y[i])
			fail_msg("%s: byte %zu of the %s: 0x%x, not 0x%x",
				 words, i % sizeof(struct flow_key),
				 i < sizeof(struct flow_key) ? "key" : "mask",
				 y[i], x[i]);
	assert_int_equal(a->classid, b->classid);
	assert_int_equal(a->policy, b->policy);
	assert_int_equal(a->verbose, b->verbose);
	assert_int_equal(a->prio, b->prio);
	assert_int_equal(a->protocol_be, b->protocol_be);
}

static void check_decoded(const char *words, const struct rule *rule,
			  const struct nlmsghdr *tc)
{
	static struct filter_view view;

	/* The kernel gives a handle where tc sends none. */
	((struct tcmsg *)mnl_nlmsg_get_payload(tc))->tcm_handle = 1;
	assert_int_equal(filter_decode(tc, &view), 0);
	if (view.filter.undecoded)
		fail_msg("%s: not understood: %s", words,
			 view.filter.undecoded);
	assert_same_rule(words, rule, &view.rule);
}

static void bytes_of_tc_are_the_rule_that_the_words_are(void **state)
{
	(void)state;
	each_vector(check_decoded);
}

static void check_printed(const char *words, const struct rule *rule,
			  const struct nlmsghdr *tc)
{
	static struct rule again;
	char text[2048];

	(void)tc;
	assert_true(tctext_format(rule, text, sizeof(text)) <
		    (int)sizeof(text));
	parse(text, &again);
	assert_same_rule(words, rule, &again);
}

static void what_a_rule_is_printed_as_is_the_rule(void **state)
{
	(void)state;
	each_vector(check_printed);
}

static struct filter_view told[GOLDEN_MAX];
static size_t n_told;

static void take(const struct nlmsghdr *nlh, void *ctx)
{
	(void)ctx;
	if (nlh->nlmsg_type != RTM_NEWTFILTER || n_told == GOLDEN_MAX)
		return;
	switch (filter_decode(nlh, &told[n_told])) {
	case 0:
		n_told++;
		return;
	case -ENOENT:
		return;
	default:
		fail_msg("not decoded");
	}
}

static void the_kernel_tells_the_rule_that_it_was_sent(void **state)
{
	static struct golden sent, dump;
	static struct rule rule;

	(void)state;
	golden_load("flower-keys.txt", &sent);
	golden_load("flower-keys-told.txt", &dump);
	for (size_t i = 0; i < dump.n; i++)
		golden_each(&dump.records[i], take, NULL);
	for (size_t i = 0; i < sent.n; i++) {
		const char *words = sent.records[i].command;
		size_t at = 0;

		parse(words, &rule);
		while (at < n_told && told[at].filter.prio != rule.prio)
			at++;
		if (at == n_told)
			fail_msg("%s: not told", words);
		if (told[at].filter.undecoded)
			fail_msg("%s: not understood: %s", words,
				 told[at].filter.undecoded);
		assert_same_rule(words, &rule, &told[at].rule);
	}
	assert_int_equal(n_told, sent.n);
	golden_free(&sent);
	golden_free(&dump);
}

static struct flow_rows covered;

static void cover(const char *words, const struct rule *rule,
		  const struct nlmsghdr *tc)
{
	struct flow_rows rows;

	(void)tc;
	if (!flow_match_rows(&rule->match, &rows))
		fail_msg("%s: nobody speaks for it", words);
	for (size_t i = 0; i < sizeof(rows.bits) / sizeof(rows.bits[0]); i++)
		covered.bits[i] |= rows.bits[i];
}

/* A key is a row of the table and a vector, and tc has no word for these. */
static void every_row_has_a_vector(void **state)
{
	static const char *const not_of_tc[] = { "hash", "enc_tp_src" };

	(void)state;
	each_vector(cover);
	for (size_t row = 0; row < flow_n_fields; row++) {
		const struct flow_field *f = &flow_fields[row];
		bool missing = f->attr && flow_rows_next(&covered, row) != row;

		for (size_t i = 0;
		     i < sizeof(not_of_tc) / sizeof(not_of_tc[0]); i++)
			if (!strcmp(f->name, not_of_tc[i])) {
				assert_true(missing);
				missing = false;
			}
		if (missing)
			fail_msg("no vector for row %zu, %s", row, f->name);
	}
}

/* A match that flower cannot carry must not become one that it can. */
static void no_bit_of_a_match_is_ever_left_out(void **state)
{
	static struct rule rule;
	struct kernel_request req = { .kind = REQUEST_ADD, .rule = &rule };
	_Alignas(NLMSG_ALIGNTO) char buf[FILTER_MAX_SIZE];
	static struct filter_view view;
	uint8_t *mask = (uint8_t *)&rule.match.mask;

	(void)state;
	parse("dev lo ingress protocol ip prio 1 flower ip_proto tcp "
	      "action drop", &rule);
	rule.handle = 1;
	for (size_t bit = 0; bit < 8 * sizeof(struct flow_key); bit++) {
		uint8_t old = mask[bit / 8];

		mask[bit / 8] |= (uint8_t)(1U << bit % 8);
		if (mask[bit / 8] != old &&
		    filter_encode(buf, sizeof(buf), &req) == 0) {
			assert_int_equal(filter_decode((void *)buf, &view), 0);
			if (!view.filter.undecoded)
				assert_memory_equal(&view.rule.match.mask,
						    &rule.match.mask,
						    sizeof(rule.match.mask));
		}
		mask[bit / 8] = old;
	}
}

static void decode_damaged(const struct nlmsghdr *nlh, void *ctx)
{
	static struct filter_view view;

	(void)ctx;
	(void)filter_decode(nlh, &view);
}

static void no_damage_to_a_message_does_any(void **state)
{
	static struct golden g;

	(void)state;
	for (size_t f = 0; f < sizeof(files) / sizeof(files[0]); f++) {
		golden_load(files[f], &g);
		golden_torture(&g, decode_damaged, NULL);
		golden_free(&g);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_the_bytes_that_tc_makes_of_them),
		cmocka_unit_test(bytes_of_tc_are_the_rule_that_the_words_are),
		cmocka_unit_test(what_a_rule_is_printed_as_is_the_rule),
		cmocka_unit_test(the_kernel_tells_the_rule_that_it_was_sent),
		cmocka_unit_test(every_row_has_a_vector),
		cmocka_unit_test(no_bit_of_a_match_is_ever_left_out),
		cmocka_unit_test(no_damage_to_a_message_does_any),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
