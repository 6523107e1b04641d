/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What may be said of a flow besides its rule: no part of it reaches the
 * kernel. */
#ifndef COMMON_FLOW_ATTRS_H
#define COMMON_FLOW_ATTRS_H

#include <stdbool.h>
#include <stdint.h>

#define FLOW_ATTR_PIN 0x1
#define FLOW_ATTR_WEIGHT 0x2
#define FLOW_ATTR_IDLE 0x4
#define FLOW_ATTR_HARD 0x8

#define FLOW_WEIGHT_MAX 1000000
#define FLOW_TIMEOUT_MAX 31536000      /* a year */

struct flow_attrs {
	uint32_t given;                /* FLOW_ATTR_*; the others keep what
					* they were */
	uint32_t pin;                  /* 1: in hardware before all others */
	uint32_t weight;               /* what a packet of it is worth; 1 */
	uint32_t idle_s, hard_s;       /* 0: no time-out */
};

#endif
