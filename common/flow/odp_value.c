/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The values of keys, with their masks, as datapath flows write them.  Which
 * key they belong to is no matter here.
 */
#include <endian.h>
#include <errno.h>
#include <string.h>

#include "common/base/cleanup.h"
#include "common/flow/odp_flags.h"
#include "common/flow/odp_parse.h"

static bool is_hex(const struct scan *s)
{
	return s->p[0] == '0' && (s->p[1] == 'x' || s->p[1] == 'X');
}

/* 0x01 and decimal numbers of 128 bits would come out in another form. */
static unsigned int text_form(const struct scan *s, const struct flow_field *f)
{
	if (f->kind == FLOW_KIND_ETHERTYPE)
		return 0;
	if (!is_hex(s))
		return f->kind == FLOW_KIND_LABEL && *s->p != '0' ?
			       ODP_FORM_TEXT : 0;
	return s->p[2] == '0' && scan_hex_digit(s->p[3]) >= 0 ? ODP_FORM_TEXT :
								0;
}

/* "/"?  Then *form has it, and how the number behind it is written. */
static bool scan_slash(struct scan *s, unsigned int *form)
{
	if (!scan_char(s, '/'))
		return false;
	*form |= ODP_FORM_MASK | (is_hex(s) ? ODP_FORM_MASK_HEX : 0U);
	return true;
}

static int scan_u64(struct scan *s, const struct flow_field *f,
		    struct flow_key *out)
{
	uint64_t v;
	int rc = scan_uint(s, UINT64_MAX, f->name, &v);

	if (rc < 0)
		return rc;
	v = htobe64(v);
	memcpy((char *)out + f->offset, &v, sizeof(v));
	return 0;
}

/* One number of 128 bits; its least significant byte is first in memory. */
static int scan_label(struct scan *s, const struct flow_field *f,
		      struct flow_key *out)
{
	uint8_t *at = (uint8_t *)out + f->offset;
	uint8_t number[sizeof(flow_label_t)] = { 0 };
	uint64_t v = 0;
	int rc;

	if (is_hex(s)) {
		rc = scan_hex_bytes(s, number, sizeof(number), f->name);
	} else {
		rc = scan_uint(s, UINT64_MAX, f->name, &v);
		v = htobe64(v);
		memcpy(number + sizeof(v), &v, sizeof(v));
	}
	if (rc < 0)
		return rc;
	for (size_t i = 0; i < sizeof(number); i++)
		at[i] = number[sizeof(number) - 1 - i];
	return 0;
}

typedef int scan_plain_fn(struct scan *s, const struct flow_field *f,
			  struct flow_key *out);

static inline int scan_value_and_mask(struct scan *s,
				      const struct flow_field *f,
				      struct flow_match *m, unsigned int *form,
				      scan_plain_fn *scan_plain)
{
	int rc;

	*form = text_form(s, f) | (is_hex(s) ? ODP_FORM_HEX : 0U);
	rc = scan_plain(s, f, &m->key);
	if (rc < 0)
		return rc;
	if (scan_slash(s, form)) {
		*form |= text_form(s, f);
		return scan_plain(s, f, &m->mask);
	}
	flow_field_set_exact(f, &m->mask);
	return 0;
}

static const struct frag_word {
	const char *word;
	uint32_t key, mask;
} frag_words[] = {
	{ "no", 0, FLOW_FRAG_IS_FRAGMENT },
	{ "first", FLOW_FRAG_IS_FRAGMENT | FLOW_FRAG_FIRST,
	  FLOW_FRAG_IS_FRAGMENT | FLOW_FRAG_FIRST },
	{ "later", FLOW_FRAG_IS_FRAGMENT,
	  FLOW_FRAG_IS_FRAGMENT | FLOW_FRAG_FIRST },
};

static int scan_frag(struct scan *s, const struct flow_field *f,
		     struct flow_match *m, unsigned int *form)
{
	size_t len = scan_word_len(s->p);
	const struct frag_word *w = frag_words;
	uint64_t mask = 0xff;
	int rc;

	while (w < frag_words + ARRAY_LEN(frag_words) &&
	       !scan_is(s->p, len, w->word))
		w++;
	if (w == frag_words + ARRAY_LEN(frag_words))
		return scan_expected(s, "no, first or later");

	*form = 0;
	s->p += len;
	if (scan_slash(s, form)) {
		rc = scan_uint(s, 0xff, "the mask of frag", &mask);
		if (rc < 0)
			return rc;
		if (mask && mask != 0xff)
			return scan_fail_at(s, s->p, "a partial mask of frag");
		*form = ODP_FORM_TEXT;
	}
	flow_field_set(f, &m->key, w->key);
	flow_field_set(f, &m->mask, mask ? w->mask : 0);
	return 0;
}

/* The number in wide has more bits than its field, or its mask has. */
static bool scan_wide(struct scan *s, const struct flow_field *f, uint32_t all,
		      uint32_t wide[2], unsigned int *form)
{
	uint64_t v, mask = all;

	*form = is_hex(s) ? ODP_FORM_HEX : 0;
	if (scan_uint(s, all, f->name, &v) < 0 ||
	    (scan_slash(s, form) && scan_uint(s, all, f->name, &mask) < 0))
		return false;
	wide[0] = (uint32_t)v;
	wide[1] = (uint32_t)mask;
	if ((v | mask) & ~f->max && *form & ODP_FORM_MASK)
		*form |= ODP_FORM_TEXT;
	return true;
}

/*
 * 16 bits in a datapath flow, 8 in flower.  The kernel's dissector lets only
 * requests and replies through, so the high byte is zero for either.
 */
static int scan_arp_op(struct odp_parser *p, const struct flow_field *f,
		       struct flow_match *m, unsigned int *form)
{
	uint32_t op[2];

	if (!scan_wide(&p->s, f, UINT16_MAX, op, form))
		return -EINVAL;
	if ((op[0] & op[1]) > f->max) {
		*form |= ODP_FORM_TEXT;
		reason_add(&p->flow->refused, REASON_KEY_UNSUPPORTED, 0,
			   "%s above 255", f->name);
	}
	flow_field_set(f, &m->key, op[0]);
	flow_field_set(f, &m->mask, op[1] & f->max);
	return 0;
}

/* 0x21/0x21 of a set of bits: more of them may be known one day. */
static int scan_bits(struct odp_parser *p, const struct flow_field *f,
		     struct flow_match *m, unsigned int *form)
{
	uint32_t bits[2];

	if (!scan_wide(&p->s, f, f->size == 2 ? UINT16_MAX : UINT32_MAX, bits,
		       form))
		return -EINVAL;
	if (bits[0] & bits[1] & ~f->max) {
		*form |= ODP_FORM_TEXT;
		reason_add(&p->flow->refused, REASON_MASK_UNSUPPORTED, 0, "%s",
			   f->name);
	}
	flow_field_set(f, &m->key, bits[0] & f->max);
	flow_field_set(f, &m->mask, bits[1] & f->max);
	return 0;
}

/* gbp(id=10/0xff,flags=0xb): 16 and 8 bits of one number. */
static int scan_gbp_part(struct scan *s, const char *name, unsigned int shift,
			 uint32_t max, uint32_t gbp[2])
{
	uint64_t v, mask = max;
	int rc;

	if (scan_word_len(s->p) != strlen(name) ||
	    strncmp(s->p, name, strlen(name)) != 0)
		return 0;
	s->p += strlen(name);
	if (!scan_char(s, '='))
		return scan_expected(s, "\"=\"");
	rc = scan_uint(s, max, name, &v);
	if (rc == 0 && scan_char(s, '/'))
		rc = scan_uint(s, max, name, &mask);
	if (rc < 0)
		return rc;
	gbp[0] |= (uint32_t)v << shift;
	gbp[1] |= (uint32_t)mask << shift;
	if (*s->p == ',' || scan_is_space(*s->p))
		odp_skip_separators(s);
	else if (*s->p != ')')
		return scan_expected(s, "\",\" or \")\"");
	return 0;
}

static int scan_gbp(struct scan *s, const struct flow_field *f,
		    struct flow_match *m)
{
	uint32_t gbp[2] = { 0, 0 };
	int rc;

	if (strncmp(s->p, "gbp(", 4) != 0)
		return scan_expected(s, "gbp(");
	s->p += 4;
	rc = scan_gbp_part(s, "id", 0, UINT16_MAX, gbp);
	if (rc == 0)
		rc = scan_gbp_part(s, "flags", 16, UINT8_MAX, gbp);
	if (rc < 0)
		return rc;
	if (!scan_char(s, ')'))
		return scan_expected(s, "id=, flags= or \")\"");
	flow_field_set(f, &m->key, gbp[0]);
	flow_field_set(f, &m->mask, gbp[1]);
	return 0;
}

static __attribute__((noinline)) int
parse_special(struct odp_parser *p, const struct flow_field *f,
	      struct flow_match *m, unsigned int *form)
{
	struct scan *s = &p->s;

	switch (f->kind) {
	case FLOW_KIND_FRAG:
		return scan_frag(s, f, m, form);
	case FLOW_KIND_ARP_OP:
		return scan_arp_op(p, f, m, form);
	case FLOW_KIND_U64:
		return scan_value_and_mask(s, f, m, form, scan_u64);
	case FLOW_KIND_LABEL:
		return scan_value_and_mask(s, f, m, form, scan_label);
	case FLOW_KIND_GENEVE:
		*form = ODP_FORM_TEXT;
		return odp_parse_geneve(s, f, m);
	case FLOW_KIND_GBP:
		*form = ODP_FORM_TEXT;
		return scan_gbp(s, f, m);
	}
	if (!odp_is_flags(f))
		return scan_value_and_mask(s, f, m, form, scan_field);
	if (*s->p >= '0' && *s->p <= '9')
		return scan_bits(p, f, m, form);
	return odp_scan_flags(s, f, m, form);
}

#define KIND(x) ((uint64_t)1 << FLOW_KIND_##x)

/* What most fields are comes first, and does without the stack of the rest. */
int odp_parse_value(struct odp_parser *p, const struct flow_field *f,
		    struct flow_match *m, unsigned int *form)
{
	const uint64_t plain = KIND(UINT) | KIND(HEX) | KIND(TTL) |
			       KIND(MAC) | KIND(IPV4) | KIND(IPV6) |
			       KIND(ETHERTYPE) | KIND(IP_PROTO);

	if (plain >> f->kind & 1)
		return scan_value_and_mask(&p->s, f, m, form, scan_field);
	return parse_special(p, f, m, form);
}
