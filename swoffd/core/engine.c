/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is wanted: flows put and deleted, and those who wait for the result. */
#include "swoffd/core/engine.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <string.h>
#include <time.h>

#include "swoffd/core/engine_priv.h"

/* The common ones first: hardware looks low prios up first. */
static const uint16_t first_protocols[] = {
	ETH_P_IP, ETH_P_IPV6, ETH_P_8021Q, ETH_P_ARP, ETH_P_8021AD,
};

/* Protocol "all" comes after every other. */
#define PRIO_ALL (ENGINE_PRIO_BASE + ENGINE_MAX_PROTOCOLS)

static uint16_t find_prio(const struct engine *e, uint16_t protocol_be)
{
	if (protocol_be == htons(ETH_P_ALL))
		return PRIO_ALL;
	for (uint16_t i = 0; i < e->n_protocols; i++)
		if (e->protocols_be[i] == protocol_be)
			return (uint16_t)(ENGINE_PRIO_BASE + i);
	return 0;
}

static uint16_t take_prio(struct engine *e, uint16_t protocol_be)
{
	uint16_t prio = find_prio(e, protocol_be);

	if (prio || e->n_protocols == ENGINE_MAX_PROTOCOLS)
		return prio;
	e->protocols_be[e->n_protocols] = protocol_be;
	return (uint16_t)(ENGINE_PRIO_BASE + e->n_protocols++);
}

void engine_flow_init(struct engine *e, struct flow *f,
		      const struct engine_dev *dev)
{
	f->dev_gen = dev->gen;
	f->flush_no = e->flush_no;
	f->born_ds = f->since_ds = engine_now_ds(e);
	e->n_state[FLOW_PENDING]++;
}

/* What is put, in the forms that it is needed in. */
struct put {
	const struct line_flow *line;
	struct rule rule;              /* localised */
	struct engine_dev *dev;
	struct flow_key_ref ref;
};

/* 1 if the flow has another ufid now: the cookie has to change with it. */
static int update_ufid(struct engine *e, struct flow *f, const struct put *p)
{
	struct ufid ufid = p->line->has_ufid ? p->line->ufid : f->ufid;
	bool half;
	int rc;

	/* The ufid of one that was dying may be another's by now. */
	if (!p->line->has_ufid && f->dying)
		engine_derive_ufid(p->dev, &p->rule, &p->ref, &ufid);
	if (memcmp(&f->ufid, &ufid, sizeof(ufid)) == 0)
		return 0;
	half = f->half_ufid && engine_same_cookie(&f->ufid, &ufid);
	rc = flowtab_set_ufid(&e->table, engine_slot(e, f), &ufid);
	f->own_ufid = p->line->has_ufid;
	engine_store_mark(e, f);
	return rc < 0 ? rc : !half;
}

/* 1 if it has others now: it may lead elsewhere. */
static int update_actions(struct engine *e, struct flow *f,
			  const struct rule *rule)
{
	if (f->policy == rule->policy &&
	    flowtab_has_actions(&e->table, f, rule))
		return 0;
	engine_chain_unlead(e, f);
	return flowtab_set_actions(&e->table, engine_slot(e, f), rule);
}

static int update(struct engine *e, uint32_t slot, const struct put *p)
{
	struct flow *f = engine_flow(e, slot);
	int attrs, actions, ufid;
	bool changed;

	/* Of what was deleted nothing comes back. */
	if (f->dying)
		engine_attrs_put(e, f);
	attrs = engine_attrs_set(e, f, &p->line->attrs);
	actions = attrs < 0 ? attrs : update_actions(e, f, &p->rule);
	ufid = actions < 0 ? actions : update_ufid(e, f, p);
	if (ufid < 0)
		return ufid;
	changed = actions || ufid;
	f->flush_no = e->flush_no;
	if (f->policy != RULE_BEST_EFFORT)
		f->gave_way = false;
	if (!changed && !f->dying &&
	    (f->state == FLOW_IN_HW || f->state == FLOW_EVICTED ||
	     f->state == FLOW_PENDING))
		return 0;
	/* What is not in hardware is tried again. */
	f->stale |= changed || f->presence != THERE_HW;
	f->dying = false;
	f->explained = false;
	if (f->proving && changed)
		engine_prove_changed(e, f);
	engine_store_want(e, f);
	flow_want(e, f);
	engine_advance(e, f);
	return 0;
}

static int insert(struct engine *e, struct put *p, uint32_t *slot)
{
	struct ufid ufid = p->line->ufid;
	struct flow *f;
	int rc;

	if (!p->line->has_ufid)
		engine_derive_ufid(p->dev, &p->rule, &p->ref, &ufid);
	*slot = FLOWTAB_ANY_SLOT;
	rc = flowtab_add(&e->table, &p->rule, p->dev->id, &p->ref, &ufid,
			 slot);
	if (rc < 0)
		return rc;
	f = flowtab_get(&e->table, *slot);
	f->own_ufid = p->line->has_ufid;
	engine_flow_init(e, f, p->dev);
	rc = engine_attrs_set(e, f, &p->line->attrs);
	if (rc < 0) {
		engine_drop(e, f);
		return rc;
	}
	engine_store_want(e, f);
	flow_want(e, f);
	engine_advance(e, f);
	return 0;
}

static int put(struct engine *e, struct put *p, uint32_t *slot)
{
	uint32_t old = p->line->has_ufid ?
		       flowtab_find_ufid(&e->table, &p->line->ufid) :
		       FLOWTAB_NO_SLOT;
	int rc;

	flowtab_ref(&e->table, &p->rule, p->dev->id, &p->ref);
	*slot = flowtab_find(&e->table, &p->ref);
	if (*slot == FLOWTAB_NO_SLOT && p->line->verb == TCTEXT_CHANGE)
		return -ENOENT;
	rc = *slot == FLOWTAB_NO_SLOT ? insert(e, p, slot) :
					update(e, *slot, p);
	if (rc < 0 || old == FLOWTAB_NO_SLOT || old == *slot)
		return rc;
	engine_store_move(e, old, *slot);
	/* Make before break: the old rule of this ufid goes last. */
	engine_remove(e, engine_flow(e, old));
	return 0;
}

int engine_put(struct engine *e, const struct line_flow *flow,
	       uint32_t *slot, struct reason_list *reasons,
	       struct error *err)
{
	struct put p;                  /* 14 KB that need no clearing */
	int rc;

	reasons->n = 0;
	if (e->closed)
		return error_set(err, ESHUTDOWN, "swoffd is stopping");
	p.line = flow;
	rule_copy(&p.rule, &flow->rule);
	p.dev = engine_localise(e, &p.rule, reasons, err);
	if (!p.dev)
		return -err->code;
	if (p.rule.handle)
		return error_set(err, EOPNOTSUPP,
				 "%s: handle 0x%x: handles are chosen by "
				 "swoffd; leave the word out", p.dev->name,
				 p.rule.handle);
	if (!p.rule.prio)
		p.rule.prio = take_prio(e, p.rule.protocol_be);
	if (!p.rule.prio)
		return error_set(err, ENOSPC,
				 "more than %d different ethertypes in use",
				 ENGINE_MAX_PROTOCOLS);
	rc = put(e, &p, slot);
	if (rc == -ENOENT)
		return error_set(err, ENOENT, "no such flow to change");
	if (rc < 0)
		return error_set(err, -rc, "%s: flow table: %s", p.dev->name,
				 strerror(-rc));
	return 0;
}

static uint32_t find_rule(struct engine *e, struct rule *rule,
			  const struct engine_dev *dev)
{
	struct flow_key_ref ref;

	if (!rule->prio)
		rule->prio = find_prio(e, rule->protocol_be);
	flowtab_ref(&e->table, rule, dev->id, &ref);
	return flowtab_find(&e->table, &ref);
}

/* One that is being deleted cannot be found any more. */
static uint32_t alive(struct engine *e, uint32_t slot)
{
	const struct flow *f = engine_flow(e, slot);

	return f && !f->dying ? slot : ENGINE_NO_SLOT;
}

uint32_t engine_find_line(struct engine *e, const struct line_flow *line,
			  struct error *err)
{
	const struct engine_dev *dev;
	struct rule rule;
	uint32_t slot;

	rule_copy(&rule, &line->rule);
	if (line->has_ufid)
		slot = engine_find_ufid(e, &line->ufid);
	else {
		/* A flow that is lost is on a device that is gone. */
		dev = engine_dev_known(e, &rule.dev);
		if (!dev)
			dev = engine_dev_resolve(e, &rule.dev, err);
		if (!dev)
			return ENGINE_NO_SLOT;
		slot = alive(e, find_rule(e, &rule, dev));
	}
	if (slot == ENGINE_NO_SLOT)
		error_set(err, ENOENT, "no such flow");
	return slot;
}

uint32_t engine_find_ufid(struct engine *e, const struct ufid *ufid)
{
	return alive(e, flowtab_find_ufid(&e->table, ufid));
}

const struct flow *engine_find_rule(struct engine *e, const struct rule *rule,
				    const struct engine_dev *dev)
{
	const struct flow *f;
	struct rule wanted;
	uint32_t slot;

	rule_copy(&wanted, rule);
	slot = alive(e, find_rule(e, &wanted, dev));
	if (slot == ENGINE_NO_SLOT)
		return NULL;
	f = flowtab_get(&e->table, slot);
	return flowtab_has_actions(&e->table, f, rule) ? f : NULL;
}

int engine_del_line(struct engine *e, const struct line_flow *line,
		    struct error *err)
{
	uint32_t slot = engine_find_line(e, line, err);

	if (slot == ENGINE_NO_SLOT)
		return -err->code;
	engine_remove(e, engine_flow(e, slot));
	return 0;
}

int engine_del_ufid(struct engine *e, const struct ufid *ufid,
		    struct error *err)
{
	uint32_t slot = engine_find_ufid(e, ufid);

	if (slot == ENGINE_NO_SLOT)
		return error_set(err, ENOENT, "no flow with this ufid");
	engine_remove(e, engine_flow(e, slot));
	return 0;
}

void engine_flush(struct engine *e)
{
	engine_event_flush(e);
	engine_sweep_flush(e);
}

void engine_close(struct engine *e)
{
	e->closed = true;
	engine_flush(e);
}

void engine_settle(struct engine *e, struct request *r)
{
	if (engine_sweep_wait(e, r))
		return;
	r->after = e->epoch;
	if (e->n_pending[e->epoch % ENGINE_EPOCHS] &&
	    e->epoch - e->oldest_epoch < ENGINE_EPOCHS - 1)
		e->epoch++;
	list_add_tail(&e->settling, &r->node);
	defer(e->core->loop, &e->answer);
}

static bool is_settled(const struct engine *e, const struct request *r)
{
	return r->after < e->oldest_epoch ||
	       (r->after == e->oldest_epoch &&
		!e->n_pending[r->after % ENGINE_EPOCHS]);
}

static void complete(struct request *r)
{
	struct error none = { 0 };

	list_del(&r->node);
	r->done(r, &none);
}

static void complete_when_saved(struct engine *e, struct request *r)
{
	list_del(&r->node);
	engine_keep(e, r);
}

/* One at a time: a done() may add or free requests. */
static bool answer_one(struct engine *e)
{
	struct request *r;

	list_for_each(r, &e->settling, node)
		if (is_settled(e, r)) {
			complete_when_saved(e, r);
			return true;
		}
	if (list_empty(&e->proofs) && !list_empty(&e->after_proofs)) {
		complete(container_of(e->after_proofs.next, struct request,
				      node));
		return true;
	}
	if (list_empty(&e->ready) || engine_busy(e))
		return false;
	complete(container_of(e->ready.next, struct request, node));
	return true;
}

static void answer(struct deferred *d)
{
	struct engine *e = container_of(d, struct engine, answer);

	/* What was removed may have led to others, which are waited for. */
	engine_chain_run(e);
	if ((e->sweeping | e->sweep_next) & SWEEP_CHAIN)
		return;
	while (e->oldest_epoch < e->epoch &&
	       !e->n_pending[e->oldest_epoch % ENGINE_EPOCHS])
		e->oldest_epoch++;
	while (answer_one(e))
		;
}

bool engine_busy(const struct engine *e)
{
	return e->blocked || e->queue_len >= ENGINE_QUEUE_HIGH;
}

void engine_on_ready(struct engine *e, struct request *r)
{
	list_add_tail(&e->ready, &r->node);
	defer(e->core->loop, &e->answer);
}

uint32_t engine_n_slots(const struct engine *e)
{
	return e->table.n_slots;
}

uint32_t engine_count(const struct engine *e, enum flow_state state)
{
	return e->n_state[state];
}

int engine_new(struct core *core, struct store *store, struct engine **out)
{
	struct engine *e = calloc(1, sizeof(*e));

	if (!e)
		return -ENOMEM;
	e->core = core;
	e->store = store;
	e->restoring = true;
	engine_port_init(e);
	engine_key_init(e);
	engine_sweep_init(e);
	engine_chain_init(e);
	engine_store_init(e);
	engine_read_init(e);
	engine_audit_init(e);
	engine_prove_init(e);
	e->bases.item_size = sizeof(struct flow_counters);
	e->reader = line_reader_new(&e->ports);
	if (!e->reader || engine_attrs_init(e) < 0) {
		line_reader_free(e->reader);
		free(e);
		return -ENOMEM;
	}
	engine_retry_soon(e);
	e->start_epoch = (uint32_t)time(NULL) & COOKIE_EPOCH;
	for (size_t i = 0; i < ARRAY_LEN(first_protocols); i++)
		(void)take_prio(e, htons(first_protocols[i]));
	list_init(&e->probes);
	list_init(&e->trials);
	list_init(&e->ready);
	list_init(&e->settling);
	list_init(&e->refresh_next);
	list_init(&e->refresh_now);
	deferred_init(&e->pump, engine_pump);
	deferred_init(&e->answer, answer);
	*out = e;
	return 0;
}

void engine_free(struct engine *e)
{
	if (!e)
		return;
	timer_cancel(&e->poll);
	defer_cancel(&e->pump);
	defer_cancel(&e->answer);
	defer_cancel(&e->sweep);
	defer_cancel(&e->chains);
	defer_cancel(&e->missing);
	defer_cancel(&e->unseen);
	engine_store_fini(e);
	engine_probe_fini(e);
	engine_key_fini(e);
	engine_explain_fini(e);
	engine_prove_fini(e);
	engine_scan_fini(e);
	flowtab_fini(&e->table);
	pool_free_all(&e->bases);
	intern_fini(&e->reasons);
	intern_fini(&e->attrs);
	engine_dev_fini(e);
	engine_switch_fini(e);
	line_reader_free(e->reader);
	free(e->queue);
	free(e);
}

struct line_reader *engine_reader(struct engine *e)
{
	return e->reader;
}

bool engine_is_adopting(const struct engine *e)
{
	return e->adopting;
}
