/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a representor is known by over renames, reloads and changes of mode:
 * the function that it stands for, never its name, ifindex or port index.
 */
#ifndef SWOFFD_CORE_REP_ID_H
#define SWOFFD_CORE_REP_ID_H

#include <stddef.h>

#include "swoffd/core/kernel.h"

struct rep_id {
	struct kernel_handle handle;
	uint32_t flavour;              /* enum port_flavour */
	/* As in struct kernel_port. */
	uint32_t number, controller, pf, vf, sf;
};

static inline struct rep_id rep_id_of(const struct kernel_port *p)
{
	return (struct rep_id){ p->handle, p->flavour, p->number,
				p->controller, p->pf, p->vf, p->sf };
}

static inline bool rep_id_equal(const struct rep_id *a,
				const struct rep_id *b)
{
	return kernel_handle_equal(&a->handle, &b->handle) &&
	       memcmp(&a->flavour, &b->flavour,
		      sizeof(*a) - offsetof(struct rep_id, flavour)) == 0;
}

#endif
