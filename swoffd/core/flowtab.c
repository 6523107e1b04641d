/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Slots, packing and the two indexes; nothing here knows a kernel. */
#include "swoffd/core/flowtab.h"

#include <errno.h>
#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#define UFID_HALF 8                    /* bytes; what a cookie has room for */

static bool key_equal(uint32_t slot, const void *key, const void *ctx)
{
	const struct flowtab *t = ctx;
	const struct flow *f = &t->flows[slot];
	const struct flow_key_ref *r = key;

	return f->mask_id == r->mask_id && f->place == r->place &&
	       f->prio == r->prio && f->protocol_be == r->protocol_be &&
	       memcmp(keypool_at(&t->keys, f->key, r->packed.key_size),
		      r->packed.key, r->packed.key_size) == 0;
}

static bool ufid_equal(uint32_t slot, const void *key, const void *ctx)
{
	const struct flow *f = &((const struct flowtab *)ctx)->flows[slot];
	size_t size = f->half_ufid ? UFID_HALF : sizeof(f->ufid);

	return !f->dying && memcmp(&f->ufid, key, size) == 0;
}

/* By the first half, which is all that is known of some. */
static uint32_t ufid_hash(const struct ufid *ufid)
{
	return hash_bytes(ufid, UFID_HALF);
}

/* By the bits that their own cells are not chosen by. */
static size_t shard(uint32_t hash)
{
	return hash >> 24 & (FLOWTAB_SHARDS - 1);
}

static uint32_t find(const struct hash *shards, uint32_t hash,
		     hash_equal_fn equal, const void *key,
		     const struct flowtab *t)
{
	return hash_find(&shards[shard(hash)], hash, equal, key, t);
}

static int add(struct hash *shards, uint32_t hash, uint32_t slot)
{
	return hash_add(&shards[shard(hash)], hash, slot);
}

static void del(struct hash *shards, uint32_t hash, uint32_t slot)
{
	hash_del(&shards[shard(hash)], hash, slot);
}

void flowtab_fini(struct flowtab *t)
{
	pages_free(&t->pages);
	keypool_fini(&t->keys);
	intern_fini(&t->masks);
	intern_fini(&t->actions);
	places_fini(&t->places);
	for (size_t i = 0; i < FLOWTAB_SHARDS; i++) {
		hash_fini(&t->by_ufid[i]);
		hash_fini(&t->by_key[i]);
	}
	*t = (struct flowtab){ 0 };
}

/* Free slots are in a list of both ways, so that one can be had by number. */
static void give_slot(struct flowtab *t, uint32_t slot)
{
	struct flow *f = &t->flows[slot];

	f->next = 0;
	f->prev = t->last_free;
	if (t->last_free)
		t->flows[t->last_free - 1].next = slot + 1;
	else
		t->first_free = slot + 1;
	t->last_free = slot + 1;
	t->n_free++;
}

static void take_slot(struct flowtab *t, uint32_t slot)
{
	const struct flow *f = &t->flows[slot];

	if (f->prev)
		t->flows[f->prev - 1].next = f->next;
	else
		t->first_free = f->next;
	if (f->next)
		t->flows[f->next - 1].prev = f->prev;
	else
		t->last_free = f->prev;
	t->n_free--;
}

static int extend_to(struct flowtab *t, uint32_t slot)
{
	int rc;

	if (slot >= FLOWTAB_MAX_FLOWS)
		return -ENOSPC;
	rc = pages_grow(&t->pages, ((size_t)slot + 1) * sizeof(*t->flows));
	if (rc < 0)
		return rc;
	t->flows = t->pages.data;
	while (t->n_slots <= slot) {
		/* It is zero, but a page that is read first faults twice. */
		t->flows[t->n_slots] = (struct flow){ 0 };
		give_slot(t, t->n_slots++);
	}
	return 0;
}

static int find_slot(struct flowtab *t, uint32_t wanted, uint32_t *slot)
{
	bool any = wanted == FLOWTAB_ANY_SLOT;

	if (any ? !t->n_free : wanted >= t->n_slots) {
		int rc = extend_to(t, any ? t->n_slots : wanted);

		if (rc < 0)
			return rc;
	}
	*slot = any ? t->first_free - 1 : wanted;
	if (t->flows[*slot].phase != PHASE_FREE)
		return -EEXIST;
	take_slot(t, *slot);
	return 0;
}

static void enter_place(struct flowtab *t, uint32_t slot, uint32_t place)
{
	struct place *p = place_at(&t->places, place);
	struct flow *f = &t->flows[slot];

	f->place = place;
	f->prev = 0;
	f->next = p->first;
	if (p->first)
		t->flows[p->first - 1].prev = slot + 1;
	p->first = slot + 1;
	p->n_flows++;
}

static void leave_place(struct flowtab *t, uint32_t slot)
{
	const struct flow *f = &t->flows[slot];
	struct place *p = flowtab_place(t, f);

	if (f->prev)
		t->flows[f->prev - 1].next = f->next;
	else
		p->first = f->next;
	if (f->next)
		t->flows[f->next - 1].prev = f->prev;
	p->n_flows--;
	place_check(&t->places, f->place);
}

static uint32_t ref_hash(const struct flow_key_ref *ref)
{
	struct {
		uint32_t place, mask_id, prio;
	} h = { ref->place, ref->mask_id,
		(uint32_t)ref->prio << 16 | ref->protocol_be };

	return (uint32_t)XXH3_64bits_withSeed(ref->packed.key,
					      ref->packed.key_size,
					      XXH3_64bits(&h, sizeof(h)));
}

void flowtab_ref(const struct flowtab *t, const struct rule *rule,
		 uint16_t dev, struct flow_key_ref *out)
{
	packed_make(&rule->match, &out->packed);
	out->mask_id = intern_find(&t->masks, out->packed.mask,
				   out->packed.mask_size);
	out->place = place_find(&t->places, dev, (uint8_t)rule->hook,
				rule->chain);
	out->prio = rule->prio;
	out->protocol_be = rule->protocol_be;
	out->hash = ref_hash(out);
}

uint32_t flowtab_find(const struct flowtab *t, const struct flow_key_ref *ref)
{
	if (ref->mask_id == HASH_NONE || ref->place == PLACE_NONE)
		return FLOWTAB_NO_SLOT;
	return find(t->by_key, ref->hash, key_equal, ref, t);
}

void flowtab_derive_ufid(const struct flow_key_ref *ref, uint64_t place_hash,
			 struct ufid *out)
{
	const struct packed *p = &ref->packed;
	XXH128_canonical_t canonical;
	XXH128_hash_t h;

	_Static_assert(sizeof(canonical) == sizeof(*out), "128 bits each");
	h = XXH3_128bits_withSeed(p->key, p->key_size, place_hash ^
				  XXH3_64bits(p->mask, p->mask_size));
	XXH128_canonicalFromHash(&canonical, h);
	memcpy(out, &canonical, sizeof(*out));
}

/* References to everything that the flow has in common with others. */
static int hold(struct flowtab *t, const struct rule *rule, uint16_t dev,
		struct flow_key_ref *ref, struct flow *f)
{
	const struct packed *p = &ref->packed;

	f->key = keypool_add(&t->keys, p->key, p->key_size);
	if (f->key == POOL_NONE)
		return -ENOMEM;
	if (intern_get(&t->masks, p->mask, p->mask_size, &f->mask_id) < 0)
		goto no_mask;
	if (flowtab_hold_actions(t, rule, &f->actions_id) < 0)
		goto no_actions;
	f->place = place_get(&t->places, dev, (uint8_t)rule->hook,
			     rule->chain);
	if (f->place == PLACE_NONE)
		goto no_place;
	if (ref->mask_id != f->mask_id || ref->place != f->place) {
		ref->mask_id = f->mask_id;
		ref->place = f->place;
		ref->hash = ref_hash(ref);
	}
	return 0;

no_place:
	intern_put(&t->actions, f->actions_id);
no_actions:
	intern_put(&t->masks, f->mask_id);
no_mask:
	keypool_del(&t->keys, f->key, p->key_size);
	return -ENOMEM;
}

static void clear(struct flowtab *t, uint32_t slot)
{
	struct flow *f = &t->flows[slot];

	keypool_del(&t->keys, f->key,
		    packed_key_size(flowtab_mask(t, f)));
	intern_put(&t->masks, f->mask_id);
	intern_put(&t->actions, f->actions_id);
	leave_place(t, slot);
	*f = (struct flow){ .gen = f->gen };
	give_slot(t, slot);
}

static int index_flow(struct flowtab *t, uint32_t slot)
{
	struct flow *f = &t->flows[slot];
	int rc = add(t->by_key, f->key_hash, slot);

	if (rc < 0)
		return rc;
	rc = add(t->by_ufid, ufid_hash(&f->ufid), slot);
	if (rc < 0)
		del(t->by_key, f->key_hash, slot);
	return rc;
}

int flowtab_add(struct flowtab *t, const struct rule *rule, uint16_t dev,
		struct flow_key_ref *ref, const struct ufid *ufid,
		uint32_t *slot)
{
	struct flow *f;
	int rc;

	rc = find_slot(t, *slot, slot);
	if (rc < 0)
		return rc;
	f = &t->flows[*slot];
	rc = hold(t, rule, dev, ref, f);
	if (rc < 0) {
		give_slot(t, *slot);
		return rc;
	}
	enter_place(t, *slot, f->place);
	f->ufid = *ufid;
	f->policy = (uint8_t)rule->policy & 3;
	f->prio = rule->prio;
	f->protocol_be = rule->protocol_be;
	f->phase = PHASE_SETTLED;
	f->key_hash = ref->hash;
	rc = index_flow(t, *slot);
	if (rc < 0) {
		clear(t, *slot);
		return rc;
	}
	t->n_flows++;
	return 0;
}

void flowtab_del(struct flowtab *t, uint32_t slot)
{
	struct flow *f = &t->flows[slot];

	del(t->by_key, f->key_hash, slot);
	del(t->by_ufid, ufid_hash(&f->ufid), slot);
	clear(t, slot);
	t->n_flows--;
}

static bool half_equal(uint32_t slot, const void *key, const void *ctx)
{
	const struct flow *f = &((const struct flowtab *)ctx)->flows[slot];

	return !f->dying && memcmp(&f->ufid, key, UFID_HALF) == 0;
}

uint32_t flowtab_find_half(const struct flowtab *t, const struct ufid *ufid)
{
	return find(t->by_ufid, ufid_hash(ufid), half_equal, ufid, t);
}

uint32_t flowtab_find_ufid(const struct flowtab *t, const struct ufid *ufid)
{
	return find(t->by_ufid, ufid_hash(ufid), ufid_equal, ufid, t);
}

int flowtab_set_ufid(struct flowtab *t, uint32_t slot,
		     const struct ufid *ufid)
{
	struct flow *f = &t->flows[slot];
	int rc;

	del(t->by_ufid, ufid_hash(&f->ufid), slot);
	rc = add(t->by_ufid, ufid_hash(ufid), slot);
	if (rc < 0)
		return rc;
	f->ufid = *ufid;
	f->half_ufid = false;
	return 0;
}
