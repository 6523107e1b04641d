/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A match without the nothing in it: of the mask only the words that are not
 * zero, of the key only the bytes under the mask.  Equal matches give equal
 * bytes.
 */
#ifndef SWOFFD_CORE_PACKED_H
#define SWOFFD_CORE_PACKED_H

#include "common/flow/field.h"

#define PACKED_WORDS (sizeof(struct flow_key) / sizeof(uint64_t))
#define PACKED_BITMAP ((PACKED_WORDS + 63) / 64)

struct packed {
	uint16_t mask_size, key_size;  /* bytes */
	/* The size of the key; which words of the mask follow; those; then
	 * nothing. */
	uint64_t mask[1 + PACKED_BITMAP + PACKED_WORDS];
	uint8_t key[sizeof(struct flow_key)];
};

static inline uint16_t packed_key_size(const uint64_t *mask)
{
	return (uint16_t)mask[0];
}

/* PACKED_BITMAP words: which words of struct flow_key are matched. */
static inline const uint64_t *packed_bitmap(const uint64_t *mask)
{
	return mask + 1;
}

/* Bits of the key outside of the mask are not looked at. */
void packed_make(const struct flow_match *match, struct packed *out);

/* mask and key as packed_make() made them. */
void packed_open(const uint64_t *mask, const uint8_t *key,
		 struct flow_match *out);

#endif
