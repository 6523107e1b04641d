/* SPDX-License-Identifier: GPL-2.0-or-later */
/* nat(src=10.0.0.1-10.0.0.9:80-90,persistent) inside ct(…). */
#include <errno.h>
#include <string.h>

#include "common/base/cleanup.h"
#include "common/flow/odp_ct.h"

static int read_address(struct odp_ct_reader *r, uint8_t *out, bool *bracket)
{
	struct scan *s = &r->p->s;
	uint8_t family, ipv6[16] = { 0 };
	uint32_t ipv4_be;
	int rc;

	*bracket = scan_char(s, '[');
	family = *bracket || memchr(s->p, ':', strspn(s->p, "0123456789abcdef"
						      "ABCDEF:")) ? 6 : 4;
	if (r->ct->nat_family && r->ct->nat_family != family)
		return scan_expected(s, "an IPv%d address", r->ct->nat_family);
	if (family == 6) {
		rc = scan_ipv6(s, ipv6);
	} else {
		rc = scan_ipv4(s, &ipv4_be);
		if (rc == 0)
			memcpy(ipv6, &ipv4_be, sizeof(ipv4_be));
	}
	if (rc == 0 && *bracket && !scan_char(s, ']'))
		rc = scan_expected(s, "\"]\"");
	if (rc < 0)
		return rc;
	r->ct->nat_family = family;
	memcpy(out, ipv6, sizeof(ipv6));
	return 0;
}

static int read_nat_ports(struct odp_ct_reader *r)
{
	struct scan *s = &r->p->s;
	const char *start = s->p;
	uint64_t min, max;
	int rc = scan_uint(s, UINT16_MAX, "a port", &min);

	max = min;
	if (rc == 0 && scan_char(s, '-'))
		rc = scan_uint(s, UINT16_MAX, "a port", &max);
	if (rc < 0)
		return rc;
	if (!min || max < min)
		return scan_fail_at(s, start, "expected ports from 1 on, the "
				    "lower one first");
	r->ct->nat_port_min = (uint16_t)min;
	r->ct->nat_port_max = (uint16_t)max;
	return 0;
}

/* IPv4 has :80 behind it, IPv6 only behind brackets. */
static int read_nat_range(struct odp_ct_reader *r)
{
	struct scan *s = &r->p->s;
	struct odp_ct *ct = r->ct;
	const char *start = s->p;
	bool bracket = false;
	int rc = read_address(r, ct->nat_min, &bracket);

	if (rc < 0)
		return rc;
	memcpy(ct->nat_max, ct->nat_min, sizeof(ct->nat_max));
	if (scan_char(s, '-'))
		rc = read_address(r, ct->nat_max, &bracket);
	if (rc < 0)
		return rc;
	if (memcmp(ct->nat_min, ct->nat_max, sizeof(ct->nat_min)) > 0)
		return scan_fail_at(s, start,
				    "expected the lower address first");
	if ((ct->nat_family == 4 || bracket) && scan_char(s, ':'))
		return read_nat_ports(r);
	return 0;
}

static int read_nat_type(struct odp_ct_reader *r, enum odp_nat nat)
{
	if (r->ct->nat != ODP_NAT_PLAIN)
		return scan_fail_at(&r->p->s, r->open,
				    "expected either src or dst in nat()");
	r->ct->nat = nat;
	return r->has_value ? read_nat_range(r) : 0;
}

static int read_src(struct odp_ct_reader *r)
{
	return read_nat_type(r, ODP_NAT_SRC);
}

static int read_dst(struct odp_ct_reader *r)
{
	return read_nat_type(r, ODP_NAT_DST);
}

static int read_persistent(struct odp_ct_reader *r)
{
	r->ct->nat_persistent = true;
	return 0;
}

static int read_hash(struct odp_ct_reader *r)
{
	r->ct->nat_hash = true;
	return 0;
}

static int read_random(struct odp_ct_reader *r)
{
	r->ct->nat_random = true;
	return 0;
}

static const struct odp_ct_word nat_words[] = {
	{ "src", 0, read_src },
	{ "src", '=', read_src },
	{ "dst", 0, read_dst },
	{ "dst", '=', read_dst },
	{ "persistent", 0, read_persistent },
	{ "hash", 0, read_hash },
	{ "random", 0, read_random },
};

int odp_ct_read_nat(struct odp_ct_reader *r)
{
	struct odp_ct_reader inner = { .p = r->p, .ct = r->ct };
	const struct odp_ct *ct = r->ct;
	int rc;

	r->ct->nat = ODP_NAT_PLAIN;
	if (*r->p->s.p != '(')
		return 0;
	rc = odp_ct_read_words(&inner, nat_words, ARRAY_LEN(nat_words));
	if (rc < 0)
		return rc;
	if (ct->nat == ODP_NAT_PLAIN &&
	    (ct->nat_persistent || ct->nat_hash || ct->nat_random))
		return scan_fail_at(&r->p->s, inner.open,
				    "expected src or dst in nat()");
	return 0;
}
