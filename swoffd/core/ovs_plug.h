/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which representors become ports of a bridge of Open vSwitch, and which of
 * those ports go: never one that we did not make.
 */
#ifndef SWOFFD_CORE_OVS_PLUG_H
#define SWOFFD_CORE_OVS_PLUG_H

#include "swoffd/core/ovs.h"

struct ovs_plug {
	struct core *core;             /* borrowed */
	const char *bridge;            /* borrowed */
	bool unplug;
	struct ovs_port *ports;        /* owned */
	uint32_t n, size;
	/* While ovs_plug_run() is under way. */
	struct request request;
	struct request *asked;         /* borrowed */
};

/*
 * All representors of VFs and scalable functions, of d or of all devices if d
 * is NULL, that have a netdev and are a port of no bridge, of Open vSwitch or
 * the kernel.  0, or with err -ENODEV (no such bridge), -ENOTCONN or -ENOMEM;
 * out is the caller's to ovs_plug_fini() in either case.
 */
int ovs_plug_find(struct core *core, const char *bridge,
		  const struct device *d, struct ovs_plug *out,
		  struct error *err);
/* All ports of the bridge that were plugged; with stale set, those whose
 * representor is gone or another. */
int ovs_plug_find_plugged(struct core *core, const char *bridge, bool stale,
			  struct ovs_plug *out, struct error *err);
void ovs_plug_fini(struct ovs_plug *p);        /* legal on {0} */

/* Does it; p lives until r is answered.  See struct ovs. */
int ovs_plug_run(struct ovs_plug *p, struct request *r, struct error *err);

#endif
