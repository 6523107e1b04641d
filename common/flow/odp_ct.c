/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ct(…): connection tracking, and its nat(…). */
#include "common/flow/odp_action.h"

#include <arpa/inet.h>
#include <errno.h>

#include "common/base/cleanup.h"

struct reader {
	struct odp_parser *p;
	struct odp_ct *ct;
	uint64_t seen;
	const char *open;              /* of the list being read */
	bool has_value;                /* behind the word just read */
};

/*
 * A list of words of which each may come once.
 */

struct word {
	const char *name;
	char next;                     /* behind the name; 0: nothing */
	int (*read)(struct reader *r);
};

static int expected_word(struct reader *r, const struct word *words, size_t n)
{
	char names[160];
	struct text t;

	text_init(&t, names, sizeof(names));
	for (size_t i = 0; i < n; i++) {
		text_add(&t, "%s%.1s", words[i].name,
			 words[i].next ? (char[]){ words[i].next, 0 } : "");
		text_comma(&t);
	}
	return scan_expected(&r->p->s, "one of %s", names);
}

static bool is_word(const struct word *w, const char *p, size_t len)
{
	if (!scan_is(p, len, w->name))
		return false;
	return w->next ? p[len] == w->next : p[len] != '=' && p[len] != '(';
}

static int read_word(struct reader *r, const struct word *words, size_t n)
{
	struct scan *s = &r->p->s;
	const char *name = s->p;
	size_t len = scan_word_len(name);

	for (size_t i = 0; i < n; i++) {
		if (!is_word(&words[i], name, len))
			continue;
		if (scan_seen(&r->seen, i))
			return scan_fail_at(s, name, "\"%s\" is given twice",
					    words[i].name);
		r->has_value = words[i].next == '=';
		s->p += len + r->has_value;
		return words[i].read(r);
	}
	return expected_word(r, words, n);
}

static int read_words(struct reader *r, const struct word *words, size_t n)
{
	struct scan *s = &r->p->s;

	r->seen = 0;
	r->open = s->p++;
	for (odp_skip_separators(s); *s->p != ')'; odp_skip_separators(s)) {
		int rc = read_word(r, words, n);

		if (rc < 0)
			return rc;
		if (*s->p != ')' && !scan_span(s->p, ODP_SEPARATORS))
			return scan_expected(s, "\",\" or \")\"");
	}
	s->p++;
	return 0;
}

/*
 * nat(src=10.0.0.1-10.0.0.9:80-90,persistent)
 */

static int read_address(struct reader *r, uint8_t *out, bool *bracket)
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

static int read_nat_ports(struct reader *r)
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
static int read_nat_range(struct reader *r)
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

static int read_nat_type(struct reader *r, enum odp_nat nat)
{
	if (r->ct->nat != ODP_NAT_PLAIN)
		return scan_fail_at(&r->p->s, r->open,
				    "expected either src or dst in nat()");
	r->ct->nat = nat;
	return r->has_value ? read_nat_range(r) : 0;
}

static int read_src(struct reader *r)
{
	return read_nat_type(r, ODP_NAT_SRC);
}

static int read_dst(struct reader *r)
{
	return read_nat_type(r, ODP_NAT_DST);
}

static int read_persistent(struct reader *r)
{
	r->ct->nat_persistent = true;
	return 0;
}

static int read_hash(struct reader *r)
{
	r->ct->nat_hash = true;
	return 0;
}

static int read_random(struct reader *r)
{
	r->ct->nat_random = true;
	return 0;
}

static const struct word nat_words[] = {
	{ "src", 0, read_src },
	{ "src", '=', read_src },
	{ "dst", 0, read_dst },
	{ "dst", '=', read_dst },
	{ "persistent", 0, read_persistent },
	{ "hash", 0, read_hash },
	{ "random", 0, read_random },
};

static int read_nat(struct reader *r)
{
	struct reader inner = { .p = r->p, .ct = r->ct };
	const struct odp_ct *ct = r->ct;
	int rc;

	r->ct->nat = ODP_NAT_PLAIN;
	if (*r->p->s.p != '(')
		return 0;
	rc = read_words(&inner, nat_words, ARRAY_LEN(nat_words));
	if (rc < 0)
		return rc;
	if (ct->nat == ODP_NAT_PLAIN &&
	    (ct->nat_persistent || ct->nat_hash || ct->nat_random))
		return scan_fail_at(&r->p->s, inner.open,
				    "expected src or dst in nat()");
	return 0;
}

/*
 * ct(commit,zone=5,mark=0x1/0xff,…)
 */

static int read_commit(struct reader *r)
{
	r->ct->commit = true;
	return 0;
}

static int read_force(struct reader *r)
{
	r->ct->commit = r->ct->force = true;
	return 0;
}

/* Zone 0 is the one that there is without a word. */
static int read_zone(struct reader *r)
{
	uint64_t zone;
	int rc = scan_uint(&r->p->s, UINT16_MAX, "zone", &zone);

	if (rc == 0) {
		r->ct->zone = (uint16_t)zone;
		r->ct->has_zone = zone != 0;
	}
	return rc;
}

static int read_mark(struct reader *r)
{
	uint64_t mark, mask = UINT32_MAX;
	int rc = scan_uint(&r->p->s, UINT32_MAX, "mark", &mark);

	if (rc == 0 && scan_char(&r->p->s, '/'))
		rc = scan_uint(&r->p->s, UINT32_MAX, "the mask of mark", &mask);
	if (rc < 0)
		return rc;
	r->ct->mark = (uint32_t)mark;
	r->ct->mark_mask = (uint32_t)mask;
	r->ct->has_mark = true;
	return 0;
}

static int hex_value(char c)
{
	return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
}

/* 128 bits: hexadecimal behind 0x, or what fits into 64. */
static int read_label_value(struct scan *s, flow_label_t out)
{
	const char *first;
	uint64_t v;
	size_t n;
	int rc;

	memset(out, 0, sizeof(flow_label_t));
	if (s->p[0] != '0' || (s->p[1] | 0x20) != 'x') {
		rc = scan_uint(s, UINT64_MAX, "label", &v);
		for (size_t i = 0; rc == 0 && i < sizeof(v); i++)
			out[i] = (uint8_t)(v >> 8 * i);
		return rc;
	}
	first = s->p + 2;
	n = strspn(first, "0123456789abcdefABCDEF");
	for (; n > 32 && *first == '0'; n--)
		first++;
	if (!n || n > 32)
		return scan_expected(s, "label, a number of 128 bits");
	for (size_t i = 0; i < n; i++)
		out[i / 2] |= (uint8_t)(hex_value(first[n - 1 - i]) <<
					4 * (i % 2));
	s->p = first + n;
	return 0;
}

static int read_label(struct reader *r)
{
	struct odp_ct *ct = r->ct;
	int rc = read_label_value(&r->p->s, ct->label);

	memset(ct->label_mask, 0xff, sizeof(ct->label_mask));
	if (rc == 0 && scan_char(&r->p->s, '/'))
		rc = read_label_value(&r->p->s, ct->label_mask);
	ct->has_label = rc == 0;
	return rc;
}

static int read_eventmask(struct reader *r)
{
	uint64_t mask;
	int rc = scan_uint(&r->p->s, UINT32_MAX, "eventmask", &mask);

	if (rc == 0) {
		r->ct->eventmask = (uint32_t)mask;
		r->ct->has_eventmask = true;
	}
	return rc;
}

static int read_name(struct reader *r, const char *what, char *out, size_t size)
{
	struct scan *s = &r->p->s;
	size_t len = scan_until(s->p, SCAN_PAREN | ODP_SEPARATORS);

	if (!len || len >= size)
		return scan_expected(s, "the name of a %s, at most %zu "
				     "characters", what, size - 1);
	memcpy(out, s->p, len);
	s->p += len;
	return 0;
}

static int read_helper(struct reader *r)
{
	return read_name(r, "helper", r->ct->helper, sizeof(r->ct->helper));
}

static int read_timeout(struct reader *r)
{
	return read_name(r, "timeout policy", r->ct->timeout,
			 sizeof(r->ct->timeout));
}

static const struct word ct_words[] = {
	{ "commit", 0, read_commit },
	{ "force_commit", 0, read_force },
	{ "zone", '=', read_zone },
	{ "mark", '=', read_mark },
	{ "label", '=', read_label },
	{ "eventmask", '=', read_eventmask },
	{ "helper", '=', read_helper },
	{ "timeout", '=', read_timeout },
	{ "nat", 0, read_nat },
	{ "nat", '(', read_nat },
};

int odp_read_ct(struct odp_parser *p, struct odp_action *a)
{
	struct odp_ct ct = { 0 };
	struct reader r = { .p = p, .ct = &ct };
	void *at;
	int rc;

	if (*p->s.p == '(') {
		rc = read_words(&r, ct_words, ARRAY_LEN(ct_words));
		if (rc < 0)
			return rc;
	}
	at = odp_add_data(p->flow, a, sizeof(ct));
	if (!at)
		return odp_no_room(p);
	memcpy(at, &ct, sizeof(ct));
	return 0;
}

/*
 * Printing
 */

static void show_address(struct text *t, const struct odp_ct *ct,
			 const uint8_t *addr)
{
	bool bracket = ct->nat_family == 6 && ct->nat_port_min;
	char text[INET6_ADDRSTRLEN];

	(void)inet_ntop(ct->nat_family == 6 ? AF_INET6 : AF_INET, addr, text,
			sizeof(text));
	text_add(t, bracket ? "[%s]" : "%s", text);
}

static void show_nat_range(struct text *t, const struct odp_ct *ct)
{
	text_add(t, "=");
	show_address(t, ct, ct->nat_min);
	if (memcmp(ct->nat_min, ct->nat_max, sizeof(ct->nat_min)) != 0) {
		text_add(t, "-");
		show_address(t, ct, ct->nat_max);
	}
	if (ct->nat_port_min)
		text_add(t, ":%u", ct->nat_port_min);
	if (ct->nat_port_max != ct->nat_port_min)
		text_add(t, "-%u", ct->nat_port_max);
}

static void show_if(struct text *t, bool yes, const char *word)
{
	if (!yes)
		return;
	text_add(t, "%s", word);
	text_comma(t);
}

static void show_nat(struct text *t, const struct odp_ct *ct)
{
	text_add(t, "nat");
	if (ct->nat == ODP_NAT_PLAIN)
		return;
	text_add(t, "(%s", ct->nat == ODP_NAT_SRC ? "src" : "dst");
	if (ct->nat_family)
		show_nat_range(t, ct);
	text_comma(t);
	show_if(t, ct->nat_persistent, "persistent");
	show_if(t, ct->nat_hash, "hash");
	show_if(t, ct->nat_random, "random");
	text_end_list(t);
	text_add(t, ")");
}

/* A zero has no 0x. */
static void show_label(struct text *t, const uint8_t *label)
{
	size_t n = sizeof(flow_label_t);

	while (n && !label[n - 1])
		n--;
	if (!n) {
		text_add(t, "0");
		return;
	}
	text_add(t, "0x%x", label[--n]);
	while (n--)
		text_add(t, "%02x", label[n]);
}

static void show_labels(struct text *t, const struct odp_ct *ct)
{
	static const flow_label_t all = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
					  0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
					  0xff, 0xff, 0xff, 0xff };

	text_add(t, "label=");
	show_label(t, ct->label);
	if (memcmp(ct->label_mask, all, sizeof(all)) != 0) {
		text_add(t, "/");
		show_label(t, ct->label_mask);
	}
	text_comma(t);
}

static void show_args(struct text *t, const struct odp_ct *ct)
{
	show_if(t, ct->commit, ct->force ? "force_commit" : "commit");
	if (ct->has_zone) {
		text_add(t, "zone=%u", ct->zone);
		text_comma(t);
	}
	if (ct->has_mark) {
		text_add(t, "mark=%#x/%#x", ct->mark, ct->mark_mask);
		text_comma(t);
	}
	if (ct->has_label)
		show_labels(t, ct);
	if (ct->has_eventmask) {
		text_add(t, "eventmask=%#x", ct->eventmask);
		text_comma(t);
	}
	if (ct->helper[0]) {
		text_add(t, "helper=%s", ct->helper);
		text_comma(t);
	}
	if (ct->timeout[0]) {
		text_add(t, "timeout=%s", ct->timeout);
		text_comma(t);
	}
	if (ct->nat)
		show_nat(t, ct);
	text_end_list(t);
}

static bool has_args(const struct odp_ct *ct)
{
	return ct->commit || ct->has_zone || ct->has_mark || ct->has_label ||
	       ct->has_eventmask || ct->helper[0] || ct->timeout[0] || ct->nat;
}

void odp_show_ct(struct text *t, const struct odp_flow *flow,
		 const struct odp_action *a)
{
	const struct odp_ct *ct = odp_data(flow, a);

	text_add(t, "ct");
	if (!has_args(ct))
		return;
	text_add(t, "(");
	show_args(t, ct);
	text_add(t, ")");
}
