/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Beside Open vSwitch: follows its datapath flows, tells where each of them is
 * and why, and in mirror mode offloads them.
 */
#ifndef SWOFFD_OVS_COMPANION_H
#define SWOFFD_OVS_COMPANION_H

#include "common/base/cleanup.h"
#include "swoffd/core/companion.h"

struct core;
struct datapaths;
struct ovs;

/*
 * All are borrowed.  Begins when core is ready, as settings say unless the
 * store knows better.  0 or -ENOMEM.
 */
int companion_new(struct core *core, struct datapaths *datapaths,
		  struct ovs *ovs, const struct companion_settings *settings,
		  struct companion **out);
/* Before core_free() and before ovs and datapaths go. */
void companion_free(struct companion *c);
DEFINE_AUTO(struct companion *, companion_free)

/* Nobody follows the datapath from now on: what is mirrored goes, and what was
 * set is put back.  False: there is nothing to be done, and r is not taken. */
bool companion_stop(struct companion *c, struct request *r);

#endif
