/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lines of tc read by what earlier ones were read as: they are what they are
 * to a reader who knows nothing, whichever came before.
 */
#include "tests/unit/corpus.h"
#include "tests/unittest.h"

#include <dirent.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/cleanup.h"
#include "common/flow/tctext_memo.h"
#include "tests/same_reasons.h"
#include "tests/unit/golden.h"

#define LINE_SIZE 65536
#define DEV "filter add dev eth1 ingress protocol ip "
#define KEYS "ip_proto udp dst_port 53 "
#define TO "action mirred egress redirect dev veth0"

struct reading {
	int rc;
	enum tctext_verb verb;
	struct rule rule;
	struct reason_list reasons;
	struct error err;
};

/* memo may be NULL. */
static void read_line(struct tctext_memo *memo, const char *line,
		      struct reading *out)
{
	memset(out, 0x5a, sizeof(*out));
	out->verb = TCTEXT_ADD;
	out->reasons.n = 0;
	out->err = (struct error){ 0 };
	out->rc = tctext_parse_memo(memo, line, &out->verb, &out->rule,
				    &out->reasons, &out->err);
}

static bool same_rule(const struct rule *a, const struct rule *b)
{
	return memcmp(a, b, offsetof(struct rule, actions)) == 0 &&
	       rule_same_actions(a, b);
}

static bool same(const struct reading *a, const struct reading *b)
{
	return a->rc == b->rc && a->verb == b->verb &&
	       same_rule(&a->rule, &b->rule) &&
	       same_reasons(&a->reasons, &b->reasons) &&
	       a->err.code == b->err.code &&
	       strcmp(a->err.msg, b->err.msg) == 0;
}

/*
 * Lines of files, one after the other by the same reader
 */

static struct tctext_memo memo;

/* Of its own size, so that ASan sees a step too far. */
static void check(const char *line)
{
	static struct reading plain, kept;
	AUTO(free) char *copy = strdup(line);

	assert_non_null(copy);
	read_line(NULL, copy, &plain);
	read_line(&memo, copy, &kept);
	if (!same(&plain, &kept))
		fail_msg("%s\nreads as %d %s, but %d %s", line, kept.rc,
			 kept.err.msg, plain.rc, plain.err.msg);
}

/* A letter put in, another one, or one less. */
static void damage(char *out, const char *line, size_t at)
{
	static const char with[] = " #1x\\/:\n\ra";
	char c = with[at % (sizeof(with) - 1)];

	switch (at % 3) {
	case 0:
		(void)snprintf(out, LINE_SIZE, "%.*s%c%s", (int)at, line, c,
			       line + at);
		return;
	case 1:
		(void)snprintf(out, LINE_SIZE, "%.*s%c%s", (int)at, line, c,
			       line + at + 1);
		return;
	default:
		(void)snprintf(out, LINE_SIZE, "%.*s%s", (int)at, line,
			       line + at + 1);
		return;
	}
}

static void check_and_damage(const char *line)
{
	static char damaged[LINE_SIZE];

	check(line);
	check(line);
	for (size_t at = 0; at < strlen(line); at++) {
		damage(damaged, line, at);
		check(damaged);
		check(line);
	}
}

/* The words of tc in a line of a corpus; those of an action alone get a filter
 * around them.  NULL: there are none. */
static const char *words_in(char *line)
{
	static char whole[LINE_SIZE];
	char *filter = strstr(line, "filter "), *action;

	line[strcspn(line, "\n")] = '\0';
	if (filter) {
		filter[strcspn(filter, "\"\t")] = '\0';
		return filter;
	}
	action = strstr(line, "action ");
	if (!action)
		return NULL;
	(void)snprintf(whole, sizeof(whole), DEV "flower %s", action);
	return whole;
}

static size_t check_file(FILE *f)
{
	static char line[LINE_SIZE];
	size_t n = 0;

	while (fgets(line, sizeof(line), f)) {
		const char *words = words_in(line);

		if (!words)
			continue;
		check_and_damage(words);
		n++;
	}
	fclose(f);
	return n;
}

static void lines_of_programs_are_what_they_are_alone(void **state)
{
	static const char *const files[] = {
		"tc-filters.txt", "tc-golden-netlink.jsonl",
		"tdc-action-cmds-valid.txt", "tdc-action-cmds-invalid.txt",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(files); i++)
		assert_true(check_file(corpus_open(files[i])) > 1);
}

static void captured_lines_are_what_they_are_alone(void **state)
{
	static const char *const files[] = {
		"tc-requests.txt", "tc-actions.txt", "flower-keys.txt",
		"flower-keys-new.txt",
	};
	struct golden g;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		golden_load(files[i], &g);
		for (size_t n = 0; n < g.n; n++)
			check_and_damage(g.records[n].command);
		golden_free(&g);
	}
}

static int is_input(const struct dirent *e)
{
	return e->d_name[0] != '.';
}

static void inputs_of_the_fuzzer_are_what_they_are_alone(void **state)
{
	static char path[4096], line[LINE_SIZE];
	const char *top = getenv("srcdir");
	struct dirent **names;
	int n;

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/tests/fuzz/corpus/fuzz_tc_line",
		       top ? top : ".");
	n = scandir(path, &names, is_input, alphasort);
	assert_true(n > 0);
	for (int i = 0; i < n; i++) {
		char name[sizeof(path) + 256];
		FILE *f;

		(void)snprintf(name, sizeof(name), "%s/%s", path,
			       names[i]->d_name);
		free(names[i]);
		f = fopen(name, "re");
		assert_non_null(f);
		line[fread(line, 1, sizeof(line) - 1, f)] = '\0';
		fclose(f);
		check_and_damage(line);
	}
	free(names);
}

/*
 * What is next to it
 */

/* After first, then is not what first is. */
static void one_word_more_or_less_is_another_line(void **state)
{
	static const char first[] = DEV "prio 7 flower " KEYS TO;
	static const char *const lines[] = {
		"filter add dev eth2 ingress protocol ip prio 7 flower " KEYS TO,
		"filter add dev eth1 egress protocol ip prio 7 flower " KEYS TO,
		"filter del dev eth1 ingress protocol ip prio 7 flower " KEYS TO,
		"filter add dev eth1 ingress protocol ip prio 7 flowerx "
			KEYS TO,
		"filter add dev eth1 ingress protocol ipv6 prio 7 flower "
			KEYS TO,
		DEV "prio 8 flower " KEYS TO,
		DEV "prio 77 flower " KEYS TO,
		DEV "prio 7 handle 7 flower " KEYS TO,
		DEV "prio 7 flower",
		DEV "prio 7 flower ",
		DEV "prio 7 flower# " KEYS TO,
		DEV "prio 7 flower flower " KEYS TO,
		DEV "prio 7 flower " KEYS "dst_port 53 " TO,
		DEV "prio 7 flower " KEYS TO "1",
		DEV "prio 7 flower " KEYS TO " action drop",
		DEV "prio 7 flower " KEYS TO " index 7",
		DEV "prio 7 flower " KEYS TO "/",
		DEV "prio 7 flower " KEYS "action mirred egress redirect",
		DEV "prio 7 flower " KEYS "action mirred egress mirror dev veth0",
		DEV "prio 7 flower " KEYS "action",
		DEV "prio 7 flower " KEYS,
		DEV "prio 7 flower " KEYS "#" TO,
	};
	static struct reading one, other;

	(void)state;
	read_line(NULL, first, &one);
	assert_int_equal(one.rc, 0);
	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		read_line(NULL, lines[i], &other);
		if (same(&one, &other))
			fail_msg("no other line: %s", lines[i]);
		check(first);
		check(lines[i]);
		check(lines[i]);
		check(first);
	}
}

static void keys_decide_behind_a_place_that_is_known(void **state)
{
	static struct reading r;
	static const char good[] = DEV "flower dst_ip 10.0.0.1 action drop";

	(void)state;
	read_line(&memo, good, &r);
	read_line(&memo, DEV "flower dst_ip 10.0.0.2 skip_sw verbose "
		  "action drop", &r);
	assert_int_equal(r.rule.policy, RULE_HW_ONLY);
	assert_true(r.rule.verbose);
	read_line(&memo, DEV "flower dst_ip 10.0.0.x action drop", &r);
	assert_int_equal(r.rc, -EINVAL);
	assert_string_equal(r.err.msg, "column 55: expected an IPv4 address, "
			    "found \"10.0.0.x\"");
	read_line(&memo, good, &r);
	assert_int_equal(r.rc, 0);
	assert_int_equal(r.rule.policy, RULE_BEST_EFFORT);
	assert_false(r.rule.verbose);
	assert_int_equal(r.rule.match.key.ipv4_dst_be, htonl(0x0a000001));
	assert_int_equal(r.rule.n_actions, 1);
}

/*
 * What is kept
 */

static bool knows(const struct tctext_memo *m, const char *line)
{
	static struct rule rule;
	enum tctext_verb verb;

	return tctext_memo_place(m, line, &verb, &rule);
}

static bool knows_actions(const struct tctext_memo *m, const char *text)
{
	static struct rule rule;

	return tctext_memo_actions(m, text, &rule);
}

/* Of keys as behind a place of IP, without the blank before them. */
static bool knows_keys(const struct tctext_memo *m, const char *keys)
{
	static struct rule rule;
	struct reason_list reasons = { 0 };
	struct tc_parser p = {
		.s = { .line = keys, .p = keys },
		.end = keys,
		.rule = &rule,
		.reasons = &reasons,
	};

	rule.protocol_be = htons(ETH_P_IP);
	tc_next(&p);
	return tctext_form_recall(&m->keys, &p);
}

static void read_by_a_new_one(struct tctext_memo *m, const char *line)
{
	static struct reading r;

	tctext_memo_init(m);
	read_line(m, line, &r);
}

static void what_has_a_reason_or_an_error_is_not_kept(void **state)
{
	static const char big_place[] = DEV "chain 0x10000000 flower ";
	static const char big_action[] = "action goto chain 0x10000000";
	static struct tctext_memo m;
	char line[256];

	(void)state;
	read_by_a_new_one(&m, DEV "flower " TO);
	assert_true(knows(&m, DEV "flower dst_ip 10.0.0.1"));
	assert_true(knows_actions(&m, TO));

	/* The same reason twice, which is listed once. */
	(void)snprintf(line, sizeof(line), "%s%s", big_place, big_action);
	read_by_a_new_one(&m, line);
	assert_false(knows(&m, big_place));
	assert_false(knows_actions(&m, big_action));

	read_by_a_new_one(&m, DEV "flower action nat");
	assert_true(knows(&m, DEV "flower "));
	assert_false(knows_actions(&m, "action nat"));
	read_by_a_new_one(&m, DEV "flower action mirred");
	assert_false(knows_actions(&m, "action mirred"));
	read_by_a_new_one(&m, "filter del dev eth1 ingress handle 7 flower ");
	assert_false(knows(&m, "filter del dev eth1 ingress handle 7 flower "));
}

static void a_part_up_to_its_limit_is_kept(void **state)
{
	static struct tctext_memo m;
	char line[2 * TCTEXT_MEMO_TEXT];

	(void)state;
	for (int more = -1; more <= 1; more++) {
		(void)snprintf(line, sizeof(line), "%-*sflower %s",
			       TCTEXT_MEMO_TEXT - 7 + more, DEV, TO);
		read_by_a_new_one(&m, line);
		assert_int_equal(knows(&m, line), more <= 0);
		check(line);
		check(line);

		/* The end of the line is of the text, too. */
		(void)snprintf(line, sizeof(line), DEV "flower %-*s",
			       TCTEXT_MEMO_TEXT - 1 + more, TO);
		read_by_a_new_one(&m, line);
		assert_int_equal(knows_actions(&m, line + strlen(DEV) + 7),
				 more <= 0);
		check(line);
		check(line);
	}
}

static void the_oldest_gives_way(void **state)
{
	static struct tctext_memo m;
	static struct reading r;
	char line[256];

	(void)state;
	tctext_memo_init(&m);
	for (int i = 0; i <= TCTEXT_MEMO_PARTS; i++) {
		(void)snprintf(line, sizeof(line), "dev eth%d ingress flower "
			       "action skbedit mark %d", i, i);
		read_line(&m, line, &r);
	}
	assert_false(knows(&m, "dev eth0 ingress flower "));
	assert_false(knows_actions(&m, "action skbedit mark 0"));
	for (int i = 1; i <= TCTEXT_MEMO_PARTS; i++) {
		(void)snprintf(line, sizeof(line), "dev eth%d ingress flower "
			       "action skbedit mark %d", i, i);
		assert_true(knows(&m, line));
		assert_true(knows_actions(&m, strstr(line, "action")));
		read_line(&m, line, &r);
		assert_int_equal(r.rule.dev.name[3], '0' + i);
		assert_int_equal(r.rule.actions[0].skbedit.mark, i);
	}
}

/*
 * Forms of keys
 */

static void addresses_and_numbers_may_differ(void **state)
{
	static const char *const lines[][2] = {
		{ "src_ip 10.0.0.1 src_port 7", "src_ip 9.255.0.19 src_port 65535" },
		{ "src_ip 10.0.0.1 ", "src_ip 0.0.0.0 " },
		{ "src_mac 02:00:00:00:00:01 verbose",
		  "src_mac fe:ff:0:0:0:1 verbose" },
		{ "enc_key_id 7 enc_src_ip 2001:db8::1 skip_sw",
		  "enc_key_id 0xffffffff enc_src_ip :: skip_sw" },
		{ "", "" },
	};
	static struct tctext_memo m;
	char line[256];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		(void)snprintf(line, sizeof(line), DEV "flower ip_proto udp %s",
			       lines[i][0]);
		read_by_a_new_one(&m, line);
		(void)snprintf(line, sizeof(line), "ip_proto udp %s",
			       lines[i][1]);
		assert_true(knows_keys(&m, line));
		(void)snprintf(line, sizeof(line), DEV "flower ip_proto udp %s",
			       lines[i][1]);
		check(line);
	}
}

/* After first, then is read word by word. */
static void other_keys_are_of_another_form(void **state)
{
	static const char first[] = "ip_proto udp src_ip 10.0.0.1 src_port 53 "
				    "dst_ip 10.0.0.0/8 ip_ttl 7 ";
	static const char *const lines[] = {
		"ip_proto tcp src_ip 10.0.0.1 src_port 53 dst_ip 10.0.0.0/8 ip_ttl 7 ",
		"ip_proto udp dst_ip 10.0.0.1 src_port 53 dst_ip 10.0.0.0/8 ip_ttl 7 ",
		"ip_proto udp src_ip 10.0.0.1/8 src_port 53 dst_ip 10.0.0.0/8 ip_ttl 7 ",
		"ip_proto udp src_ip 10.0.0 src_port 53 dst_ip 10.0.0.0/8 ip_ttl 7 ",
		"ip_proto udp src_ip ::1 src_port 53 dst_ip 10.0.0.0/8 ip_ttl 7 ",
		"ip_proto udp src_ip 10.0.0.1 src_port 65536 dst_ip 10.0.0.0/8 ip_ttl 7 ",
		"ip_proto udp src_ip 10.0.0.1 src_port 53-54 dst_ip 10.0.0.0/8 ip_ttl 7 ",
		"ip_proto udp src_ip 10.0.0.1 src_port 53/1 dst_ip 10.0.0.0/8 ip_ttl 7 ",
		"ip_proto udp src_ip 10.0.0.1 src_port  53 dst_ip 10.0.0.0/8 ip_ttl 7 ",
		"ip_proto udp src_ip 10.0.0.1 src_port 53 dst_ip 10.0.0.1/8 ip_ttl 7 ",
		"ip_proto udp src_ip 10.0.0.1 src_port 53 dst_ip 10.0.0.0/8 ip_ttl 8 ",
		"ip_proto udp src_ip 10.0.0.1 src_port 53 dst_ip 10.0.0.0/8 ip_ttl 7 x",
		"ip_proto udp src_ip 10.0.0.1 src_port 53 dst_ip 10.0.0.0/8 ip_ttl 71",
		"ip_proto udp src_ip 10.0.0.1 src_port 53 dst_ip 10.0.0.0/8 ip_ttl",
		"ip_proto udp src_ip 10.0.0.1 src_port 53",
		"ip_proto udp src_ip 10.0.0.1 src_port 53action drop",
		"",
	};
	static struct tctext_memo m;
	char line[256];

	(void)state;
	(void)snprintf(line, sizeof(line), DEV "flower %s", first);
	read_by_a_new_one(&m, line);
	assert_true(knows_keys(&m, first));
	for (size_t i = 0; i < ARRAY_LEN(lines); i++)
		if (knows_keys(&m, lines[i]))
			fail_msg("no other form: %s", lines[i]);
	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		(void)snprintf(line, sizeof(line), DEV "flower %s", first);
		check(line);
		(void)snprintf(line, sizeof(line), DEV "flower %s", lines[i]);
		check(line);
	}
}

/* A value at the end of the line ends there. */
static void a_word_that_goes_on_is_no_value(void **state)
{
	static struct tctext_memo m;

	(void)state;
	read_by_a_new_one(&m, DEV "flower ip_proto udp src_port 53");
	assert_true(knows_keys(&m, "ip_proto udp src_port 54"));
	assert_true(knows_keys(&m, "ip_proto udp src_port 54 action drop"));
	assert_true(knows_keys(&m, "ip_proto udp src_port 54# drop"));
	assert_false(knows_keys(&m, "ip_proto udp src_port 54action drop"));
	assert_false(knows_keys(&m, "ip_proto udp src_port 54 dst_port 1"));
}

/* What a word means goes by the protocol of the place. */
static void keys_behind_another_protocol_are_of_another_form(void **state)
{
	static struct reading r;

	(void)state;
	check(DEV "flower src_ip 10.0.0.1 action drop");
	read_line(&memo, "filter add dev eth1 ingress protocol arp flower "
		  "src_ip 10.0.0.1 action drop", &r);
	assert_int_equal(r.rc, -EOPNOTSUPP);
	read_line(&memo, "filter add dev eth1 ingress flower src_ip 10.0.0.1 "
		  "action drop", &r);
	assert_int_equal(r.rc, -EOPNOTSUPP);
}

static void a_number_that_other_keys_go_by_is_text(void **state)
{
	static struct reading r;

	(void)state;
	check("filter add dev eth1 ingress flower num_of_vlans 1 vlan_id 5 "
	      "action drop");
	read_line(&memo, "filter add dev eth1 ingress flower num_of_vlans 0 "
		  "vlan_id 5 action drop", &r);
	assert_int_equal(r.rc, -EOPNOTSUPP);
}

static void keys_with_a_reason_or_an_error_have_no_form(void **state)
{
	static struct tctext_memo m;

	(void)state;
	read_by_a_new_one(&m, DEV "flower src_port 53 " TO);
	assert_false(knows_keys(&m, "src_port 53 " TO));
	read_by_a_new_one(&m, DEV "flower src_ip 10.0.0.1 src_ip 10.0.0.1");
	assert_false(knows_keys(&m, "src_ip 10.0.0.1 src_ip 10.0.0.1"));
	read_by_a_new_one(&m, DEV "flower src_ip 10.0.0.1 dst_ip 10.0.0.x");
	assert_false(knows_keys(&m, "src_ip 10.0.0.1 "));
}

static void a_form_up_to_its_limits_is_kept(void **state)
{
	static const char nine[] =
		"ip_proto udp src_mac 2:0:0:0:0:1 dst_mac 2:0:0:0:0:2 "
		"src_ip 10.0.0.1 dst_ip 10.0.0.2 src_port 3 dst_port 4 "
		"enc_key_id 5 enc_src_port 6 enc_dst_port 7";
	static struct tctext_memo m;
	char line[3 * TCTEXT_FORM_TEXT], keys[2 * TCTEXT_FORM_TEXT];

	(void)state;
	for (int more = -1; more <= 1; more++) {
		(void)snprintf(keys, sizeof(keys), "%-*s10.0.0.1",
			       TCTEXT_FORM_TEXT + more, "src_ip");
		(void)snprintf(line, sizeof(line), DEV "flower %s", keys);
		read_by_a_new_one(&m, line);
		assert_int_equal(knows_keys(&m, keys), more <= 0);
		check(line);
		check(line);
	}
	/* The ninth value is text. */
	(void)snprintf(line, sizeof(line), DEV "flower %s", nine);
	read_by_a_new_one(&m, line);
	assert_true(knows_keys(&m, nine));
	(void)snprintf(keys, sizeof(keys), "%s", nine);
	keys[strlen(keys) - 1] = '8';
	assert_false(knows_keys(&m, keys));
	check(line);
	line[strlen(line) - 1] = '8';
	check(line);
}

static void the_oldest_form_gives_way(void **state)
{
	static const char *const keys[TCTEXT_FORMS + 1] = {
		"src_ip 10.0.0.1", "dst_ip 10.0.0.1", "src_mac 2:0:0:0:0:1",
		"dst_mac 2:0:0:0:0:1", "enc_key_id 1",
	};
	static struct tctext_memo m;
	static struct reading r;
	char line[256];

	(void)state;
	tctext_memo_init(&m);
	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		(void)snprintf(line, sizeof(line), DEV "flower %s", keys[i]);
		read_line(&m, line, &r);
	}
	assert_false(knows_keys(&m, keys[0]));
	for (size_t i = 1; i < ARRAY_LEN(keys); i++)
		assert_true(knows_keys(&m, keys[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_of_programs_are_what_they_are_alone),
		cmocka_unit_test(captured_lines_are_what_they_are_alone),
		cmocka_unit_test(inputs_of_the_fuzzer_are_what_they_are_alone),
		cmocka_unit_test(one_word_more_or_less_is_another_line),
		cmocka_unit_test(keys_decide_behind_a_place_that_is_known),
		cmocka_unit_test(what_has_a_reason_or_an_error_is_not_kept),
		cmocka_unit_test(a_part_up_to_its_limit_is_kept),
		cmocka_unit_test(the_oldest_gives_way),
		cmocka_unit_test(addresses_and_numbers_may_differ),
		cmocka_unit_test(other_keys_are_of_another_form),
		cmocka_unit_test(a_word_that_goes_on_is_no_value),
		cmocka_unit_test(keys_behind_another_protocol_are_of_another_form),
		cmocka_unit_test(a_number_that_other_keys_go_by_is_text),
		cmocka_unit_test(keys_with_a_reason_or_an_error_have_no_form),
		cmocka_unit_test(a_form_up_to_its_limits_is_kept),
		cmocka_unit_test(the_oldest_form_gives_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
