/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The companion of Open vSwitch, as others see it: its mode, and every flow of
 * the datapath with where it is and why.  It is swoffd/ovs/companion.c.
 */
#ifndef SWOFFD_CORE_COMPANION_H
#define SWOFFD_CORE_COMPANION_H

#include "swoffd/core/engine.h"
#include "swoffd/core/request.h"

enum companion_mode {
	COMPANION_AUTO,        /* observe if Open vSwitch offloads, else off */
	COMPANION_OFF,
	COMPANION_OBSERVE,     /* writes nothing */
	COMPANION_MIRROR,      /* offloads what the datapath has */
	COMPANION_N_MODES
};
const char *companion_mode_str(enum companion_mode mode);
int companion_mode_parse(const char *text, enum companion_mode *out);

/* What is asked for; kept over restarts. */
struct companion_settings {
	enum companion_mode mode;
	enum rule_policy policy;       /* of what is mirrored; where hw-only is
					* impossible, best-effort */
};

/* Where packets of a flow are forwarded. */
enum companion_where {
	COMPANION_IN_HW,
	COMPANION_IN_TC,       /* tc in software */
	COMPANION_IN_DATAPATH, /* the datapath of Open vSwitch */
	COMPANION_PENDING,     /* on its way into tc */
	COMPANION_N_WHERES
};
const char *companion_where_str(enum companion_where where);

/* Packets by where they were forwarded, of flows that are there now. */
struct companion_share {
	uint32_t flows;
	uint64_t packets, bytes;
	double rate;                   /* packets a second, lately */
};

struct companion_status {
	struct companion_settings asked;
	enum companion_mode mode;      /* in force: not COMPANION_AUTO */
	const char *why;               /* not the one that is asked for; "" */
	bool has_datapath;             /* the kernel has openvswitch */
	bool whole;                    /* its flows have been read */
	const char *trouble;           /* with reading them; "" none */
	uint32_t n_datapaths, n_ports, n_flows;
	uint32_t n_untold;             /* too many to be followed */
	struct companion_share shares[COMPANION_N_WHERES];
	uint64_t n_reads, read_ms;     /* how often, and how long the last was */
	uint64_t n_lost;               /* overflows of notifications */
	uint32_t n_idle;               /* out of tc, for they have no packets */
};

/* Borrowed pointers are valid until the loop runs again. */
struct companion_flow {
	struct ufid ufid;
	const char *dp;                /* name of its datapath; "" not known */
	const char *dev;               /* where it comes in; "" not known */
	enum companion_where where;
	bool in_tc, in_dp;             /* who has it */
	bool mirrored;                 /* by swoffd, not by Open vSwitch */
	const char *text;              /* as dpctl/dump-flows prints it, but
					* for ufid and statistics */
	uint64_t packets, bytes;       /* all */
	uint64_t hw_packets, hw_bytes; /* those of hardware among them */
	uint64_t used_ms;              /* ago; UINT64_MAX: never */
	double rate;                   /* packets a second, lately */
	bool unexplained;              /* trying it out could tell more */
	size_t n_reasons;
	struct reason reasons[REASON_LIST_MAX];
};

struct companion {
	/* Answered when the mode is in force.  Kept before that. */
	void (*set)(struct companion *c,
		    const struct companion_settings *settings,
		    struct request *r);
	void (*status)(const struct companion *c,
		       struct companion_status *out);
	/* Answered when flows and counters have been read anew. */
	void (*refresh)(struct companion *c, struct request *r);
	/* They are numbered from 0 up to this; false: there is none. */
	uint32_t (*n_places)(const struct companion *c);
	bool (*view)(const struct companion *c, uint32_t place,
		     struct companion_flow *out);
	/* -ENOENT. */
	int (*find)(const struct companion *c, const struct ufid *ufid,
		    uint32_t *place);
};

#endif
