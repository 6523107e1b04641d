/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A guard against fights: what somebody else changes is put back three times
 * within a minute, and not a fourth time.
 */
#ifndef SWOFFD_CORE_FLAP_H
#define SWOFFD_CORE_FLAP_H

#include <stdbool.h>
#include <stdint.h>

#define FLAP_MAX 3
#define FLAP_WINDOW_MS 60000

struct flap {
	uint64_t at_ms[FLAP_MAX];      /* of loop_now_ms(), a ring */
	uint32_t n;                    /* how often it was put back */
};

static inline void flap_note(struct flap *f, uint64_t now_ms)
{
	f->at_ms[f->n++ % FLAP_MAX] = now_ms;
}

/* No more: it has been put back so often just now. */
static inline bool flap_is_full(const struct flap *f, uint64_t now_ms)
{
	return f->n >= FLAP_MAX &&
	       now_ms - f->at_ms[f->n % FLAP_MAX] < FLAP_WINDOW_MS;
}

#endif
