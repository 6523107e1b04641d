/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A field of a datapath flow as text.  Which form it has, is said. */
#include "common/flow/odp_show.h"

#include <arpa/inet.h>
#include <endian.h>
#include <stdio.h>
#include <string.h>

#include "common/flow/odp_flags.h"

#define TAGS (FLOW_NEED_VLAN | FLOW_NEED_CVLAN)

/* Those have 0x even for zero. */
static bool has_prefix(const struct flow_field *f)
{
	return f->kind == FLOW_KIND_U64 || f->kind == FLOW_KIND_ETHERTYPE ||
	       (f->kind == FLOW_KIND_HEX && f->odp_group &&
		(strcmp(f->odp_group, "nsh") == 0 ||
		 strcmp(f->odp_group, "nd_ext") == 0));
}

static bool is_in_hex(const struct flow_field *f)
{
	return f->kind == FLOW_KIND_HEX || f->kind == FLOW_KIND_LABEL;
}

size_t odp_stack_size(const struct flow_match *m, bool *exact)
{
	size_t n = FLOW_MAX_MPLS;

	while (n > 1 && !flow_mask_any(&m->mask, offsetof(struct flow_key, mpls)
				       + (n - 1) * sizeof(struct flow_mpls),
				       sizeof(struct flow_mpls)))
		n--;
	*exact = true;
	for (size_t i = 0; i < n; i++) {
		const struct flow_mpls *mask = &m->mask.mpls[i];

		if (mask->label != 0xfffff || mask->tc != 7 ||
		    mask->bos != 1 || mask->ttl != UINT8_MAX)
			*exact = false;
	}
	return n;
}

/* Of a label stack all masks are written, or none. */
static unsigned int mpls_form(const struct flow_field *f,
			      const struct flow_match *m)
{
	bool exact;

	(void)odp_stack_size(m, &exact);
	if (exact)
		return 0;
	return f->max > 7 ? ODP_FORM_MASK | ODP_FORM_MASK_HEX : ODP_FORM_MASK;
}

unsigned int odp_usual_form(const struct flow_field *f,
			    const struct flow_match *m)
{
	bool exact = flow_field_exact(f, &m->mask);
	unsigned int form = 0;

	if (f->kind == FLOW_KIND_DP_CT_STATE)
		return ODP_FORM_SIGNS;
	if (odp_is_flags(f))
		return exact ? ODP_FORM_WORDS : ODP_FORM_SIGNS;
	if (f->kind == FLOW_KIND_FRAG)
		return 0;
	if (f->need & FLOW_NEED_MPLS)
		return mpls_form(f, m);
	if (has_prefix(f) || (is_in_hex(f) && flow_field_any(f, &m->key)))
		form |= ODP_FORM_HEX;
	if (exact)
		return form;
	form |= ODP_FORM_MASK;
	if (has_prefix(f) || f->need & TAGS || flow_field_any(f, &m->mask))
		form |= ODP_FORM_MASK_HEX;
	return form;
}

static void text_frag(struct text *t, const struct flow_field *f,
		      const struct flow_match *m)
{
	uint32_t key = flow_field_get(f, &m->key);

	if (!(key & FLOW_FRAG_IS_FRAGMENT))
		text_str(t, "no");
	else
		text_str(t, key & FLOW_FRAG_FIRST ? "first" : "later");
}

static void text_label(struct text *t, const uint8_t *label)
{
	uint8_t number[sizeof(flow_label_t)];

	for (size_t i = 0; i < sizeof(number); i++)
		number[i] = label[sizeof(number) - 1 - i];
	odp_text_hex(t, number, sizeof(number));
}

static void text_u64(struct text *t, const void *at, bool hex)
{
	uint64_t v;

	memcpy(&v, at, sizeof(v));
	text_uint(t, be64toh(v), hex);
}

static void text_plain(struct text *t, const struct flow_field *f,
		       const struct flow_key *k, bool hex)
{
	const void *at = (const char *)k + f->offset;

	if (f->kind == FLOW_KIND_U64)
		text_u64(t, at, hex);
	else if (f->kind == FLOW_KIND_LABEL)
		text_label(t, at);
	else if (f->kind == FLOW_KIND_ETHERTYPE && hex)
		text_add(t, "0x%04x", flow_field_get(f, k));
	else
		text_field(t, f, k, hex);
}

/* id is 16 bits of it, flags are 8. */
static void text_gbp(struct text *t, const struct flow_field *f,
		     const struct flow_match *m)
{
	uint32_t key = flow_field_get(f, &m->key);
	uint32_t mask = flow_field_get(f, &m->mask);

	text_add(t, "gbp(id=%u", key & UINT16_MAX);
	if ((mask & UINT16_MAX) != UINT16_MAX)
		text_add(t, "/%#x", mask & UINT16_MAX);
	text_add(t, ",flags=%#x", key >> 16 & UINT8_MAX);
	if ((mask >> 16 & UINT8_MAX) != UINT8_MAX)
		text_add(t, "/%#x", mask >> 16 & UINT8_MAX);
	text_str(t, ")");
}

void odp_text_value(struct text *t, const struct flow_field *f,
		    const struct flow_match *m, unsigned int form)
{
	switch (f->kind) {
	case FLOW_KIND_FRAG:
		text_frag(t, f, m);
		return;
	case FLOW_KIND_GBP:
		text_gbp(t, f, m);
		return;
	case FLOW_KIND_GENEVE:
		odp_text_geneve(t, (const void *)((const char *)&m->key +
						  f->offset),
				(const void *)((const char *)&m->mask +
					       f->offset));
		return;
	}
	if (form & (ODP_FORM_WORDS | ODP_FORM_SIGNS)) {
		odp_text_flags(t, f, m, form & ODP_FORM_SIGNS);
		return;
	}
	text_plain(t, f, &m->key, form & ODP_FORM_HEX);
	if (!(form & ODP_FORM_MASK))
		return;
	text_str(t, "/");
	text_plain(t, f, &m->mask, form & ODP_FORM_MASK_HEX);
}

void odp_text_field(struct text *t, const struct flow_field *f,
		    const struct flow_match *m, unsigned int form)
{
	bool parens = f->kind == FLOW_KIND_GENEVE || f->kind == FLOW_KIND_GBP ||
		      f->kind == FLOW_KIND_TUN_FLAGS;
	const char *slash;

	if (f->odp_group && f->odp_name) {
		slash = strchr(f->odp_name, '/');
		text_str(t, slash ? slash + 1 : f->odp_name);
		text_str(t, parens ? "(" : "=");
	}
	odp_text_value(t, f, m, form);
	if (parens)
		text_str(t, ")");
}
