/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Chains: a rule is in one only while another rule leads to it.  What is in a
 * chain goes into tc before what leads there, so that no packet finds it
 * empty, and out of it after that.
 *
 * A flow leads, and is counted in the places that it goes to, from when it is
 * about to be put until it is known not to be in tc.
 */
#include <errno.h>
#include <stdio.h>

#include "swoffd/core/engine_priv.h"

#define MAX_DEPTH 16                   /* chains behind each other */
#define MAX_AT_ONCE 1024               /* flows; of more, a few in a round */
#define MAX_STEPS 4096                 /* to find the queued ones of a chain */

/* Calls fn with each chain that f goes to. */
static void for_targets(struct engine *e, struct flow *f,
			void (*fn)(struct engine *e, const struct flow *f,
				   uint32_t chain))
{
	const struct rule_action *a;
	uint8_t n;

	a = flowtab_actions(&e->table, f, &n);
	for (; n; n--, a++) {
		if (a->verdict == RULE_GOTO_CHAIN)
			fn(e, f, a->chain);
		if (a->kind == RULE_ACTION_POLICE &&
		    a->police.conform == RULE_GOTO_CHAIN)
			fn(e, f, a->police.conform_arg);
		if (a->kind == RULE_ACTION_GACT && a->gact.prob &&
		    a->gact.prob_verdict == RULE_GOTO_CHAIN)
			fn(e, f, a->gact.prob_arg);
	}
}

/* The place of a chain on the device and hook that f is on. */
static uint32_t place_of(const struct engine *e, const struct flow *f,
			 uint32_t chain)
{
	const struct place *own = flowtab_place(&e->table, f);

	return place_find(&e->table.places, own->dev, own->hook, chain);
}

static bool is_back(const struct engine *e, const struct flow *f,
		    uint32_t chain)
{
	return chain <= flowtab_place(&e->table, f)->chain;
}

static bool is_orphan(const struct engine *e, const struct flow *f)
{
	const struct reason *why;
	size_t n;

	if (f->phase != PHASE_SETTLED || f->state != FLOW_REJECTED)
		return false;
	why = engine_reasons(e, f, &n);
	return n && why[0].code == REASON_CHAIN_UNREACHABLE;
}

bool engine_chain_is_due(const struct engine *e, const struct flow *f)
{
	if (flowtab_place(&e->table, f)->open)
		return is_orphan(e, f);
	return f->presence != NOT_THERE;
}

/* Each flow of a place that has been opened, or closed, is looked at. */
static void revise(struct engine *e, uint32_t id)
{
	uint32_t next = place_at(&e->table.places, id)->first;

	if (place_at(&e->table.places, id)->n_flows > MAX_AT_ONCE) {
		engine_sweep(e, SWEEP_CHAIN);
		return;
	}
	while (next) {
		struct flow *f = engine_flow(e, next - 1);

		next = f->next;
		if (f->dying || f->phase != PHASE_SETTLED ||
		    !engine_chain_is_due(e, f))
			continue;
		flow_unsettle(e, f);
		engine_advance(e, f);
	}
}

static void lead_to(struct engine *e, const struct flow *f, uint32_t chain)
{
	const struct place *own = flowtab_place(&e->table, f);
	uint32_t id = place_get(&e->table.places, own->dev, own->hook, chain);
	struct place *p;

	/* Without memory its flows stay where they are: in software. */
	if (id == PLACE_NONE)
		return;
	p = place_at(&e->table.places, id);
	if (is_back(e, f, chain))
		p->n_leads_back++;
	else
		p->n_leads++;
	if (p->open)
		return;
	p->open = true;
	if (!e->adopting)
		revise(e, id);
}

void engine_chain_lead(struct engine *e, struct flow *f)
{
	if (f->leads)
		return;
	f->leads = true;
	for_targets(e, f, lead_to);
}

/* Its flows are taken out in a while: after what led there. */
static void close_place(struct engine *e, uint32_t id)
{
	struct place *p = place_at(&e->table.places, id);

	p->open = false;
	if (p->todo || !p->n_flows)
		return;
	p->todo = true;
	p->next_todo = e->first_todo;
	e->first_todo = id + 1;
	defer(e->core->loop, &e->chains);
}

static void unlead_to(struct engine *e, const struct flow *f, uint32_t chain)
{
	uint32_t id = place_of(e, f, chain);
	struct place *p;

	if (id == PLACE_NONE)
		return;
	p = place_at(&e->table.places, id);
	if (is_back(e, f, chain))
		p->n_leads_back -= p->n_leads_back != 0;
	else
		p->n_leads -= p->n_leads != 0;
	if (!p->n_leads && !p->n_leads_back && p->chain)
		close_place(e, id);
	else if (!p->n_leads && p->chain)
		e->chains_loop = true;
	place_check(&e->table.places, id);
}

void engine_chain_unlead(struct engine *e, struct flow *f)
{
	if (!f->leads)
		return;
	f->leads = false;
	for_targets(e, f, unlead_to);
	if (e->chains_loop)
		defer(e->core->loop, &e->chains);
}

static void reach(struct engine *e, const struct flow *f, uint32_t chain)
{
	uint32_t id = place_of(e, f, chain);

	if (id != PLACE_NONE && !place_at(&e->table.places, id)->open) {
		place_at(&e->table.places, id)->open = true;
		e->chains_loop = true;
	}
}

static void reach_from(struct engine *e, uint32_t id)
{
	uint32_t next = place_at(&e->table.places, id)->first;

	while (next) {
		struct flow *f = &e->table.flows[next - 1];

		next = f->next;
		if (f->leads)
			for_targets(e, f, reach);
	}
}

/*
 * Chains that lead to each other would keep themselves open: what cannot be
 * reached from chain 0 is closed.  All at once, for gotos that go back are
 * found in rules that people write, by the dozen.
 */
static void find_loops(struct engine *e)
{
	struct places *places = &e->table.places;

	for (uint32_t i = 0; i < places->n; i++)
		places->all[i].open = places->all[i].chain == 0;
	do {
		e->chains_loop = false;
		for (uint32_t i = 0; i < places->n; i++)
			if (places->all[i].dev != PLACE_NO_DEV &&
			    places->all[i].open)
				reach_from(e, i);
	} while (e->chains_loop);
	for (uint32_t i = 0; i < places->n; i++)
		if (places->all[i].dev != PLACE_NO_DEV &&
		    !places->all[i].open)
			close_place(e, i);
}

void engine_chain_run(struct engine *e)
{
	if (e->chains_loop)
		find_loops(e);
	while (e->first_todo) {
		uint32_t id = e->first_todo - 1;
		struct place *p = place_at(&e->table.places, id);

		e->first_todo = p->next_todo;
		p->todo = false;
		if (!p->open)
			revise(e, id);
		place_check(&e->table.places, id);
	}
}

static void on_chains(struct deferred *d)
{
	engine_chain_run(container_of(d, struct engine, chains));
}

void engine_chain_orphan(struct engine *e, struct flow *f)
{
	char subject[REASON_SUBJECT_SIZE];

	if (f->presence != NOT_THERE) {
		engine_enqueue(e, f, OP_WITHDRAW);
		return;
	}
	(void)snprintf(subject, sizeof(subject), "chain %u",
		       flowtab_place(&e->table, f)->chain);
	flow_settle_for(e, f, FLOW_REJECTED, REASON_CHAIN_UNREACHABLE, 0,
			subject, "");
}

static int send_queued_of(struct engine *e, const struct flow *f,
			  uint32_t chain, int depth)
{
	uint32_t id = place_of(e, f, chain), next;

	if (id == PLACE_NONE || depth > MAX_DEPTH)
		return 0;
	next = place_at(&e->table.places, id)->first;
	for (int n = 0; n < MAX_STEPS && next &&
	     place_at(&e->table.places, id)->n_queued; n++) {
		struct flow *child = engine_flow(e, next - 1);
		int rc;

		next = child->next;
		if (child == f || child->dying ||
		    child->phase != PHASE_QUEUED || child->op != OP_ADD)
			continue;
		rc = engine_send(e, child, depth + 1);
		if (rc == -EAGAIN)
			return rc;
		if (rc < 0)
			engine_refused(e, child, -rc, "");
	}
	return 0;
}

/* Those of the chains that f goes to which are still in the queue. */
int engine_chain_send_first(struct engine *e, struct flow *f, int depth)
{
	const struct rule_action *a;
	uint8_t n;
	int rc = 0;

	a = flowtab_actions(&e->table, f, &n);
	for (; n && !rc; n--, a++)
		if (a->verdict == RULE_GOTO_CHAIN)
			rc = send_queued_of(e, f, a->chain, depth);
	return rc;
}

void engine_chain_init(struct engine *e)
{
	deferred_init(&e->chains, on_chains);
}
