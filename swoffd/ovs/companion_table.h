/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every flow of Open vSwitch that is known, be it in a datapath or, put there
 * by Open vSwitch itself, in tc.
 */
#ifndef SWOFFD_OVS_COMPANION_TABLE_H
#define SWOFFD_OVS_COMPANION_TABLE_H

#include "common/base/hash.h"
#include "common/base/pool.h"
#include "swoffd/core/companion.h"
#include "swoffd/core/intern.h"

/* Above what Open vSwitch allows itself (flow-limit, 200000 by default); the
 * rest is counted and not followed. */
#define COMPANION_MAX_FLOWS 1000000

struct companion_counts {
	uint64_t packets, bytes;
};

struct companion_entry {
	struct ufid ufid;
	uint32_t dp, in_port;          /* 0 and PORT_NO_NONE: not known */
	char *text;                    /* owned; see struct companion_flow */
	uint32_t reasons_id;           /* in table.reasons, plus one; or 0 */
	bool used;                     /* else the place is empty */

	/* As the datapath has it. */
	bool in_dp;
	bool was_missed;               /* by the last read */
	bool has_ufid;                 /* else it was made of its key */
	bool translates;
	bool looked;                   /* at its text, in this mode */
	uint8_t seen;                  /* number of the last read that had it */
	struct companion_counts dp_counts;
	uint64_t dp_used_at_ms;        /* on the loop's clock; 0: never */
	uint64_t born_ms;

	/* As Open vSwitch has it in tc. */
	bool in_tc, in_hw;
	uint8_t tc_seen;
	uint32_t tc_ifindex;           /* of what it is put on; 0 a block */
	uint32_t tc_leads;             /* the chain that it goes to, or 0 */
	uint32_t chain;                /* recirc_id */
	uint64_t tc_hash;              /* of its rule */
	struct companion_counts tc_counts, hw_counts;
	uint64_t tc_used_at_ms;

	/* As the engine has it. */
	uint32_t slot;                 /* or ENGINE_NO_SLOT */
	uint8_t pause;                 /* enum flow_pause: it is out of tc … */
	uint64_t paused_ms;            /* … since then … */
	uint64_t paused_packets;       /* … when the datapath had counted so
					* many */
	uint64_t shown_ms;             /* when it was PAUSE_SHOWN last, or 0 */

	uint64_t rated_packets, rated_ms;
	float rate;                    /* packets a second, lately */
};

struct companion_table {
	struct pool places;            /* struct companion_entry */
	struct hash index;             /* by ufid */
	struct intern reasons;         /* struct reason, one or more */
	uint32_t n_flows, max_flows;
	uint32_t n_untold;             /* by the last read */
	uint32_t n_left_out;           /* the same, of the one under way */
};

void companion_table_init(struct companion_table *t);
void companion_table_fini(struct companion_table *t);

/* NULL: there is none. */
struct companion_entry *companion_table_find(const struct companion_table *t,
					     const struct ufid *ufid);
/* Found or made, with slot ENGINE_NO_SLOT.  Valid until the next is made;
 * NULL: no room, which is counted. */
struct companion_entry *companion_table_get(struct companion_table *t,
					    const struct ufid *ufid);
void companion_table_del(struct companion_table *t,
			 struct companion_entry *entry);

static inline uint32_t companion_table_n(const struct companion_table *t)
{
	return t->places.n_items;
}

/* From 0 on; NULL: the place is empty. */
static inline struct companion_entry *
companion_table_at(const struct companion_table *t, uint32_t place)
{
	struct companion_entry *e = place < t->places.n_items ?
				    pool_at(&t->places, place + 1) : NULL;

	return e && e->used ? e : NULL;
}

static inline uint32_t companion_table_place(const struct companion_table *t,
					     const struct companion_entry *e)
{
	return (uint32_t)(e - (const struct companion_entry *)
				      t->places.pages.data);
}

/* True: it is another than before; without memory the flow has none.  text is
 * copied. */
bool companion_entry_set_text(struct companion_entry *e, const char *text);
/* Without memory it has none. */
void companion_table_set_reasons(struct companion_table *t,
				 struct companion_entry *e,
				 const struct reason_list *why);
/* Borrowed until they change. */
const struct reason *companion_table_reasons(const struct companion_table *t,
					     const struct companion_entry *e,
					     size_t *n);

#endif
