/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Datapaths in memory behind struct datapath_ops.  The test adds, changes and
 * removes what they have; what comes of it is told from the loop, in order, or
 * is lost.  Like the real ones they answer from the loop only, and a datapath
 * that goes takes its ports and flows along without a word.
 */
#ifndef TESTS_FAKE_DATAPATH_H
#define TESTS_FAKE_DATAPATH_H

#include "common/base/cleanup.h"
#include "common/base/list.h"
#include "common/base/loop.h"
#include "swoffd/core/datapath.h"

struct fake_dp {
	struct list node;
	struct datapath_info info;
	struct list ports;             /* struct fake_dp_port */
	struct list flows;             /* struct fake_dp_flow */
};

struct fake_dp_port {
	struct list node;
	struct datapath_port info;
};

struct fake_dp_flow {
	struct list node;
	struct ufid ufid;
	char *line;                    /* as it was given; owned */
	/* Knobs of tests: instead of those of the line. */
	uint64_t packets, bytes, used_ms;
};

struct fake_dp_filter {
	struct list node;
	struct kernel_filter info;     /* rule is the one below, or NULL */
	struct rule rule;
};

struct fake_datapath {
	struct datapaths base;         /* hand &base to what is tested */
	struct loop *loop;             /* borrowed */
	struct list dps;               /* struct fake_dp */
	struct list filters;           /* struct fake_dp_filter */

	/* Knobs of tests. */
	bool absent;                   /* no module: -ENOENT */
	bool quiet;                    /* nothing is notified of */
	int fail_read;                 /* errno of the next read_done, or 0 */
	bool fail_early;               /* which has told nothing then */
	int fail_filters;              /* errno of the next filters_done */
	bool deaf;                     /* features are not set, and nothing is
					* told of that */
	bool fail_filters_early;       /* filters() says -EIO of all */
	bool hold;                     /* nothing is answered meanwhile */

	/* What a test may look at. */
	uint32_t n_reads[DATAPATH_N_READS], n_filters, n_features;
	struct kernel_dump last_filters;

	/* Private. */
	struct list events;            /* to be told, oldest first */
	struct deferred work;
	bool following, reading, filtering;
	enum datapath_read what;
	struct odp_flow *flow;         /* the one that is told */
};

int fake_datapath_new(struct loop *loop, struct fake_datapath **out);
void fake_datapath_free(struct fake_datapath *f);
DEFINE_AUTO(struct fake_datapath *, fake_datapath_free)

/* With its local port, whose ifindex id is.  id is new. */
struct fake_dp *fake_dp_add(struct fake_datapath *f, uint32_t id,
			    const char *name, uint32_t features);
void fake_dp_del(struct fake_datapath *f, uint32_t id);
struct fake_dp *fake_dp_find(struct fake_datapath *f, uint32_t id);

/* New, or in place of the one with its number. */
void fake_dp_port_put(struct fake_datapath *f,
		      const struct datapath_port *port);
void fake_dp_port_del(struct fake_datapath *f, uint32_t dp, uint32_t no);

/*
 * A line of `dpctl/dump-flows -m` with a ufid and ports by number; new, or in
 * place of the flow with that ufid.  A line that is wrong ends the test.
 */
struct fake_dp_flow *fake_dp_flow_put(struct fake_datapath *f, uint32_t dp,
				      const char *line);
void fake_dp_flow_del(struct fake_datapath *f, uint32_t dp,
		      const struct ufid *ufid);
/* NULL: there is none. */
struct fake_dp_flow *fake_dp_flow_find(struct fake_datapath *f, uint32_t dp,
				       const struct ufid *ufid);

/* A ufid as OVS has it in netlink and in the cookies of its filters. */
void fake_dp_cookie(const struct ufid *ufid, uint8_t out[16]);

/*
 * A filter that filters() tells of filter->ifindex or ->block and ->hook; words
 * are those of tc, for its rule, NULL: it has none.  By ifindex, prio and handle
 * it takes the place of another.
 */
void fake_dp_filter_put(struct fake_datapath *f,
			const struct kernel_filter *filter, const char *words);
void fake_dp_filter_del(struct fake_datapath *f, uint32_t ifindex,
			uint16_t prio, uint32_t handle);

/* Notifications that were not told yet are lost, and that is told. */
void fake_datapath_lose(struct fake_datapath *f);
/* After hold has been set back to false. */
void fake_datapath_release(struct fake_datapath *f);

#endif
