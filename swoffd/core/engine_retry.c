/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What was refused may be taken later.  Some of it is tried again now and
 * then: a few flows each time, others each time, and those that a driver does
 * not take ever less often.  Is one of them taken, then all are tried.
 */
#include <errno.h>

#include "swoffd/core/engine_priv.h"

#define RETRY_MS 5000
#define RETRY_FEW 1024
#define TRY_MIN_MS 10000
#define TRY_MAX_MS 320000
#define TRY_FEW 64

static bool is_for_room(enum reason_code code)
{
	return code == REASON_TABLE_FULL || code == REASON_GAVE_WAY;
}

/* These are about the kernel's state, not about the rule. */
static bool passes(int err)
{
	return err == EAGAIN || err == EBUSY || err == EINTR ||
	       err == ENOMEM || err == ENOSPC;
}

/* Of what was lost or rejected: what may be over by now. */
static bool is_transient(const struct engine *e, const struct flow *f,
			 const struct reason *why)
{
	static const bool transient[REASON_N_CODES] = {
		[REASON_DEVICE_GONE] = true,
		[REASON_RULE_REMOVED] = true,
		[REASON_QDISC_MISSING] = true,
		[REASON_RESULT_UNKNOWN] = true,
		[REASON_DUPLICATE] = true,
		[REASON_ACTION_MISSING] = true,
		[REASON_METER_MISSING] = true,
	};

	if (is_for_room(why->code))
		return engine_capacity_has_room(e, f);
	if (why->code == REASON_KERNEL_REFUSED)
		return passes(why->err);
	return transient[why->code];
}

/* Of what is in software: what a driver might take another time. */
static bool is_refused(enum reason_code code)
{
	static const bool refused[REASON_N_CODES] = {
		[REASON_DRIVER_REFUSED] = true,
		[REASON_DRIVER_SILENT] = true,
		[REASON_PORT_NOT_OFFLOADABLE] = true,
	};

	return refused[code];
}

static bool take(uint32_t *left, uint32_t *at, uint32_t slot)
{
	if (!*left || slot < *at)
		return false;
	--*left;
	*at = slot + 1;
	return true;
}

bool engine_retry_is_due(struct engine *e, struct flow *f, unsigned int what)
{
	uint32_t slot = engine_slot(e, f);
	const struct reason *why;
	size_t n;

	why = engine_reasons(e, f, &n);
	if (!n)
		return false;
	if (f->state == FLOW_SW && is_refused(why[0].code))
		return what & SWEEP_TRY_ALL ||
		       (what & SWEEP_TRY &&
			take(&e->try_left, &e->try_at, slot));
	if ((f->state != FLOW_LOST && f->state != FLOW_REJECTED) ||
	    !is_transient(e, f, &why[0]))
		return false;
	if (!(what & SWEEP_RETRY) &&
	    !(what & SWEEP_FEW && take(&e->few_left, &e->few_at, slot)))
		return false;
	if (is_for_room(why[0].code))
		engine_capacity_take(e, f);
	return true;
}

void engine_retry_taken(struct engine *e, const struct flow *f)
{
	const struct reason *why = NULL;
	size_t size = 0;

	if (f->was != FLOW_SW || !f->reasons_id)
		return;
	why = intern_data(&e->reasons, f->reasons_id - 1, &size);
	if (!is_refused(why[0].code) || e->sweeping & SWEEP_TRY_ALL)
		return;
	engine_retry_soon(e);
	engine_sweep(e, SWEEP_TRY_ALL);
}

void engine_retry_soon(struct engine *e)
{
	e->try_gap_ms = TRY_MIN_MS;
	e->try_ms = loop_now_ms(e->core->loop) + TRY_MIN_MS;
}

/* What a sweep did not use it does not keep: it begins anew at the front. */
static void restart(uint32_t *left, uint32_t *at, uint32_t few)
{
	if (*left)
		*at = 0;
	*left = few;
}

static void try_devices(struct engine *e)
{
	for (uint16_t i = 0; i < e->n_devs; i++)
		if (e->devs[i]->ifindex && e->devs[i]->offload_err.code)
			engine_dev_try_again(e, e->devs[i]);
}

static void try_few(struct engine *e, uint64_t now)
{
	if (!e->n_state[FLOW_SW] || now < e->try_ms)
		return;
	restart(&e->try_left, &e->try_at, TRY_FEW);
	try_devices(e);
	engine_sweep(e, SWEEP_TRY);
	e->try_ms = now + e->try_gap_ms;
	if (e->try_gap_ms < TRY_MAX_MS)
		e->try_gap_ms *= 2;
}

void engine_retry_tick(struct engine *e)
{
	uint64_t now = loop_now_ms(e->core->loop);

	try_few(e, now);
	if (now >= e->lag_ms) {
		e->lag_ms = now + RETRY_MS;
		engine_lag_tick(e);
	}
	if ((!e->n_state[FLOW_LOST] && !e->n_state[FLOW_REJECTED]) ||
	    now < e->few_ms)
		return;
	e->few_ms = now + RETRY_MS;
	restart(&e->few_left, &e->few_at, RETRY_FEW);
	engine_sweep(e, SWEEP_FEW);
}
