/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sets of named bits: a table of names for each kind.  Numbers are values like
 * any other and not read here.
 */
#include "common/flow/odp_flags.h"

#include "common/base/cleanup.h"
#include "common/flow/odp_parse.h"

/* In the order of the bits. */
const char *const odp_tcp_flag_names[ODP_N_TCP_FLAGS] = {
	"fin", "syn", "rst", "psh", "ack", "urg", "ece", "cwr", "ns",
	"[200]", "[400]", "[800]",
};

static const char *const tun_flag_names[] = {          /* FLOW_TUN_* */
	"oam", "df", "csum", "key", "crit",
};

/* OVS_CS_F_* of linux/openvswitch.h. */
static const char *const ct_flag_names[] = {
	"new", "est", "rel", "rpl", "inv", "trk", "snat", "dnat",
};

static const struct flags {
	uint8_t kind;                  /* enum flow_kind */
	const char *what;
	const char *const *names;
	size_t n;
} flag_sets[] = {
	{ FLOW_KIND_TCP_FLAGS, "a TCP flag", odp_tcp_flag_names,
	  ODP_N_TCP_FLAGS },
	{ FLOW_KIND_TUN_FLAGS, "df, csum, key, oam or crit", tun_flag_names,
	  ARRAY_LEN(tun_flag_names) },
	{ FLOW_KIND_DP_CT_STATE, "new, est, rel, rpl, inv, trk, snat or dnat",
	  ct_flag_names, ARRAY_LEN(ct_flag_names) },
};

static const struct flags *find_set(const struct flow_field *f)
{
	for (size_t i = 0; i < ARRAY_LEN(flag_sets); i++)
		if (flag_sets[i].kind == f->kind)
			return &flag_sets[i];
	return NULL;
}

bool odp_is_flags(const struct flow_field *f)
{
	return find_set(f);
}

/* The number of the flag at the cursor; set->n: it is none. */
static size_t scan_flag(struct scan *s, const struct flags *set)
{
	size_t len = strcspn(s->p, "+-|), \t\r\n"), i = 0;

	while (i < set->n && !scan_is(s->p, len, set->names[i]))
		i++;
	if (i < set->n)
		s->p += len;
	return i;
}

int odp_scan_flags(struct scan *s, const struct flow_field *f,
		   struct flow_match *m, unsigned int *form)
{
	const struct flags *set = find_set(f);
	bool signs = *s->p == '+' || *s->p == '-';
	uint32_t key = 0, mask = signs ? 0 : f->max, bit = 0;

	*form = signs ? ODP_FORM_SIGNS : ODP_FORM_WORDS;
	do {
		bool on = !signs || *s->p == '+';
		uint32_t last = bit;
		size_t i;

		if (signs || last)
			s->p++;
		i = scan_flag(s, set);
		if (i == set->n)
			return scan_expected(s, "%s", set->what);
		bit = 1U << i;
		if (bit <= last)
			*form |= ODP_FORM_TEXT;
		key = on ? key | bit : key & ~bit;
		mask |= bit;
	} while (*s->p == (signs ? '+' : '|') || (signs && *s->p == '-'));

	flow_field_set(f, &m->key, key);
	flow_field_set(f, &m->mask, mask);
	return 0;
}

void odp_text_flags(struct text *t, const struct flow_field *f,
		    const struct flow_match *m, bool signs)
{
	const struct flags *set = find_set(f);
	uint32_t key = flow_field_get(f, &m->key);
	uint32_t mask = flow_field_get(f, &m->mask);
	const char *sep = "";

	if (signs && !mask)
		text_str(t, "0/0");
	else if (!signs && !(key & f->max))
		text_str(t, "0");
	for (size_t i = 0; i < set->n; i++) {
		uint32_t bit = 1U << i;

		if (signs && mask & bit) {
			text_add(t, "%c%s", key & bit ? '+' : '-',
				 set->names[i]);
		} else if (!signs && key & bit) {
			text_add(t, "%s%s", sep, set->names[i]);
			sep = "|";
		}
	}
}
