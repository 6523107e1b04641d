/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A value of a column (RFC 7047, 5.1), out of JSON.  Its text is made
 * printable: anybody may put anything into that database.
 */
#ifndef SWOFFD_OVS_OVSDB_VALUE_H
#define SWOFFD_OVS_OVSDB_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json_object;

enum ovsdb_type {
	OVSDB_TEXT,            /* one, or none, which is "", too */
	OVSDB_NUMBER,          /* none or one */
	OVSDB_TEXTS,
	OVSDB_REFS,            /* uuids of rows */
	OVSDB_MAP,             /* text to text */
	OVSDB_N_TYPES
};

struct ovsdb_uuid {
	uint8_t bytes[16];
};

union ovsdb_atom {
	char *text;            /* owned */
	int64_t number;
	struct ovsdb_uuid uuid;
};

/* {0} has nothing in it.  Items are sorted, a map's by key. */
struct ovsdb_value {
	uint32_t n;                    /* of a map: keys and what they map to */
	union ovsdb_atom *atoms;       /* owned; of a map: key, value, key, … */
};

/* 0 or -EBADMSG. */
int ovsdb_uuid_parse(const char *text, struct ovsdb_uuid *out);
#define OVSDB_UUID_TEXT_SIZE 37        /* with NUL */
void ovsdb_uuid_format(const struct ovsdb_uuid *uuid,
		       char out[OVSDB_UUID_TEXT_SIZE]);

/* 0, -EBADMSG (json is no such value) or -ENOMEM. */
int ovsdb_value_decode(enum ovsdb_type type, struct json_object *json,
		       struct ovsdb_value *out);
void ovsdb_value_fini(enum ovsdb_type type, struct ovsdb_value *v);

bool ovsdb_value_equal(enum ovsdb_type type, const struct ovsdb_value *a,
		       const struct ovsdb_value *b);
/*
 * old with what diff says of it (see ovsdb_value_patch.c); diff NULL: a copy.
 * 0 or -ENOMEM.
 */
int ovsdb_value_patch(enum ovsdb_type type, const struct ovsdb_value *old,
		      const struct ovsdb_value *diff, struct ovsdb_value *out);

/* Bytes of memory, without *v itself. */
size_t ovsdb_value_size(enum ovsdb_type type, const struct ovsdb_value *v);

/* Of OVSDB_TEXT: "" if there is none. */
static inline const char *ovsdb_value_text(const struct ovsdb_value *v)
{
	return v->n ? v->atoms[0].text : "";
}

/* Of OVSDB_MAP: what key maps to, or NULL. */
const char *ovsdb_value_lookup(const struct ovsdb_value *v, const char *key);

#endif
