/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Packed keys, a few bytes each and a million of them: a pool for each size.
 * Who keeps a key knows its size, which follows from its mask.
 */
#ifndef SWOFFD_CORE_KEYPOOL_H
#define SWOFFD_CORE_KEYPOOL_H

#include "common/base/pool.h"
#include "common/flow/field.h"

/* Sizes in steps of 8 bytes up to 64, then of 64. */
#define KEYPOOL_FINE 8
#define KEYPOOL_CLASSES \
	(KEYPOOL_FINE + (sizeof(struct flow_key) + 63) / 64)

/* {0} is empty. */
struct keypool {
	struct pool pools[KEYPOOL_CLASSES];
};

void keypool_fini(struct keypool *k);

/* A copy of size bytes; POOL_NONE: no memory. */
uint32_t keypool_add(struct keypool *k, const uint8_t *key, uint16_t size);
void keypool_del(struct keypool *k, uint32_t id, uint16_t size);

/* Borrowed until the next key is added. */
const uint8_t *keypool_at(const struct keypool *k, uint32_t id, uint16_t size);

#endif
