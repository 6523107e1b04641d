/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "swoffd/core/keypool.h"

#include <string.h>

/* The class of size 0 is that of 8: an empty key has a number too. */
static size_t class_of(uint16_t size)
{
	if (size <= KEYPOOL_FINE * 8)
		return size ? (size - 1) / 8 : 0;
	return KEYPOOL_FINE + (size - 1) / 64 - 1;
}

static uint32_t size_of(size_t class)
{
	if (class < KEYPOOL_FINE)
		return (uint32_t)(class + 1) * 8;
	return (uint32_t)(class - KEYPOOL_FINE + 2) * 64;
}

void keypool_fini(struct keypool *k)
{
	for (size_t i = 0; i < KEYPOOL_CLASSES; i++)
		pool_free_all(&k->pools[i]);
}

uint32_t keypool_add(struct keypool *k, const uint8_t *key, uint16_t size)
{
	size_t class = class_of(size);
	struct pool *p = &k->pools[class];
	uint32_t id;

	p->item_size = size_of(class);
	id = pool_get(p);
	if (id != POOL_NONE)
		memcpy(pool_at(p, id), key, size);
	return id;
}

void keypool_del(struct keypool *k, uint32_t id, uint16_t size)
{
	pool_put(&k->pools[class_of(size)], id);
}

const uint8_t *keypool_at(const struct keypool *k, uint32_t id, uint16_t size)
{
	return pool_at(&k->pools[class_of(size)], id);
}
