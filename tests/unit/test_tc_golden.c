/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Commands of tc and the messages that it makes of them, one a line in JSON:
 * what tc encodes we encode alike, what it rejects we reject.
 *
 * Reads tc-golden-netlink.jsonl of $SWOFFD_CORPORA (default: tests/corpora).
 * In it sequence numbers are zero, and lo is ifindex 1.
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
#include <json-c/json.h>

#include "common/flow/tctext.h"
#include "swoffd/kernel/filter.h"
#include "tests/unit/corpus.h"
#include "tests/unit/nlset.h"

/* Where we are not as tc 6.1 is; words are a part of the command. */
static const struct {
	const char *words, *why;
} exceptions[] = {
	/* tc encodes, we refuse */
	{ "geneve_opts 0102:80:000001 ",
	  "no multiple of 4 bytes: the kernel takes none such" },
	{ "mpls lse depth 8", "the kernel looks at 7 entries" },
	{ "vlan push id 5000", "an id of 12 bits; the kernel refuses it" },
	/* we encode other bytes */
	{ "ct_label 1 ", "tc sends no bytes at all for one digit" },
	{ "vxlan_opts 112233", "has bits that no packet has: the kernel forgets "
	  "them without a word, so they are not sent" },
	/* tc refuses, we encode */
	{ "code 3/0x0f", "tc takes decimal masks only" },
	{ "type 128/0xff", "tc takes decimal masks only" },
	{ "ip_proto l2tp", "a name that tc has later" },
	{ "arp_op 1/0xff", "tc takes but the two names" },
	{ "arp_op 3", "tc takes but the two names" },
	{ "action ct nat", "tc wants more words behind it, wrongly" },
	{ "nat src addr 10.0.0.1-10.0.0.10",
	  "tc wants more words behind it, wrongly" },
	{ "helper tcp", "later than tc 6.1" },
	{ "action stolen", "a verdict that tc prints and cannot read" },
};

static bool is_exception(const char *cmd)
{
	for (size_t i = 0; i < sizeof(exceptions) / sizeof(exceptions[0]); i++)
		if (strstr(cmd, exceptions[i].words))
			return true;
	return false;
}

static struct tally {
	size_t same, rejected, except, other_actions;
} tally;

static struct rule rule;
static struct reason_list reasons;
static struct error err;

static int parse(const char *cmd)
{
	enum tctext_verb verb;
	int rc;

	reasons.n = 0;
	err.msg[0] = '\0';
	rc = tctext_parse(cmd, &verb, &rule, &reasons, &err);
	rule.dev.ifindex = 1;
	for (size_t i = 0; rc == 0 && i < rule.n_actions; i++)
		if (rule.actions[i].kind == RULE_ACTION_MIRRED)
			rule.actions[i].mirred.port.ifindex = 1;
	return rc;
}

/* Of what is refused here nothing but actions. */
static bool are_of_actions(void)
{
	for (size_t i = 0; i < reasons.n; i++)
		if (reasons.reasons[i].code != REASON_ACTION_UNSUPPORTED)
			return false;
	return reasons.n > 0;
}

static const struct nlmsghdr *from_hex(const char *hex)
{
	static _Alignas(NLMSG_ALIGNTO) uint8_t buf[65536];
	unsigned int byte;
	size_t n = 0;

	assert_non_null(hex);
	while (n < sizeof(buf) && sscanf(hex + 2 * n, "%2x", &byte) == 1)
		buf[n++] = (uint8_t)byte;
	return (const void *)buf;
}

static void check_encoded(const char *cmd, const char *hex)
{
	struct kernel_request req = { .kind = REQUEST_ADD, .rule = &rule,
				      .no_cookie = true };
	static _Alignas(NLMSG_ALIGNTO) char buf[FILTER_MAX_SIZE];
	int rc = parse(cmd);
	const char *why;

	if (is_exception(cmd)) {
		tally.except++;
		return;
	}
	if (rc == -EOPNOTSUPP && are_of_actions()) {
		tally.other_actions++;
		return;
	}
	if (rc < 0)
		fail_msg("%s: %s%s", cmd, err.msg,
			 reasons.n ? reasons.reasons[0].subject : "");
	rc = filter_encode(buf, sizeof(buf), &req);
	if (rc < 0)
		fail_msg("%s: not encoded: %d", cmd, rc);
	why = nlset_filters_differ(from_hex(hex), (const void *)buf);
	if (why[0])
		fail_msg("%s: %s", cmd, why);
	tally.same++;
}

static void check_rejected(const char *cmd)
{
	if (is_exception(cmd)) {
		tally.except++;
		return;
	}
	if (parse(cmd) == 0)
		fail_msg("taken: %s", cmd);
	tally.rejected++;
}

static const char *member(struct json_object *o, const char *name)
{
	return json_object_get_string(json_object_object_get(o, name));
}

static void check_line(const char *line)
{
	struct json_object *o = json_tokener_parse(line);

	assert_non_null(o);
	assert_non_null(member(o, "cmd"));
	if (!strcmp(member(o, "result"), "encoded"))
		check_encoded(member(o, "cmd"), member(o, "nlmsg_hex"));
	else
		check_rejected(member(o, "cmd"));
	json_object_put(o);
}

static void tc_and_we_make_the_same_of_a_command(void **state)
{
	static char line[65536];
	FILE *f = corpus_open("tc-golden-netlink.jsonl");

	(void)state;
	while (fgets(line, sizeof(line), f))
		check_line(line);
	fclose(f);
	print_message("%zu the same, %zu rejected, %zu on purpose not, %zu "
		      "with actions that there are not\n", tally.same,
		      tally.rejected, tally.except, tally.other_actions);
	assert_true(tally.same >= 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tc_and_we_make_the_same_of_a_command),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
