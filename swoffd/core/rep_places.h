/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the functions behind representors are: PCI addresses and netdevs of
 * VFs, which only sysfs knows; read when somebody wants to know. */
#ifndef SWOFFD_CORE_REP_PLACES_H
#define SWOFFD_CORE_REP_PLACES_H

#include "swoffd/core/device.h"
#include "swoffd/core/preflight.h"

struct rep_places;

/* Embedded in its owner, who keeps it alive until base.done() is called. */
struct rep_places_request {
	struct request base;
	struct rep_places *places;     /* then the owner's to free */
};

/* Reads the netdevs of ports of d, or of all, and where VFs are.  0 if under
 * way, -errno with err if refused at once. */
int rep_places_read(struct core *core, const struct device *d,
		    struct rep_places_request *r, struct error *err);
void rep_places_free(struct rep_places *p);    /* NULL is legal */

/* The VF that rep stands for; NULL: it is none, of another host, or no PCI
 * function. */
const struct preflight_vf *rep_places_vf(const struct rep_places *p,
					 const struct rep *rep);

#endif
