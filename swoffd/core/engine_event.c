/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the engine tells as events.  Of single flows only while somebody wants
 * to know; of the tables of hardware what is true of many, a time a reading of
 * counters.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "swoffd/core/engine_priv.h"

static struct event of_dev(const struct engine_dev *dev, enum event_kind kind)
{
	struct event ev = dev->is_port ?
		event_make_port(kind, &dev->handle, dev->port_index) :
		event_make(kind);

	memcpy(ev.netdev, dev->name, sizeof(ev.netdev));
	return ev;
}

static void add(const struct engine *e, const struct event *ev)
{
	event_add(&e->core->events, ev);
}

static struct event of_flow(const struct engine *e, const struct flow *f,
			    enum event_kind kind)
{
	struct event ev = of_dev(engine_dev_of(e, f), kind);

	ev.ufid = f->ufid;
	return ev;
}

/* Why it is where it is: the first reason. */
static void take_reason(const struct engine *e, const struct flow *f,
			struct event *ev)
{
	size_t n;
	const struct reason *why = engine_reasons(e, f, &n);
	const struct reason_row *row = n ? reason_row(why->code) : NULL;

	if (row)
		event_text(ev, "%s: %s%s%s%s%s", reason_stage_str(row->stage),
			   row->name, why->subject[0] ? ":" : "",
			   why->subject, why->extack[0] ? ": " : "",
			   why->extack);
}

void engine_event_state(struct engine *e, const struct flow *f,
			enum flow_state was)
{
	struct event ev;

	if (f->state == FLOW_PENDING ||
	    !event_is_wanted(&e->core->events, EVENT_FLOW_STATE))
		return;
	ev = of_flow(e, f, EVENT_FLOW_STATE);
	event_word(&ev, 0, flow_state_str(was));
	event_word(&ev, 1, flow_state_str((enum flow_state)f->state));
	take_reason(e, f, &ev);
	add(e, &ev);
}

void engine_event_deleted(struct engine *e, const struct flow *f)
{
	struct event ev;

	if (!event_is_wanted(&e->core->events, EVENT_FLOW_DELETED))
		return;
	ev = of_flow(e, f, EVENT_FLOW_DELETED);
	event_word(&ev, 0, flow_state_str((enum flow_state)f->was));
	add(e, &ev);
}

void engine_event_flush(struct engine *e)
{
	struct event ev = event_make(EVENT_FLOW_FLUSH);

	ev.numbers[0] = e->table.n_flows;
	add(e, &ev);
}

void engine_event_offload(const struct engine_dev *dev,
			  const struct error *err)
{
	struct event ev = of_dev(dev, EVENT_LINK_OFFLOAD);

	event_word(&ev, 0, err->code ? "failed" : "done");
	if (err->code)
		event_text(&ev, "%s", err->msg);
	add(dev->engine, &ev);
}

void engine_event_qdisc(const struct engine_dev *dev, int err,
			const char *extack)
{
	bool failed = err && err != EEXIST && err != EINVAL;
	struct event ev = of_dev(dev, failed ? EVENT_QDISC_FAILED :
					       EVENT_QDISC_READY);

	if (failed)
		event_text(&ev, "%s%s%s", strerror(err), extack[0] ? ": " : "",
			   extack);
	else
		event_word(&ev, 0, dev->no_egress ? "ingress" : "clsact");
	add(dev->engine, &ev);
}

static struct event of_switch(const struct engine *e,
			      const struct engine_switch *sw,
			      enum event_kind kind)
{
	struct event ev;

	if (sw->is_device)
		return event_make_port(kind, &sw->handle, KERNEL_NO_NUMBER);
	ev = event_make(kind);
	memcpy(ev.netdev, e->devs[sw->dev]->name, sizeof(ev.netdev));
	return ev;
}

static uint64_t number(uint32_t n)
{
	return n == CAPACITY_UNKNOWN ? EVENT_NO_NUMBER : n;
}

static void tell(const struct engine *e, const struct engine_switch *sw,
		 enum event_kind kind, uint64_t first, uint64_t second)
{
	struct event ev = of_switch(e, sw, kind);

	ev.numbers[0] = first;
	ev.numbers[1] = second;
	add(e, &ev);
}

void engine_event_full(struct engine *e, struct engine_switch *sw)
{
	if (!sw->told.full)
		tell(e, sw, EVENT_CAPACITY_FULL, sw->n_hw, 0);
	sw->told.full = true;
}

void engine_event_limit(struct engine *e, const struct engine_switch *sw)
{
	tell(e, sw, EVENT_CAPACITY_LIMIT, sw->limit, 0);
}

void engine_event_set(struct engine *e, const struct engine_switch *sw)
{
	tell(e, sw, EVENT_CAPACITY_SET, number(sw->max_rules), sw->reserve);
}

/* Places that were taken at once by those who waited for them are no room. */
void engine_event_round(struct engine *e, struct engine_switch *sw,
			bool refused)
{
	if (sw->high > sw->told.high)
		tell(e, sw, EVENT_CAPACITY_HIGH_WATER, sw->high,
		     number(sw->limit));
	if (sw->n_evicted != sw->told.n_evicted ||
	    sw->n_promoted != sw->told.n_promoted)
		tell(e, sw, EVENT_CAPACITY_SWAP,
		     sw->n_evicted - sw->told.n_evicted,
		     sw->n_promoted - sw->told.n_promoted);
	if (sw->told.full && !refused && sw->n_claims < sw->limit) {
		tell(e, sw, EVENT_CAPACITY_ROOM, sw->n_hw, number(sw->limit));
		sw->told.full = false;
	}
	sw->told.high = sw->high;
	sw->told.n_evicted = sw->n_evicted;
	sw->told.n_promoted = sw->n_promoted;
}

void engine_event_idle(struct engine *e)
{
	for (uint16_t i = 0; i < e->n_switches; i++)
		engine_event_round(e, e->switches[i], false);
}
