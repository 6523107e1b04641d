/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ownership, and what an earlier daemon left.  Our mark is the cookie of a
 * filter's first action: magic, epoch and the first half of the ufid.  At
 * start every device is dumped once and what carries the mark is taken over
 * as it is, in the slot that its handle names; nothing is rewritten.
 */
#include <errno.h>
#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "common/base/log.h"
#include "swoffd/core/engine_priv.h"
#include "swoffd/core/packed.h"

_Static_assert(sizeof(struct engine_cookie) == KERNEL_COOKIE_SIZE,
	       "a cookie is what the kernel takes");

void engine_cookie_make(const struct engine *e, const struct ufid *ufid,
			uint8_t out[KERNEL_COOKIE_SIZE])
{
	struct engine_cookie c = { .epoch = e->start_epoch };

	memcpy(c.magic, KERNEL_COOKIE_MAGIC, sizeof(c.magic));
	memcpy(c.id, ufid->bytes, sizeof(c.id));
	memcpy(out, &c, sizeof(c));
}

bool engine_is_ours(const struct kernel_filter *filter)
{
	return filter->has_cookie && kernel_cookie_is_ours(filter->cookie);
}

void engine_derive_ufid(const struct rule *rule, uint32_t ifindex,
			struct ufid *out)
{
	struct {
		uint32_t ifindex, chain;
		uint16_t prio, protocol_be;
		uint32_t hook;
	} id = { ifindex, rule->chain, rule->prio, rule->protocol_be,
		 rule->hook };
	XXH128_canonical_t hash;
	struct packed packed;
	XXH128_hash_t h;

	_Static_assert(sizeof(hash) == sizeof(*out), "128 bits each");
	packed_make(&rule->match, &packed);
	h = XXH3_128bits(&id, sizeof(id));
	h = XXH3_128bits_withSeed(packed.mask, packed.mask_size,
				  h.low64 ^ h.high64);
	h = XXH3_128bits_withSeed(packed.key, packed.key_size,
				  h.low64 ^ h.high64);
	XXH128_canonicalFromHash(&hash, h);
	memcpy(out, &hash, sizeof(*out));
}

bool engine_same_cookie(const struct ufid *a, const struct ufid *b)
{
	return memcmp(a, b, sizeof(((struct engine_cookie *)0)->id)) == 0;
}

/* Derived again if it was derived; else false: of a given one the cookie has
 * but half. */
static bool ufid_of(const struct kernel_filter *filter,
		    const struct rule *rule, struct ufid *out)
{
	struct engine_cookie c;

	memcpy(&c, filter->cookie, sizeof(c));
	engine_derive_ufid(rule, filter->ifindex, out);
	if (memcmp(out->bytes, c.id, sizeof(c.id)) == 0)
		return true;
	memset(out, 0, sizeof(*out));
	memcpy(out->bytes, c.id, sizeof(c.id));
	return false;
}

static int adopt(struct engine *e, const struct kernel_filter *filter,
		 struct error *err)
{
	struct link *link = link_find(e->core, filter->ifindex);
	struct engine_dev *dev = link ? engine_dev_get(e, link) : NULL;
	uint32_t slot = filter->handle - 1;
	struct reason_list reasons;
	struct rule rule;
	struct ufid ufid;
	struct flow *f;
	bool whole;
	int rc;

	if (!dev)
		return error_set(err, ENODEV, "its device is gone");
	reasons.n = 0;
	rule_copy(&rule, filter->rule);
	rc = engine_localise_actions(e, &rule, &reasons, err);
	if (rc < 0)
		return rc;
	whole = ufid_of(filter, &rule, &ufid);
	rc = flowtab_add(&e->table, &rule, dev->id, &ufid, &slot);
	if (rc < 0)
		return error_set(err, -rc, "handle %u: %s", filter->handle,
				 strerror(-rc));
	f = flowtab_get(&e->table, slot);
	f->half_ufid = !whole;
	e->n_state[FLOW_PENDING]++;
	f->now = *engine_meter_stats(e, f, filter);
	flow_set_presence(e, f, filter->in_hw ? THERE_HW : THERE_SW);
	flow_set_phase(e, f, PHASE_SETTLED);
	engine_conclude(e, f);
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

void engine_adopt_filter(struct engine *e, const struct kernel_filter *filter)
{
	struct error err = { 0 };

	if (!engine_is_ours(filter) || engine_flow_of(e, filter))
		return;
	if (filter->chain == ENGINE_SCRATCH_CHAIN) {
		engine_probe_sweep(e, filter);
		return;
	}
	know_protocol(e, filter);
	if (!filter->rule)
		error_set(&err, EBADMSG, "not understood: %s",
			  filter->undecoded ? filter->undecoded : "actions");
	else if (adopt(e, filter, &err) == 0)
		e->n_adopted++;
	if (err.code)
		log_warning("ifindex %u chain %u prio %u handle %u: a rule "
			    "of ours is left alone: %s", filter->ifindex,
			    filter->chain, filter->prio, filter->handle,
			    err.msg);
}

static const struct link *next_link(struct core *core, uint32_t ifindex)
{
	const struct link *l, *best = NULL;

	list_for_each(l, &core->links, node)
		if (l->info.ifindex > ifindex &&
		    (!best || l->info.ifindex < best->info.ifindex))
			best = l;
	return best;
}

static void finish(struct engine *e)
{
	e->adopting = false;
	if (e->n_adopted)
		log_info("%u flows adopted", e->n_adopted);
	core_check_ready(e->core);
	engine_kick_read(e);
}

static int dump_whole(const struct engine *e)
{
	const struct kernel_dump dump = {
		.ifindex = e->adopt_ifindex, .hook = e->adopt_hook,
	};
	struct kernel *k = e->core->kernel;

	return k->ops->tc_dump(k, &dump);
}

/* Both hooks of every link that is there, in order of ifindex; links may come
 * and go meanwhile. */
static void adopt_next(struct engine *e)
{
	const struct link *l;

	for (;;) {
		if (e->adopt_hook == RULE_EGRESS) {
			e->adopt_hook = RULE_INGRESS;
			l = next_link(e->core, e->adopt_ifindex);
			if (!l) {
				finish(e);
				return;
			}
			e->adopt_ifindex = l->info.ifindex;
		} else {
			e->adopt_hook = RULE_EGRESS;
		}
		if (dump_whole(e) == 0)
			return;
	}
}

/* A dump that was cut short is taken again; what it told is known already. */
static bool again(struct engine *e, int err)
{
	if (!err || err == ENODEV || e->adopt_tries++ >= ENGINE_MAX_TRIES)
		return false;
	return dump_whole(e) == 0;
}

void engine_adopt_dump_done(struct engine *e, int err)
{
	if (again(e, err))
		return;
	if (err && err != ENODEV)
		log_warning("ifindex %u: dump of filters: %s; rules of ours "
			    "there may be missed", e->adopt_ifindex,
			    strerror(err));
	e->adopt_tries = 0;
	adopt_next(e);
}

void engine_adopt_start(struct engine *e)
{
	e->adopting = true;
	e->adopt_ifindex = 0;
	e->adopt_hook = RULE_EGRESS;
	adopt_next(e);
}
