/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The envelope of the control socket, JSON-RPC 2.0: one object a line.  Batch
 * arrays are refused.  What is inside params and result is the methods'.
 */
#ifndef COMMON_RPC_RPC_H
#define COMMON_RPC_RPC_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>

#include "common/base/cleanup.h"
#include "common/base/error.h"
#include "common/rpc/limits.h"

/* Where the daemon listens unless told otherwise. */
#define RPC_SOCKET_PATH "/run/swoffd/swoffd.sock"

/* Codes of JSON-RPC 2.0; RPC_FAILED is ours and says more in data. */
enum rpc_code {
	RPC_PARSE_ERROR = -32700,
	RPC_INVALID_REQUEST = -32600,
	RPC_METHOD_NOT_FOUND = -32601,
	RPC_INVALID_PARAMS = -32602,
	RPC_FAILED = -32000,
};

static inline void json_put(struct json_object *o)
{
	(void)json_object_put(o);
}
DEFINE_AUTO(struct json_object *, json_put)

struct rpc_request {
	struct json_object *id;        /* owned; NULL: null, or none */
	bool notification;             /* no id at all: never answered */
	char *method;                  /* owned */
	struct json_object *params;    /* owned; an object, or NULL */
};

/*
 * Strict, no deeper than RPC_MAX_DEPTH.  0, or -EBADMSG with *reply the error
 * object that the peer gets (owned by the caller).
 */
int rpc_request_parse(const char *line, size_t size, struct rpc_request *out,
		      struct json_object **reply);
void rpc_request_fini(struct rpc_request *r);

/* Each takes params, result or data, and borrows id; NULL: no memory. */
struct json_object *rpc_request_new(int id, const char *method,
				    struct json_object *params);
struct json_object *rpc_notice_new(const char *method,
				   struct json_object *params);
struct json_object *rpc_result_new(struct json_object *id,
				   struct json_object *result);
struct json_object *rpc_error_new(struct json_object *id, enum rpc_code code,
				  const char *msg, struct json_object *data);

/* {errno, errno_name, extack} of an error; reasons is taken, may be NULL. */
struct json_object *rpc_error_data(const struct error *err,
				   struct json_object *reasons);

/* One line, newline included; NULL: no memory.  The caller frees it. */
char *rpc_line(struct json_object *o, size_t *size);

#endif
