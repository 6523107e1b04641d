/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Word by word: a match is some hundred words, of which few are not zero. */
#include "swoffd/core/packed.h"

#include <string.h>

_Static_assert(sizeof(struct flow_key) % sizeof(uint64_t) == 0,
	       "made of whole words");
_Static_assert(sizeof(struct flow_key) <= UINT16_MAX,
	       "sizes are two bytes");

static uint64_t word_at(const struct flow_key *k, size_t i)
{
	uint64_t w;

	memcpy(&w, (const uint8_t *)k + i * sizeof(w), sizeof(w));
	return w;
}

#define STRIDE 8                       /* words that are looked at together */

static bool all_zero(const struct flow_key *k, size_t i)
{
	uint64_t any = 0;

	if (i + STRIDE > PACKED_WORDS)
		return false;
	for (size_t j = i; j < i + STRIDE; j++)
		any |= word_at(k, j);
	return !any;
}

/* Bytes of the word where the mask has a bit, next to each other. */
static uint8_t *pack_word(uint64_t key, uint64_t mask, uint8_t *out)
{
	uint8_t k[sizeof(key)], m[sizeof(mask)];

	key &= mask;
	memcpy(k, &key, sizeof(k));
	memcpy(m, &mask, sizeof(m));
	for (size_t i = 0; i < sizeof(k); i++) {
		*out = k[i];
		out += m[i] != 0;
	}
	return out;
}

static const uint8_t *open_word(const uint8_t *in, uint64_t mask,
				uint8_t *out)
{
	uint8_t m[sizeof(mask)];

	memcpy(m, &mask, sizeof(m));
	for (size_t i = 0; i < sizeof(m); i++)
		if (m[i])
			out[i] = *in++;
	return in;
}

void packed_make(const struct flow_match *match, struct packed *out)
{
	uint64_t *bitmap = out->mask + 1, *words = bitmap + PACKED_BITMAP;
	/* pack_word() writes up to a byte behind what it keeps. */
	uint8_t key[sizeof(out->key) + 1], *end = key;

	memset(bitmap, 0, PACKED_BITMAP * sizeof(*bitmap));
	for (size_t i = 0; i < PACKED_WORDS; i++) {
		uint64_t m = word_at(&match->mask, i);

		if (!m && all_zero(&match->mask, i))
			i += STRIDE - 1;
		if (!m)
			continue;
		bitmap[i / 64] |= (uint64_t)1 << i % 64;
		*words++ = m;
		end = pack_word(word_at(&match->key, i), m, end);
	}
	out->key_size = (uint16_t)(end - key);
	out->mask[0] = out->key_size;
	memcpy(out->key, key, out->key_size);
	out->mask_size = (uint16_t)((uint8_t *)words - (uint8_t *)out->mask);
}

void packed_open(const uint64_t *mask, const uint8_t *key,
		 struct flow_match *out)
{
	const uint64_t *bitmap = packed_bitmap(mask);
	const uint64_t *words = bitmap + PACKED_BITMAP;

	memset(out, 0, sizeof(*out));
	for (size_t b = 0; b < PACKED_BITMAP; b++)
		for (uint64_t bits = bitmap[b]; bits; bits &= bits - 1) {
			size_t at = (b * 64 + (size_t)__builtin_ctzll(bits)) *
				    sizeof(*words);

			memcpy((uint8_t *)&out->mask + at, words,
			       sizeof(*words));
			key = open_word(key, *words++,
					(uint8_t *)&out->key + at);
		}
}
