/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A place is a chain on a hook of a device: what flows are in, and what a
 * goto leads to.  It is there as long as something is in it or leads to it.
 */
#ifndef SWOFFD_CORE_PLACE_H
#define SWOFFD_CORE_PLACE_H

#include <stdbool.h>

#include "common/base/hash.h"
#include "common/base/pages.h"

#define PLACE_NONE HASH_NONE

struct place {
	uint32_t chain;
	uint16_t dev;                  /* id in the engine's device table */
	uint8_t hook;                  /* enum rule_hook */
	bool open;                     /* packets come by: rules may be here */
	bool todo;                     /* it was closed: see engine_chain.c */
	uint32_t next_todo;            /* plus one */
	uint32_t first;                /* slot of a flow in it, plus one */
	uint32_t n_flows;
	uint32_t n_queued;             /* of them in PHASE_QUEUED */
	uint32_t n_leads, n_leads_back;        /* flows in tc whose goto comes
					* here, from chains before; from this
					* or later ones */
};

struct places {
	struct pages pages;
	struct place *all;             /* = pages.data */
	uint32_t n, n_free;
	uint32_t first_free;           /* plus one */
	uint32_t last;                 /* that was looked up */
	struct hash index;
};

/* {0} is empty. */
void places_fini(struct places *p);

/* PLACE_NONE if it is not there. */
uint32_t place_find(const struct places *p, uint16_t dev, uint8_t hook,
		    uint32_t chain);
/* Makes it if need be; PLACE_NONE: no memory. */
uint32_t place_get(struct places *p, uint16_t dev, uint8_t hook,
		   uint32_t chain);
/* Something left it: it goes if it was the last. */
void place_check(struct places *p, uint32_t id);

/* Borrowed until the next place_get(). */
static inline struct place *place_at(const struct places *p, uint32_t id)
{
	return &p->all[id];
}

/* Ids run up to places.n; those that are free have dev PLACE_NO_DEV. */
#define PLACE_NO_DEV UINT16_MAX

#endif
