/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A line of tc -batch: read, written, read; as JSON, as a message for the
 * kernel, and as a datapath flow. */
#include "common/flow/tctext.h"
#include "tests/fuzz/claims.h"
#include "tests/fuzz/fuzz.h"

#define TEXT_SIZE 65536

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char text[TEXT_SIZE];
	const char *line = fuzz_line("", data, size);
	struct rule *rule = fuzz_rule(0);
	struct reason_list reasons = { 0 };
	struct error err = { 0 };
	enum tctext_verb verb;
	int rc;

	if (!line)
		return 0;
	rc = tctext_parse(line, &verb, rule, &reasons, &err);
	FUZZ_CLAIM(rc == 0 || rc == -EINVAL || rc == -EOPNOTSUPP);
	FUZZ_CLAIM(rc != -EINVAL || err.msg[0]);
	FUZZ_CLAIM(rc != -EOPNOTSUPP || reasons.n);
	if (rc < 0 || verb == TCTEXT_DEL)
		return 0;
	claim_rule_is_its_text(rule);
	claim_rule_is_its_json(rule);
	FUZZ_CLAIM(claim_rule_is_its_message(rule, &rc) ||
		   fuzz_differ(line, strerror(-rc)));
	(void)odp_format_rule(rule, text, sizeof(text));
	return 0;
}
