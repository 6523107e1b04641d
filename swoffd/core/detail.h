/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What devlink tells of a device beside its ports and modes, as lists of
 * values: information, health reporters.
 */
#ifndef SWOFFD_CORE_DETAIL_H
#define SWOFFD_CORE_DETAIL_H

#include "swoffd/core/kernel.h"

#define DETAIL_MAX 8192                /* items of a list */
#define DETAIL_NAME_SIZE 64            /* longer ones are cut */
#define DETAIL_TEXT_SIZE 128
#define DETAIL_NO_COUNT UINT64_MAX     /* an attribute that is absent */

enum detail_kind {
	DETAIL_INFO,
	DETAIL_REPORTERS,
};

/* A row of what a device says of itself. */
enum detail_row {
	DETAIL_DRIVER, DETAIL_SERIAL, DETAIL_BOARD_SERIAL,
	DETAIL_FIXED, DETAIL_RUNNING, DETAIL_STORED,   /* a version */
};

struct detail_info {
	enum detail_row row;
	char name[DETAIL_NAME_SIZE];   /* of a version, "fw.mgmt" */
	char text[DETAIL_TEXT_SIZE];
};

enum reporter_state {                  /* linux/devlink.h, same numbers */
	REPORTER_HEALTHY, REPORTER_ERROR,
	REPORTER_UNKNOWN = 255,        /* not told, or newer than this build */
};

struct detail_reporter {
	struct kernel_handle handle;
	uint32_t port;                 /* index; KERNEL_NO_NUMBER: of no port */
	char name[DETAIL_NAME_SIZE];
	enum reporter_state state;
	uint64_t errors, recoveries;   /* since it was made */
	uint64_t grace_ms;             /* DETAIL_NO_COUNT: it cannot recover */
	int auto_recover, auto_dump;   /* 1, 0; -1: it cannot */
};

struct detail_list {
	enum detail_kind kind;
	uint32_t n;
	union {                        /* allocated, NULL if n is 0 */
		void *items;
		struct detail_info *info;
		struct detail_reporter *reporters;
	};
};

/* A zeroed item at the end; NULL: out of memory, or there are DETAIL_MAX. */
void *detail_add(struct detail_list *list);
void detail_fini(struct detail_list *list);    /* legal on {0}, and again */

const char *detail_reporter_state_str(enum reporter_state state);

#endif
