/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A client of the local OVSDB server (RFC 7047): keeps a replica of what it
 * monitors, and keeps trying to be connected.  To write: ovsdb_transact.h.
 */
#ifndef SWOFFD_OVS_OVSDB_H
#define SWOFFD_OVS_OVSDB_H

#include "common/base/loop.h"
#include "swoffd/ovs/ovsdb_replica.h"
#include "swoffd/ovs/ovsdb_stream.h"

#define OVSDB_SOCKET_PATH "/var/run/openvswitch/db.sock"
#define OVSDB_PATH_SIZE 108            /* as in struct sockaddr_un */

#define OVSDB_RETRY_MIN_MS 500         /* doubles with each failure up to … */
#define OVSDB_RETRY_MAX_MS 8000
#define OVSDB_ANSWER_MS 10000          /* for the server to answer */
#define OVSDB_IDLE_MS 30000            /* of silence, then we ask if it lives */

/* In the order in which they follow each other. */
enum ovsdb_state {
	OVSDB_WAITING,         /* to connect, or to connect again */
	OVSDB_LISTING,         /* databases */
	OVSDB_LOADING,         /* what is monitored, for the first time */
	OVSDB_READY,           /* the replica follows the server */
	OVSDB_PROBING,         /* the same, and it is asked if it lives */
};

struct ovsdb {
	struct loop *loop;             /* borrowed */
	char path[OVSDB_PATH_SIZE];
	struct ovsdb_replica replica;
	struct ovsdb_stream stream;
	struct watch watch;
	/* To connect, for an answer, of silence: the state says which. */
	struct timer timer;
	enum ovsdb_state state;
	bool plain;                    /* the server has no monitor_cond */
	uint32_t retry_ms;             /* the next time */
	uint64_t ready_since_ms;
	struct error why;              /* not ready; code 0: nothing failed */
	uint32_t n_loads;              /* connections that came to be ready */
	struct list transactions;      /* under way, the oldest first */
	uint32_t n_transactions, last_transaction;
	struct timer answer_timer;     /* for the answer to the first of them */
};

/*
 * Connects as soon as the loop runs.  changed may be NULL; see
 * ovsdb_replica.h.  0, -ENAMETOOLONG or -ENOMEM.
 */
int ovsdb_new(struct loop *loop, const char *path,
	      void (*changed)(struct ovsdb_replica *r,
			      enum ovsdb_change change,
			      const struct ovsdb_row *row),
	      struct ovsdb **out);
void ovsdb_free(struct ovsdb *o);
DEFINE_AUTO(struct ovsdb *, ovsdb_free)

static inline bool ovsdb_is_ready(const struct ovsdb *o)
{
	return o->state >= OVSDB_READY;
}

#endif
