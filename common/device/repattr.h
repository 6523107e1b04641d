/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Settings of a representor that the daemon keeps, as values and as words:
 * "up", "down", "mtu 9000", "hw-tc-offload on".
 */
#ifndef COMMON_DEVICE_REPATTR_H
#define COMMON_DEVICE_REPATTR_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/error.h"

/* In the order in which they are set: what is up carries packets. */
enum repattr_id { REPATTR_MTU, REPATTR_TC_OFFLOAD, REPATTR_UP, REPATTR_N };

#define REPATTR_BIT(id) (UINT32_C(1) << (id))
#define REPATTR_TEXT_SIZE 32           /* of a setting in words */

struct repattr {
	const char *name;              /* as JSON has it */
	const char *word;              /* as ip(8) and ethtool(8) have it */
	const char *off;               /* the word for 0 if it has no value
					* behind it, else NULL */
	bool is_bool;
	uint32_t max;
	const char *values;            /* of what is behind word, or NULL */
	const char *help;
};

extern const struct repattr repattr_table[REPATTR_N];

/* Values, of those whose REPATTR_BIT() is in mask. */
struct repattrs {
	uint32_t mask;
	uint32_t num[REPATTR_N];
};

static inline bool repattr_has(const struct repattrs *a, enum repattr_id id)
{
	return a->mask & REPATTR_BIT(id);
}

static inline void repattr_put(struct repattrs *a, enum repattr_id id,
			       uint32_t num)
{
	a->mask |= REPATTR_BIT(id);
	a->num[id] = num;
}

/* "up mtu 9000", at least one.  0 or -EINVAL with err. */
int repattr_parse(const char *text, struct repattrs *out, struct error *err);

/* "up mtu": bits of those that are named, all if there is none.  0 or -EINVAL
 * with err. */
int repattr_parse_names(const char *text, uint32_t *out, struct error *err);

/* "mtu 9000", "down". */
void repattr_format(enum repattr_id id, uint32_t num,
		    char out[REPATTR_TEXT_SIZE]);

#endif
