/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From whatever a person has in hand to the representor that is meant. */
#ifndef SWOFFD_CORE_REP_RESOLVE_H
#define SWOFFD_CORE_REP_RESOLVE_H

#include "swoffd/core/rep_places.h"

#define REP_PORT_NAME_SIZE 48          /* "c1pf0vf3" with any numbers */

struct rep_found {
	struct rep rep;
	const struct preflight_vf *vf;         /* of places, or NULL */
};

/*
 * word: a netdev, its or that of the VF, an altname, a devlink port, DEV and
 * phys_port_name ("eth0/pf0vf3"), the PCI address of a VF, a MAC address of
 * either.  0, -ENODEV with err, or -ENOTUNIQ with err, which lists them.
 */
int rep_resolve(struct core *core, const struct rep_places *places,
		const char *word, struct rep_found *out, struct error *err);

/* phys_port_name as it is, or as devlink would make it; "" for none. */
void rep_port_name(const struct rep *rep, char out[REP_PORT_NAME_SIZE]);

#endif
