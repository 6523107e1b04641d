/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tables of hardware rules: the ports of an eswitch share one, any other
 * netdev is taken to have its own.  Here is counted who has a place in them or
 * is on the way to one; who should is engine_capacity.c's to say.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "swoffd/core/engine_record.h"

static bool is_same(const struct engine_switch *sw,
		    const struct engine_dev *dev)
{
	if (sw->is_device != dev->is_port)
		return false;
	if (dev->is_port)
		return memcmp(&sw->handle, &dev->handle,
			      sizeof(sw->handle)) == 0;
	return sw->dev == dev->id;
}

static struct engine_switch *find(const struct engine *e,
				  const struct engine_dev *dev)
{
	for (uint16_t i = 0; i < e->n_switches; i++)
		if (is_same(e->switches[i], dev))
			return e->switches[i];
	return NULL;
}

static struct engine_switch *add(struct engine *e,
				 const struct engine_dev *dev)
{
	struct engine_switch *sw = calloc(1, sizeof(*sw));
	void *all;

	if (!sw)
		return NULL;
	all = reallocarray(e->switches, e->n_switches + 1u,
			   sizeof(*e->switches));
	if (!all) {
		free(sw);
		return NULL;
	}
	e->switches = all;
	e->switches[e->n_switches++] = sw;
	sw->is_device = dev->is_port;
	sw->handle = dev->handle;
	sw->dev = dev->id;
	sw->limit = sw->max_rules = sw->full_at = CAPACITY_UNKNOWN;
	return sw;
}

/* All flows of the device count in another table now. */
static void move(struct engine_dev *dev, struct engine_switch *sw)
{
	struct engine_switch *old = dev->sw;

	if (old) {
		old->n_claims -= dev->n_claims;
		old->n_pinned -= dev->n_pinned;
		old->n_hw -= dev->n_hw;
	}
	if (sw) {
		sw->n_claims += dev->n_claims;
		sw->n_pinned += dev->n_pinned;
		sw->n_hw += dev->n_hw;
	}
	dev->sw = sw;
}

void engine_switch_join(struct engine *e, struct engine_dev *dev)
{
	struct engine_switch *sw = find(e, dev);

	if (!sw)
		sw = add(e, dev);
	if (sw != dev->sw)
		move(dev, sw);
}

void engine_switch_count(struct engine_dev *dev, int n)
{
	dev->n_hw = (uint32_t)((int64_t)dev->n_hw + n);
	if (!dev->sw)
		return;
	dev->sw->n_hw = (uint32_t)((int64_t)dev->sw->n_hw + n);
	if (dev->sw->n_hw > dev->sw->high)
		dev->sw->high = dev->sw->n_hw;
}

uint32_t engine_switch_limit(const struct engine_switch *sw)
{
	return sw->limit < sw->max_rules ? sw->limit : sw->max_rules;
}

/* For flows that are not pinned. */
uint32_t engine_switch_budget(const struct engine_switch *sw)
{
	uint32_t limit = engine_switch_limit(sw), kept = sw->reserve;

	if (sw->n_pinned > kept)
		kept = sw->n_pinned;
	return limit > kept ? limit - kept : 0;
}

void engine_switch_claim(struct engine *e, struct flow *f)
{
	struct engine_dev *dev = engine_dev_of(e, f);
	bool pin = engine_attrs(e, f)->pin;

	if (f->claims)
		return;
	f->claims = true;
	f->claims_pin = pin;
	dev->n_claims++;
	dev->n_pinned += pin;
	if (dev->sw) {
		dev->sw->n_claims++;
		dev->sw->n_pinned += pin;
	}
}

void engine_switch_leave(struct engine *e, struct flow *f)
{
	struct engine_dev *dev = engine_dev_of(e, f);

	if (!f->claims)
		return;
	f->claims = false;
	dev->n_claims--;
	dev->n_pinned -= f->claims_pin;
	if (dev->sw) {
		dev->sw->n_claims--;
		dev->sw->n_pinned -= f->claims_pin;
	}
}

void engine_switch_recount(struct engine *e, struct flow *f)
{
	if (!f->claims || f->claims_pin == engine_attrs(e, f)->pin)
		return;
	engine_switch_leave(e, f);
	engine_switch_claim(e, f);
}

bool engine_switch_has_room(const struct engine *e, const struct flow *f)
{
	const struct engine_switch *sw = engine_dev_of(e, f)->sw;

	if (!sw || sw->n_claims >= engine_switch_limit(sw))
		return false;
	return engine_attrs(e, f)->pin ||
	       engine_switch_unpinned(sw) < engine_switch_budget(sw);
}

/* Only what the operator has set keeps a new flow out: what was learnt may be
 * wrong by now, and the driver is asked; but for a place that is kept. */
static bool admits(const struct engine *e, const struct flow *f)
{
	const struct engine_switch *sw = engine_dev_of(e, f)->sw;

	if (!sw || f->claims ||
	    (sw->max_rules == CAPACITY_UNKNOWN && !sw->reserve &&
	     !engine_prove_holds(e, sw)))
		return true;
	return engine_switch_has_room(e, f);
}

bool engine_switch_enter(struct engine *e, struct flow *f)
{
	if (f->policy == RULE_SW_ONLY || f->gave_way)
		return true;
	if (admits(e, f)) {
		engine_switch_claim(e, f);
		return true;
	}
	f->gave_way = f->policy == RULE_BEST_EFFORT;
	return f->gave_way;
}

void engine_switch_name(const struct engine *e,
			const struct engine_switch *sw,
			char out[ENGINE_SWITCH_NAME_SIZE])
{
	if (sw->is_device)
		(void)snprintf(out, ENGINE_SWITCH_NAME_SIZE, "%s/%s",
			       sw->handle.bus, sw->handle.dev);
	else
		(void)snprintf(out, ENGINE_SWITCH_NAME_SIZE, "%s",
			       e->devs[sw->dev]->name);
}

void engine_switch_reason(const struct engine *e, const struct flow *f,
			  struct reason *out)
{
	const struct engine_dev *dev = engine_dev_of(e, f);
	char subject[ENGINE_SWITCH_NAME_SIZE];

	if (dev->sw)
		engine_switch_name(e, dev->sw, subject);
	reason_make(out, f->control ? REASON_BEING_PROVEN : REASON_GAVE_WAY, 0,
		    dev->sw ? subject : dev->name, "");
}

uint16_t engine_n_switches(const struct engine *e)
{
	return e->n_switches;
}

static bool is_port_of(const struct engine *e, const struct engine_switch *sw,
		       const char *netdev)
{
	for (uint16_t i = 0; i < e->n_devs; i++)
		if (e->devs[i]->sw == sw &&
		    strcmp(e->devs[i]->name, netdev) == 0)
			return true;
	return false;
}

/* Of switches without flows nothing is shown: devices have them by the dozen,
 * and each netdev that flows go to would be one. */
static uint32_t n_flows(const struct engine *e, const struct engine_switch *sw)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < e->table.places.n; i++) {
		const struct place *p = place_at(&e->table.places, i);

		if (p->dev != PLACE_NO_DEV && e->devs[p->dev]->sw == sw)
			n += p->n_flows;
	}
	return n;
}

void engine_capacity_view(const struct engine *e, uint16_t i,
			  struct capacity_view *out)
{
	const struct engine_switch *sw = e->switches[i];

	engine_switch_name(e, sw, out->device);
	out->n_flows = n_flows(e, sw);
	out->n_hw = sw->n_hw;
	out->n_pinned = sw->n_pinned;
	out->high = sw->high;
	out->limit = sw->limit;
	out->max_rules = sw->max_rules;
	out->reserve = sw->reserve;
	out->n_full = sw->n_full;
	out->n_evicted = sw->n_evicted;
	out->n_promoted = sw->n_promoted;
}

uint16_t engine_capacity_find(const struct engine *e, const char *dev)
{
	char name[ENGINE_SWITCH_NAME_SIZE];

	for (uint16_t i = 0; i < e->n_switches; i++) {
		engine_switch_name(e, e->switches[i], name);
		if (strcmp(name, dev) == 0 ||
		    is_port_of(e, e->switches[i], dev))
			return i;
	}
	return ENGINE_NO_SWITCH;
}

void engine_capacity_set(struct engine *e, uint16_t i, uint32_t max_rules,
			 uint32_t reserve)
{
	e->switches[i]->max_rules = max_rules;
	e->switches[i]->reserve = reserve;
	engine_event_set(e, e->switches[i]);
	if (e->store)
		engine_record_switch(e, e->switches[i]);
	/* The next reading of counters brings it about. */
}

void engine_switch_fini(struct engine *e)
{
	for (uint16_t i = 0; i < e->n_switches; i++) {
		rank_fini(&e->switches[i]->outside);
		rank_fini(&e->switches[i]->inside);
		free(e->switches[i]);
	}
	free(e->switches);
}
