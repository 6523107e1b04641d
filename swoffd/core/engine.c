/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is wanted: flows found and deleted, and those who wait for the result. */
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

uint16_t engine_take_prio(struct engine *e, uint16_t protocol_be)
{
	uint16_t prio = find_prio(e, protocol_be);

	if (prio || e->n_protocols == ENGINE_MAX_PROTOCOLS)
		return prio;
	e->protocols_be[e->n_protocols] = protocol_be;
	return (uint16_t)(ENGINE_PRIO_BASE + e->n_protocols++);
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

static int del(struct engine *e, uint32_t slot, struct error *err)
{
	struct flow *f = engine_flow(e, slot);

	if (f->mirrored)
		return error_set(err, EBUSY, "Open vSwitch has this flow, "
				 "which is mirrored; ovs-appctl "
				 "dpctl/del-flow deletes it, swctl ovs mode "
				 "off ends the mirror");
	engine_remove(e, f);
	return 0;
}

int engine_del_line(struct engine *e, const struct line_flow *line,
		    struct error *err)
{
	uint32_t slot = engine_find_line(e, line, err);

	return slot == ENGINE_NO_SLOT ? -err->code : del(e, slot, err);
}

int engine_del_ufid(struct engine *e, const struct ufid *ufid,
		    struct error *err)
{
	uint32_t slot = engine_find_ufid(e, ufid);

	if (slot == ENGINE_NO_SLOT)
		return error_set(err, ENOENT, "no flow with this ufid");
	return del(e, slot, err);
}

bool engine_is_mirrored(struct engine *e, uint32_t slot, struct ufid *ufid)
{
	const struct flow *f = engine_flow(e, slot);

	if (!f || f->dying || !f->mirrored)
		return false;
	*ufid = f->ufid;
	return true;
}

void engine_mirror_pause(struct engine *e, uint32_t slot, enum flow_pause why)
{
	struct flow *f = engine_flow(e, slot);

	if (!f || f->dying || !f->mirrored || f->pause == why)
		return;
	f->pause = (uint8_t)why & 3;
	flow_unsettle(e, f);
	engine_advance(e, f);
}

uint32_t engine_n_mirrored(const struct engine *e)
{
	return e->n_mirrored;
}

void engine_unmirror(struct engine *e, uint32_t slot)
{
	struct flow *f = engine_flow(e, slot);

	if (f && f->mirrored)
		engine_remove(e, f);
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
	defer(e->core->loop, &e->pump);        /* it may have to read for it */
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
	engine_pass_init(e);
	engine_verify_init(e);
	engine_get_init(e);
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
		(void)engine_take_prio(e, htons(first_protocols[i]));
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
	engine_verify_fini(e);
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
