/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The few best, or worst, of many flows: a heap that keeps so many of those
 * that are offered and forgets the others.
 */
#ifndef SWOFFD_CORE_RANK_H
#define SWOFFD_CORE_RANK_H

#include <stdbool.h>
#include <stdint.h>

struct ranked {
	float value;
	uint32_t slot;
};

/* {0} keeps none. */
struct rank {
	struct ranked *all;            /* owned */
	uint32_t n, max;
	bool lowest;                   /* keeps those, instead of the highest */
};

void rank_fini(struct rank *r);

/* Empties it and makes room for max; 0 or -ENOMEM, and then it keeps none. */
int rank_reset(struct rank *r, uint32_t max, bool lowest);
void rank_offer(struct rank *r, float value, uint32_t slot);
/* From the outermost value inwards: afterwards all[0] is the very best (or
 * worst), and nothing more may be offered. */
void rank_sort(struct rank *r);

#endif
