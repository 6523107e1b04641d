/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "swoffd/ovs/ovsdb_json.h"

#include "common/rpc/rpc.h"

bool ovsdb_json_push(struct json_object *a, struct json_object *value)
{
	if (value && json_object_array_add(a, value) == 0)
		return true;
	json_put(value);
	return false;
}

struct json_object *ovsdb_json_array(struct json_object *const *items,
				     size_t n)
{
	AUTO(json_put) struct json_object *a = json_object_new_array();
	bool ok = a != NULL;

	for (size_t i = 0; i < n; i++)
		if (ok)
			ok = ovsdb_json_push(a, items[i]);
		else
			json_put(items[i]);
	return ok ? steal_ptr(a) : NULL;
}

static bool add(struct json_object *o, const struct ovsdb_member *m)
{
	return m->value && json_object_object_add(o, m->key, m->value) == 0;
}

struct json_object *ovsdb_json_object(const struct ovsdb_member *members,
				      size_t n)
{
	AUTO(json_put) struct json_object *o = json_object_new_object();
	bool ok = o != NULL;

	for (size_t i = 0; i < n; i++) {
		ok = ok && add(o, &members[i]);
		if (!ok)
			json_put(members[i].value);
	}
	return ok ? steal_ptr(o) : NULL;
}
