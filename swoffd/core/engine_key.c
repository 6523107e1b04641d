/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Keys that are newer than the oldest kernel we run on.  An old kernel takes
 * an attribute that it does not know and forgets it: the rule would match more
 * than it says.  So each such key is tried out once, before the first flow
 * that has it is sent; those that have it wait for that.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <stdlib.h>
#include <string.h>

#include "common/flow/uapi.h"
#include "swoffd/core/engine_priv.h"

struct engine_key_probe {
	struct engine_probe probe;
	const struct flow_field *row;
};

void engine_key_init(struct engine *e)
{
	for (size_t i = 0; i < flow_n_fields; i++) {
		const struct flow_field *row = &flow_fields[i];

		if (!row->probed)
			continue;
		for (size_t at = row->offset; at < row->offset + row->size;
		     at++)
			e->probed_words[at / 8 / 64] |= (uint64_t)1
							<< at / 8 % 64;
	}
}

void engine_key_fini(struct engine *e)
{
	free(e->key_probe);
	free(e->key_refused);
}

static bool touches(const uint64_t *mask, const uint64_t *words)
{
	uint64_t both = 0;

	for (size_t i = 0; i < PACKED_BITMAP; i++)
		both |= mask[i] & words[i];
	return both;
}

const struct flow_field *engine_key_find(const struct engine *e,
					 const struct flow_match *m,
					 enum key_state state)
{
	for (size_t i = 0; i < flow_n_fields; i++)
		if (flow_fields[i].probed && e->keys[i] == state &&
		    flow_field_applies(&flow_fields[i], m) &&
		    flow_field_any(&flow_fields[i], &m->mask))
			return &flow_fields[i];
	return NULL;
}

static bool is_enc_flags(const struct flow_field *row)
{
	return row->offset == offsetof(struct flow_key, enc_flags_be);
}

static bool same_bytes(const struct flow_field *row, const struct flow_key *a,
		       const struct flow_key *b)
{
	return memcmp((const uint8_t *)a + row->offset,
		      (const uint8_t *)b + row->offset, row->size) == 0;
}

void engine_key_learn(struct engine *e, const struct flow_field *row,
		      const struct engine_probe *p)
{
	const struct flow_match *sent = &p->rule.match;
	bool kept = p->understood &&
		    same_bytes(row, &sent->mask, &p->seen.mask) &&
		    same_bytes(row, &sent->key, &p->seen.key);

	e->keys[row - flow_fields] = kept ? KEY_KEPT : KEY_IGNORED;
	if (is_enc_flags(row))
		e->ports.keeps_tunnel_flags = kept;
}

/* Somebody took the qdisc away: it is made again, and the key tried again. */
static bool restore_qdisc(struct engine *e, const struct engine_probe *p)
{
	if (!engine_qdisc_is_missing(p->err, p->extack) ||
	    e->key_tries++ >= ENGINE_MAX_TRIES)
		return false;
	if (p->dev->state == DEV_READY)
		p->dev->state = DEV_NEW;
	return true;
}

static void on_probed(struct engine *e, struct engine_probe *p)
{
	struct engine_key_probe *kp =
		container_of(p, struct engine_key_probe, probe);

	e->key_probe = NULL;
	if (!p->err && !p->was_read)
		p->err = ENOBUFS;
	engine_key_forget(e);
	engine_sweep(e, SWEEP_WAITING);
	if (p->err && !restore_qdisc(e, p)) {
		e->key_refused = kp;
		return;
	}
	if (!p->err) {
		e->key_tries = 0;
		engine_key_learn(e, kp->row, p);
	}
	free(kp);
}

void engine_key_forget(struct engine *e)
{
	free(e->key_refused);
	e->key_refused = NULL;
}

/* The put failed, so nothing is known of the key: all that have it and wait on
 * this device fare alike. */
static bool is_refused(const struct engine *e, const struct flow *f,
		       const struct flow_field *row)
{
	const struct engine_key_probe *kp = e->key_refused;

	return kp && kp->row == row && kp->probe.dev == engine_dev_of(e, f);
}

static int try_key(struct engine *e, struct engine_dev *dev,
		   const struct rule *rule, const struct flow_field *row)
{
	struct engine_key_probe *kp;

	if (e->key_probe)
		return 0;
	kp = malloc(sizeof(*kp));
	if (!kp)
		return -ENOMEM;
	rule_copy(&kp->probe.rule, rule);
	kp->probe.rule.policy = RULE_SW_ONLY;
	kp->probe.rule.n_actions = 1;
	kp->probe.rule.data_size = 0;
	kp->probe.rule.actions[0] = (struct rule_action){
		.kind = RULE_ACTION_GACT,
		.verdict = RULE_DROP,
	};
	kp->probe.dev = dev;
	kp->probe.done = on_probed;
	kp->row = row;
	e->key_probe = kp;
	engine_probe_start(e, &kp->probe);
	return 0;
}

static bool has_tunnel(const struct engine *e)
{
	const struct link *l;

	list_for_each(l, &e->core->links, node)
		if (port_kind_is_tunnel(engine_port_kind(l)))
			return true;
	return false;
}

static struct engine_dev *ready_dev(struct engine *e)
{
	for (uint16_t i = 0; i < e->n_devs; i++)
		if (e->devs[i]->ifindex && e->devs[i]->state == DEV_READY)
			return e->devs[i];
	return NULL;
}

static const struct flow_field *enc_flags(void)
{
	for (size_t i = 0; i < flow_n_fields; i++)
		if (is_enc_flags(&flow_fields[i]))
			return &flow_fields[i];
	return NULL;
}

void engine_key_warm(struct engine *e)
{
	struct rule rule = { .protocol_be = htons(ETH_P_ALL) };
	const struct flow_field *row = enc_flags();
	struct engine_dev *dev = ready_dev(e);

	if (!dev || e->keys[row - flow_fields] != KEY_UNKNOWN ||
	    !has_tunnel(e))
		return;
	rule.match.mask.enc_flags_be = htonl(
		UAPI_TUNNEL_CSUM | UAPI_TUNNEL_DONT_FRAGMENT |
		UAPI_TUNNEL_OAM | UAPI_TUNNEL_CRIT_OPT);
	(void)try_key(e, dev, &rule, row);
}

static enum key_state ignored(struct engine *e, struct flow *f,
			      const struct flow_field *row)
{
	flow_settle_for(e, f, FLOW_REJECTED, REASON_KERNEL_IGNORES_KEY,
			EOPNOTSUPP, row->name, "");
	return KEY_IGNORED;
}

enum key_state engine_key_check(struct engine *e, struct flow *f)
{
	const struct flow_field *row;
	struct rule rule;

	if (!touches(packed_bitmap(flowtab_mask(&e->table, f)),
		     e->probed_words))
		return KEY_KEPT;
	flowtab_rule(&e->table, engine_slot(e, f), &rule);
	row = engine_key_find(e, &rule.match, KEY_IGNORED);
	if (row)
		return ignored(e, f, row);
	row = engine_key_find(e, &rule.match, KEY_UNKNOWN);
	if (!row)
		return KEY_KEPT;
	if (is_refused(e, f, row))
		engine_refused(e, f, e->key_refused->probe.err,
			       e->key_refused->probe.extack);
	else if (try_key(e, engine_dev_of(e, f), &rule, row) < 0)
		engine_refused(e, f, ENOMEM, "");
	return KEY_UNKNOWN;
}
