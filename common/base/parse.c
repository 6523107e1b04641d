/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Strict value parsing; see parse.h for what "strict" means. */
#include "common/base/parse.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

int parse_u64(const char *text, uint64_t max, uint64_t *out)
{
	int base = text[0] == '0' && (text[1] == 'x' || text[1] == 'X') ?
			   16 : 10;
	const char *digits = base == 16 ? text + 2 : text;
	unsigned long long v;
	char *end;

	if (!isxdigit((unsigned char)digits[0]))
		return -EINVAL;

	errno = 0;
	v = strtoull(digits, &end, base);
	if (*end || end == digits)
		return -EINVAL;
	if (errno == ERANGE || v > max)
		return -ERANGE;
	*out = v;
	return 0;
}

int parse_u32(const char *text, uint32_t max, uint32_t *out)
{
	uint64_t v;
	int rc = parse_u64(text, max, &v);

	if (rc < 0)
		return rc;
	*out = (uint32_t)v;
	return 0;
}

void format_mac(const uint8_t mac[MAC_SIZE], char out[MAC_STR_SIZE])
{
	(void)snprintf(out, MAC_STR_SIZE, "%02x:%02x:%02x:%02x:%02x:%02x",
		       mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
}
