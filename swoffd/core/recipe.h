/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a driver wants its eswitch mode to be changed: swoffd-recipes(5), one
 * row a driver or a generation of its hardware.  Values only; the file of them
 * is read elsewhere.
 */
#ifndef SWOFFD_CORE_RECIPE_H
#define SWOFFD_CORE_RECIPE_H

#include <stddef.h>

#include "swoffd/core/device.h"

#define RECIPE_NAME_SIZE 32
#define RECIPE_TEXT_SIZE 160
#define RECIPE_PARAM_SIZE 32
#define RECIPE_MAX_IDS 16
#define RECIPE_MAX_PARAMS 4
#define RECIPE_MAX_VALUES 4
#define RECIPE_MAX_ROWS 256
#define RECIPE_MAX_DEADLINE_S 3600
#define RECIPE_DEADLINE_S 60           /* where a row says nothing */
#define RECIPE_ANY_DRIVER "*"

enum recipe_word {
	RECIPE_UNBIND,         /* take VFs off their drivers */
	RECIPE_ZERO,           /* sriov_numvfs 0 */
	RECIPE_PARAMS,
	RECIPE_INLINE,
	RECIPE_RATES,          /* remove the nodes of rates: devlink keeps
				* every driver from changing its mode while
				* there is one.  Goes before the mode unless
				* it is in the order */
	RECIPE_MODE,
	RECIPE_ENCAP,
	RECIPE_COUNT,          /* sriov_numvfs as it was */
	RECIPE_PORTS,          /* wait for the ports of VFs and their netdevs */
	RECIPE_BIND,           /* give VFs back to their drivers */
	RECIPE_N_WORDS,
};

/* What VFs must be while the mode changes. */
enum recipe_vfs {
	RECIPE_VFS_ANY,
	RECIPE_VFS_UNBOUND,
	RECIPE_VFS_ZERO,
	RECIPE_VFS_SOME,       /* any, but there must be one */
};

/* tc rules in hardware while the mode changes. */
enum recipe_rules {
	RECIPE_RULES_ANY,
	RECIPE_RULES_NONE,
};

/* A parameter of devlink, and what it may be in switchdev mode. */
struct recipe_param {
	char name[RECIPE_PARAM_SIZE];
	char values[RECIPE_MAX_VALUES][RECIPE_PARAM_SIZE];  /* first: if none */
	size_t n_values;
	enum eswitch_mode mode;        /* it is set in; UNKNOWN: any */
};

struct recipe_order {
	enum recipe_word words[RECIPE_N_WORDS];
	size_t n;
};

struct recipe {
	char name[RECIPE_NAME_SIZE];
	char driver[KERNEL_DRIVER_SIZE];
	char about[RECIPE_TEXT_SIZE];
	char fixed[RECIPE_TEXT_SIZE];  /* not "": the mode cannot be set */
	uint32_t ids[RECIPE_MAX_IDS];  /* vendor << 16 | device; none: all */
	size_t n_ids;
	enum recipe_vfs vfs;
	enum recipe_rules rules;
	enum eswitch_inline inline_mode;       /* that switchdev needs */
	struct recipe_param params[RECIPE_MAX_PARAMS];
	size_t n_params;
	struct recipe_order to_switchdev, to_legacy;
	uint32_t deadline_s[RECIPE_N_WORDS];   /* never 0 */
};

struct recipes {
	size_t n;
	struct recipe rows[];
};

/* The row of the driver with this id (0: none), else its row without ids, else
 * that of any driver.  NULL: recipes is NULL or without such a row. */
const struct recipe *recipe_choose(const struct recipes *recipes,
				   const char *driver, uint32_t pci_id);

/* NULL: the row makes sense, else what does not; constant text. */
const char *recipe_check(const struct recipe *r);

const char *recipe_word_str(enum recipe_word word);         /* "unbind" */
const char *recipe_vfs_str(enum recipe_vfs vfs);            /* "unbound" */

#endif
