/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Only shapes; the words are those of `devlink -j`. */
#include "swoffd/ctl/detail.h"

#include <stdlib.h>

static void add_str(struct json_object *o, const char *key, const char *v)
{
	json_object_object_add(o, key, json_object_new_string(v));
}

static void add_handle(struct json_object *o, const struct kernel_handle *h)
{
	char handle[100];

	add_str(o, "device", device_handle_str(h, handle));
}

static void add_count(struct json_object *o, const char *key, uint64_t v)
{
	json_object_object_add(o, key, v == DETAIL_NO_COUNT ?
				       NULL : json_object_new_uint64(v));
}

static void add_switch(struct json_object *o, const char *key, int v)
{
	json_object_object_add(o, key, v < 0 ?
				       NULL : json_object_new_boolean(v));
}

static const struct {
	const char *key;
	bool version;
} info_rows[] = {
	[DETAIL_DRIVER] = { "driver", false },
	[DETAIL_SERIAL] = { "serial_number", false },
	[DETAIL_BOARD_SERIAL] = { "board_serial_number", false },
	[DETAIL_FIXED] = { "fixed", true },
	[DETAIL_RUNNING] = { "running", true },
	[DETAIL_STORED] = { "stored", true },
};

/* Null what the device does not tell; versions are objects in any case. */
static struct json_object *empty_info(const struct device *d,
				      struct json_object **versions)
{
	struct json_object *o = json_object_new_object();

	*versions = json_object_new_object();
	add_handle(o, &d->info.handle);
	for (size_t i = 0; i < ARRAY_LEN(info_rows); i++)
		if (info_rows[i].version)
			json_object_object_add(*versions, info_rows[i].key,
					       json_object_new_object());
		else
			json_object_object_add(o, info_rows[i].key, NULL);
	json_object_object_add(o, "versions", *versions);
	return o;
}

struct json_object *detail_json_info(const struct device *d,
				     const struct detail_list *list)
{
	struct json_object *versions, *o = empty_info(d, &versions), *of;

	for (uint32_t i = 0; i < list->n; i++) {
		const struct detail_info *info = &list->info[i];
		const char *key = info_rows[info->row].key;

		if (!info_rows[info->row].version)
			add_str(o, key, info->text);
		else if (json_object_object_get_ex(versions, key, &of))
			add_str(of, info->name, info->text);
	}
	return o;
}

struct json_object *detail_json_reporter(const struct detail_reporter *r)
{
	struct json_object *o = json_object_new_object();

	add_handle(o, &r->handle);
	json_object_object_add(o, "port_index", r->port == KERNEL_NO_NUMBER ?
			       NULL : json_object_new_uint64(r->port));
	add_str(o, "reporter", r->name);
	add_str(o, "state", detail_reporter_state_str(r->state));
	add_count(o, "error", r->errors);
	add_count(o, "recover", r->recoveries);
	add_count(o, "grace_period", r->grace_ms);
	add_switch(o, "auto_recover", r->auto_recover);
	add_switch(o, "auto_dump", r->auto_dump);
	return o;
}

static struct json_object *value_json(const struct detail_param *p,
				      const struct detail_value *v)
{
	const char *word = detail_param_word(p, v->number);

	if (word)
		return json_object_new_string(word);
	switch (p->type) {
	case DETAIL_UNKNOWN:
		return NULL;
	case DETAIL_STRING:
		return json_object_new_string(v->text);
	case DETAIL_BOOL:
		return json_object_new_boolean(v->number != 0);
	case DETAIL_U8:
	case DETAIL_U16:
	case DETAIL_U32:
	case DETAIL_U64:
		return json_object_new_uint64(v->number);
	}
	return NULL;
}

struct json_object *detail_json_param(const struct detail_param *p)
{
	struct json_object *o = json_object_new_object();
	struct json_object *values = json_object_new_array(), *v;

	add_handle(o, &p->handle);
	add_str(o, "name", p->name);
	add_str(o, "type", p->generic ? "generic" : "driver-specific");
	add_str(o, "value_type", detail_type_str(p->type));
	json_object_object_add(o, "values", values);
	for (int i = 0; i < DETAIL_N_CMODES; i++) {
		if (!p->values[i].has)
			continue;
		v = json_object_new_object();
		add_str(v, "cmode", detail_cmode_str((enum detail_cmode)i));
		json_object_object_add(v, "value",
				       value_json(p, &p->values[i]));
		json_object_array_add(values, v);
	}
	return o;
}

static const char *const number_keys[] = {
	[DETAIL_SIZE] = "size",
	[DETAIL_SIZE_NEW] = "size_new",
	[DETAIL_OCC] = "occ",
	[DETAIL_SIZE_MIN] = "size_min",
	[DETAIL_SIZE_MAX] = "size_max",
	[DETAIL_SIZE_GRAN] = "size_gran",
};

static struct json_object *resource_json(const struct detail_resource *r)
{
	struct json_object *o = json_object_new_object();

	add_str(o, "name", r->name);
	for (size_t i = 0; i < ARRAY_LEN(number_keys); i++) {
		if (r->has[i] && r->numbers[i] == UINT64_MAX)
			add_str(o, number_keys[i], "unlimited");
		else
			json_object_object_add(o, number_keys[i], r->has[i] ?
				json_object_new_uint64(r->numbers[i]) : NULL);
	}
	add_str(o, "unit", r->entries ? "entry" : "unknown");
	add_switch(o, "size_valid", r->size_valid);
	json_object_object_add(o, "resources", json_object_new_array());
	return o;
}

struct json_object *detail_json_resources(const struct detail_list *list)
{
	AUTO(free) struct json_object **made = calloc(list->n + 1,
						      sizeof(*made));
	struct json_object *a, *in;

	if (!made)
		return NULL;
	a = json_object_new_array();
	for (uint32_t i = 0; i < list->n; i++) {
		const struct detail_resource *r = &list->resources[i];

		in = a;
		if (r->parent < i)
			(void)json_object_object_get_ex(made[r->parent],
							"resources", &in);
		made[i] = resource_json(r);
		json_object_array_add(in, made[i]);
	}
	return a;
}
