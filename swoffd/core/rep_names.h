/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Representors get names by template, if that is asked for: altnames beside
 * the names that they have, or other names.  What another netdev has is never
 * taken, and nothing is taken down for it.
 */
#ifndef SWOFFD_CORE_REP_NAMES_H
#define SWOFFD_CORE_REP_NAMES_H

#include "swoffd/core/device.h"
#include "swoffd/core/rep_template.h"

enum rep_name_kind { REP_NAME_ALT, REP_NAME_MAIN, REP_NAME_N };

struct rep_naming {
	char templates[REP_NAME_N][REP_TEMPLATE_SIZE];         /* "": none */
};

struct rep_names {
	struct core *core;             /* borrowed */
	const struct rep_naming *naming;       /* borrowed; NULL: none */
	struct list named;
};

void rep_names_init(struct rep_names *names, struct core *core);
void rep_names_fini(struct rep_names *names);
/* From the next events on.  naming is borrowed. */
void rep_names_use(struct rep_names *names, const struct rep_naming *naming);

/* renamed: its name was another, or it is new. */
void rep_names_on_link(struct rep_names *names, const struct link *link,
		       bool renamed);
void rep_names_on_link_gone(struct rep_names *names, uint32_t ifindex);
void rep_names_on_port(struct rep_names *names,
		       const struct kernel_port *port);

#endif
