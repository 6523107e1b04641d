/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Words for fields that are matched without what gives them a meaning. */
#include "common/flow/conflict.h"

#include <arpa/inet.h>

#include "common/base/cleanup.h"

/* What a field needs beside ethertypes and one IP protocol. */
static const struct {
	unsigned int need;
	const char *what;
} needs[] = {
	{ FLOW_NEED_PORTS, "ip_proto 6, 17 or 132" },
	{ FLOW_NEED_IPSEC, "ip_proto 50 or 51" },
	{ FLOW_NEED_ERSPAN1, "erspan_ver 1" },
	{ FLOW_NEED_ERSPAN2, "erspan_ver 2" },
};

static const char *what_it_needs(const struct flow_field *f)
{
	for (size_t i = 0; i < ARRAY_LEN(needs); i++)
		if (f->need & needs[i].need)
			return needs[i].what;
	return NULL;
}

static void add_tag(struct reason_list *reasons, const struct flow_field *f,
		    const struct flow_match *m)
{
	bool first = f->need & FLOW_NEED_VLAN;
	uint16_t type_be = first ? m->key.eth_type_be :
				   m->key.vlan_eth_type_be;

	if (type_be)
		reason_add(reasons, REASON_KEY_CONFLICT, 0,
			   "%s with eth_type 0x%04x", f->name, ntohs(type_be));
	else
		reason_add(reasons, REASON_KEY_CONFLICT, 0, "%s without %s",
			   f->name, first ? "eth_type" : "vlan_eth_type");
}

/* Is it the ethertype that is missing? */
static bool has_wrong_type(const struct flow_field *f,
			   const struct flow_match *m)
{
	struct flow_field needs_type = *f;

	needs_type.need_proto = 0;
	for (size_t i = 0; i < ARRAY_LEN(needs); i++)
		needs_type.need &= (uint16_t)~needs[i].need;
	return !flow_field_applies(&needs_type, m);
}

void conflict_add(struct reason_list *reasons, const struct flow_field *f,
		  const struct flow_match *m)
{
	const char *what = what_it_needs(f);
	uint16_t l3 = flow_match_l3_type(m);

	if (f->need & (FLOW_NEED_VLAN | FLOW_NEED_CVLAN))
		add_tag(reasons, f, m);
	else if (f->need_proto && m->mask.ip_proto == 0xff &&
		 m->key.ip_proto != f->need_proto)
		reason_add(reasons, REASON_KEY_CONFLICT, 0,
			   "%s with ip_proto %u", f->name, m->key.ip_proto);
	else if (f->need_proto && m->mask.ip_proto != 0xff)
		reason_add(reasons, REASON_KEY_CONFLICT, 0,
			   "%s without ip_proto %u", f->name, f->need_proto);
	else if (what && !has_wrong_type(f, m))
		reason_add(reasons, REASON_KEY_CONFLICT, 0, "%s without %s",
			   f->name, what);
	else if (l3)
		reason_add(reasons, REASON_KEY_CONFLICT, 0,
			   "%s with eth_type 0x%04x", f->name, l3);
	else
		reason_add(reasons, REASON_KEY_CONFLICT, 0,
			   "%s without eth_type", f->name);
}

/*
 * Together
 */

/* The kernel takes an ethertype for that of a tag if there are enough tags. */
static void find_vlans(struct reason_list *reasons, const struct flow_match *m)
{
	const struct {
		uint16_t type_be, mask_be;
	} tags[] = {
		{ m->key.eth_type_be, m->mask.eth_type_be },
		{ m->key.vlan_eth_type_be, m->mask.vlan_eth_type_be },
	};

	for (unsigned int i = 0; i < ARRAY_LEN(tags); i++)
		if (m->key.num_of_vlans > i && tags[i].mask_be &&
		    !flow_is_tpid(tags[i].type_be))
			reason_add(reasons, REASON_KEY_CONFLICT, 0,
				   "num_of_vlans %u with eth_type 0x%04x",
				   m->key.num_of_vlans,
				   ntohs(tags[i].type_be));
}

#define IN(member) \
	offsetof(struct flow_key, member), \
	sizeof(((struct flow_key *)0)->member)

/* A tunnel packet is of one family, and has options of one kind.  The mask of
 * Geneve options has their length. */
static const struct {
	const char *name;
	uint8_t group;
	uint16_t offset, size;
} exclusive[] = {
	{ "enc_ipv4_src", 0, IN(enc_ipv4_src_be) },
	{ "enc_ipv4_dst", 0, IN(enc_ipv4_dst_be) },
	{ "enc_ipv6_src", 1, IN(enc_ipv6_src) },
	{ "enc_ipv6_dst", 1, IN(enc_ipv6_dst) },
	{ "geneve", 2, IN(enc_geneve.len) },
	{ "vxlan_gbp", 3, IN(enc_vxlan_gbp) },
	{ "erspan_ver", 4, IN(enc_erspan_ver) },
	{ "gtp_pdu_type", 5, IN(enc_gtp_pdu_type) },
	{ "gtp_qfi", 5, IN(enc_gtp_qfi) },
};

#define FIRST_OPTIONS 2        /* group */

static bool exclude(size_t a, size_t b)
{
	return exclusive[a].group != exclusive[b].group &&
	       (exclusive[a].group < FIRST_OPTIONS) ==
		       (exclusive[b].group < FIRST_OPTIONS);
}

static void find_exclusive(struct reason_list *reasons,
			   const struct flow_match *m)
{
	size_t used[ARRAY_LEN(exclusive)], n = 0;

	for (size_t i = 0; i < ARRAY_LEN(exclusive); i++)
		if (flow_mask_any(&m->mask, exclusive[i].offset,
				  exclusive[i].size))
			used[n++] = i;
	for (size_t a = 0; a < n; a++)
		for (size_t b = a + 1; b < n; b++)
			if (exclude(used[a], used[b])) {
				reason_add(reasons, REASON_KEY_CONFLICT, 0,
					   "%s with %s", exclusive[used[a]].name,
					   exclusive[used[b]].name);
				return;
			}
}

void conflict_find(struct reason_list *reasons, const struct flow_match *m)
{
	find_vlans(reasons, m);
	find_exclusive(reasons, m);
}
