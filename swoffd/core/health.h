/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Health reporters are followed: what happens to one is logged, at most once
 * a second, and the last of it always.
 */
#ifndef SWOFFD_CORE_HEALTH_H
#define SWOFFD_CORE_HEALTH_H

#include "common/base/loop.h"
#include "swoffd/core/detail.h"
#include "swoffd/core/request.h"

struct core;

struct health {
	struct core *core;             /* borrowed */
	struct list known;
	uint32_t n_known;
	struct timer pause;            /* until the log may have more */
	bool paused;
	struct detail_list list;       /* being read */
	struct request read;
	bool reading, again;
};

void health_init(struct health *h, struct core *core);
void health_fini(struct health *h);

void health_on_reporter(struct health *h, const struct detail_reporter *r);
/* Notifications may have been lost, or there were none yet. */
void health_on_synced(struct health *h);
/* Reporters go with their device, and nobody tells. */
void health_on_device_gone(struct health *h,
			   const struct kernel_handle *handle);

#endif
