/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An audit: the flow table, what tc has and the flags of the hardware, compared
 * rule by rule over all devices.  Every difference is a finding of some kind;
 * rules of others are counted and left alone.
 */
#ifndef SWOFFD_CORE_ENGINE_AUDIT_H
#define SWOFFD_CORE_ENGINE_AUDIT_H

#include "swoffd/core/engine.h"

enum audit_kind {
	AUDIT_MISSING,         /* a flow is in tc, and its rule is not */
	AUDIT_CHANGED,         /* its rule does something else */
	AUDIT_STALE,           /* its rule leads to a device that is gone */
	AUDIT_DUPLICATED,      /* two rules carry the mark of one flow */
	AUDIT_ORPHAN,          /* a rule carries our mark, and no flow is its */
	AUDIT_N_KINDS
};

struct audit_row {
	const char *name;
	const char *text;              /* what it means */
	const char *fix;               /* what is done about it */
};
extern const struct audit_row audit_rows[AUDIT_N_KINDS];

struct audit_finding {
	enum audit_kind kind;
	char dev[IFNAMSIZ];
	enum rule_hook hook;
	uint32_t chain, handle;
	uint16_t prio;
	bool has_ufid;
	struct ufid ufid;
	char detail[128];
};

/*
 * Kept alive by its owner until done() is called: once, from the loop, never
 * before engine_audit() returns.  One runs at a time, others wait.
 */
struct engine_audit {
	bool fix;                      /* in: do what the rows say */
	void (*found)(struct engine_audit *a, const struct audit_finding *f);
	void (*done)(struct engine_audit *a);

	/* Out. */
	uint64_t n[AUDIT_N_KINDS];
	uint64_t n_clean, n_foreign;
	uint64_t n_pending;            /* flows that are being changed */
	bool incomplete;               /* a dump failed, or changed too often */

	struct list node;              /* the engine's */
};

void engine_audit(struct engine *e, struct engine_audit *a);

#endif
