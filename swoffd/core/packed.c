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

static bool any_word(const struct flow_key *k, size_t from)
{
	uint64_t any = 0;

#pragma GCC unroll 8
	for (size_t i = from; i < from + STRIDE; i++)
		any |= word_at(k, i);
	return any;
}

static uint8_t *pack_bytes(const uint8_t *key, const uint8_t *mask, size_t n,
			   uint8_t *out)
{
	for (size_t i = 0; i < n; i++) {
		*out = key[i];
		out += mask[i] != 0;
	}
	return out;
}

/* Bytes of the word where the mask has a bit, next to each other; most masks
 * have all bits of four bytes, or none. */
static uint8_t *pack_word(uint64_t key, uint64_t mask, uint8_t *out)
{
	uint8_t k[sizeof(key)], m[sizeof(mask)];
	uint32_t half;

	key &= mask;
	memcpy(k, &key, sizeof(k));
	memcpy(m, &mask, sizeof(m));
	for (size_t i = 0; i < sizeof(k); i += sizeof(half)) {
		memcpy(&half, m + i, sizeof(half));
		if (half == UINT32_MAX) {
			memcpy(out, k + i, sizeof(half));
			out += sizeof(half);
		} else if (half) {
			out = pack_bytes(k + i, m + i, sizeof(half), out);
		}
	}
	return out;
}

static const uint8_t *open_bytes(const uint8_t *in, const uint8_t *mask,
				 size_t n, uint8_t *out)
{
	for (size_t i = 0; i < n; i++)
		if (mask[i])
			out[i] = *in++;
	return in;
}

static const uint8_t *open_word(const uint8_t *in, uint64_t mask,
				uint8_t *out)
{
	uint8_t m[sizeof(mask)];
	uint32_t half;

	memcpy(m, &mask, sizeof(m));
	for (size_t i = 0; i < sizeof(m); i += sizeof(half)) {
		memcpy(&half, m + i, sizeof(half));
		if (half == UINT32_MAX) {
			memcpy(out + i, in, sizeof(half));
			in += sizeof(half);
		} else if (half) {
			in = open_bytes(in, m + i, sizeof(half), out + i);
		}
	}
	return in;
}

/* What is packed grows by one word after the other. */
struct packer {
	const struct flow_match *match;
	uint64_t *bitmap, *words;
	/* pack_bytes() writes up to a byte behind what it keeps. */
	uint8_t key[sizeof(struct flow_key) + 1], *end;
};

static void pack_words(struct packer *p, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++) {
		uint64_t m = word_at(&p->match->mask, i);

		if (!m)
			continue;
		p->bitmap[i / 64] |= (uint64_t)1 << i % 64;
		*p->words++ = m;
		p->end = pack_word(word_at(&p->match->key, i), m, p->end);
	}
}

void packed_make(const struct flow_match *match, struct packed *out)
{
	struct packer p;
	size_t i;

	p.match = match;
	p.bitmap = out->mask + 1;
	p.words = p.bitmap + PACKED_BITMAP;
	p.end = p.key;
	memset(p.bitmap, 0, PACKED_BITMAP * sizeof(*p.bitmap));
	for (i = 0; i + STRIDE <= PACKED_WORDS; i += STRIDE)
		if (any_word(&match->mask, i))
			pack_words(&p, i, i + STRIDE);
	pack_words(&p, i, PACKED_WORDS);
	out->key_size = (uint16_t)(p.end - p.key);
	out->mask[0] = out->key_size;
	memcpy(out->key, p.key, out->key_size);
	out->mask_size = (uint16_t)((uint8_t *)p.words -
				    (uint8_t *)out->mask);
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
