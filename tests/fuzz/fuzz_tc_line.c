/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A line of tc -batch: read, read again, written, read; as JSON, as a message
 * for the kernel, and as a datapath flow. */
#include "common/flow/tctext_memo.h"
#include "tests/fuzz/claims.h"
#include "tests/fuzz/fuzz.h"
#include "tests/same_reasons.h"

#define TEXT_SIZE 65536

/* Does it read as it did, by what it was read as itself? */
static void claim_reads_again(const char *line, int rc, enum tctext_verb verb,
			      const struct rule *rule,
			      const struct reason_list *reasons,
			      const struct error *err)
{
	static struct tctext_memo memo;
	struct rule *again = fuzz_rule(1);

	tctext_memo_init(&memo);
	for (int i = 0; i < 2; i++) {
		struct reason_list reasons_again = { 0 };
		struct error err_again = { 0 };
		enum tctext_verb verb_again;

		FUZZ_CLAIM(tctext_parse_memo(&memo, line, &verb_again, again,
					     &reasons_again, &err_again) == rc);
		FUZZ_CLAIM(same_reasons(&reasons_again, reasons));
		FUZZ_CLAIM(strcmp(err_again.msg, err->msg) == 0);
		FUZZ_CLAIM(rc < 0 || verb_again == verb);
		FUZZ_CLAIM(rc < 0 || fuzz_same_rule(again, rule) ||
			   fuzz_differ(line, "not the same again"));
	}
}

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
	claim_reads_again(line, rc, verb, rule, &reasons, &err);
	if (rc < 0 || verb == TCTEXT_DEL)
		return 0;
	claim_rule_is_its_text(rule);
	claim_rule_is_its_json(rule);
	FUZZ_CLAIM(claim_rule_is_its_message(rule, &rc) ||
		   fuzz_differ(line, strerror(-rc)));
	(void)odp_format_rule(rule, text, sizeof(text));
	return 0;
}
