/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * action24(00 01): what is newer than the program that printed it, kept as
 * text.  Before it may stand "bad length 2, expected 4 for: ".
 */
#include "common/flow/odp_action.h"

#include <string.h>

bool odp_is_unknown(const char *name, size_t len)
{
	return len > 6 && strncmp(name, "action", 6) == 0 &&
	       scan_span(name + 6, SCAN_DIGIT) >= len - 6;
}

int odp_read_unknown(struct odp_parser *p, struct odp_action *a)
{
	struct scan *s = &p->s;
	const char *sep = "(";

	for (s->p++; *s->p != ')'; sep = " ") {
		int rc;

		while (scan_is_space(*s->p))
			s->p++;
		if (strspn(s->p, "0123456789abcdefABCDEF") != 2)
			return scan_expected(s, "a byte, two digits");
		rc = odp_keep_text(p, a, sep, 1);
		if (rc == 0)
			rc = odp_keep_text(p, a, s->p, 2);
		if (rc < 0)
			return rc;
		s->p += 2;
		if (*s->p != ')' && !scan_is_space(*s->p))
			return scan_expected(s, "\")\" or another byte");
	}
	s->p++;
	return odp_keep_text(p, a, *sep == '(' ? "()" : ")",
			     *sep == '(' ? 2 : 1);
}

int odp_read_numbered(struct odp_parser *p, struct odp_action *a)
{
	size_t len = scan_word_len(p->s.p);
	int rc = odp_keep_text(p, a, p->s.p, len);

	if (rc < 0)
		return rc;
	p->s.p += len;
	return *p->s.p == '(' ? odp_read_unknown(p, a) : 0;
}

bool odp_is_bad_length(const char *p)
{
	static const char bad_length[] = "bad length ";

	return strncmp(p, bad_length, sizeof(bad_length) - 1) == 0;
}

int odp_read_bad_length(struct odp_parser *p, struct odp_action *a)
{
	const char *start = p->s.p;
	uint64_t n;
	int rc = odp_expect(p, "bad length ");

	if (rc == 0)
		rc = scan_uint(&p->s, UINT16_MAX, "the length", &n);
	if (rc == 0)
		rc = odp_expect(p, "expected ");
	if (rc == 0)
		rc = scan_uint(&p->s, UINT16_MAX, "the length expected", &n);
	if (rc == 0)
		rc = odp_expect(p, "for: ");
	if (rc == 0 && !odp_is_unknown(p->s.p, scan_word_len(p->s.p)))
		rc = scan_expected(&p->s, "actionN(…)");
	if (rc == 0)
		rc = odp_keep_text(p, a, start, (size_t)(p->s.p - start));
	return rc < 0 ? rc : odp_read_numbered(p, a);
}
