/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Gives VFs and rates back what they are to have: reads what they have, and sets
 * what differs, each by itself, so that one refusal costs no other.
 */
#ifndef SWOFFD_CORE_PUTBACK_H
#define SWOFFD_CORE_PUTBACK_H

#include "swoffd/core/device.h"

struct putback;

struct putback_request {
	struct request base;           /* err: what could not be put back */
	/* VFs by vf, nodes of rates by node; borrowed until base.done(). */
	const struct kernel_function *wanted;
	size_t n;
	enum eswitch_mode mode;        /* that it is in; legacy has no nodes */
	bool yields;                   /* to whoever changes the device */
	/* While done() runs: how many were not as wanted, and are now. */
	size_t n_set;
};

/* Unless it yields, the caller sees to it that no other change of d is under
 * way.  0, or -ENOMEM with err, and done() is not called. */
int putback_start(struct device *d, struct putback_request *r,
		  struct error *err);
void putback_free_all(struct core *core);

#endif
