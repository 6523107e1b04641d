/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Answers are told apart by number.  One that does not come in time ends the
 * connection, as anything else that is wrong with it does: a server that is
 * asked anew knows what it has done.
 */
#include "swoffd/ovs/ovsdb_transact.h"

#include <errno.h>
#include <string.h>

#include "common/base/parse.h"
#include "common/rpc/rpc.h"
#include "swoffd/ovs/ovsdb_priv.h"

static struct ovsdb_transaction *first(struct ovsdb *o)
{
	return list_empty(&o->transactions) ? NULL :
		container_of(o->transactions.next, struct ovsdb_transaction,
			     node);
}

/* They are due in the order in which they were sent. */
static void set_timer(struct ovsdb *o)
{
	const struct ovsdb_transaction *t = first(o);
	uint64_t now = loop_now_ms(o->loop);

	if (t)
		timer_set(o->loop, &o->answer_timer,
			  t->due_ms > now ? t->due_ms - now : 0);
	else
		timer_cancel(&o->answer_timer);
}

static void finish(struct ovsdb *o, struct ovsdb_transaction *t,
		   const struct error *err)
{
	list_del(&t->node);
	o->n_transactions--;
	set_timer(o);
	t->done(t, err);
}

static void on_due(struct timer *timer)
{
	struct ovsdb *o = container_of(timer, struct ovsdb, answer_timer);
	struct error err;

	(void)error_set(&err, ETIMEDOUT, "no answer to a transaction for "
			"%d s", OVSDB_ANSWER_MS / 1000);
	ovsdb_drop(o, &err);
}

void ovsdb_transact_init(struct ovsdb *o)
{
	list_init(&o->transactions);
	timer_init(&o->answer_timer, on_due);
}

void ovsdb_transact_fini(struct ovsdb *o)
{
	struct ovsdb_transaction *t;

	timer_cancel(&o->answer_timer);
	list_for_each(t, &o->transactions, node)
		list_del(&t->node);
}

void ovsdb_transact_lost(struct ovsdb *o, const struct error *why)
{
	struct ovsdb_transaction *t;
	struct error err;

	(void)error_set(&err, ECONNRESET, "the connection was lost before the "
			"answer, so it may have been done or not: %s",
			why->msg);
	while ((t = first(o)))
		finish(o, t, &err);
}

static struct ovsdb_transaction *find(struct ovsdb *o, const char *answers)
{
	const size_t len = strlen(OVSDB_ID_TRANSACT);
	struct ovsdb_transaction *t;
	uint32_t id;

	if (strncmp(answers, OVSDB_ID_TRANSACT, len) != 0 ||
	    parse_u32(answers + len, UINT32_MAX, &id) < 0)
		return NULL;
	list_for_each(t, &o->transactions, node)
		if (t->id == id)
			return t;
	return NULL;
}

static struct json_object *error_in(struct json_object *item)
{
	struct json_object *error = NULL;

	if (json_object_is_type(item, json_type_object))
		json_object_object_get_ex(item, "error", &error);
	return error;
}

/*
 * A list as long as that of the operations; or with an error in it, behind
 * which is null, and which is one longer if it is of them all together.  0, or
 * -EBADMSG; told has what the server refused, or code 0.
 */
static int judge(struct json_object *results, uint32_t n_ops,
		 struct error *told)
{
	size_t n, n_good = 0;

	if (!json_object_is_type(results, json_type_array))
		return -EBADMSG;
	n = json_object_array_length(results);
	for (size_t i = 0; i < n; i++) {
		struct json_object *item =
			json_object_array_get_idx(results, i);

		if (error_in(item)) {
			(void)ovsdb_error_of("transact", item, told);
			return 0;
		}
		n_good += json_object_is_type(item, json_type_object);
	}
	return n == n_ops && n_good == n ? 0 : -EBADMSG;
}

int ovsdb_transact_answer(struct ovsdb *o, const struct ovsdb_message *m,
			  const struct error *refusal, struct error *err)
{
	struct ovsdb_transaction *t = find(o, m->answers);
	struct error told = { 0 };

	if (!t && refusal) {
		*err = *refusal;
		return -refusal->code;
	}
	if (!t)
		return error_set(err, EBADMSG, "an answer to nothing that was "
				 "asked");
	if (refusal)
		told = *refusal;
	else if (judge(m->result, t->n_ops, &told) < 0)
		return error_set(err, EBADMSG, "an answer to a transaction "
				 "that does not say what became of it");
	finish(o, t, &told);
	return 0;
}

int ovsdb_check_ready(const struct ovsdb *o, struct error *err)
{
	if (ovsdb_is_ready(o))
		return 0;
	if (!o->why.code)
		return error_set(err, ENOTCONN, "not connected to %s yet",
				 o->path);
	return error_set(err, ENOTCONN, "not connected: %.400s; is "
			 "ovsdb-server running?", o->why.msg);
}

static int check(const struct ovsdb *o, const struct ovsdb_ops *ops,
		 struct error *err)
{
	if (o->n_transactions >= OVSDB_MAX_TRANSACTIONS)
		return error_set(err, EBUSY, "%d transactions are under way; "
				 "try again when one has ended",
				 OVSDB_MAX_TRANSACTIONS);
	if (!ops->list)
		return error_set(err, ENOMEM, "out of memory");
	return ovsdb_check_ready(o, err);
}

int ovsdb_transact(struct ovsdb *o, struct ovsdb_transaction *t,
		   struct ovsdb_ops *ops, struct error *err)
{
	int rc = check(o, ops, err);

	if (rc < 0) {
		ovsdb_ops_fini(ops);
		return rc;
	}
	t->n_ops = ovsdb_ops_n(ops);
	t->id = ++o->last_transaction;
	t->due_ms = loop_now_ms(o->loop) + OVSDB_ANSWER_MS;
	rc = ovsdb_send(o, ovsdb_transact_request(t->id,
						  steal_ptr(ops->list)), err);
	if (rc < 0)
		return rc;
	list_add_tail(&o->transactions, &t->node);
	o->n_transactions++;
	set_timer(o);
	return 0;
}
