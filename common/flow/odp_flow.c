/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A whole line of `dpctl/dump-flows`: ufid, keys in any order, statistics,
 * actions.  Keys and actions have files of their own.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/base/cleanup.h"
#include "common/flow/odp_parse.h"
#include "common/flow/odp_stats.h"

#define UFID_DIGITS 32

static bool is_dash_place(int digits)
{
	return digits == 8 || digits == 12 || digits == 16 || digits == 20;
}

/* Returns what is behind the ufid, or NULL. */
static const char *scan_ufid(const char *p, struct ufid *out)
{
	struct ufid u = { { 0 } };

	for (int i = 0; i < UFID_DIGITS; i++, p++) {
		int d;

		if (is_dash_place(i) && *p++ != '-')
			return NULL;
		if (*p >= '0' && *p <= '9')
			d = *p - '0';
		else if ((*p | 0x20) >= 'a' && (*p | 0x20) <= 'f')
			d = (*p | 0x20) - 'a' + 10;
		else
			return NULL;
		u.bytes[i / 2] = (uint8_t)(u.bytes[i / 2] << 4 | d);
	}
	*out = u;
	return p;
}

int ufid_parse(const char *text, struct ufid *out)
{
	struct ufid u;
	const char *end = scan_ufid(text, &u);

	if (!end || *end)
		return -EINVAL;
	*out = u;
	return 0;
}

void ufid_format(const struct ufid *ufid, char out[UFID_STR_SIZE])
{
	static const char hex[] = "0123456789abcdef";

	for (int i = 0; i < UFID_DIGITS; i++) {
		if (is_dash_place(i))
			*out++ = '-';
		*out++ = hex[ufid->bytes[i / 2] >> (i % 2 ? 0 : 4) & 0xf];
	}
	*out = '\0';
}

/* The text is that of numbers, so what is first of it are their high bytes. */
void ufid_from_wire(const uint8_t raw[16], struct ufid *out)
{
	uint32_t words[4];

	memcpy(words, raw, sizeof(words));
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		words[i] = htonl(words[i]);
	memcpy(out->bytes, words, sizeof(words));
}

static int scan_ufid_of_flow(struct scan *s, struct odp_flow *flow)
{
	const char *end = scan_ufid(s->p, &flow->ufid);

	if (!end)
		return scan_expected(s, "a ufid (8-4-4-4-12 hexadecimal "
				     "digits)");
	s->p = end;
	flow->has_ufid = true;
	return 0;
}

static const struct prefix {
	const char *name;
	size_t len;
	int (*scan)(struct scan *s, struct odp_flow *flow);
} prefixes[] = {
	{ "packets", 7, odp_scan_packets },
	{ "bytes", 5, odp_scan_bytes },
	{ "used", 4, odp_scan_used },
	{ "flags", 5, odp_scan_tcp_flags },
	{ "offloaded", 9, odp_scan_offloaded },
	{ "dp", 2, odp_scan_layer },
	{ "ufid", 4, scan_ufid_of_flow },
	{ "dp-extra-info", 13, odp_scan_extra_info },
	{ "actions", 7, NULL },
};

/* The cursor is on the ":" behind the name. */
static int parse_prefix(struct odp_parser *p, const char *name, size_t len)
{
	for (size_t i = 0; i < ARRAY_LEN(prefixes); i++)
		if (len == prefixes[i].len &&
		    scan_same(name, prefixes[i].name, len)) {
			if (scan_seen(&p->prefixes_seen, i))
				return scan_fail_at(&p->s, name,
						    "\"%s\" is given twice",
						    prefixes[i].name);
			p->s.p++;
			return prefixes[i].scan ?
				       prefixes[i].scan(&p->s, p->flow) :
				       odp_parse_actions(p);
		}
	return scan_fail_at(&p->s, name, "unknown word \"%.*s\", "
			    "expected ufid:, packets:, bytes:, used:, "
			    "actions: or the like",
			    len < 32 ? (int)len : 32, name);
}

static int parse_item(struct odp_parser *p)
{
	const char *name = p->s.p;
	size_t len = scan_word_len(name);

	if (p->depth && scan_char(&p->s, ')')) {
		p->depth--;
		return odp_parse_shown(p, ODP_SHOWN_ENCAP_END, 0, name);
	}
	if (len && name[len] == '(') {
		p->s.p += len;
		return odp_parse_key(p, name, len);
	}
	if (len && name[len] == ':' && !p->depth) {
		p->s.p += len;
		return parse_prefix(p, name, len);
	}
	return scan_expected(&p->s, p->depth ? "a key or \")\"" :
					       "a key such as in_port(…) or "
					       "\"actions:\"");
}

static int parse_line(const char *line, bool need_actions,
		      struct odp_flow *out, struct error *err)
{
	struct odp_parser p = {
		.s = { .line = line, .p = line, .err = err },
		.flow = out,
	};
	int rc;

	odp_flow_clear(out);
	for (odp_skip_separators(&p.s); *p.s.p; odp_skip_separators(&p.s)) {
		rc = parse_item(&p);
		if (rc < 0)
			return rc;
	}
	if (p.depth)
		return scan_expected(&p.s, "\")\" of encap()");
	if (need_actions &&
	    !scan_seen(&p.prefixes_seen, ARRAY_LEN(prefixes) - 1))
		return scan_expected(&p.s, "\"actions:\"");
	return 0;
}

int odp_flow_parse(const char *line, struct odp_flow *out, struct error *err)
{
	return parse_line(line, true, out, err);
}

int odp_flow_parse_name(const char *line, struct odp_flow *out,
			struct error *err)
{
	return parse_line(line, false, out, err);
}
