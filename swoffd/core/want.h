/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What was asked for of a device and done: it is to stay so.  Kept by handle,
 * for a device may go and come back, and in the store.  What nobody asked for is
 * left as it is; but while a plan runs, all that it takes apart is wanted too.
 */
#ifndef SWOFFD_CORE_WANT_H
#define SWOFFD_CORE_WANT_H

#include "swoffd/core/device.h"
#include "swoffd/core/flap.h"
#include "swoffd/core/preflight.h"

#define WANT_MAX 4096                  /* devices; more are not remembered */

struct want_set {
	/* UNKNOWN, KERNEL_NO_NUMBER: it may be what it is. */
	struct kernel_device modes;
	struct kernel_function *functions;     /* VFs by vf, nodes by node */
	size_t n_functions;
	struct preflight_vf *drivers;          /* of VFs, and overrides */
	size_t n_drivers;
};

struct want {
	struct list node;              /* core->wants */
	struct kernel_handle handle;
	struct want_set asked;
	struct want_set captured;      /* by a plan that is not over */
	bool is_captured;
	uint32_t *keys;                /* of its records */
	size_t n_keys;
	bool unsaved;                  /* it could not be; tried again */

	/* restore.c */
	uint64_t since_ms;             /* it is not as wanted; 0: it is */
	uint64_t since_us;             /* kernel_us of the device, then */
	bool by_reload;                /* nobody in particular changed it */
	bool has_uplink;               /* when all was as wanted */
	struct kernel_device seen;     /* when all was as wanted; driver "": not
					* yet */
	uint64_t n_restored;           /* so often; the last time: */
	uint64_t took_ms, kernel_ms;   /* in all, and for the kernel */
	struct flap flap;
	uint32_t n_steps;              /* that changed something since then */
	bool contested;                /* left as others want it */
	uint32_t retry_ms;             /* after the last failure; 0: none */
	struct error err;              /* that */
};

void want_init(struct core *core);
/* From the store, before the kernel is started. */
void want_load(struct core *core);
void want_free_all(struct core *core);

/* NULL: nothing of it is wanted. */
struct want *want_find(const struct core *core, const struct kernel_handle *h);
bool want_is_empty(const struct want_set *set);
/* What is wanted at present: as captured or, if nothing is, as asked. */
const struct want_set *want_now(const struct want *w);

/* A change that was asked for is done.  The job is as it was submitted. */
void want_changed(struct device *d, const struct kernel_job *job);
void want_modes(struct device *d, const struct kernel_device *modes);
/* What is not UNKNOWN in to is otherwise. */
bool want_modes_differ(const struct kernel_device *to,
		       const struct kernel_device *is);
/* Nothing of it and its representors is wanted any more; false: nothing
 * was. */
bool want_forget(struct core *core, const struct kernel_handle *h);

/* All of this is wanted until the release; false: no memory, or something is
 * captured already. */
bool want_capture(struct device *d, const struct preflight *before);
void want_release(struct core *core, struct want *w);

/* want_record.c: all records of w, committed.  0, or -errno: it says so, and the
 * records are as they were. */
int want_save(struct core *core, struct want *w);
void want_restore(struct core *core);

/* For want_record.c: finds or adds. */
struct want *want_get(struct core *core, const struct kernel_handle *h);
struct kernel_function *want_function(struct want_set *set, uint32_t vf,
				      const char *node);
struct preflight_vf *want_driver(struct want_set *set, uint32_t vf);

#endif
