/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Filters of the fake kernel: what tc refuses, what the hardware refuses, and
 * what each says about it.  Messages are those of Linux 6.1 where it has one.
 */
#include "tests/fake_parts.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/flow/field.h"

static bool same_place(const struct rule *a, const struct rule *b)
{
	if (a->block != b->block || a->chain != b->chain || a->prio != b->prio)
		return false;
	return a->block ||
	       (a->dev.ifindex == b->dev.ifindex && a->hook == b->hook);
}

static bool equal_handle(uint32_t id, const void *key, const void *ctx)
{
	const struct fake_kernel *fk = ctx;
	const struct rule *rule = key;

	return same_place(&fk->filters[id]->rule, rule) &&
	       fk->filters[id]->rule.handle == rule->handle;
}

static bool equal_key(uint32_t id, const void *key, const void *ctx)
{
	const struct fake_kernel *fk = ctx;
	const struct rule *rule = key;

	return same_place(&fk->filters[id]->rule, rule) &&
	       memcmp(&fk->filters[id]->rule.match, &rule->match,
		      sizeof(rule->match)) == 0;
}

static uint32_t place_hash(const struct rule *rule)
{
	uint32_t words[] = { rule->block ? 0 : rule->dev.ifindex,
			     rule->block ? rule->block : rule->hook,
			     rule->chain, rule->prio };

	return hash_bytes(words, sizeof(words));
}

static uint32_t handle_hash(const struct rule *rule)
{
	uint32_t words[] = { place_hash(rule), rule->handle };

	return hash_bytes(words, sizeof(words));
}

static uint32_t key_hash(const struct rule *rule)
{
	return place_hash(rule) ^ hash_bytes(&rule->match,
					     sizeof(rule->match));
}

static struct fake_filter *find(struct fake_kernel *fk,
				const struct rule *rule)
{
	uint32_t id = hash_find(&fk->by_handle, handle_hash(rule),
				equal_handle, rule, fk);

	return id == HASH_NONE ? NULL : fk->filters[id];
}

struct fake_filter *fake_filter_find(struct fake_kernel *fk, uint32_t ifindex,
				     uint32_t chain, uint16_t prio,
				     uint32_t handle)
{
	struct rule rule = { .dev.ifindex = ifindex, .chain = chain,
			     .prio = prio, .handle = handle };

	return find(fk, &rule);
}

struct fake_filter *fake_filter_at(struct fake_kernel *fk, uint32_t id)
{
	return id < fk->n_slots ? fk->filters[id] : NULL;
}

void fake_filter_del(struct fake_kernel *fk, struct fake_filter *f)
{
	hash_del(&fk->by_handle, handle_hash(&f->rule), f->id);
	hash_del(&fk->by_key, key_hash(&f->rule), f->id);
	fk->filters[f->id] = NULL;
	fk->n_filters--;
	fk->n_in_hw -= f->in_hw;
	free(f);
}

/* As a kernel does with an attribute that is newer than it. */
static void forget_key(const struct fake_kernel *fk, struct rule *rule)
{
	for (size_t i = 0; fk->forgotten && i < flow_n_fields; i++) {
		const struct flow_field *f = &flow_fields[i];

		if (strcmp(f->name, fk->forgotten) != 0)
			continue;
		memset((uint8_t *)&rule->match.key + f->offset, 0, f->size);
		memset((uint8_t *)&rule->match.mask + f->offset, 0, f->size);
	}
}

/* A whole rule is 14 KB, and there are a hundred thousand. */
static struct fake_filter *new_filter(const struct rule *rule)
{
	size_t size = offsetof(struct fake_filter, rule.actions) +
		      rule->n_actions * sizeof(rule->actions[0]);
	struct fake_filter *f;

	if (rule->data_size)
		size = offsetof(struct fake_filter, rule.data) +
		       rule->data_size;
	f = calloc(1, size);
	if (!f)
		abort();
	rule_copy(&f->rule, rule);
	f->stats.used_ms = f->unpoliced.used_ms = UINT64_MAX;
	return f;
}

static struct fake_filter *insert(struct fake_kernel *fk,
				  const struct rule *rule)
{
	struct fake_filter *f = new_filter(rule);

	if (rule->block)
		f->rule.dev.ifindex = 0;
	forget_key(fk, &f->rule);
	if (fk->n_slots == fk->filters_size) {
		fk->filters_size = fk->filters_size ? fk->filters_size * 2 : 64;
		fk->filters = realloc(fk->filters, fk->filters_size *
						  sizeof(*fk->filters));
	}
	if (!fk->filters)
		abort();
	f->id = fk->n_slots++;
	fk->filters[f->id] = f;
	fk->n_filters++;
	if (hash_add(&fk->by_handle, handle_hash(&f->rule), f->id) < 0 ||
	    hash_add(&fk->by_key, key_hash(&f->rule), f->id) < 0)
		abort();
	return f;
}

struct fake_filter *fake_filter_add_foreign(struct fake_kernel *fk,
					    const struct rule *rule)
{
	return insert(fk, rule);
}

static const char *unsupported_key(const struct fake_kernel *fk,
				   const struct rule *rule)
{
	for (size_t i = 0; i < flow_n_fields; i++) {
		const struct flow_field *f = &flow_fields[i];

		if (!flow_field_applies(f, &rule->match) ||
		    !flow_field_any(f, &rule->match.mask))
			continue;
		for (size_t j = 0; j < FAKE_UNSUPPORTED_MAX; j++)
			if (fk->unsupported[j] &&
			    strcmp(fk->unsupported[j], f->name) == 0)
				return f->name;
	}
	return NULL;
}

static bool targets_elsewhere(struct fake_kernel *fk, const struct rule *rule,
			      const struct fake_link *dev)
{
	for (int i = 0; i < rule->n_actions; i++) {
		const struct rule_action *a = &rule->actions[i];
		const struct fake_link *l;

		if (a->kind != RULE_ACTION_MIRRED)
			continue;
		l = fake_link_of(fk, a->mirred.port.ifindex);
		if (!l || strcmp(l->info.switch_id, dev->info.switch_id) != 0)
			return true;
	}
	return false;
}

/* Would the hardware take it?  0 or a positive errno with its words. */
static int hw_verdict(struct fake_kernel *fk, const struct rule *rule,
		      const struct fake_link *l,
		      char extack[ERROR_EXTACK_SIZE])
{
	const char *key;

	if (!l->info.switch_id[0])
		return EOPNOTSUPP;
	if (!l->tc_offload) {
		(void)snprintf(extack, ERROR_EXTACK_SIZE,
			       "TC offload is disabled on net device");
		return EOPNOTSUPP;
	}
	key = unsupported_key(fk, rule);
	if (key) {
		(void)snprintf(extack, ERROR_EXTACK_SIZE,
			       "fake: match on %s is not supported", key);
		return EOPNOTSUPP;
	}
	if (targets_elsewhere(fk, rule, l)) {
		(void)snprintf(extack, ERROR_EXTACK_SIZE,
			       "fake: output device is of another switch");
		return EOPNOTSUPP;
	}
	/* cls_flower puts a filter there before the one that it replaces goes
	 * (fl_change()). */
	if (fk->capacity && fk->n_in_hw >= fk->capacity) {
		(void)snprintf(extack, ERROR_EXTACK_SIZE,
			       "fake: rule table is full (%u rules)",
			       fk->capacity);
		return ENOSPC;
	}
	return 0;
}

/* A kernel knows devices by their ifindex. */
static void forget_names(struct rule *rule)
{
	rule->dev.name[0] = '\0';
	for (uint8_t i = 0; i < rule->n_actions; i++)
		if (rule->actions[i].kind == RULE_ACTION_MIRRED)
			rule->actions[i].mirred.port.name[0] = '\0';
}

static int put(struct fake_kernel *fk, const struct kernel_request *req,
	       const struct fake_link *l, char extack[ERROR_EXTACK_SIZE])
{
	const struct rule *rule = req->rule;
	struct fake_filter *old = find(fk, rule), *f;
	uint32_t same = hash_find(&fk->by_key, key_hash(rule), equal_key, rule,
				  fk);
	int err = EOPNOTSUPP;

	if (same != HASH_NONE && (!old || same != old->id))
		return EEXIST;
	if (old && (req->kind == REQUEST_ADD || req->kind == REQUEST_PROBE))
		return EEXIST;
	if (rule->policy != RULE_SW_ONLY)
		err = hw_verdict(fk, rule, l, extack);
	if (err && rule->policy == RULE_HW_ONLY)
		return err;
	if (old)
		fake_filter_del(fk, old);
	f = insert(fk, rule);
	forget_names(&f->rule);
	memcpy(f->cookie, req->cookie, sizeof(f->cookie));
	f->in_hw = err == 0;
	fk->n_in_hw += f->in_hw;
	/* Software takes it: only the verbose flag makes the driver heard. */
	if (req->kind != REQUEST_EXPLAIN && req->kind != REQUEST_PROBE)
		extack[0] = '\0';
	return 0;
}

static void tell_filter(struct fake_kernel *fk, const struct fake_filter *f,
			uint32_t ifindex, uint64_t tag, bool terse)
{
	static const uint8_t none[KERNEL_COOKIE_SIZE];
	struct kernel_filter filter = {
		.tag = tag,
		.ifindex = ifindex,
		.block = f->rule.block,
		.hook = f->rule.hook,
		.chain = f->rule.chain,
		.prio = f->rule.prio,
		.protocol_be = f->rule.protocol_be,
		.handle = f->rule.handle,
		.in_hw = f->in_hw,
		.has_cookie = memcmp(f->cookie, none, sizeof(none)) != 0,
		.stats = f->stats,
		.unpoliced = f->unpoliced,
		.rule = terse ? NULL : &f->rule,
	};

	memcpy(filter.cookie, f->cookie, sizeof(f->cookie));
	fk->base.events->tc_filter(fk->base.events_ctx, &filter);
}

/* A device that has it; one with hardware, if any. */
static struct fake_link *link_of_block(const struct fake_kernel *fk,
				       uint32_t block)
{
	struct fake_link *l, *found = NULL;

	list_for_each(l, &fk->links, node)
		if (l->clsact && l->block == block &&
		    (!found || l->info.switch_id[0]))
			found = l;
	return found;
}

static void purge_block(struct fake_kernel *fk, uint32_t block)
{
	for (uint32_t i = 0; i < fk->n_slots; i++)
		if (fk->filters[i] && fk->filters[i]->rule.block == block)
			fake_filter_del(fk, fk->filters[i]);
}

static int set_qdisc(struct fake_kernel *fk, const struct kernel_request *req,
		     struct fake_link *l)
{
	uint32_t block = req->rule->block, old = l->block;

	if (l->ingress || (req->kind == REQUEST_QDISC_DEL && !l->clsact))
		return EINVAL;
	if (req->kind == REQUEST_QDISC) {
		if (l->clsact && old != block)
			return EEXIST;
		l->clsact = true;
		l->block = block;
		return 0;
	}
	l->clsact = false;
	l->block = 0;
	fake_filter_purge(fk, l->info.ifindex);
	if (old && !link_of_block(fk, old))
		purge_block(fk, old);
	return 0;
}

int fake_filter_request(struct fake_kernel *fk,
			const struct kernel_request *req,
			char extack[ERROR_EXTACK_SIZE])
{
	bool qdisc = req->kind == REQUEST_QDISC ||
		     req->kind == REQUEST_QDISC_DEL;
	bool by_block = req->rule->block && !qdisc;
	struct fake_link *l = by_block ?
			link_of_block(fk, req->rule->block) :
			fake_link_of(fk, req->rule->dev.ifindex);
	struct fake_filter *f;

	if (!l) {
		(void)snprintf(extack, ERROR_EXTACK_SIZE, "%s", by_block ?
			       "Block of given index was not found" :
			       "Cannot find device");
		return by_block ? EINVAL : ENODEV;
	}
	if (qdisc)
		return set_qdisc(fk, req, l);
	if (!l->clsact && !l->ingress) {
		(void)snprintf(extack, ERROR_EXTACK_SIZE,
			       "Parent Qdisc doesn't exists");
		return EINVAL;
	}
	if (req->kind != REQUEST_DEL && req->kind != REQUEST_GET)
		return put(fk, req, l, extack);

	f = find(fk, req->rule);
	if (!f) {
		(void)snprintf(extack, ERROR_EXTACK_SIZE,
			       "Filter with specified priority/protocol not found");
		return ENOENT;
	}
	if (req->kind == REQUEST_DEL)
		fake_filter_del(fk, f);
	else
		tell_filter(fk, f, f->rule.dev.ifindex, req->tag, false);
	return 0;
}

static bool is_wanted(struct fake_kernel *fk, const struct fake_filter *f)
{
	const struct fake_link *l = fake_link_of(fk, fk->dump.ifindex);

	if (fk->dump.block)
		return f->rule.block == fk->dump.block;
	if (f->rule.block)
		return l && l->block == f->rule.block &&
		       fk->dump.hook == RULE_INGRESS;
	return f->rule.dev.ifindex == fk->dump.ifindex &&
	       f->rule.hook == fk->dump.hook;
}

/* The lowest above that one; 0: there is none. */
static uint16_t next_prio(struct fake_kernel *fk, uint16_t above)
{
	uint16_t next = 0;

	for (uint32_t i = 0; i < fk->n_slots; i++) {
		const struct fake_filter *f = fk->filters[i];

		if (f && is_wanted(fk, f) && f->rule.prio > above &&
		    (!next || f->rule.prio < next))
			next = f->rule.prio;
	}
	return next;
}

static void tell_prio(struct fake_kernel *fk)
{
	uint32_t end = fk->dump_at + FAKE_DUMP_ROUND;

	if (end > fk->n_slots)
		end = fk->n_slots;
	for (; fk->dump_at < end; fk->dump_at++) {
		const struct fake_filter *f = fk->filters[fk->dump_at];

		if (f && is_wanted(fk, f) && f->rule.prio == fk->dump_prio)
			tell_filter(fk, f, fk->dump.ifindex, 0,
				    fk->dump.terse);
	}
}

bool fake_filter_dump(struct fake_kernel *fk)
{
	uint16_t next;

	if (!fk->dump_prio)
		fk->dump_prio = next_prio(fk, 0);
	tell_prio(fk);
	if (fk->dump_at < fk->n_slots)
		return false;
	next = next_prio(fk, fk->dump_prio);
	if (!next)
		return true;
	fk->dump_prio = next;
	fk->dump_at = 0;
	return false;
}

void fake_filter_purge(struct fake_kernel *fk, uint32_t ifindex)
{
	for (uint32_t i = 0; i < fk->n_slots; i++)
		if (fk->filters[i] &&
		    fk->filters[i]->rule.dev.ifindex == ifindex)
			fake_filter_del(fk, fk->filters[i]);
}

void fake_filter_fini(struct fake_kernel *fk)
{
	for (uint32_t i = 0; i < fk->n_slots; i++)
		free(fk->filters[i]);
	free(fk->filters);
	hash_fini(&fk->by_handle);
	hash_fini(&fk->by_key);
}
