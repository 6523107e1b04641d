/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel accepted and nobody has read back yet.  A dump tells of all
 * others on its devices as well, so those that are few beside them are read one
 * by one, by handle.
 */
#include <stdlib.h>

#include "swoffd/core/engine_priv.h"

/* What a get costs, in filters of a dump: some 9 us and 0.6 each, measured on
 * Linux 6.1. */
#define GET_COST 16
#define FEW_MAX 16384                  /* gets in the queue at once */
#define POLL_BUSY_SHARE 20             /* of the time, while many are sent */
#define OVERDUE_MIN_MS 1000
#define OVERDUE_MORE_MS 10000

static bool grow(struct engine *e)
{
	uint32_t size = e->size_unread ? e->size_unread * 2 : 64;
	uint32_t *p;

	if (e->n_unread < e->size_unread)
		return true;
	p = reallocarray(e->unread, size, sizeof(*p));
	if (!p)
		return false;
	e->unread = p;
	e->size_unread = size;
	return true;
}

/* One that is not noted here makes for a dump. */
void engine_verify_later(struct engine *e, struct flow *f)
{
	const struct place *place = flowtab_place(&e->table, f);
	uint32_t few = e->devs[place->dev]->n_there[place->hook] / GET_COST;

	flow_set_phase(e, f, PHASE_VERIFY);
	if (e->n_unread < few && e->n_unread < FEW_MAX && grow(e))
		e->unread[e->n_unread++] = engine_slot(e, f);
}

void engine_verify_forget(struct engine *e)
{
	e->n_unread = 0;
}

static bool are_few(const struct engine *e)
{
	return e->n_unread >= e->n_verify;
}

bool engine_verify_few(struct engine *e)
{
	if (!are_few(e))
		return false;
	for (uint32_t i = 0; i < e->n_unread; i++) {
		struct flow *f = engine_flow(e, e->unread[i]);

		if (f && f->phase == PHASE_VERIFY)
			engine_enqueue(e, f, OP_GET);
	}
	engine_verify_forget(e);
	/* Of those that were noted some may be known by now, and others not
	 * have been. */
	return !e->n_verify;
}

/* As it took last, or less if there are fewer now. */
static uint64_t reading_takes_ms(const struct engine *e)
{
	uint32_t n = e->table.n_flows;

	return n < e->read_flows ? e->read_took_ms * n / e->read_flows :
				   e->read_took_ms;
}

/* The kernel either reads or writes, and a table that grows costs more to read
 * each time: while many are on their way, it has but a share of the time. */
bool engine_verify_overdue(const struct engine *e, unsigned int times)
{
	uint64_t gap = reading_takes_ms(e) * POLL_BUSY_SHARE, more;

	if (gap < OVERDUE_MIN_MS)
		gap = OVERDUE_MIN_MS;
	more = gap * (times - 1);
	if (more > OVERDUE_MORE_MS)
		more = OVERDUE_MORE_MS;
	return loop_now_ms(e->core->loop) - e->read_at_ms >= gap + more;
}

/* Nothing came for as long as reading takes, so perhaps no more will; or
 * somebody waits for what is there. */
bool engine_verify_due(struct engine *e)
{
	uint64_t quiet = loop_now_ms(e->core->loop) - e->answered_ms;
	uint64_t wait = reading_takes_ms(e);

	if (!e->n_verify || e->queue_len || e->n_sent || e->pass_failed)
		return false;
	if (are_few(e) && wait > ENGINE_QUIET_MS)
		wait = ENGINE_QUIET_MS;
	if (quiet >= wait || !list_empty(&e->settling) ||
	    engine_verify_overdue(e, 1))
		return true;
	timer_set(e->core->loop, &e->quiet, wait - quiet);
	return false;
}

static void on_quiet(struct timer *t)
{
	struct engine *e = container_of(t, struct engine, quiet);

	engine_pass_kick(e);
	engine_pace_quiet(e);
}

void engine_verify_init(struct engine *e)
{
	timer_init(&e->quiet, on_quiet);
}

void engine_verify_fini(struct engine *e)
{
	timer_cancel(&e->quiet);
	free(e->unread);
}
