/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The match words of flower.  A number has the base that tc(8) gives it, odd
 * as that is: `ip_proto 17` is protocol 0x17, for tc and so for us.
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <netinet/in.h>
#include <string.h>

#include "common/base/cleanup.h"
#include "common/flow/conflict.h"
#include "common/flow/tctext_parse.h"

/*
 * Masks
 */

static void mask_prefix(const struct flow_field *f, struct flow_key *mask,
			unsigned int bits)
{
	uint8_t *m = (uint8_t *)mask + f->offset;

	for (size_t i = 0; i < f->size; i++, bits -= bits < 8 ? bits : 8)
		m[i] = bits < 8 ? (uint8_t)(0xff00 >> bits) : 0xff;
}

/* Behind the slash: an address, or a number of bits. */
static int parse_addr_mask(struct tc_parser *p, const struct flow_field *f)
{
	struct flow_key *mask = &p->rule->match.mask;
	int sep = f->kind == FLOW_KIND_IPV4 ? '.' : ':';
	uint64_t bits;
	int rc;

	if (memchr(p->s.p, sep, tc_len(p)))
		return scan_field(&p->s, f, mask);
	rc = scan_uint(&p->s, f->size * 8U, "a prefix length", &bits);
	if (rc == 0)
		mask_prefix(f, mask, (unsigned int)bits);
	return rc;
}

static int parse_addr(struct tc_parser *p, const struct flow_field *f)
{
	struct flow_match *m = &p->rule->match;
	int rc = scan_field(&p->s, f, &m->key);

	if (rc < 0)
		return rc;
	if (scan_char(&p->s, '/'))
		return parse_addr_mask(p, f);
	flow_field_set_exact(f, &m->mask);
	return 0;
}

/*
 * Numbers
 */

/* "10" is ten and "1f" is 31: tc tries decimal, then hexadecimal. */
static unsigned int guess_base(const char *p)
{
	p += scan_span(p, SCAN_DIGIT);
	return (*p >= 'a' && *p <= 'f') || (*p >= 'A' && *p <= 'F') ? 16 : 10;
}

static unsigned int value_base(const struct tc_parser *p,
			       const struct flow_field *f)
{
	switch (f->kind) {
	case FLOW_KIND_TCP_FLAGS:
	case FLOW_KIND_IP_PROTO:
		return 16;
	case FLOW_KIND_HEX:
	case FLOW_KIND_TTL:
		return guess_base(p->s.p);
	default:
		return 10;
	}
}

static unsigned int mask_base(const struct flow_field *f)
{
	return f->kind == FLOW_KIND_UINT || f->kind == FLOW_KIND_ARP_OP ? 10 :
									   16;
}

static int parse_number(struct tc_parser *p, const struct flow_field *f)
{
	struct flow_match *m = &p->rule->match;
	uint64_t v, mask = f->max;
	int rc = scan_uint_base(&p->s, value_base(p, f), f->max, f->tc, &v);

	if (rc == 0 && f->mask_attr && scan_char(&p->s, '/'))
		rc = scan_uint_base(&p->s, mask_base(f), f->max, "a mask",
				    &mask);
	if (rc < 0)
		return rc;
	if (f->mask_attr && *p->s.p == '-') {
		reason_add(p->reasons, REASON_KEY_UNSUPPORTED, 0, "%s range",
			   f->tc);
		p->s.p = p->end;
	}
	flow_field_set(f, &m->key, (uint32_t)v);
	flow_field_set(f, &m->mask, (uint32_t)mask);
	return 0;
}

/*
 * Names
 */

static void set_exact(struct tc_parser *p, const struct flow_field *f,
		      uint32_t v)
{
	flow_field_set(f, &p->rule->match.key, v);
	flow_field_set_exact(f, &p->rule->match.mask);
	p->s.p = p->end;
}

static int parse_ip_proto(struct tc_parser *p, const struct flow_field *f)
{
	static const uint8_t named[] = {
		IPPROTO_TCP, IPPROTO_UDP, IPPROTO_SCTP, IPPROTO_ICMP,
		IPPROTO_ICMPV6,
	};

	for (size_t i = 0; i < ARRAY_LEN(named); i++)
		if (tc_is(p, tc_ip_proto_name(named[i]))) {
			set_exact(p, f, named[i]);
			return 0;
		}
	if (!isxdigit((unsigned char)*p->s.p))
		return scan_expected(&p->s, "tcp, udp, sctp, icmp, icmpv6 or "
				     "a hexadecimal number");
	return parse_number(p, f);
}

static int parse_arp_op(struct tc_parser *p, const struct flow_field *f)
{
	if (tc_is(p, "request"))
		set_exact(p, f, 1);
	else if (tc_is(p, "reply"))
		set_exact(p, f, 2);
	else
		return parse_number(p, f);
	return 0;
}

static int parse_ethertype(struct tc_parser *p, const struct flow_field *f)
{
	uint16_t type_be;
	int rc = tc_protocol(p, &type_be);

	if (rc < 0)
		return rc;
	flow_field_set(f, &p->rule->match.key, ntohs(type_be));
	flow_field_set_exact(f, &p->rule->match.mask);
	return 0;
}

/* frag, nofrag, firstfrag, nofirstfrag, with "/" between them. */
static int parse_ip_flags(struct tc_parser *p, const struct flow_field *f)
{
	uint32_t key = 0, mask = 0;

	do {
		const char *name = p->s.p;
		size_t len = scan_until(name, SCAN_SLASH | SCAN_BLANK |
							      SCAN_HASH);
		bool no = len > 2 && strncmp(name, "no", 2) == 0;
		uint32_t bit;

		if (no) {
			name += 2;
			len -= 2;
		}
		if (scan_is(name, len, "frag"))
			bit = FLOW_FRAG_IS_FRAGMENT;
		else if (scan_is(name, len, "firstfrag"))
			bit = FLOW_FRAG_FIRST;
		else
			return scan_expected(&p->s, "frag, nofrag, firstfrag "
					     "or nofirstfrag");
		key = no ? key & ~bit : key | bit;
		mask |= bit;
		p->s.p = name + len;
	} while (scan_char(&p->s, '/'));

	flow_field_set(f, &p->rule->match.key, key);
	flow_field_set(f, &p->rule->match.mask, mask);
	return 0;
}

static int parse_value(struct tc_parser *p, const struct flow_field *f)
{
	switch (f->kind) {
	case FLOW_KIND_MAC:
	case FLOW_KIND_IPV4:
	case FLOW_KIND_IPV6:
		return parse_addr(p, f);
	case FLOW_KIND_IP_PROTO:
		return parse_ip_proto(p, f);
	case FLOW_KIND_ARP_OP:
		return parse_arp_op(p, f);
	case FLOW_KIND_FRAG:
		return parse_ip_flags(p, f);
	default:
		return parse_number(p, f);
	}
}

/*
 * Which row a word means: src_port is of TCP, UDP or SCTP.
 */

static size_t find_row(const struct tc_parser *p, bool *applies)
{
	size_t found = flow_n_fields;

	*applies = false;
	for (size_t row = 0; row < flow_n_fields; row++) {
		const struct flow_field *f = &flow_fields[row];

		if (!f->tc || !tc_is(p, f->tc))
			continue;
		*applies = flow_field_applies(f, &p->rule->match);
		if (*applies)
			return row;
		if (found == flow_n_fields)
			found = row;
	}
	return found;
}

static int parse_row(struct tc_parser *p, size_t row, bool applies)
{
	const struct flow_field *f = &flow_fields[row];
	const char *name = p->s.p;
	int rc;

	if (applies && scan_seen(p->rows_seen, row))
		return scan_fail_at(&p->s, name, "\"%s\" is given twice",
				    f->tc);
	tc_next(p);
	if (!tc_len(p))
		return scan_expected(&p->s, "a value of %s", f->tc);
	if (!applies) {
		conflict_add(p->reasons, f, &p->rule->match);
		tc_next(p);
		return 0;
	}
	if (f->kind == FLOW_KIND_ETHERTYPE)
		return parse_ethertype(p, f);
	rc = parse_value(p, f);
	if (rc < 0)
		return rc;
	flow_field_clear_unmasked(f, &p->rule->match);
	return tc_word_done(p);
}

/*
 * Words of flower without a row, and how many words follow each.
 */

#define MANY UINT8_MAX         /* as many as are no words of flower */

static const struct refused_word {
	const char *word;
	uint8_t n_args;
} refused_words[] = {
	{ "indev", 1 }, { "classid", 1 }, { "flowid", 1 }, { "hw_tc", 1 },
	{ "ct_state", 1 }, { "ct_zone", 1 }, { "ct_mark", 1 },
	{ "ct_label", 1 }, { "mpls", MANY }, { "mpls_label", 1 },
	{ "mpls_tc", 1 }, { "mpls_bos", 1 }, { "mpls_ttl", 1 },
	{ "enc_src_ip", 1 }, { "enc_dst_ip", 1 }, { "enc_key_id", 1 },
	{ "enc_dst_port", 1 }, { "enc_tos", 1 }, { "enc_ttl", 1 },
	{ "enc_flags", 1 }, { "geneve_opts", 1 }, { "vxlan_opts", 1 },
	{ "erspan_opts", 1 }, { "gtp_opts", 1 }, { "pfcp_opts", 1 },
	{ "pppoe_sid", 1 }, { "ppp_proto", 1 }, { "l2tpv3_sid", 1 },
	{ "num_of_vlans", 1 }, { "cvlan_num", 1 }, { "cfm", MANY },
	{ "l2_miss", 1 }, { "spi", 1 }, { "police", MANY },
};

static const struct refused_word *find_refused(const struct tc_parser *p)
{
	for (size_t i = 0; i < ARRAY_LEN(refused_words); i++)
		if (tc_is(p, refused_words[i].word))
			return &refused_words[i];
	return NULL;
}

static bool is_flag(const struct tc_parser *p)
{
	return tc_is(p, "skip_sw") || tc_is(p, "skip_hw") ||
	       tc_is(p, "verbose");
}

static bool is_word_of_flower(const struct tc_parser *p)
{
	bool applies;

	return tc_is(p, "action") || is_flag(p) || find_refused(p) ||
	       find_row(p, &applies) < flow_n_fields;
}

static int refuse(struct tc_parser *p, const struct refused_word *w)
{
	reason_add(p->reasons, REASON_KEY_UNSUPPORTED, 0, "%s", w->word);
	tc_next(p);
	for (unsigned int i = 0; i < w->n_args && tc_len(p); i++) {
		if (w->n_args == MANY && is_word_of_flower(p))
			return 0;
		tc_next(p);
	}
	return 0;
}

/* verbose asks for the driver's words, which are always asked for. */
static int parse_flag(struct tc_parser *p)
{
	enum rule_policy policy = RULE_BEST_EFFORT;

	if (tc_is(p, "skip_sw"))
		policy = RULE_HW_ONLY;
	else if (tc_is(p, "skip_hw"))
		policy = RULE_SW_ONLY;
	if (policy != RULE_BEST_EFFORT) {
		if (p->rule->policy != RULE_BEST_EFFORT &&
		    p->rule->policy != policy)
			return scan_fail_at(&p->s, p->s.p,
					    "skip_sw and skip_hw at once");
		p->rule->policy = policy;
	}
	tc_next(p);
	return 0;
}

static int parse_word(struct tc_parser *p)
{
	const struct refused_word *w;
	bool applies;
	size_t row = find_row(p, &applies);

	if (row < flow_n_fields)
		return parse_row(p, row, applies);
	if (is_flag(p))
		return parse_flag(p);
	w = find_refused(p);
	if (w)
		return refuse(p, w);
	return scan_expected(&p->s, "a match word of flower or \"action\"");
}

int tc_parse_keys(struct tc_parser *p)
{
	while (tc_len(p) && !tc_is(p, "action")) {
		int rc = parse_word(p);

		if (rc < 0)
			return rc;
	}
	return 0;
}
