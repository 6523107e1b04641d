/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "swoffd/ovs/ovs_change.h"

#include <errno.h>
#include <stdio.h>

#include "common/base/log.h"

/* Its transaction has ended, or the client is gone. */
static void change_free(struct ovs_change *c)
{
	if (!c)
		return;
	list_del(&c->node);
	defer_cancel(&c->nothing);
	free(c);
}
DEFINE_AUTO(struct ovs_change *, change_free)

static void finish(struct ovs_change *c, const struct error *err)
{
	struct request *r = c->request;

	change_free(c);
	r->done(r, err);
}

static void on_nothing(struct deferred *d)
{
	const struct error none = { 0 };

	finish(container_of(d, struct ovs_change, nothing), &none);
}

static int try(struct ovs_change *c, struct error *err)
{
	struct ovsdb_ops ops;
	char comment[64];
	int rc;

	c->n_tries++;
	ovsdb_ops_init(&ops);
	rc = c->make(c, &ops, err);
	if (rc == 0 && ops.list && !ovsdb_ops_n(&ops)) {
		ovsdb_ops_fini(&ops);
		defer(c->world->db->loop, &c->nothing);
		return 0;
	}
	if (rc < 0) {
		ovsdb_ops_fini(&ops);
		return rc;
	}
	(void)snprintf(comment, sizeof(comment), "swoffd: %s", c->what);
	ovsdb_ops_comment(&ops, comment);
	return ovsdb_transact(c->world->db, &c->transaction, &ops, err);
}

/* The replica has by now what somebody else has changed. */
static void on_guard(struct ovs_change *c)
{
	struct error err;

	if (c->n_tries < OVS_CHANGE_MAX_TRIES) {
		if (try(c, &err) == 0)
			return;
	} else {
		(void)error_set(&err, EAGAIN, "others changed what was to be "
				"changed, %d times in a row; try again",
				OVS_CHANGE_MAX_TRIES);
	}
	error_prefix(&err, "Open vSwitch");
	finish(c, &err);
}

static void on_answer(struct ovsdb_transaction *t, const struct error *err)
{
	struct ovs_change *c = container_of(t, struct ovs_change, transaction);
	struct error told = *err;

	if (told.code == EAGAIN) {
		on_guard(c);
		return;
	}
	/* Whatever it was, it is not done twice. */
	if (told.code == ECONNRESET)
		(void)error_set(&told, ECONNRESET, "Open vSwitch: %.400s; to "
				"ask once more does no harm", err->msg);
	else if (told.code)
		error_prefix(&told, "Open vSwitch");
	else
		log_info("Open vSwitch: %s: done", c->what);
	finish(c, &told);
}

int ovs_change_start(struct ovs_world *w, const struct ovs_change *like,
		     struct request *r, struct error *err)
{
	AUTO(change_free) struct ovs_change *c = NULL;
	int rc;

	/* What the replica had when it was connected is no ground to say that
	 * there is nothing to do. */
	rc = ovsdb_check_ready(w->db, err);
	if (rc < 0)
		return error_prefix(err, "Open vSwitch");
	c = calloc(1, sizeof(*c));
	if (!c)
		return error_set(err, ENOMEM, "out of memory");
	*c = *like;
	c->world = w;
	c->request = r;
	c->transaction.done = on_answer;
	list_init(&c->transaction.node);
	deferred_init(&c->nothing, on_nothing);
	list_add_tail(&w->changes, &c->node);
	rc = try(c, err);
	if (rc < 0) {
		error_prefix(err, "Open vSwitch");
		return rc;
	}
	(void)steal_ptr(c);
	return 0;
}

void ovs_change_free_all(struct ovs_world *w)
{
	struct ovs_change *c;

	list_for_each(c, &w->changes, node)
		change_free(c);
}
