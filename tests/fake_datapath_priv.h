/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What fake_datapath.c and fake_dp.c share: what is to be told, in order. */
#ifndef TESTS_FAKE_DATAPATH_PRIV_H
#define TESTS_FAKE_DATAPATH_PRIV_H

#include "tests/fake_datapath.h"

enum fake_what { DP, DP_GONE, PORT, PORT_GONE, FLOW, FLOW_GONE, LOST };

struct fake_told {
	struct list node;
	enum fake_what what;
	uint32_t dp;
	struct datapath_info info;
	struct datapath_port port;
	char *line;                    /* owned */
};

/* To be filled in. */
struct fake_told *fake_datapath_tell(struct fake_datapath *f,
				     enum fake_what what, uint32_t dp);

/* Is somebody notified of what happens? */
static inline bool fake_datapath_notifies(const struct fake_datapath *f)
{
	return f->following && !f->quiet;
}

/* Into f->flow; a line that is wrong ends the test. */
void fake_datapath_parse(struct fake_datapath *f, const char *line);

/* All that there is. */
void fake_dp_free_all(struct fake_datapath *f);

#endif
