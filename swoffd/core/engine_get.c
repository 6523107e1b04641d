/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One flow is read by its handle, for somebody who waits: that takes no longer
 * because there are a million others.  If it cannot be had like that, all are
 * read.
 */
#include <errno.h>

#include "swoffd/core/engine_priv.h"

static const struct flow *readable(struct engine *e, uint32_t slot)
{
	const struct flow *f = engine_flow(e, slot);

	if (!f || f->dying || f->presence == NOT_THERE ||
	    (f->phase != PHASE_SETTLED && f->phase != PHASE_VERIFY))
		return NULL;
	return f;
}

void engine_refresh_flow(struct engine *e, uint32_t slot, struct request *r)
{
	if (!readable(e, slot)) {
		engine_refresh(e, r);
		return;
	}
	r->after = slot;
	list_add_tail(&e->gets, &r->node);
	defer(e->core->loop, &e->pump);
}

/* 0; -EAGAIN: the kernel layer is full; other errors: it cannot be asked. */
static int send_get(struct engine *e, uint32_t slot, uint64_t tag)
{
	const struct flow *f = readable(e, slot);
	struct kernel *k = e->core->kernel;
	const struct engine_dev *missing;
	struct rule rule;
	struct kernel_request req = {
		.kind = REQUEST_GET,
		.tag = tag,
		.rule = &rule,
	};

	if (!f || engine_rule(e, f, &rule, &missing) < 0)
		return -ENOENT;
	rule.block = engine_block(engine_dev_of(e, f), rule.hook);
	return k->ops->tc_queue(k, &req);
}

static struct request *first_of(struct list *list)
{
	return container_of(list->next, struct request, node);
}

static void send_first(struct engine *e)
{
	struct request *r = first_of(&e->gets);
	uint32_t slot = (uint32_t)r->after;
	uint64_t tag = engine_make_tag(slot, OP_GET_ASKED, ++e->get_no);
	int rc = send_get(e, slot, tag);

	e->blocked = rc == -EAGAIN;
	if (e->blocked)
		return;
	list_del(&r->node);
	if (rc < 0) {
		engine_refresh(e, r);
		return;
	}
	e->n_sent++;
	r->after = tag;
	list_add_tail(&e->getting, &r->node);
}

void engine_get_send(struct engine *e)
{
	while (!list_empty(&e->gets) && !e->blocked)
		send_first(e);
}

void engine_get_filter(struct engine *e, const struct kernel_filter *filter)
{
	if (engine_flow_of(e, filter))
		e->got_tag = filter->tag;
}

/* What that reading brought up is told of too, when it is settled. */
static void answer(struct engine *e, struct request *r,
		   const struct flow *f)
{
	const struct error none = { 0 };

	if (f && f->pending)
		engine_settle(e, r);
	else
		r->done(r, &none);
}

void engine_get_result(struct engine *e, uint64_t tag, int err)
{
	struct request *r;

	list_for_each(r, &e->getting, node)
		if (r->after == tag)
			break;
	if (&r->node == &e->getting)
		return;
	list_del(&r->node);
	if (err || e->got_tag != tag)
		engine_refresh(e, r);
	else
		answer(e, r, engine_flow(e, (uint32_t)tag));
}

void engine_get_init(struct engine *e)
{
	list_init(&e->gets);
	list_init(&e->getting);
}
