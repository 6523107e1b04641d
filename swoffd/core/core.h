/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The root of what the daemon knows and wants: devices, links, flows.  Pure:
 * it owns no descriptor and speaks to the kernel only through kernel_ops.
 */
#ifndef SWOFFD_CORE_CORE_H
#define SWOFFD_CORE_CORE_H

#include "common/base/loop.h"
#include "swoffd/core/device.h"
#include "swoffd/core/engine.h"
#include "swoffd/core/event.h"
#include "swoffd/core/health.h"
#include "swoffd/core/recipe.h"
#include "swoffd/core/rep_keep.h"
#include "swoffd/core/rep_names.h"
#include "swoffd/core/store.h"

struct companion;
struct ovs;

struct core {
	struct loop *loop;             /* borrowed */
	struct kernel *kernel;         /* borrowed */
	struct engine *engine;
	const struct recipes *recipes; /* borrowed; NULL: none */
	struct ovs *ovs;               /* borrowed; NULL: not looked at */
	struct companion *companion;   /* borrowed; NULL: there is none */
	struct list devices;
	struct list gone_devices;      /* that something still holds */
	struct list links;
	struct list link_names[LINK_LISTS], link_ifindexes[LINK_LISTS];
	struct list refreshes;         /* rep_refresh() under way */
	struct list places;            /* rep_places_read() under way */
	struct list readings;          /* of VFs and rates, under way */
	struct list details;           /* detail_read() under way */
	struct list sims;              /* sim_add() under way */
	struct list putbacks;          /* under way */
	struct store *store;           /* borrowed; NULL: nothing is kept */
	struct list wants;             /* what is wanted of devices */
	uint32_t n_wants, last_want_key;
	struct timer save_wants;       /* after a failure */
	struct health health;
	struct rep_keep reps;          /* what is wanted of them */
	struct rep_names names;        /* of them, by template */
	struct event_log events;
	bool synced;                   /* the first sync is complete */
	bool was_ready;
	struct list waiting;           /* requests of core_wait_ready() */
	struct list after_runs;        /* those of plan_run_wait_all() */
	struct deferred check_ready;
};

/* store NULL: nothing is kept beside the kernel. */
int core_new(struct loop *loop, struct kernel *kernel, struct store *store,
	     struct core **out);
void core_free(struct core *core);
DEFINE_AUTO(struct core *, core_free)

/* Starts the kernel; core_ready() when everything has been read once. */
int core_start(struct core *core, struct error *err);
bool core_ready(const struct core *core);
/* Called by its parts when something that ready waits for has happened. */
void core_check_ready(struct core *core);
void core_wait_ready(struct core *core, struct request *r);

#endif
