/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What flows have counted.  The kernel counts a filter from zero when it is
 * put anew; what was counted before is kept beside it, so that sums never go
 * back.
 */
#include "swoffd/core/engine_priv.h"

static void add(struct flow_counters *sum, const struct flow_counters *c)
{
	sum->packets += c->packets;
	sum->bytes += c->bytes;
	sum->hw_packets += c->hw_packets;
	sum->hw_bytes += c->hw_bytes;
}

static bool any(const struct flow_counters *c)
{
	return c->packets || c->hw_packets;
}

void flow_counted(const struct engine *e, const struct flow *f,
		  struct flow_counters *out)
{
	*out = f->now;
	if (f->base_id != POOL_NONE)
		add(out, pool_at(&e->bases, f->base_id));
}

/* Without memory they are lost. */
static void add_to_base(struct engine *e, struct flow *f,
			const struct flow_counters *c)
{
	if (!any(c))
		return;
	if (f->base_id == POOL_NONE)
		f->base_id = pool_get(&e->bases);
	if (f->base_id != POOL_NONE)
		add(pool_at(&e->bases, f->base_id), c);
}

void flow_set_base(struct engine *e, struct flow *f,
		   const struct flow_counters *c)
{
	pool_put(&e->bases, f->base_id);
	f->base_id = POOL_NONE;
	add_to_base(e, f, c);
}

void flow_fold_stats(struct engine *e, struct flow *f)
{
	if (!any(&f->now))
		return;
	add_to_base(e, f, &f->now);
	f->now = (struct flow_counters){ 0 };
	engine_store_mark(e, f);
}

void flow_inherit_stats(struct engine *e, struct flow *f,
			const struct flow *from)
{
	struct flow_counters sum;

	flow_counted(e, from, &sum);
	add_to_base(e, f, &sum);
	engine_store_mark(e, f);
	if (from->used_ds > f->used_ds)
		f->used_ds = from->used_ds;
	f->rate += from->rate;
}

static float ms_since_read(const struct engine *e, const struct flow *f)
{
	const struct place *place = flowtab_place(&e->table, f);
	uint64_t now = loop_now_ms(e->core->loop);
	uint64_t before = e->devs[place->dev]->read_ms[place->hook];

	return before < now ? (float)(now - before) : 1.0f;
}

static bool went_back(const struct flow *f, const struct kernel_stats *s)
{
	return s->packets < f->now.packets || s->hw_packets < f->now.hw_packets;
}

/* ms: since the reading before. */
static void take(struct engine *e, struct flow *f,
		 const struct kernel_stats *s, float ms)
{
	uint64_t packets = s->packets - f->now.packets;

	if (s->used_ms != UINT64_MAX && s->packets)
		f->used_ds = engine_ds_before(e, s->used_ms);
	else if (packets)
		f->used_ds = engine_now_ds(e);
	f->rate += (float)packets * 1000.0f / (ms + ENGINE_RATE_WINDOW_MS);
	f->now = (struct flow_counters){ s->packets, s->bytes, s->hw_packets,
					 s->hw_bytes };
}

void flow_read_stats(struct engine *e, struct flow *f,
		     const struct kernel_stats *s)
{
	float ms = ms_since_read(e, f);

	/* It was put anew by somebody. */
	if (went_back(f, s))
		flow_fold_stats(e, f);
	f->rate -= f->rate * ms / (ms + ENGINE_RATE_WINDOW_MS);
	take(e, f, s, ms);
}

/* The answer comes with those of its batch, so a dump may have been faster. */
void flow_read_between(struct engine *e, struct flow *f,
		       const struct kernel_stats *s)
{
	if (!went_back(f, s))
		take(e, f, s, ms_since_read(e, f));
}
