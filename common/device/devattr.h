/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Attributes of VFs, of functions behind devlink ports and of rates, as values
 * and as the words of ip(8) and devlink(8).  Rows are in devattr_table.def;
 * how they look in netlink is not known here.
 */
#ifndef COMMON_DEVICE_DEVATTR_H
#define COMMON_DEVICE_DEVATTR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/error.h"
#include "common/base/parse.h"

#define DEVATTR_TEXT_SIZE 64
#define DEVATTR_VALUE_SIZE 64          /* of any value as a word */
#define DEVATTR_BYTES_PER_MBIT 125000

enum devattr_id {
#define DEVATTR(id, ...) DEVATTR_##id,
#include "common/device/devattr_table.def"
#undef DEVATTR
	DEVATTR_N,
};

#define DEVATTR_BIT(id) (UINT32_C(1) << (id))

/* Of what it is an attribute; bits. */
enum devattr_object {
	DEVATTR_OF_TOLD = 0,           /* nobody sets it */
	DEVATTR_OF_VF = 1,
	DEVATTR_OF_FUNCTION = 2,
	DEVATTR_OF_RATE = 4,
	DEVATTR_OF_ANY = 7,
};

enum devattr_kind {
	DEVATTR_IS_MAC,                /* first byte in bits 47 to 40 */
	DEVATTR_IS_NUMBER,
	DEVATTR_IS_BOOL,               /* with words of its own */
	DEVATTR_IS_WORD,               /* the number of a word */
	DEVATTR_IS_SPEED,              /* bytes a second */
	DEVATTR_IS_TEXT,
};

struct devattr {
	const char *name;
	const char *alias;             /* or NULL */
	enum devattr_object object;
	enum devattr_kind kind;
	const char *values;            /* "off|on" by number, or NULL */
	uint64_t max;
	enum devattr_id twin;          /* the same by devlink, or itself */
	const char *help;
};

extern const struct devattr devattr_table[DEVATTR_N];

/* Values, of those whose DEVATTR_BIT() is in mask. */
struct devattrs {
	uint32_t mask;
	uint64_t num[DEVATTR_N];
	char parent[DEVATTR_TEXT_SIZE];   /* "": none */
};

static inline bool devattr_has(const struct devattrs *a, enum devattr_id id)
{
	return a->mask & DEVATTR_BIT(id);
}

static inline void devattr_put(struct devattrs *a, enum devattr_id id,
			       uint64_t num)
{
	a->mask |= DEVATTR_BIT(id);
	a->num[id] = num;
}

bool devattr_equal(const struct devattrs *a, const struct devattrs *b,
		   enum devattr_id id);

/* "trust on vlan 5 qos 3", attributes of objects only.  0 or -EINVAL with err;
 * out->mask 0 if there is no word. */
int devattr_parse(const char *text, unsigned int objects,
		  struct devattrs *out, struct error *err);

/* Its value as devattr_parse() reads it; "noparent" for that. */
void devattr_format(const struct devattrs *a, enum devattr_id id,
		    char out[DEVATTR_VALUE_SIZE]);

/* The same value of any kind, from its number: "on", "10Mbit". */
void devattr_format_number(enum devattr_id id, uint64_t num,
			   char out[DEVATTR_VALUE_SIZE]);

/*
 * Instead of what is said to the VF itself, what is said to devlink, where the
 * twin is in have: what devlink tells of a function is set by devlink.
 */
void devattr_prefer_devlink(struct devattrs *want,
			    const struct devattrs *have);

/*
 * As the object has it that have is of: by devlink or, if that does not tell of
 * it, to the VF itself.  What it has in neither way is dropped; the mask of that.
 */
uint32_t devattr_adapt(struct devattrs *want, const struct devattrs *have);

/* All of want that is not so in have, with what is set together with it. */
struct devattrs devattr_difference(const struct devattrs *want,
				   const struct devattrs *have);

static inline void devattr_mac_bytes(uint64_t num, uint8_t mac[MAC_SIZE])
{
	for (int i = 0; i < MAC_SIZE; i++)
		mac[i] = (uint8_t)(num >> (40 - 8 * i));
}

static inline uint64_t devattr_mac_number(const uint8_t mac[MAC_SIZE])
{
	uint64_t num = 0;

	for (int i = 0; i < MAC_SIZE; i++)
		num = num << 8 | mac[i];
	return num;
}

#endif
