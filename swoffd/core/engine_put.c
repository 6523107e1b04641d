/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A flow is put: a new one, another form of one that is there, or one in place
 * of another.  What was asked for and what a datapath has keep apart. */
#include <errno.h>
#include <string.h>

#include "swoffd/core/engine_priv.h"

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
	bool mirrored;
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
	bool changed = f->mirrored != p->mirrored;

	/* Of what was deleted nothing comes back. */
	if (f->dying)
		engine_attrs_put(e, f);
	flow_set_mirrored(e, f, p->mirrored);
	f->pause = PAUSE_NOT;
	attrs = engine_attrs_set(e, f, &p->line->attrs);
	actions = attrs < 0 ? attrs : update_actions(e, f, &p->rule);
	ufid = actions < 0 ? actions : update_ufid(e, f, p);
	if (ufid < 0)
		return ufid;
	changed |= actions || ufid;
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
	flow_set_mirrored(e, f, p->mirrored);
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

/* One that was asked for, and the put is of a datapath's; or the other way. */
static bool is_others(struct engine *e, uint32_t slot, const struct put *p)
{
	const struct flow *f = engine_flow(e, slot);

	return f && !f->dying && f->mirrored != p->mirrored;
}

static int put(struct engine *e, struct put *p, uint32_t *slot)
{
	uint32_t old = p->line->has_ufid ?
		       flowtab_find_ufid(&e->table, &p->line->ufid) :
		       FLOWTAB_NO_SLOT;
	int rc;

	flowtab_ref(&e->table, &p->rule, p->dev->id, &p->ref);
	*slot = flowtab_find(&e->table, &p->ref);
	if (is_others(e, *slot, p) || is_others(e, old, p))
		return -EEXIST;
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

static int put_refused(const struct put *p, int rc,
		       struct reason_list *reasons, struct error *err)
{
	switch (rc) {
	case -ENOENT:
		return error_set(err, ENOENT, "no such flow to change");
	case -EEXIST:
		reason_add(reasons, REASON_DUPLICATE, EEXIST, "%s",
			   p->dev->name);
		return error_set(err, EEXIST, "%s: %s", p->dev->name,
				 p->mirrored ?
				 "such a flow was put, and goes before what "
				 "the datapath has" :
				 "Open vSwitch has such a flow, which is "
				 "mirrored; it goes with swctl ovs mode off");
	default:
		return error_set(err, -rc, "%s: flow table: %s", p->dev->name,
				 strerror(-rc));
	}
}

static int put_line(struct engine *e, const struct line_flow *flow,
		    bool mirrored, uint32_t *slot,
		    struct reason_list *reasons, struct error *err)
{
	struct put p;                  /* 14 KB that need no clearing */
	int rc;

	reasons->n = 0;
	if (e->closed)
		return error_set(err, ESHUTDOWN, "swoffd is stopping");
	p.line = flow;
	p.mirrored = mirrored;
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
		p.rule.prio = engine_take_prio(e, p.rule.protocol_be);
	if (!p.rule.prio)
		return error_set(err, ENOSPC,
				 "more than %d different ethertypes in use",
				 ENGINE_MAX_PROTOCOLS);
	rc = put(e, &p, slot);
	return rc < 0 ? put_refused(&p, rc, reasons, err) : 0;
}

int engine_put(struct engine *e, const struct line_flow *flow,
	       uint32_t *slot, struct reason_list *reasons,
	       struct error *err)
{
	return put_line(e, flow, false, slot, reasons, err);
}

int engine_mirror(struct engine *e, const struct line_flow *flow,
		  uint32_t *slot, struct reason_list *reasons,
		  struct error *err)
{
	return put_line(e, flow, true, slot, reasons, err);
}
