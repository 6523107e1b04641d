/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The value of one match word, by its kind.  A number has the base that tc(8)
 * gives it, odd as that is: `ip_proto 17` is protocol 0x17, for tc and for us.
 */
#include <arpa/inet.h>
#include <string.h>

#include "common/base/cleanup.h"
#include "common/flow/tctext_parse.h"

/*
 * Addresses
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
 * Numbers, and names for them
 */

static int parse_number(struct tc_parser *p, const struct flow_field *f)
{
	struct flow_match *m = &p->rule->match;
	uint64_t v, mask = f->max;
	int rc = scan_uint_base(&p->s, tc_value_base(p, f), f->max, f->tc, &v);

	if (rc == 0 && f->mask_attr && scan_char(&p->s, '/'))
		rc = scan_uint_base(&p->s, tc_mask_base(p, f), f->max,
				    "a mask", &mask);
	if (rc < 0)
		return rc;
	flow_field_set(f, &m->key, (uint32_t)v);
	flow_field_set(f, &m->mask, (uint32_t)mask);
	return 0;
}

static void set_exact(struct tc_parser *p, const struct flow_field *f,
		      uint32_t v)
{
	flow_field_set(f, &p->rule->match.key, v);
	flow_field_set_exact(f, &p->rule->match.mask);
}

static int parse_named(struct tc_parser *p, const struct flow_field *f,
		       const struct tc_name *names, const char *expected)
{
	for (; names->name; names++)
		if (tc_is(p, names->name)) {
			set_exact(p, f, names->value);
			p->s.p = p->end;
			return 0;
		}
	if (!strchr("0123456789abcdefABCDEF", *p->s.p))
		return scan_expected(&p->s, "%s number", expected);
	return parse_number(p, f);
}

static int parse_ip_proto(struct tc_parser *p, const struct flow_field *f)
{
	return parse_named(p, f, tc_ip_protos,
			   "tcp, udp, sctp, icmp, icmpv6, l2tp, "
			   "esp, ah or a hexadecimal");
}

static int parse_arp_op(struct tc_parser *p, const struct flow_field *f)
{
	return parse_named(p, f, tc_arp_ops, "request, reply or a");
}

static int parse_ppp_proto(struct tc_parser *p, const struct flow_field *f)
{
	return parse_named(p, f, tc_ppp_protos, "a protocol such as ip or a");
}

/* Both ends, and not the same. */
static int parse_range(struct tc_parser *p, const struct flow_field *f)
{
	const struct flow_field *last = f + 1;
	uint64_t from, to;
	int rc = scan_uint(&p->s, f->max, f->tc, &from);

	if (rc == 0 && !scan_char(&p->s, '-'))
		rc = scan_expected(&p->s, "\"-\"");
	if (rc == 0)
		rc = scan_uint(&p->s, last->max, "the last port", &to);
	if (rc < 0)
		return rc;
	if (from >= to)
		return scan_fail_at(&p->s, p->s.p,
				    "a range of ports begins below its end");
	set_exact(p, f, (uint32_t)from);
	set_exact(p, last, (uint32_t)to);
	return 0;
}

static int parse_ethertype(struct tc_parser *p, const struct flow_field *f)
{
	const char *end = p->end;
	struct tc_parser ahead = *p;
	uint16_t type_be;
	int rc = tc_protocol(&ahead, &type_be);

	if (rc < 0)
		return rc;
	set_exact(p, f, ntohs(type_be));
	p->s.p = end;
	return 0;
}

/*
 * Bits with names
 */

static const struct tc_name *find_name(const struct tc_name *names,
				       const char *p, size_t len)
{
	for (; names->name; names++)
		if (scan_is(p, len, names->name))
			return names;
	return NULL;
}

/* frag/nofirstfrag */
static int parse_bits(struct tc_parser *p, const struct flow_field *f,
		      const struct tc_name *names, const char *expected)
{
	uint32_t key = 0, mask = 0;

	do {
		const char *name = p->s.p;
		size_t len = scan_until(name, SCAN_SLASH | SCAN_BLANK |
							      SCAN_HASH);
		bool no = len > 2 && strncmp(name, "no", 2) == 0;
		const struct tc_name *bit = find_name(names, name + 2 * no,
						      len - 2 * no);

		if (!bit)
			return scan_expected(&p->s, "%s", expected);
		key = no ? key & ~bit->value : key | bit->value;
		mask |= bit->value;
		p->s.p = name + len;
	} while (scan_char(&p->s, '/'));

	flow_field_set(f, &p->rule->match.key, key);
	flow_field_set(f, &p->rule->match.mask, mask);
	return 0;
}

static int parse_ip_flags(struct tc_parser *p, const struct flow_field *f)
{
	return parse_bits(p, f, tc_frag_bits,
			  "frag, nofrag, firstfrag or nofirstfrag");
}

static int parse_enc_flags(struct tc_parser *p, const struct flow_field *f)
{
	return parse_bits(p, f, tc_enc_bits, "tuncsum, tundf, tunoam or "
			  "tuncrit, or one of them behind \"no\"");
}

/* +trk-new */
static int parse_ct_state(struct tc_parser *p, const struct flow_field *f)
{
	uint32_t key = 0, mask = 0;

	while (p->s.p != p->end) {
		bool set = *p->s.p == '+';
		size_t len = strcspn(p->s.p + 1, "+- \t\r\n#");
		const struct tc_name *bit = find_name(tc_ct_bits, p->s.p + 1,
						      len);

		if ((!set && *p->s.p != '-') || !bit)
			return scan_expected(&p->s, "\"+\" or \"-\" and trk, "
					     "new, est, rel, inv or rpl");
		if (mask & bit->value)
			return scan_fail_at(&p->s, p->s.p,
					    "\"%s\" is given twice",
					    bit->name);
		key |= set ? bit->value : 0;
		mask |= bit->value;
		p->s.p += 1 + len;
	}
	flow_field_set(f, &p->rule->match.key, key);
	flow_field_set(f, &p->rule->match.mask, mask);
	return 0;
}

/*
 * Bytes
 */

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Bytes one by one, the first of them perhaps of one digit; zeros follow. */
static int parse_hex(struct tc_parser *p, uint8_t *out, size_t size)
{
	const char *hex = p->s.p;
	size_t n = 0, odd;

	while (hex_digit(hex[n]) >= 0)
		n++;
	odd = n % 2;
	if (!n || n + odd > 2 * size)
		return scan_expected(&p->s, "1 to %zu hexadecimal digits",
				     2 * size);
	memset(out, 0, size);
	for (size_t i = 0; i < n; i++) {
		uint8_t *byte = &out[(i + odd) / 2];

		*byte = (uint8_t)(*byte << 4 | hex_digit(hex[i]));
	}
	p->s.p = hex + n;
	return 0;
}

static int parse_label(struct tc_parser *p, const struct flow_field *f)
{
	struct flow_match *m = &p->rule->match;
	int rc = parse_hex(p, (uint8_t *)&m->key + f->offset, f->size);

	if (rc < 0)
		return rc;
	if (scan_char(&p->s, '/'))
		return parse_hex(p, (uint8_t *)&m->mask + f->offset, f->size);
	flow_field_set_exact(f, &m->mask);
	return 0;
}

static int parse_ifname(struct tc_parser *p, const struct flow_field *f)
{
	struct flow_match *m = &p->rule->match;
	size_t len = tc_len(p);

	if (!scan_is_port_name(p->s.p, len))
		return scan_expected(&p->s, "the name of a device, at most 15 "
				     "characters");
	memcpy((char *)&m->key + f->offset, p->s.p, len);
	flow_field_set_exact(f, &m->mask);
	p->s.p = p->end;
	return 0;
}

static int (*const parsers[])(struct tc_parser *p,
			      const struct flow_field *f) = {
	[FLOW_KIND_MAC] = parse_addr,
	[FLOW_KIND_IPV4] = parse_addr,
	[FLOW_KIND_IPV6] = parse_addr,
	[FLOW_KIND_ETHERTYPE] = parse_ethertype,
	[FLOW_KIND_IP_PROTO] = parse_ip_proto,
	[FLOW_KIND_ARP_OP] = parse_arp_op,
	[FLOW_KIND_PPP_PROTO] = parse_ppp_proto,
	[FLOW_KIND_FRAG] = parse_ip_flags,
	[FLOW_KIND_ENC_FLAGS] = parse_enc_flags,
	[FLOW_KIND_CT_STATE] = parse_ct_state,
	[FLOW_KIND_LABEL] = parse_label,
	[FLOW_KIND_GENEVE] = tc_parse_geneve,
	[FLOW_KIND_PORT_RANGE] = parse_range,
	[FLOW_KIND_IFNAME] = parse_ifname,
};

int tc_parse_value(struct tc_parser *p, const struct flow_field *f)
{
	int rc;

	if (f->kind < ARRAY_LEN(parsers) && parsers[f->kind])
		rc = parsers[f->kind](p, f);
	else if (f->opts)
		rc = tc_parse_parts(p, f);
	else
		rc = parse_number(p, f);
	if (rc < 0)
		return rc;
	flow_field_settle(f, &p->rule->match);
	return tc_word_done(p);
}
