/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The state of one flow: which, why, and whether somebody waits for it.  All
 * counts that depend on a flow's state are kept here and nowhere else.
 */
#include <string.h>

#include "swoffd/core/engine_priv.h"

const char *flow_state_str(enum flow_state state)
{
	static const char *const names[FLOW_N_STATES] = {
		[FLOW_PENDING] = "pending",   [FLOW_IN_HW] = "in_hw",
		[FLOW_SW] = "sw",	      [FLOW_REJECTED] = "rejected",
		[FLOW_EVICTED] = "evicted",   [FLOW_LOST] = "lost",
	};

	return names[state];
}

struct flow_extra *flow_extra(struct flow *f)
{
	if (!f->extra)
		f->extra = calloc(1, sizeof(*f->extra));
	return f->extra;
}

void flow_set_state(struct engine *e, struct flow *f, enum flow_state state)
{
	e->n_state[f->state]--;
	f->state = (uint8_t)state;
	e->n_state[f->state]++;
}

void flow_set_phase(struct engine *e, struct flow *f, enum flow_phase phase)
{
	struct engine_dev *dev = e->devs[f->dev];

	if (f->phase == PHASE_VERIFY) {
		e->n_verify--;
		dev->n_verify--;
	}
	f->phase = (uint8_t)phase;
	if (f->phase == PHASE_VERIFY) {
		e->n_verify++;
		dev->n_verify++;
	}
}

void flow_set_presence(struct engine *e, struct flow *f,
		       enum flow_presence presence)
{
	struct engine_dev *dev = e->devs[f->dev];

	dev->n_there[f->hook] -= f->presence != NOT_THERE;
	f->presence = (uint8_t)presence;
	dev->n_there[f->hook] += f->presence != NOT_THERE;
}

void flow_clear_reasons(struct flow *f)
{
	if (!f->extra)
		return;
	free(f->extra->reasons);
	f->extra->reasons = NULL;
	f->extra->n_reasons = 0;
}

static struct flow_reason *find_reason(struct flow_extra *x,
				       enum reason_code code,
				       const char *subject)
{
	for (size_t i = 0; i < x->n_reasons; i++)
		if (x->reasons[i].reason.code == code &&
		    strcmp(x->reasons[i].reason.subject, subject) == 0)
			return &x->reasons[i];
	return NULL;
}

static struct flow_reason *new_reason(struct flow_extra *x)
{
	struct flow_reason *reasons;

	if (x->n_reasons == REASON_LIST_MAX)
		return NULL;
	reasons = reallocarray(x->reasons, x->n_reasons + 1,
			       sizeof(*reasons));
	if (!reasons)
		return NULL;
	x->reasons = reasons;
	reasons[x->n_reasons] = (struct flow_reason){ 0 };
	return &reasons[x->n_reasons++];
}

void flow_add_reason(struct flow *f, enum reason_code code, int err,
		     const char *subject, const char *extack)
{
	struct flow_extra *x = flow_extra(f);
	struct flow_reason *r;

	if (!x)
		return;
	r = find_reason(x, code, subject);
	if (!r)
		r = new_reason(x);
	if (!r)
		return;
	r->count++;
	r->reason.code = code;
	r->reason.err = err;
	(void)strncpy(r->reason.subject, subject,
		      sizeof(r->reason.subject) - 1);
	(void)strncpy(r->reason.extack, extack, sizeof(r->reason.extack) - 1);
}

static void leave_pending(struct engine *e, struct flow *f)
{
	if (f->pending)
		e->n_pending[f->epoch]--;
	f->pending = false;
}

void flow_settle(struct engine *e, struct flow *f, enum flow_state state)
{
	flow_set_phase(e, f, PHASE_SETTLED);
	flow_set_state(e, f, state);
	f->tries = 0;
	leave_pending(e, f);
	if (!list_empty(&e->settling))
		defer(e->core->loop, &e->answer);
}

void flow_unsettle(struct engine *e, struct flow *f)
{
	flow_set_state(e, f, FLOW_PENDING);
	if (f->pending)
		return;
	f->pending = true;
	f->epoch = (uint8_t)(e->epoch % ENGINE_EPOCHS);
	e->n_pending[f->epoch]++;
}

void flow_want(struct engine *e, struct flow *f)
{
	leave_pending(e, f);
	flow_unsettle(e, f);
}

void flow_fold_stats(struct flow *f)
{
	struct flow_extra *x;

	if (!f->now.packets && !f->now.hw_packets)
		return;
	x = flow_extra(f);
	if (!x)
		return;
	x->base.packets += f->now.packets;
	x->base.bytes += f->now.bytes;
	x->base.hw_packets += f->now.hw_packets;
	x->base.hw_bytes += f->now.hw_bytes;
	f->now = (struct kernel_stats){ 0 };
}
