/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Puts JSON together.  What it is made of is taken, and a NULL among it (no
 * memory) makes NULL of the whole, so that only the outermost is looked at.
 */
#ifndef SWOFFD_OVS_OVSDB_JSON_H
#define SWOFFD_OVS_OVSDB_JSON_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>

struct ovsdb_member {
	const char *key;
	struct json_object *value;
};

/* The caller's, or NULL. */
struct json_object *ovsdb_json_array(struct json_object *const *items,
				     size_t n);
struct json_object *ovsdb_json_object(const struct ovsdb_member *members,
				      size_t n);

/* Behind what is in a, which is borrowed.  False: no memory. */
bool ovsdb_json_push(struct json_object *a, struct json_object *value);

#define OVSDB_ALL(type, ...)                                          \
	(type[]){ __VA_ARGS__ },                                \
		sizeof((type[]){ __VA_ARGS__ }) / sizeof(type)
/* OVSDB_ARRAY(item, …), OVSDB_OBJECT({ key, value }, …) */
#define OVSDB_ARRAY(...) \
	ovsdb_json_array(OVSDB_ALL(struct json_object *, __VA_ARGS__))
#define OVSDB_OBJECT(...) \
	ovsdb_json_object(OVSDB_ALL(struct ovsdb_member, __VA_ARGS__))

#endif
