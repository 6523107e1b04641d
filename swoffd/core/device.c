/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of devlink devices and their ports.  Events say that something
 * exists or changed; what the device says of itself is read in the worker.
 */
#include "swoffd/core/device.h"

#include <stdio.h>
#include <string.h>

#include "common/base/log.h"
#include "swoffd/core/device_priv.h"
#include "swoffd/core/event_tell.h"
#include "swoffd/core/plan_run.h"
#include "swoffd/core/restore.h"

const char *device_handle_str(const struct kernel_handle *h, char out[100])
{
	(void)snprintf(out, 100, "%s/%s", h->bus, h->dev);
	return out;
}

static struct device *by_handle(struct core *core,
				const struct kernel_handle *handle)
{
	struct device *d;

	list_for_each(d, &core->devices, node)
		if (kernel_handle_equal(&d->info.handle, handle))
			return d;
	return NULL;
}

static void free_ports(struct device *d)
{
	struct port_dev *p;

	list_for_each(p, &d->ports, node) {
		list_del(&p->node);
		free(p);
	}
}

void device_hold(struct device *d)
{
	d->n_holds++;
}

static void device_free(struct device *d)
{
	list_del(&d->node);
	free_ports(d);
	device_change_free(d->change);
	plan_run_free(d->run);
	restore_free(d->restore);
	free(d);
}

void device_release(struct device *d)
{
	if (--d->n_holds == 0)
		device_free(d);
}

static void start_reading(struct device *d,
			  void (*done)(struct kernel_job *job))
{
	struct kernel *k = d->core->kernel;

	d->dirty = false;
	d->reading = true;
	device_hold(d);
	d->read_job = (struct kernel_job){
		.kind = JOB_DEVICE_READ,
		.handle = d->info.handle,
		.done = done,
	};
	k->ops->submit(k, &d->read_job);
}

static void on_read(struct kernel_job *job)
{
	struct device *d = container_of(job, struct device, read_job);
	struct core *core = d->core;

	d->reading = false;
	d->kernel_us += job->took_us;
	/* That it has gone is told in a moment. */
	if (job->rc < 0 && job->rc != -ENODEV && !d->gone)
		log_warning("%s", job->err.msg);
	if (job->rc == 0) {
		event_tell_read(d, &job->device);
		d->info = job->device;
	}
	d->read = true;
	if (d->dirty && !d->gone) {
		start_reading(d, on_read);
	} else {
		device_change_on_read(d);
		plan_run_on_read(d);
	}
	if (!d->reading) {
		sim_on_read(core, d);
		restore_check(d);
	}
	device_release(d);
	core_check_ready(core);
}

void device_mark_dirty(struct device *d)
{
	d->dirty = true;
	if (d->reading)
		return;
	d->dirty_ms = loop_now_ms(d->core->loop);
	d->dirty_us = d->kernel_us;
	start_reading(d, on_read);
}

static struct device *device_new(struct core *core,
				 const struct kernel_handle *handle)
{
	struct device *d = calloc(1, sizeof(*d));

	if (!d)
		return NULL;
	d->core = core;
	d->functions_dirty = true;
	d->info = (struct kernel_device){
		.handle = *handle,
		.mode = ESWITCH_MODE_UNKNOWN,
		.inline_mode = ESWITCH_INLINE_UNKNOWN,
		.encap_mode = ESWITCH_ENCAP_UNKNOWN,
		.vf_count = KERNEL_NO_NUMBER,
		.vf_max = KERNEL_NO_NUMBER,
	};
	list_init(&d->ports);
	list_add_tail(&core->devices, &d->node);
	device_hold(d);
	event_tell_device(d, EVENT_DEVICE_NEW);
	return d;
}

void device_on_new(struct core *core, const struct kernel_handle *handle)
{
	struct device *d = by_handle(core, handle);

	if (!d)
		d = device_new(core, handle);
	if (!d)
		return;
	d->seen = true;
	device_mark_dirty(d);
}

static void drop(struct device *d)
{
	d->gone = true;
	restore_on_reload(d);
	event_tell_device(d, EVENT_DEVICE_GONE);
	health_on_device_gone(&d->core->health, &d->info.handle);
	list_del(&d->node);
	list_add_tail(&d->core->gone_devices, &d->node);
	plan_run_on_event(d);
	device_release(d);
}

void device_on_gone(struct core *core, const struct kernel_handle *handle)
{
	struct device *d = by_handle(core, handle);

	if (d)
		drop(d);
}

static struct port_dev *find_port(struct device *d, uint32_t index)
{
	struct port_dev *p;

	list_for_each(p, &d->ports, node)
		if (p->info.index == index)
			return p;
	return NULL;
}

static struct port_dev *new_port(struct device *d, uint32_t index)
{
	struct port_dev *p = calloc(1, sizeof(*p)), *after;

	if (!p)
		return NULL;
	list_for_each(after, &d->ports, node)
		if (after->info.index > index)
			break;
	/* Before the first greater one, or at the end. */
	list_add_tail(&after->node, &p->node);
	return p;
}

void device_on_port(struct core *core, const struct kernel_port *port)
{
	struct device *d = by_handle(core, &port->handle);
	struct port_dev *p;

	if (!d) {
		device_on_new(core, &port->handle);
		d = by_handle(core, &port->handle);
	}
	if (!d)
		return;
	p = find_port(d, port->index);
	event_tell_port(d, p ? &p->info : NULL, port);
	if (!p) {
		p = new_port(d, port->index);
		device_mark_dirty(d);
	}
	if (!p)
		return;
	d->portless_ms = 0;
	p->info = *port;
	p->seen = true;
	if (port->flavour == PORT_PCI_VF)
		restore_mark(d);
}

static void drop_port(struct device *d, struct port_dev *p)
{
	event_tell_port(d, &p->info, NULL);
	if (p->info.flavour == PORT_PHYSICAL)
		restore_on_reload(d);
	list_del(&p->node);
	free(p);
	if (list_empty(&d->ports))
		d->portless_ms = loop_now_ms(d->core->loop);
	device_mark_dirty(d);
}

void device_on_port_gone(struct core *core,
			 const struct kernel_handle *handle, uint32_t index)
{
	struct device *d = by_handle(core, handle);
	struct port_dev *p = d ? find_port(d, index) : NULL;

	if (p)
		drop_port(d, p);
}

void device_on_rate(struct core *core, const struct kernel_handle *handle)
{
	struct device *d = by_handle(core, handle);

	if (d)
		restore_mark(d);
}

void device_sweep_begin(struct core *core)
{
	struct device *d;
	struct port_dev *p;

	list_for_each(d, &core->devices, node) {
		d->seen = false;
		list_for_each(p, &d->ports, node)
			p->seen = false;
	}
}

void device_sweep_end(struct core *core)
{
	struct device *d;
	struct port_dev *p;

	list_for_each(d, &core->devices, node) {
		if (!d->seen) {
			drop(d);
			continue;
		}
		list_for_each(p, &d->ports, node)
			if (!p->seen)
				drop_port(d, p);
	}
}

bool device_all_read(const struct core *core)
{
	const struct device *d;

	list_for_each(d, &core->devices, node)
		if (!d->read)
			return false;
	return true;
}

/* The kernel is stopped: no job will come back, whatever holds them. */
void device_free_all(struct core *core)
{
	struct device *d;

	list_for_each(d, &core->devices, node)
		device_free(d);
	list_for_each(d, &core->gone_devices, node)
		device_free(d);
}
