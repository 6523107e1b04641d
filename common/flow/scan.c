/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The cursor and the plain values; knows nothing of either grammar. */
#include "common/flow/scan.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "common/base/printable.h"

const uint16_t scan_classes[UINT8_MAX + 1] = {
	['\0'] = SCAN_END,
	[' '] = SCAN_BLANK, ['\t'] = SCAN_BLANK,
	['\r'] = SCAN_BLANK, ['\n'] = SCAN_BLANK,
	[','] = SCAN_COMMA,
	['('] = SCAN_PAREN, [')'] = SCAN_PAREN,
	['/'] = SCAN_SLASH, ['#'] = SCAN_HASH, ['"'] = SCAN_QUOTE,
	['0' ... '9'] = SCAN_WORD | SCAN_DIGIT | SCAN_HEX,
	['a' ... 'f'] = SCAN_WORD | SCAN_HEX, ['g' ... 'z'] = SCAN_WORD,
	['A' ... 'F'] = SCAN_WORD | SCAN_HEX, ['G' ... 'Z'] = SCAN_WORD,
	['_'] = SCAN_WORD, ['-'] = SCAN_WORD,
};

const uint8_t scan_digits[UINT8_MAX + 1] = {
	['0'] = 1, ['1'] = 2, ['2'] = 3, ['3'] = 4, ['4'] = 5,
	['5'] = 6, ['6'] = 7, ['7'] = 8, ['8'] = 9, ['9'] = 10,
	['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15,
	['f'] = 16,
	['A'] = 11, ['B'] = 12, ['C'] = 13, ['D'] = 14, ['E'] = 15,
	['F'] = 16,
};

#define FOUND_MAX 32           /* of a word that a message quotes */

static int found_len(const char *p)
{
	size_t len = scan_until(p, SCAN_COMMA | SCAN_PAREN | SCAN_BLANK);

	if (!len && *p)
		len = 1;
	return (int)(len < FOUND_MAX ? len : FOUND_MAX);
}

int scan_fail_at(const struct scan *s, const char *at, const char *fmt, ...)
{
	char text[ERROR_MSG_SIZE - 32];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	printable(text);
	return error_set(s->err, EINVAL, "column %zu: %s",
			 (size_t)(at - s->line) + 1, text);
}

int scan_expected(const struct scan *s, const char *fmt, ...)
{
	char text[256];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (!*s->p)
		return scan_fail_at(s, s->p, "expected %s, found the end",
				    text);
	return scan_fail_at(s, s->p, "expected %s, found \"%.*s\"", text,
			    found_len(s->p), s->p);
}

/* Would one more digit be more than 64 bits have room for? */
static bool is_full(uint64_t v, unsigned int base, unsigned int digit)
{
	return v >> 59 && (__builtin_mul_overflow(v, base, &v) ||
			   __builtin_add_overflow(v, digit, &v));
}

static int expected_at_most(const struct scan *s, const char *what,
			    uint64_t max)
{
	return scan_expected(s, "%s, at most %llu", what,
			     (unsigned long long)max);
}

int scan_uint_base(struct scan *s, unsigned int base, uint64_t max,
		   const char *what, uint64_t *out)
{
	const char *p = s->p, *first;
	uint64_t v = 0;
	unsigned int d;

	if (p[0] == '0' && (p[1] == 'x' || p[1] == 'X')) {
		base = 16;
		p += 2;
	}
	for (first = p; d = (unsigned int)scan_hex_digit(*p), d < base; p++) {
		if (is_full(v, base, d))
			return expected_at_most(s, what, max);
		v = v * base + d;
	}
	if (p == first)
		return scan_expected(s, "%s, a number", what);
	if (v > max)
		return expected_at_most(s, what, max);
	s->p = p;
	*out = v;
	return 0;
}

int scan_hex_bytes(struct scan *s, uint8_t *out, size_t size, const char *what)
{
	bool hex = s->p[0] == '0' && (s->p[1] == 'x' || s->p[1] == 'X');
	const char *digits = s->p + (hex ? 2 : 0);
	size_t n = scan_span(digits, SCAN_HEX), zeros = strspn(digits, "0");

	if (!n || (!hex && n != zeros))
		return scan_expected(s, "%s, 0x and hexadecimal digits", what);
	if (n - zeros > 2 * size)
		return scan_expected(s, "%s, at most %zu hexadecimal digits",
				     what, 2 * size);
	memset(out, 0, size);
	for (size_t i = 0; i < n - zeros; i++)
		out[size - 1 - i / 2] |=
			(uint8_t)(scan_hex_digit(digits[n - 1 - i])
				  << (i % 2 ? 4 : 0));
	s->p = digits + n;
	return 0;
}

int scan_mac(struct scan *s, uint8_t out[6])
{
	const char *p = s->p;

	for (int i = 0; i < 6; i++) {
		int hi, lo;

		if (i && *p++ != ':')
			return scan_expected(s, "a MAC address");
		hi = scan_hex_digit(*p);
		if (hi < 0)
			return scan_expected(s, "a MAC address");
		lo = scan_hex_digit(*++p);
		if (lo >= 0) {
			hi = hi * 16 + lo;
			p++;
		}
		out[i] = (uint8_t)hi;
	}
	s->p = p;
	return 0;
}

int scan_ipv4(struct scan *s, uint32_t *out_be)
{
	const char *p = s->p;
	uint32_t v = 0;

	for (int i = 0; i < 4; i++) {
		unsigned int byte = 0;
		const char *first;

		if (i && *p++ != '.')
			return scan_expected(s, "an IPv4 address");
		for (first = p; *p >= '0' && *p <= '9'; p++) {
			byte = byte * 10 + (unsigned int)(*p - '0');
			if (byte > 255)
				break;
		}
		if (p == first || byte > 255)
			return scan_expected(s, "an IPv4 address");
		v = v << 8 | byte;
	}
	s->p = p;
	*out_be = htonl(v);
	return 0;
}

int scan_ipv6(struct scan *s, uint8_t out[16])
{
	size_t len = strspn(s->p, "0123456789abcdefABCDEF:.");
	char text[INET6_ADDRSTRLEN];

	if (!len || len >= sizeof(text))
		return scan_expected(s, "an IPv6 address");
	memcpy(text, s->p, len);
	text[len] = '\0';
	if (inet_pton(AF_INET6, text, out) != 1)
		return scan_expected(s, "an IPv6 address");
	s->p += len;
	return 0;
}

/* As dev_valid_name() of net/core/dev.c, but nothing that cannot be printed or
 * that a line of tc cannot say. */
bool scan_is_port_name(const char *p, size_t len)
{
	if (!len || len >= IFNAMSIZ)
		return false;
	if (scan_is(p, len, ".") || scan_is(p, len, "..") ||
	    scan_is(p, len, "\\"))
		return false;
	for (size_t i = 0; i < len; i++)
		if (p[i] == '/' || p[i] == ':' || p[i] == '#' ||
		    (unsigned char)p[i] <= ' ' || p[i] == 0x7f)
			return false;
	return true;
}

int scan_port(struct scan *s, unsigned int stops, struct port *out)
{
	size_t len = scan_until(s->p, stops);
	uint64_t no;
	int rc;

	memset(out, 0, sizeof(*out));
	if (len && scan_span(s->p, SCAN_DIGIT) >= len) {
		rc = scan_uint(s, PORT_NO_NONE - 1, "a port", &no);
		if (rc < 0)
			return rc;
		out->no = (uint32_t)no;
		return 0;
	}
	if (!scan_is_port_name(s->p, len))
		return scan_expected(s, "the name or number of a port%s",
				     len < IFNAMSIZ ? "" :
				     ", at most 15 characters");
	out->no = PORT_NO_NONE;
	memcpy(out->name, s->p, len);
	s->p += len;
	return 0;
}

int scan_field(struct scan *s, const struct flow_field *f,
	       struct flow_key *out)
{
	void *at = (char *)out + f->offset;
	uint64_t v;
	int rc;

	switch (f->kind) {
	case FLOW_KIND_MAC:
		return scan_mac(s, at);
	case FLOW_KIND_IPV4:
		return scan_ipv4(s, at);
	case FLOW_KIND_IPV6:
		return scan_ipv6(s, at);
	default:
		rc = scan_uint(s, f->max, f->name, &v);
		if (rc == 0)
			flow_field_set(f, out, (uint32_t)v);
		return rc;
	}
}

int scan_skip_parens(struct scan *s)
{
	const char *start = s->p;
	unsigned int depth = 0;

	do {
		s->p += scan_until(s->p, SCAN_PAREN);
		if (!*s->p)
			return scan_fail_at(s, start, "\"(\" is never closed");
		depth += *s->p == '(' ? 1 : -1U;
		if (depth > SCAN_MAX_NESTING)
			return scan_fail_at(s, s->p,
					    "more than %d levels of parentheses",
					    SCAN_MAX_NESTING);
		s->p++;
	} while (depth);
	return 0;
}

static bool is_zero_mask(const char *p, const char *end)
{
	const char *slash = memchr(p, '/', (size_t)(end - p));

	if (!slash || slash + 1 == end)
		return false;
	for (p = slash + 1; p < end; p++)
		if (!strchr("0x:. ", *p))
			return false;
	return true;
}

bool scan_masks_are_zero(const char *p, const char *end)
{
	while (p < end) {
		const char *leaf = p;

		while (p < end && !strchr(",(){}", *p))
			p++;
		/* A name before "(" is no value; nor is nothing. */
		if (p != leaf && !(p < end && *p == '(') &&
		    !is_zero_mask(leaf, p))
			return false;
		p++;
	}
	return true;
}
