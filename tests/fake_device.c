/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Devices, ports and links of the fake kernel, and the jobs that change them. */
#include "tests/fake_kernel.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "swoffd/core/sim.h"
#include "tests/fake_parts.h"

#define NO KERNEL_NO_NUMBER

static void copy_name(char out[IFNAMSIZ], const char *name)
{
	(void)snprintf(out, IFNAMSIZ, "%s", name);
}

static void handle_str(const struct kernel_handle *h, char *out, size_t size)
{
	(void)snprintf(out, size, "%s/%s", h->bus, h->dev);
}

struct fake_device *fake_device_find(struct fake_kernel *fk,
				     const char *handle)
{
	struct fake_device *d;
	char text[KERNEL_BUS_SIZE + KERNEL_DEV_SIZE];

	list_for_each(d, &fk->devices, node) {
		handle_str(&d->info.handle, text, sizeof(text));
		if (strcmp(text, handle) == 0)
			return d;
	}
	return NULL;
}

static struct fake_device *device_of(struct fake_kernel *fk,
				     const struct kernel_handle *h)
{
	char text[KERNEL_BUS_SIZE + KERNEL_DEV_SIZE];

	handle_str(h, text, sizeof(text));
	return fake_device_find(fk, text);
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

static void port_add(struct fake_kernel *fk, struct fake_device *d,
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

static void port_del(struct fake_kernel *fk, struct fake_port *p)
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
	port_add(fk, d, (struct kernel_port){
		.index = vf + 1, .flavour = PORT_PCI_VF, .number = NO,
		.controller = 0, .pf = 0, .vf = vf, .sf = NO }, name);
}

/* Ports of VFs are there in switchdev mode, as many as there are VFs. */
static void settle_vf_ports(struct fake_kernel *fk, struct fake_device *d)
{
	uint32_t want = d->info.mode == ESWITCH_MODE_SWITCHDEV ?
				d->info.vf_count : 0;
	uint32_t have = 0;
	struct fake_port *p;

	list_for_each(p, &d->ports, node) {
		if (p->info.flavour != PORT_PCI_VF)
			continue;
		if (have < want)
			have++;
		else
			port_del(fk, p);
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
	settle_vf_ports(fk, d);
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
	port_add(fk, d, (struct kernel_port){
		.index = 0, .flavour = PORT_PHYSICAL, .number = 0,
		.controller = NO, .pf = NO, .vf = NO, .sf = NO }, uplink);
	return 0;
}

void fake_device_free(struct fake_kernel *fk, struct fake_device *d)
{
	struct fake_port *p;

	list_for_each(p, &d->ports, node)
		port_del(fk, p);
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

static int add_sim(struct fake_kernel *fk, struct kernel_job *job)
{
	char handle[KERNEL_BUS_SIZE + KERNEL_DEV_SIZE], uplink[IFNAMSIZ];

	handle_str(&job->handle, handle, sizeof(handle));
	(void)snprintf(uplink, sizeof(uplink), "sim%u", job->sim->id);
	return fake_device_add(fk, handle, uplink, job->sim->vfs, 1024);
}

static void del_sim(struct fake_kernel *fk, struct kernel_job *job)
{
	char handle[KERNEL_BUS_SIZE + KERNEL_DEV_SIZE];

	handle_str(&job->handle, handle, sizeof(handle));
	fake_device_del(fk, handle);
}

/* As mlx5: its ports have great indexes, and need switchdev mode. */
static int sf_add(struct fake_kernel *fk, struct fake_device *d,
		  struct kernel_job *job)
{
	struct kernel_sf *sf = job->sf;
	char name[IFNAMSIZ + 16];

	if (d->info.mode != ESWITCH_MODE_SWITCHDEV) {
		(void)error_set(&job->err, EOPNOTSUPP, "add scalable function");
		(void)snprintf(job->err.extack, sizeof(job->err.extack),
			       "SF ports are only supported in switchdev mode");
		return -EOPNOTSUPP;
	}
	if (sf->sf == NO)
		sf->sf = 88;
	sf->port = 32768 + sf->sf;
	(void)snprintf(name, sizeof(name), "%.6s_s%u", d->uplink, sf->sf);
	port_add(fk, d, (struct kernel_port){
		.index = sf->port, .flavour = PORT_PCI_SF, .number = NO,
		.controller = sf->controller, .pf = sf->pf, .vf = NO,
		.sf = sf->sf }, name);
	return 0;
}

static int sf_del(struct fake_kernel *fk, struct fake_device *d,
		  struct kernel_job *job)
{
	struct fake_port *p;

	list_for_each(p, &d->ports, node)
		if (p->info.index == job->sf->port) {
			port_del(fk, p);
			return 0;
		}
	return error_set(&job->err, ENODEV, "no such port");
}

int fake_job_run(struct fake_kernel *fk, struct kernel_job *job)
{
	struct fake_device *d = NULL;
	struct fake_link *l = NULL;

	if (job->kind == JOB_TC_OFFLOAD_GET || job->kind == JOB_TC_OFFLOAD_ON)
		l = fake_link_of(fk, job->ifindex);
	else if (job->kind == JOB_SIM_ADD)
		return add_sim(fk, job);
	else if (job->kind != JOB_DETAIL_READ || job->handle.bus[0])
		d = device_of(fk, &job->handle);
	else
		return fake_detail_read(fk, NULL, job->list);
	if (!d && !l)
		return error_set(&job->err, ENODEV, "no such device");

	switch (job->kind) {
	case JOB_DEVICE_READ:
		job->device = d->info;
		return 0;
	case JOB_ESWITCH_SET:
		if (job->device.mode != ESWITCH_MODE_UNKNOWN &&
		    job->device.mode != d->info.mode)
			fake_device_set_mode(fk, d, job->device.mode);
		return 0;
	case JOB_VF_COUNT_SET:
		if (job->device.vf_count > d->info.vf_max)
			return error_set(&job->err, ERANGE,
					 "more than the %u it can have", d->info.vf_max);
		d->info.vf_count = job->device.vf_count;
		fake_function_reset(d);
		settle_vf_ports(fk, d);
		return 0;
	case JOB_TC_OFFLOAD_GET:
		job->tc_offload = l->tc_offload;
		return 0;
	case JOB_TC_OFFLOAD_ON:
		l->tc_offload = job->tc_offload = true;
		return 0;
	case JOB_DETAIL_READ:
		return fake_detail_read(fk, d, job->list);
	case JOB_HEALTH_RECOVER:
		return fake_health_recover(fk, d, job);
	case JOB_PARAM_SET:
		return fake_param_set(d, job);
	case JOB_SIM_DEL:
		del_sim(fk, job);
		return 0;
	case JOB_SF_ADD:
		return sf_add(fk, d, job);
	case JOB_SF_DEL:
		return sf_del(fk, d, job);
	default:
		return fake_function_run(fk, d, job);
	}
}
