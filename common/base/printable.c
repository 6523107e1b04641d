/* SPDX-License-Identifier: GPL-2.0-or-later */
/* By the table of RFC 3629, section 4. */
#include "common/base/printable.h"

#include <stddef.h>
#include <stdint.h>

#include "common/base/cleanup.h"

static const struct {
	uint8_t first, last;           /* of the first byte */
	uint8_t second_first, second_last;
	uint8_t size;
} forms[] = {
	{ 0x20, 0x7e, 0x00, 0x00, 1 }, { 0xc2, 0xdf, 0x80, 0xbf, 2 },
	{ 0xe0, 0xe0, 0xa0, 0xbf, 3 }, { 0xe1, 0xec, 0x80, 0xbf, 3 },
	{ 0xed, 0xed, 0x80, 0x9f, 3 }, { 0xee, 0xef, 0x80, 0xbf, 3 },
	{ 0xf0, 0xf0, 0x90, 0xbf, 4 }, { 0xf1, 0xf3, 0x80, 0xbf, 4 },
	{ 0xf4, 0xf4, 0x80, 0x8f, 4 },
};

/* Bytes of the character that begins here; 0: it is none. */
static size_t character(const uint8_t *p)
{
	for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
		size_t n;

		if (*p < forms[i].first || *p > forms[i].last)
			continue;
		if (forms[i].size > 1 && (p[1] < forms[i].second_first ||
					  p[1] > forms[i].second_last))
			return 0;
		for (n = forms[i].size > 1 ? 2 : 1; n < forms[i].size; n++)
			if ((p[n] & 0xc0) != 0x80)
				return 0;
		return n;
	}
	return 0;
}

void printable(char *text)
{
	while (*text) {
		size_t n = character((const uint8_t *)text);

		if (!n)
			*text = '?';
		text += n ? n : 1;
	}
}
