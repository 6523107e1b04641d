/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Trying out a flow of Open vSwitch on its own port: as flow.explain does, but
 * nothing of the port is switched on for it, and what is off is the reason.
 */
#ifndef SWOFFD_CTL_OVS_TRIAL_H
#define SWOFFD_CTL_OVS_TRIAL_H

#include "common/base/loop.h"
#include "swoffd/core/companion.h"

struct core;

struct ovs_trial {
	struct core *core;             /* borrowed */
	void (*done)(struct ovs_trial *t);

	/* Out, as of engine_explain(); is_rule: rule was made of the text. */
	struct engine_explain explain;
	bool is_rule;
	/* Private. */
	struct deferred later;
	struct line_flow line;
};

/*
 * text, dev: as of struct companion_flow; dev NULL: nobody has the flow.
 * done() is called once, from the loop, not before this returns; t is kept
 * alive until then.  0 or -EINVAL with err: it is no flow; -ENOMEM.
 */
int ovs_trial_start(struct ovs_trial *t, const char *text, const char *dev,
		    struct error *err);
/* Before its owner ends without done() having been called. */
void ovs_trial_cancel(struct ovs_trial *t);

#endif
