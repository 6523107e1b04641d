/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Only shapes; attributes come from their table. */
#include "swoffd/ctl/function_json.h"

#include <stdio.h>

static struct json_object *text(const char *v)
{
	return v && *v ? json_object_new_string(v) : NULL;
}

static struct json_object *value(const struct devattrs *a,
				 enum devattr_id id)
{
	char word[DEVATTR_VALUE_SIZE];

	switch (devattr_table[id].kind) {
	case DEVATTR_IS_BOOL:
		return json_object_new_boolean(a->num[id] != 0);
	case DEVATTR_IS_NUMBER:
	case DEVATTR_IS_SPEED:
		return json_object_new_uint64(a->num[id]);
	case DEVATTR_IS_TEXT:
		return text(a->parent);
	case DEVATTR_IS_MAC:
	case DEVATTR_IS_WORD:
		break;
	}
	devattr_format(a, id, word);
	return json_object_new_string(word);
}

/* Of a tag that is not there nothing is told. */
static bool applies(const struct devattrs *a, enum devattr_id id)
{
	return devattr_has(a, id) &&
	       ((id != DEVATTR_QOS && id != DEVATTR_PROTO) ||
		a->num[DEVATTR_VLAN] != 0);
}

static void add_attrs(struct json_object *o, const struct devattrs *a,
		      uint32_t objects, bool told)
{
	for (int i = 0; i < DEVATTR_N; i++) {
		enum devattr_id id = (enum devattr_id)i;
		const struct devattr *row = &devattr_table[id];

		if (row->object & objects ||
		    (told && row->object == DEVATTR_OF_TOLD))
			json_object_object_add(o, row->name,
					       applies(a, id) ? value(a, id) :
								NULL);
	}
}

struct port_search {
	uint32_t index;
	const char *netdev;
	const struct kernel_port *port;        /* NULL: none is found */
};

static void match_port(const struct rep *rep, void *ctx)
{
	struct port_search *s = ctx;

	if (rep->port->info.index != s->index)
		return;
	s->port = &rep->port->info;
	if (rep->link)
		s->netdev = rep->link->info.name;
}

static struct port_search find_port(struct core *core, const struct device *d,
				    uint32_t index)
{
	struct port_search s = { .index = index };

	rep_for_each(core, d, match_port, &s);
	return s;
}

static void add_number(struct json_object *o, const char *name, uint32_t n)
{
	json_object_object_add(o, name, n == KERNEL_NO_NUMBER ? NULL :
			       json_object_new_uint64(n));
}

static void add_port(struct json_object *o, struct core *core,
		     const struct device *d, uint32_t index)
{
	struct port_search s = find_port(core, d, index);

	add_number(o, "port_index", index);
	json_object_object_add(o, "netdev", text(s.netdev));
}

struct json_object *function_json_vf(struct core *core,
				     const struct device *d,
				     const struct kernel_function *f)
{
	struct json_object *o = json_object_new_object();
	char handle[100];

	if (!o)
		return NULL;
	json_object_object_add(o, "device", text(device_handle_str(
						    &d->info.handle,
						    handle)));
	json_object_object_add(o, "vf", json_object_new_uint64(f->vf));
	add_port(o, core, d, f->port_index);
	add_attrs(o, &f->attrs, DEVATTR_OF_ANY, true);
	return o;
}

struct json_object *function_json_driver(const struct device *d,
					 const struct preflight_vf *vf)
{
	struct json_object *o = json_object_new_object();
	char handle[100];

	if (!o)
		return NULL;
	json_object_object_add(o, "device", text(device_handle_str(
						    &d->info.handle,
						    handle)));
	add_number(o, "vf", vf->vf);
	json_object_object_add(o, "pci", text(vf->pci));
	json_object_object_add(o, "driver", text(vf->driver));
	json_object_object_add(o, "driver_override", text(vf->override));
	return o;
}

struct json_object *function_json_sf(struct core *core,
				     const struct device *d,
				     const struct kernel_function *f)
{
	struct port_search s = find_port(core, d, f->port_index);
	struct json_object *o;
	char handle[100];

	if (!s.port)
		return NULL;
	o = json_object_new_object();
	if (!o)
		return NULL;
	json_object_object_add(o, "device", text(device_handle_str(
						    &d->info.handle,
						    handle)));
	add_number(o, "controller", s.port->controller);
	add_number(o, "pf", s.port->pf);
	add_number(o, "sf", s.port->sf);
	add_number(o, "port_index", f->port_index);
	json_object_object_add(o, "netdev", text(s.netdev));
	add_attrs(o, &f->attrs, DEVATTR_OF_FUNCTION | DEVATTR_OF_RATE, true);
	return o;
}

struct json_object *function_json_rate(struct core *core,
				       const struct device *d,
				       const struct kernel_function *all,
				       size_t n,
				       const struct kernel_function *f)
{
	struct json_object *o = json_object_new_object();
	char handle[100], name[100 + DEVATTR_TEXT_SIZE];
	char warning[FUNCTION_WARNING_SIZE];

	if (!o)
		return NULL;
	device_handle_str(&d->info.handle, handle);
	if (f->node[0])
		(void)snprintf(name, sizeof(name), "%s/%s", handle, f->node);
	else
		(void)snprintf(name, sizeof(name), "%s/%u", handle,
			       f->port_index);
	rate_warning(all, n, f, warning);
	json_object_object_add(o, "device", text(handle));
	json_object_object_add(o, "rate", text(name));
	json_object_object_add(o, "type", text(f->node[0] ? "node" : "leaf"));
	json_object_object_add(o, "node", text(f->node));
	add_port(o, core, d, f->port_index);
	add_attrs(o, &f->attrs, DEVATTR_OF_RATE, false);
	json_object_object_add(o, "warning", text(warning));
	return o;
}
