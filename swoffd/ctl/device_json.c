/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Only shapes. */
#include "swoffd/ctl/device_json.h"

#include "swoffd/core/restore.h"

void device_json_str(struct json_object *o, const char *key, const char *v)
{
	json_object_object_add(o, key, v && v[0] ? json_object_new_string(v) :
						   NULL);
}

void device_json_num(struct json_object *o, const char *key, uint32_t v)
{
	json_object_object_add(o, key, v == KERNEL_NO_NUMBER ?
				       NULL : json_object_new_uint64(v));
}

void device_json_handle(struct json_object *o, const struct device *d)
{
	char handle[100];

	device_json_str(o, "device",
			device_handle_str(&d->info.handle, handle));
}

static const char *mode_text(const struct kernel_device *d)
{
	return d->mode == ESWITCH_MODE_UNKNOWN ? NULL :
						 eswitch_mode_str(d->mode);
}

void device_json_modes(struct json_object *o, const struct kernel_device *d)
{
	device_json_str(o, "mode", mode_text(d));
	device_json_str(o, "inline_mode",
		d->inline_mode == ESWITCH_INLINE_UNKNOWN ?
			NULL : eswitch_inline_str(d->inline_mode));
	device_json_str(o, "encap_mode",
		d->encap_mode == ESWITCH_ENCAP_UNKNOWN ?
			NULL : eswitch_encap_str(d->encap_mode));
}

static void add_vfs(struct json_object *o, const struct kernel_device *d)
{
	device_json_num(o, "count", d->vf_count);
	device_json_num(o, "max", d->vf_max);
}

struct json_object *device_json_eswitch(const struct device *d)
{
	struct json_object *o = json_object_new_object();

	if (!o)
		return NULL;
	device_json_handle(o, d);
	device_json_modes(o, &d->info);
	return o;
}

static struct json_object *restored_json(const struct want *w)
{
	struct json_object *o = json_object_new_object();

	if (!o)
		return NULL;
	json_object_object_add(o, "count",
			       json_object_new_uint64(w->n_restored));
	json_object_object_add(o, "took_ms",
			       json_object_new_uint64(w->took_ms));
	json_object_object_add(o, "kernel_ms",
			       json_object_new_uint64(w->kernel_ms));
	return o;
}

struct json_object *device_json_wanted(const struct want *w)
{
	struct json_object *o = json_object_new_object();

	if (!o)
		return NULL;
	device_json_str(o, "state", restore_state_str(w));
	device_json_modes(o, &w->asked.modes);
	device_json_num(o, "vfs", w->asked.modes.vf_count);
	json_object_object_add(o, "functions",
			       json_object_new_uint64(w->asked.n_functions));
	device_json_str(o, "error", w->retry_ms ? w->err.msg : "");
	json_object_object_add(o, "restored", restored_json(w));
	return o;
}

struct json_object *device_json_vfs(const struct device *d)
{
	struct json_object *o = json_object_new_object();

	if (!o)
		return NULL;
	device_json_handle(o, d);
	add_vfs(o, &d->info);
	return o;
}

struct json_object *device_json(struct core *core, const struct device *d)
{
	struct json_object *o = json_object_new_object(), *eswitch, *vfs;
	uint32_t n_ports = 0;

	if (!o)
		return NULL;
	for (const struct list *e = d->ports.next; e != &d->ports; e = e->next)
		n_ports++;
	eswitch = json_object_new_object();
	vfs = json_object_new_object();
	device_json_handle(o, d);
	device_json_str(o, "driver", d->info.driver);
	device_json_str(o, "netdev", device_uplink(core, d));
	json_object_object_add(o, "eswitch", eswitch);
	json_object_object_add(o, "vfs", vfs);
	device_json_num(o, "ports", n_ports);
	if (eswitch)
		device_json_modes(eswitch, &d->info);
	if (vfs)
		add_vfs(vfs, &d->info);
	return o;
}
