/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What core is told of Open vSwitch: its settings, and which netdev is a port
 * of which bridge.  How that is known is swoffd/ovs's business.
 */
#ifndef SWOFFD_CORE_OVS_H
#define SWOFFD_CORE_OVS_H

#include <stdbool.h>
#include <stdint.h>

#include "swoffd/core/device.h"

/* other_config, with the defaults of Open vSwitch for what is not set. */
struct ovs_settings {
	bool hw_offload;
	const char *tc_policy;               /* "none", "skip_sw", "skip_hw" */
	const char *hw_offload_priority;     /* "" if not set */
	uint32_t max_idle_ms;
};

/* Pointers are valid until the loop runs again. */
struct ovs_status {
	bool connected;
	bool known;                    /* what follows was read, now or before
					* the connection was lost */
	const char *path;              /* of the socket */
	const char *why;               /* not connected; "" if it is */
	const char *version;           /* of Open vSwitch; "" if not known */
	uint32_t n_bridges, n_ports, n_interfaces;
	struct ovs_settings settings;
};

/* As ovs_status: borrowed. */
struct ovs_interface {
	const char *bridge, *port, *name;
	const char *datapath_type;     /* of the bridge; "" is "system" */
	const char *type;              /* "" is "system" */
	const char *admin_state;       /* "up", "down", "": not known */
	const char *link_state;        /* the same */
	const char *error;             /* "" if there is none */
	uint32_t ifindex;              /* 0: not known */
	int64_t ofport;                /* -1: it has none */
	int32_t tag;                   /* of the port; -1: none */
};

struct ovs {
	void (*status)(const struct ovs *ovs, struct ovs_status *out);
	/* Bridge by bridge, port by port. */
	void (*for_each_interface)(const struct ovs *ovs,
				   void (*fn)(const struct ovs_interface *i,
					      void *ctx),
				   void *ctx);
};

/* The representor that i is: by ifindex, as names change, else by its name. */
bool ovs_find_rep(struct core *core, const struct ovs_interface *i,
		  struct rep *out);

#endif
