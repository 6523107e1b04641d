/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Attributes of flows: few kinds for many flows, so each is kept once. */
#include <errno.h>
#include <string.h>

#include "swoffd/core/engine_priv.h"

int engine_attrs_init(struct engine *e)
{
	uint32_t id;

	/* The first one has number 0, and is never given back. */
	return intern_get(&e->attrs, &flow_attrs_usual,
			  sizeof(flow_attrs_usual), &id);
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

int engine_attrs_set(struct engine *e, struct flow *f,
		     const struct flow_attrs *with)
{
	struct flow_attrs a = *engine_attrs(e, f);
	uint32_t id;
	int rc;

	if (!with->given)
		return 0;
	flow_attrs_merge(&a, with);
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
	engine_switch_recount(e, f);
	engine_store_mark(e, f);
	return 0;
}

void engine_attrs_put(struct engine *e, struct flow *f)
{
	e->n_timed -= is_timed(engine_attrs(e, f));
	if (f->attrs_id)
		intern_put(&e->attrs, f->attrs_id);
	f->attrs_id = 0;
}

int engine_set_attrs(struct engine *e, const struct ufid *ufid,
		     const struct flow_attrs *attrs, struct error *err)
{
	struct flow *f = engine_flow(e, engine_find_ufid(e, ufid));
	int rc;

	if (!f)
		return error_set(err, ENOENT, "no flow with this ufid");
	if (f->mirrored)
		return error_set(err, EBUSY, "Open vSwitch has this flow, "
				 "which is mirrored; it has no attributes of "
				 "its own");
	rc = engine_attrs_set(e, f, attrs);
	if (rc < 0)
		return error_set(err, -rc, "flow table: %s", strerror(-rc));
	return 0;
}
