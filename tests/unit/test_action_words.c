/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lines of actions that are good or bad: some of our own, and those that the
 * kernel's tests give to `tc actions add`, if $SWOFFD_CORPORA is set.
 */
#include "tests/unit/corpus.h"
#include "tests/unit/flowcase.h"

#include <stdlib.h>

#include "common/base/cleanup.h"

#define DEV "dev eth12 ingress protocol ip flower action "

static struct flowcase *read_action(const char *words)
{
	static char line[8192];

	snprintf(line, sizeof(line), DEV "%s", words);
	return flowcase_read(line);
}

static void errors_point_at_the_word(void **state)
{
	static const struct {
		const char *words, *error;
	} cases[] = {
		{ "foo", "column 45: expected an action such as drop, mirred "
			 "or vlan, found \"foo\"" },
		{ "goto 3", "column 50: expected \"chain\", found \"3\"" },
		{ "jump", "column 49: expected how many actions, a number, "
			  "found the end" },
		{ "drop random netrand drop 10001",
		  "column 70: expected a chance in 10000, at most 10000, "
		  "found \"10001\"" },
		{ "drop cookie abc", "column 57: expected up to 16 bytes in "
				     "hexadecimal, found \"abc\"" },
		{ "drop hw_stats some", "column 59: expected immediate, "
		  "delayed, disabled or any, found \"some\"" },
		{ "mirred egress redirect", "column 67: expected \"dev\", "
					    "found the end" },
		{ "mirred egress redirect blockid 0",
		  "column 77: there is no block 0" },
		{ "vlan push", "column 54: expected id, found the end" },
		{ "vlan pop id 3", "column 54: expected an action such as "
				   "drop, mirred or vlan, found \"id\"" },
		{ "vlan push id 5 priority 8",
		  "column 69: expected priority, at most 7, found \"8\"" },
		{ "vlan push_eth dst_mac 00:11:22:33:44:55",
		  "column 84: expected src_mac, found the end" },
		{ "tunnel_key", "column 55: expected set or unset, found the "
				"end" },
		{ "tunnel_key set src_ip 10.0.0.1 dst_ip ::1",
		  "column 86: expected src_ip and dst_ip, of one family, "
		  "before this, found the end" },
		{ "tunnel_key set geneve_opts 0102:80:4288",
		  "column 84: expected 4, 8 … bytes of data before this, "
		  "found the end" },
		{ "tunnel_key set vxlan_opts 1 erspan_opts 1",
		  "column 73: expected options of one kind, once, found "
		  "\"erspan_opts\"" },
		{ "pedit ex munge icmp type set 1",
		  "column 60: expected offset, eth, ip, ip6, tcp or udp, "
		  "found \"icmp\"" },
		{ "pedit munge tcp sport set 1",
		  "column 61: expected a field of tcp; for most write "
		  "\"pedit ex\", found \"sport\"" },
		{ "pedit ex munge ip dport set 1",
		  "column 63: expected a field of ip, found \"dport\"" },
		{ "pedit munge ip ttl add 1", "column 64: expected \"pedit "
		  "ex\" for this, or set, found \"add\"" },
		{ "pedit munge offset 15 u16 set 1",
		  "column 67: expected an offset that does not cross a word "
		  "of 32 bits, found \"u16\"" },
		{ "pedit ex munge ip tos set 256",
		  "column 71: expected a value, at most 255, found \"256\"" },
		{ "csum", "column 49: expected iph, icmp, igmp, tcp, udp, "
			  "udplite or sctp, found the end" },
		{ "ct clear zone 5 commit",
		  "column 67: expected nothing else with clear, found the "
		  "end" },
		{ "ct nat src addr 1.2.3.4",
		  "column 68: expected commit, because of nat to an address, "
		  "found the end" },
		{ "ct commit nat", "column 58: expected src or dst behind "
				   "nat, because of commit, found the end" },
		{ "ct commit nat src addr 1.2.3.4-::1",
		  "column 79: addresses of two families" },
		{ "ct helper tcp", "column 55: expected a helper such as "
				   "ipv4-tcp-ftp, found \"tcp\"" },
		{ "police", "column 51: expected rate, avrate, pkts_rate or "
			    "mtu, found the end" },
		{ "police rate 1mbit", "column 62: expected burst, because of "
				       "rate, found the end" },
		{ "police rate 1mbat burst 1k",
		  "column 57: expected a rate such as 10mbit, found "
		  "\"1mbat\"" },
		{ "police rate 8bit burst 10m",
		  "column 71: expected a burst of less than 4.5 minutes "
		  "before this, found the end" },
		{ "sample rate 10", "column 59: expected group, found the "
				    "end" },
		{ "skbedit", "column 52: expected priority, mark, "
		  "queue_mapping, ptype or inheritdsfield, found the end" },
		{ "mpls push", "column 54: expected label, found the end" },
		{ "mpls push label 1 ttl 0", "column 67: ttl is at least 1" },
	};
	size_t bad = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct flowcase *c = read_action(cases[i].words);

		if (c->result == LINE_BAD &&
		    strcmp(c->err.msg, cases[i].error) == 0)
			continue;
		print_error("%s\n  %s\n  not %s\n", cases[i].words,
			    c->result == LINE_BAD ? c->err.msg : "no error",
			    cases[i].error);
		bad++;
	}
	assert_int_equal(bad, 0);
}

static void what_is_well_said_but_not_for_us_has_a_reason(void **state)
{
	static const struct {
		const char *words, *reasons;
	} cases[] = {
		{ "skbmod set smac 00:00:00:00:00:01",
		  "action-unsupported:skbmod" },
		{ "drop skip_sw", "action-unsupported:skip_sw" },
		{ "goto chain 268435456", "chain-too-big:0x10000000" },
		{ "vlan push id 4095", "action-unsupported:vlan id 4095" },
		{ "vlan push id 1 protocol ip",
		  "action-unsupported:vlan protocol 0x0800" },
		{ "mpls mod label 3", "action-unsupported:mpls label 3, "
				      "implicit null" },
		{ "police rate 1mbit burst 1k conform-exceed drop / "
		  "goto chain 3", "action-unsupported:police goto chain of "
				  "what conforms" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char line[256];

		snprintf(line, sizeof(line), DEV "%s", cases[i].words);
		assert_string_equal(flowcase_reasons(line), cases[i].reasons);
	}
}

/* Whatever a field or a word writes is shown in words that write the same. */
static void every_form_is_shown_so_that_it_reads_the_same(void **state)
{
	static const char *const words[] = {
		"mirred egress mirror blockid 21 drop index 9",
		"gact stolen", "vlan pop stolen", "police mtu 64 "
		"conform-exceed stolen / stolen",
		"skbedit queue_mapping 3-6 priority 3:",
		"drop hw_stats any",
		"tunnel_key set src_ip ::1 dst_ip ::2 id 5 nofrag",
		"ct commit helper ipv4-tcp-ftp zone 3",
		"pedit ex munge ip6 offset 8 u32 set 0x1 retain 0xff",
		"pedit ex munge eth offset 4 u16 set 0x1 munge tcp offset 12 "
		"u8 add 0x10 retain 0xf0",
		"pedit ex munge offset 20 u32 at 12 offmask f0 shift 4 "
		"invert",
		"pedit munge offset 20 u32 preserve",
		"pedit munge ip ttl invert",
		"police rate 12345bps burst 7777b/8 conform-exceed 4/8",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		static struct rule rule;
		struct flowcase *c = read_action(words[i]);
		char text[FLOWCASE_SIZE];

		if (c->result == LINE_BAD)
			fail_msg("%s: %s", words[i], c->err.msg);
		assert_int_equal(c->result, LINE_FLOW);
		rule_copy(&rule, &c->flow.rule);
		(void)tctext_format(&rule, text, sizeof(text));
		if (!rule_same_actions(flowcase_rule(text), &rule))
			fail_msg("%s\n%s", words[i], text);
	}
}

/* What kernels report of it, as scenario/roundtrip.sh shows. */
static void settled_is_what_the_kernel_reports(void **state)
{
	static const struct {
		const char *words, *settled;
	} cases[] = {
		{ "vlan push id 5",
		  "vlan push id 5 protocol 802.1Q priority 0 pipe" },
		{ "mpls push label 5",
		  "mpls push protocol mpls_uc label 5 ttl 255 pipe" },
		{ "tunnel_key set src_ip 1.1.1.1 dst_ip 2.2.2.2 tos 0 "
		  "vxlan_opts 112233", "tunnel_key set src_ip 1.1.1.1 dst_ip "
		  "2.2.2.2 vxlan_opts 46697 csum pipe" },
		{ "tunnel_key set src_ip 1.1.1.1 dst_ip 2.2.2.2 erspan_opts "
		  "2:7:1:3", "tunnel_key set src_ip 1.1.1.1 dst_ip 2.2.2.2 "
		  "erspan_opts 2:0:1:3 csum pipe" },
		{ "ct zone 0 mark 5/0 label 12/0000", "ct pipe" },
		{ "ct clear zone 5", "ct clear pipe" },
		{ "ct label 12", "ct label 12000000000000000000000000000000/"
				 "ffffffffffffffffffffffffffffffff pipe" },
		{ "police rate 40gbit burst 10m/32",
		  "police rate 5000000000bps burst 10485000b mtu 8160b "
		  "conform-exceed reclassify" },
		{ "police mtu 4294967295 conform-exceed drop/pass",
		  "police conform-exceed drop" },
		{ "drop hw_stats any", "drop" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		static struct rule rule;
		char text[FLOWCASE_SIZE];
		struct flowcase *c = read_action(cases[i].words);

		assert_int_equal(c->result, LINE_FLOW);
		rule_copy(&rule, &c->flow.rule);
		rule_settle_actions(&rule);
		(void)tctext_format(&rule, text, sizeof(text));
		assert_string_equal(strstr(text, "action ") + 7,
				    cases[i].settled);
	}
}

static void too_much_is_refused_without_harm(void **state)
{
	static char line[256 * 1024];
	struct flowcase *c;
	size_t len;

	(void)state;
	/* Pedit: 128 keys are what tc takes. */
	len = (size_t)snprintf(line, sizeof(line), DEV "pedit ex");
	for (int i = 0; i < 128; i++)
		len += (size_t)snprintf(line + len, sizeof(line) - len,
					" munge ip ttl set %d", i);
	assert_int_equal(flowcase_read(line)->result, LINE_FLOW);
	snprintf(line + len, sizeof(line) - len, " munge ip ttl set 1");
	assert_non_null(strstr(flowcase_error(line), "more than 128 keys"));

	/* Data of 32 actions of the largest kind, and of 8 192. */
	for (int n = 32; n <= 8192; n *= 256) {
		len = (size_t)snprintf(line, sizeof(line), DEV "pipe ");
		for (int i = 1; i < n; i++) {
			len += (size_t)snprintf(
				line + len, sizeof(line) - len,
				"%s ", i % 2 ? "ct" : "action tunnel_key "
				"set src_ip ::1 dst_ip ::2");
			if (len > sizeof(line) - 64)
				break;
		}
		c = flowcase_read(line);
		if (c->result == LINE_BAD)
			fail_msg("%d: %s", n, c->err.msg);
		assert_int_equal(c->result, n > 32 ? LINE_REFUSED : LINE_FLOW);
	}
}

/*
 * The kernel's own tests
 */

/* Not one action, but a program of several commands, or something else that
 * tc does with actions. */
static bool is_other_command(const char *cmd)
{
	return strncmp(cmd, "$TC actions add action ", 23) != 0 &&
	       strncmp(cmd, "$TC actions replace action ", 27) != 0;
}

/* Of the lines that fail: what is wrong with them is not in their words. */
static const struct {
	const char *id, *why;
} not_words[] = {
	{ "d128", "goto chain without a filter" },
	{ "9215", "the index is taken" },
	{ "ca89", "goto chain without a filter" },
	{ "2d89", "there is no such device" },
	{ "7e67", "goto chain without a filter" },
	{ "689e", "goto chain without a filter" },
	{ "a874", "there is no action of that index" },
	{ "0a6e", "goto chain without a filter" },
};

static bool is_not_words(const char *id)
{
	for (size_t i = 0; i < ARRAY_LEN(not_words); i++)
		if (strcmp(id, not_words[i].id) == 0)
			return true;
	return false;
}

/* Id, tab, exit status, tab, command, tab, what the kernel shows. */
static bool agrees(char *line, bool good, size_t *n)
{
	char *save, *id = strtok_r(line, "\t", &save);
	char *status = id ? strtok_r(NULL, "\t", &save) : NULL;
	char *cmd = status ? strtok_r(NULL, "\t\n", &save) : NULL;
	struct flowcase *c;

	assert_non_null(cmd);
	if (is_other_command(cmd) || (!good && is_not_words(id)))
		return true;
	(*n)++;
	c = read_action(strstr(cmd, " action ") + 8);
	if ((c->result == LINE_FLOW) == good)
		return true;
	print_error("%s %s: %s\n", id, cmd,
		    c->result == LINE_BAD ? c->err.msg : "taken or refused");
	return false;
}

static void check_file(const char *name, bool good)
{
	FILE *f = corpus_open(name);
	size_t n = 0, bad = 0;
	char line[8192];

	while (fgets(line, sizeof(line), f))
		bad += !agrees(line, good, &n);
	(void)fclose(f);
	print_message("%s: %zu lines of one action, %zu differ\n", name, n,
		      bad);
	assert_true(n > 0);
	assert_int_equal(bad, 0);
}

static void what_the_kernels_tests_add_is_read(void **state)
{
	(void)state;
	check_file("tdc-action-cmds-valid.txt", true);
}

static void what_they_expect_to_fail_is_refused(void **state)
{
	(void)state;
	check_file("tdc-action-cmds-invalid.txt", false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(errors_point_at_the_word),
		cmocka_unit_test(what_is_well_said_but_not_for_us_has_a_reason),
		cmocka_unit_test(every_form_is_shown_so_that_it_reads_the_same),
		cmocka_unit_test(settled_is_what_the_kernel_reports),
		cmocka_unit_test(too_much_is_refused_without_harm),
		cmocka_unit_test(what_the_kernels_tests_add_is_read),
		cmocka_unit_test(what_they_expect_to_fail_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
