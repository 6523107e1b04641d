/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A flow and its record.  The rule is kept in the words of tc, which the next
 * version reads as well as this one.  A record is written before the rule is
 * sent, so where the two differ the record counts: the daemon was killed between
 * them, and half of either is not what anybody asked for.
 */
#include "swoffd/core/engine_record.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/base/log.h"
#include "common/base/parse.h"

#define DEVICE_MAX 65535               /* numbers of devices in the store */

struct whole_record {
	struct flow_record head;
	char rule[STORE_RECORD_MAX - sizeof(struct flow_record)];
};

/* Numbers of devices in the store are its own: those of the engine are others
 * after each restart. */
void engine_record_device(struct engine *e, struct engine_dev *dev)
{
	struct device_record r = { .handle = dev->handle,
				   .port_index = dev->port_index,
				   .is_port = dev->is_port };

	if (!dev->store_no)
		dev->store_no = ++e->n_store_devs;
	r.max_rules = dev->sw ? dev->sw->max_rules : CAPACITY_UNKNOWN;
	r.reserve = dev->sw ? dev->sw->reserve : 0;
	memcpy(r.name, dev->name, sizeof(r.name));
	dev->is_stored = e->store->ops->put(e->store, STORE_DEVS,
					    dev->store_no, &r,
					    sizeof(r)) == 0;
}

void engine_record_switch(struct engine *e, const struct engine_switch *sw)
{
	int rc;

	for (uint16_t i = 0; i < e->n_devs; i++) {
		struct engine_dev *dev = e->devs[i];

		if (dev->sw == sw && (dev->is_stored || sw->dev == dev->id))
			engine_record_device(e, dev);
	}
	rc = e->store->ops->commit(e->store);
	if (rc < 0)
		log_error("state: %s: a limit or reserve is not kept",
			  strerror(-rc));
}

static void name_port(struct engine *e, struct port *port,
		      struct engine_dev *dev)
{
	if (!dev->is_stored)
		engine_record_device(e, dev);
	*port = (struct port){ .no = PORT_NO_NONE };
	(void)snprintf(port->name, sizeof(port->name), "d%u", dev->store_no);
}

/* Its devices by number, so that another name of one changes nothing. */
static int write_rule(struct engine *e, const struct flow *f, char *out,
		      size_t size)
{
	struct rule rule;
	int len;

	flowtab_rule(&e->table, engine_slot(e, f), &rule);
	name_port(e, &rule.dev, engine_dev_of(e, f));
	for (uint8_t i = 0; i < rule.n_actions; i++) {
		struct rule_action *a = &rule.actions[i];

		if (engine_has_target(a))
			name_port(e, &a->mirred.port,
				  e->devs[a->mirred.port.no]);
	}
	rule.handle = 0;
	rule.policy = RULE_BEST_EFFORT;
	len = tctext_format(&rule, out, size);
	return len >= 0 && (size_t)len < size ? len : -1;
}

void engine_record_put(struct engine *e, const struct flow *f)
{
	static struct whole_record w;
	int len;

	w.head = (struct flow_record){
		.ufid = f->ufid,
		.attrs = *engine_attrs(e, f),
		.born_ds = f->born_ds,
		.used_ds = f->used_ds,
		.flags = (f->half_ufid ? FLOW_RECORD_HALF_UFID : 0) |
			 (f->own_ufid ? FLOW_RECORD_OWN_UFID : 0) |
			 (f->gave_way && !f->control ?
				  FLOW_RECORD_GAVE_WAY : 0),
		.policy = f->policy,
	};
	if (f->base_id != POOL_NONE)
		memcpy(&w.head.base, pool_at(&e->bases, f->base_id),
		       sizeof(w.head.base));
	flow_counted(e, f, &w.head.least);
	len = write_rule(e, f, w.rule, sizeof(w.rule));
	if (len < 0) {
		log_warning("state: a rule of %s is too long to be kept",
			    engine_dev_of(e, f)->name);
		return;
	}
	(void)e->store->ops->put(e->store, STORE_FLOWS, engine_slot(e, f), &w,
				 sizeof(w.head) + (size_t)len + 1);
}

/* What is read: all of one store, devices first. */
struct restore {
	struct engine *engine;
	uint16_t *devs;                /* by number in the store: ours, plus 1 */
	uint32_t n_records, n_flows, n_bad;
};

static int take_device(void *ctx, uint32_t key, const void *data, size_t size)
{
	const struct device_record *r = data;
	struct restore *x = ctx;
	struct engine_dev *dev;

	if (size != sizeof(*r) || key > DEVICE_MAX ||
	    !memchr(r->name, '\0', sizeof(r->name)))
		return 0;
	dev = engine_dev_recall(x->engine, r->name,
				r->is_port ? &r->handle : NULL,
				r->port_index);
	if (!dev)
		return 0;
	if (dev->sw) {
		dev->sw->max_rules = r->max_rules;
		dev->sw->reserve = r->reserve;
	}
	x->devs[key] = (uint16_t)(dev->id + 1);
	dev->store_no = key;
	dev->is_stored = true;
	if (key > x->engine->n_store_devs)
		x->engine->n_store_devs = key;
	return 0;
}

/* The number of the device that a rule calls "d7". */
static bool find_port(const struct restore *x, struct port *port)
{
	uint32_t no;

	if (port->name[0] != 'd' ||
	    parse_u32(port->name + 1, DEVICE_MAX, &no) < 0 || !x->devs[no])
		return false;
	*port = (struct port){ .no = x->devs[no] - 1u };
	return true;
}

static bool find_ports(const struct restore *x, struct rule *rule)
{
	if (!find_port(x, &rule->dev))
		return false;
	for (uint8_t i = 0; i < rule->n_actions; i++) {
		struct rule_action *a = &rule->actions[i];

		a->no_percpu = false;
		if (engine_has_target(a) && !find_port(x, &a->mirred.port))
			return false;
	}
	rule_settle_actions(rule);
	return true;
}

static bool read_rule(const struct restore *x, const char *text,
		      struct rule *out)
{
	struct reason_list reasons = { 0 };
	enum tctext_verb verb;
	struct error err;

	return tctext_parse(text, &verb, out, &reasons, &err) == 0 &&
	       find_ports(x, out);
}

static uint64_t rest(uint64_t least, uint64_t now)
{
	return least > now ? least - now : 0;
}

/*
 * Sums do not go back: if the filter has counted less than is known of it, it
 * was put anew, and what it counted before comes on top.
 */
static void restore_counters(struct engine *e, struct flow *f,
			     const struct flow_record *r)
{
	const struct flow_counters *b = &r->base, *l = &r->least;
	bool anew = b->packets + f->now.packets < l->packets;

	flow_set_base(e, f, !anew ? b : &(struct flow_counters){
		l->packets,
		rest(l->bytes, 0),
		rest(l->hw_packets, 0),
		rest(l->hw_bytes, 0),
	});
}

static void restore_head(struct engine *e, struct flow *f,
			 const struct flow_record *r)
{
	uint32_t now = engine_now_ds(e);
	struct flow_attrs attrs = r->attrs;

	f->half_ufid = (r->flags & FLOW_RECORD_HALF_UFID) != 0;
	f->own_ufid = (r->flags & FLOW_RECORD_OWN_UFID) != 0;
	f->born_ds = r->born_ds && r->born_ds < now ? r->born_ds : now;
	if (r->used_ds > f->used_ds && r->used_ds <= now)
		f->used_ds = r->used_ds;
	restore_counters(e, f, r);
	attrs.given = UINT32_MAX;
	(void)engine_attrs_set(e, f, &attrs);
}

static bool does_as(struct engine *e, const struct flow *f,
		    const struct rule *rule)
{
	static struct rule has;

	flowtab_rule(&e->table, engine_slot(e, f), &has);
	return f->policy == rule->policy && rule_actions_hold(rule, &has);
}

static int restore_actions(struct engine *e, struct flow *f,
			   const struct rule *rule)
{
	if (does_as(e, f, rule))
		return 0;
	engine_chain_unlead(e, f);
	f->stale = true;
	f->gave_way = false;
	return flowtab_set_actions(&e->table, engine_slot(e, f), rule);
}

/* In the kernel and in the store. */
static void restore_more(struct engine *e, uint32_t slot, uint32_t key,
			 const struct flow_record *r, const struct rule *rule)
{
	struct flow *f = flowtab_get(&e->table, slot);

	f->stale |= !engine_same_cookie(&f->ufid, &r->ufid);
	if (restore_actions(e, f, rule) < 0 ||
	    flowtab_set_ufid(&e->table, slot, &r->ufid) < 0)
		return;
	f->stored = slot == key;
	restore_head(e, f, r);
	f->explained = false;
	flow_unsettle(e, f);
	engine_advance(e, f);
}

/* In the store alone. */
static bool restore_flow(struct restore *x, uint32_t key,
			 const struct flow_record *r, const struct rule *rule,
			 struct flow_key_ref *ref)
{
	struct engine *e = x->engine;
	struct flow *f;
	uint32_t slot = flowtab_get(&e->table, key) ? FLOWTAB_ANY_SLOT : key;

	if (flowtab_add(&e->table, rule, (uint16_t)rule->dev.no, ref, &r->ufid,
			&slot) < 0)
		return false;
	f = flowtab_get(&e->table, slot);
	engine_flow_init(e, f, engine_dev_of(e, f));
	restore_head(e, f, r);
	f->gave_way = (r->flags & FLOW_RECORD_GAVE_WAY) != 0;
	f->stored = slot == key;
	engine_store_recheck(e, slot);
	flow_want(e, f);
	x->n_flows++;
	engine_advance(e, f);
	return true;
}

static bool read_record(const struct restore *x, const struct flow_record *r,
			size_t size, struct rule *out)
{
	if (size <= sizeof(*r) || ((const char *)r)[size - 1] != '\0' ||
	    r->policy > RULE_SW_ONLY ||
	    !read_rule(x, (const char *)(r + 1), out))
		return false;
	out->policy = (enum rule_policy)r->policy;
	return true;
}

/* Killed while the ufid went to another match: there is one record of it, and
 * the rule of the old match is still there. */
static void remove_old(struct engine *e, const struct ufid *ufid,
		       uint32_t slot)
{
	uint32_t old = flowtab_find_half(&e->table, ufid);
	struct flow *f = flowtab_get(&e->table, old);

	if (f && old != slot &&
	    (f->half_ufid || memcmp(&f->ufid, ufid, sizeof(*ufid)) == 0))
		engine_remove(e, f);
}

static bool restore(struct restore *x, uint32_t key,
		    const struct flow_record *r, size_t size)
{
	static struct rule rule;
	struct engine *e = x->engine;
	struct flow_key_ref ref;
	uint32_t slot;

	if (!read_record(x, r, size, &rule))
		return false;
	flowtab_ref(&e->table, &rule, (uint16_t)rule.dev.no, &ref);
	slot = flowtab_find(&e->table, &ref);
	remove_old(e, &r->ufid, slot);
	if (slot == FLOWTAB_NO_SLOT)
		return restore_flow(x, key, r, &rule, &ref);
	restore_more(e, slot, key, r, &rule);
	engine_store_recheck(e, slot);
	return true;
}

static int take_flow(void *ctx, uint32_t key, const void *data, size_t size)
{
	struct restore *x = ctx;

	x->n_records++;
	x->n_bad += !restore(x, key, data, size);
	engine_store_recheck(x->engine, key);
	return 0;
}

/* No flow names them any more; what is set is kept all the same. */
static void forget_devices(struct engine *e)
{
	if (e->store->ops->clear(e->store, STORE_DEVS) < 0)
		return;
	e->n_store_devs = 0;
	for (uint16_t i = 0; i < e->n_devs; i++) {
		e->devs[i]->is_stored = false;
		e->devs[i]->store_no = 0;
	}
	for (uint16_t i = 0; i < e->n_switches; i++)
		if (e->switches[i]->max_rules != CAPACITY_UNKNOWN ||
		    e->switches[i]->reserve)
			engine_record_switch(e, e->switches[i]);
}

void engine_record_restore(struct engine *e)
{
	AUTO(free) uint16_t *devs = calloc(DEVICE_MAX + 1, sizeof(*devs));
	struct restore x = { .engine = e, .devs = devs };
	int rc = devs ? 0 : -ENOMEM;

	if (!rc)
		rc = e->store->ops->each(e->store, STORE_DEVS, take_device, &x);
	if (!rc)
		rc = e->store->ops->each(e->store, STORE_FLOWS, take_flow, &x);
	if (rc < 0)
		log_error("state: %s: flows that are not in the kernel may be "
			  "forgotten", strerror(-rc));
	if (!rc && !x.n_records)
		forget_devices(e);
	if (x.n_bad)
		log_warning("state: %u records are of no use", x.n_bad);
	if (x.n_flows)
		log_info("%u flows that were not in the kernel are wanted "
			 "again", x.n_flows);
}
