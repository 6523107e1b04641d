/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel's answers mean.  What it accepted is verified by reading it
 * back, unless no hardware was asked to have it.  A filter that the hardware
 * does not have is tried once with skip_sw in place: the kernel then says why,
 * and the software rule stays as it was.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/base/log.h"
#include "swoffd/core/engine_priv.h"

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

bool engine_qdisc_is_missing(int err, const char *extack)
{
	/* __tcf_qdisc_find(), net/sched/cls_api.c */
	return err == ENOENT || (err == EINVAL && strstr(extack, "Qdisc"));
}

enum reason_code engine_reason_of(const struct engine_dev *dev, bool driver,
				  int err, const char *extack)
{
	if (engine_qdisc_is_missing(err, extack))
		return REASON_QDISC_MISSING;
	/* tcf_action_check_ctrlact() of what must_exist; act_api.c */
	if (err == EINVAL && strstr(extack, "invalid control action"))
		return REASON_ACTION_MISSING;
	for (size_t i = 0; i < ARRAY_LEN(err_reasons); i++)
		if (err_reasons[i].err == err)
			return driver ? err_reasons[i].from_driver :
					err_reasons[i].from_kernel;
	if (driver && dev->offload_err.code)
		return REASON_PORT_NOT_OFFLOADABLE;
	return driver ? REASON_DRIVER_REFUSED : REASON_KERNEL_REFUSED;
}

/* What the kernel, or the driver, said of f, as a reason. */
static void err_reason(struct engine *e, const struct flow *f, bool driver,
		       int err, const char *extack, struct reason *out)
{
	const struct engine_dev *dev = engine_dev_of(e, f);
	char subject[REASON_SUBJECT_SIZE];
	const struct rule_action *actions;
	enum reason_code code;
	uint8_t n;

	(void)snprintf(subject, sizeof(subject), "%s", dev->name);
	actions = flowtab_actions(&e->table, f, &n);
	code = engine_meter_reason(engine_reason_of(dev, driver, err, extack),
				   actions, n, subject);
	reason_make(out, code, err, subject, extack);
}

/* A rule that stays although another was wanted would do the wrong thing: it
 * goes, and the flow is added anew, if the kernel takes it then. */
void engine_refused(struct engine *e, struct flow *f, int err,
		    const char *extack)
{
	struct reason why;

	if (f->presence != NOT_THERE && err != ENOBUFS && !f->dying) {
		engine_enqueue(e, f, OP_WITHDRAW);
		return;
	}
	err_reason(e, f, f->policy == RULE_HW_ONLY, err, extack, &why);
	if (why.code == REASON_TABLE_FULL)
		engine_capacity_full(e, f);
	flow_settle(e, f, err == ENODEV ? FLOW_LOST : FLOW_REJECTED, &why, 1);
}

/* Somebody took the qdisc away: make it again, then send again. */
static bool restore_qdisc(struct engine *e, struct flow *f, int err,
			  const char *extack)
{
	struct engine_dev *dev = engine_dev_of(e, f);

	if (!engine_qdisc_is_missing(err, extack) ||
	    f->tries++ >= ENGINE_MAX_TRIES)
		return false;
	if (dev->state == DEV_READY)
		dev->state = DEV_NEW;
	engine_advance(e, f);
	return true;
}

/*
 * Of a get or a delete: no such filter, no such device; EINVAL is what
 * cls_api.c says of a chain or a qdisc that is not there.
 */
static bool means_gone(int err)
{
	return err == ENOENT || err == ENODEV || err == EINVAL;
}

/* It was sent with skip_hw, of which no driver hears (cls_flower.c). */
static bool is_for_software(const struct flow *f)
{
	return f->policy == RULE_SW_ONLY || f->gave_way;
}

/* One is read back at once; of many it is seen when all are there. */
static void accepted(struct engine *e, struct flow *f)
{
	f->seen = engine_pace_is_fresh(e, f) ? 0 : e->pass_no;
	if (f->op == OP_ADD)
		e->known_at_once = is_for_software(f);
	if (is_for_software(f)) {
		flow_set_presence(e, f, THERE_SW);
		engine_conclude(e, f);
	} else if (e->queue_len + e->n_sent + e->n_verify >= ENGINE_GET_LIMIT) {
		engine_verify_later(e, f);
	} else {
		engine_enqueue(e, f, OP_GET);
	}
}

static void on_put(struct engine *e, struct flow *f, int err,
		   const char *extack)
{
	if (!err) {
		accepted(e, f);
	} else if (err == EEXIST && f->presence == NOT_THERE) {
		/* By a filter of ours whose answer was not heard, perhaps. */
		f->clash = true;
		engine_enqueue(e, f, OP_GET);
	} else if (!restore_qdisc(e, f, err, extack)) {
		engine_refused(e, f, err, extack);
	}
}

static void got_clash(struct engine *e, struct flow *f)
{
	f->clash = false;
	f->stale = true;
	if (f->presence == NOT_THERE)
		engine_refused(e, f, EEXIST, "");
	else
		engine_advance(e, f);
}

/* Where it leads has gone, or come anew, since it was sent. */
static bool is_overtaken(struct engine *e, struct flow *f)
{
	if (!engine_is_outdated(e, f))
		return false;
	f->stale = true;
	flow_unsettle(e, f);
	engine_advance(e, f);
	return true;
}

/* In software for others; said: what the driver said too, or NULL. */
static void settle_evicted(struct engine *e, struct flow *f,
			   const struct reason *said)
{
	struct reason why[2];

	engine_switch_reason(e, f, &why[0]);
	if (said)
		why[1] = *said;
	flow_settle(e, f, FLOW_EVICTED, why, said ? 2 : 1);
}

/* said: what the driver said of it; NULL: nothing. */
static void settle_in_software(struct engine *e, struct flow *f,
			       const struct reason *said)
{
	const struct engine_dev *dev = engine_dev_of(e, f);
	struct reason why[2];
	size_t n = 0;

	if (is_overtaken(e, f))
		return;
	if (!said && f->was == FLOW_SW && f->reasons_id) {
		flow_settle_again(e, f);
		return;
	}
	if (said && said->code == REASON_TABLE_FULL) {
		engine_capacity_full(e, f);
		if (f->was == FLOW_EVICTED) {
			settle_evicted(e, f, said);
			return;
		}
	}
	if (said)
		why[n++] = *said;
	if (dev->offload_err.code)
		reason_make(&why[n++], REASON_PORT_NOT_OFFLOADABLE,
			    dev->offload_err.code, dev->name,
			    dev->offload_err.extack);
	else if (!said)
		reason_make(&why[n++], REASON_DRIVER_SILENT, 0, dev->name, "");
	flow_settle(e, f, FLOW_SW, why, n);
}

static void on_trial(struct engine *e, struct flow *f, int err,
		     const char *extack)
{
	struct reason said;

	if (!err) {
		/* There is room now: back to the policy that was asked for. */
		f->beside = true;
		engine_enqueue(e, f, OP_REPLACE);
		return;
	}
	err_reason(e, f, true, err, extack, &said);
	settle_in_software(e, f, &said);
}

static void on_explained(struct engine *e, struct flow *f, int err,
			 const char *extack)
{
	struct reason said;
	bool any = err || extack[0];

	if (any)
		err_reason(e, f, true, err, extack, &said);
	settle_in_software(e, f, any ? &said : NULL);
}

static void removed(struct engine *e, struct flow *f, int err,
		    const char *extack)
{
	flow_fold_stats(e, f);
	if (f->tries++ >= ENGINE_MAX_TRIES)
		flow_settle_for(e, f, FLOW_LOST, REASON_RULE_REMOVED, err,
				engine_dev_of(e, f)->name, extack);
	else if (!restore_qdisc(e, f, err, extack))
		engine_advance(e, f);
}

static void on_got(struct engine *e, struct flow *f, int err,
		   const char *extack)
{
	if (f->clash)
		got_clash(e, f);
	else if (err && f->presence == NOT_THERE)
		removed(e, f, err, extack);
	else if (err)
		engine_refused(e, f, err, extack);
	else if (f->presence == THERE_UNREAD) {
		/* A filter with our handle, but not with our cookie. */
		flow_set_presence(e, f, NOT_THERE);
		engine_refused(e, f, EEXIST, extack);
	} else {
		engine_conclude(e, f);
	}
}

static void on_deleted(struct engine *e, struct flow *f, int err,
		       const char *extack)
{
	if (f->presence == NOT_THERE)
		engine_drop(e, f);
	else
		engine_refused(e, f, err, extack);
}

static void on_withdrawn(struct engine *e, struct flow *f, int err,
			 const char *extack)
{
	struct reason why;

	if (f->presence == NOT_THERE) {
		/* Lost; unless it can be added as it is wanted now. */
		flow_fold_stats(e, f);
		flow_unsettle(e, f);
		engine_advance(e, f);
		return;
	}
	err_reason(e, f, false, err, extack, &why);
	flow_settle(e, f, FLOW_REJECTED, &why, 1);
}

static void (*const on_result[])(struct engine *e, struct flow *f, int err,
				 const char *extack) = {
	[OP_ADD] = on_put,	     [OP_REPLACE] = on_put,
	[OP_TRIAL] = on_trial,	     [OP_EXPLAIN] = on_explained,
	[OP_GET] = on_got,	     [OP_DEL] = on_deleted,
	[OP_WITHDRAW] = on_withdrawn,
};

/* What is in the kernel now, whatever becomes of the flow. */
static void note_presence(struct engine *e, struct flow *f, uint8_t op,
			  int err)
{
	if (op == OP_GET || op_deletes(op)) {
		if ((op_deletes(op) && !err) || (err && means_gone(err)))
			flow_set_presence(e, f, NOT_THERE);
	} else if (!err) {
		/* A new filter, which counts from zero. */
		flow_fold_stats(e, f);
		flow_set_presence(e, f, THERE_UNREAD);
	} else if (op == OP_ADD && err != ENOBUFS) {
		flow_set_presence(e, f, NOT_THERE);
	} else if (op == OP_ADD) {
		flow_set_presence(e, f, THERE_UNREAD);
	}
}

/* A lost answer is asked for, or the message is sent again, which does no
 * harm; so is a delete that failed. */
static bool again(struct engine *e, struct flow *f, uint8_t op, int err)
{
	uint8_t next = f->next_step;

	if (err != ENOBUFS && !(op_deletes(op) && err && !means_gone(err)))
		return false;
	if (f->tries++ >= ENGINE_MAX_TRIES)
		return false;
	engine_enqueue(e, f, op == OP_ADD ? OP_GET : (enum flow_op)op);
	f->next_step = next & 3;
	return true;
}

static void do_next(struct engine *e, struct flow *f)
{
	enum flow_next next = (enum flow_next)f->next_step;

	f->next_step = NEXT_NOTHING;
	if (next == NEXT_ADVANCE)
		engine_advance(e, f);
	else if (f->presence != NOT_THERE)
		engine_enqueue(e, f, next == NEXT_DEL ? OP_DEL : OP_WITHDRAW);
	else if (next == NEXT_DEL)
		engine_drop(e, f);
	else
		on_withdrawn(e, f, 0, "");
}

static void take_result(struct engine *e, struct flow *f, uint8_t op, int err,
			const char *extack)
{
	if (op == OP_TRIAL ? !err : err && (op == OP_ADD || op == OP_REPLACE))
		f->stale = true;
	/* No message is under way any more; engine_enqueue() counts on it. */
	flow_set_phase(e, f, PHASE_WAIT_DEV);
	note_presence(e, f, op, err);
	if (again(e, f, op, err))
		return;
	if (f->next_step != NEXT_NOTHING)
		do_next(e, f);
	else
		on_result[op](e, f, err, extack);
}

static void on_flow_result(struct engine *e, uint32_t slot, uint8_t op,
			   uint8_t gen, int err, const char *extack)
{
	struct flow *f = engine_flow(e, slot);

	if (!f)
		return;
	if (op == OP_READ)
		engine_take_read(e, f, gen, err);
	else if (op >= OP_PROVE)
		engine_prove_result(e, f, op, gen, err);
	else if (f->phase == PHASE_SENT && f->gen == gen && f->op == op)
		take_result(e, f, op, err, extack);
}

void engine_on_result(struct engine *e, uint64_t tag, int err,
		      const char *extack)
{
	uint32_t slot = (uint32_t)tag;
	uint8_t op = (uint8_t)(tag >> 32), gen = (uint8_t)(tag >> 40);

	e->n_sent--;
	e->answered_ms = loop_now_ms(e->core->loop);
	if (engine_probe_result(e, tag, err, extack)) {
		/* It was about no flow. */
	} else if (op == ENGINE_TAG_QDISC) {
		engine_dev_qdisc_result(e, (uint16_t)slot, gen, err, extack);
	} else if (op == OP_GET_ASKED) {
		engine_get_result(e, tag, err);
	} else if (op != ENGINE_TAG_QDISC_DEL) {
		on_flow_result(e, slot, op, gen, err, extack);
	}
	if (!e->queue_len && !e->n_sent)
		engine_pass_kick(e);
	else
		engine_pace(e);
}

/* A trial takes the rule out of software for a moment, if it succeeds. */
static enum flow_op question(struct engine *e, const struct flow *f)
{
	const struct engine_dev *dev = engine_dev_of(e, f);
	struct rule rule;

	flowtab_rule(&e->table, engine_slot(e, f), &rule);
	return dev->is_port && !engine_needs_software(dev, &rule) ?
		       OP_TRIAL : OP_EXPLAIN;
}

void engine_conclude(struct engine *e, struct flow *f)
{
	bool beside = f->beside;

	f->beside = false;
	if (f->dying) {
		engine_enqueue(e, f, OP_DEL);
		return;
	}
	if (is_overtaken(e, f))
		return;
	if (f->presence == THERE_HW && f->gave_way) {
		/* Somebody put it anew. */
		f->stale = true;
		flow_unsettle(e, f);
		engine_advance(e, f);
		return;
	}
	if (f->presence == THERE_HW) {
		f->explained = false;
		flow_settle(e, f, FLOW_IN_HW, NULL, 0);
		return;
	}
	if (f->policy == RULE_SW_ONLY) {
		flow_settle_for(e, f, FLOW_SW, REASON_POLICY_SW_ONLY, 0,
				"sw-only", "");
		return;
	}
	if (f->gave_way) {
		settle_evicted(e, f, NULL);
		return;
	}
	if (beside) {
		/* There may have been no room for two of it. */
		engine_enqueue(e, f, OP_REPLACE);
		return;
	}
	if (!f->explained) {
		f->explained = true;
		engine_enqueue(e, f, question(e, f));
		return;
	}
	settle_in_software(e, f, NULL);
}
