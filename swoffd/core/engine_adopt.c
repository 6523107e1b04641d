/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ownership, and what an earlier daemon left.  Our mark is the cookie of a
 * filter's first action: magic, epoch and the first half of the ufid.  At
 * start every device is dumped once and what carries the mark is taken over
 * as it is, in the slot that its handle names; nothing is rewritten.
 */
#include <errno.h>
#include <string.h>

#include "common/base/log.h"
#include "swoffd/core/engine_priv.h"

_Static_assert(sizeof(struct engine_cookie) == KERNEL_COOKIE_SIZE,
	       "a cookie is what the kernel takes");

void engine_cookie_make(const struct engine *e, const struct ufid *ufid,
			bool mirrored, uint32_t marks,
			uint8_t out[KERNEL_COOKIE_SIZE])
{
	struct engine_cookie c = { .epoch = e->start_epoch | marks };

	memcpy(c.magic, mirrored ? KERNEL_COOKIE_MIRROR : KERNEL_COOKIE_MAGIC,
	       sizeof(c.magic));
	memcpy(c.id, ufid->bytes, sizeof(c.id));
	memcpy(out, &c, sizeof(c));
}

bool engine_is_ours(const struct kernel_filter *filter)
{
	return filter->has_cookie && kernel_cookie_is_ours(filter->cookie);
}

void engine_derive_ufid(const struct engine_dev *dev, const struct rule *rule,
			const struct flow_key_ref *ref, struct ufid *out)
{
	struct {
		uint64_t dev;
		uint32_t chain, hook, prio, protocol_be;
	} place = { dev->id_hash, rule->chain, rule->hook, rule->prio,
		    rule->protocol_be };

	flowtab_derive_ufid(ref, hash_bytes64(&place, sizeof(place)), out);
}

bool engine_same_cookie(const struct ufid *a, const struct ufid *b)
{
	return memcmp(a, b, sizeof(((struct engine_cookie *)0)->id)) == 0;
}

/* Derived again if it was derived; else false: of a given one the cookie has
 * but half. */
static bool ufid_of(const struct kernel_filter *filter,
		    const struct ufid *derived, struct ufid *out)
{
	struct engine_cookie c;

	memcpy(&c, filter->cookie, sizeof(c));
	*out = *derived;
	if (memcmp(derived->bytes, c.id, sizeof(c.id)) == 0)
		return true;
	memset(out, 0, sizeof(*out));
	memcpy(out->bytes, c.id, sizeof(c.id));
	return false;
}

static bool has_mark(const struct kernel_filter *filter, uint32_t mark)
{
	struct engine_cookie c;

	memcpy(&c, filter->cookie, sizeof(c));
	return c.epoch & mark;
}

static void take_over(struct engine *e, struct flow *f,
		      const struct engine_dev *dev,
		      const struct kernel_filter *filter)
{
	const struct kernel_stats *s = engine_meter_stats(e, f, filter);

	engine_flow_init(e, f, dev);
	f->stale = has_mark(filter, COOKIE_TRIAL);
	f->gave_way = has_mark(filter, COOKIE_GAVE_WAY);
	flow_set_mirrored(e, f, kernel_cookie_is_mirrored(filter->cookie));
	if (f->stale || f->gave_way)
		f->policy = RULE_BEST_EFFORT;
	engine_note_targets(e, f);
	engine_chain_lead(e, f);
	f->now = (struct flow_counters){ s->packets, s->bytes, s->hw_packets,
					 s->hw_bytes };
	if (s->used_ms != UINT64_MAX && s->packets)
		f->used_ds = engine_ds_before(e, s->used_ms);
	f->seen = e->pass_no;
	flow_set_presence(e, f, filter->in_hw ? THERE_HW : THERE_SW);
	if (f->stale)
		engine_advance(e, f);
	else
		engine_conclude(e, f);
}

static void remove_filter(struct engine *e, const struct kernel_filter *filter,
			  const char *what)
{
	log_info("ifindex %u chain %u prio %u handle %u: %s is removed",
		 filter->ifindex, filter->chain, filter->prio, filter->handle,
		 what);
	engine_probe_sweep(e, filter);
}

/* A block of ours is called as its bond. */
static struct engine_dev *dev_of(struct engine *e,
				 const struct kernel_filter *filter)
{
	const struct link *link = link_find(e->core, filter->block ?
					    filter->block : filter->ifindex);

	if (!link || (filter->block && !engine_lag_is(link)))
		return NULL;
	return engine_dev_get(e, link);
}

/* 0; 1: it does not stay; -errno with err: it stays as it is. */
static int adopt(struct engine *e, const struct kernel_filter *filter,
		 struct error *err)
{
	struct engine_dev *dev = dev_of(e, filter);
	uint32_t slot = filter->handle - 1;
	struct reason_list reasons;
	struct flow_key_ref ref;
	struct rule rule;
	struct ufid ufid;
	bool whole;
	int rc;

	/* Ports of a bond keep its block, and what is on it, without it. */
	if (!dev && filter->block) {
		remove_filter(e, filter, "a rule of a bond that has gone");
		return 1;
	}
	if (!dev)
		return error_set(err, ENODEV, "its device is gone");
	reasons.n = 0;
	rule_copy(&rule, filter->rule);
	if (filter->block)
		rule.hook = RULE_INGRESS;
	rc = engine_localise_actions(e, &rule, &reasons, err);
	if (rc == -ENODEV) {
		remove_filter(e, filter, "a rule whose target has gone");
		return 1;
	}
	if (rc < 0)
		return rc;
	flowtab_ref(&e->table, &rule, dev->id, &ref);
	engine_derive_ufid(dev, &rule, &ref, &ufid);
	whole = ufid_of(filter, &ufid, &ufid);
	/* The last daemon was killed while it gave the flow another match. */
	if (flowtab_find_half(&e->table, &ufid) != FLOWTAB_NO_SLOT) {
		remove_filter(e, filter, "the second rule of a flow");
		return 1;
	}
	rc = flowtab_add(&e->table, &rule, dev->id, &ref, &ufid, &slot);
	if (rc < 0)
		return error_set(err, -rc, "handle %u: %s", filter->handle,
				 strerror(-rc));
	flowtab_get(&e->table, slot)->half_ufid = !whole;
	take_over(e, flowtab_get(&e->table, slot), dev, filter);
	return 0;
}

static void know_protocol(struct engine *e, const struct kernel_filter *filter)
{
	uint16_t i = (uint16_t)(filter->prio - ENGINE_PRIO_BASE);

	if (filter->prio < ENGINE_PRIO_BASE || i >= ENGINE_MAX_PROTOCOLS)
		return;
	e->protocols_be[i] = filter->protocol_be;
	if (i >= e->n_protocols)
		e->n_protocols = (uint16_t)(i + 1);
}

static void adopt_filter(struct engine *e, const struct kernel_filter *filter)
{
	struct error err;
	int rc;

	if (!engine_is_ours(filter) || engine_flow_of(e, filter))
		return;
	if (filter->chain == ENGINE_SCRATCH_CHAIN) {
		engine_probe_sweep(e, filter);
		return;
	}
	know_protocol(e, filter);
	if (filter->rule)
		rc = adopt(e, filter, &err);
	else
		rc = error_set(&err, EBADMSG, "not understood: %s",
			       filter->undecoded ? filter->undecoded :
						   "actions");
	e->n_adopted += rc == 0;
	if (rc < 0)
		log_warning("ifindex %u chain %u prio %u handle %u: a rule "
			    "of ours is left alone: %s", filter->ifindex,
			    filter->chain, filter->prio, filter->handle,
			    err.msg);
}

static void finish(struct engine *e)
{
	e->adopting = false;
	engine_store_restore(e);
	engine_lag_adopted(e);
	/* Rules in chains that nothing leads to. */
	engine_sweep(e, SWEEP_CHAIN);
	if (e->n_adopted)
		log_info("%u flows adopted", e->n_adopted);
	core_check_ready(e->core);
	engine_pass_kick(e);
}

static void unsure(struct engine *e, uint32_t ifindex)
{
	/* What is missed is asked for by whoever wants it again. */
	(void)e;
	(void)ifindex;
}

static const struct engine_scan adoption = {
	.filter = adopt_filter,
	.unsure = unsure,
	.done = finish,
};

void engine_adopt_start(struct engine *e)
{
	e->adopting = true;
	engine_scan_start(e, &adoption);
}
