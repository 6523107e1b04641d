/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which rows of the field table a match is made of: those whose needs it meets
 * and whose bits are in its mask.  Knows no text and no netlink.
 */
#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <netinet/in.h>
#include <string.h>

#include "common/base/cleanup.h"
#include "common/flow/field.h"
#include "common/flow/uapi.h"

bool flow_is_tpid(uint16_t eth_type_be)
{
	return eth_type_be == htons(ETH_P_8021Q) ||
	       eth_type_be == htons(ETH_P_8021AD);
}

/*
 * What a match holds exactly.  The number of tags says that there is a tag
 * where its ethertype is not matched.
 */

static bool more_vlans_than(const struct flow_match *m, uint8_t n)
{
	return m->mask.num_of_vlans && m->key.num_of_vlans > n;
}

static bool has_vlan(const struct flow_match *m)
{
	return m->mask.eth_type_be ?
		       m->mask.eth_type_be == UINT16_MAX &&
			       flow_is_tpid(m->key.eth_type_be) :
		       more_vlans_than(m, 0);
}

static bool has_cvlan(const struct flow_match *m)
{
	if (!has_vlan(m))
		return false;
	return m->mask.vlan_eth_type_be ?
		       m->mask.vlan_eth_type_be == UINT16_MAX &&
			       flow_is_tpid(m->key.vlan_eth_type_be) :
		       more_vlans_than(m, 1);
}

/* Behind the tags. */
static uint16_t type_of(const struct flow_match *m, bool vlan, bool cvlan)
{
	uint16_t type = m->key.eth_type_be, mask = m->mask.eth_type_be;

	if (cvlan) {
		type = m->key.cvlan_eth_type_be;
		mask = m->mask.cvlan_eth_type_be;
	} else if (vlan) {
		type = m->key.vlan_eth_type_be;
		mask = m->mask.vlan_eth_type_be;
	}
	return mask == UINT16_MAX ? ntohs(type) : 0;
}

/* linux/ppp_defs.h; the others have no ethertype. */
static uint16_t type_in_ppp(const struct flow_match *m)
{
	if (m->mask.ppp_proto_be != UINT16_MAX)
		return ETH_P_PPP_SES;
	switch (ntohs(m->key.ppp_proto_be)) {
	case UAPI_PPP_IP:
		return ETH_P_IP;
	case UAPI_PPP_IPV6:
		return ETH_P_IPV6;
	case UAPI_PPP_MPLS_UC:
		return ETH_P_MPLS_UC;
	case UAPI_PPP_MPLS_MC:
		return ETH_P_MPLS_MC;
	default:
		return ETH_P_PPP_SES;
	}
}

uint16_t flow_match_l3_type(const struct flow_match *m)
{
	uint16_t type = type_of(m, has_vlan(m), has_cvlan(m));

	return type == ETH_P_PPP_SES ? type_in_ppp(m) : type;
}

static unsigned int has_type(uint16_t type)
{
	switch (type) {
	case ETH_P_IP:
		return FLOW_NEED_IPV4;
	case ETH_P_IPV6:
		return FLOW_NEED_IPV6;
	case ETH_P_ARP:
	case ETH_P_RARP:
		return FLOW_NEED_ARP;
	case ETH_P_MPLS_UC:
	case ETH_P_MPLS_MC:
		return FLOW_NEED_MPLS;
	case ETH_P_CFM:
		return FLOW_NEED_CFM;
	default:
		return 0;
	}
}

static unsigned int has_ip_proto(const struct flow_match *m)
{
	if (m->mask.ip_proto != UINT8_MAX)
		return 0;
	switch (m->key.ip_proto) {
	case IPPROTO_TCP:
	case IPPROTO_UDP:
	case IPPROTO_SCTP:
		return FLOW_NEED_PORTS;
	case IPPROTO_ESP:
	case IPPROTO_AH:
		return FLOW_NEED_IPSEC;
	default:
		return 0;
	}
}

static unsigned int has_erspan(const struct flow_match *m)
{
	if (m->mask.enc_erspan_ver != UINT8_MAX)
		return 0;
	return m->key.enc_erspan_ver == 1 ? FLOW_NEED_ERSPAN1 :
	       m->key.enc_erspan_ver == 2 ? FLOW_NEED_ERSPAN2 : 0;
}

unsigned int flow_match_has(const struct flow_match *m)
{
	bool vlan = has_vlan(m), cvlan = vlan && has_cvlan(m);
	uint16_t type = type_of(m, vlan, cvlan);
	unsigned int has = 0;

	if (vlan)
		has |= FLOW_NEED_VLAN;
	if (cvlan)
		has |= FLOW_NEED_CVLAN;
	if (type == ETH_P_PPP_SES) {
		has |= FLOW_NEED_PPP;
		type = type_in_ppp(m);
	}
	return has | has_type(type) | has_ip_proto(m) | has_erspan(m);
}

bool flow_field_applies_to(const struct flow_field *f,
			   const struct flow_match *m, unsigned int has)
{
	if (f->need & FLOW_NEED_L3 && !(f->need & FLOW_NEED_L3 & has))
		return false;
	if (f->need & ~FLOW_NEED_L3 & ~has)
		return false;
	return !f->need_proto || (m->mask.ip_proto == UINT8_MAX &&
				  m->key.ip_proto == f->need_proto);
}

bool flow_field_applies(const struct flow_field *f, const struct flow_match *m)
{
	return flow_field_applies_to(f, m, flow_match_has(m));
}

bool flow_match_deep_mpls(const struct flow_key *mask)
{
	return mask->mpls[0].there ||
	       flow_mask_any(mask, offsetof(struct flow_key, mpls[1]),
			     sizeof(mask->mpls) - sizeof(mask->mpls[0]));
}

/*
 * Which rows a match uses, asked for each rule: words of the mask that are
 * zero, which most are, cost one comparison.
 */

#define WORD sizeof(uint64_t)
#define N_WORDS (sizeof(struct flow_key) / WORD)
#define MAX_PARTS (2 * FLOW_MAX_FIELDS)

_Static_assert(sizeof(struct flow_key) % WORD == 0, "whole words");

/* What a row has in a word; those of a word lie side by side. */
static struct part {
	uint64_t bytes;
	uint8_t row;
} parts[MAX_PARTS];
static uint16_t first_part[N_WORDS + 1];

static uint64_t bytes_in_word(const struct flow_field *f, size_t word)
{
	uint8_t bytes[WORD] = { 0 };
	uint64_t out;

	for (size_t i = 0; i < WORD; i++)
		if (word * WORD + i - f->offset < f->size)
			bytes[i] = UINT8_MAX;
	memcpy(&out, bytes, WORD);
	return out;
}

/* Before main(): threads read it. */
__attribute__((constructor)) static void split_into_parts(void)
{
	size_t n = 0;

	for (size_t word = 0; word < N_WORDS; word++) {
		first_part[word] = (uint16_t)n;
		for (size_t row = 0; row < flow_n_fields; row++) {
			uint64_t bytes = bytes_in_word(&flow_fields[row],
						       word);

			if (bytes)
				parts[n++] = (struct part){ bytes,
							    (uint8_t)row };
		}
	}
	first_part[N_WORDS] = (uint16_t)n;
}

/* Of the rows for a label stack, either the one or the others. */
static bool speaks(const struct flow_field *f, const struct flow_match *m,
		   unsigned int has)
{
	if (!flow_field_applies_to(f, m, has))
		return false;
	return !(f->need & FLOW_NEED_MPLS) ||
	       flow_match_deep_mpls(&m->mask) ==
		       (f->kind == FLOW_KIND_MPLS_OPTS);
}

static uint64_t get_word(const struct flow_key *mask, size_t word)
{
	uint64_t out;

	memcpy(&out, (const char *)mask + word * WORD, WORD);
	return out;
}

/* The first word from this one on that is not zero. */
static size_t next_word(const struct flow_key *mask, size_t word)
{
	while (word + 4 <= N_WORDS &&
	       !(get_word(mask, word) | get_word(mask, word + 1) |
		 get_word(mask, word + 2) | get_word(mask, word + 3)))
		word += 4;
	while (word < N_WORDS && !get_word(mask, word))
		word++;
	return word;
}

bool flow_match_rows(const struct flow_match *m, struct flow_rows *out)
{
	unsigned int has = flow_match_has(m);

	*out = (struct flow_rows){ { 0 } };
	for (size_t word = 0; (word = next_word(&m->mask, word)) < N_WORDS;
	     word++) {
		uint64_t mask = get_word(&m->mask, word), left = mask;

		for (size_t i = first_part[word]; i < first_part[word + 1];
		     i++) {
			const struct part *p = &parts[i];

			if (!(mask & p->bytes) ||
			    !speaks(&flow_fields[p->row], m, has))
				continue;
			out->bits[p->row / 64] |= (uint64_t)1 << p->row % 64;
			left &= ~p->bytes;
		}
		if (left)
			return false;
	}
	return true;
}

size_t flow_rows_next(const struct flow_rows *rows, size_t from)
{
	for (size_t i = from / 64; i < ARRAY_LEN(rows->bits); i++) {
		uint64_t bits = rows->bits[i];

		if (i == from / 64)
			bits &= ~(uint64_t)0 << from % 64;
		if (bits)
			return i * 64 + (size_t)__builtin_ctzll(bits);
	}
	return flow_n_fields;
}
