/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A question to core that is answered later. */
#ifndef SWOFFD_CORE_REQUEST_H
#define SWOFFD_CORE_REQUEST_H

#include <stdint.h>

#include "common/base/error.h"
#include "common/base/list.h"

/*
 * Embedded in its owner, who keeps it alive until done() is called: exactly
 * once, from the loop, never before the call that took it has returned.
 * err->code 0: it was done; the error lives as long as the callback.
 */
struct request {
	void (*done)(struct request *r, const struct error *err);
	struct list node;              /* core's, while under way */
	uint64_t after;                /* core's, while under way */
};

#endif
