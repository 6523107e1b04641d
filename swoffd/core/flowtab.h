/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The flow table: packed records in dense slots.  Slot plus one is the tc
 * handle.  Masks and action lists are interned; of the key only the bytes
 * under the mask are kept (packed.h).  A flow is some 180 bytes: 120 here, its
 * key, and two cells of an index.
 */
#ifndef SWOFFD_CORE_FLOWTAB_H
#define SWOFFD_CORE_FLOWTAB_H

#include "common/flow/odp.h"
#include "swoffd/core/engine.h"
#include "swoffd/core/intern.h"
#include "swoffd/core/keypool.h"
#include "swoffd/core/packed.h"
#include "swoffd/core/place.h"

#define FLOWTAB_MAX_FLOWS (16U * 1024 * 1024)
#define FLOWTAB_NO_SLOT HASH_NONE

/* Where on its way to the kernel a flow is. */
enum flow_phase {
	PHASE_FREE,            /* no flow in this slot */
	PHASE_WAIT_DEV,        /* its device is being prepared */
	PHASE_QUEUED,          /* op is to be sent */
	PHASE_SENT,            /* op is with the kernel */
	PHASE_VERIFY,          /* accepted; what hardware does is unread */
	PHASE_SETTLED,
};

enum flow_op {
	OP_ADD,
	OP_REPLACE,
	OP_TRIAL,              /* replace with skip_sw: makes the driver speak */
	OP_EXPLAIN,            /* replace, verbose: where skip_sw cannot be */
	OP_GET,
	OP_DEL,                /* then the record goes */
	OP_WITHDRAW,           /* del, but the flow is still wanted */
};

static inline bool op_deletes(uint8_t op)
{
	return op == OP_DEL || op == OP_WITHDRAW;
}

/* What to do when the message under way is answered. */
enum flow_next {
	NEXT_NOTHING,
	NEXT_ADVANCE,          /* make it as wanted */
	NEXT_DEL,
	NEXT_WITHDRAW,
};

/* What is known of the filter that carries our handle. */
enum flow_presence { NOT_THERE, THERE_UNREAD, THERE_SW, THERE_HW };

struct flow {
	struct ufid ufid;
	struct flow_counters now;     /* as the kernel counts */
	uint32_t key;                  /* in flowtab.keys */
	uint32_t mask_id, actions_id;
	uint32_t place;                /* in flowtab.places */
	uint32_t next, prev;           /* slots in the same place, or free */
	uint32_t key_hash;
	uint32_t base_id;              /* counted before the last replace: in
					* engine.bases, or POOL_NONE */
	uint32_t reasons_id;           /* in engine.reasons, plus one; or 0 */
	uint32_t used_ds;              /* of the last packet; 0 never */
	uint32_t since_ds;             /* in this state for these reasons */
	uint32_t born_ds;
	float rate;                    /* packets a second, lately */
	uint16_t prio, protocol_be;
	uint16_t attrs_id;             /* in engine.attrs */
	uint16_t n_times;              /* the same reasons; stays at its most */
	uint8_t gen;                   /* of the last message; outlives the flow */
	uint8_t dev_gen;               /* of the device that presence is about */
	uint8_t targets;               /* gens of those it leads to, as sent */
	uint8_t flush_no;              /* flushes that were before it */
	uint8_t seen;                  /* number of the last dump that had it */
	uint8_t epoch;                 /* which settle requests wait for it */
	uint8_t tries : 4;             /* sent again because results were lost */
	uint8_t op : 3;                /* enum flow_op, of QUEUED and SENT */
	uint8_t explained : 1;         /* the driver has been asked why */
	uint8_t state : 3;             /* enum flow_state */
	uint8_t phase : 3;             /* enum flow_phase */
	uint8_t policy : 2;            /* enum rule_policy */
	uint8_t presence : 2;          /* enum flow_presence */
	uint8_t next_step : 2;         /* enum flow_next, of SENT */
	uint8_t pending : 1;           /* counted in its epoch */
	uint8_t queued : 1;            /* in the send queue */
	uint8_t dying : 1;             /* to be deleted: its ufid is free */
	uint8_t half_ufid : 1;         /* adopted: the rest is not known */
	uint8_t was : 3;               /* enum flow_state, when last settled */
	uint8_t own_ufid : 1;          /* not derived from its match */
	uint8_t stale : 1;             /* what the kernel has is not as wanted */
	uint8_t clash : 1;             /* its place was taken: by whom? */
	uint8_t gave_way : 1;          /* in software, for others are worth more */
	uint8_t claims : 1;            /* counted in its switch, … */
	uint8_t claims_pin : 1;        /* … as a pinned one */
	uint8_t unsaved : 1;           /* the store is to be told of the slot */
	uint8_t stored : 1;            /* there is a record of the flow */
	uint8_t leads : 1;             /* counted in the chain it goes to */
	uint8_t proving : 1;           /* engine_prove.c watches it, … */
	uint8_t control : 1;           /* … and made it give way for that */
	uint8_t beside : 1;            /* put while hardware had another of it */
	uint8_t mirrored : 1;          /* a datapath has it, and keeps it for us */
	uint8_t pause : 2;             /* enum flow_pause */
};

/* What a flow is looked up by, made once of a rule. */
struct flow_key_ref {
	struct packed packed;
	uint32_t mask_id;              /* HASH_NONE: no flow has it */
	uint32_t place;                /* PLACE_NONE: none is there */
	uint32_t hash;
	uint16_t prio, protocol_be;
};

/* An index that doubles keeps everybody waiting, so there are many small ones,
 * which do so one after the other. */
#define FLOWTAB_SHARDS 32

struct flowtab {
	struct pages pages;
	struct flow *flows;            /* = pages.data */
	uint32_t n_slots;
	uint32_t n_flows;
	uint32_t first_free, last_free;        /* slots plus one */
	uint32_t n_free;
	struct keypool keys;
	struct intern masks, actions;
	struct places places;
	struct hash by_ufid[FLOWTAB_SHARDS], by_key[FLOWTAB_SHARDS];
};

/* {0} is empty. */
void flowtab_fini(struct flowtab *t);

/* dev: id of the device in the engine's table. */
void flowtab_ref(const struct flowtab *t, const struct rule *rule,
		 uint16_t dev, struct flow_key_ref *out);
uint32_t flowtab_find(const struct flowtab *t, const struct flow_key_ref *ref);
uint32_t flowtab_find_ufid(const struct flowtab *t, const struct ufid *ufid);
/* By the half of it that a cookie has room for. */
uint32_t flowtab_find_half(const struct flowtab *t, const struct ufid *ufid);

/* The ufid of a flow that was given none: of its match and of place_hash,
 * which tells where it is. */
void flowtab_derive_ufid(const struct flow_key_ref *ref, uint64_t place_hash,
			 struct ufid *out);

/*
 * Adds a flow that flowtab_find() has not found; ports in rule->actions must
 * carry device ids in port.no.  slot: FLOWTAB_ANY_SLOT, or the one wanted.
 * 0 and *slot; -ENOMEM, -ENOSPC (limit), -EEXIST (that slot is taken).
 */
#define FLOWTAB_ANY_SLOT HASH_NONE
int flowtab_add(struct flowtab *t, const struct rule *rule, uint16_t dev,
		struct flow_key_ref *ref, const struct ufid *ufid,
		uint32_t *slot);
void flowtab_del(struct flowtab *t, uint32_t slot);

static inline struct flow *flowtab_get(const struct flowtab *t, uint32_t slot)
{
	if (slot >= t->n_slots || t->flows[slot].phase == PHASE_FREE)
		return NULL;
	return &t->flows[slot];
}

static inline uint32_t flowtab_slot(const struct flowtab *t,
				    const struct flow *f)
{
	return (uint32_t)(f - t->flows);
}

static inline struct place *flowtab_place(const struct flowtab *t,
					  const struct flow *f)
{
	return place_at(&t->places, f->place);
}

/* A reference to the actions of a rule; 0 and *id, -ENOMEM. */
int flowtab_hold_actions(struct flowtab *t, const struct rule *rule,
			 uint32_t *id);
/* Gives the flow other actions and policy: 1 if they differ, 0, -ENOMEM. */
int flowtab_set_actions(struct flowtab *t, uint32_t slot,
			const struct rule *rule);
/* Are those of the flow these? */
bool flowtab_has_actions(const struct flowtab *t, const struct flow *f,
			 const struct rule *rule);
int flowtab_set_ufid(struct flowtab *t, uint32_t slot,
		     const struct ufid *ufid);

/* The mask of a flow, packed; borrowed until it goes. */
const uint64_t *flowtab_mask(const struct flowtab *t, const struct flow *f);
void flowtab_match(const struct flowtab *t, const struct flow *f,
		   struct flow_match *out);

/* The actions of a flow; borrowed until it changes. */
const struct rule_action *flowtab_actions(const struct flowtab *t,
					  const struct flow *f, uint8_t *n);

/* The whole rule again, but for dev and the ports of its actions, which have
 * their device ids in port.no. */
void flowtab_rule(const struct flowtab *t, uint32_t slot, struct rule *out);

#endif
