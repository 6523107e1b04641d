/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A reading of counters that begins while flows are being sent does not end
 * when it has read what there was: the dump stays open, behind what the kernel
 * has acknowledged, and verifies it as it comes.  Filters are dumped by handle,
 * and those of a load have handles that rise, so it need not begin anew; what is
 * put elsewhere, or would be ambiguous, is verified later, like everything that
 * no reading was open for.
 */
#include "swoffd/core/engine_priv.h"

/* Filters; more than are under way between the kernel and us: nlreader.c has
 * room for 16 datagrams, of less than 200 terse filters each. */
#define LAG 4096
#define QUIET_MS 20

static struct engine_dev *dev_at(const struct engine *e)
{
	return e->devs[e->pass_at / 2];
}

/* Of what there was when it began nothing may be left. */
static bool is_behind(const struct engine *e)
{
	const struct engine_dev *dev = dev_at(e);

	return dev->n_seen < e->pace_old ||
	       dev->n_there[e->pass_at % 2] >= dev->n_seen + LAG;
}

void engine_pace_begin(struct engine *e)
{
	e->paced = e->pass_all &&
		   e->queue_len + e->n_sent >= ENGINE_GET_LIMIT;
	e->pace_fresh = e->pace_passed = e->paced;
	e->dump_waits = false;
}

bool engine_pace_dump(struct engine *e)
{
	const struct engine_dev *dev = dev_at(e);

	e->pace_old = dev->n_there[e->pass_at % 2];
	return e->paced && dev->n_verify;
}

bool engine_pace_is_fresh(const struct engine *e, const struct flow *f)
{
	return f->op == OP_ADD && e->pace_fresh;
}

bool engine_pace_passed(const struct engine *e, const struct flow *f)
{
	return e->pace_passed && f->phase == PHASE_VERIFY && !f->seen;
}

void engine_pace_gone(struct engine *e)
{
	e->pace_fresh = false;
}

/* Nothing has come for a while, or somebody waits for the end of this. */
static bool is_over(const struct engine *e)
{
	uint64_t quiet = loop_now_ms(e->core->loop) - e->answered_ms;

	if (!list_empty(&e->refresh_next) || !list_empty(&e->audits) ||
	    (e->poll_due && engine_verify_overdue(e)))
		return true;
	return !e->queue_len && !e->n_sent &&
	       (quiet >= QUIET_MS || !list_empty(&e->settling));
}

bool engine_pace_again(struct engine *e)
{
	if (e->paced && is_over(e))
		e->paced = false;
	if (!e->paced || is_behind(e))
		return true;
	engine_read_caught_up(e);
	e->dump_waits = true;
	timer_set(e->core->loop, &e->quiet, QUIET_MS);
	return false;
}

void engine_pace(struct engine *e)
{
	struct kernel *k = e->core->kernel;

	if (!e->dump_waits)
		return;
	if (is_over(e))
		e->paced = false;
	if (e->paced && !is_behind(e))
		return;
	e->dump_waits = false;
	k->ops->tc_dump_more(k);
}

void engine_pace_quiet(struct engine *e)
{
	if (e->dump_waits)
		timer_set(e->core->loop, &e->quiet, QUIET_MS);
}
