/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Members of an object, which is borrowed. */
#ifndef SWOFFD_CTL_JSON_ADD_H
#define SWOFFD_CTL_JSON_ADD_H

#include <json-c/json.h>
#include <stdint.h>

static inline void json_add_str(struct json_object *o, const char *key,
				const char *v)
{
	json_object_object_add(o, key, json_object_new_string(v));
}

static inline void json_add_num(struct json_object *o, const char *key,
				uint64_t v)
{
	json_object_object_add(o, key, json_object_new_uint64(v));
}

/* "" becomes null: it is not known, or there is none. */
static inline void json_add_known(struct json_object *o, const char *key,
				  const char *v)
{
	json_object_object_add(o, key, *v ? json_object_new_string(v) : NULL);
}

#endif
