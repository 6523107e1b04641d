/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What does not fit together: MTUs and links of uplinks, representors, VFs and
 * tunnels. */
#ifndef SWOFFD_CORE_REP_CHECK_H
#define SWOFFD_CORE_REP_CHECK_H

#include "swoffd/core/rep_places.h"

#define REP_CHECK_DETAIL_SIZE 128

enum rep_check_kind {
	REP_CHECK_REP_MTU,
	REP_CHECK_UPLINK_DOWN,
	REP_CHECK_REP_DOWN,
	REP_CHECK_TUNNEL_MTU,
	REP_CHECK_N,
};

struct rep_check_row {
	const char *name;
	const char *text;              /* what it means */
	const char *remedy;
};

extern const struct rep_check_row rep_check_rows[REP_CHECK_N];

struct rep_finding {
	enum rep_check_kind kind;
	const struct device *device;
	const char *netdev;            /* what is to be changed */
	const char *other;             /* what it does not fit to */
	char detail[REP_CHECK_DETAIL_SIZE];
};

/* Of d, or of all devices if it is NULL; only those in switchdev mode have
 * anything to fit.  places were read of these. */
void rep_check(struct core *core, const struct device *d,
	       const struct rep_places *places,
	       void (*fn)(const struct rep_finding *f, void *ctx), void *ctx);

#endif
