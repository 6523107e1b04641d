/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One request under way, from its dispatch to its answer, which it outlives
 * in no case: call_reply() and call_fail() end it.  It outlives its client.
 */
#ifndef SWOFFD_CTL_CALL_H
#define SWOFFD_CTL_CALL_H

#include "common/rpc/rpc.h"
#include "swoffd/core/request.h"
#include "swoffd/ctl/client.h"
#include "swoffd/ctl/method.h"

struct call {
	struct list node;              /* server->calls */
	struct list client_node;       /* client->calls */
	struct server *server;         /* borrowed */
	struct client *client;         /* borrowed; NULL: it has gone */
	struct peer peer;
	const struct method *method;
	struct rpc_request rpc;
	int fds[RPC_MAX_FDS];          /* owned; -1: taken or none */

	/* For the method while the answer is pending. */
	struct request request;
	void *state;                   /* owned if state_free is set */
	void (*state_free)(void *state);
	void (*on_client_gone)(struct call *call);
};

/* A line from a client: parse, find, check, run. */
void call_dispatch(struct client *c, const char *line, size_t size,
		   int fds[RPC_MAX_FDS], int n_fds);

/* Parameters, already checked against the method's table. */
const char *call_text(const struct call *call, const char *name);  /* or NULL */
/* Of a boolean: 1 or 0.  False: it is not there. */
bool call_number(const struct call *call, const char *name, uint32_t *out);
bool call_big_number(const struct call *call, const char *name, uint64_t *out);

/* Each ends the call.  result is taken; NULL answers an empty object. */
void call_reply(struct call *call, struct json_object *result);
/* reasons is taken, may be NULL. */
void call_fail(struct call *call, const struct error *err,
	       struct json_object *reasons);
/* For call->request: an empty answer, or the error. */
void call_on_done(struct request *r, const struct error *err);
void call_invalid(struct call *call, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Without an answer: for the end of the server. */
void call_free(struct call *call);
void call_client_gone(struct call *call);

#endif
