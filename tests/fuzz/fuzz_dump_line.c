/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A line of dump-flows, all the way: what is translated has a rule that can be
 * written as tc words and read again, or has reasons.
 */
#include "tests/fuzz/fuzz.h"

#include "common/flow/tctext.h"

#define TEXT_SIZE 65536

static void check_rule(const struct rule *rule)
{
	static char text[TEXT_SIZE], again[TEXT_SIZE];
	struct reason_list reasons = { 0 };
	struct error err = { 0 };
	enum tctext_verb verb;
	int len = tctext_format(rule, text, sizeof(text));

	FUZZ_CLAIM(len >= 0 && len < TEXT_SIZE);
	FUZZ_CLAIM(tctext_parse(text, &verb, fuzz_rule(1), &reasons, &err) ==
			   0 || fuzz_differ(text, err.msg));
	(void)tctext_format(fuzz_rule(1), again, sizeof(again));
	FUZZ_CLAIM(fuzz_same_rule(rule, fuzz_rule(1)) ||
		   fuzz_differ(text, again));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *line = fuzz_line("", data, size);
	struct odp_flow *flow = fuzz_flow(0);
	struct reason_list reasons = { 0 };
	struct error err = { 0 };

	if (!line || odp_flow_parse(line, flow, &err) < 0)
		return 0;
	if (!flow->refused.n)
		fuzz_flow_again(flow);
	if (odp_translate(flow, NULL, fuzz_rule(0), &reasons) == 0)
		check_rule(fuzz_rule(0));
	else
		FUZZ_CLAIM(reasons.n > 0);
	return 0;
}
