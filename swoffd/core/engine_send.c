/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages to the kernel.  One message of a flow is under way at a time; what
 * is wanted meanwhile is remembered and done when the answer has come, so that
 * what is in the kernel is always known, or known to be unknown.
 *
 * A new flow is added with NLM_F_EXCL: no foreign rule is ever overwritten.
 */
#include <errno.h>
#include <string.h>

#include "swoffd/core/engine_priv.h"

#define COVER_AHEAD 256                /* see engine_store_cover() */

uint64_t engine_make_tag(uint32_t slot, uint8_t op, uint8_t gen)
{
	return (uint64_t)gen << 40 | (uint64_t)op << 32 | slot;
}

uint32_t engine_slot(const struct engine *e, const struct flow *f)
{
	return flowtab_slot(&e->table, f);
}

static int grow_queue(struct engine *e)
{
	uint32_t size = e->queue_size ? e->queue_size * 2 : 256;
	uint32_t *queue = calloc(size, sizeof(*queue));

	if (!queue)
		return -ENOMEM;
	for (uint32_t i = 0; i < e->queue_len; i++)
		queue[i] = e->queue[(e->queue_head + i) &
				    (e->queue_size - 1)];
	free(e->queue);
	e->queue = queue;
	e->queue_size = size;
	e->queue_head = 0;
	return 0;
}

static const uint8_t next_of_op[] = {
	[OP_ADD] = NEXT_ADVANCE,      [OP_REPLACE] = NEXT_ADVANCE,
	[OP_TRIAL] = NEXT_ADVANCE,    [OP_EXPLAIN] = NEXT_ADVANCE,
	[OP_GET] = NEXT_ADVANCE,      [OP_DEL] = NEXT_DEL,
	[OP_WITHDRAW] = NEXT_WITHDRAW,
};

/* 0, or -ENOMEM. */
static int push(struct engine *e, struct flow *f)
{
	if (f->queued)
		return 0;
	if (e->queue_len == e->queue_size && grow_queue(e) < 0)
		return -ENOMEM;
	e->queue[(e->queue_head + e->queue_len++) & (e->queue_size - 1)] =
		engine_slot(e, f);
	f->queued = true;
	return 0;
}

void engine_enqueue(struct engine *e, struct flow *f, enum flow_op op)
{
	if (f->phase == PHASE_SENT) {
		f->next_step = next_of_op[op] & 3;
		return;
	}
	f->next_step = NEXT_NOTHING;
	if (push(e, f) < 0) {
		flow_settle_for(e, f, FLOW_REJECTED, REASON_KERNEL_REFUSED,
				ENOMEM, "swoffd", "");
		return;
	}
	f->op = (uint8_t)op & 7;
	flow_set_phase(e, f, PHASE_QUEUED);
	if (!e->blocked)
		defer(e->core->loop, &e->pump);
}

/* The flow that the ufid of a dying one names now. */
static struct flow *heir_of(const struct engine *e, const struct flow *f)
{
	uint32_t slot = f->dying && !f->half_ufid ?
			flowtab_find_ufid(&e->table, &f->ufid) :
			FLOWTAB_NO_SLOT;

	return flowtab_get(&e->table, slot);
}

void engine_drop(struct engine *e, struct flow *f)
{
	struct flow *heir = heir_of(e, f);
	uint32_t slot = engine_slot(e, f);
	bool queued = f->queued, unsaved, stored = f->stored;

	engine_event_deleted(e, f);
	if (f->proving)
		engine_prove_gone(e, f);
	if (heir)
		flow_inherit_stats(e, heir, f);
	flow_set_presence(e, f, NOT_THERE);
	flow_settle(e, f, FLOW_PENDING, NULL, 0);
	e->n_state[FLOW_PENDING]--;
	flow_set_mirrored(e, f, false);
	f->gen++;
	pool_put(&e->bases, f->base_id);
	engine_attrs_put(e, f);
	unsaved = f->unsaved;
	flowtab_del(&e->table, slot);
	/* The slot may be taken again before its place in the queue comes. */
	f->queued = queued;
	f->unsaved = unsaved;
	engine_store_forget(e, slot, stored);
}

/* Is it on its way out already? */
static bool is_leaving(const struct flow *f)
{
	return f->dying &&
	       ((f->phase == PHASE_QUEUED && f->op == OP_DEL) ||
		(f->phase == PHASE_SENT &&
		 (f->op == OP_DEL || f->next_step == NEXT_DEL)));
}

void engine_remove(struct engine *e, struct flow *f)
{
	bool sent = f->phase == PHASE_SENT;

	if (is_leaving(f))
		return;
	f->dying = true;
	if (!engine_dev_of(e, f)->ifindex ||
	    (f->presence == NOT_THERE && !sent)) {
		engine_drop(e, f);
		return;
	}
	flow_want(e, f);
	engine_enqueue(e, f, OP_DEL);
}

static uint8_t targets(const struct engine *e, const struct flow *f)
{
	const struct rule_action *actions;
	uint8_t n, sum = 0;

	actions = flowtab_actions(&e->table, f, &n);
	for (uint8_t i = 0; i < n; i++)
		if (engine_has_target(&actions[i]))
			sum = (uint8_t)(sum + e->devs[actions[i].mirred
							      .port.no]->arrivals);
	return sum;
}

void engine_note_targets(const struct engine *e, struct flow *f)
{
	f->targets = targets(e, f);
}

const struct engine_dev *engine_missing(const struct engine *e,
					const struct flow *f)
{
	const struct engine_dev *dev = engine_dev_of(e, f);
	const struct rule_action *actions;
	uint8_t n;

	if (!dev->ifindex)
		return dev;
	actions = flowtab_actions(&e->table, f, &n);
	for (uint8_t i = 0; i < n; i++)
		if (engine_has_target(&actions[i]) &&
		    !e->devs[actions[i].mirred.port.no]->ifindex)
			return e->devs[actions[i].mirred.port.no];
	return NULL;
}

bool engine_is_outdated(const struct engine *e, const struct flow *f)
{
	return f->presence != NOT_THERE &&
	       (f->targets != targets(e, f) || engine_missing(e, f) ||
		(!flowtab_place(&e->table, f)->open && !e->adopting));
}

int engine_rule(struct engine *e, const struct flow *f, struct rule *out,
		const struct engine_dev **missing)
{
	flowtab_rule(&e->table, engine_slot(e, f), out);
	engine_globalise(e, engine_dev_of(e, f), out);
	*missing = engine_missing(e, f);
	return *missing ? -ENODEV : 0;
}

/* A filter that leads to what is gone must not stay. */
static void lost(struct engine *e, struct flow *f, const char *dev)
{
	if (f->dying)
		engine_enqueue(e, f, OP_DEL);
	else if (f->presence != NOT_THERE && engine_dev_of(e, f)->ifindex)
		engine_enqueue(e, f, OP_WITHDRAW);
	else
		flow_settle_for(e, f, FLOW_LOST, REASON_DEVICE_GONE, ENODEV,
				dev, "");
}

/* What the kernel has is made as wanted, or read. */
static void send_next(struct engine *e, struct flow *f)
{
	if (f->presence == NOT_THERE)
		engine_enqueue(e, f, OP_ADD);
	else if (f->stale)
		engine_enqueue(e, f, OP_REPLACE);
	else if (f->presence == THERE_UNREAD)
		engine_enqueue(e, f, OP_GET);
	else
		engine_conclude(e, f);
}

static void keep_out(struct engine *e, struct flow *f)
{
	static const enum reason_code codes[] = {
		[PAUSE_SHOWN] = REASON_SHOWN_TO_OVS,
		[PAUSE_IDLE] = REASON_IDLE,
	};

	if (f->presence != NOT_THERE)
		engine_enqueue(e, f, OP_WITHDRAW);
	else
		flow_settle_for(e, f, FLOW_REJECTED, codes[f->pause], 0,
				engine_dev_of(e, f)->name, "");
}

void engine_advance(struct engine *e, struct flow *f)
{
	struct engine_dev *dev = engine_dev_of(e, f);
	const struct engine_dev *missing;

	if (f->phase == PHASE_SENT) {
		f->next_step = NEXT_ADVANCE;
		return;
	}
	f->next_step = NEXT_NOTHING;
	missing = engine_missing(e, f);
	if (missing) {
		lost(e, f, missing->name);
		return;
	}
	if (f->pause) {
		keep_out(e, f);
		return;
	}
	if (!flowtab_place(&e->table, f)->open) {
		engine_chain_orphan(e, f);
		return;
	}
	engine_chain_lead(e, f);
	/* Before prepare: a kernel that answers at once must find it waiting. */
	flow_set_phase(e, f, PHASE_WAIT_DEV);
	if (!engine_dev_prepare(e, dev))
		return;
	if (flowtab_place(&e->table, f)->hook == RULE_EGRESS &&
	    dev->no_egress)
		flow_settle_for(e, f, FLOW_REJECTED, REASON_QDISC_MISSING, 0,
				dev->name,
				"it has an ingress qdisc, not clsact");
	else if (engine_key_check(e, f) == KEY_KEPT)
		send_next(e, f);
}

void engine_rework(struct engine *e, struct flow *f)
{
	f->stale = true;
	f->explained = false;
	flow_unsettle(e, f);
	engine_advance(e, f);
}

static const enum kernel_request_kind request_of_op[] = {
	[OP_ADD] = REQUEST_ADD,
	[OP_REPLACE] = REQUEST_REPLACE,
	[OP_TRIAL] = REQUEST_REPLACE,
	[OP_EXPLAIN] = REQUEST_EXPLAIN,
	[OP_GET] = REQUEST_GET,
	[OP_DEL] = REQUEST_DEL,
	[OP_WITHDRAW] = REQUEST_DEL,
};

/* A filter that is put anew counts from zero: what the old one has counted is
 * read just before. */
static int read_before(struct engine *e, const struct flow *f,
		       const struct rule *rule)
{
	struct kernel *k = e->core->kernel;
	struct kernel_request req = {
		.kind = REQUEST_GET,
		.tag = engine_make_tag(engine_slot(e, f), OP_READ, f->gen),
		.rule = rule,
		.with_next = true,
	};
	int rc = k->ops->tc_queue(k, &req);

	e->n_sent += rc == 0;
	return rc;
}

static bool must_read(const struct engine *e, const struct flow *f)
{
	if (f->presence == NOT_THERE)
		return false;
	return f->op == OP_REPLACE || f->op == OP_WITHDRAW ||
	       (f->op == OP_DEL && heir_of(e, f));
}

static uint32_t marks_of(const struct flow *f)
{
	if (f->op == OP_TRIAL || f->control)
		return COOKIE_TRIAL;
	return f->gave_way ? COOKIE_GAVE_WAY : 0;
}

static int send_rule(struct engine *e, struct flow *f, struct rule *rule)
{
	struct kernel_request req = {
		.kind = request_of_op[f->op],
		.tag = engine_make_tag(engine_slot(e, f), f->op,
				       (uint8_t)(f->gen + 1)),
		.rule = rule,
	};
	struct kernel *k = e->core->kernel;
	int rc = must_read(e, f) ? read_before(e, f, rule) : 0;

	if (rc == -EAGAIN)
		return rc;
	if (f->op == OP_TRIAL)
		rule->policy = RULE_HW_ONLY;
	else if (f->gave_way)
		rule->policy = RULE_SW_ONLY;
	engine_make_sendable(rule);
	engine_cookie_make(e, &f->ufid, f->mirrored, marks_of(f), req.cookie);
	return k->ops->tc_queue(k, &req);
}

/* The operator's limit is reached: a hw-only flow is not put, and does not
 * stay as it was. */
static void kept_out(struct engine *e, struct flow *f)
{
	struct reason why;

	if (f->presence != NOT_THERE) {
		engine_enqueue(e, f, OP_WITHDRAW);
		return;
	}
	engine_capacity_kept_out(e, f);
	engine_switch_reason(e, f, &why);
	flow_settle(e, f, FLOW_REJECTED, &why, 1);
}

int engine_send(struct engine *e, struct flow *f, int depth)
{
	const struct engine_dev *missing;
	struct rule rule;
	int rc;

	if (f->leads && (f->op == OP_ADD || f->op == OP_REPLACE)) {
		rc = engine_chain_send_first(e, f, depth);
		if (rc < 0)
			return rc;
	}
	if (engine_rule(e, f, &rule, &missing) < 0 &&
	    (!op_deletes(f->op) || !rule.dev.ifindex)) {
		lost(e, f, missing->name);
		return 0;
	}
	if (depth)
		engine_store_cover_one(e, f);
	rule.block = engine_block(engine_dev_of(e, f), rule.hook);
	if ((f->op == OP_ADD || f->op == OP_REPLACE) &&
	    !engine_switch_enter(e, f)) {
		kept_out(e, f);
		return 0;
	}
	rc = send_rule(e, f, &rule);
	if (rc < 0)
		return rc;
	f->gen++;
	if (f->op == OP_ADD || f->op == OP_REPLACE) {
		f->stale = false;
		f->beside = f->op == OP_REPLACE &&
			    (f->beside || f->presence == THERE_HW);
		engine_note_targets(e, f);
	}
	e->n_sent++;
	flow_set_phase(e, f, PHASE_SENT);
	return 0;
}

static void tell_ready(struct engine *e)
{
	if (!list_empty(&e->ready) && !engine_busy(e))
		defer(e->core->loop, &e->answer);
}

static struct flow *take_first(struct engine *e)
{
	uint32_t slot = e->queue[e->queue_head];
	struct flow *f = engine_flow(e, slot);

	e->table.flows[slot].queued = false;
	e->queue_head = (e->queue_head + 1) & (e->queue_size - 1);
	e->queue_len--;
	/* NULL: it has been deleted since. */
	return f;
}

static void put_first(struct engine *e, struct flow *f)
{
	f->queued = true;
	e->queue_head = (e->queue_head - 1) & (e->queue_size - 1);
	e->queue_len++;
}

static int send_if_due(struct engine *e, struct flow *f)
{
	if (!f || f->phase != PHASE_QUEUED)
		return 0;
	if (!f->dying || f->op == OP_DEL)
		return engine_send(e, f, 0);
	engine_remove(e, f);
	return 0;
}

static void send_first(struct engine *e)
{
	struct flow *f = take_first(e);
	int rc = send_if_due(e, f);

	if (rc == -EAGAIN) {
		put_first(e, f);
		e->blocked = true;
	} else if (rc < 0) {
		engine_refused(e, f, -rc, "");
	}
}

static void send_queue(struct engine *e)
{
	uint32_t covered = 0;          /* of the first in the queue */

	while (e->queue_len && !e->blocked) {
		/* Sending adds to the end of the queue. */
		if (!covered) {
			covered = e->queue_len < COVER_AHEAD ? e->queue_len :
							       COVER_AHEAD;
			engine_store_cover(e, covered);
		}
		covered--;
		send_first(e);
	}
}

void engine_pump(struct deferred *d)
{
	struct engine *e = container_of(d, struct engine, pump);
	struct kernel *k = e->core->kernel;

	/* What a filter has counted, and of whom, is not all known yet, and no
	 * record can be written. */
	if (e->restoring)
		return;
	engine_qdisc_send(e);
	engine_probe_send(e);
	engine_get_send(e);
	send_queue(e);
	k->ops->tc_flush(k);
	tell_ready(e);
	engine_pass_kick(e);
}

void engine_on_tc_ready(struct engine *e)
{
	e->blocked = false;
	defer(e->core->loop, &e->pump);
}
