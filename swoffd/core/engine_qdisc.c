/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The clsact qdisc of a device, which is sent before any rule: those of the
 * device wait for it.
 */
#include <errno.h>

#include "swoffd/core/engine_priv.h"

void engine_qdisc_want(struct engine *e, struct engine_dev *dev)
{
	e->n_want_qdisc += !dev->wants_qdisc;
	dev->wants_qdisc = true;
	defer(e->core->loop, &e->pump);
}

static int queue_qdisc(struct engine *e, const struct engine_dev *dev,
		       enum kernel_request_kind kind, uint8_t op)
{
	struct kernel *k = e->core->kernel;
	struct rule rule = {
		.dev = { .ifindex = dev->ifindex },
		.block = dev->lag ? dev->lag->block : dev->block,
	};
	struct kernel_request req = {
		.kind = kind,
		.tag = engine_make_tag(dev->id, op, dev->gen),
		.rule = &rule,
	};
	int rc = dev->ifindex ? k->ops->tc_queue(k, &req) : -ENODEV;

	e->n_sent += rc == 0;
	return rc;
}

/* 0, or -EAGAIN.  One that was left for another block is asked for anew. */
static int send_qdisc(struct engine *e, struct engine_dev *dev)
{
	int rc = 0;

	if (dev->drops_qdisc)
		rc = queue_qdisc(e, dev, REQUEST_QDISC_DEL,
				 ENGINE_TAG_QDISC_DEL);
	if (rc == -EAGAIN)
		return rc;
	if (!dev->drops_qdisc || dev->state == DEV_PREPARING)
		rc = queue_qdisc(e, dev, REQUEST_QDISC, ENGINE_TAG_QDISC);
	dev->drops_qdisc = false;
	if (rc == -EAGAIN)
		return rc;
	dev->wants_qdisc = false;
	e->n_want_qdisc--;
	if (rc < 0)
		engine_dev_qdisc_result(e, dev->id, dev->gen, -rc, "");
	return 0;
}

void engine_qdisc_send(struct engine *e)
{
	for (uint16_t i = 0; i < e->n_devs && e->n_want_qdisc; i++)
		if (e->devs[i]->wants_qdisc &&
		    send_qdisc(e, e->devs[i]) < 0) {
			e->blocked = true;
			return;
		}
}
