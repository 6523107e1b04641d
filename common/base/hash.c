/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Linear probing with tombstones; rebuilt when three quarters are filled. */
#include "common/base/hash.h"

#include <errno.h>
#include <stdlib.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#define HASH_MIN_CELLS 16
#define CELL_EMPTY UINT32_MAX
#define CELL_GONE (UINT32_MAX - 1)

struct hash_cell {
	uint32_t hash;
	uint32_t id;
};

uint64_t hash_bytes64(const void *data, size_t size)
{
	return XXH3_64bits(data, size);
}

uint32_t hash_bytes(const void *data, size_t size)
{
	return (uint32_t)hash_bytes64(data, size);
}

void hash_fini(struct hash *h)
{
	free(h->cells);
	*h = (struct hash){ 0 };
}

uint32_t hash_find(const struct hash *h, uint32_t hash, hash_equal_fn equal,
		   const void *key, const void *ctx)
{
	uint32_t mask = h->n_cells - 1;

	if (!h->n_cells)
		return HASH_NONE;
	for (uint32_t i = hash & mask; h->cells[i].id != CELL_EMPTY;
	     i = (i + 1) & mask)
		if (h->cells[i].id != CELL_GONE &&
		    h->cells[i].hash == hash &&
		    equal(h->cells[i].id, key, ctx))
			return h->cells[i].id;
	return HASH_NONE;
}

static void put(struct hash_cell *cells, uint32_t n_cells, uint32_t hash,
		uint32_t id)
{
	uint32_t i = hash & (n_cells - 1);

	while (cells[i].id != CELL_EMPTY)
		i = (i + 1) & (n_cells - 1);
	cells[i] = (struct hash_cell){ hash, id };
}

static int rebuild(struct hash *h)
{
	uint32_t n = HASH_MIN_CELLS;
	struct hash_cell *cells;

	while (n / 2 <= h->n_used) {
		if (n > UINT32_MAX / 2)
			return -ENOMEM;
		n *= 2;
	}
	cells = malloc(n * sizeof(*cells));
	if (!cells)
		return -ENOMEM;

	for (uint32_t i = 0; i < n; i++)
		cells[i].id = CELL_EMPTY;
	for (uint32_t i = 0; i < h->n_cells; i++)
		if (h->cells[i].id < CELL_GONE)
			put(cells, n, h->cells[i].hash, h->cells[i].id);
	free(h->cells);
	h->cells = cells;
	h->n_cells = n;
	h->n_filled = h->n_used;
	return 0;
}

int hash_add(struct hash *h, uint32_t hash, uint32_t id)
{
	if ((uint64_t)h->n_filled * 4 >= (uint64_t)h->n_cells * 3) {
		int rc = rebuild(h);

		if (rc < 0)
			return rc;
	}
	put(h->cells, h->n_cells, hash, id);
	h->n_used++;
	h->n_filled++;
	return 0;
}

void hash_del(struct hash *h, uint32_t hash, uint32_t id)
{
	uint32_t mask = h->n_cells - 1;

	if (!h->n_cells)
		return;
	for (uint32_t i = hash & mask; h->cells[i].id != CELL_EMPTY;
	     i = (i + 1) & mask)
		if (h->cells[i].id == id && h->cells[i].hash == hash) {
			h->cells[i].id = CELL_GONE;
			h->n_used--;
			return;
		}
}
