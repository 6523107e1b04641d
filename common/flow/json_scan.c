/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Values of JSON, one at a time; what they mean is not known here. */
#include "common/flow/json_scan.h"

#include <ctype.h>
#include <errno.h>

#include "common/base/cleanup.h"

void json_scan_space(struct scan *s)
{
	while (scan_is_space(*s->p))
		s->p++;
}

/*
 * Strings
 */

static int hex4(struct scan *s, uint32_t *out)
{
	uint32_t v = 0;

	for (int i = 0; i < 4; i++, s->p++) {
		unsigned char c = (unsigned char)*s->p;

		if (!isxdigit(c))
			return scan_expected(s, "a hexadecimal digit");
		v = v << 4 | (c <= '9' ? c - 0U - '0' :
					 c - 0U + 10 - (c >= 'a' ? 'a' : 'A'));
	}
	*out = v;
	return 0;
}

/* Behind "\u"; characters beyond U+FFFF are two of these. */
static int scan_code_point(struct scan *s, uint32_t *out)
{
	const char *at = s->p - 2;
	uint32_t low;

	if (hex4(s, out) < 0)
		return -EINVAL;
	if (*out == 0)
		return scan_fail_at(s, at, "a NUL character");
	if (*out < 0xd800 || *out > 0xdfff)
		return 0;
	if (*out > 0xdbff || s->p[0] != '\\' || s->p[1] != 'u')
		return scan_fail_at(s, at, "half of a surrogate pair");
	s->p += 2;
	if (hex4(s, &low) < 0)
		return -EINVAL;
	if (low < 0xdc00 || low > 0xdfff)
		return scan_fail_at(s, at, "half of a surrogate pair");
	*out = 0x10000 + ((*out - 0xd800) << 10) + (low - 0xdc00);
	return 0;
}

static int emit_utf8(uint32_t c, json_byte_fn *fn, void *ctx, const char *at)
{
	static const struct {
		uint32_t below;
		uint8_t lead;
	} sizes[] = {
		{ 0x80, 0 }, { 0x800, 0xc0 }, { 0x10000, 0xe0 },
		{ 0x110000, 0xf0 },
	};
	unsigned int n = 0;
	int rc;

	while (c >= sizes[n].below)
		n++;
	rc = fn(ctx, (char)(sizes[n].lead | c >> n * 6), at);
	while (rc == 0 && n--)
		rc = fn(ctx, (char)(0x80 | (c >> n * 6 & 0x3f)), at);
	return rc;
}

static int scan_escape(struct scan *s, json_byte_fn *fn, void *ctx)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char *at = s->p++, *known;
	uint32_t c;

	if (scan_char(s, 'u'))
		return scan_code_point(s, &c) < 0 ? -EINVAL :
						    emit_utf8(c, fn, ctx, at);
	known = *s->p ? strchr(from, *s->p) : NULL;
	if (!known)
		return scan_expected(s, "an escape of JSON");
	s->p++;
	return fn(ctx, to[known - from], at);
}

int json_scan_string(struct scan *s, json_byte_fn *fn, void *ctx)
{
	const char *start = s->p;
	int rc = 0;

	if (!scan_char(s, '"'))
		return scan_expected(s, "a string in quotation marks");
	while (rc == 0 && *s->p != '"') {
		if (!*s->p)
			return scan_fail_at(s, start,
					    "a string that never ends");
		if ((unsigned char)*s->p < ' ')
			return scan_fail_at(s, s->p,
					    "a control character in a string");
		if (*s->p == '\\') {
			rc = scan_escape(s, fn, ctx);
			continue;
		}
		rc = fn(ctx, *s->p, s->p);
		s->p++;
	}
	if (rc == 0)
		s->p++;
	return rc;
}

struct name {
	char text[JSON_NAME_SIZE];
	size_t len;
};

static int name_byte(void *ctx, char c, const char *at)
{
	struct name *n = ctx;

	(void)at;
	if (n->len + 1 < sizeof(n->text))
		n->text[n->len++] = c;
	return 0;
}

static int scan_name(struct scan *s, struct name *out)
{
	int rc;

	out->len = 0;
	rc = json_scan_string(s, name_byte, out);
	out->text[out->len] = '\0';
	return rc;
}

/*
 * Numbers and literals
 */

int json_scan_uint(struct scan *s, uint64_t *out)
{
	const char *start = s->p;
	size_t len = scan_span(start, SCAN_DIGIT);
	int rc;

	if (!len || (len > 1 && *start == '0') ||
	    (start[len] && strchr(".eExX", start[len])))
		return scan_expected(s, "a whole number");
	rc = scan_uint(s, UINT64_MAX, "a whole number", out);
	return rc;
}

static bool take_literal(struct scan *s, const char *word)
{
	size_t len = strlen(word);

	if (strncmp(s->p, word, len) != 0 || scan_word_len(s->p) != len)
		return false;
	s->p += len;
	return true;
}

int json_scan_bool(struct scan *s, bool *out)
{
	bool is_true = take_literal(s, "true");

	if (!is_true && !take_literal(s, "false"))
		return scan_expected(s, "true or false");
	*out = is_true;
	return 0;
}

/* [-]digits[.digits][e[+-]digits] */
static int skip_number(struct scan *s)
{
	size_t len;

	(void)scan_char(s, '-');
	len = scan_span(s->p, SCAN_DIGIT);
	if (!len || (len > 1 && *s->p == '0'))
		return scan_expected(s, "a value of JSON");
	s->p += len;
	if (scan_char(s, '.')) {
		len = scan_span(s->p, SCAN_DIGIT);
		if (!len)
			return scan_expected(s, "a digit");
		s->p += len;
	}
	if (*s->p != 'e' && *s->p != 'E')
		return 0;
	s->p++;
	if (!scan_char(s, '+'))
		(void)scan_char(s, '-');
	len = scan_span(s->p, SCAN_DIGIT);
	if (!len)
		return scan_expected(s, "a digit");
	s->p += len;
	return 0;
}

/*
 * Objects and arrays
 */

static int scan_items(struct scan *s, bool named, json_item_fn *fn, void *ctx)
{
	const char close = named ? '}' : ']';

	s->p++;
	json_scan_space(s);
	if (scan_char(s, close))
		return 0;
	for (;;) {
		struct name name;
		const char *at;
		int rc = 0;

		json_scan_space(s);
		at = s->p;
		if (named)
			rc = scan_name(s, &name);
		json_scan_space(s);
		if (rc == 0 && named && !scan_char(s, ':'))
			rc = scan_expected(s, "\":\"");
		json_scan_space(s);
		if (rc == 0)
			rc = fn(ctx, s, named ? name.text : NULL, at);
		if (rc < 0)
			return rc;
		json_scan_space(s);
		if (scan_char(s, close))
			return 0;
		if (!scan_char(s, ','))
			return scan_expected(s, "\",\" or \"%c\"", close);
	}
}

int json_scan_object(struct scan *s, json_item_fn *fn, void *ctx)
{
	if (*s->p != '{')
		return scan_expected(s, "an object in braces");
	return scan_items(s, true, fn, ctx);
}

int json_scan_array(struct scan *s, json_item_fn *fn, void *ctx)
{
	if (*s->p != '[')
		return scan_expected(s, "an array in brackets");
	return scan_items(s, false, fn, ctx);
}

static int skip_byte(void *ctx, char c, const char *at)
{
	(void)ctx;
	(void)c;
	(void)at;
	return 0;
}

static int skip_value(void *ctx, struct scan *s, const char *name,
		      const char *at)
{
	unsigned int depth = ctx ? *(unsigned int *)ctx + 1 : 0;

	(void)name;
	(void)at;
	if (depth > JSON_MAX_DEPTH)
		return scan_fail_at(s, s->p, "more than %d levels",
				    JSON_MAX_DEPTH);
	switch (*s->p) {
	case '{':
	case '[':
		return scan_items(s, *s->p == '{', skip_value, &depth);
	case '"':
		return json_scan_string(s, skip_byte, NULL);
	default:
		if (take_literal(s, "true") || take_literal(s, "false") ||
		    take_literal(s, "null"))
			return 0;
		return skip_number(s);
	}
}

int json_scan_skip(struct scan *s)
{
	return skip_value(NULL, s, NULL, NULL);
}
