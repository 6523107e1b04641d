/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Attributes of flows: few kinds for many flows, so each is kept once. */
#include <errno.h>

#include "swoffd/core/engine_priv.h"

static const struct flow_attrs defaults = { .weight = 1 };

int engine_attrs_init(struct engine *e)
{
	uint32_t id;

	/* The first one has number 0, and is never given back. */
	return intern_get(&e->attrs, &defaults, sizeof(defaults), &id);
}

const struct flow_attrs *engine_attrs(const struct engine *e,
				      const struct flow *f)
{
	return intern_data(&e->attrs, f->attrs_id, NULL);
}

static bool is_timed(const struct flow_attrs *a)
{
	return a->idle_s || a->hard_s;
}

static void merge(struct flow_attrs *a, const struct flow_attrs *with)
{
	if (with->given & FLOW_ATTR_PIN)
		a->pin = with->pin;
	if (with->given & FLOW_ATTR_WEIGHT)
		a->weight = with->weight;
	if (with->given & FLOW_ATTR_IDLE)
		a->idle_s = with->idle_s;
	if (with->given & FLOW_ATTR_HARD)
		a->hard_s = with->hard_s;
}

int engine_attrs_set(struct engine *e, struct flow *f,
		     const struct flow_attrs *with)
{
	struct flow_attrs a = *engine_attrs(e, f);
	uint32_t id;
	int rc;

	if (!with->given)
		return 0;
	merge(&a, with);
	rc = intern_get(&e->attrs, &a, sizeof(a), &id);
	if (rc < 0)
		return rc;
	if (id > UINT16_MAX) {
		intern_put(&e->attrs, id);
		return -ENOSPC;
	}
	/* Of the defaults there is one reference, not one a flow. */
	if (id == 0)
		intern_put(&e->attrs, id);
	engine_attrs_put(e, f);
	e->n_timed += is_timed(&a);
	f->attrs_id = (uint16_t)id;
	return 0;
}

void engine_attrs_put(struct engine *e, struct flow *f)
{
	e->n_timed -= is_timed(engine_attrs(e, f));
	if (f->attrs_id)
		intern_put(&e->attrs, f->attrs_id);
	f->attrs_id = 0;
}
