/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The fields of headers that act_pedit rewrites, by the names that tc(8) has
 * for them, and the 32-bit words that stand for a write.  Knows no text and no
 * netlink; both walk the table.
 */
#ifndef COMMON_FLOW_PEDIT_H
#define COMMON_FLOW_PEDIT_H

#include "common/flow/rule.h"

/* The kernel counts them in a byte, and so does tc. */
#define PEDIT_MAX_KEYS 128

enum pedit_kind { PEDIT_UINT, PEDIT_IPV4, PEDIT_IPV6, PEDIT_MAC };

/* What of a field is written if nobody says otherwise: bits of a number. */
struct pedit_field {
	const char *header;            /* "ip" */
	const char *word;              /* "ttl" */
	bool prefix;                   /* tc takes beginnings of the word */
	bool legacy;                   /* of "pedit" without "ex" only: counted
					* from the IPv4 header */
	bool extended;                 /* of "pedit ex" only */
	bool can_decrement;
	uint16_t htype;                /* TCA_PEDIT_KEY_EX_HDR_TYPE_*; NETWORK
					* if not extended */
	uint8_t offset, size;          /* bytes in that header */
	uint8_t shift;                 /* bits that the value stands left of
					* the end of these bytes */
	uint8_t kind;                  /* enum pedit_kind */
	uint32_t bits;                 /* written by default */
};

extern const struct pedit_field pedit_fields[];
extern const size_t pedit_n_fields;

/* "ip", "tcp" … as munge and our own texts have it; NULL. */
const char *pedit_header_name(uint16_t htype);

/* One more key, zeroed, for the action, which is the last of the rule; NULL:
 * no room. */
struct rule_pedit_key *pedit_add_key(struct rule *r, struct rule_action *a);

/*
 * Appends the keys that write size bytes at offset in a header of this type:
 * of value the bits that are set in bits (NULL: all), the rest of the packet
 * stays.  A word of 32 bits is a key, as tc and Open vSwitch have it; words
 * of which nothing is written have none.  The action must be the last of the
 * rule.  -ENOSPC: too many keys, or too much data; keys that fitted remain.
 */
int pedit_write(struct rule *r, struct rule_action *a, uint16_t htype,
		unsigned int offset, unsigned int size, const uint8_t *value,
		const uint8_t *bits);

static inline size_t pedit_n_keys(const struct rule_action *a)
{
	return a->data_size / sizeof(struct rule_pedit_key);
}

#endif
