/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines of a file, and filters of a dump, tend to be in the same few places,
 * so the last one is looked at first. */
#include "swoffd/core/place.h"

struct key {
	uint32_t chain;
	uint16_t dev, hook;
};

static bool is(const struct place *p, const struct key *k)
{
	return p->dev == k->dev && p->hook == k->hook && p->chain == k->chain;
}

static bool equal(uint32_t id, const void *key, const void *ctx)
{
	return is(&((const struct places *)ctx)->all[id], key);
}

void places_fini(struct places *p)
{
	pages_free(&p->pages);
	hash_fini(&p->index);
	*p = (struct places){ 0 };
}

uint32_t place_find(const struct places *p, uint16_t dev, uint8_t hook,
		    uint32_t chain)
{
	struct key k = { chain, dev, hook };

	if (p->last < p->n && is(&p->all[p->last], &k))
		return p->last;
	return hash_find(&p->index, hash_bytes(&k, sizeof(k)), equal, &k, p);
}

static uint32_t take(struct places *p)
{
	uint32_t id = p->n;

	if (p->first_free) {
		id = p->first_free - 1;
		p->first_free = p->all[id].first;
		p->n_free--;
		return id;
	}
	if (pages_grow(&p->pages, ((size_t)id + 1) * sizeof(*p->all)) < 0)
		return PLACE_NONE;
	p->all = p->pages.data;
	p->n++;
	return id;
}

static void give_back(struct places *p, uint32_t id)
{
	p->all[id] = (struct place){ .dev = PLACE_NO_DEV,
				     .first = p->first_free };
	p->first_free = id + 1;
	p->n_free++;
}

uint32_t place_get(struct places *p, uint16_t dev, uint8_t hook,
		   uint32_t chain)
{
	struct key k = { chain, dev, hook };
	uint32_t id = place_find(p, dev, hook, chain);

	if (id == PLACE_NONE) {
		id = take(p);
		if (id == PLACE_NONE)
			return id;
		if (hash_add(&p->index, hash_bytes(&k, sizeof(k)), id) < 0) {
			give_back(p, id);
			return PLACE_NONE;
		}
		p->all[id] = (struct place){ .chain = chain, .dev = dev,
					     .hook = hook,
					     .open = chain == 0 };
	}
	p->last = id;
	return id;
}

void place_check(struct places *p, uint32_t id)
{
	const struct place *at = &p->all[id];
	struct key k = { at->chain, at->dev, at->hook };

	if (at->n_flows || at->n_leads || at->n_leads_back || at->todo)
		return;
	hash_del(&p->index, hash_bytes(&k, sizeof(k)), id);
	give_back(p, id);
}
