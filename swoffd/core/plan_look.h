/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What core itself knows of a device: what a preflight asks for, and what can
 * be added to its answer. */
#ifndef SWOFFD_CORE_PLAN_LOOK_H
#define SWOFFD_CORE_PLAN_LOOK_H

#include "swoffd/core/core.h"
#include "swoffd/core/plan.h"

/* Names of parameters and links; 0 or -ENOMEM with err. */
int plan_look_prepare(const struct device *d, struct preflight *p,
		      struct error *err);
/* The masters of netdevs of VFs. */
void plan_look_complete(struct core *core, struct preflight *p);

/* Ports of VFs that are there, with their netdevs. */
uint32_t plan_look_ports(const struct device *d);

#endif
