/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ct(…) and its nat(…) as text. */
#include <arpa/inet.h>
#include <string.h>

#include "common/flow/odp_action.h"
#include "common/flow/odp_show.h"

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

static void show_label(struct text *t, const struct odp_ct *ct)
{
	const struct flow_field *f = odp_field_of_kind(FLOW_KIND_LABEL);
	struct flow_match m = { 0 };

	memcpy(m.key.ct_label, ct->label, sizeof(ct->label));
	memcpy(m.mask.ct_label, ct->label_mask, sizeof(ct->label_mask));
	text_add(t, "label=");
	odp_text_value(t, f, &m, odp_usual_form(f, &m));
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
		show_label(t, ct);
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
