/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Only shapes. */
#include "swoffd/ctl/rep_json.h"

#include "swoffd/ctl/device_json.h"

static void add_link(struct json_object *o, const struct kernel_link *l)
{
	static const struct kernel_link none = { .mtu = KERNEL_NO_NUMBER };

	device_json_str(o, "switch_id", l ? l->switch_id : none.switch_id);
	json_object_object_add(o, "up",
			       l ? json_object_new_boolean(l->up) : NULL);
	device_json_num(o, "mtu", l ? l->mtu : none.mtu);
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

struct json_object *rep_json(const struct rep *rep)
{
	const struct kernel_port *p = &rep->port->info;
	const struct kernel_link *l = rep->link ? &rep->link->info : NULL;
	struct json_object *o = json_object_new_object();

	if (!o)
		return NULL;
	device_json_str(o, "netdev", l ? l->name : NULL);
	device_json_num(o, "ifindex", l ? l->ifindex : KERNEL_NO_NUMBER);
	device_json_handle(o, rep->device);
	device_json_num(o, "port_index", p->index);
	device_json_str(o, "flavour", port_flavour_str(p->flavour));
	device_json_num(o, "controller", p->controller);
	device_json_num(o, "pf", p->pf);
	device_json_num(o, "vf", p->vf);
	device_json_num(o, "sf", p->sf);
	add_link(o, l);
	json_object_object_add(o, "hw_tc_offload",
			       offload_json(rep->link));
	json_object_object_add(o, "settings", settings_json(rep));
	return o;
}

static void add_mac(struct json_object *o, const char *key, uint64_t mac)
{
	uint8_t bytes[MAC_SIZE];
	char text[MAC_STR_SIZE] = "";

	devattr_mac_bytes(mac, bytes);
	if (mac)
		format_mac(bytes, text);
	device_json_str(o, key, text);
}

static struct json_object *altnames_json(const struct link *l)
{
	struct json_object *a = json_object_new_array();
	const char *name = NULL;

	while (a && l && (name = kernel_altname_next(&l->info, name)))
		json_object_array_add(a, json_object_new_string(name));
	return a;
}

struct json_object *rep_json_found(const struct rep_found *f)
{
	struct json_object *o = rep_json(&f->rep);
	const struct link *l = f->rep.link;
	char name[REP_PORT_NAME_SIZE];

	if (!o)
		return NULL;
	rep_port_name(&f->rep, name);
	device_json_str(o, "phys_port_name", name);
	json_object_object_add(o, "altnames", altnames_json(l));
	add_mac(o, "mac", l ? l->info.mac : 0);
	add_mac(o, "function_mac", f->rep.port->info.function_mac);
	device_json_str(o, "function_pci", f->vf ? f->vf->pci : NULL);
	device_json_str(o, "function_netdev", f->vf ? f->vf->netdev : NULL);
	return o;
}

struct json_object *rep_json_finding(const struct rep_finding *f)
{
	const struct rep_check_row *row = &rep_check_rows[f->kind];
	struct json_object *o = json_object_new_object();

	if (!o)
		return NULL;
	device_json_str(o, "kind", row->name);
	device_json_handle(o, f->device);
	device_json_str(o, "netdev", f->netdev);
	device_json_str(o, "other", f->other);
	device_json_str(o, "detail", f->detail);
	device_json_str(o, "text", row->text);
	device_json_str(o, "remedy", row->remedy);
	return o;
}
