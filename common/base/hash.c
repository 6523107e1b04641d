/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Linear probing with tombstones; rebuilt when three quarters are filled. */
#include "common/base/hash.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#define HASH_MIN_CELLS 16
/* In the place of a number; numbers themselves are stored with this added. */
#define CELL_EMPTY 0
#define CELL_GONE 1
#define CELL_FIRST 2

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

static struct hash_cell *cells_of(const struct hash *h)
{
	return h->pages.data;
}

void hash_fini(struct hash *h)
{
	pages_free(&h->pages);
	*h = (struct hash){ 0 };
}

uint32_t hash_find(const struct hash *h, uint32_t hash, hash_equal_fn equal,
		   const void *key, const void *ctx)
{
	const struct hash_cell *cells = cells_of(h);
	uint32_t mask = h->n_cells - 1;

	if (!h->n_cells)
		return HASH_NONE;
	for (uint32_t i = hash & mask; cells[i].id != CELL_EMPTY;
	     i = (i + 1) & mask)
		if (cells[i].id != CELL_GONE && cells[i].hash == hash &&
		    equal(cells[i].id - CELL_FIRST, key, ctx))
			return cells[i].id - CELL_FIRST;
	return HASH_NONE;
}

static void put(struct hash *h, struct hash_cell cell)
{
	struct hash_cell *cells = cells_of(h);
	uint32_t i = cell.hash & (h->n_cells - 1);

	while (cells[i].id != CELL_EMPTY)
		i = (i + 1) & (h->n_cells - 1);
	cells[i] = cell;
}

static struct hash_cell take(struct hash_cell *cell)
{
	struct hash_cell was = *cell;

	cell->id = CELL_EMPTY;
	return was;
}

/*
 * Where they are, in the order of the cells: each goes to where it is or before
 * that, or into the new half, so that no gap comes into a run that is done.
 * Only the first run may be the end of the last one: it waits until then.
 */
static void spread(struct hash *h, uint32_t n_before, struct hash_cell *first,
		   uint32_t n_first)
{
	struct hash_cell *cells = cells_of(h), cell;

	for (uint32_t i = 0; i < n_first; i++)
		first[i] = take(&cells[i]);
	for (uint32_t i = n_first; i < n_before; i++) {
		cell = take(&cells[i]);
		if (cell.id >= CELL_FIRST)
			put(h, cell);
	}
	for (uint32_t i = 0; i < n_first; i++)
		if (first[i].id >= CELL_FIRST)
			put(h, first[i]);
}

/* Without what is gone, in place: a copy would be as much memory again. */
static int rebuild(struct hash *h)
{
	uint32_t n = h->n_cells ? h->n_cells : HASH_MIN_CELLS;
	uint32_t n_before = h->n_cells, n_first = 0;
	struct hash_cell *first;

	while (n / 2 <= h->n_used) {
		if (n > UINT32_MAX / 2)
			return -ENOMEM;
		n *= 2;
	}
	while (n_first < n_before && cells_of(h)[n_first].id != CELL_EMPTY)
		n_first++;
	first = malloc((n_first + 1) * sizeof(*first));
	if (!first || pages_grow(&h->pages, (size_t)n * sizeof(*first)) < 0) {
		free(first);
		return -ENOMEM;
	}
	/* They are empty, but a page that is read first faults twice. */
	memset(cells_of(h) + n_before, 0,
	       (size_t)(n - n_before) * sizeof(*first));
	h->n_cells = n;
	h->n_filled = h->n_used;
	spread(h, n_before, first, n_first);
	free(first);
	return 0;
}

int hash_add(struct hash *h, uint32_t hash, uint32_t id)
{
	if ((uint64_t)h->n_filled * 4 >= (uint64_t)h->n_cells * 3) {
		int rc = rebuild(h);

		if (rc < 0)
			return rc;
	}
	put(h, (struct hash_cell){ hash, id + CELL_FIRST });
	h->n_used++;
	h->n_filled++;
	return 0;
}

void hash_del(struct hash *h, uint32_t hash, uint32_t id)
{
	struct hash_cell *cells = cells_of(h);
	uint32_t mask = h->n_cells - 1;

	if (!h->n_cells)
		return;
	for (uint32_t i = hash & mask; cells[i].id != CELL_EMPTY;
	     i = (i + 1) & mask)
		if (cells[i].id == id + CELL_FIRST && cells[i].hash == hash) {
			cells[i].id = CELL_GONE;
			h->n_used--;
			return;
		}
}
