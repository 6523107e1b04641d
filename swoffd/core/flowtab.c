/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Slots, packing and the two indexes; nothing here knows a kernel. */
#include "swoffd/core/flowtab.h"

#include <errno.h>
#include <string.h>

#include "swoffd/core/packed.h"

#define UFID_HALF 8                    /* bytes; what a cookie has room for */

/* The key as it is looked up: packed bytes and where they apply. */
struct key_ref {
	const uint8_t *key;
	uint16_t key_size;
	uint8_t hook;
	uint16_t dev, prio, protocol_be;
	uint32_t chain, mask_id;
};

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

/* A list of actions as it is kept: this, the actions, their data.  The class
 * is with them, being what few flows have and many share. */
struct action_blob {
	uint16_t n, data_size;
	uint32_t classid;
};

_Static_assert(sizeof(struct action_blob) % 8 == 0 &&
		       sizeof(struct action_blob) % _Alignof(struct rule_action)
			       == 0,
	       "actions follow aligned");

#define ACTIONS_SIZE (sizeof(struct action_blob) + \
		      sizeof(((struct rule *)0)->actions) + \
		      sizeof(((struct rule *)0)->data))

/* The size of what is in out. */
static size_t pack_actions(const struct rule *rule, uint8_t out[ACTIONS_SIZE])
{
	size_t size = rule->n_actions * sizeof(rule->actions[0]);
	struct action_blob blob = { rule->n_actions, rule->data_size,
				    rule->classid };

	memcpy(out, &blob, sizeof(blob));
	memcpy(out + sizeof(blob), rule->actions, size);
	memcpy(out + sizeof(blob) + size, rule->data, rule->data_size);
	return sizeof(blob) + size + rule->data_size;
}

static int get_actions(struct flowtab *t, const struct rule *rule,
		       uint32_t *id)
{
	uint8_t all[ACTIONS_SIZE];
	size_t size = pack_actions(rule, all);

	return intern_get(&t->actions, all, size, id);
}

bool flowtab_has_actions(const struct flowtab *t, const struct flow *f,
			 const struct rule *rule)
{
	uint8_t all[ACTIONS_SIZE];
	size_t size = pack_actions(rule, all);

	return intern_find(&t->actions, all, size) == f->actions_id;
}

static const struct action_blob *blob_of(const struct flowtab *t,
					 const struct flow *f)
{
	return intern_data(&t->actions, f->actions_id, NULL);
}

const struct rule_action *flowtab_actions(const struct flowtab *t,
					  const struct flow *f, uint8_t *n)
{
	const struct action_blob *blob = blob_of(t, f);

	*n = (uint8_t)blob->n;
	return (const void *)(blob + 1);
}

static void open_actions(const struct flowtab *t, const struct flow *f,
			 struct rule *out)
{
	const struct action_blob *blob = blob_of(t, f);
	const struct rule_action *actions = (const void *)(blob + 1);

	out->n_actions = (uint8_t)blob->n;
	out->data_size = blob->data_size;
	out->classid = blob->classid;
	memcpy(out->actions, actions, blob->n * sizeof(*actions));
	memcpy(out->data, actions + blob->n, blob->data_size);
}

static int fill(struct flowtab *t, struct flow *f, const struct rule *rule)
{
	struct packed packed;

	packed_make(&rule->match, &packed);
	f->key_size = packed.key_size;
	f->key = malloc(f->key_size ? f->key_size : 1);
	if (!f->key)
		return -ENOMEM;
	memcpy(f->key, packed.key, f->key_size);

	if (intern_get(&t->masks, packed.mask, packed.mask_size,
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
	struct packed packed;
	struct key_ref r = {
		.key = packed.key,
		.hook = (uint8_t)rule->hook,
		.dev = dev,
		.prio = rule->prio,
		.protocol_be = rule->protocol_be,
		.chain = rule->chain,
	};

	packed_make(&rule->match, &packed);
	r.key_size = packed.key_size;
	r.mask_id = intern_find(&t->masks, packed.mask, packed.mask_size);
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

const uint64_t *flowtab_mask(const struct flowtab *t, const struct flow *f)
{
	return intern_data(&t->masks, f->mask_id, NULL);
}

void flowtab_rule(const struct flowtab *t, uint32_t slot, struct rule *out)
{
	const struct flow *f = &t->flows[slot];

	open_actions(t, f, out);
	packed_open(intern_data(&t->masks, f->mask_id, NULL), f->key,
		    &out->match);

	out->dev = (struct port){ .no = PORT_NO_NONE };
	out->block = 0;
	out->verbose = false;
	out->hook = (enum rule_hook)f->hook;
	out->policy = (enum rule_policy)f->policy;
	out->chain = f->chain;
	out->prio = f->prio;
	out->protocol_be = f->protocol_be;
	out->handle = slot + 1;
}
