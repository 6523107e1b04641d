/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Values of JSON as words of tc; which word a value is of is not known here. */
#include "common/flow/flowjson_put.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

int flowjson_put_char(struct flowjson_words *w, char c, const char *at)
{
	if (w->len + 1 >= FLOWJSON_TEXT_SIZE)
		return scan_fail_at(w->s, at, "more words than %d bytes",
				    FLOWJSON_TEXT_SIZE);
	if (w->len == w->wanted)
		w->found = at;
	w->out[w->len++] = c;
	w->out[w->len] = '\0';
	return 0;
}

int flowjson_put(struct flowjson_words *w, const char *fmt, ...)
{
	char text[128];
	va_list ap;
	int rc = 0;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	for (const char *p = text; rc == 0 && *p; p++)
		rc = flowjson_put_char(w, *p, w->s->p);
	return rc;
}

static int put_byte(void *ctx, char c, const char *at)
{
	struct flowjson_words *w = ctx;

	if ((unsigned char)c <= ' ' && !(w->many && c == ' '))
		return scan_fail_at(w->s, at, "a blank in a word");
	if (c == '#')
		return scan_fail_at(w->s, at, "\"#\" in a word");
	return flowjson_put_char(w, c, at);
}

int flowjson_put_string(struct flowjson_words *w, bool many)
{
	const char *at = w->s->p;
	size_t before;
	int rc = flowjson_put(w, " ");

	before = w->len;
	w->many = many;
	if (rc == 0)
		rc = json_scan_string(w->s, put_byte, w);
	if (rc < 0)
		return rc;
	if (w->len == before || w->out[before] == ' ' ||
	    w->out[w->len - 1] == ' ')
		return scan_fail_at(w->s, at,
				    "a text that is empty or ends with a blank");
	return 0;
}

/* Digits, hexadecimal ones, slashes: then the base is ours to say. */
static bool is_number(const char *p)
{
	size_t len = strspn(p, "0123456789abcdefABCDEFxX/");

	return len && p[len] == '"' && scan_span(p, SCAN_DIGIT);
}

/* A part of "80/0xff" at the cursor; decimal ones are put in hexadecimal. */
static int put_part(struct flowjson_words *w)
{
	struct scan *s = w->s;
	uint64_t v;

	if (s->p[scan_span(s->p, SCAN_DIGIT)] != '"' &&
	    s->p[scan_span(s->p, SCAN_DIGIT)] != '/') {
		for (; *s->p != '"' && *s->p != '/'; s->p++)
			if (flowjson_put_char(w, *s->p, s->p) < 0)
				return -EINVAL;
		return 0;
	}
	if (scan_span(s->p, SCAN_DIGIT) == 0)
		return scan_expected(s, "a number");
	return scan_uint(s, UINT64_MAX, "a number", &v) < 0 ?
		       -EINVAL : flowjson_put(w, "0x%llx", (unsigned long long)v);
}

static int put_number_text(struct flowjson_words *w)
{
	int rc = flowjson_put(w, " ");

	w->s->p++;
	while (rc == 0) {
		rc = put_part(w);
		if (rc < 0 || scan_char(w->s, '"'))
			return rc;
		rc = flowjson_put(w, "/");
		w->s->p++;
	}
	return rc;
}

int flowjson_put_number(struct flowjson_words *w)
{
	const char *at = w->s->p;
	uint64_t v;

	if (*at == '"')
		return is_number(at + 1) ? put_number_text(w) :
					   flowjson_put_string(w, false);
	if (json_scan_uint(w->s, &v) < 0)
		return -EINVAL;
	return flowjson_put(w, " 0x%llx", (unsigned long long)v);
}

int flowjson_put_port(struct flowjson_words *w)
{
	uint64_t v;

	if (*w->s->p == '"')
		return flowjson_put_string(w, false);
	if (json_scan_uint(w->s, &v) < 0)
		return -EINVAL;
	return flowjson_put(w, " %llu", (unsigned long long)v);
}

