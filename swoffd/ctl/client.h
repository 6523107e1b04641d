/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One peer of the control socket: its buffers, its rights and what it may
 * cost.  A slow reader is first no longer read from, then dropped; so is one
 * that begins a request and does not end it.
 */
#ifndef SWOFFD_CTL_CLIENT_H
#define SWOFFD_CTL_CLIENT_H

#include <json-c/json.h>

#include "common/rpc/conn.h"
#include "swoffd/ctl/server.h"

struct client {
	struct list node;              /* server->clients */
	struct server *server;         /* borrowed */
	struct conn conn;
	struct watch watch;
	struct peer peer;
	struct list calls;             /* unanswered */
	uint32_t n_calls;
	bool eof;                      /* nothing more is read from it */
	bool closed;                   /* freed at the end of the round */
	struct timer half_timer;       /* a line begun and not ended */
	struct timer stall_timer;      /* replies that nobody reads */
	struct deferred work;          /* lines left over, or the end */
};

/* Takes fd, also on failure. */
int client_new(struct server *s, int fd, const struct peer *peer);
/* At once; only when no callback of the client is under way. */
void client_free(struct client *c);

/* Takes o; dropping the client if it lets too much pile up. */
void client_send(struct client *c, struct json_object *o);
/* The same for what no answer follows at once. */
void client_notify(struct client *c, struct json_object *o);
/* A call is answered: the client may go on. */
void client_call_done(struct client *c);

#endif
