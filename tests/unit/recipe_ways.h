/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The steps that the recipes in data/recipes.json make of a mode change, and of
 * the way back, for a device of two VFs that are bound. */
#ifndef TESTS_UNIT_RECIPE_WAYS_H
#define TESTS_UNIT_RECIPE_WAYS_H

#include <stdint.h>

struct recipe_way {
	const char *driver;
	uint32_t id;                   /* vendor << 16 | device, or 0 */
	const char *there, *back;
};

static const struct recipe_way recipe_ways[] = {
	{ "hns3", 0, "unbind mode bind", "unbind mode bind" },
	{ "netdevsim", 0, "mode ports", "mode ports" },
	{ "mlx5_core", 0x15b31017, "unbind params mode ports bind",
	  "unbind mode ports bind" },
	{ "mlx5_core", 0x15b31013, "unbind inline mode ports bind",
	  "unbind mode ports bind" },
	{ "mlx5_core", 0x15b3101f, "zero params mode count ports bind",
	  "zero mode count ports bind" },
	{ "mlx5_core", 0x15b3a2dc, "unbind mode ports bind",
	  "unbind mode ports bind" },
	{ "ice", 0, "zero mode count ports bind",
	  "zero mode count ports bind" },
	{ "i40e", 0, "zero mode count ports bind",
	  "zero mode count ports bind" },
	{ "bnxt_en", 0, "mode", "mode" },
	{ "rvu_af", 0, "mode", "mode" },
	{ "rvu_rep", 0, "mode", "mode" },
};

#endif
