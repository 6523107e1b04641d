/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A reading of counters that begins while flows are being sent does not end
 * when it has read what there was: the dump stays open, behind what the kernel
 * has acknowledged, and verifies it as it comes.  In one prio of one chain
 * filters are dumped by handle, and those of a load mostly are in one and have
 * handles that rise; what is put elsewhere, or would be ambiguous, is verified
 * later, like everything that no reading was open for.  Where flows are for
 * software alone there is nothing to verify.
 */
#include "swoffd/core/engine_priv.h"

/* Filters; more than are under way between the kernel and us: nlreader.c has
 * room for 16 datagrams, of less than 200 terse filters each. */
#define LAG 4096
/* So long what was there when it began may be left unread, for it is among the
 * last LAG. */
#define NEAR_MS 1000

static bool is_old_left(const struct engine *e)
{
	return engine_pass_dev(e)->n_seen - e->pace_new < e->pace_old;
}

static bool is_behind(const struct engine *e)
{
	const struct engine_dev *dev = engine_pass_dev(e);

	return dev->n_there[engine_pass_hook(e)] >= dev->n_seen + LAG;
}

bool engine_pace_pays(const struct engine *e)
{
	return e->n_verify >= LAG;
}

void engine_pace_begin(struct engine *e)
{
	e->paced = e->pass_all && (e->n_verify || !e->known_at_once) &&
		   e->queue_len + e->n_sent >= ENGINE_GET_LIMIT;
	e->pace_fresh = e->pace_began = e->paced;
	e->dump_waits = false;
	e->pace_near_ms = 0;
}

bool engine_pace_dump(struct engine *e)
{
	const struct engine_dev *dev = engine_pass_dev(e);

	e->pace_old = dev->n_there[engine_pass_hook(e)];
	e->pace_new = 0;
	return e->paced && dev->n_sent + dev->n_verify;
}

bool engine_pace_is_fresh(const struct engine *e, const struct flow *f)
{
	return e->pass_running && e->pace_fresh && f->op == OP_ADD;
}

bool engine_pace_passed(const struct engine *e, struct flow *f)
{
	if (!e->pace_began || f->seen ||
	    (f->phase != PHASE_VERIFY && f->phase != PHASE_SETTLED))
		return false;
	f->seen = e->pass_no;
	return true;
}

void engine_pace_gone(struct engine *e)
{
	e->pace_fresh = false;
}

static bool is_near_too_long(const struct engine *e)
{
	return e->pace_near_ms && !e->caught_up &&
	       loop_now_ms(e->core->loop) - e->pace_near_ms >= NEAR_MS;
}

/* Reading all takes the longer the more there are by now; and who waits for
 * flows would wait for that, just for the last of them. */
static bool is_poll_due(const struct engine *e)
{
	unsigned int times = e->pace_old ? 1 + e->pace_new / e->pace_old : 1;

	if (!list_empty(&e->settling))
		times++;
	return e->caught_up && e->poll_due && engine_verify_overdue(e, times);
}

/* Nothing has come for a while, or somebody waits for the end of this. */
static bool is_over(const struct engine *e)
{
	uint64_t quiet = loop_now_ms(e->core->loop) - e->answered_ms;

	if (!list_empty(&e->refresh_next) || !list_empty(&e->audits) ||
	    is_near_too_long(e) || is_poll_due(e))
		return true;
	return !e->queue_len && !e->n_sent &&
	       (quiet >= ENGINE_QUIET_MS || !list_empty(&e->settling));
}

bool engine_pace_again(struct engine *e)
{
	if (e->paced && !e->caught_up && !is_old_left(e))
		engine_pass_caught_up(e);
	if (e->paced && is_over(e))
		e->paced = false;
	if (!e->paced || is_behind(e))
		return true;
	e->dump_waits = true;
	if (!e->pace_near_ms)
		e->pace_near_ms = loop_now_ms(e->core->loop);
	timer_set(e->core->loop, &e->quiet, ENGINE_QUIET_MS);
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
		timer_set(e->core->loop, &e->quiet, ENGINE_QUIET_MS);
}
