/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Only shapes; the words are those of `devlink -j`. */
#include "swoffd/ctl/detail.h"

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
