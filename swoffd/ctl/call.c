/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Dispatch of requests, and the answers' way back to whoever still listens. */
#include "swoffd/ctl/call.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "common/base/log.h"

#define CALL_LOG_SIZE 200      /* of the parameters, in the log */

static void close_all(const int *fds, int n)
{
	for (int i = 0; i < n; i++)
		close_fd(fds[i]);
}

static struct call *call_new(struct client *c, const struct method *m,
			     struct rpc_request *rpc, const int *fds)
{
	struct call *call = calloc(1, sizeof(*call));

	if (!call)
		return NULL;
	call->server = c->server;
	call->client = c;
	call->peer = c->peer;
	call->method = m;
	call->rpc = *rpc;
	*rpc = (struct rpc_request){ 0 };
	list_init(&call->request.node);
	for (int i = 0; i < RPC_MAX_FDS; i++)
		call->fds[i] = i < m->n_fds ? fds[i] : -1;
	call->server->n_streams += m->n_fds > 0;
	list_add_tail(&c->server->calls, &call->node);
	list_add_tail(&c->calls, &call->client_node);
	c->n_calls++;
	return call;
}

void call_free(struct call *call)
{
	list_del(&call->node);
	list_del(&call->client_node);
	list_del(&call->request.node);
	call->server->n_streams -= call->method->n_fds > 0;
	if (call->client)
		client_call_done(call->client);
	if (call->state_free)
		call->state_free(call->state);
	close_all(call->fds, RPC_MAX_FDS);
	rpc_request_fini(&call->rpc);
	free(call);
}

void call_client_gone(struct call *call)
{
	list_del(&call->client_node);
	call->client = NULL;
	if (call->on_client_gone)
		call->on_client_gone(call);
}

/* Who changed what, and how it ended. */
static void log_mutation(const struct call *call, const struct error *err)
{
	const char *params = call->rpc.params ?
		json_object_to_json_string_ext(call->rpc.params,
					       JSON_C_TO_STRING_PLAIN |
					       JSON_C_TO_STRING_NOSLASHESCAPE) :
		"";

	if (call->method->access != METHOD_WRITE)
		return;
	log_info("%s %.*s by pid %d uid %u: %s%s%s%s", call->method->name,
		 CALL_LOG_SIZE, params, (int)call->peer.pid, call->peer.uid,
		 err ? err->msg : "done", err && err->extack[0] ? " (" : "",
		 err ? err->extack : "", err && err->extack[0] ? ")" : "");
}

void call_reply(struct call *call, struct json_object *result)
{
	log_mutation(call, NULL);
	if (!result)
		result = json_object_new_object();
	if (call->client && !call->rpc.notification)
		client_send(call->client,
			    rpc_result_new(call->rpc.id, result));
	else
		json_put(result);
	call_free(call);
}

static void answer_error(struct call *call, enum rpc_code code,
			 const struct error *err, struct json_object *reasons)
{
	log_mutation(call, err);
	if (call->client && !call->rpc.notification)
		client_send(call->client,
			    rpc_error_new(call->rpc.id, code, err->msg,
					  rpc_error_data(err, reasons)));
	else
		json_put(reasons);
	call_free(call);
}

void call_fail(struct call *call, const struct error *err,
	       struct json_object *reasons)
{
	answer_error(call, RPC_FAILED, err, reasons);
}

void call_on_done(struct request *r, const struct error *err)
{
	struct call *call = container_of(r, struct call, request);

	if (err->code)
		call_fail(call, err, NULL);
	else
		call_reply(call, NULL);
}

void call_invalid(struct call *call, const char *fmt, ...)
{
	struct error err = { .code = EINVAL };
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(err.msg, sizeof(err.msg), fmt, ap);
	va_end(ap);
	answer_error(call, RPC_INVALID_PARAMS, &err, NULL);
}

static struct json_object *param(const struct call *call, const char *name)
{
	struct json_object *v = NULL;

	if (call->rpc.params)
		(void)json_object_object_get_ex(call->rpc.params, name, &v);
	return v;
}

const char *call_text(const struct call *call, const char *name)
{
	struct json_object *v = param(call, name);

	return v ? json_object_get_string(v) : NULL;
}

bool call_number(const struct call *call, const char *name, uint32_t *out)
{
	struct json_object *v = param(call, name);

	if (!v)
		return false;
	*out = (uint32_t)json_object_get_int64(v);
	return true;
}

bool call_big_number(const struct call *call, const char *name, uint64_t *out)
{
	struct json_object *v = param(call, name);

	if (!v)
		return false;
	*out = json_object_get_uint64(v);
	return true;
}

/* A reader that lets its stream stand costs a descriptor and a buffer. */
static bool too_many_streams(const struct client *c, const struct method *m)
{
	return m->n_fds > 0 &&
	       c->server->n_streams >= (c->peer.may_write ?
						RPC_MAX_STREAMS :
						RPC_MAX_READER_STREAMS);
}

/* What can be said before there is a call. */
static enum rpc_code check(const struct client *c, const struct method *m,
			   const struct rpc_request *rpc, int n_fds,
			   struct error *err)
{
	if (!m) {
		(void)error_set(err, ENOSYS, "no method '%.64s'", rpc->method);
		return RPC_METHOD_NOT_FOUND;
	}
	if (m->access == METHOD_WRITE && !c->peer.may_write) {
		(void)error_set(err, EPERM,
				"%s: not permitted (only root and the daemon's group may change anything)",
				m->name);
		return RPC_FAILED;
	}
	if (method_check_params(m, rpc->params, err) < 0)
		return RPC_INVALID_PARAMS;
	if (n_fds != m->n_fds) {
		(void)error_set(err, EINVAL,
				"%s: takes %d descriptors (SCM_RIGHTS), %d came",
				m->name, m->n_fds, n_fds);
		return RPC_INVALID_PARAMS;
	}
	if (too_many_streams(c, m)) {
		(void)error_set(err, EBUSY, "%s: too many are under way",
				m->name);
		return RPC_FAILED;
	}
	return 0;
}

/* Before that, rules of ours in the kernel are not all known. */
static void on_ready(struct request *r, const struct error *err)
{
	struct call *call = container_of(r, struct call, request);

	(void)err;
	call->method->run(call);
}

static void dispatch(struct client *c, struct rpc_request *rpc, int *fds,
		     int n_fds)
{
	const struct method *m = method_find(rpc->method);
	struct error err = { 0 };
	enum rpc_code code = check(c, m, rpc, n_fds, &err);
	struct call *call;

	if (code) {
		close_all(fds, n_fds);
		if (!rpc->notification)
			client_send(c, rpc_error_new(rpc->id, code, err.msg,
						     rpc_error_data(&err,
								    NULL)));
		return;
	}
	call = call_new(c, m, rpc, fds);
	if (!call) {
		close_all(fds, n_fds);
		client_send(c, rpc_error_new(rpc->id, RPC_FAILED,
					     "out of memory", NULL));
		return;
	}
	if (m->access == METHOD_EARLY || core_ready(c->server->core)) {
		m->run(call);
		return;
	}
	call->request.done = on_ready;
	core_wait_ready(c->server->core, &call->request);
}

static bool is_blank(const char *line, size_t size)
{
	return strspn(line, " \t\r") == size;
}

void call_dispatch(struct client *c, const char *line, size_t size,
		   int fds[RPC_MAX_FDS], int n_fds)
{
	struct rpc_request rpc = { 0 };
	struct json_object *reply = NULL;

	if (n_fds == 0 && is_blank(line, size))
		return;
	if (rpc_request_parse(line, size, &rpc, &reply) < 0) {
		close_all(fds, n_fds);
		client_send(c, reply);
		return;
	}
	dispatch(c, &rpc, fds, n_fds);
	rpc_request_fini(&rpc);
}
