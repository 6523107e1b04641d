/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A line of tc -batch: read, written, read; and as a datapath flow. */
#include "tests/fuzz/fuzz.h"

#include "common/flow/tctext.h"

#define TEXT_SIZE 65536

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char text[TEXT_SIZE], again[TEXT_SIZE];
	const char *line = fuzz_line("", data, size);
	struct rule *rule = fuzz_rule(0), *back = fuzz_rule(1);
	struct reason_list reasons = { 0 };
	struct error err = { 0 };
	enum tctext_verb verb;
	int rc;

	if (!line)
		return 0;
	rc = tctext_parse(line, &verb, rule, &reasons, &err);
	FUZZ_CLAIM(rc != -EINVAL || err.msg[0]);
	FUZZ_CLAIM(rc != -EOPNOTSUPP || reasons.n);
	if (rc < 0 || verb == TCTEXT_DEL)
		return 0;
	rc = tctext_format(rule, text, sizeof(text));
	if (rc >= TEXT_SIZE)
		return 0;
	FUZZ_CLAIM(tctext_parse(text, &verb, back, &reasons, &err) == 0 ||
		   fuzz_differ(text, err.msg));
	(void)tctext_format(back, again, sizeof(again));
	FUZZ_CLAIM(fuzz_same_rule(rule, back) || fuzz_differ(text, again));
	(void)odp_format_rule(rule, text, sizeof(text));
	return 0;
}
