/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What devlink tells of a device beside its ports and modes, as lists of
 * values: information, health reporters, parameters, resources.
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
	DETAIL_PARAMS,
	DETAIL_RESOURCES,
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

enum detail_type {                     /* NLA_*, same numbers */
	DETAIL_UNKNOWN,                /* newer than this build */
	DETAIL_U8, DETAIL_U16, DETAIL_U32, DETAIL_U64, DETAIL_STRING,
	DETAIL_BOOL,
};

/* When a value takes effect; linux/devlink.h, same numbers. */
enum detail_cmode { DETAIL_RUNTIME, DETAIL_DRIVERINIT, DETAIL_PERMANENT };
#define DETAIL_N_CMODES (DETAIL_PERMANENT + 1)

struct detail_value {
	bool has;                      /* there is one in this mode */
	uint64_t number;               /* of a boolean 0 or 1 */
	char text[DETAIL_TEXT_SIZE];   /* of a string */
};

struct detail_param {
	struct kernel_handle handle;
	char name[DETAIL_NAME_SIZE];
	bool generic;                  /* means the same for all drivers */
	enum detail_type type;
	struct detail_value values[DETAIL_N_CMODES];
};

/* Numbers of a resource, in its unit; UINT64_MAX is unlimited. */
enum detail_number {
	DETAIL_SIZE,
	DETAIL_SIZE_NEW,               /* after the next reload, if another */
	DETAIL_OCC,                    /* of SIZE, in use */
	DETAIL_SIZE_MIN, DETAIL_SIZE_MAX, DETAIL_SIZE_GRAN,
	DETAIL_N_NUMBERS,
};

/* Behind its parent in the list; a child is a part of its parent. */
struct detail_resource {
	uint32_t parent;               /* index; KERNEL_NO_NUMBER: it has none */
	char name[DETAIL_NAME_SIZE];
	bool entries;                  /* the unit; the only one there is */
	int size_valid;                /* 1, 0: children fit; -1: not told */
	bool has[DETAIL_N_NUMBERS];
	uint64_t numbers[DETAIL_N_NUMBERS];
};

struct detail_list {
	enum detail_kind kind;
	uint32_t n;
	union {                        /* allocated, NULL if n is 0 */
		void *items;
		struct detail_info *info;
		struct detail_reporter *reporters;
		struct detail_param *params;
		struct detail_resource *resources;
	};
};

/* A zeroed item at the end; NULL: out of memory, or there are DETAIL_MAX. */
void *detail_add(struct detail_list *list);
void detail_fini(struct detail_list *list);    /* legal on {0}, and again */

const char *detail_reporter_state_str(enum reporter_state state);

const char *detail_type_str(enum detail_type type);         /* "u32" */
const char *detail_cmode_str(enum detail_cmode mode);
/* -EINVAL: there is no such mode. */
int detail_cmode_parse(const char *text, enum detail_cmode *out);

/* devlink(8)'s word for a number of this parameter, or NULL. */
const char *detail_param_word(const struct detail_param *p, uint64_t number);
/* A value of the parameter's type; -EINVAL, -ERANGE, -EOPNOTSUPP with err. */
int detail_param_parse(const struct detail_param *p, const char *text,
		       struct detail_value *out, struct error *err);
bool detail_value_equal(const struct detail_param *p,
			const struct detail_value *a,
			const struct detail_value *b);

#endif
