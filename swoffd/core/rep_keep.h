/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Settings of representors that are kept: set when somebody asks for them, and
 * again whenever the representor has a new netdev or somebody else has changed
 * them.  They outlive the netdev, its name, the mode and the daemon.
 */
#ifndef SWOFFD_CORE_REP_KEEP_H
#define SWOFFD_CORE_REP_KEEP_H

#include "common/base/loop.h"
#include "swoffd/core/device.h"
#include "swoffd/core/flap.h"
#include "swoffd/core/rep_id.h"
#include "swoffd/core/store.h"

#define REP_KEEP_MAX 65536             /* representors with settings */

struct rep_keep {
	struct core *core;             /* borrowed */
	struct store *store;           /* borrowed, or NULL */
	struct list wanted;
	struct list settings;          /* rep_set() under way */
	uint32_t n, last_key;
};

struct rep_wanted {
	struct list node;              /* keep->wanted */
	struct rep_keep *keep;         /* borrowed */
	struct rep_id id;
	uint32_t key;                  /* of its record */
	struct repattrs attrs;         /* what is wanted */
	uint32_t contested;            /* bits: somebody else wants it
					* otherwise, and it is left so */
	struct flap flaps[REPATTR_N];
	uint32_t ifindex;              /* of the netdev that is looked after */
	bool fresh;                    /* which is new: no fight yet */
	unsigned int n_jobs;
	bool again;                    /* look at it when they are done */
	struct kernel_job job;
	struct kernel_settings settings;
	struct timer retry;
	uint32_t retry_ms;             /* 0: the last try was no failure */
};

/* store NULL: nothing is kept beside memory. */
void rep_keep_init(struct rep_keep *keep, struct core *core,
		   struct store *store);
void rep_keep_fini(struct rep_keep *keep);
/* What an earlier daemon was asked for. */
void rep_keep_load(struct rep_keep *keep);

void rep_keep_on_link(struct rep_keep *keep, const struct link *link);
void rep_keep_on_link_gone(struct rep_keep *keep, uint32_t ifindex);
void rep_keep_on_port(struct rep_keep *keep, const struct kernel_port *port);

/* NULL: nothing is wanted of it. */
const struct rep_wanted *rep_wanted_find(struct rep_keep *keep,
					 const struct kernel_port *port);

/*
 * Sets all of attrs or nothing, and keeps it.  0 if under way, -errno with err
 * if refused at once.
 */
int rep_set(struct rep_keep *keep, const struct rep *rep,
	    const struct repattrs *attrs, struct request *r,
	    struct error *err);
/* Forgets what is wanted, mask being bits of settings; how it is stays.
 * -ENOENT with err: nothing of it is wanted. */
int rep_unset(struct rep_keep *keep, const struct rep *rep, uint32_t mask,
	      struct error *err);
/* All of all representors of a device; false: nothing was wanted. */
bool rep_keep_forget(struct rep_keep *keep, const struct kernel_handle *h);

#endif
