/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the connection and the transactions on it have of each other. */
#ifndef SWOFFD_OVS_OVSDB_PRIV_H
#define SWOFFD_OVS_OVSDB_PRIV_H

#include "swoffd/ovs/ovsdb.h"
#include "swoffd/ovs/ovsdb_message.h"

/* Takes message (NULL: no memory).  0, or -errno with err. */
int ovsdb_send(struct ovsdb *o, struct json_object *message,
	       struct error *err);
/* Ends the connection; why gets the socket in front. */
void ovsdb_drop(struct ovsdb *o, struct error *why);

void ovsdb_transact_init(struct ovsdb *o);
void ovsdb_transact_fini(struct ovsdb *o);     /* tells nobody */

/*
 * An answer that the connection does not know; refusal, if it is one, has the
 * words of the server.  0, or -errno with err if it is none to a transaction,
 * or no whole one.
 */
int ovsdb_transact_answer(struct ovsdb *o, const struct ovsdb_message *m,
			  const struct error *refusal, struct error *err);
/* The connection has ended. */
void ovsdb_transact_lost(struct ovsdb *o, const struct error *why);

#endif
