/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What core is told of Open vSwitch, and has done to its database.  How is
 * swoffd/ovs's business.
 */
#ifndef SWOFFD_CORE_OVS_H
#define SWOFFD_CORE_OVS_H

#include <stdbool.h>
#include <stdint.h>

#include "swoffd/core/device.h"

#define OVS_MAX_IDLE_DEFAULT_MS 10000  /* OFPROTO_MAX_IDLE_DEFAULT */

#define OVS_MARK_SIZE 120

/* other_config, with the defaults of Open vSwitch for what is not set. */
struct ovs_settings {
	bool hw_offload;
	const char *tc_policy;               /* "none", "skip_sw", "skip_hw" */
	const char *hw_offload_priority;     /* "" if not set */
	uint32_t max_idle_ms;
	/* hold_settings() is in force: all of them have our values. */
	bool held;
	/* What max_idle_ms is when they have been released. */
	uint32_t own_max_idle_ms;
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
	const char *plugged;           /* the mark of plug(); "": it has none */
	uint32_t ifindex;              /* 0: not known */
	int64_t ofport;                /* -1: it has none */
	int32_t tag;                   /* of the port; -1: none */
};

/* A representor that is, or was, plugged. */
struct ovs_port {
	char name[IFNAMSIZ];           /* of port and interface */
	char mark[OVS_MARK_SIZE];      /* device/port_index, as in devlink */
	bool done;                     /* plug() or unplug() had to do it */
};

/*
 * What changes something is one transaction: all of it is done, or nothing.
 * Each returns 0 if under way, or -errno with err if it is refused at once;
 * the answer may be ECONNRESET: the server went before it answered, and
 * nobody knows.  To do what is so already is no error.
 */
struct ovs {
	void (*status)(const struct ovs *ovs, struct ovs_status *out);
	void (*for_each_bridge)(const struct ovs *ovs,
				void (*fn)(const char *name, void *ctx),
				void *ctx);
	/* Bridge by bridge, port by port. */
	void (*for_each_interface)(const struct ovs *ovs,
				   void (*fn)(const struct ovs_interface *i,
					      void *ctx),
				   void *ctx);

	/*
	 * Open vSwitch keeps flows whose packets it does not see; what was set
	 * before is written down beside, for whoever releases it, be it
	 * another daemon.  What somebody set while it was held becomes what
	 * was set before, if it is held once more.
	 */
	int (*hold_settings)(struct ovs *ovs, struct request *r,
			     struct error *err);
	/* Puts them back, but for those that somebody else has set. */
	int (*release_settings)(struct ovs *ovs, struct request *r,
				struct error *err);
	int (*set_hw_offload)(struct ovs *ovs, bool on, struct request *r,
			      struct error *err);

	/*
	 * ports live until the answer.  What is an interface of a bridge
	 * already is not plugged again, and what is not a port of this bridge,
	 * or has another mark, is not unplugged.
	 */
	int (*plug)(struct ovs *ovs, const char *bridge,
		    struct ovs_port *ports, uint32_t n,
		    struct request *r, struct error *err);
	int (*unplug)(struct ovs *ovs, const char *bridge,
		      struct ovs_port *ports, uint32_t n,
		      struct request *r, struct error *err);
};

/* The representor that i is: by ifindex, as names change, else by its name. */
bool ovs_find_rep(struct core *core, const struct ovs_interface *i,
		  struct rep *out);

#endif
