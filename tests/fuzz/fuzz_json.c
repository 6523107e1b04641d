/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A flow as an object of JSON: read, written, read; and as the line of tc. */
#include "common/flow/flowjson.h"
#include "tests/fuzz/claims.h"
#include "tests/fuzz/fuzz.h"

#define TEXT_SIZE (512 * 1024)

static int parse(const char *line, struct line_flow *out, struct error *err)
{
	static char scratch[FLOWJSON_TEXT_SIZE];
	struct reason_list reasons = { .n = 0 };
	int rc = flowjson_parse(line, scratch, out, &reasons, err);

	FUZZ_CLAIM(rc == 0 || rc == -EINVAL || rc == -EOPNOTSUPP);
	FUZZ_CLAIM(rc != -EINVAL || err->msg[0]);
	FUZZ_CLAIM(rc != -EOPNOTSUPP || reasons.n);
	return rc;
}

static bool same_ufid(const struct line_flow *a, const struct line_flow *b)
{
	return a->has_ufid == b->has_ufid &&
	       (!a->has_ufid ||
		memcmp(&a->ufid, &b->ufid, sizeof(a->ufid)) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct line_flow flow, back;
	static char text[TEXT_SIZE], again[TEXT_SIZE];
	struct error err = { 0 };
	const char *line = fuzz_line("", data, size);
	int len;

	if (!line || parse(line, &flow, &err) < 0)
		return 0;
	len = flowjson_format(&flow, text, sizeof(text));
	FUZZ_CLAIM(len > 0 && len < TEXT_SIZE);
	FUZZ_CLAIM(strlen(text) == (size_t)len);
	FUZZ_CLAIM(parse(text, &back, &err) == 0 ||
		   fuzz_differ(text, err.msg));
	(void)flowjson_format(&back, again, sizeof(again));
	FUZZ_CLAIM((fuzz_same_rule(&flow.rule, &back.rule) &&
		    flow.verb == back.verb && same_ufid(&flow, &back)) ||
		   fuzz_differ(text, again));
	FUZZ_CLAIM(strcmp(text, again) == 0 || fuzz_differ(text, again));
	if (flow.verb != TCTEXT_DEL)
		claim_rule_is_its_text(&flow.rule);
	return 0;
}
