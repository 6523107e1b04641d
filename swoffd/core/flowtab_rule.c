/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How rules become records and records rules: actions, matches. */
#include <errno.h>
#include <string.h>

#include "swoffd/core/flowtab.h"

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

int flowtab_hold_actions(struct flowtab *t, const struct rule *rule,
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

int flowtab_set_actions(struct flowtab *t, uint32_t slot,
			const struct rule *rule)
{
	struct flow *f = &t->flows[slot];
	bool same;
	uint32_t id;
	int rc;

	rc = flowtab_hold_actions(t, rule, &id);
	if (rc < 0)
		return rc;
	same = id == f->actions_id && f->policy == rule->policy;
	intern_put(&t->actions, f->actions_id);
	f->actions_id = id;
	f->policy = (uint8_t)rule->policy & 3;
	return !same;
}

const uint64_t *flowtab_mask(const struct flowtab *t, const struct flow *f)
{
	return intern_data(&t->masks, f->mask_id, NULL);
}

void flowtab_match(const struct flowtab *t, const struct flow *f,
		   struct flow_match *out)
{
	const uint64_t *mask = flowtab_mask(t, f);

	packed_open(mask, keypool_at(&t->keys, f->key, packed_key_size(mask)),
		    out);
}

void flowtab_rule(const struct flowtab *t, uint32_t slot, struct rule *out)
{
	const struct flow *f = &t->flows[slot];
	const struct place *place = flowtab_place(t, f);

	open_actions(t, f, out);
	flowtab_match(t, f, &out->match);
	out->dev = (struct port){ .no = PORT_NO_NONE };
	out->block = 0;
	out->verbose = false;
	out->hook = (enum rule_hook)place->hook;
	out->policy = (enum rule_policy)f->policy;
	out->chain = place->chain;
	out->prio = f->prio;
	out->protocol_be = f->protocol_be;
	out->handle = slot + 1;
}
