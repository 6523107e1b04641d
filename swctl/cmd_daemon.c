/* SPDX-License-Identifier: GPL-2.0-or-later */
/* wait, status: the daemon itself. */
#include <errno.h>
#include <poll.h>
#include <time.h>

#include "common/base/parse.h"
#include "swctl/client.h"
#include "swctl/out.h"

#define WAIT_DEFAULT_S 30
#define WAIT_MAX_S 86400
#define WAIT_RETRY_MS 20       /* between looks for a socket that is not there */

static uint64_t now_ms(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

static bool may_come(int rc)
{
	return rc == -ENOENT || rc == -ECONNREFUSED || rc == -ECONNRESET ||
	       rc == -EPIPE;
}

/* Connects and asks once. */
static int ask(const char *socket, uint64_t deadline,
	       struct json_object **response)
{
	struct client c = { .conn.fd = -1 };
	int rc = client_connect(&c, socket);

	if (rc < 0)
		return rc;
	rc = client_request(&c, "daemon.wait", NULL, NULL, 0);
	if (rc == 0)
		rc = client_receive(&c, NULL, deadline, response);
	client_close(&c);
	return rc;
}

static enum status wait_run(struct ctx *ctx)
{
	AUTO(json_put) struct json_object *response = NULL;
	uint32_t seconds = WAIT_DEFAULT_S;
	uint64_t deadline;
	int rc;

	if (ctx->argc && parse_u32(ctx->argv[0], WAIT_MAX_S, &seconds) < 0)
		return cmd_usage(ctx, "'%s' is not a number of seconds",
				 ctx->argv[0]);
	deadline = now_ms() + (uint64_t)seconds * 1000;
	for (;;) {
		rc = ask(ctx->socket, deadline, &response);
		if (!may_come(rc) || now_ms() >= deadline)
			break;
		(void)poll(NULL, 0, WAIT_RETRY_MS);
	}
	if (rc == -ETIMEDOUT)
		return out_failure(ctx->out, ETIMEDOUT, STATUS_FAILED,
				   "%s: not ready after %u s", ctx->socket,
				   seconds);
	if (rc < 0)
		return client_explain(ctx, rc);
	if (out_get(response, "error"))
		return out_error(ctx->out, out_get(response, "error"));
	if (ctx->out->json)
		printf("{\"ready\":true}\n");
	return STATUS_DONE;
}

static enum status status_run(struct ctx *ctx)
{
	static const struct out_column columns[] = {
		{ "version", "version" },
		{ "pid", "pid" },
		{ "ready", "ready" },
		{ "uptime ms", "uptime_ms" },
		{ "devices", "devices" },
		{ "links", "links" },
		{ "flows in_hw", "flows.in_hw" },
		{ "flows sw", "flows.sw" },
		{ "flows pending", "flows.pending" },
		{ "flows rejected", "flows.rejected" },
		{ "flows evicted", "flows.evicted" },
		{ "flows lost", "flows.lost" },
		{ "clients", "clients.now" },
		{ NULL, NULL }
	};
	AUTO(json_put) struct json_object *result = NULL;
	enum status status = client_call(ctx, "daemon.status", NULL, &result);

	if (status == STATUS_DONE)
		out_object(ctx->out, result, columns);
	return status;
}

const struct cmd daemon_cmds[] = {
	{ .path = "wait", .args = "[SECONDS]", .min = 0, .max = 1,
	  .help = "wait until the daemon is ready",
	  .more = "Ready means: it serves the socket and has read devices, links and its own\n"
		  "rules from the kernel once.  Waits 30 seconds if not told otherwise; also\n"
		  "for a daemon that has yet to start.",
	  .run = wait_run },
	{ .path = "status", .args = "", .min = 0, .max = 0,
	  .help = "version, readiness, uptime and counts", .run = status_run },
	{ 0 }
};
