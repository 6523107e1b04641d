/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The devices that flows are on or go to.  Before the first rule goes on one,
 * hw-tc-offload is switched on and clsact is there.  When one vanishes its
 * flows are lost, and rules that lead to it are taken away, so that they do
 * not black-hole; when it returns, under whatever name and ifindex, they are
 * put back.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/base/log.h"
#include "swoffd/core/engine_priv.h"

static bool has_ifindex(uint32_t id, const void *key, const void *ctx)
{
	const struct engine *e = ctx;

	return e->devs[id]->ifindex == *(const uint32_t *)key;
}

/* Numbers that count up are hashes of themselves. */
struct engine_dev *engine_dev_at(const struct engine *e, uint32_t ifindex)
{
	uint32_t id = hash_find(&e->dev_index, ifindex, has_ifindex, &ifindex,
				e);

	return id == HASH_NONE ? NULL : e->devs[id];
}

static const struct kernel_port *port_of(struct core *core, uint32_t ifindex)
{
	struct device *d;
	struct port_dev *p;

	list_for_each(d, &core->devices, node)
		list_for_each(p, &d->ports, node)
			if (p->info.ifindex == ifindex)
				return &p->info;
	return NULL;
}

static bool same_port(const struct engine_dev *dev,
		      const struct kernel_port *port)
{
	return dev->is_port && dev->port_index == port->index &&
	       memcmp(&dev->handle, &port->handle, sizeof(dev->handle)) == 0;
}

/* One that is gone and has come back: by port identity, else by name. */
static struct engine_dev *find_gone(struct engine *e, const struct link *link)
{
	const struct kernel_port *port = port_of(e->core, link->info.ifindex);

	for (uint16_t i = 0; i < e->n_devs; i++) {
		struct engine_dev *dev = e->devs[i];

		if (dev->ifindex)
			continue;
		if (port ? same_port(dev, port) :
			   !dev->is_port &&
				   strcmp(dev->name, link->info.name) == 0)
			return dev;
	}
	return NULL;
}

/* By what is not changed by a rename of a port, or a reload of its device. */
static uint64_t id_hash(const struct engine_dev *dev)
{
	struct {
		struct kernel_handle handle;
		uint32_t port_index;
		char name[IFNAMSIZ];
	} id = { .port_index = dev->port_index };

	if (dev->is_port)
		id.handle = dev->handle;
	else
		memcpy(id.name, dev->name, sizeof(id.name));
	return hash_bytes64(&id, sizeof(id));
}

static void identify(struct engine_dev *dev, const struct kernel_port *port)
{
	if (port) {
		dev->is_port = true;
		dev->handle = port->handle;
		dev->port_index = port->index;
	}
	dev->id_hash = id_hash(dev);
	engine_switch_join(dev->engine, dev);
}

/* The next daemon will not derive the ufids of its flows as we did. */
static void changed_id(struct engine_dev *dev)
{
	dev->new_id = true;
	engine_store_rename(dev->engine, dev);
	engine_sweep(dev->engine, SWEEP_UFID);
}

static struct engine_dev *dev_new(struct engine *e)
{
	AUTO(free) struct engine_dev *dev = calloc(1, sizeof(*dev));

	if (!dev || e->n_devs == ENGINE_MAX_DEVS)
		return NULL;
	if (e->n_devs == e->size_devs) {
		uint16_t size = e->size_devs ?
				(uint16_t)(e->size_devs * 2) : 16;
		void *devs = reallocarray(e->devs, size, sizeof(*e->devs));

		if (!devs)
			return NULL;
		e->devs = devs;
		e->size_devs = size;
	}
	dev->engine = e;
	dev->id = e->n_devs;
	e->devs[e->n_devs++] = dev;
	return steal_ptr(dev);
}

/* Whatever was on it is not there any more: flows find out by themselves. */
static void no_filters(struct engine_dev *dev)
{
	dev->gen++;
	engine_switch_count(dev, -(int)dev->n_hw);
	dev->n_there[RULE_INGRESS] = dev->n_there[RULE_EGRESS] = 0;
}

/* -ENOMEM: it is as if it had not come. */
static int arrived(struct engine_dev *dev, const struct link *link)
{
	int rc = hash_add(&dev->engine->dev_index, link->info.ifindex,
			  dev->id);

	if (rc)
		return rc;
	dev->ifindex = link->info.ifindex;
	memcpy(dev->name, link->info.name, sizeof(dev->name));
	dev->kind = engine_port_kind(link);
	dev->block = engine_lag_is(link) ? dev->ifindex : 0;
	dev->state = DEV_NEW;
	dev->arrivals++;
	dev->read_ms[RULE_INGRESS] = dev->read_ms[RULE_EGRESS] =
		loop_now_ms(dev->engine->core->loop);
	no_filters(dev);
	identify(dev, port_of(dev->engine->core, dev->ifindex));
	return 0;
}

struct engine_dev *engine_dev_get(struct engine *e, const struct link *link)
{
	struct engine_dev *dev = engine_dev_at(e, link->info.ifindex);

	if (dev)
		return dev;
	dev = find_gone(e, link);
	if (!dev)
		dev = dev_new(e);
	return dev && arrived(dev, link) == 0 ? dev : NULL;
}

static const struct link *find_link(struct core *core,
				    const struct port *port)
{
	if (port->name[0])
		return link_find_name(core, port->name);
	return port->ifindex ? link_find(core, port->ifindex) : NULL;
}

struct engine_dev *engine_dev_resolve(struct engine *e,
				      const struct port *port,
				      struct error *err)
{
	const struct link *link = find_link(e->core, port);
	struct engine_dev *dev;

	if (!link && !port->name[0] && !port->ifindex) {
		error_set(err, ENODEV,
			  "port number %u: no datapath tells which netdev "
			  "that is; dump flows with --names", port->no);
		return NULL;
	}
	if (!link) {
		error_set(err, ENODEV, "no netdev '%s' here", port->name);
		return NULL;
	}
	dev = engine_dev_get(e, link);
	if (!dev)
		error_set(err, ENOSPC, "more than %d devices with flows",
			  ENGINE_MAX_DEVS);
	return dev;
}

struct engine_dev *engine_dev_known(struct engine *e, const struct port *port)
{
	struct engine_dev *gone = NULL;

	for (uint16_t i = 0; i < e->n_devs; i++) {
		struct engine_dev *dev = e->devs[i];

		if (port->name[0] ? strcmp(dev->name, port->name) != 0 :
				    dev->ifindex != port->ifindex)
			continue;
		if (dev->ifindex)
			return dev;
		gone = dev;
	}
	return gone;
}

/* The link that is that port, or has that name, now. */
static const struct link *link_of(struct core *core, const char *name,
				  const struct kernel_handle *handle,
				  uint32_t port_index)
{
	struct device *d;
	struct port_dev *p;

	if (!handle)
		return link_find_name(core, name);
	list_for_each(d, &core->devices, node)
		list_for_each(p, &d->ports, node)
			if (p->info.index == port_index && p->info.ifindex &&
			    memcmp(&p->info.handle, handle,
				   sizeof(*handle)) == 0)
				return link_find(core, p->info.ifindex);
	return NULL;
}

struct engine_dev *engine_dev_recall(struct engine *e, const char *name,
				     const struct kernel_handle *handle,
				     uint32_t port_index)
{
	const struct link *link = link_of(e->core, name, handle, port_index);
	struct engine_dev *dev;

	if (link)
		return engine_dev_get(e, link);
	dev = dev_new(e);
	if (!dev)
		return NULL;
	(void)snprintf(dev->name, sizeof(dev->name), "%s", name);
	dev->is_port = handle;
	if (handle)
		dev->handle = *handle;
	dev->port_index = port_index;
	identify(dev, NULL);
	return dev;
}

void engine_dev_ready(struct engine_dev *dev)
{
	dev->state = DEV_READY;
	engine_key_warm(dev->engine);
	defer(dev->engine->core->loop, &dev->engine->pump);
	engine_sweep(dev->engine, SWEEP_DEVICE);
}

void engine_dev_qdisc_result(struct engine *e, uint16_t id, uint8_t gen,
			     int err, const char *extack)
{
	struct engine_dev *dev = id < e->n_devs ? e->devs[id] : NULL;

	if (!dev || dev->state != DEV_PREPARING || !dev->ifindex ||
	    dev->gen != gen)
		return;
	dev->no_egress = err == EINVAL;
	if (err && err != EINVAL && err != EEXIST)
		log_warning("%s: add clsact qdisc: %s%s%s", dev->name,
			    strerror(err), extack[0] ? ": " : "", extack);
	if (!engine_lag_qdisc(e, dev, err))
		return;
	engine_event_qdisc(dev, err, extack);
	/* Without a qdisc each rule is refused, with the kernel's words. */
	engine_dev_ready(dev);
	engine_lag_check(e, dev->lag);
}

/* What of it is offloaded depends on its ports. */
static void prepare_lag(struct engine *e, struct engine_dev *lag)
{
	lag->offload_err = (struct error){ 0 };
	engine_lag_prepare(e, lag);
	engine_qdisc_want(e, lag);
}

static void on_offload_on(struct kernel_job *job)
{
	struct engine_dev *dev = container_of(job, struct engine_dev, job);
	bool was_off;

	dev->job_running = false;
	if (dev->state != DEV_PREPARING)
		return;
	if (dev->ifindex != job->ifindex) {
		dev->state = DEV_NEW;
		if (dev->ifindex)
			(void)engine_dev_prepare(dev->engine, dev);
		return;
	}
	was_off = dev->offload_err.code;
	dev->offload_err = job->rc ? job->err : (struct error){ 0 };
	if (job->rc && !was_off)
		log_warning("%s", job->err.msg);
	if (!job->rc || !was_off)
		engine_event_offload(dev, &dev->offload_err);
	if (job->rc && dev->lag)
		dev->lag->offload_err = job->err;
	if (!job->rc && was_off)
		engine_sweep(dev->engine, SWEEP_TRY_ALL);
	engine_qdisc_want(dev->engine, dev);
}

bool engine_dev_prepare(struct engine *e, struct engine_dev *dev)
{
	if (dev->state == DEV_READY)
		return true;
	if (dev->state == DEV_NEW) {
		dev->state = DEV_PREPARING;
		if (dev->block) {
			prepare_lag(e, dev);
			return false;
		}
		if (dev->job_running)
			return false;
		dev->job = (struct kernel_job){
			.kind = JOB_TC_OFFLOAD_ON,
			.ifindex = dev->ifindex,
			.done = on_offload_on,
		};
		dev->job_running = true;
		e->core->kernel->ops->submit(e->core->kernel, &dev->job);
	}
	return false;
}

void engine_warm_port(struct engine *e, uint32_t ifindex)
{
	const struct link *link = link_find(e->core, ifindex);
	struct engine_dev *dev = engine_dev_at(e, ifindex);

	if (!dev && link && port_of(e->core, ifindex))
		dev = engine_dev_get(e, link);
	if (dev && dev->is_port && !dev->block && !dev->lag)
		(void)engine_dev_prepare(e, dev);
}

void engine_dev_try_again(struct engine *e, struct engine_dev *dev)
{
	if (dev->state != DEV_READY)
		return;
	dev->state = DEV_NEW;
	(void)engine_dev_prepare(e, dev);
}

void engine_on_link_gone(struct engine *e, uint32_t ifindex)
{
	struct engine_dev *dev = engine_dev_at(e, ifindex);

	if (!dev)
		return;
	hash_del(&e->dev_index, dev->ifindex, dev->id);
	dev->ifindex = 0;
	dev->state = DEV_NEW;
	engine_lag_gone(e, dev);
	no_filters(dev);
	defer(e->core->loop, &e->pump);
	engine_sweep(e, SWEEP_DEVICE);
}

static void revive(struct engine *e, struct engine_dev *dev,
		   const struct link *link)
{
	if (arrived(dev, link) < 0)
		return;
	log_info("%s: is back, ifindex %u", dev->name, dev->ifindex);
	engine_sweep(e, SWEEP_DEVICE);
}

static void rename_dev(struct engine_dev *dev, const char *name)
{
	if (strcmp(dev->name, name) == 0)
		return;
	(void)snprintf(dev->name, sizeof(dev->name), "%s", name);
	if (!dev->is_port)
		changed_id(dev);
}

void engine_on_link(struct engine *e, const struct link *link)
{
	struct engine_dev *dev = engine_dev_at(e, link->info.ifindex);

	if (port_kind_is_tunnel(engine_port_kind(link)))
		engine_key_warm(e);
	if (dev) {
		rename_dev(dev, link->info.name);
	} else {
		dev = find_gone(e, link);
		if (dev)
			revive(e, dev, link);
	}
	engine_lag_on_link(e, link);
}

void engine_on_port(struct engine *e, const struct kernel_port *port)
{
	struct link *link = link_find(e->core, port->ifindex);
	struct engine_dev *dev;

	if (!port->ifindex)
		return;
	dev = engine_dev_at(e, port->ifindex);
	if (dev && !same_port(dev, port)) {
		identify(dev, port);
		changed_id(dev);
	} else if (!dev && link) {
		engine_on_link(e, link);
	}
}

void engine_dev_fini(struct engine *e)
{
	for (uint16_t i = 0; i < e->n_devs; i++)
		free(e->devs[i]);
	free(e->devs);
	hash_fini(&e->dev_index);
}
