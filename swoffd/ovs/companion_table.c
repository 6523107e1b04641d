/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "swoffd/ovs/companion_table.h"

#include <stdlib.h>
#include <string.h>

void companion_table_init(struct companion_table *t)
{
	t->places.item_size = sizeof(struct companion_entry);
	t->max_flows = COMPANION_MAX_FLOWS;
}

static void clear(struct companion_entry *e)
{
	free(e->text);
	e->text = NULL;
	e->used = false;
}

void companion_table_fini(struct companion_table *t)
{
	for (uint32_t i = 0; i < companion_table_n(t); i++) {
		struct companion_entry *e = companion_table_at(t, i);

		if (e)
			clear(e);
	}
	pool_free_all(&t->places);
	hash_fini(&t->index);
	intern_fini(&t->reasons);
}

static bool has_ufid(uint32_t id, const void *key, const void *ctx)
{
	const struct companion_table *t = ctx;
	const struct companion_entry *e = pool_at(&t->places, id);

	return memcmp(&e->ufid, key, sizeof(e->ufid)) == 0;
}

static uint32_t hash_of(const struct ufid *ufid)
{
	return hash_bytes(ufid, sizeof(*ufid));
}

struct companion_entry *companion_table_find(const struct companion_table *t,
					     const struct ufid *ufid)
{
	uint32_t id = hash_find(&t->index, hash_of(ufid), has_ufid, ufid, t);

	return id == HASH_NONE ? NULL : pool_at(&t->places, id);
}

static struct companion_entry *add(struct companion_table *t,
				   const struct ufid *ufid)
{
	uint32_t id = t->n_flows < t->max_flows ?
		      pool_get(&t->places) : POOL_NONE;
	struct companion_entry *e;

	if (id == POOL_NONE)
		return NULL;
	if (hash_add(&t->index, hash_of(ufid), id) < 0) {
		pool_put(&t->places, id);
		return NULL;
	}
	e = pool_at(&t->places, id);
	e->ufid = *ufid;
	e->used = true;
	e->in_port = PORT_NO_NONE;
	e->slot = ENGINE_NO_SLOT;
	t->n_flows++;
	return e;
}

struct companion_entry *companion_table_get(struct companion_table *t,
					    const struct ufid *ufid)
{
	struct companion_entry *e = companion_table_find(t, ufid);

	if (e)
		return e;
	e = add(t, ufid);
	t->n_left_out += !e;
	return e;
}

void companion_table_del(struct companion_table *t,
			 struct companion_entry *e)
{
	uint32_t id = companion_table_place(t, e) + 1;

	hash_del(&t->index, hash_of(&e->ufid), id);
	if (e->reasons_id)
		intern_put(&t->reasons, e->reasons_id - 1);
	clear(e);
	pool_put(&t->places, id);
	t->n_flows--;
}

bool companion_entry_set_text(struct companion_entry *e, const char *text)
{
	if (e->text && strcmp(e->text, text) == 0)
		return false;
	free(e->text);
	e->text = strdup(text);
	return true;
}

void companion_table_set_reasons(struct companion_table *t,
				 struct companion_entry *e,
				 const struct reason_list *why)
{
	struct reason list[REASON_LIST_MAX];
	uint32_t old = e->reasons_id, id;

	for (size_t i = 0; i < why->n; i++)
		reason_make(&list[i], why->reasons[i].code,
			    why->reasons[i].err, why->reasons[i].subject,
			    why->reasons[i].extack);
	e->reasons_id = 0;
	if (why->n && intern_get(&t->reasons, list, why->n * sizeof(*list),
				 &id) == 0)
		e->reasons_id = id + 1;
	if (old)
		intern_put(&t->reasons, old - 1);
}

const struct reason *companion_table_reasons(const struct companion_table *t,
					     const struct companion_entry *e,
					     size_t *n)
{
	const struct reason *why = NULL;
	size_t size = 0;

	if (e->reasons_id)
		why = intern_data(&t->reasons, e->reasons_id - 1, &size);
	*n = size / sizeof(*why);
	return why;
}
