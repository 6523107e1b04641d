/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A line of dump-flows, all the way: what is translated has a rule that is the
 * same behind every language and behind the kernel's messages, or has reasons.
 */
#include "tests/fuzz/claims.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *line = fuzz_line("", data, size);
	struct odp_flow *flow = fuzz_flow(0);
	struct rule *rule = fuzz_rule(0);
	struct error err = { 0 };
	int rc;

	if (!line || odp_flow_parse(line, flow, &err) < 0)
		return 0;
	claim_flow_is_its_text(flow);
	if (claim_translation(flow, rule) < 0)
		return 0;
	claim_rule_is_its_text(rule);
	claim_rule_is_its_json(rule);
	claim_rule_is_its_flow(rule);
	FUZZ_CLAIM(claim_rule_is_its_message(rule, &rc) ||
		   fuzz_differ(line, strerror(-rc)));
	return 0;
}
