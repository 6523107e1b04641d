/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Devices, ports and links of the fake kernel, and the jobs that change them. */
#include "tests/fake_kernel.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tests/fake_parts.h"

#define NO KERNEL_NO_NUMBER

static void copy_name(char out[IFNAMSIZ], const char *name)
{
	(void)snprintf(out, IFNAMSIZ, "%s", name);
}

void fake_handle_str(const struct kernel_handle *h, char out[FAKE_HANDLE_SIZE])
{
	(void)snprintf(out, FAKE_HANDLE_SIZE, "%s/%s", h->bus, h->dev);
}

struct fake_device *fake_device_find(struct fake_kernel *fk,
				     const char *handle)
{
	struct fake_device *d;
	char text[FAKE_HANDLE_SIZE];

	list_for_each(d, &fk->devices, node) {
		fake_handle_str(&d->info.handle, text);
		if (strcmp(text, handle) == 0)
			return d;
	}
	return NULL;
}

struct fake_link *fake_link_find(struct fake_kernel *fk, const char *name)
{
	struct fake_link *l;

	list_for_each(l, &fk->links, node)
		if (strcmp(l->info.name, name) == 0)
			return l;
	return NULL;
}

struct fake_link *fake_link_of(struct fake_kernel *fk, uint32_t ifindex)
{
	struct fake_link *l;

	list_for_each(l, &fk->links, node)
		if (l->info.ifindex == ifindex)
			return l;
	return NULL;
}

void fake_tell_link(struct fake_kernel *fk, const struct fake_link *l)
{
	if (fk->started)
		fk->base.events->link(fk->base.events_ctx, &l->info);
}

void fake_tell_port(struct fake_kernel *fk, const struct fake_port *p)
{
	if (fk->started)
		fk->base.events->port(fk->base.events_ctx, &p->info);
}

static struct fake_link *link_new(struct fake_kernel *fk, const char *name,
				  const char *switch_id)
{
	struct fake_link *l = calloc(1, sizeof(*l));

	if (!l)
		abort();
	l->info.ifindex = fk->next_ifindex++;
	copy_name(l->info.name, name);
	(void)snprintf(l->info.switch_id, sizeof(l->info.switch_id), "%s",
		       switch_id);
	l->info.up = true;
	l->info.mtu = 1500;
	l->info.mac = UINT64_C(0x02fa00000000) + l->info.ifindex;
	list_add_tail(&fk->links, &l->node);
	return l;
}

uint32_t fake_link_add(struct fake_kernel *fk, const char *name)
{
	struct fake_link *l = link_new(fk, name, "");

	fake_tell_link(fk, l);
	return l->info.ifindex;
}

void fake_link_free(struct fake_kernel *fk, struct fake_link *l)
{
	uint32_t ifindex = l->info.ifindex;

	/* Filters go with their device, and nobody is told. */
	fake_filter_purge(fk, ifindex);
	list_del(&l->node);
	free(l);
	if (fk->started)
		fk->base.events->link_gone(fk->base.events_ctx, ifindex);
}

void fake_link_del(struct fake_kernel *fk, const char *name)
{
	struct fake_link *l = fake_link_find(fk, name);

	if (l)
		fake_link_free(fk, l);
}

void fake_link_rename(struct fake_kernel *fk, const char *from, const char *to)
{
	struct fake_link *l = fake_link_find(fk, from);

	if (!l)
		return;
	copy_name(l->info.name, to);
	fake_tell_link(fk, l);
}

uint32_t fake_bond_add(struct fake_kernel *fk, const char *name)
{
	struct fake_link *l = link_new(fk, name, "");

	copy_name(l->info.kind, "bond");
	fake_tell_link(fk, l);
	return l->info.ifindex;
}

void fake_link_enslave(struct fake_kernel *fk, const char *name,
		       const char *bond)
{
	struct fake_link *l = fake_link_find(fk, name);

	if (!l)
		return;
	l->info.master = bond ? fake_link_find(fk, bond)->info.ifindex : 0;
	fake_tell_link(fk, l);
}

void fake_port_add(struct fake_kernel *fk, struct fake_device *d,
		   struct kernel_port info, const char *netdev)
{
	bool switchdev = d->info.mode == ESWITCH_MODE_SWITCHDEV;
	struct fake_port *p = calloc(1, sizeof(*p));
	struct fake_link *l;

	if (!p)
		abort();
	l = link_new(fk, netdev, switchdev ? d->switch_id : "");
	if (info.flavour == PORT_PCI_VF)
		(void)snprintf(l->info.port_name, sizeof(l->info.port_name),
			       "pf%uvf%u", info.pf, info.vf);
	else
		(void)snprintf(l->info.port_name, sizeof(l->info.port_name),
			       "p%u", info.number);
	p->info = info;
	p->info.handle = d->info.handle;
	p->info.ifindex = l->info.ifindex;
	copy_name(p->info.netdev, netdev);
	list_add_tail(&d->ports, &p->node);
	fake_tell_link(fk, l);
	fake_tell_port(fk, p);
}

void fake_port_del(struct fake_kernel *fk, struct fake_port *p)
{
	struct kernel_port info = p->info;
	struct fake_link *l = fake_link_of(fk, info.ifindex);

	list_del(&p->node);
	free(p);
	if (l)
		fake_link_free(fk, l);
	if (fk->started)
		fk->base.events->port_gone(fk->base.events_ctx, &info.handle,
					   info.index);
}

static void vf_port_add(struct fake_kernel *fk, struct fake_device *d,
			uint32_t vf)
{
	char name[IFNAMSIZ + 12];

	(void)snprintf(name, sizeof(name), "%s_%u", d->uplink, vf);
	fake_port_add(fk, d, (struct kernel_port){
		.index = vf + 1, .flavour = PORT_PCI_VF, .number = NO,
		.controller = 0, .pf = 0, .vf = vf, .sf = NO,
		.function_mac = vf < FAKE_VFS_MAX ?
					d->vfs[vf].num[DEVATTR_HW_ADDR] : 0,
		}, name);
}

void fake_settle_vf_ports(struct fake_kernel *fk, struct fake_device *d)
{
	uint32_t want = d->info.mode == ESWITCH_MODE_SWITCHDEV &&
			!d->no_ports ?
				d->info.vf_count : 0;
	uint32_t have = 0;
	struct fake_port *p;

	list_for_each(p, &d->ports, node) {
		if (p->info.flavour != PORT_PCI_VF)
			continue;
		if (have < want)
			have++;
		else
			fake_port_del(fk, p);
	}
	for (; have < want; have++)
		vf_port_add(fk, d, have);
}

void fake_device_set_mode(struct fake_kernel *fk, struct fake_device *d,
			  enum eswitch_mode mode)
{
	struct fake_link *l = fake_link_find(fk, d->uplink);

	if (mode != d->info.mode)
		d->n_nodes = 0;
	d->info.mode = mode;
	if (l) {
		(void)snprintf(l->info.switch_id, sizeof(l->info.switch_id),
			       "%s", mode == ESWITCH_MODE_SWITCHDEV ?
					     d->switch_id : "");
		fake_tell_link(fk, l);
	}
	fake_settle_vf_ports(fk, d);
}

void fake_device_tell(struct fake_kernel *fk, struct fake_device *d)
{
	struct fake_link *l = fake_link_find(fk, d->uplink);
	struct fake_port *p;

	if (l)
		fake_tell_link(fk, l);
	list_for_each(p, &d->ports, node)
		fake_tell_port(fk, p);
	if (fk->started)
		fk->base.events->device_new(fk->base.events_ctx,
					    &d->info.handle);
}

static void add_uplink(struct fake_kernel *fk, struct fake_device *d)
{
	fake_port_add(fk, d, (struct kernel_port){
		.index = 0, .flavour = PORT_PHYSICAL, .number = 0,
		.controller = NO, .pf = NO, .vf = NO, .sf = NO }, d->uplink);
}

void fake_device_reload(struct fake_kernel *fk, struct fake_device *d)
{
	struct fake_port *p;

	list_for_each(p, &d->ports, node)
		fake_port_del(fk, p);
	fake_function_reset(d);
	d->info.vf_count = 0;
	d->info.mode = ESWITCH_MODE_LEGACY;
	add_uplink(fk, d);
}

int fake_device_add(struct fake_kernel *fk, const char *handle,
		    const char *uplink, uint32_t vf_count, uint32_t vf_max)
{
	const char *slash = strchr(handle, '/');
	struct fake_device *d;

	if (!slash || fake_device_find(fk, handle))
		return -EINVAL;
	d = calloc(1, sizeof(*d));
	if (!d)
		return -ENOMEM;
	list_init(&d->ports);
	d->info = (struct kernel_device){
		.driver = "fake", .has_eswitch = true,
		.mode = ESWITCH_MODE_LEGACY,
		.inline_mode = ESWITCH_INLINE_NONE,
		.encap_mode = ESWITCH_ENCAP_NONE,
		.vf_count = vf_count, .vf_max = vf_max,
	};
	fake_function_reset(d);
	(void)snprintf(d->info.handle.bus, KERNEL_BUS_SIZE, "%.*s",
		       (int)(slash - handle), handle);
	(void)snprintf(d->info.handle.dev, KERNEL_DEV_SIZE, "%s", slash + 1);
	(void)snprintf(d->switch_id, sizeof(d->switch_id), "%08x",
		       hash_bytes(handle, strlen(handle)));
	copy_name(d->uplink, uplink);
	fake_detail_init(d);
	list_add_tail(&fk->devices, &d->node);
	if (fk->started)
		fk->base.events->device_new(fk->base.events_ctx,
					    &d->info.handle);
	add_uplink(fk, d);
	return 0;
}

void fake_device_free(struct fake_kernel *fk, struct fake_device *d)
{
	struct fake_port *p;

	list_for_each(p, &d->ports, node)
		fake_port_del(fk, p);
	list_del(&d->node);
	fake_detail_fini(d);
	free(d);
}

void fake_device_del(struct fake_kernel *fk, const char *handle)
{
	struct fake_device *d = fake_device_find(fk, handle);
	struct kernel_handle h;

	if (!d)
		return;
	h = d->info.handle;
	fake_device_free(fk, d);
	if (fk->started)
		fk->base.events->device_gone(fk->base.events_ctx, &h);
}
