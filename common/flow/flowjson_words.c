/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of JSON that are not in the field table. */
#include "common/flow/flowjson_words.h"

#include <string.h>

#include "common/flow/scan.h"
#include "common/flow/tctext.h"

const char *const flowjson_verbs[] = {
	[TCTEXT_ADD] = "add",
	[TCTEXT_REPLACE] = "replace",
	[TCTEXT_CHANGE] = "change",
	[TCTEXT_DEL] = "del",
	NULL
};

size_t flowjson_row_word(size_t row)
{
	const char *tc = flow_fields[row].tc;

	return tc ? strcspn(tc, " ") : 0;
}

bool flowjson_is_key(const char *word, size_t len)
{
	for (size_t row = 0; row < flow_n_fields; row++) {
		const char *tc = flow_fields[row].tc;

		if (tc && len && strncmp(tc, word, len) == 0 &&
		    (!tc[len] || tc[len] == ' '))
			return true;
	}
	return false;
}

int flowjson_find(const char *const *list, const char *word, size_t len)
{
	for (int i = 0; list[i]; i++)
		if (scan_is(word, len, list[i]))
			return i;
	return -1;
}
