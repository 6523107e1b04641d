/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every hook of every link is dumped whole, one after the other; no counters
 * are read meanwhile.  What is found is told as it is found, and with fix goes
 * the way that all flows go.
 */
#include "swoffd/core/engine_audit.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "swoffd/core/engine_priv.h"

#define AUDIT_ROUND 4096

const struct audit_row audit_rows[AUDIT_N_KINDS] = {
	[AUDIT_MISSING] = { "missing",
			    "the rule of a flow is not in tc any more",
			    "put it again" },
	[AUDIT_CHANGED] = { "changed",
			    "the rule in tc is not as its flow wants it",
			    "replace it" },
	[AUDIT_STALE] = { "stale",
			  "the rule leads to a device that is gone, so its "
			  "packets vanish",
			  "take it out; its flow is lost until the device is "
			  "back" },
	[AUDIT_DUPLICATED] = { "duplicated",
			       "a second rule with the mark of a flow",
			       "delete this one" },
	[AUDIT_ORPHAN] = { "orphan",
			   "the rule carries the mark of swoffd, and no flow "
			   "is its",
			   "delete it" },
};

static struct engine_audit *current(const struct engine *e)
{
	return container_of(e->audits.next, struct engine_audit, node);
}

/* f may be NULL. */
static void tell(struct engine *e, enum audit_kind kind, const struct flow *f,
		 const struct kernel_filter *filter, const char *detail)
{
	struct engine_audit *a = current(e);
	struct audit_finding x = { .kind = kind };
	const struct place *place = f ? flowtab_place(&e->table, f) : NULL;
	const struct link *link;

	a->n[kind]++;
	if (place) {
		memcpy(x.dev, e->devs[place->dev]->name, sizeof(x.dev));
		x.has_ufid = true;
		x.ufid = f->ufid;
	}
	if (filter) {
		link = link_find(e->core, filter->ifindex);
		(void)snprintf(x.dev, sizeof(x.dev), "%s",
			       link ? link->info.name : "");
		x.hook = filter->hook;
		x.chain = filter->chain;
		x.prio = filter->prio;
		x.handle = filter->handle;
	} else if (place) {
		x.hook = (enum rule_hook)place->hook;
		x.chain = place->chain;
		x.prio = f->prio;
		x.handle = engine_slot(e, f) + 1;
	}
	(void)snprintf(x.detail, sizeof(x.detail), "%s", detail);
	a->found(a, &x);
}

static bool leads_nowhere(const struct engine *e, const struct rule *rule)
{
	for (uint8_t i = 0; i < rule->n_actions; i++)
		if (engine_has_target(&rule->actions[i]) &&
		    !link_find(e->core, rule->actions[i].mirred.port.ifindex))
			return true;
	return false;
}

static bool same_actions(struct engine *e, const struct flow *f,
			 const struct rule *rule)
{
	static struct rule wanted, dumped;
	static struct reason_list reasons;
	struct error err;

	reasons.n = 0;
	rule_copy(&dumped, rule);
	flowtab_rule(&e->table, engine_slot(e, f), &wanted);
	return engine_localise_actions(e, &dumped, &reasons, &err) == 0 &&
	       rule_actions_hold(&wanted, &dumped);
}

/* What is not as it should be, or NULL. */
static const char *difference(struct engine *e, const struct flow *f,
			      const struct kernel_filter *filter)
{
	enum rule_policy policy = f->gave_way ? RULE_SW_ONLY :
						(enum rule_policy)f->policy;
	struct flow_match match;

	if (!filter->rule)
		return filter->undecoded ? filter->undecoded : "its actions";
	flowtab_match(&e->table, f, &match);
	if (memcmp(&match, &filter->rule->match, sizeof(match)) != 0)
		return "its match";
	if (filter->protocol_be != f->protocol_be)
		return "its protocol";
	if (!same_actions(e, f, filter->rule))
		return "its actions";
	if (filter->rule->policy != policy)
		return "its policy (skip_sw, skip_hw)";
	if ((f->state == FLOW_IN_HW) != filter->in_hw)
		return filter->in_hw ? "it is in hardware now" :
				       "it is not in hardware any more";
	return NULL;
}

static void check_flow(struct engine *e, struct flow *f,
		       const struct kernel_filter *filter)
{
	struct engine_audit *a = current(e);
	const char *what = NULL;

	f->seen = e->pass_no;
	if (f->phase != PHASE_SETTLED || f->dying) {
		a->n_pending++;
		return;
	}
	if (filter->rule && leads_nowhere(e, filter->rule)) {
		tell(e, AUDIT_STALE, f, filter, "");
	} else {
		what = difference(e, f, filter);
		if (!what) {
			a->n_clean++;
			return;
		}
		tell(e, AUDIT_CHANGED, f, filter, what);
	}
	if (a->fix)
		engine_rework(e, f);
}

static void check_ownerless(struct engine *e,
			    const struct kernel_filter *filter)
{
	struct engine_audit *a = current(e);
	struct ufid half = { { 0 } };
	struct engine_cookie c;
	uint32_t slot;

	memcpy(&c, filter->cookie, sizeof(c));
	memcpy(half.bytes, c.id, sizeof(c.id));
	slot = flowtab_find_half(&e->table, &half);
	tell(e, slot == FLOWTAB_NO_SLOT ? AUDIT_ORPHAN : AUDIT_DUPLICATED,
	     flowtab_get(&e->table, slot), filter,
	     filter->undecoded ? filter->undecoded : "");
	if (a->fix)
		engine_probe_sweep(e, filter);
}

static void check(struct engine *e, const struct kernel_filter *filter)
{
	bool ours = engine_is_ours(filter);
	bool again = engine_scan_repeats(e, filter);
	struct flow *f = ours ? engine_flow_of(e, filter) : NULL;

	if (filter->chain == ENGINE_SCRATCH_CHAIN && ours)
		return;
	if (f && f->seen != e->pass_no)
		check_flow(e, f, filter);
	else if (!f && !again && ours)
		check_ownerless(e, filter);
	else if (!f && !again)
		current(e)->n_foreign++;
}

/* Of what a dump that was not whole did not have, nothing is known: it is
 * asked for. */
static void check_unseen(struct engine *e, struct flow *f)
{
	struct engine_audit *a = current(e);

	if (f->seen == e->pass_no || f->presence == NOT_THERE ||
	    f->phase != PHASE_SETTLED || f->dying)
		return;
	if (engine_dev_of(e, f)->unsure) {
		a->n_pending++;
	} else {
		tell(e, AUDIT_MISSING, f, NULL, "");
		if (!a->fix)
			return;
	}
	engine_read_again(e, f);
}

static void finish(struct engine *e)
{
	struct engine_audit *a = current(e);

	e->auditing = false;
	list_del(&a->node);
	a->done(a);
	engine_pass_kick(e);
}

static void on_unseen(struct deferred *d)
{
	struct engine *e = container_of(d, struct engine, unseen);

	for (int n = 0; n < AUDIT_ROUND && e->missing_at < e->table.n_slots;
	     n++) {
		struct flow *f = engine_flow(e, e->missing_at++);

		if (f)
			check_unseen(e, f);
	}
	if (e->missing_at < e->table.n_slots)
		defer(e->core->loop, d);
	else
		finish(e);
}

static void unsure(struct engine *e, uint32_t ifindex)
{
	current(e)->incomplete = true;
	for (uint16_t i = 0; i < e->n_devs; i++)
		if (e->devs[i]->ifindex == ifindex)
			e->devs[i]->unsure = true;
}

static void all_dumped(struct engine *e)
{
	e->missing_at = 0;
	defer(e->core->loop, &e->unseen);
}

static const struct engine_scan audit = {
	.filter = check,
	.unsure = unsure,
	.done = all_dumped,
};

bool engine_audit_begin(struct engine *e)
{
	if (e->auditing)
		return true;
	if (list_empty(&e->audits))
		return false;
	e->auditing = true;
	engine_pass_number(e);
	for (uint16_t i = 0; i < e->n_devs; i++)
		e->devs[i]->unsure = false;
	engine_scan_start(e, &audit);
	return true;
}

void engine_audit(struct engine *e, struct engine_audit *a)
{
	memset(a->n, 0, sizeof(a->n));
	a->n_clean = a->n_foreign = a->n_pending = 0;
	a->incomplete = false;
	list_add_tail(&e->audits, &a->node);
	/* Its done() may not come before we return. */
	defer(e->core->loop, &e->pump);
}

void engine_audit_init(struct engine *e)
{
	list_init(&e->audits);
	deferred_init(&e->unseen, on_unseen);
}
