/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Slots, packing and the two indexes; nothing here knows a kernel. */
#include "swoffd/core/flowtab.h"

#include <errno.h>
#include <string.h>

_Static_assert(sizeof(struct flow_key) <= UINT16_MAX,
	       "key_size is two bytes");

#define UFID_HALF 8                    /* bytes; what a cookie has room for */

/* The key as it is looked up: packed bytes and where they apply. */
struct key_ref {
	const uint8_t *key;
	uint16_t key_size;
	uint8_t hook;
	uint16_t dev, prio, protocol_be;
	uint32_t chain, mask_id;
};

static uint16_t pack_key(const struct flow_match *m, uint8_t *out)
{
	const uint8_t *key = (const uint8_t *)&m->key;
	const uint8_t *mask = (const uint8_t *)&m->mask;
	uint16_t n = 0;

	for (size_t i = 0; i < sizeof(m->mask); i++)
		if (mask[i])
			out[n++] = key[i] & mask[i];
	return n;
}

static void unpack_key(const uint8_t *packed, struct flow_match *m)
{
	uint8_t *key = (uint8_t *)&m->key;
	const uint8_t *mask = (const uint8_t *)&m->mask;

	for (size_t i = 0; i < sizeof(m->mask); i++)
		key[i] = mask[i] ? *packed++ : 0;
}

static uint32_t key_hash(const struct key_ref *r)
{
	struct {
		uint32_t chain, mask_id, key;
		uint16_t dev, prio, protocol_be, hook;
	} h = { r->chain, r->mask_id, hash_bytes(r->key, r->key_size),
		r->dev, r->prio, r->protocol_be, r->hook };

	return hash_bytes(&h, sizeof(h));
}

static bool key_equal(uint32_t slot, const void *key, const void *ctx)
{
	const struct flow *f = &((const struct flowtab *)ctx)->flows[slot];
	const struct key_ref *r = key;

	return f->dev == r->dev && f->prio == r->prio &&
	       f->protocol_be == r->protocol_be && f->hook == r->hook &&
	       f->chain == r->chain && f->mask_id == r->mask_id &&
	       f->key_size == r->key_size &&
	       memcmp(f->key, r->key, r->key_size) == 0;
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

static void free_extra(struct flow *f)
{
	if (f->extra)
		free(f->extra->reasons);
	free(f->extra);
	f->extra = NULL;
}

void flowtab_fini(struct flowtab *t)
{
	for (uint32_t i = 0; i < t->n_slots; i++) {
		free(t->flows[i].key);
		free_extra(&t->flows[i]);
	}
	free(t->flows);
	free(t->free_slots);
	intern_fini(&t->masks);
	intern_fini(&t->actions);
	hash_fini(&t->by_ufid);
	hash_fini(&t->by_key);
	*t = (struct flowtab){ 0 };
}

static int grow_slots(struct flowtab *t, uint32_t n)
{
	uint32_t size = t->size_slots ? t->size_slots : 64;
	struct flow *flows;

	while (size < n)
		size *= 2;
	if (size == t->size_slots)
		return 0;
	flows = reallocarray(t->flows, size, sizeof(*flows));
	if (!flows)
		return -ENOMEM;
	memset(flows + t->size_slots, 0,
	       (size - t->size_slots) * sizeof(*flows));
	t->flows = flows;
	t->size_slots = size;
	return 0;
}

/* Room for every slot to be freed, so that freeing cannot fail. */
static int grow_free(struct flowtab *t)
{
	uint32_t *slots;

	if (t->size_free >= t->size_slots)
		return 0;
	slots = reallocarray(t->free_slots, t->size_slots, sizeof(*slots));
	if (!slots)
		return -ENOMEM;
	t->free_slots = slots;
	t->size_free = t->size_slots;
	return 0;
}

static int extend_to(struct flowtab *t, uint32_t slot)
{
	int rc;

	if (slot >= FLOWTAB_MAX_FLOWS)
		return -ENOSPC;
	rc = grow_slots(t, slot + 1);
	if (!rc)
		rc = grow_free(t);
	if (rc < 0)
		return rc;
	while (t->n_slots <= slot)
		t->free_slots[t->n_free++] = t->n_slots++;
	return 0;
}

/* A slot wanted by number was most likely freed last, so look from there. */
static int take_slot(struct flowtab *t, uint32_t wanted)
{
	for (uint32_t i = t->n_free; i-- > 0;)
		if (t->free_slots[i] == wanted) {
			t->free_slots[i] = t->free_slots[--t->n_free];
			return 0;
		}
	return -EEXIST;
}

static int find_slot(struct flowtab *t, uint32_t wanted, uint32_t *slot)
{
	bool any = wanted == FLOWTAB_ANY_SLOT;

	if (any ? !t->n_free : wanted >= t->n_slots) {
		int rc = extend_to(t, any ? t->n_slots : wanted);

		if (rc < 0)
			return rc;
	}
	*slot = any ? t->free_slots[t->n_free - 1] : wanted;
	return take_slot(t, *slot);
}

static int get_actions(struct flowtab *t, const struct rule *rule,
		       uint32_t *id)
{
	return intern_get(&t->actions, rule->actions,
			  rule->n_actions * sizeof(rule->actions[0]), id);
}

static int fill(struct flowtab *t, struct flow *f, const struct rule *rule)
{
	uint8_t packed[UINT8_MAX];

	f->key_size = pack_key(&rule->match, packed);
	f->key = malloc(f->key_size ? f->key_size : 1);
	if (!f->key)
		return -ENOMEM;
	memcpy(f->key, packed, f->key_size);

	if (intern_get(&t->masks, &rule->match.mask, sizeof(rule->match.mask),
		       &f->mask_id) < 0)
		goto no_mask;
	if (get_actions(t, rule, &f->actions_id) < 0)
		goto no_actions;
	return 0;

no_actions:
	intern_put(&t->masks, f->mask_id);
no_mask:
	free(f->key);
	f->key = NULL;
	return -ENOMEM;
}

static struct key_ref flow_key_ref(const struct flow *f)
{
	return (struct key_ref){ f->key, f->key_size, f->hook, f->dev,
				 f->prio, f->protocol_be, f->chain,
				 f->mask_id };
}

static int index_flow(struct flowtab *t, uint32_t slot)
{
	struct flow *f = &t->flows[slot];
	struct key_ref ref = flow_key_ref(f);
	int rc;

	f->key_hash = key_hash(&ref);
	rc = hash_add(&t->by_key, f->key_hash, slot);
	if (rc < 0)
		return rc;
	rc = hash_add(&t->by_ufid, ufid_hash(&f->ufid), slot);
	if (rc < 0)
		hash_del(&t->by_key, f->key_hash, slot);
	return rc;
}

static void clear(struct flowtab *t, uint32_t slot)
{
	struct flow *f = &t->flows[slot];

	free(f->key);
	free_extra(f);
	intern_put(&t->masks, f->mask_id);
	intern_put(&t->actions, f->actions_id);
	*f = (struct flow){ .gen = f->gen };
	t->free_slots[t->n_free++] = slot;
}

int flowtab_add(struct flowtab *t, const struct rule *rule, uint16_t dev,
		const struct ufid *ufid, uint32_t *slot)
{
	struct flow *f;
	int rc;

	rc = find_slot(t, *slot, slot);
	if (rc < 0)
		return rc;
	f = &t->flows[*slot];
	rc = fill(t, f, rule);
	if (rc < 0) {
		t->free_slots[t->n_free++] = *slot;
		return rc;
	}
	f->ufid = *ufid;
	f->dev = dev;
	f->hook = (uint8_t)rule->hook;
	f->policy = (uint8_t)rule->policy;
	f->chain = rule->chain;
	f->prio = rule->prio;
	f->protocol_be = rule->protocol_be;
	f->phase = PHASE_SETTLED;
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

	hash_del(&t->by_key, f->key_hash, slot);
	hash_del(&t->by_ufid, ufid_hash(&f->ufid), slot);
	clear(t, slot);
	t->n_flows--;
}

struct flow *flowtab_get(struct flowtab *t, uint32_t slot)
{
	if (slot >= t->n_slots || t->flows[slot].phase == PHASE_FREE)
		return NULL;
	return &t->flows[slot];
}

uint32_t flowtab_find_ufid(const struct flowtab *t, const struct ufid *ufid)
{
	return hash_find(&t->by_ufid, ufid_hash(ufid), ufid_equal, ufid, t);
}

uint32_t flowtab_find_key(const struct flowtab *t, const struct rule *rule,
			  uint16_t dev)
{
	uint8_t packed[UINT8_MAX];
	struct key_ref r = {
		.key = packed,
		.key_size = pack_key(&rule->match, packed),
		.hook = (uint8_t)rule->hook,
		.dev = dev,
		.prio = rule->prio,
		.protocol_be = rule->protocol_be,
		.chain = rule->chain,
	};

	r.mask_id = intern_find(&t->masks, &rule->match.mask,
				sizeof(rule->match.mask));
	if (r.mask_id == HASH_NONE)
		return HASH_NONE;
	return hash_find(&t->by_key, key_hash(&r), key_equal, &r, t);
}

int flowtab_set_actions(struct flowtab *t, uint32_t slot,
			const struct rule *rule)
{
	struct flow *f = &t->flows[slot];
	bool same;
	uint32_t id;
	int rc;

	rc = get_actions(t, rule, &id);
	if (rc < 0)
		return rc;
	same = id == f->actions_id && f->policy == rule->policy;
	intern_put(&t->actions, f->actions_id);
	f->actions_id = id;
	f->policy = (uint8_t)rule->policy;
	return !same;
}

int flowtab_set_ufid(struct flowtab *t, uint32_t slot,
		     const struct ufid *ufid)
{
	struct flow *f = &t->flows[slot];
	int rc;

	hash_del(&t->by_ufid, ufid_hash(&f->ufid), slot);
	rc = hash_add(&t->by_ufid, ufid_hash(ufid), slot);
	if (rc < 0)
		return rc;
	f->ufid = *ufid;
	f->half_ufid = false;
	return 0;
}

void flowtab_rule(const struct flowtab *t, uint32_t slot, struct rule *out)
{
	const struct flow *f = &t->flows[slot];
	const void *actions;
	size_t size;

	actions = intern_data(&t->actions, f->actions_id, &size);
	out->n_actions = (uint8_t)(size / sizeof(out->actions[0]));
	memcpy(out->actions, actions, size);
	out->match.mask = *(const struct flow_key *)
		intern_data(&t->masks, f->mask_id, NULL);
	unpack_key(f->key, &out->match);

	out->dev = (struct port){ .no = PORT_NO_NONE };
	out->hook = (enum rule_hook)f->hook;
	out->policy = (enum rule_policy)f->policy;
	out->chain = f->chain;
	out->prio = f->prio;
	out->protocol_be = f->protocol_be;
	out->handle = slot + 1;
}
