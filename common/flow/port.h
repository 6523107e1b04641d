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

/* How the caller finds devices; pure translation has none and keeps names. */
struct port_resolver {
	/* Fills in ifindex (and name); 0, or -ENODEV.  Must not block. */
	int (*resolve)(const struct port_resolver *r, struct port *port);
};

#endif
