/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Strict text to value: the whole text must be the value, in range, with
 * nothing before or after it.  All return 0, -EINVAL (not such a value) or
 * -ERANGE (one, but out of bounds), and leave *out untouched on failure.
 */
#ifndef COMMON_BASE_PARSE_H
#define COMMON_BASE_PARSE_H

#include <stdint.h>

#define MAC_SIZE 6
#define MAC_STR_SIZE 18

/* Decimal, or hexadecimal after 0x; no sign, no blanks. */
int parse_u64(const char *text, uint64_t max, uint64_t *out);
int parse_u32(const char *text, uint32_t max, uint32_t *out);

/* Six groups of two hexadecimal digits, separated by colons. */
void format_mac(const uint8_t mac[MAC_SIZE], char out[MAC_STR_SIZE]);

#endif
