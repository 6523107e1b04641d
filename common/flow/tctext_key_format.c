/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Match words with their values, as tc takes them back. */
#include <arpa/inet.h>
#include <string.h>

#include "common/base/cleanup.h"
#include "common/flow/tctext_parse.h"
#include "common/flow/text.h"

void tc_format_protocol(struct text *t, uint16_t type_be)
{
	const char *name = tc_protocol_name(type_be);

	if (name)
		text_add(t, "%s", name);
	else
		text_add(t, "0x%04x", ntohs(type_be));
}

/*
 * Addresses
 */

/* The number of leading ones, or -1 if they are not all of the ones. */
static int prefix_len(const uint8_t *p, size_t size)
{
	size_t bits = 0;

	while (bits < size * 8 && p[bits / 8] & (0x80 >> bits % 8))
		bits++;
	for (size_t i = bits; i < size * 8; i++)
		if (p[i / 8] & (0x80 >> i % 8))
			return -1;
	return (int)bits;
}

static void add_addr(struct text *t, const struct flow_field *f,
		     const struct flow_match *m)
{
	int bits = prefix_len((const uint8_t *)&m->mask + f->offset, f->size);

	text_field(t, f, &m->key, false);
	if (flow_field_exact(f, &m->mask))
		return;
	text_add(t, "/");
	if (bits < 0 || f->kind == FLOW_KIND_MAC)
		text_field(t, f, &m->mask, false);
	else
		text_add(t, "%d", bits);
}

/*
 * Numbers, and names for them
 */

static void add_number(struct text *t, const struct flow_field *f,
		       const struct flow_match *m)
{
	bool hex = f->kind == FLOW_KIND_HEX || f->kind == FLOW_KIND_GBP ||
		   f->kind == FLOW_KIND_TCP_FLAGS ||
		   f->kind == FLOW_KIND_BARE_HEX;

	text_field(t, f, &m->key, hex);
	if (flow_field_exact(f, &m->mask))
		return;
	/* The masks of ICMP are decimal for tc. */
	text_add(t, "/");
	text_field(t, f, &m->mask, f->kind != FLOW_KIND_UINT || f->size > 1);
}

static void add_named(struct text *t, const struct flow_field *f,
		      const struct flow_match *m, const struct tc_name *names,
		      bool hex)
{
	const char *name = tc_name_of(names, flow_field_get(f, &m->key));

	if (name && flow_field_exact(f, &m->mask)) {
		text_add(t, "%s", name);
		return;
	}
	text_field(t, f, &m->key, hex);
	if (flow_field_exact(f, &m->mask))
		return;
	text_add(t, "/");
	text_field(t, f, &m->mask, true);
}

static void add_ethertype(struct text *t, const struct flow_field *f,
			  const struct flow_match *m)
{
	tc_format_protocol(t, htons((uint16_t)flow_field_get(f, &m->key)));
}

static void add_ip_proto(struct text *t, const struct flow_field *f,
			 const struct flow_match *m)
{
	add_named(t, f, m, tc_ip_protos, true);
}

static void add_arp_op(struct text *t, const struct flow_field *f,
		       const struct flow_match *m)
{
	add_named(t, f, m, tc_arp_ops, false);
}

static void add_ppp_proto(struct text *t, const struct flow_field *f,
			  const struct flow_match *m)
{
	add_named(t, f, m, tc_ppp_protos, true);
}

static void add_range(struct text *t, const struct flow_field *f,
		      const struct flow_match *m)
{
	text_field(t, f, &m->key, false);
	text_add(t, "-");
	text_field(t, f + 1, &m->key, false);
}

/*
 * Bits with names
 */

static void add_bits(struct text *t, const struct flow_field *f,
		     const struct flow_match *m, const struct tc_name *names)
{
	uint32_t key = flow_field_get(f, &m->key);
	uint32_t mask = flow_field_get(f, &m->mask);
	const char *between = "";

	for (; names->name; names++) {
		if (!(mask & names->value))
			continue;
		text_add(t, "%s%s%s", between,
			 key & names->value ? "" : "no", names->name);
		between = "/";
	}
}

static void add_frag(struct text *t, const struct flow_field *f,
		     const struct flow_match *m)
{
	add_bits(t, f, m, tc_frag_bits);
}

static void add_enc_flags(struct text *t, const struct flow_field *f,
			  const struct flow_match *m)
{
	add_bits(t, f, m, tc_enc_bits);
}

static void add_ct_state(struct text *t, const struct flow_field *f,
			 const struct flow_match *m)
{
	uint32_t key = flow_field_get(f, &m->key);
	uint32_t mask = flow_field_get(f, &m->mask);

	for (const struct tc_name *n = tc_ct_bits; n->name; n++)
		if (mask & n->value)
			text_add(t, "%c%s", key & n->value ? '+' : '-',
				 n->name);
}

/*
 * Bytes
 */

static void add_hex(struct text *t, const struct flow_field *f,
		    const struct flow_key *k)
{
	const uint8_t *p = (const uint8_t *)k + f->offset;

	for (size_t i = 0; i < f->size; i++)
		text_add(t, "%02x", p[i]);
}

static void add_label(struct text *t, const struct flow_field *f,
		      const struct flow_match *m)
{
	add_hex(t, f, &m->key);
	if (flow_field_exact(f, &m->mask))
		return;
	text_add(t, "/");
	add_hex(t, f, &m->mask);
}

static void add_ifname(struct text *t, const struct flow_field *f,
		       const struct flow_match *m)
{
	text_add(t, "%.*s", (int)f->size, (const char *)&m->key + f->offset);
}

static void add_geneve(struct text *t, const struct flow_field *f,
		       const struct flow_match *m)
{
	(void)f;
	tc_format_geneve(t, m);
}

static void (*const formatters[])(struct text *t, const struct flow_field *f,
				  const struct flow_match *m) = {
	[FLOW_KIND_MAC] = add_addr,
	[FLOW_KIND_IPV4] = add_addr,
	[FLOW_KIND_IPV6] = add_addr,
	[FLOW_KIND_ETHERTYPE] = add_ethertype,
	[FLOW_KIND_IP_PROTO] = add_ip_proto,
	[FLOW_KIND_ARP_OP] = add_arp_op,
	[FLOW_KIND_PPP_PROTO] = add_ppp_proto,
	[FLOW_KIND_FRAG] = add_frag,
	[FLOW_KIND_ENC_FLAGS] = add_enc_flags,
	[FLOW_KIND_CT_STATE] = add_ct_state,
	[FLOW_KIND_LABEL] = add_label,
	[FLOW_KIND_GENEVE] = add_geneve,
	[FLOW_KIND_PORT_RANGE] = add_range,
	[FLOW_KIND_IFNAME] = add_ifname,
};

/* Parts that are rows: 2::1:0x3f/2::1:0xff.  A part that the options have in
 * another version only is left out. */
static void add_parts(struct text *t, const struct flow_field *f,
		      const struct flow_match *m, const struct flow_key *k)
{
	const struct flow_field *end = flow_fields + flow_n_fields;

	for (const struct flow_field *g = f;
	     g < end && tc_is_next_part(f, g); g++) {
		if (g != f)
			text_add(t, ":");
		if (!flow_field_applies(g, m))
			continue;
		if (g->kind == FLOW_KIND_ERSPAN_VER)
			text_field(t, g, &m->key, false);
		else
			text_field(t, g, k, g->kind != FLOW_KIND_UINT);
	}
}

static bool all_exact(const struct flow_field *f, const struct flow_match *m)
{
	const struct flow_field *end = flow_fields + flow_n_fields;

	for (const struct flow_field *g = f;
	     g < end && tc_is_next_part(f, g); g++)
		if (flow_field_applies(g, m) && !flow_field_exact(g, &m->mask))
			return false;
	return true;
}

/* Also if it is a later part that is matched: places tell them apart. */
static void add_opts(struct text *t, const struct flow_field *f,
		     const struct flow_match *m)
{
	while (f > flow_fields && tc_is_next_part(f - 1, f))
		f--;
	add_parts(t, f, m, &m->key);
	if (all_exact(f, m))
		return;
	text_add(t, "/");
	add_parts(t, f, m, &m->mask);
}

/* skip: characters of the word that were said before. */
static void add_key(struct text *t, const struct flow_field *f,
		    const struct flow_match *m, size_t skip)
{
	if (f->kind == FLOW_KIND_MPLS_OPTS) {
		tc_format_mpls(t, m);
		return;
	}
	text_add(t, "%s ", f->tc + skip);
	if (f->kind < ARRAY_LEN(formatters) && formatters[f->kind])
		formatters[f->kind](t, f, m);
	else if (f->opts)
		add_opts(t, f, m);
	else
		add_number(t, f, m);
}

void tc_format_key(struct text *t, const struct flow_field *f,
		   const struct flow_match *m)
{
	add_key(t, f, m, 0);
}

/* Is it in the value of the row before? */
static bool is_told_by(const struct flow_field *last,
		       const struct flow_field *f)
{
	if (!last)
		return false;
	return (f->kind == FLOW_KIND_PORT_RANGE && last == f - 1 &&
		last->kind == f->kind && strcmp(last->tc, f->tc) == 0) ||
	       tc_is_next_part(last, f);
}

/* Of "cfm op" behind "cfm mdl" the second word only. */
static size_t same_group(const struct flow_field *last,
			 const struct flow_field *f)
{
	const char *blank = strchr(f->tc, ' ');
	size_t len = blank ? (size_t)(blank + 1 - f->tc) : 0;

	return last && strncmp(last->tc, f->tc, len) == 0 ? len : 0;
}

void tc_format_keys(struct text *t, const struct flow_match *m)
{
	const struct flow_field *last = NULL;
	struct flow_rows rows;

	(void)flow_match_rows(m, &rows);
	for (size_t row = 0; (row = flow_rows_next(&rows, row)) < flow_n_fields;
	     row++) {
		const struct flow_field *f = &flow_fields[row];

		if (!f->tc || is_told_by(last, f))
			continue;
		text_add(t, " ");
		add_key(t, f, m, same_group(last, f));
		last = f;
	}
}
