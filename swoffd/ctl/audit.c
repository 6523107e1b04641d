/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Findings come as fast as the kernel dumps; those that a slow reader leaves no
 * room for are counted only.  What was mended is looked at once more.
 */
#include "swoffd/ctl/audit.h"

#include <stdlib.h>
#include <string.h>

#include "swoffd/core/engine_audit.h"
#include "swoffd/ctl/call.h"
#include "swoffd/ctl/flow_json.h"
#include "swoffd/ctl/json_add.h"
#include "swoffd/ctl/sink.h"

struct audit {
	struct engine_audit audit;
	struct call *call;             /* borrowed: it owns us */
	struct engine *engine;         /* borrowed */
	struct sink sink;
	uint64_t n[AUDIT_N_KINDS], n_clean, n_foreign, n_pending;
	uint64_t n_omitted, n_remaining;
	bool incomplete, again, answered;
};

static void audit_free(void *state)
{
	struct audit *a = state;

	sink_fini(&a->sink);
	free(a);
}

static struct json_object *finding_json(const struct audit_finding *f)
{
	const struct audit_row *row = &audit_rows[f->kind];
	struct json_object *o = json_object_new_object();

	if (!o)
		return NULL;
	json_add_str(o, "kind", row->name);
	json_add_str(o, "dev", f->dev);
	json_add_str(o, "hook", f->hook == RULE_EGRESS ? "egress" : "ingress");
	json_add_num(o, "chain", f->chain);
	json_add_num(o, "prio", f->prio);
	json_add_num(o, "handle", f->handle);
	json_object_object_add(o, "ufid", f->has_ufid ?
				       flow_json_ufid(&f->ufid) : NULL);
	json_add_str(o, "detail", f->detail);
	json_add_str(o, "text", row->text);
	json_add_str(o, "fix", row->fix);
	return o;
}

static void on_found(struct engine_audit *audit, const struct audit_finding *f)
{
	struct audit *a = container_of(audit, struct audit, audit);

	if (a->again)
		return;
	if (sink_full(&a->sink))
		a->n_omitted++;
	else
		(void)sink_put(&a->sink, finding_json(f));
	sink_flush(&a->sink);
}

static uint64_t n_findings(const uint64_t n[AUDIT_N_KINDS])
{
	uint64_t sum = 0;

	for (int i = 0; i < AUDIT_N_KINDS; i++)
		sum += n[i];
	return sum;
}

static void reply(struct audit *a)
{
	struct json_object *o = json_object_new_object();

	if (o) {
		json_add_num(o, "clean", a->n_clean);
		for (int i = 0; i < AUDIT_N_KINDS; i++)
			json_add_num(o, audit_rows[i].name, a->n[i]);
		json_add_num(o, "foreign", a->n_foreign);
		json_add_num(o, "pending", a->n_pending);
		json_add_num(o, "omitted", a->n_omitted);
		json_object_object_add(o, "incomplete",
				       json_object_new_boolean(a->incomplete));
		json_object_object_add(o, "remaining", a->audit.fix ?
			json_object_new_uint64(a->n_remaining) : NULL);
	}
	call_reply(a->call, o);
}

static void on_room(struct sink *sink)
{
	struct audit *a = container_of(sink, struct audit, sink);

	if (a->answered)
		reply(a);
}

/* When all findings have been written. */
static void answer(struct audit *a)
{
	a->answered = true;
	sink_flush(&a->sink);
	if (sink_empty(&a->sink) || a->sink.broken)
		reply(a);
}

static void on_mended(struct request *r, const struct error *err)
{
	struct call *call = container_of(r, struct call, request);
	struct audit *a = call->state;

	(void)err;
	a->again = true;
	a->audit.fix = false;
	engine_audit(a->engine, &a->audit);
}

static void on_done(struct engine_audit *audit)
{
	struct audit *a = container_of(audit, struct audit, audit);

	if (a->again) {
		a->n_remaining = n_findings(audit->n);
		a->audit.fix = true;
		answer(a);
		return;
	}
	memcpy(a->n, audit->n, sizeof(a->n));
	a->n_clean = audit->n_clean;
	a->n_foreign = audit->n_foreign;
	a->n_pending = audit->n_pending;
	a->incomplete = audit->incomplete;
	if (!audit->fix || !n_findings(a->n)) {
		answer(a);
		return;
	}
	a->call->request.done = on_mended;
	engine_settle(a->engine, &a->call->request);
}

static void on_client_gone(struct call *call)
{
	sink_break(&((struct audit *)call->state)->sink);
}

void audit_run(struct call *call)
{
	struct audit *a;
	uint32_t fix = 0;

	if (sink_check_fd(call->fds[0]) < 0) {
		call_invalid(call, "%s: the descriptor must be a pipe or a socket",
			     call->method->name);
		return;
	}
	a = calloc(1, sizeof(*a));
	if (!a) {
		call_invalid(call, "out of memory");
		return;
	}
	(void)call_number(call, "fix", &fix);
	a->call = call;
	a->engine = call->server->core->engine;
	a->audit.fix = fix;
	a->audit.found = on_found;
	a->audit.done = on_done;
	sink_init(&a->sink, call->server->loop, steal_fd(&call->fds[0]),
		  on_room);
	call->state = a;
	call->state_free = audit_free;
	call->on_client_gone = on_client_gone;
	engine_audit(a->engine, &a->audit);
}
