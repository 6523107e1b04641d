/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Only shapes. */
#include "swoffd/ctl/device_json.h"

static void add_str(struct json_object *o, const char *key, const char *v)
{
	json_object_object_add(o, key, v && v[0] ? json_object_new_string(v) :
						   NULL);
}

static void add_num(struct json_object *o, const char *key, uint32_t v)
{
	json_object_object_add(o, key, v == KERNEL_NO_NUMBER ?
				       NULL : json_object_new_uint64(v));
}

static void add_handle(struct json_object *o, const struct device *d)
{
	char handle[100];

	add_str(o, "device", device_handle_str(&d->info.handle, handle));
}

static const char *mode_text(const struct kernel_device *d)
{
	return d->mode == ESWITCH_MODE_UNKNOWN ? NULL :
						 eswitch_mode_str(d->mode);
}

void device_json_modes(struct json_object *o, const struct kernel_device *d)
{
	add_str(o, "mode", mode_text(d));
	add_str(o, "inline_mode",
		d->inline_mode == ESWITCH_INLINE_UNKNOWN ?
			NULL : eswitch_inline_str(d->inline_mode));
	add_str(o, "encap_mode",
		d->encap_mode == ESWITCH_ENCAP_UNKNOWN ?
			NULL : eswitch_encap_str(d->encap_mode));
}

static void add_vfs(struct json_object *o, const struct kernel_device *d)
{
	add_num(o, "count", d->vf_count);
	add_num(o, "max", d->vf_max);
}

struct json_object *device_json_eswitch(const struct device *d)
{
	struct json_object *o = json_object_new_object();

	if (!o)
		return NULL;
	add_handle(o, d);
	device_json_modes(o, &d->info);
	return o;
}

struct json_object *device_json_vfs(const struct device *d)
{
	struct json_object *o = json_object_new_object();

	if (!o)
		return NULL;
	add_handle(o, d);
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
	add_handle(o, d);
	add_str(o, "driver", d->info.driver);
	add_str(o, "netdev", device_uplink(core, d));
	json_object_object_add(o, "eswitch", eswitch);
	json_object_object_add(o, "vfs", vfs);
	add_num(o, "ports", n_ports);
	if (eswitch)
		device_json_modes(eswitch, &d->info);
	if (vfs)
		add_vfs(vfs, &d->info);
	return o;
}

static void add_link(struct json_object *o, const struct kernel_link *l)
{
	static const struct kernel_link none = { .mtu = KERNEL_NO_NUMBER };

	add_str(o, "switch_id", l ? l->switch_id : none.switch_id);
	json_object_object_add(o, "up",
			       l ? json_object_new_boolean(l->up) : NULL);
	add_num(o, "mtu", l ? l->mtu : none.mtu);
}

static struct json_object *offload_json(const struct link *l)
{
	return !l || l->tc_offload < 0 ?
		       NULL : json_object_new_boolean(l->tc_offload);
}

static struct json_object *value_json(enum repattr_id id, uint32_t num)
{
	return repattr_table[id].is_bool ?
		       json_object_new_boolean((int)num) :
		       json_object_new_uint64(num);
}

/* As it is, if that is known. */
static struct json_object *actual_json(enum repattr_id id,
				       const struct link *l)
{
	if (!l)
		return NULL;
	switch (id) {
	case REPATTR_MTU:
		return value_json(id, l->info.mtu);
	case REPATTR_UP:
		return value_json(id, l->info.up);
	default:
		return offload_json(l);
	}
}

/* {NAME: {wanted, actual, contested}}, of what is kept. */
static struct json_object *settings_json(const struct rep *rep)
{
	struct json_object *o = json_object_new_object();

	for (int i = 0; o && rep->wanted && i < REPATTR_N; i++) {
		const struct rep_wanted *w = rep->wanted;
		enum repattr_id id = (enum repattr_id)i;
		struct json_object *one;

		if (!repattr_has(&w->attrs, id))
			continue;
		one = json_object_new_object();
		json_object_object_add(o, repattr_table[id].name, one);
		if (!one)
			continue;
		json_object_object_add(one, "wanted",
				       value_json(id, w->attrs.num[id]));
		json_object_object_add(one, "actual",
				       actual_json(id, rep->link));
		json_object_object_add(one, "contested",
			json_object_new_boolean(
				(w->contested & REPATTR_BIT(id)) != 0));
	}
	return o;
}

struct json_object *device_json_rep(const struct rep *rep)
{
	const struct kernel_port *p = &rep->port->info;
	const struct kernel_link *l = rep->link ? &rep->link->info : NULL;
	struct json_object *o = json_object_new_object();

	if (!o)
		return NULL;
	add_str(o, "netdev", l ? l->name : NULL);
	add_num(o, "ifindex", l ? l->ifindex : KERNEL_NO_NUMBER);
	add_handle(o, rep->device);
	add_num(o, "port_index", p->index);
	add_str(o, "flavour", port_flavour_str(p->flavour));
	add_num(o, "controller", p->controller);
	add_num(o, "pf", p->pf);
	add_num(o, "vf", p->vf);
	add_num(o, "sf", p->sf);
	add_link(o, l);
	json_object_object_add(o, "hw_tc_offload",
			       offload_json(rep->link));
	json_object_object_add(o, "settings", settings_json(rep));
	return o;
}
