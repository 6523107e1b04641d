/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tunnel options as tc writes them: parts with a colon between them, Geneve
 * options with a comma, both ways.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "common/flow/tctext_parse.h"
#include "common/flow/text.h"

/*
 * Parts that are rows: VER:IDX:DIR:HWID
 */

static bool is_part_empty(const struct tc_parser *p)
{
	return p->s.p == p->end || *p->s.p == ':' || *p->s.p == '/';
}

/* A part that is left out is not matched; what the version of the options has
 * not is nothing, whatever is said of it. */
static int parse_part(struct tc_parser *p, const struct flow_field *f)
{
	struct flow_match *m = &p->rule->match;
	const char *at;
	uint64_t v;
	int rc;

	if (is_part_empty(p))
		return 0;
	at = p->s.p;
	rc = scan_uint_base(&p->s, tc_value_base(p, f), f->max, f->name, &v);
	if (rc == 0 && f->kind == FLOW_KIND_ERSPAN_VER && v - 1 > 1)
		return scan_fail_at(&p->s, at, "%s is 1 or 2", f->name);
	if (rc < 0 || !flow_field_applies(f, m))
		return rc;
	flow_field_set(f, &m->key, (uint32_t)v);
	flow_field_set_exact(f, &m->mask);
	return 0;
}

static int parse_part_mask(struct tc_parser *p, const struct flow_field *f)
{
	struct flow_match *m = &p->rule->match;
	uint64_t v = 0;
	int rc = 0;

	if (!is_part_empty(p))
		rc = scan_uint_base(&p->s, tc_mask_base(p, f), f->max,
				    "a mask", &v);
	if (rc < 0)
		return rc;
	/* The kernel takes the version itself and no other mask of it. */
	if (f->kind == FLOW_KIND_ERSPAN_VER)
		return v == flow_field_get(f, &m->key) || v == f->max ?
			       0 : scan_fail_at(&p->s, p->s.p,
						"the mask of %s is its value",
						f->name);
	if (flow_field_applies(f, m))
		flow_field_set(f, &m->mask, (uint32_t)v);
	return 0;
}

typedef int (*part_fn)(struct tc_parser *p, const struct flow_field *f);

static int each_part(struct tc_parser *p, const struct flow_field *f,
		     part_fn fn)
{
	const struct flow_field *end = flow_fields + flow_n_fields;
	const struct flow_field *g = f;

	do {
		int rc = fn(p, g);

		if (rc < 0)
			return rc;
		g++;
	} while (g < end && tc_is_next_part(f, g) && scan_char(&p->s, ':'));
	return 0;
}

static int settle_part(struct tc_parser *p, const struct flow_field *f)
{
	flow_field_settle(f, &p->rule->match);
	return 0;
}

int tc_parse_parts(struct tc_parser *p, const struct flow_field *f)
{
	const struct flow_field *end = flow_fields + flow_n_fields;
	int rc = each_part(p, f, parse_part);

	if (rc == 0 && scan_char(&p->s, '/'))
		rc = each_part(p, f, parse_part_mask);
	for (const struct flow_field *g = f;
	     rc == 0 && g < end && tc_is_next_part(f, g); g++)
		rc = settle_part(p, g);
	return rc;
}

/*
 * Geneve: CLASS:TYPE:DATA/CLASS:TYPE:DATA,… all of it hexadecimal
 */

#define HEAD 4
#define MAX_DATA 124           /* of one option: 31 words */

static int parse_byte(struct tc_parser *p, uint8_t *out)
{
	char two[3] = { 0 };

	if (!isxdigit((unsigned char)p->s.p[0]) ||
	    !isxdigit((unsigned char)p->s.p[1]))
		return scan_expected(&p->s, "two hexadecimal digits");
	memcpy(two, p->s.p, 2);
	*out = (uint8_t)strtoul(two, NULL, 16);
	p->s.p += 2;
	return 0;
}

static bool is_data_end(const struct tc_parser *p)
{
	return p->s.p == p->end || *p->s.p == '/' || *p->s.p == ',';
}

/* One option or its mask, of HEAD + MAX_DATA bytes; *len is that of data. */
static int parse_option(struct tc_parser *p, uint8_t *out, size_t *len)
{
	uint64_t class, type;
	const char *data;
	int rc = scan_uint_base(&p->s, 16, UINT16_MAX, "a class", &class);

	if (rc == 0 && !scan_char(&p->s, ':'))
		rc = scan_expected(&p->s, "\":\"");
	if (rc == 0)
		rc = scan_uint_base(&p->s, 16, UINT8_MAX, "a type", &type);
	if (rc == 0 && !scan_char(&p->s, ':'))
		rc = scan_expected(&p->s, "\":\"");
	data = p->s.p;
	for (*len = 0; rc == 0 && !is_data_end(p) && *len < MAX_DATA; ++*len)
		rc = parse_byte(p, &out[HEAD + *len]);
	if (rc < 0)
		return rc;
	if (!*len || *len % 4 || !is_data_end(p))
		return scan_fail_at(&p->s, data, "expected 4, 8, 12 … or %d "
				    "bytes of data, found %zu", MAX_DATA,
				    *len);
	out[0] = (uint8_t)(class >> 8);
	out[1] = (uint8_t)class;
	out[2] = (uint8_t)type;
	out[3] = (uint8_t)(*len / 4);
	return 0;
}

static int add_option(struct tc_parser *p, struct flow_opts *key,
		      struct flow_opts *mask)
{
	uint8_t k[HEAD + MAX_DATA], m[HEAD + MAX_DATA];
	const char *at = p->s.p;
	size_t len, mask_len;
	int rc = parse_option(p, k, &len);

	if (rc < 0)
		return rc;
	memset(m, 0xff, sizeof(m));
	m[3] = k[3];
	mask_len = len;
	if (scan_char(&p->s, '/'))
		rc = parse_option(p, m, &mask_len);
	if (rc < 0)
		return rc;
	if (mask_len != len)
		return scan_fail_at(&p->s, at,
				    "the mask is not as long as the data");
	if (HEAD + len > sizeof(key->data) - key->len)
		return scan_fail_at(&p->s, at, "more than %zu bytes of options",
				    sizeof(key->data));
	memcpy(key->data + key->len, k, HEAD + len);
	memcpy(mask->data + mask->len, m, HEAD + len);
	key->len = mask->len = (uint8_t)(key->len + HEAD + len);
	return 0;
}

int tc_parse_geneve(struct tc_parser *p, const struct flow_field *f)
{
	struct flow_match *m = &p->rule->match;
	int rc;

	(void)f;
	do {
		rc = add_option(p, &m->key.enc_geneve, &m->mask.enc_geneve);
	} while (rc == 0 && scan_char(&p->s, ','));
	return rc;
}

static void add_hex_option(struct text *t, const uint8_t *o, size_t len)
{
	text_add(t, "%02x%02x:%02x:", o[0], o[1], o[2]);
	for (size_t i = 0; i < len; i++)
		text_add(t, "%02x", o[HEAD + i]);
}

static bool is_exact_option(const uint8_t *mask, size_t len)
{
	for (size_t i = 0; i < HEAD + len; i++)
		if (i != 3 && mask[i] != UINT8_MAX)
			return false;
	return true;
}

void tc_format_geneve(struct text *t, const struct flow_match *m)
{
	const struct flow_opts *key = &m->key.enc_geneve;
	const struct flow_opts *mask = &m->mask.enc_geneve;
	size_t len;

	for (size_t at = 0; at + HEAD <= key->len; at += HEAD + len) {
		const uint8_t *k = key->data + at, *o = mask->data + at;

		len = 4U * (k[3] & 0x1f);
		if (len > key->len - at - HEAD)
			return;
		if (at)
			text_add(t, ",");
		add_hex_option(t, k, len);
		if (is_exact_option(o, len))
			continue;
		text_add(t, "/");
		add_hex_option(t, o, len);
	}
}
