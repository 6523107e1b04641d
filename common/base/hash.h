/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An index from a key to a record number: open addressing, four bytes of
 * number and four of hash a cell.  The records, and what makes two of them
 * equal, belong to the caller.  Hashing itself is xxhash's.
 */
#ifndef COMMON_BASE_HASH_H
#define COMMON_BASE_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/pages.h"

#define HASH_NONE UINT32_MAX

struct hash {
	struct pages pages;   /* of cells */
	uint32_t n_cells;     /* a power of two, or 0 before the first add */
	uint32_t n_used;      /* live entries */
	uint32_t n_filled;    /* live entries and tombstones */
};

/* Does record id have this key?  key and ctx are passed through. */
typedef bool (*hash_equal_fn)(uint32_t id, const void *key, const void *ctx);

uint32_t hash_bytes(const void *data, size_t size);
uint64_t hash_bytes64(const void *data, size_t size);

/* {0} is an empty index. */
void hash_fini(struct hash *h);

/* The number of the record with this key, or HASH_NONE. */
uint32_t hash_find(const struct hash *h, uint32_t hash, hash_equal_fn equal,
		   const void *key, const void *ctx);

/* The caller knows that the key is not there yet, and id is less than
 * HASH_NONE - 1; -ENOMEM. */
int hash_add(struct hash *h, uint32_t hash, uint32_t id);

/* Removes exactly (hash, id); nothing happens if it is not there. */
void hash_del(struct hash *h, uint32_t hash, uint32_t id);

#endif
