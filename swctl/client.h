/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The daemon's other end: connect, ask, and wait for the answer, if need be
 * while data flows through descriptors that went with the question.
 */
#ifndef SWCTL_CLIENT_H
#define SWCTL_CLIENT_H

#include "common/rpc/conn.h"
#include "common/rpc/rpc.h"
#include "swctl/cmd.h"

#define CLIENT_NO_DEADLINE UINT64_MAX

struct client {
	struct conn conn;
	int last_id;
	/* What is told while an answer is waited for; NULL: nobody listens. */
	void (*on_notice)(void *ctx, struct json_object *params);
	void *ctx;
};

/* 0 or -errno, without a word. */
int client_connect(struct client *c, const char *path);
void client_close(struct client *c);

/*
 * Data that flows while a call is under way; {-1, …} is an end that is not
 * there.  All descriptors are the caller's, but in_to, taken and closed at
 * the end of in_from.
 */
struct client_flow {
	int in_from;                   /* read here … */
	int in_to;                     /* … and written there */
	int out_from;                  /* lines read here go to on_line */
	void (*on_line)(void *ctx, char *line, size_t size);
	void (*on_lines)(void *ctx);   /* behind some of them; or NULL */
	void *ctx;
	int in_error;                  /* of reading in_from: errno, or 0 */
};

/* Sends the request; params is taken, fds are borrowed.  0 or -errno. */
int client_request(struct client *c, const char *method,
		struct json_object *params, const int *fds, int n_fds);

/*
 * Waits for the answer until deadline_ms on CLOCK_MONOTONIC.  0 with *response
 * (the caller's), -ETIMEDOUT, -ECONNRESET if the daemon has gone, -EBADMSG if
 * what it says is no answer.
 */
int client_receive(struct client *c, struct client_flow *flow,
		   uint64_t deadline_ms, struct json_object **response);

/*
 * All of it for most commands: connects, asks, and says on stderr what went
 * wrong.  STATUS_DONE with *result (the caller's).
 */
enum status client_call(struct ctx *ctx, const char *method,
			struct json_object *params,
			struct json_object **result);
enum status client_call_flow(struct ctx *ctx, const char *method,
			     struct json_object *params, const int *fds,
			     int n_fds, struct client_flow *flow,
			     struct json_object **result);

/* The same; what the daemon tells meanwhile goes to on_notice. */
enum status client_call_notice(struct ctx *ctx, const char *method,
			       struct json_object *params,
			       void (*on_notice)(void *ctx,
						 struct json_object *params),
			       void *notice_ctx,
			       struct json_object **result);

/* Says why there was no connection or no answer. */
enum status client_explain(struct ctx *ctx, int rc);

#endif
