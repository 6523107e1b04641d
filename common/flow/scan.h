/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A cursor over a line of text, and the values that both languages write.
 * Private to common/flow.  Every function leaves the cursor behind what it
 * read, or at what it could not read, with *err telling column and word.
 */
#ifndef COMMON_FLOW_SCAN_H
#define COMMON_FLOW_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "common/base/error.h"
#include "common/flow/field.h"
#include "common/flow/port.h"

/* Of parentheses in each other; the same bound as Open vSwitch has. */
#define SCAN_MAX_NESTING 32

struct scan {
	const char *line;      /* the whole, for columns */
	const char *p;
	struct error *err;
};

/* "column 7: expected …, found "word""; always -EINVAL. */
int scan_expected(const struct scan *s, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* The same about the word at [at, at + len): "column 7: fmt". */
int scan_fail_at(const struct scan *s, const char *at, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Does the cursor stand on c?  Then it steps over it. */
static inline bool scan_char(struct scan *s, char c)
{
	if (*s->p != c)
		return false;
	s->p++;
	return true;
}

static inline bool scan_is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* For what may be given once: sets the bit; was it set before? */
static inline bool scan_seen(uint64_t *set, size_t bit)
{
	uint64_t one = (uint64_t)1 << bit % 64;
	bool was = set[bit / 64] & one;

	set[bit / 64] |= one;
	return was;
}

/* Classes of characters; the end of the line is in none but its own. */
enum scan_class {
	SCAN_BLANK = 0x01,     /* blank, tab, CR, LF */
	SCAN_COMMA = 0x02,
	SCAN_PAREN = 0x04,
	SCAN_SLASH = 0x08,
	SCAN_HASH = 0x10,
	SCAN_DIGIT = 0x20,
	SCAN_WORD = 0x40,      /* letters, digits, underscore, minus */
	SCAN_HEX = 0x80,       /* digits of hexadecimal numbers */
	SCAN_QUOTE = 0x100,
	SCAN_END = 0x200,
};

/* By character, as bits. */
extern const uint16_t scan_classes[UINT8_MAX + 1];

static inline bool scan_is_in(char c, unsigned int set)
{
	return scan_classes[(unsigned char)c] & set;
}

/* How many characters from p on are of one of these classes; of none. */
static inline size_t scan_span(const char *p, unsigned int set)
{
	size_t n = 0;

	while (scan_is_in(p[n], set))
		n++;
	return n;
}

static inline size_t scan_until(const char *p, unsigned int set)
{
	size_t n = 0;

	set |= SCAN_END;
	while (!scan_is_in(p[n], set))
		n++;
	return n;
}

static inline size_t scan_word_len(const char *p)
{
	return scan_span(p, SCAN_WORD);
}

/*
 * memcmp() == 0 for words, which are too short for a call.  Both ends, which
 * overlap, are compared at once: where a loop over the letters would end, no
 * processor can tell beforehand.
 */
static inline bool scan_same(const char *a, const char *b, size_t len)
{
	const char *a_end = a + len, *b_end = b + len;

	if (len > 16)
		return memcmp(a, b, len) == 0;
	if (len >= 8)
		return memcmp(a, b, 8) == 0 &&
		       memcmp(a_end - 8, b_end - 8, 8) == 0;
	if (len >= 4)
		return memcmp(a, b, 4) == 0 &&
		       memcmp(a_end - 4, b_end - 4, 4) == 0;
	if (len >= 2)
		return memcmp(a, b, 2) == 0 &&
		       memcmp(a_end - 2, b_end - 2, 2) == 0;
	return !len || *a == *b;
}

/* Is the word at [p, p + len) this name? */
static inline bool scan_is(const char *p, size_t len, const char *name)
{
	if (!len)
		return false;
	while (len && *p == *name && *name) {
		p++;
		name++;
		len--;
	}
	return !len && !*name;
}

/* Does what is at p begin so? */
static inline bool scan_begins(const char *p, const char *with)
{
	while (*with && *p == *with) {
		p++;
		with++;
	}
	return !*with;
}

/* By character, one more than the digit is worth. */
extern const uint8_t scan_digits[UINT8_MAX + 1];

/* 0 … 15, or -1. */
static inline int scan_hex_digit(char c)
{
	return scan_digits[(unsigned char)c] - 1;
}

/* A number, hexadecimal after 0x; what is the name for messages. */
int scan_uint_base(struct scan *s, unsigned int base, uint64_t max,
		   const char *what, uint64_t *out);

/* The same, else decimal. */
static inline int scan_uint(struct scan *s, uint64_t max, const char *what,
			    uint64_t *out)
{
	return scan_uint_base(s, 10, max, what, out);
}

/* 0x… or 0, of up to size bytes: a number, its most significant byte first. */
int scan_hex_bytes(struct scan *s, uint8_t *out, size_t size, const char *what);

int scan_mac(struct scan *s, uint8_t out[6]);
int scan_ipv4(struct scan *s, uint32_t *out_be);
int scan_ipv6(struct scan *s, uint8_t out[16]);

bool scan_is_port_name(const char *p, size_t len);

/* A netdev name, or a number if all of it is digits; ends before a stop. */
int scan_port(struct scan *s, unsigned int stops, struct port *out);

/*
 * A value of a field in its plain form: number, MAC or address.  The
 * same for its mask.
 */
int scan_field(struct scan *s, const struct flow_field *f,
	       struct flow_key *out);

/* From an opening parenthesis to behind the one that closes it. */
int scan_skip_parens(struct scan *s);

/*
 * Text between the parentheses of a key: does every value in it carry an
 * explicit mask of zero, so that the key matches nothing?
 */
bool scan_masks_are_zero(const char *p, const char *end);

#endif
