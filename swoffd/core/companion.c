/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words for modes and places. */
#include "swoffd/core/companion.h"

#include <errno.h>
#include <string.h>

static const char *const modes[COMPANION_N_MODES] = {
	[COMPANION_AUTO] = "auto",
	[COMPANION_OFF] = "off",
	[COMPANION_OBSERVE] = "observe",
	[COMPANION_MIRROR] = "mirror",
};

static const char *const wheres[COMPANION_N_WHERES] = {
	[COMPANION_IN_HW] = "in_hw",
	[COMPANION_IN_TC] = "tc",
	[COMPANION_IN_DATAPATH] = "datapath",
	[COMPANION_PENDING] = "pending",
};

const char *companion_mode_str(enum companion_mode mode)
{
	return modes[mode];
}

const char *companion_where_str(enum companion_where where)
{
	return wheres[where];
}

int companion_mode_parse(const char *text, enum companion_mode *out)
{
	for (int i = 0; i < COMPANION_N_MODES; i++)
		if (strcmp(text, modes[i]) == 0) {
			*out = (enum companion_mode)i;
			return 0;
		}
	return -EINVAL;
}
