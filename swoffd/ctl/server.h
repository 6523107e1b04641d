/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The control socket: one listener, its clients and the calls under way.
 */
#ifndef SWOFFD_CTL_SERVER_H
#define SWOFFD_CTL_SERVER_H

#include "common/base/loop.h"
#include "common/rpc/limits.h"
#include "swoffd/core/core.h"
#include "swoffd/ctl/listener.h"

#define SERVER_GROUP "swoffd"  /* members may write */

struct server_config {
	const char *path;
	const char *group;             /* who may write beside root; NULL: none */
	enum server_others others;     /* what everybody else may */
	uint32_t max_clients;          /* 0: RPC_MAX_CLIENTS */
	uint32_t half_request_ms;      /* 0: RPC_HALF_REQUEST_MS */
};

struct server {
	struct loop *loop;             /* borrowed */
	struct core *core;             /* borrowed */
	struct listener listener;
	struct watch watch;
	struct timer retry;
	struct list clients, calls;
	uint32_t n_clients, n_readers; /* readers: clients that may not write */
	uint32_t n_streams;            /* calls that hold descriptors */
	uint32_t n_monitors;           /* of them, those that watch events */
	uint32_t max_clients, max_readers, half_request_ms;
	uint64_t started_ms;
	uint64_t n_served, n_refused, n_dropped;
};

/*
 * Listens at once.  -EADDRINUSE with err if another daemon serves the path; a
 * socket that a dead one left behind is replaced.  Sets SIGPIPE to ignored.
 */
int server_new(struct loop *loop, struct core *core,
	       const struct server_config *config, struct server **out,
	       struct error *err);

/*
 * Before core_free(), and with the loop stopped for good: calls that core has
 * not answered are dropped together with the requests it holds.
 */
void server_free(struct server *s);
DEFINE_AUTO(struct server *, server_free)

/* A client has left: there may be room for the next. */
void server_resume(struct server *s);

#endif
