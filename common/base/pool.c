/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A free item holds the number of the next one. */
#include "common/base/pool.h"

#include <string.h>

void pool_free_all(struct pool *p)
{
	pages_free(&p->pages);
	*p = (struct pool){ .item_size = p->item_size };
}

void *pool_at(const struct pool *p, uint32_t id)
{
	return (char *)p->pages.data + (size_t)(id - 1) * p->item_size;
}

uint32_t pool_get(struct pool *p)
{
	uint32_t id = p->free_head;
	size_t size;

	if (id) {
		memcpy(&p->free_head, pool_at(p, id), sizeof(p->free_head));
		memset(pool_at(p, id), 0, p->item_size);
		return id;
	}
	size = ((size_t)p->n_items + 1) * p->item_size;
	if (p->n_items == UINT32_MAX - 1 || pages_grow(&p->pages, size) < 0)
		return POOL_NONE;
	return ++p->n_items;
}

void pool_put(struct pool *p, uint32_t id)
{
	if (id == POOL_NONE)
		return;
	memcpy(pool_at(p, id), &p->free_head, sizeof(p->free_head));
	p->free_head = id;
}
