/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rows, and values of them in words. */
#include "common/device/devattr.h"

#include <stdio.h>
#include <string.h>

const struct devattr devattr_table[DEVATTR_N] = {
#define DEVATTR(id, name, alias, object, kind, values, max, twin, type, at,  \
		help)                                                        \
	[DEVATTR_##id] = { name, alias, DEVATTR_OF_##object,                 \
			   DEVATTR_IS_##kind, values, max, DEVATTR_##twin,   \
			   help },
#include "common/device/devattr_table.def"
#undef DEVATTR
};

bool devattr_equal(const struct devattrs *a, const struct devattrs *b,
		   enum devattr_id id)
{
	if (devattr_has(a, id) != devattr_has(b, id))
		return false;
	if (devattr_table[id].kind == DEVATTR_IS_TEXT)
		return strcmp(a->parent, b->parent) == 0;
	return a->num[id] == b->num[id];
}

/* The n-th of "off|on"; "?" if there are not so many. */
static void nth_word(const char *words, uint64_t n,
		     char out[DEVATTR_VALUE_SIZE])
{
	while (n && *words) {
		words += strcspn(words, "|");
		words += *words == '|';
		n--;
	}
	(void)snprintf(out, DEVATTR_VALUE_SIZE, "%.*s",
		       *words ? (int)strcspn(words, "|") : 1,
		       *words ? words : "?");
}

/* Without rounding, so that it reads as the same again. */
static void format_speed(uint64_t bytes, char out[DEVATTR_VALUE_SIZE])
{
	static const char *const units[] = { "bit", "Kbit", "Mbit", "Gbit",
					     "Tbit" };
	uint64_t v = bytes;
	size_t i = 0;

	if (bytes > UINT64_MAX / 8) {
		(void)snprintf(out, DEVATTR_VALUE_SIZE, "%llubps",
			       (unsigned long long)bytes);
		return;
	}
	for (v *= 8; v && v % 1000 == 0 && i < 4; i++)
		v /= 1000;
	(void)snprintf(out, DEVATTR_VALUE_SIZE, "%llu%s",
		       (unsigned long long)v, units[i]);
}

void devattr_format_number(enum devattr_id id, uint64_t num,
			   char out[DEVATTR_VALUE_SIZE])
{
	const struct devattr *row = &devattr_table[id];
	uint8_t mac[MAC_SIZE];

	switch (row->kind) {
	case DEVATTR_IS_MAC:
		devattr_mac_bytes(num, mac);
		format_mac(mac, out);
		return;
	case DEVATTR_IS_BOOL:
	case DEVATTR_IS_WORD:
		nth_word(row->values, num, out);
		return;
	case DEVATTR_IS_SPEED:
		format_speed(num, out);
		return;
	case DEVATTR_IS_NUMBER:
	case DEVATTR_IS_TEXT:
		(void)snprintf(out, DEVATTR_VALUE_SIZE, "%llu",
			       (unsigned long long)num);
	}
}

void devattr_format(const struct devattrs *a, enum devattr_id id,
		    char out[DEVATTR_VALUE_SIZE])
{
	const struct devattr *row = &devattr_table[id];

	if (row->kind == DEVATTR_IS_TEXT)
		(void)snprintf(out, DEVATTR_VALUE_SIZE, "%s",
			       a->parent[0] ? a->parent : row->alias);
	else
		devattr_format_number(id, a->num[id], out);
}

void devattr_prefer_devlink(struct devattrs *want,
			    const struct devattrs *have)
{
	for (int id = 0; id < DEVATTR_N; id++) {
		enum devattr_id twin = devattr_table[id].twin;
		uint64_t num = want->num[id];

		if ((int)twin == id || !devattr_has(want, id) ||
		    !devattr_has(have, twin))
			continue;
		want->mask &= ~DEVATTR_BIT(id);
		if (devattr_table[twin].kind == DEVATTR_IS_SPEED)
			num *= DEVATTR_BYTES_PER_MBIT;
		devattr_put(want, twin, num);
	}
}

/* The attribute of the VF itself that is the same, or id. */
static enum devattr_id of_vf(enum devattr_id id)
{
	for (int i = 0; i < DEVATTR_N; i++)
		if (i != (int)id && devattr_table[i].twin == id)
			return (enum devattr_id)i;
	return id;
}

uint32_t devattr_adapt(struct devattrs *want, const struct devattrs *have)
{
	uint32_t dropped = 0;

	devattr_prefer_devlink(want, have);
	for (int i = 0; i < DEVATTR_N; i++) {
		enum devattr_id id = (enum devattr_id)i, own = of_vf(id);
		uint64_t num = want->num[id];

		if (!devattr_has(want, id) || devattr_has(have, id))
			continue;
		want->mask &= ~DEVATTR_BIT(id);
		if (own == id || !devattr_has(have, own)) {
			dropped |= DEVATTR_BIT(id);
			continue;
		}
		if (devattr_table[id].kind == DEVATTR_IS_SPEED)
			num /= DEVATTR_BYTES_PER_MBIT;
		devattr_put(want, own, num);
	}
	return dropped;
}

/* A tag is set as a whole. */
#define VLAN_BITS (DEVATTR_BIT(DEVATTR_VLAN) | DEVATTR_BIT(DEVATTR_QOS) |      \
		   DEVATTR_BIT(DEVATTR_PROTO))

struct devattrs devattr_difference(const struct devattrs *want,
				   const struct devattrs *have)
{
	struct devattrs d = *want;

	for (int i = 0; i < DEVATTR_N; i++)
		if (devattr_has(want, (enum devattr_id)i) &&
		    devattr_has(have, (enum devattr_id)i) &&
		    devattr_equal(want, have, (enum devattr_id)i))
			d.mask &= ~DEVATTR_BIT(i);
	if (d.mask & VLAN_BITS)
		d.mask |= want->mask & VLAN_BITS;
	return d;
}
