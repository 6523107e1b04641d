/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A core over the fake kernel, and waiting for its answers; for unit tests. */
#ifndef TESTS_CORE_FIXTURE_H
#define TESTS_CORE_FIXTURE_H

#include "swoffd/core/plan_run.h"
#include "swoffd/recipe_file.h"
#include "tests/fake_kernel.h"
#include "tests/fake_store.h"

struct core_fixture {
	struct loop *loop;
	struct fake_kernel *fk;
	struct fake_store *fs;
	struct core *core;
	struct recipes *recipes;
	struct request request;
	struct plan_request plan;      /* of core_fixture_set_mode() */
	struct error err;              /* of the last answer */
	char warning[ERROR_MSG_SIZE];  /* of the last plan, or "" */
	int n_done;
};

/* A core that is ready, with one device of two VFs (of eight) and its uplink. */
struct core_fixture *core_fixture_new(const char *handle, const char *uplink,
				      enum eswitch_mode mode);
void core_fixture_free(struct core_fixture *f);

/* Another core, over the same kernel as it is now and what was committed to
 * the store: as after a kill. */
void core_fixture_restart(struct core_fixture *f);

/* What plan_run() says; the end is waited for as that of f->request. */
int core_fixture_set_mode(struct core_fixture *f, struct device *d,
			  enum eswitch_mode mode);

/* Until f->request is answered once more; fails if that never happens. */
void core_fixture_wait(struct core_fixture *f);
void core_fixture_rounds(struct core_fixture *f, int n);

#endif
