/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A flow as an object of JSON: read, written, read; and as the line of tc. */
#include "tests/fuzz/fuzz.h"

#include <errno.h>

#include "common/flow/flowjson.h"

#define TEXT_SIZE (512 * 1024)

static int parse(const char *line, struct line_flow *out, struct error *err)
{
	static char scratch[FLOWJSON_TEXT_SIZE];
	struct reason_list reasons = { .n = 0 };
	int rc = flowjson_parse(line, scratch, out, &reasons, err);

	FUZZ_CLAIM(rc != -EINVAL || err->msg[0]);
	FUZZ_CLAIM(rc != -EOPNOTSUPP || reasons.n);
	return rc;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct line_flow flow, back;
	static char text[TEXT_SIZE], again[TEXT_SIZE];
	struct error err = { 0 };
	const char *line = fuzz_line("", data, size);
	struct reason_list reasons = { .n = 0 };
	enum tctext_verb verb;
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
		    flow.verb == back.verb &&
		    flow.has_ufid == back.has_ufid) ||
		   fuzz_differ(text, again));
	if (flow.verb == TCTEXT_DEL)
		return 0;
	(void)tctext_format(&flow.rule, text, sizeof(text));
	FUZZ_CLAIM(tctext_parse(text, &verb, &back.rule, &reasons,
				&err) == 0 || fuzz_differ(text, err.msg));
	FUZZ_CLAIM(fuzz_same_rule(&flow.rule, &back.rule) ||
		   fuzz_differ(text, again));
	return 0;
}
