/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The datapaths and their ports: flows have numbers, people have names. */
#ifndef SWOFFD_OVS_COMPANION_PORT_H
#define SWOFFD_OVS_COMPANION_PORT_H

#include "common/base/hash.h"
#include "common/base/list.h"
#include "common/base/pool.h"
#include "swoffd/core/datapath.h"

#define COMPANION_MAX_PORTS 65536      /* DP_MAX_PORTS of one datapath */
#define COMPANION_MAX_DATAPATHS 256

struct companion_datapath {
	struct list node;              /* companion_ports.datapaths */
	struct datapath_info info;
	bool seen;                     /* by the read under way */
	bool is_ours;                  /* OVS_DP_F_TC_RECIRC_SHARING of it */
	uint8_t n_asked;               /* for it, in vain or not yet told */
};
#define COMPANION_MAX_ASKED 3

struct companion_port {
	struct datapath_port info;
	bool used, seen;
};

struct companion_ports {
	struct list datapaths;
	uint32_t n_datapaths, n_ports;
	struct pool places;            /* struct companion_port */
	struct hash index;             /* by datapath and number */
};

void companion_port_init(struct companion_ports *t);
/* It is empty then, and as new. */
void companion_port_fini(struct companion_ports *t);

/* NULL: it is not known, or there is no room. */
struct companion_datapath *
companion_port_datapath(const struct companion_ports *t, uint32_t dp);
struct companion_datapath *
companion_port_put_datapath(struct companion_ports *t,
			    const struct datapath_info *info);
void companion_port_drop_datapath(struct companion_ports *t, uint32_t dp);

/* NULL: it is not known. */
const struct datapath_port *companion_port_find(const struct companion_ports *t,
						uint32_t dp, uint32_t no);
/* True: it is new, or another has its number now. */
bool companion_port_put(struct companion_ports *t,
			const struct datapath_port *port);
void companion_port_drop(struct companion_ports *t, uint32_t dp, uint32_t no);

/* The one in that place, from 0 on; NULL: there is none. */
uint32_t companion_port_n_places(const struct companion_ports *t);
const struct datapath_port *companion_port_at(const struct companion_ports *t,
					      uint32_t place);

/* Names and numbers of netdevs for the ports of a flow.  Those that are not
 * known stay numbers. */
void companion_port_name(const struct companion_ports *t, uint32_t dp,
			 struct odp_flow *flow);

/* A read begins; what it has not told is gone: dp_gone() is called for each
 * datapath and drops it.  True: ports of others have gone, too. */
void companion_port_sweep_begin(struct companion_ports *t);
bool companion_port_sweep_end(struct companion_ports *t,
			      void (*dp_gone)(void *ctx, uint32_t dp),
			      void *ctx);

#endif
