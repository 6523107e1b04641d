/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bonds and teams: what comes by any of their ports is theirs, so their rules
 * are on a block that they share with the ports.  Its number is the ifindex of
 * the bond, as Open vSwitch has it.  Ports are put onto it before the rules
 * are, when they join, and taken off it when they leave.
 */
#include <errno.h>
#include <string.h>

#include "common/base/log.h"
#include "swoffd/core/engine_priv.h"

bool engine_lag_is(const struct link *link)
{
	return strcmp(link->info.kind, "bond") == 0 ||
	       strcmp(link->info.kind, "team") == 0;
}

static bool waits(const struct engine *e, const struct engine_dev *lag)
{
	for (uint16_t i = 0; i < e->n_devs; i++)
		if (e->devs[i]->lag == lag &&
		    e->devs[i]->state == DEV_PREPARING)
			return true;
	return false;
}

void engine_lag_check(struct engine *e, struct engine_dev *lag)
{
	if (!lag || !lag->waits_ports || waits(e, lag))
		return;
	lag->waits_ports = false;
	engine_dev_ready(lag);
}

static void join(struct engine *e, struct engine_dev *lag,
		 const struct link *link)
{
	struct engine_dev *port = engine_dev_get(e, link);

	if (!port)
		return;
	if (port->lag != lag)
		log_info("%s: joins the rules of %s", port->name, lag->name);
	port->lag = lag;
	if (port->state == DEV_READY)
		port->state = DEV_NEW;
	(void)engine_dev_prepare(e, port);
}

static void leave(struct engine *e, struct engine_dev *port)
{
	struct engine_dev *lag = port->lag;

	log_info("%s: leaves the rules of %s", port->name, lag->name);
	port->lag = NULL;
	port->state = DEV_NEW;
	if (port->ifindex) {
		port->drops_qdisc = true;
		engine_qdisc_want(e, port);
	}
	engine_lag_check(e, lag);
}

static void all_leave(struct engine *e, const struct engine_dev *lag)
{
	for (uint16_t i = 0; i < e->n_devs; i++)
		if (e->devs[i]->lag == lag)
			leave(e, e->devs[i]);
}

void engine_lag_prepare(struct engine *e, struct engine_dev *lag)
{
	const struct link *l;

	list_for_each(l, &e->core->links, node)
		if (l->info.master == lag->ifindex)
			join(e, lag, l);
}

void engine_lag_on_link(struct engine *e, const struct link *link)
{
	struct engine_dev *port = engine_dev_at(e, link->info.ifindex);
	struct engine_dev *lag = engine_dev_at(e, link->info.master);

	if (port && port->lag && port->lag != lag)
		leave(e, port);
	if (lag && lag->block && lag->state != DEV_NEW &&
	    (!port || port->lag != lag))
		join(e, lag, link);
}

void engine_lag_gone(struct engine *e, struct engine_dev *dev)
{
	dev->waits_ports = false;
	all_leave(e, dev);
	if (dev->lag)
		leave(e, dev);
}

/* A clsact of somebody else stays, with what is on it. */
static void refused(struct engine *e, struct engine_dev *dev)
{
	struct engine_dev *lag = dev->lag ? dev->lag : dev;

	log_warning("%s: has a clsact qdisc that is not on block %u; not all "
		    "that comes by %s is offloaded", dev->name, lag->block,
		    lag->name);
	(void)error_set(&lag->offload_err, EEXIST,
			"%s: has a clsact qdisc of its own", dev->name);
	if (dev->lag)
		return;
	/* The rules are on the bond alone. */
	dev->block = 0;
	all_leave(e, dev);
}

bool engine_lag_qdisc(struct engine *e, struct engine_dev *dev, int err)
{
	struct engine_dev *lag = dev->lag;

	if (err == EEXIST && (dev->block || lag))
		refused(e, dev);
	if (dev->block && waits(e, dev)) {
		dev->waits_ports = true;
		return false;
	}
	return true;
}

void engine_lag_tick(struct engine *e)
{
	for (uint16_t i = 0; i < e->n_devs; i++)
		if (e->devs[i]->lag && e->devs[i]->state == DEV_READY)
			engine_qdisc_want(e, e->devs[i]);
}

void engine_lag_adopted(struct engine *e)
{
	for (uint16_t i = 0; i < e->n_devs; i++)
		if (e->devs[i]->block && e->devs[i]->n_there[RULE_INGRESS])
			(void)engine_dev_prepare(e, e->devs[i]);
}
