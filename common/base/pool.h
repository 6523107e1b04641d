/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Items of one size, named by number: four bytes instead of a pointer, and
 * nothing between them, where malloc() would spend 16 bytes on each.
 */
#ifndef COMMON_BASE_POOL_H
#define COMMON_BASE_POOL_H

#include <stdint.h>

#include "common/base/pages.h"

#define POOL_NONE 0

struct pool {
	struct pages pages;
	uint32_t item_size;            /* set first; at least 4 bytes */
	uint32_t n_items;              /* ever taken at once */
	uint32_t free_head;
};

void pool_free_all(struct pool *p);

/* A number, the item all zero; POOL_NONE: no memory. */
uint32_t pool_get(struct pool *p);
void pool_put(struct pool *p, uint32_t id);     /* POOL_NONE is legal */

/* Borrowed until the next pool_get(). */
void *pool_at(const struct pool *p, uint32_t id);

#endif
