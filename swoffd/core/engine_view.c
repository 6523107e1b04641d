/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What there is to say of flows. */
#include <string.h>

#include "swoffd/core/engine_priv.h"

static uint64_t used_ms(const struct engine *e, const struct flow *f)
{
	return f->used_ds ? (uint64_t)(engine_now_ds(e) - f->used_ds) * 100 :
			    UINT64_MAX;
}

static void view_times(const struct engine *e, const struct flow *f,
		       struct flow_view *out)
{
	uint32_t now = engine_now_ds(e);

	out->used_ms = used_ms(e, f);
	out->age_ms = (uint64_t)(now - f->born_ds) * 100;
	out->state_ms = (uint64_t)(now - f->since_ds) * 100;
}

static void view_reasons(const struct engine *e, const struct flow *f,
			 struct flow_view *out)
{
	const struct reason *why = engine_reasons(e, f, &out->n_reasons);

	for (size_t i = 0; i < out->n_reasons; i++)
		out->reasons[i] = (struct flow_reason){ why[i], f->n_times };
}

bool engine_view(struct engine *e, uint32_t slot, struct flow_view *out)
{
	const struct flow *f = engine_flow(e, slot);
	const struct engine_dev *missing;

	if (!f)
		return false;
	out->slot = slot;
	out->ufid = f->ufid;
	out->state = (enum flow_state)f->state;
	out->policy = (enum rule_policy)f->policy;
	out->mirrored = f->mirrored;
	out->attrs = *engine_attrs(e, f);
	out->rate = f->rate;
	(void)engine_rule(e, f, &out->rule, &missing);
	flow_counted(e, f, &out->stats);
	view_times(e, f, out);
	view_reasons(e, f, out);
	return true;
}

bool engine_glance(struct engine *e, uint32_t slot, struct flow_glance *out)
{
	const struct flow *f = engine_flow(e, slot);

	if (!f)
		return false;
	out->state = (enum flow_state)f->state;
	out->policy = (enum rule_policy)f->policy;
	out->dev = flowtab_place(&e->table, f)->dev;
	out->rate = f->rate;
	out->used_ms = used_ms(e, f);
	flow_counted(e, f, &out->counted);
	out->reasons = engine_reasons(e, f, &out->n_reasons);
	return true;
}

const char *engine_dev_name(const struct engine *e, uint16_t dev)
{
	return e->devs[dev]->name;
}

void engine_times(const struct engine *e, struct engine_times *out)
{
	*out = (struct engine_times){ e->poll_ms, e->read_took_ms,
				      e->n_idle_over, e->n_hard_over };
}
