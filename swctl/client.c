/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Connects and asks; the moving of data is pump.c's. */
#include "swctl/client.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "swctl/out.h"
#include "swctl/pump.h"

int client_connect(struct client *c, const char *path)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	AUTO(close_fd) int fd = -1;

	if (strlen(path) >= sizeof(addr.sun_path))
		return -ENAMETOOLONG;
	(void)snprintf(addr.sun_path, sizeof(addr.sun_path), "%s", path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 ||
	    connect(fd, (const struct sockaddr *)&addr, sizeof(addr)) < 0)
		return -errno;
	conn_init(&c->conn, steal_fd(&fd), RPC_MAX_REPLY_SIZE);
	c->last_id = 0;
	return 0;
}

void client_close(struct client *c)
{
	conn_fini(&c->conn);
}

int client_request(struct client *c, const char *method,
		struct json_object *params, const int *fds, int n_fds)
{
	AUTO(json_put) struct json_object *o =
		rpc_request_new(++c->last_id, method, params);
	AUTO(free) char *line = NULL;
	size_t size;

	line = o ? rpc_line(o, &size) : NULL;
	if (!line)
		return -ENOMEM;
	if (size > RPC_MAX_LINE_SIZE)
		return -EMSGSIZE;
	return conn_send(&c->conn, line, size, fds, n_fds);
}

/* Is the line the answer we wait for?  One without an id is meant as well:
 * the daemon could not make out whose it is, and we ask one at a time. */
static bool is_answer(const struct client *c, struct json_object *o)
{
	struct json_object *id = NULL;

	if (!json_object_object_get_ex(o, "id", &id))
		return false;
	return !id || json_object_get_int(id) == c->last_id;
}

static void take_notice(const struct client *c, struct json_object *o)
{
	struct json_object *params = NULL;

	if (c->on_notice && json_object_object_get_ex(o, "params", &params))
		c->on_notice(c->ctx, params);
}

static int take_answer(struct client *c, struct json_object **response)
{
	int fds[RPC_MAX_FDS], n_fds;
	size_t size;
	char *line;

	while (conn_next_line(&c->conn, &line, &size, fds, &n_fds)) {
		AUTO(json_put) struct json_object *o =
			json_tokener_parse(line);

		for (int i = 0; i < n_fds; i++)
			close_fd(fds[i]);
		if (!json_object_is_type(o, json_type_object))
			return -EBADMSG;
		if (!is_answer(c, o)) {
			take_notice(c, o);
			continue;
		}
		*response = steal_ptr(o);
		return 0;
	}
	return -EAGAIN;
}

int client_receive(struct client *c, struct client_flow *flow,
		   uint64_t deadline_ms, struct json_object **response)
{
	AUTO(pump_free) struct pump *pump = NULL;
	int rc = pump_new(c->conn.fd, flow, &pump);

	while (rc == 0) {
		ssize_t n;

		rc = take_answer(c, response);
		if (rc != -EAGAIN)
			break;
		rc = pump_wait(pump, deadline_ms);
		if (rc <= 0)
			continue;
		n = conn_read(&c->conn);
		rc = n == 0 ? -ECONNRESET : n < 0 && n != -EAGAIN ? (int)n : 0;
	}
	/* What the daemon wrote before its answer may still be on its way. */
	if (rc == 0)
		pump_drain(pump);
	return rc;
}

enum status client_explain(struct ctx *ctx, int rc)
{
	switch (-rc) {
	case ENOENT:
	case ECONNREFUSED:
	case ENOTDIR:
	case ENOTSOCK:
		return out_failure(ctx->out, -rc, STATUS_NO_DAEMON,
				   "%s: no daemon there (%s); is swoffd running?",
				   ctx->socket, strerror(-rc));
	case EACCES:
	case EPERM:
		return out_failure(ctx->out, -rc, STATUS_NOT_PERMITTED,
				   "%s: %s", ctx->socket, strerror(-rc));
	case ECONNRESET:
	case EPIPE:
		return out_failure(ctx->out, -rc, STATUS_NO_DAEMON,
				   "%s: the daemon closed the connection",
				   ctx->socket);
	case EBADMSG:
		return out_failure(ctx->out, -rc, STATUS_FAILED,
				   "%s: what answers is not swoffd",
				   ctx->socket);
	default:
		return out_failure(ctx->out, -rc, STATUS_FAILED, "%s: %s",
				   ctx->socket, strerror(-rc));
	}
}

static enum status take_result(struct ctx *ctx, struct json_object *response,
			       struct json_object **result)
{
	struct json_object *error = NULL, *found = NULL;

	if (json_object_object_get_ex(response, "error", &error))
		return out_error(ctx->out, error);
	(void)json_object_object_get_ex(response, "result", &found);
	*result = json_object_get(found);
	return STATUS_DONE;
}

static enum status call(struct ctx *ctx, struct client *c, const char *method,
			struct json_object *params, const int *fds, int n_fds,
			struct client_flow *flow, struct json_object **result)
{
	AUTO(json_put) struct json_object *response = NULL;
	enum status status;
	int rc = client_connect(c, ctx->socket);

	if (rc < 0)
		json_put(params);
	else
		rc = client_request(c, method, params, fds, n_fds);
	/* Ours must be closed, or the end of the daemon's is never seen. */
	for (int i = 0; i < n_fds; i++)
		close_fd(fds[i]);
	/* A daemon that does not take requests may have said why. */
	if (rc == 0 || rc == -EPIPE || rc == -ECONNRESET) {
		int received = client_receive(c, flow, CLIENT_NO_DEADLINE,
					      &response);

		rc = received == 0 || rc == 0 ? received : rc;
	}
	status = rc < 0 ? client_explain(ctx, rc) :
			  take_result(ctx, response, result);
	client_close(c);
	return status;
}

enum status client_call_flow(struct ctx *ctx, const char *method,
			     struct json_object *params, const int *fds,
			     int n_fds, struct client_flow *flow,
			     struct json_object **result)
{
	struct client c = { .conn.fd = -1 };

	return call(ctx, &c, method, params, fds, n_fds, flow, result);
}

enum status client_call_notice(struct ctx *ctx, const char *method,
			       struct json_object *params,
			       void (*on_notice)(void *ctx,
						 struct json_object *params),
			       void *notice_ctx, struct json_object **result)
{
	struct client c = { .conn.fd = -1, .on_notice = on_notice,
			    .ctx = notice_ctx };

	return call(ctx, &c, method, params, NULL, 0, NULL, result);
}

enum status client_call(struct ctx *ctx, const char *method,
			struct json_object *params,
			struct json_object **result)
{
	return client_call_flow(ctx, method, params, NULL, 0, NULL, result);
}
