/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Open vSwitch behind struct ovs, as far as its settings go: they are what the
 * test sets, and are held and released when that is answered, from the loop.
 */
#ifndef TESTS_FAKE_OVS_H
#define TESTS_FAKE_OVS_H

#include "common/base/cleanup.h"
#include "common/base/loop.h"
#include "swoffd/core/ovs.h"

struct fake_ovs {
	struct ovs base;               /* first; hand &base to what is tested */
	struct loop *loop;             /* borrowed */

	/* Knobs of tests. */
	struct ovs_status status;      /* settings.held is our own */
	int refuse;                    /* errno of all calls, or 0 */
	int fail;                      /* errno of all answers, or 0 */
	bool fail_done;                /* and it has been done nevertheless */
	bool hold;                     /* nothing is answered meanwhile */

	/* What a test may look at. */
	uint32_t n_holds, n_releases;
	struct request *asked;         /* under way */

	/* Private. */
	bool holding;
	struct deferred work;
};

/* Connected and known, with max-idle as Open vSwitch has it by default. */
int fake_ovs_new(struct loop *loop, struct fake_ovs **out);
void fake_ovs_free(struct fake_ovs *f);
DEFINE_AUTO(struct fake_ovs *, fake_ovs_free)

/* After hold has been set back to false. */
void fake_ovs_answer(struct fake_ovs *f);
/* Who asked was killed: it is done, and nobody is answered. */
void fake_ovs_abandon(struct fake_ovs *f);

#endif
