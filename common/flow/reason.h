/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Why a flow is not in hardware.  Codes are rows of one table with stage, text
 * and remedy; a reason is a row plus what it is about.
 */
#ifndef COMMON_FLOW_REASON_H
#define COMMON_FLOW_REASON_H

#include <stddef.h>

#include "common/base/error.h"

#define REASON_SUBJECT_SIZE 64
#define REASON_LIST_MAX 48

enum reason_stage {
	STAGE_PARSE,
	STAGE_TRANSLATE,
	STAGE_CAPABILITY,
	STAGE_POLICY,
	STAGE_KERNEL,
	STAGE_DRIVER,
};

enum reason_code {
	REASON_KEY_UNSUPPORTED,        /* key-unsupported:<name> */
	REASON_KEY_UNKNOWN,
	REASON_KEY_DEPTH,              /* key-depth:mpls */
	REASON_MASK_UNSUPPORTED,
	REASON_ACTION_UNSUPPORTED,
	REASON_PROTO_UNKNOWN,          /* a checksum depends on ip_proto */
	REASON_METER_MISSING,
	REASON_TOO_MANY_ACTIONS,
	REASON_KEY_CONFLICT,           /* ports without proto and the like */
	REASON_PORT_UNKNOWN,           /* no such netdev here */
	REASON_PORT_NOT_OFFLOADABLE,
	REASON_CHAIN_TOO_BIG,
	REASON_CHAIN_AFTER_DECAP,
	REASON_TABLE_FULL,             /* ENOSPC from the driver */
	REASON_DRIVER_REFUSED,         /* EOPNOTSUPP and others, with extack */
	REASON_DRIVER_SILENT,          /* not_in_hw and not a word why */
	REASON_KERNEL_REFUSED,
	REASON_DUPLICATE,              /* EEXIST: same key in same chain, prio */
	REASON_QDISC_MISSING,
	REASON_DEVICE_GONE,
	REASON_RULE_REMOVED,           /* somebody else deleted the filter */
	REASON_POLICY_SW_ONLY,
	REASON_RESULT_UNKNOWN,         /* acks lost; being repeated */
	REASON_BLOCK_UNMANAGED,        /* a shared block, here or as target */
	REASON_COOKIES_TAKEN,          /* no action is left for our mark */
	REASON_HW_ONLY_IMPOSSIBLE,     /* skip_sw cannot be, or must not */
	REASON_ACTION_MISSING,         /* a shared action is not there */
	REASON_KERNEL_IGNORES_KEY,     /* older than the key: would be wider */
	REASON_CHAIN_UNREACHABLE,      /* no rule of ours leads to it */
	REASON_GAVE_WAY,               /* to flows that are worth more */
	REASON_BEING_PROVEN,           /* the negative control */
	REASON_OVS_OFFLOAD_OFF,        /* nobody offloads what OVS has */
	REASON_OVS_LEFT_OUT,           /* OVS offloads, but not this */
	REASON_RECIRC_NOT_SHARED,      /* tc and datapath: chains */
	REASON_SHOWN_TO_OVS,           /* out of tc, so that it learns */
	REASON_IDLE,                   /* out of tc, for it has no packets */
	REASON_N_CODES
};

struct reason_row {
	enum reason_code code;
	enum reason_stage stage;
	const char *name;              /* "table-full" */
	const char *text;              /* what it means */
	const char *remedy;            /* what to do next */
	const char *example;
};

struct reason {
	enum reason_code code;
	int err;                              /* positive errno or 0 */
	char subject[REASON_SUBJECT_SIZE];    /* field, action, device … */
	char extack[ERROR_EXTACK_SIZE];
};

/* A refusal lists all reasons at once; the same one twice is kept once. */
struct reason_list {
	size_t n;
	struct reason reasons[REASON_LIST_MAX];
};

/* Unused bytes are zero, so that equal ones are equal as bytes. */
void reason_make(struct reason *out, enum reason_code code, int err,
		 const char *subject, const char *extack);

const struct reason_row *reason_row(enum reason_code code);
const char *reason_stage_str(enum reason_stage stage);

/* One that does not fit any more is dropped: there are reasons enough. */
void reason_add(struct reason_list *list, enum reason_code code, int err,
		const char *subject_fmt, ...)
	__attribute__((format(printf, 4, 5)));

#endif
