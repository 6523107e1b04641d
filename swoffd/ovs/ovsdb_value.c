/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A set of one may come as the bare atom, so all types are lists of atoms; a
 * map is a list with two for each entry.
 */
#include "swoffd/ovs/ovsdb_value_priv.h"

#include <errno.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/printable.h"

const struct ovsdb_type_row ovsdb_type_rows[OVSDB_N_TYPES] = {
	[OVSDB_TEXT] = { OVSDB_ATOM_TEXT, true, false },
	[OVSDB_NUMBER] = { OVSDB_ATOM_NUMBER, true, false },
	[OVSDB_TEXTS] = { OVSDB_ATOM_TEXT, false, false },
	[OVSDB_REFS] = { OVSDB_ATOM_UUID, false, false },
	[OVSDB_MAP] = { OVSDB_ATOM_TEXT, false, true },
};

/* Small letters only, as the server writes them: one row has one name. */
static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

static bool is_dash(size_t at)
{
	return at == 8 || at == 13 || at == 18 || at == 23;
}

int ovsdb_uuid_parse(const char *text, struct ovsdb_uuid *out)
{
	struct ovsdb_uuid uuid = { 0 };
	size_t i, n = 0;

	for (i = 0; i < 36 && text[i]; i++) {
		int digit = hex_digit(text[i]);

		if (is_dash(i) ? text[i] != '-' : digit < 0)
			return -EBADMSG;
		if (is_dash(i))
			continue;
		uuid.bytes[n / 2] = (uint8_t)(uuid.bytes[n / 2] << 4 | digit);
		n++;
	}
	if (i != 36 || text[i])
		return -EBADMSG;
	*out = uuid;
	return 0;
}

void ovsdb_uuid_format(const struct ovsdb_uuid *uuid,
		       char out[OVSDB_UUID_TEXT_SIZE])
{
	static const char digits[] = "0123456789abcdef";
	size_t n = 0;

	for (size_t i = 0; i < OVSDB_UUID_TEXT_SIZE - 1; i++) {
		uint8_t byte = uuid->bytes[n / 2];

		out[i] = is_dash(i) ? '-' : digits[n % 2 ? byte & 0xf :
							   byte >> 4];
		n += !is_dash(i);
	}
	out[OVSDB_UUID_TEXT_SIZE - 1] = '\0';
}

/* NULL: it is none, or one with a NUL within. */
static const char *text_of(struct json_object *json)
{
	const char *text;

	if (!json_object_is_type(json, json_type_string))
		return NULL;
	text = json_object_get_string(json);
	return strlen(text) == (size_t)json_object_get_string_len(json) ?
		       text : NULL;
}

/* ["word", X]: X, or NULL. */
static struct json_object *tagged(struct json_object *json, const char *word)
{
	const char *tag;

	if (!json_object_is_type(json, json_type_array) ||
	    json_object_array_length(json) != 2)
		return NULL;
	tag = text_of(json_object_array_get_idx(json, 0));
	return tag && strcmp(tag, word) == 0 ?
		       json_object_array_get_idx(json, 1) : NULL;
}

static int decode_atom(enum ovsdb_atom_kind kind, struct json_object *json,
		       union ovsdb_atom *out)
{
	const char *text;

	if (kind == OVSDB_ATOM_NUMBER) {
		if (!json_object_is_type(json, json_type_int))
			return -EBADMSG;
		out->number = json_object_get_int64(json);
		return 0;
	}
	text = text_of(kind == OVSDB_ATOM_UUID ? tagged(json, "uuid") : json);
	if (!text)
		return -EBADMSG;
	if (kind == OVSDB_ATOM_UUID)
		return ovsdb_uuid_parse(text, &out->uuid);
	out->text = strdup(text);
	if (!out->text)
		return -ENOMEM;
	printable(out->text);
	return 0;
}

int ovsdb_atom_compare(const struct ovsdb_type_row *t,
		       const union ovsdb_atom *a, const union ovsdb_atom *b)
{
	switch (t->atom) {
	case OVSDB_ATOM_TEXT:
		return strcmp(a->text, b->text);
	case OVSDB_ATOM_NUMBER:
		return (a->number > b->number) - (a->number < b->number);
	case OVSDB_ATOM_UUID:
		return memcmp(&a->uuid, &b->uuid, sizeof(a->uuid));
	}
	return 0;
}

static int compare_items(const void *a, const void *b, void *type)
{
	return ovsdb_atom_compare(type, a, b);
}

/* One item of the list: an atom, or the two of an entry of a map. */
static int decode_item(const struct ovsdb_type_row *type,
		       struct json_object *json, struct ovsdb_value *v)
{
	size_t n = ovsdb_type_stride(type);

	if (type->map && (!json_object_is_type(json, json_type_array) ||
			  json_object_array_length(json) != 2))
		return -EBADMSG;
	for (size_t i = 0; i < n; i++) {
		int rc = decode_atom(type->atom, type->map ?
				     json_object_array_get_idx(json, i) : json,
				     &v->atoms[v->n]);

		if (rc < 0)
			return rc;
		v->n++;
	}
	return 0;
}

static int decode_items(const struct ovsdb_type_row *type,
			struct json_object *items, struct ovsdb_value *v)
{
	size_t n = json_object_array_length(items);
	int rc = 0;

	if (type->one && n > 1)
		return -EBADMSG;
	if (!n)
		return 0;
	v->atoms = calloc(n * ovsdb_type_stride(type), sizeof(*v->atoms));
	if (!v->atoms)
		return -ENOMEM;
	for (size_t i = 0; i < n && rc == 0; i++)
		rc = decode_item(type, json_object_array_get_idx(items, i), v);
	if (rc == 0)
		qsort_r(v->atoms, n, ovsdb_type_stride(type) *
			sizeof(*v->atoms), compare_items,
			(void *)(uintptr_t)type);
	return rc;
}

static int decode_single(const struct ovsdb_type_row *type,
			 struct json_object *json, struct ovsdb_value *v)
{
	if (type->map)
		return -EBADMSG;
	v->atoms = calloc(1, sizeof(*v->atoms));
	return v->atoms ? decode_item(type, json, v) : -ENOMEM;
}

int ovsdb_value_decode(enum ovsdb_type type, struct json_object *json,
		       struct ovsdb_value *out)
{
	const struct ovsdb_type_row *t = &ovsdb_type_rows[type];
	struct json_object *items = tagged(json, t->map ? "map" : "set");
	struct ovsdb_value v = { 0 };
	int rc = -EBADMSG;

	if (!items)
		rc = decode_single(t, json, &v);
	else if (json_object_is_type(items, json_type_array))
		rc = decode_items(t, items, &v);
	if (rc < 0) {
		ovsdb_value_fini(type, &v);
		return rc;
	}
	/* One way of saying nothing, as the server leaves defaults out. */
	if (t->one && t->atom == OVSDB_ATOM_TEXT && v.n && !v.atoms[0].text[0])
		ovsdb_value_fini(type, &v);
	*out = v;
	return 0;
}

void ovsdb_value_fini(enum ovsdb_type type, struct ovsdb_value *v)
{
	if (ovsdb_type_rows[type].atom == OVSDB_ATOM_TEXT)
		for (uint32_t i = 0; i < v->n; i++)
			free(v->atoms[i].text);
	free(v->atoms);
	*v = (struct ovsdb_value){ 0 };
}

bool ovsdb_value_equal(enum ovsdb_type type, const struct ovsdb_value *a,
		       const struct ovsdb_value *b)
{
	if (a->n != b->n)
		return false;
	for (uint32_t i = 0; i < a->n; i++)
		if (ovsdb_atom_compare(&ovsdb_type_rows[type], &a->atoms[i],
				       &b->atoms[i]) != 0)
			return false;
	return true;
}

size_t ovsdb_value_size(enum ovsdb_type type, const struct ovsdb_value *v)
{
	size_t size = v->n * sizeof(*v->atoms);

	if (ovsdb_type_rows[type].atom == OVSDB_ATOM_TEXT)
		for (uint32_t i = 0; i < v->n; i++)
			size += strlen(v->atoms[i].text) + 1;
	return size;
}

const char *ovsdb_value_lookup(const struct ovsdb_value *v, const char *key)
{
	for (uint32_t i = 0; i + 1 < v->n; i += 2)
		if (strcmp(v->atoms[i].text, key) == 0)
			return v->atoms[i + 1].text;
	return NULL;
}
