/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * "ct": words in any order, as tc has them.  tc 6.1 cannot read a line that
 * ends behind "nat" or an address, though its help has it, nor "nat src" without
 * an address, though it prints it; here they may.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/tc_act/tc_ct.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "common/base/cleanup.h"
#include "common/flow/tctext_action.h"

struct ct_parser {
	struct tc_parser *p;
	struct rule_action *a;
	struct rule_ct *ct;
};

/*
 * Reading
 */

/* 4 or 6 by the first colon; -EINVAL. */
static int parse_addr(struct tc_parser *p, uint8_t out[16])
{
	const char *dash = memchr(p->s.p, '-', tc_len(p));
	size_t len = dash ? (size_t)(dash - p->s.p) : tc_len(p);
	uint32_t ipv4_be;
	int rc;

	memset(out, 0, 16);
	if (memchr(p->s.p, ':', len)) {
		rc = scan_ipv6(&p->s, out);
		return rc < 0 ? rc : 6;
	}
	rc = scan_ipv4(&p->s, &ipv4_be);
	if (rc < 0)
		return rc;
	memcpy(out, &ipv4_be, sizeof(ipv4_be));
	return 4;
}

static int parse_addr_range(struct tc_parser *p, struct rule_ct *ct)
{
	int family = parse_addr(p, ct->nat_min), last;

	if (family < 0)
		return family;
	ct->nat_family = (uint8_t)family;
	memcpy(ct->nat_max, ct->nat_min, sizeof(ct->nat_max));
	if (scan_char(&p->s, '-')) {
		last = parse_addr(p, ct->nat_max);
		if (last >= 0 && last != family)
			return scan_fail_at(&p->s, p->s.p,
					    "addresses of two families");
		if (last < 0)
			return last;
	}
	return tc_word_done(p);
}

static int parse_port_range(struct tc_parser *p, struct rule_ct *ct)
{
	uint64_t first, last;
	int rc = act_scan_uint(p, 10, UINT16_MAX, "a port", &first);

	last = first;
	if (rc == 0 && scan_char(&p->s, '-'))
		rc = act_scan_uint(p, 10, UINT16_MAX, "a port", &last);
	if (rc < 0)
		return rc;
	ct->nat_port_min_be = htons((uint16_t)first);
	ct->nat_port_max_be = htons((uint16_t)last);
	return tc_word_done(p);
}

static int parse_nat(struct ct_parser *c)
{
	struct tc_parser *p = c->p;

	c->ct->flags |= TCA_CT_ACT_NAT;
	if (tc_is_prefix(p, "src"))
		c->ct->flags |= TCA_CT_ACT_NAT_SRC;
	else if (tc_is_prefix(p, "dst"))
		c->ct->flags |= TCA_CT_ACT_NAT_DST;
	else
		return 0;
	tc_next(p);
	if (!tc_is_prefix(p, "addr"))
		return 0;
	tc_next(p);
	if (parse_addr_range(p, c->ct) < 0)
		return -EINVAL;
	if (!tc_is_prefix(p, "port"))
		return 0;
	tc_next(p);
	return parse_port_range(p, c->ct);
}

/* The bytes in the order in which they stand, the first first. */
static int parse_label(struct ct_parser *c)
{
	struct tc_parser *p = c->p;
	struct rule_ct *ct = c->ct;
	int n;

	/* It may be given again, and shorter. */
	memset(ct->label, 0, sizeof(ct->label));
	n = act_scan_hex(p, "/", ct->label, sizeof(ct->label));
	if (n < 0)
		return n;
	ct->has_label = true;
	ct->label_cut = (uint8_t)(sizeof(ct->label) - (size_t)n);
	ct->label_mask_cut = 0;
	memset(ct->label_mask, 0xff, sizeof(ct->label_mask));
	if (scan_char(&p->s, '/')) {
		memset(ct->label_mask, 0, sizeof(ct->label_mask));
		n = act_scan_hex(p, "", ct->label_mask,
				 sizeof(ct->label_mask));
		if (n < 0)
			return n;
		ct->label_mask_cut =
			(uint8_t)(sizeof(ct->label_mask) - (size_t)n);
	}
	return tc_word_done(p);
}

/* ipv4-tcp-ftp */
static int parse_helper(struct ct_parser *c)
{
	static const struct {
		const char *word;
		uint8_t family, proto;
	} kinds[] = {
		{ "ipv4-tcp-", AF_INET, IPPROTO_TCP },
		{ "ipv4-udp-", AF_INET, IPPROTO_UDP },
		{ "ipv6-tcp-", AF_INET6, IPPROTO_TCP },
		{ "ipv6-udp-", AF_INET6, IPPROTO_UDP },
	};
	struct tc_parser *p = c->p;

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		size_t skip = strlen(kinds[i].word), len = tc_len(p) - skip;

		if (tc_len(p) <= skip || len >= sizeof(c->ct->helper) ||
		    strncmp(p->s.p, kinds[i].word, skip) != 0 ||
		    memchr(p->s.p + skip, '-', len))
			continue;
		memset(c->ct->helper, 0, sizeof(c->ct->helper));
		memcpy(c->ct->helper, p->s.p + skip, len);
		c->ct->helper_family = kinds[i].family;
		c->ct->helper_proto = kinds[i].proto;
		tc_next(p);
		return 0;
	}
	return scan_expected(&p->s, "a helper such as ipv4-tcp-ftp");
}

static const struct {
	const char *word;
	uint16_t flag;
	int (*parse)(struct ct_parser *c);
} words[] = {
	{ "nat", 0, parse_nat },
	{ "clear", TCA_CT_ACT_CLEAR, NULL },
	{ "commit", TCA_CT_ACT_COMMIT, NULL },
	{ "force", TCA_CT_ACT_FORCE, NULL },
	{ "label", 0, parse_label },
	{ "helper", 0, parse_helper },
};

/* 1 if the word was one of ct. */
static int parse_word(struct ct_parser *c)
{
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (!tc_is_prefix(c->p, words[i].word))
			continue;
		tc_next(c->p);
		c->ct->flags |= words[i].flag;
		return words[i].parse && words[i].parse(c) < 0 ? -EINVAL : 1;
	}
	if (!tc_is_prefix(c->p, "index"))
		return act_param(c->p, c->a);
	return act_index(c->p, c->a) < 0 ? -EINVAL : 1;
}

static int check(const struct ct_parser *c)
{
	const uint16_t flags = c->ct->flags;
	const uint16_t sides = TCA_CT_ACT_NAT_SRC | TCA_CT_ACT_NAT_DST;
	const struct scan *s = &c->p->s;

	if (flags & TCA_CT_ACT_CLEAR && flags & ~TCA_CT_ACT_CLEAR)
		return scan_expected(s, "nothing else with clear");
	if ((flags & sides) == sides)
		return scan_expected(s, "nat of one of src and dst");
	if (flags & TCA_CT_ACT_COMMIT && flags & TCA_CT_ACT_NAT &&
	    !(flags & sides))
		return scan_expected(s, "src or dst behind nat, because of "
				     "commit");
	if (flags & sides && !(flags & TCA_CT_ACT_COMMIT))
		return scan_expected(s, "commit, because of nat to an "
				     "address");
	return 0;
}

int act_parse_ct(struct tc_parser *p, struct rule_action *a)
{
	struct ct_parser c = { p, a, act_data(p, a, sizeof(*c.ct)) };
	int rc;

	do
		rc = parse_word(&c);
	while (rc > 0);
	if (rc == 0)
		rc = check(&c);
	return rc < 0 ? rc : act_control(p, a, RULE_PIPE);
}

/*
 * Showing
 */

static void show_addr(struct text *t, uint8_t family, const uint8_t *addr)
{
	char text[INET6_ADDRSTRLEN];

	(void)inet_ntop(family == 4 ? AF_INET : AF_INET6, addr, text,
			sizeof(text));
	text_add(t, "%s", text);
}

static void show_nat(struct text *t, const struct rule_ct *ct)
{
	uint16_t first = ntohs(ct->nat_port_min_be);
	uint16_t last = ntohs(ct->nat_port_max_be);

	if (!(ct->flags & TCA_CT_ACT_NAT))
		return;
	text_add(t, " nat");
	if (ct->flags & (TCA_CT_ACT_NAT_SRC | TCA_CT_ACT_NAT_DST))
		text_add(t, ct->flags & TCA_CT_ACT_NAT_SRC ? " src" : " dst");
	if (ct->nat_family) {
		text_add(t, " addr ");
		show_addr(t, ct->nat_family, ct->nat_min);
		if (memcmp(ct->nat_min, ct->nat_max,
			   sizeof(ct->nat_max)) != 0) {
			text_add(t, "-");
			show_addr(t, ct->nat_family, ct->nat_max);
		}
	}
	if (first || last)
		text_add(t, " port %u", first);
	if (last != first)
		text_add(t, "-%u", last);
}

static void show_label(struct text *t, const struct rule_ct *ct)
{
	if (!ct->has_label)
		return;
	text_add(t, " label ");
	act_show_hex(t, ct->label, sizeof(ct->label) - ct->label_cut);
	text_add(t, "/");
	act_show_hex(t, ct->label_mask,
		     sizeof(ct->label_mask) - ct->label_mask_cut);
}

void act_show_ct(struct text *t, const struct rule *r,
		 const struct rule_action *a)
{
	const struct rule_ct *ct = rule_data(r, a);

	if (ct->flags & TCA_CT_ACT_CLEAR)
		text_add(t, " clear");
	if (ct->flags & TCA_CT_ACT_COMMIT)
		text_add(t, " commit");
	if (ct->flags & TCA_CT_ACT_FORCE)
		text_add(t, " force");
	act_show_params(t, r, a);
	show_label(t, ct);
	if (ct->helper[0])
		text_add(t, " helper %s-%s-%s",
			 ct->helper_family == AF_INET ? "ipv4" : "ipv6",
			 ct->helper_proto == IPPROTO_TCP ? "tcp" : "udp",
			 ct->helper);
	show_nat(t, ct);
}
