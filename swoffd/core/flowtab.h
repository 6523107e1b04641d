/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The flow table: packed records in dense slots.  Slot plus one is the tc
 * handle.  Masks and action lists are interned; of the key only the bytes
 * under the mask are kept (packed.h).
 */
#ifndef SWOFFD_CORE_FLOWTAB_H
#define SWOFFD_CORE_FLOWTAB_H

#include "common/flow/odp.h"
#include "swoffd/core/engine.h"
#include "swoffd/core/intern.h"

#define FLOWTAB_MAX_FLOWS (4U * 1024 * 1024)

/* What only few flows have; allocated when it is needed. */
struct flow_extra {
	struct kernel_stats base;      /* counted before the last replace */
	size_t n_reasons;
	struct flow_reason *reasons;
};

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
	uint8_t *key;                  /* owned */
	struct flow_extra *extra;      /* owned; may be NULL */
	uint32_t mask_id, actions_id;
	uint32_t chain;
	uint32_t key_hash;
	uint16_t dev;                  /* id in the engine's device table */
	uint16_t prio, protocol_be;
	uint16_t key_size;
	uint8_t hook;                  /* enum rule_hook */
	uint8_t policy;                /* enum rule_policy */
	uint8_t state;                 /* enum flow_state */
	uint8_t phase;                 /* enum flow_phase */
	uint8_t op;                    /* enum flow_op, of QUEUED and SENT */
	uint8_t next;                  /* enum flow_next, of SENT */
	uint8_t presence;              /* enum flow_presence */
	uint8_t gen;                   /* of the last message; outlives the flow */
	uint8_t seen;                  /* number of the last dump that had it */
	uint8_t epoch;                 /* which settle requests wait for it */
	uint8_t tries;                 /* sent again because results were lost */
	bool explained;                /* the driver has been asked why */
	bool pending;                  /* counted in its epoch */
	bool queued;                   /* in the send queue */
	bool dying;                    /* to be deleted: its ufid is free */
	bool half_ufid;                /* adopted: the second half is not known */
	uint64_t used_ms;              /* loop clock, of the last packet; 0 never */
	struct kernel_stats now;       /* as the kernel counts; used_ms unused */
};

struct flowtab {
	struct flow *flows;
	uint32_t n_slots, size_slots;
	uint32_t n_flows;
	uint32_t *free_slots;
	uint32_t n_free, size_free;
	struct intern masks, actions;
	struct hash by_ufid, by_key;
};

/* {0} is empty. */
void flowtab_fini(struct flowtab *t);

/*
 * Adds a flow; ports in rule->actions must carry device ids in port.no.
 * slot: FLOWTAB_ANY_SLOT, or the one wanted.  0 and *slot; -ENOMEM, -ENOSPC
 * (limit), -EEXIST (that slot is taken).
 */
#define FLOWTAB_ANY_SLOT UINT32_MAX
int flowtab_add(struct flowtab *t, const struct rule *rule, uint16_t dev,
		const struct ufid *ufid, uint32_t *slot);
void flowtab_del(struct flowtab *t, uint32_t slot);

struct flow *flowtab_get(struct flowtab *t, uint32_t slot);  /* or NULL */
uint32_t flowtab_find_ufid(const struct flowtab *t, const struct ufid *ufid);
uint32_t flowtab_find_key(const struct flowtab *t, const struct rule *rule,
			  uint16_t dev);

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

/* The actions of a flow; borrowed until it changes. */
const struct rule_action *flowtab_actions(const struct flowtab *t,
					  const struct flow *f, uint8_t *n);

/* The whole rule again, but for dev and the ports of its actions, which have
 * their device ids in port.no. */
void flowtab_rule(const struct flowtab *t, uint32_t slot, struct rule *out);

#endif
