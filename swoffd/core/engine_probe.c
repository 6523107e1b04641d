/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A rule is put onto the scratch chain, read back and removed.  The three
 * messages go as one batch, which the kernel works off in one system call: a
 * daemon that is killed leaves nothing behind.  Should an answer be lost, the
 * removal is repeated; should even that fail, the next daemon does it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "swoffd/core/engine_priv.h"

/* Handles there: no other user of the chain would choose it. */
#define PROBE_HANDLE 0x73776f66U

enum stage { STAGE_PUT, STAGE_GET, STAGE_DEL, N_STAGES };

static const enum kernel_request_kind request_of[N_STAGES] = {
	[STAGE_PUT] = REQUEST_PROBE,
	[STAGE_GET] = REQUEST_GET,
	[STAGE_DEL] = REQUEST_DEL,
};

_Static_assert(ENGINE_TAG_PROBE + N_STAGES <= ENGINE_TAG_QDISC &&
	       ENGINE_TAG_QDISC_DEL < ENGINE_TAG_PROBE, "tags differ");

void engine_probe_start(struct engine *e, struct engine_probe *p)
{
	p->err = 0;
	p->extack[0] = '\0';
	p->was_read = p->in_hw = p->understood = false;
	p->stage = STAGE_PUT;
	p->tries = 0;
	list_add_tail(&e->probes, &p->node);
	defer(e->core->loop, &e->pump);
}

/* The chain it goes to must be as far ahead, or behind, as it was. */
void engine_probe_place(struct rule *rule)
{
	uint32_t chain = rule->chain;

	for (uint8_t i = 0; i < rule->n_actions; i++) {
		struct rule_action *a = &rule->actions[i];

		if (a->verdict == RULE_GOTO_CHAIN)
			a->chain = a->chain > chain ? ENGINE_SCRATCH_CHAIN + 1 :
						      ENGINE_SCRATCH_CHAIN - 1;
	}
	rule->chain = ENGINE_SCRATCH_CHAIN;
	rule->prio = ENGINE_PRIO_BASE;
	rule->handle = PROBE_HANDLE;
}

static void end(struct engine *e, struct engine_probe *p)
{
	if (e->probing == p)
		e->probing = NULL;
	list_del(&p->node);
	p->done(e, p);
	if (!list_empty(&e->probes))
		defer(e->core->loop, &e->pump);
}

static int send_stage(struct engine *e, struct engine_probe *p)
{
	static const struct ufid no_flow;
	struct kernel *k = e->core->kernel;
	struct kernel_request req = {
		.kind = request_of[p->stage],
		.tag = engine_make_tag(0,
				       (uint8_t)(ENGINE_TAG_PROBE + p->stage),
				       e->probe_gen),
		.rule = &p->rule,
	};
	int rc;

	engine_cookie_make(e, &no_flow, false, 0, req.cookie);
	rc = k->ops->tc_queue(k, &req);
	if (rc < 0)
		return rc;
	e->n_sent++;
	p->stage++;
	return 0;
}

static void send_stages(struct engine *e, struct engine_probe *p)
{
	struct kernel *k = e->core->kernel;
	int rc = 0;

	/* The batch that it begins has room for all of it. */
	if (p->stage == STAGE_PUT)
		k->ops->tc_flush(k);
	while (p->stage < N_STAGES && !rc)
		rc = send_stage(e, p);
	if (rc == -EAGAIN) {
		e->blocked = true;
	} else if (rc) {
		/* Nothing but the first can fail: it is encoded. */
		p->err = -rc;
		end(e, p);
	}
}

static void begin(struct engine *e, struct engine_probe *p)
{
	list_del(&p->node);
	e->probing = p;
	e->probe_gen++;
	if (p->dev) {
		engine_globalise(e, p->dev, &p->rule);
		engine_probe_place(&p->rule);
		engine_make_sendable(&p->rule);
		p->rule.block = engine_block(p->dev, p->rule.hook);
	}
	send_stages(e, p);
}

/* Those whose device is not ready let others pass. */
static struct engine_probe *next_probe(struct engine *e)
{
	struct engine_probe *p;

	list_for_each(p, &e->probes, node) {
		if (!p->dev)
			return p;
		if (!p->dev->ifindex) {
			p->err = ENODEV;
			end(e, p);
		} else if (p->as_is || engine_dev_prepare(e, p->dev)) {
			return p;
		}
	}
	return NULL;
}

void engine_probe_send(struct engine *e)
{
	struct engine_probe *p;

	while (!e->blocked) {
		if (e->probing) {
			if (e->probing->stage < N_STAGES)
				send_stages(e, e->probing);
			return;
		}
		p = next_probe(e);
		if (!p)
			return;
		begin(e, p);
		/* One that cannot be encoded is over by now. */
	}
}

static void on_deleted(struct engine *e, struct engine_probe *p, int err)
{
	/* EINVAL: no such chain any more, cls_api.c. */
	if (err && err != ENOENT && err != ENODEV && err != EINVAL &&
	    p->tries++ < ENGINE_MAX_TRIES) {
		p->stage = STAGE_DEL;
		e->probe_gen++;
		defer(e->core->loop, &e->pump);
		return;
	}
	end(e, p);
}

bool engine_probe_result(struct engine *e, uint64_t tag, int err,
			 const char *extack)
{
	uint8_t stage = (uint8_t)((tag >> 32) - ENGINE_TAG_PROBE);
	struct engine_probe *p = e->probing;

	if (stage >= N_STAGES)
		return false;
	if (!p || (uint8_t)(tag >> 40) != e->probe_gen)
		return true;
	if (stage == STAGE_PUT) {
		p->err = err;
		(void)strncpy(p->extack, extack, sizeof(p->extack) - 1);
	} else if (stage == STAGE_DEL) {
		on_deleted(e, p, err);
	}
	return true;
}

void engine_probe_filter(struct engine *e, const struct kernel_filter *flt)
{
	struct engine_probe *p = e->probing;

	if (!p || flt->handle != PROBE_HANDLE || !engine_is_ours(flt) ||
	    (p->rule.block ? flt->block != p->rule.block :
			     flt->ifindex != p->rule.dev.ifindex ||
				     flt->hook != p->rule.hook))
		return;
	p->was_read = true;
	p->in_hw = flt->in_hw;
	p->understood = flt->rule;
	if (flt->rule)
		p->seen = flt->rule->match;
}

void engine_probe_remove(struct engine *e, struct engine_probe *p)
{
	p->dev = NULL;
	engine_probe_start(e, p);
	p->stage = STAGE_DEL;
}

static void swept(struct engine *e, struct engine_probe *p)
{
	(void)e;
	free(p);
}

void engine_probe_sweep(struct engine *e, const struct kernel_filter *flt)
{
	struct engine_probe *p = calloc(1, sizeof(*p));

	if (!p)
		return;
	p->rule.dev.ifindex = flt->ifindex;
	p->rule.block = flt->block;
	p->rule.hook = flt->hook;
	p->rule.chain = flt->chain;
	p->rule.prio = flt->prio;
	p->rule.protocol_be = flt->protocol_be;
	p->rule.handle = flt->handle;
	p->done = swept;
	engine_probe_remove(e, p);
}

/* Those of others belong to them. */
void engine_probe_fini(struct engine *e)
{
	struct engine_probe *p;

	if (e->probing && e->probing->done == swept)
		free(e->probing);
	list_for_each(p, &e->probes, node)
		if (p->done == swept)
			free(p);
}
