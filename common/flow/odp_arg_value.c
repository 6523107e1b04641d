/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The values of arguments that are kept as text: read to see where they end. */
#include "common/flow/odp_arg.h"

static int scan_bytes(struct scan *s, const char *name)
{
	size_t n;

	if (s->p[0] != '0' || s->p[1] != 'x')
		return scan_expected(s, "%s, bytes as 0x…", name);
	n = scan_span(s->p + 2, SCAN_HEX);
	if (!n)
		return scan_expected(s, "%s, bytes as 0x…", name);
	s->p += 2 + n;
	return 0;
}

static int scan_words(struct scan *s)
{
	do {
		size_t len = scan_word_len(s->p);

		if (!len)
			return scan_expected(s, "a number or words");
		s->p += len;
	} while (scan_char(s, ',') || scan_char(s, '|'));
	return 0;
}

static int scan_segments(struct scan *s, uint64_t left)
{
	const char *first = s->p;
	uint64_t n = 0;
	uint8_t addr[16];

	do {
		int rc = scan_ipv6(s, addr);

		if (rc < 0)
			return rc;
		n++;
	} while (scan_char(s, ','));
	if (left == ODP_NO_SEGMENTS)
		return scan_fail_at(s, first, "expected segments_left= before "
				    "the segments");
	if (n != left + 1)
		return scan_fail_at(s, first, "expected %llu segments, one "
				    "more than segments_left, found %llu",
				    (unsigned long long)left + 1,
				    (unsigned long long)n);
	return 0;
}

const struct flow_field *odp_field_of_kind(enum flow_kind kind)
{
	const struct flow_field *f = flow_fields;

	while (f->kind != kind)
		f++;
	return f;
}

static int scan_options(struct scan *s)
{
	struct flow_match m = { 0 };

	if (*s->p != '{')
		return scan_expected(s, "\"{\" of a Geneve option");
	return odp_parse_geneve(s, odp_field_of_kind(FLOW_KIND_GENEVE), &m);
}

static int scan_number(struct scan *s, const struct odp_arg *arg,
		       uint64_t *segments_left)
{
	uint64_t v;
	int rc = scan_uint(s, arg->max, arg->name, &v);

	if (rc == 0 && arg->kind == ODP_ARG_SEGMENTS_LEFT)
		*segments_left = v;
	return rc;
}

/* Any number: OFPP_NONE and the like are no ports, but are printed. */
static int scan_port_value(struct scan *s)
{
	size_t len = scan_until(s->p, SCAN_PAREN | ODP_SEPARATORS);
	struct port port;
	uint64_t no;

	if (len && scan_span(s->p, SCAN_DIGIT) >= len)
		return scan_uint(s, UINT32_MAX, "a port", &no);
	return scan_port(s, SCAN_PAREN | ODP_SEPARATORS, &port);
}

int odp_scan_arg(struct scan *s, const struct odp_arg *arg,
		 uint64_t *segments_left)
{
	uint8_t addr[16];
	uint32_t ipv4_be;

	switch (arg->kind) {
	case ODP_ARG_MAC:
		return scan_mac(s, addr);
	case ODP_ARG_IPV4:
		return scan_ipv4(s, &ipv4_be);
	case ODP_ARG_IPV6:
		return scan_ipv6(s, addr);
	case ODP_ARG_PORT:
	case ODP_ARG_ONLY_PORT:
		return scan_port_value(s);
	case ODP_ARG_BYTES:
		return scan_bytes(s, arg->name);
	case ODP_ARG_ONLY_DIGITS:
		s->p += scan_span(s->p, SCAN_HEX);
		return 0;
	case ODP_ARG_ONLY_WORDS:
		return scan_words(s);
	case ODP_ARG_ONLY_OPTIONS:
		return scan_options(s);
	case ODP_ARG_ONLY_SEGMENTS:
		return scan_segments(s, *segments_left);
	default:
		return scan_number(s, arg, segments_left);
	}
}
