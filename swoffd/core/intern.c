/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Each value is a block of its own, so borrowed pointers survive growth. */
#include "swoffd/core/intern.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct intern_item {
	void *data;                    /* NULL: free */
	size_t size;
	uint32_t n_refs;
	uint32_t hash;
	uint32_t next_free;
};

struct blob {
	const void *data;
	size_t size;
};

static bool item_equal(uint32_t id, const void *key, const void *ctx)
{
	const struct intern *in = ctx;
	const struct blob *blob = key;

	return in->items[id].size == blob->size &&
	       memcmp(in->items[id].data, blob->data, blob->size) == 0;
}

void intern_fini(struct intern *in)
{
	for (uint32_t i = 0; i < in->n_items; i++)
		free(in->items[i].data);
	free(in->items);
	hash_fini(&in->index);
	*in = (struct intern){ 0 };
}

static int take_item(struct intern *in, uint32_t *id)
{
	if (in->free_head) {
		*id = in->free_head - 1;
		in->free_head = in->items[*id].next_free;
		return 0;
	}
	if (in->n_items == in->size_items) {
		uint32_t size = in->size_items ? in->size_items * 2 : 16;
		void *items = reallocarray(in->items, size,
					   sizeof(*in->items));

		if (!items)
			return -ENOMEM;
		in->items = items;
		in->size_items = size;
	}
	*id = in->n_items++;
	in->items[*id] = (struct intern_item){ 0 };
	return 0;
}

static void drop_item(struct intern *in, uint32_t id)
{
	free(in->items[id].data);
	in->items[id] = (struct intern_item){ .next_free = in->free_head };
	in->free_head = id + 1;
}

static bool is_recent(const struct intern *in, const struct blob *blob)
{
	return in->recent < in->n_items && in->items[in->recent].data &&
	       item_equal(in->recent, blob, in);
}

uint32_t intern_find(const struct intern *in, const void *data, size_t size)
{
	struct blob blob = { data, size };

	if (is_recent(in, &blob))
		return in->recent;
	return hash_find(&in->index, hash_bytes(data, size), item_equal, &blob,
			 in);
}

static int add_item(struct intern *in, const struct blob *blob, uint32_t hash,
		    uint32_t *id)
{
	struct intern_item *item;
	int rc = take_item(in, id);

	if (rc < 0)
		return rc;
	item = &in->items[*id];
	item->data = malloc(blob->size ? blob->size : 1);
	if (!item->data || hash_add(&in->index, hash, *id) < 0) {
		drop_item(in, *id);
		return -ENOMEM;
	}
	memcpy(item->data, blob->data, blob->size);
	item->size = blob->size;
	item->hash = hash;
	return 0;
}

int intern_get(struct intern *in, const void *data, size_t size, uint32_t *id)
{
	struct blob blob = { data, size };
	uint32_t hash;

	if (!is_recent(in, &blob)) {
		hash = hash_bytes(data, size);
		*id = hash_find(&in->index, hash, item_equal, &blob, in);
		if (*id == HASH_NONE && add_item(in, &blob, hash, id) < 0)
			return -ENOMEM;
		in->recent = *id;
	}
	*id = in->recent;
	in->items[*id].n_refs++;
	return 0;
}

void intern_put(struct intern *in, uint32_t id)
{
	struct intern_item *item = &in->items[id];

	if (--item->n_refs)
		return;
	hash_del(&in->index, item->hash, id);
	drop_item(in, id);
}

const void *intern_data(const struct intern *in, uint32_t id, size_t *size)
{
	if (size)
		*size = in->items[id].size;
	return in->items[id].data;
}

uint32_t intern_n_ids(const struct intern *in)
{
	return in->n_items;
}
