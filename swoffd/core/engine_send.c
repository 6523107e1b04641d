/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages to the kernel and what their results mean.
 *
 * A new flow is added with NLM_F_EXCL, so that no foreign rule is ever
 * overwritten.  What is accepted is verified by reading it back.  A filter
 * that the hardware does not have is tried once with skip_sw in place: the
 * kernel then says why, and the software rule stays as it was.
 */
#include <errno.h>
#include <string.h>

#include "common/base/log.h"
#include "swoffd/core/engine_priv.h"

#define TAG_QDISC 0xff

static uint64_t make_tag(uint32_t slot, uint8_t op, uint8_t gen)
{
	return (uint64_t)gen << 40 | (uint64_t)op << 32 | slot;
}

uint32_t engine_slot(const struct engine *e, const struct flow *f)
{
	return (uint32_t)(f - e->table.flows);
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

int engine_enqueue(struct engine *e, struct flow *f, enum flow_op op)
{
	if (!f->queued && e->queue_len == e->queue_size) {
		int rc = grow_queue(e);

		if (rc < 0)
			return rc;
	}
	if (!f->queued)
		e->queue[(e->queue_head + e->queue_len++) &
			 (e->queue_size - 1)] = engine_slot(e, f);
	f->queued = true;
	f->op = (uint8_t)op;
	flow_set_phase(e, f, PHASE_QUEUED);
	if (!e->blocked)
		defer(e->core->loop, &e->pump);
	return 0;
}

void engine_drop(struct engine *e, struct flow *f)
{
	bool queued = f->queued;

	flow_set_presence(e, f, NOT_THERE);
	flow_settle(e, f, FLOW_PENDING);
	e->n_state[FLOW_PENDING]--;
	f->gen++;
	flowtab_del(&e->table, engine_slot(e, f));
	/* The slot may be taken again before its place in the queue comes. */
	f->queued = queued;
}

int engine_rule(struct engine *e, const struct flow *f, struct rule *out,
		const struct engine_dev **missing)
{
	const struct engine_dev *dev = e->devs[f->dev];
	struct port *port = &out->dev;

	flowtab_rule(&e->table, engine_slot(e, f), out);
	*missing = dev->ifindex ? NULL : dev;
	port->ifindex = dev->ifindex;
	memcpy(port->name, dev->name, sizeof(port->name));

	for (uint8_t i = 0; i < out->n_actions; i++) {
		if (out->actions[i].kind != RULE_ACTION_MIRRED)
			continue;
		port = &out->actions[i].mirred.port;
		dev = e->devs[port->no];
		port->ifindex = dev->ifindex;
		port->no = PORT_NO_NONE;
		memcpy(port->name, dev->name, sizeof(port->name));
		if (!dev->ifindex && !*missing)
			*missing = dev;
	}
	return *missing ? -ENODEV : 0;
}

static void lost(struct engine *e, struct flow *f, const char *dev)
{
	flow_clear_reasons(f);
	flow_add_reason(f, REASON_DEVICE_GONE, ENODEV, dev, "");
	flow_settle(e, f, FLOW_LOST);
}

int engine_advance(struct engine *e, struct flow *f)
{
	struct engine_dev *dev = e->devs[f->dev];
	const struct engine_dev *missing;
	struct rule rule;

	if (engine_rule(e, f, &rule, &missing) < 0) {
		lost(e, f, missing->name);
		return 0;
	}
	/* Before prepare: a kernel that answers at once must find it waiting. */
	flow_set_phase(e, f, PHASE_WAIT_DEV);
	if (!engine_dev_prepare(e, dev))
		return 0;
	return engine_enqueue(e, f, f->presence == NOT_THERE ? OP_ADD :
							       OP_REPLACE);
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

static bool op_deletes(uint8_t op)
{
	return op == OP_DEL || op == OP_WITHDRAW;
}

/* 0: sent, or nothing to send; -EAGAIN: the kernel layer is full. */
static int send_one(struct engine *e, struct flow *f)
{
	struct kernel_request req = { .kind = request_of_op[f->op] };
	struct kernel *k = e->core->kernel;
	const struct engine_dev *missing;
	struct rule rule;
	int rc;

	if (engine_rule(e, f, &rule, &missing) < 0 &&
	    (!op_deletes(f->op) || !rule.dev.ifindex)) {
		lost(e, f, missing->name);
		return 0;
	}
	if (f->op == OP_TRIAL)
		rule.policy = RULE_HW_ONLY;
	req.rule = &rule;
	req.tag = make_tag(engine_slot(e, f), f->op, (uint8_t)(f->gen + 1));
	engine_cookie_make(e, f, req.cookie);
	rc = k->ops->tc_queue(k, &req);
	if (rc < 0)
		return rc;

	f->gen++;
	e->n_sent++;
	flow_set_phase(e, f, PHASE_SENT);
	if (f->op == OP_ADD)
		flow_set_presence(e, f, THERE_UNREAD);
	return 0;
}

static void tell_ready(struct engine *e)
{
	if (!list_empty(&e->ready) && !engine_busy(e))
		defer(e->core->loop, &e->answer);
}

void engine_pump(struct deferred *d)
{
	struct engine *e = container_of(d, struct engine, pump);
	struct kernel *k = e->core->kernel;

	while (e->queue_len && !e->blocked) {
		uint32_t slot = e->queue[e->queue_head];
		struct flow *f = &e->table.flows[slot];
		int rc = 0;

		if (f->phase == PHASE_QUEUED)
			rc = send_one(e, f);
		if (rc == -EAGAIN) {
			e->blocked = true;
			break;
		}
		if (rc < 0) {
			flow_add_reason(f, REASON_KERNEL_REFUSED, -rc,
					"encode", "");
			flow_settle(e, f, FLOW_REJECTED);
		}
		f->queued = false;
		e->queue_head = (e->queue_head + 1) & (e->queue_size - 1);
		e->queue_len--;
	}
	k->ops->tc_flush(k);
	tell_ready(e);
	engine_kick_read(e);
}

void engine_on_tc_ready(struct engine *e)
{
	e->blocked = false;
	defer(e->core->loop, &e->pump);
}

bool engine_queue_qdisc(struct engine *e, struct engine_dev *dev)
{
	struct kernel *k = e->core->kernel;
	struct rule rule = { .dev = { .ifindex = dev->ifindex } };
	struct kernel_request req = {
		.kind = REQUEST_QDISC,
		.tag = make_tag(dev->id, TAG_QDISC, 0),
		.rule = &rule,
	};

	if (k->ops->tc_queue(k, &req) < 0)
		return false;
	e->n_sent++;
	k->ops->tc_flush(k);
	return true;
}

/* What an errno means, by who said it. */
static const struct {
	int err;
	enum reason_code from_driver, from_kernel;
} err_reasons[] = {
	{ ENOSPC, REASON_TABLE_FULL, REASON_KERNEL_REFUSED },
	{ EEXIST, REASON_DUPLICATE, REASON_DUPLICATE },
	{ ENODEV, REASON_DEVICE_GONE, REASON_DEVICE_GONE },
	{ ENOENT, REASON_QDISC_MISSING, REASON_QDISC_MISSING },
	{ ENOBUFS, REASON_RESULT_UNKNOWN, REASON_RESULT_UNKNOWN },
};

static void add_err_reason(struct engine *e, struct flow *f, bool driver,
			   int err, const char *extack)
{
	const struct engine_dev *dev = e->devs[f->dev];
	enum reason_code code = driver ? REASON_DRIVER_REFUSED :
					 REASON_KERNEL_REFUSED;

	if (driver && dev->offload_err.code)
		code = REASON_PORT_NOT_OFFLOADABLE;

	for (size_t i = 0; i < ARRAY_LEN(err_reasons); i++)
		if (err_reasons[i].err == err)
			code = driver ? err_reasons[i].from_driver :
					err_reasons[i].from_kernel;
	flow_add_reason(f, code, err, dev->name, extack);
}

static void refused(struct engine *e, struct flow *f, int err,
		    const char *extack)
{
	flow_clear_reasons(f);
	add_err_reason(e, f, f->policy == RULE_HW_ONLY, err, extack);
	flow_settle(e, f, err == ENODEV ? FLOW_LOST : FLOW_REJECTED);
}

static bool qdisc_is_missing(int err, const char *extack)
{
	/* __tcf_qdisc_find(), net/sched/cls_api.c */
	return err == ENOENT || (err == EINVAL && strstr(extack, "Qdisc"));
}

/* Somebody took the qdisc away: make it again, then send again. */
static bool restore_qdisc(struct engine *e, struct flow *f, int err,
			  const char *extack)
{
	struct engine_dev *dev = e->devs[f->dev];

	if (!qdisc_is_missing(err, extack) ||
	    f->tries++ >= ENGINE_MAX_TRIES)
		return false;
	if (dev->state == DEV_READY)
		dev->state = DEV_NEW;
	return engine_advance(e, f) == 0;
}

/*
 * Of a get or a delete: no such filter, no such device; EINVAL is what
 * cls_api.c says of a chain or a qdisc that is not there.
 */
static bool means_gone(int err)
{
	return err == ENOENT || err == ENODEV || err == EINVAL;
}

/* Sends op, because the result of the last one was lost; false: give up. */
static bool retry(struct engine *e, struct flow *f, enum flow_op op)
{
	return f->tries++ < ENGINE_MAX_TRIES &&
	       engine_enqueue(e, f, op) == 0;
}

/* One or a few are read back by handle, many by a dump. */
static void accepted(struct engine *e, struct flow *f)
{
	flow_set_presence(e, f, THERE_UNREAD);
	f->seen = e->pass_no;
	if (e->queue_len + e->n_sent + e->n_verify >= ENGINE_GET_LIMIT ||
	    engine_enqueue(e, f, OP_GET) < 0)
		flow_set_phase(e, f, PHASE_VERIFY);
}

static void on_added(struct engine *e, struct flow *f, int err,
		     const char *extack)
{
	if (!err) {
		accepted(e, f);
		return;
	}
	if (err == ENOBUFS && retry(e, f, OP_GET))
		return;
	flow_set_presence(e, f, NOT_THERE);
	if (!restore_qdisc(e, f, err, extack))
		refused(e, f, err, extack);
}

static void on_replaced(struct engine *e, struct flow *f, int err,
			const char *extack)
{
	if (!err) {
		flow_fold_stats(f);
		accepted(e, f);
		return;
	}
	if (err == ENOBUFS && retry(e, f, OP_REPLACE))
		return;
	if (!restore_qdisc(e, f, err, extack))
		refused(e, f, err, extack);
}

static void settle_in_software(struct engine *e, struct flow *f)
{
	struct engine_dev *dev = e->devs[f->dev];

	if (dev->offload_err.code)
		flow_add_reason(f, REASON_PORT_NOT_OFFLOADABLE,
				dev->offload_err.code, dev->name,
				dev->offload_err.extack);
	else if (!f->extra || !f->extra->n_reasons)
		flow_add_reason(f, REASON_DRIVER_SILENT, 0, dev->name, "");
	flow_settle(e, f, FLOW_SW);
}

static void on_trial(struct engine *e, struct flow *f, int err,
		     const char *extack)
{
	if (!err) {
		/* There is room now: back to the policy that was asked for. */
		flow_fold_stats(f);
		if (engine_enqueue(e, f, OP_REPLACE) == 0)
			return;
	}
	if (err == ENOBUFS && retry(e, f, OP_TRIAL))
		return;
	if (err)
		add_err_reason(e, f, true, err, extack);
	settle_in_software(e, f);
}

static void on_explained(struct engine *e, struct flow *f, int err,
			 const char *extack)
{
	if (err == ENOBUFS && retry(e, f, OP_EXPLAIN))
		return;
	if (!err)
		flow_fold_stats(f);
	if (err || extack[0])
		add_err_reason(e, f, true, err, extack);
	settle_in_software(e, f);
}

static void on_got(struct engine *e, struct flow *f, int err,
		   const char *extack)
{
	if (err == ENOBUFS && retry(e, f, OP_GET))
		return;
	if (err && !means_gone(err)) {
		refused(e, f, err, extack);
		return;
	}
	if (!err && f->presence != THERE_UNREAD) {
		engine_conclude(e, f);
		return;
	}
	if (!err) {
		/* A filter with our handle, but not with our cookie. */
		flow_set_presence(e, f, NOT_THERE);
		refused(e, f, EEXIST, extack);
		return;
	}
	flow_set_presence(e, f, NOT_THERE);
	flow_fold_stats(f);
	flow_add_reason(f, REASON_RULE_REMOVED, err, e->devs[f->dev]->name,
			extack);
	if (f->tries++ >= ENGINE_MAX_TRIES || engine_advance(e, f) < 0)
		flow_settle(e, f, FLOW_LOST);
}

static void on_deleted(struct engine *e, struct flow *f, int err,
		       const char *extack)
{
	if (err == ENOBUFS && retry(e, f, OP_DEL))
		return;
	if (err && !means_gone(err)) {
		refused(e, f, err, extack);
		return;
	}
	engine_drop(e, f);
}

static void on_withdrawn(struct engine *e, struct flow *f, int err,
			 const char *extack)
{
	if (err == ENOBUFS && retry(e, f, OP_WITHDRAW))
		return;
	if (err && !means_gone(err)) {
		refused(e, f, err, extack);
		return;
	}
	flow_fold_stats(f);
	flow_set_presence(e, f, NOT_THERE);
	/* Lost; unless what it leads to is back already. */
	flow_unsettle(e, f);
	(void)engine_advance(e, f);
}

static void (*const on_result[])(struct engine *e, struct flow *f, int err,
				 const char *extack) = {
	[OP_ADD] = on_added,	     [OP_REPLACE] = on_replaced,
	[OP_TRIAL] = on_trial,	     [OP_EXPLAIN] = on_explained,
	[OP_GET] = on_got,	     [OP_DEL] = on_deleted,
	[OP_WITHDRAW] = on_withdrawn,
};

void engine_on_result(struct engine *e, uint64_t tag, int err,
		      const char *extack)
{
	uint32_t slot = (uint32_t)tag;
	uint8_t op = (uint8_t)(tag >> 32), gen = (uint8_t)(tag >> 40);
	struct flow *f;

	e->n_sent--;
	if (op == TAG_QDISC) {
		engine_dev_qdisc_result(e, (uint16_t)slot, err, extack);
		return;
	}
	f = flowtab_get(&e->table, slot);
	if (f && f->phase == PHASE_SENT && f->gen == gen)
		on_result[op](e, f, err, extack);
	if (!e->queue_len && !e->n_sent)
		engine_kick_read(e);
}

static enum flow_op question(struct engine *e, const struct flow *f)
{
	return e->devs[f->dev]->is_port ? OP_TRIAL : OP_EXPLAIN;
}

void engine_conclude(struct engine *e, struct flow *f)
{
	if (f->presence == THERE_HW) {
		flow_clear_reasons(f);
		f->explained = false;
		flow_settle(e, f, FLOW_IN_HW);
		return;
	}
	if (f->policy == RULE_SW_ONLY) {
		flow_clear_reasons(f);
		flow_add_reason(f, REASON_POLICY_SW_ONLY, 0, "sw-only", "");
		flow_settle(e, f, FLOW_SW);
		return;
	}
	if (!f->explained) {
		f->explained = true;
		flow_clear_reasons(f);
		if (engine_enqueue(e, f, question(e, f)) == 0)
			return;
	}
	settle_in_software(e, f);
}
