/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Transactions: all of their operations are done, or none.  The server tells
 * of what changed before it answers, so the replica has it when done() is
 * called.
 */
#ifndef SWOFFD_OVS_OVSDB_TRANSACT_H
#define SWOFFD_OVS_OVSDB_TRANSACT_H

#include "swoffd/ovs/ovsdb.h"
#include "swoffd/ovs/ovsdb_op.h"

#define OVSDB_MAX_TRANSACTIONS 64      /* under way at once */

/*
 * Embedded in its owner, who keeps it alive until done() is called: exactly
 * once, from the loop, or never if the client is freed first.  err->code 0: it
 * was done; EAGAIN: a "wait" did not hold; ECONNRESET: the connection was lost
 * before the answer, and nobody knows; else the server's own words.
 */
struct ovsdb_transaction {
	void (*done)(struct ovsdb_transaction *t, const struct error *err);
	struct list node;              /* ovsdb->transactions */
	uint32_t id, n_ops;
	uint64_t due_ms;
};

/* 0, or -ENOTCONN with err. */
int ovsdb_check_ready(const struct ovsdb *o, struct error *err);

/*
 * Takes what is in ops.  0 if under way; or with err -ENOTCONN, -EBUSY (there
 * are OVSDB_MAX_TRANSACTIONS), -ENOMEM or another -errno, and it is not sent.
 */
int ovsdb_transact(struct ovsdb *o, struct ovsdb_transaction *t,
		   struct ovsdb_ops *ops, struct error *err);

#endif
