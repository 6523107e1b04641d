/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How to get from one state of a device to another: the steps in the order of
 * the driver's recipe, and what stands in the way.  A pure function, which the
 * way back is made by as well.
 */
#ifndef SWOFFD_CORE_PLAN_H
#define SWOFFD_CORE_PLAN_H

#include "swoffd/core/preflight.h"

#define PLAN_TEXT_SIZE 160
#define PLAN_BLOCKING_SIZE (PLAN_TEXT_SIZE + 64)
#define PLAN_MAX_STEPS (RECIPE_N_WORDS + RECIPE_MAX_PARAMS + 3)

/* Where to: what is UNKNOWN or "" is left as it is. */
struct plan_target {
	enum eswitch_mode mode;
	enum eswitch_inline inline_mode;
	enum eswitch_encap encap_mode;
	uint32_t vf_count;             /* KERNEL_NO_NUMBER: there are none */
	struct preflight_param params[PREFLIGHT_MAX_PARAMS];
	size_t n_params;
	/* Of each VF the driver and its override; borrowed. */
	const struct preflight_vf *vfs;
	size_t n_vfs;
};

/* A step is a word of the recipe, one for each parameter. */
struct plan_step {
	enum recipe_word what;
	uint32_t deadline_s;
	/* What of it counts for the step. */
	enum eswitch_mode mode;
	enum eswitch_inline inline_mode;
	enum eswitch_encap encap_mode;
	uint32_t n;                    /* VFs to make, to move; ports to see */
	struct preflight_param param;
	char text[PLAN_TEXT_SIZE];     /* for people: "take 2 VFs off …" */
};

enum plan_finding_kind {
	PLAN_NO_ESWITCH,       /* the driver has none, or no mode to set */
	PLAN_FIXED,
	PLAN_VF_HELD,          /* by a process, through VFIO */
	PLAN_VF_UNSEEN,        /* whether so, cannot be told */
	PLAN_VF_ELSEWHERE,     /* its netdev is in another namespace */
	PLAN_VF_MASTER,
	PLAN_VF_NETDEV,        /* it goes, with its addresses */
	PLAN_LINK_MASTER,
	PLAN_LINK_RULES,
	PLAN_NO_VFS,
	PLAN_N_FINDINGS,
};

struct plan_finding {
	enum plan_finding_kind kind;
	bool blocks;                   /* else it is for information */
	char subject[PREFLIGHT_PCI_SIZE + 8];  /* VF, netdev or device */
	char text[PLAN_TEXT_SIZE];
};

struct plan {
	const struct recipe *recipe;   /* borrowed */
	struct plan_step steps[PLAN_MAX_STEPS];
	size_t n_steps;                /* 0: nothing is to be done */
	struct plan_finding *findings; /* owned */
	size_t n_findings, n_blocking;
};

/* The target that a person means who wants these; UNKNOWN is "as it is". */
struct plan_target plan_wanted(const struct preflight *now,
			       const struct recipe *recipe,
			       const struct kernel_device *wanted);
/* All as it is now; borrows from now. */
struct plan_target plan_captured(const struct preflight *now);

/* 0, or -ENOMEM with err; to be ended by plan_fini(). */
int plan_make(const struct preflight *now, const struct recipe *recipe,
	      const struct plan_target *target, struct plan *out,
	      struct error *err);
void plan_fini(struct plan *p);
/* What is the first to block it: "VF 1: 0000:03:00.3 is held …"; or "". */
void plan_blocking_str(const struct plan *p,
		       char out[PLAN_BLOCKING_SIZE]);

/* 0, or -EIO with err naming what is not as the target says. */
int plan_verify(const struct preflight *now,
		const struct plan_target *target, struct error *err);

const char *plan_finding_str(enum plan_finding_kind kind);  /* "vf-held" */
const char *plan_finding_remedy(enum plan_finding_kind kind);

#endif
