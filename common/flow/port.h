/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a flow names a device: as text does (a netdev name, or a datapath port
 * number), until the daemon has found its ifindex.
 */
#ifndef COMMON_FLOW_PORT_H
#define COMMON_FLOW_PORT_H

#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>

#define PORT_NO_NONE UINT32_MAX

struct port {
	char name[IFNAMSIZ];   /* "" if only the number is known */
	uint32_t no;           /* datapath port number or PORT_NO_NONE */
	uint32_t ifindex;      /* 0: not resolved yet */
};

/* What a port is to a datapath flow, as far as actions depend on it. */
enum port_kind {
	PORT_KIND_UNKNOWN,
	PORT_KIND_PLAIN,
	PORT_KIND_INTERNAL,    /* an Open vSwitch internal port: the host */
	PORT_KIND_VXLAN,       /* tunnels; packets carry tunnel metadata */
	PORT_KIND_GENEVE,
	PORT_KIND_GRE,
	PORT_KIND_ERSPAN,
	PORT_KIND_GTP,
	PORT_KIND_OTHER_TUNNEL,
};

/* By the names that Open vSwitch gives its tunnel devices: vxlan_sys_4789. */
enum port_kind port_kind_of_name(const char *name);

static inline bool port_kind_is_tunnel(enum port_kind kind)
{
	return kind >= PORT_KIND_VXLAN;
}

/*
 * The police action that stands for a meter of the datapath has this index,
 * plus the number of the meter.  The range is swoffd's: Open vSwitch takes the
 * lowest free index of its own (0x10000000 on), which tells no meter, and the
 * kernel tells the limits of none (net/openvswitch/meter.c).
 */
#define PORT_METER_POLICE 0x53000000U
#define PORT_METER_MAX 0x00ffffffU

static inline bool port_is_meter_police(uint32_t index)
{
	return index - PORT_METER_POLICE <= PORT_METER_MAX;
}

/*
 * What the caller knows of this host; pure translation has none of it, keeps
 * names and goes by port_kind_of_name().  Functions must not block.
 */
struct port_resolver {
	/* Fills in ifindex (and name); 0, or -ENODEV. */
	int (*resolve)(const struct port_resolver *r, struct port *port);
	enum port_kind (*kind)(const struct port_resolver *r,
			       const struct port *port);
	/* Index of the police action of a datapath meter; -ENOENT. */
	int (*meter)(const struct port_resolver *r, uint32_t meter,
		     uint32_t *index);
	/* A probe has shown that the kernel keeps TCA_FLOWER_KEY_ENC_FLAGS
	 * (6.11), so it knows TCA_TUNNEL_KEY_NO_FRAG (6.4) as well. */
	bool keeps_tunnel_flags;
};

#endif
