/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The values of keys, with their masks, as datapath flows write them.  Which
 * key they belong to is no matter here.
 */
#include <string.h>

#include "common/base/cleanup.h"
#include "common/flow/odp_parse.h"

const char *const odp_tcp_flag_names[ODP_N_TCP_FLAGS] = {
	"fin", "syn", "rst", "psh", "ack", "urg", "ece", "cwr", "ns",
	"[200]", "[400]", "[800]",
};

static int scan_tcp_flag(struct scan *s, uint32_t *bit)
{
	size_t len = strcspn(s->p, "+-|), \t\r\n");

	for (size_t i = 0; i < ODP_N_TCP_FLAGS; i++)
		if (scan_is(s->p, len, odp_tcp_flag_names[i])) {
			s->p += len;
			*bit = 1U << i;
			return 0;
		}
	return scan_expected(s, "a TCP flag");
}

/* +syn-ack: these bits only; syn|ack: all bits, these set. */
static int scan_tcp_flags(struct scan *s, const struct flow_field *f,
			  struct flow_match *m)
{
	bool masked = *s->p == '+' || *s->p == '-';
	uint32_t key = 0, mask = masked ? 0 : f->max, bit = 0;

	do {
		bool set = !masked || *s->p == '+';
		int rc;

		if (masked || key)
			s->p++;
		rc = scan_tcp_flag(s, &bit);
		if (rc < 0)
			return rc;
		key |= set ? bit : 0;
		mask |= bit;
	} while (*s->p == (masked ? '+' : '|') || (masked && *s->p == '-'));

	flow_field_set(f, &m->key, key);
	flow_field_set(f, &m->mask, mask);
	return 0;
}

static int scan_value_and_mask(struct scan *s, const struct flow_field *f,
			       struct flow_match *m)
{
	int rc = scan_field(s, f, &m->key);

	if (rc < 0)
		return rc;
	if (scan_char(s, '/'))
		return scan_field(s, f, &m->mask);
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
		     struct flow_match *m)
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

	s->p += len;
	if (scan_char(s, '/')) {
		rc = scan_uint(s, 0xff, "the mask of frag", &mask);
		if (rc < 0)
			return rc;
		if (mask && mask != 0xff)
			return scan_fail_at(s, s->p, "a partial mask of frag");
	}
	flow_field_set(f, &m->key, mask ? w->key : 0);
	flow_field_set(f, &m->mask, mask ? w->mask : 0);
	return 0;
}

/*
 * 16 bits in a datapath flow, 8 in flower.  The kernel's dissector lets only
 * requests and replies through, so the high byte is zero for either.
 */
static int scan_arp_op(struct odp_parser *p, const struct flow_field *f,
		       struct flow_match *m)
{
	uint64_t op, mask = UINT16_MAX;
	int rc = scan_uint(&p->s, UINT16_MAX, f->name, &op);

	if (rc < 0)
		return rc;
	if (scan_char(&p->s, '/')) {
		rc = scan_uint(&p->s, UINT16_MAX, "the mask of op", &mask);
		if (rc < 0)
			return rc;
	}
	if ((op & mask) > f->max)
		reason_add(&p->flow->refused, REASON_KEY_UNSUPPORTED, 0,
			   "%s above 255", f->name);
	flow_field_set(f, &m->key, (uint32_t)op);
	flow_field_set(f, &m->mask, (uint32_t)mask & f->max);
	return 0;
}

int odp_parse_value(struct odp_parser *p, const struct flow_field *f)
{
	struct flow_match *m = &p->flow->match;
	struct scan *s = &p->s;

	switch (f->kind) {
	case FLOW_KIND_FRAG:
		return scan_frag(s, f, m);
	case FLOW_KIND_ARP_OP:
		return scan_arp_op(p, f, m);
	case FLOW_KIND_TCP_FLAGS:
		if (*s->p < '0' || *s->p > '9')
			return scan_tcp_flags(s, f, m);
		break;
	}
	return scan_value_and_mask(s, f, m);
}
