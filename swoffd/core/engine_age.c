/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Time-outs of flows.  A flow is idle by the packets that its filter has not
 * counted, so only a reading of counters can tell; drivers tell them late.
 */
#include "swoffd/core/engine_priv.h"

/* When it was known last what the flow had counted; the reading may have gone
 * past its place early, or before it was put. */
static uint32_t known_ds(const struct engine *e, const struct flow *f)
{
	const struct place *place = flowtab_place(&e->table, f);
	const struct engine_dev *dev = e->devs[place->dev];

	if (f->presence == NOT_THERE)
		return engine_now_ds(e);
	return (uint32_t)(dev->asked_ms[place->hook] / 100) + 1;
}

static bool is_over(uint32_t from_ds, uint32_t to_ds, uint32_t seconds,
		    uint32_t lag_ds)
{
	return to_ds > from_ds &&
	       to_ds - from_ds >= (uint64_t)seconds * 10 + lag_ds;
}

bool engine_age_is_over(struct engine *e, const struct flow *f)
{
	const struct flow_attrs *a = engine_attrs(e, f);
	uint32_t last = f->used_ds > f->born_ds ? f->used_ds : f->born_ds;

	if (a->hard_s &&
	    is_over(f->born_ds, engine_now_ds(e), a->hard_s, 0)) {
		e->n_hard_over++;
		return true;
	}
	if (a->idle_s && is_over(last, known_ds(e, f), a->idle_s,
				 ENGINE_DRIVER_LAG_MS / 100)) {
		e->n_idle_over++;
		return true;
	}
	return false;
}
