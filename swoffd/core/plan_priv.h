/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between the halves of a plan: its steps, and what stands in their way. */
#ifndef SWOFFD_CORE_PLAN_PRIV_H
#define SWOFFD_CORE_PLAN_PRIV_H

#include "swoffd/core/plan.h"

/* Fills in findings.  crossing: into legacy mode or out of it.  0 or -ENOMEM
 * with err. */
int plan_find(const struct preflight *now, const struct plan_target *target,
	      bool crossing, struct plan *out, struct error *err);

#endif
