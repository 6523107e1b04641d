/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lines of the daemon, printed as they come.  Where they end is remembered, so
 * that with another connection reading goes on there.
 */
#include "swctl/monitor.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "common/base/parse.h"
#include "common/event/event_kind.h"
#include "swctl/client.h"
#include "swctl/out.h"

#define EXIT_INTERRUPTED 130           /* as a shell tells SIGINT */
#define RETRY_MS 100                   /* between looks for another daemon */
#define EPOCH_SIZE 32
#define PIPE_SIZE (1024 * 1024)

struct watching {
	struct ctx *ctx;
	const char *kinds;             /* borrowed */
	struct client client;
	bool has_since;
	uint64_t since;                /* number of the last event */
	char epoch[EPOCH_SIZE];        /* of its daemon; "": not known */
	uint64_t left;                 /* of --count */
	bool heard;                    /* something, on this connection */
	bool enough;
	int write_err;                 /* of standard output: errno, or 0 */
};

void monitor_list_kinds(FILE *f)
{
	for (int i = 0; i < EVENT_N_KINDS; i++)
		fprintf(f, "%s\t%s\n", event_table[i].name,
			event_table[i].help);
}

static void print_time(uint64_t ms)
{
	time_t seconds = (time_t)(ms / 1000);
	char date[32] = "", zone[8] = "";
	struct tm tm;

	if (localtime_r(&seconds, &tm)) {
		(void)strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &tm);
		(void)strftime(zone, sizeof(zone), "%z", &tm);
	}
	printf("%s.%03" PRIu64 "%s", date, ms % 1000, zone);
}

/* What it is about, in a word, and which members that has told. */
static const char *const *print_subject(struct json_object *o)
{
	static const char *const flow[] = { "ufid", "device", "port_index",
					    NULL };
	static const char *const port[] = { "device", "port_index", NULL };
	static const char *const netdev[] = { "netdev", NULL };
	static const char *const none[] = { NULL };

	if (*out_text(o, "ufid")) {
		printf(" ufid:%s", out_text(o, "ufid"));
		return flow;
	}
	if (*out_text(o, "device")) {
		printf(" %s", out_text(o, "device"));
		if (out_get(o, "port_index"))
			printf("/%s", out_text(o, "port_index"));
		return port;
	}
	if (*out_text(o, "netdev")) {
		printf(" %s", out_text(o, "netdev"));
		return netdev;
	}
	printf(" -");
	return none;
}

static bool is_one_of(const char *name, const char *const *names)
{
	for (; *names; names++)
		if (strcmp(name, *names) == 0)
			return true;
	return false;
}

/* Kinds and members that are newer than we are, too. */
static void print_event(struct json_object *o)
{
	static const char *const heads[] = { "seq", "time_ms", "event", "text",
					     NULL };
	const char *const *told;

	print_time(json_object_get_uint64(out_get(o, "time_ms")));
	printf(" %s %s", out_get(o, "seq") ? out_text(o, "seq") : "-",
	       out_text(o, "event"));
	told = print_subject(o);
	json_object_object_foreach(o, name, value)
		if (value && !is_one_of(name, heads) && !is_one_of(name, told))
			printf(" %s %s", name, json_object_get_string(value));
	if (*out_text(o, "text"))
		printf(": %s", out_text(o, "text"));
	printf("\n");
}

/* The daemon ends it when we are no longer there. */
static void hang_up(struct watching *w)
{
	w->enough = true;
	(void)shutdown(w->client.conn.fd, SHUT_RDWR);
}

/* errno is still that of what failed just now. */
static void check_output(struct watching *w)
{
	if (!ferror(stdout) || w->write_err)
		return;
	w->write_err = errno;
	hang_up(w);
}

static void remember(struct watching *w, struct json_object *o)
{
	struct json_object *seq = out_get(o, "seq");

	if (seq) {
		w->since = json_object_get_uint64(seq);
		w->has_since = true;
	} else if (*out_text(o, "epoch")) {
		/* Until there is an event, that is where we are. */
		(void)snprintf(w->epoch, sizeof(w->epoch), "%s",
			       out_text(o, "epoch"));
		if (!w->has_since)
			w->since = json_object_get_uint64(out_get(o, "last"));
		if (strcmp(out_text(o, "event"), "monitor-restart") == 0)
			w->since = 0;
		w->has_since = true;
	}
	if (seq && w->left && --w->left == 0)
		hang_up(w);
}

static void on_line(void *ctx, char *line, size_t size)
{
	struct watching *w = ctx;
	AUTO(json_put) struct json_object *o = NULL;

	(void)size;
	if (w->enough)
		return;
	o = json_tokener_parse(line);
	if (!json_object_is_type(o, json_type_object))
		return;
	w->heard = true;
	if (w->ctx->out->json)
		printf("%s\n", line);
	else
		print_event(o);
	check_output(w);
	remember(w, o);
}

/* Who reads is to see at once what there is. */
static void on_lines(void *ctx)
{
	(void)fflush(stdout);
	check_output(ctx);
}

static void add_text(struct json_object *o, const char *name,
		     const char *value)
{
	if (value && *value)
		json_object_object_add(o, name, json_object_new_string(value));
}

static struct json_object *params(const struct watching *w)
{
	struct json_object *o = json_object_new_object();

	add_text(o, "kinds", w->kinds);
	add_text(o, "device", cmd_opt(w->ctx, "device"));
	add_text(o, "epoch", w->epoch);
	if (w->has_since)
		json_object_object_add(o, "since",
				       json_object_new_uint64(w->since));
	json_object_object_add(o, "follow",
			       json_object_new_boolean(
				       !cmd_opt(w->ctx, "no-follow")));
	return o;
}

/* 0 with the daemon's answer, or -errno: of the connection. */
static int ask(struct watching *w, struct json_object **response)
{
	struct client_flow flow = { .in_from = -1, .in_to = -1,
				    .on_line = on_line, .on_lines = on_lines,
				    .ctx = w };
	int rc, fds[2];

	if (pipe2(fds, O_CLOEXEC) < 0)
		return -errno;
	/* More may happen in a moment than the usual one holds. */
	(void)fcntl(fds[0], F_SETPIPE_SZ, PIPE_SIZE);
	rc = client_connect(&w->client, w->ctx->socket);
	if (rc == 0)
		rc = client_request(&w->client, "monitor", params(w), &fds[1],
				    1);
	close_fd(fds[1]);
	flow.out_from = fds[0];
	if (rc == 0 || rc == -EPIPE)
		rc = client_receive(&w->client, &flow, CLIENT_NO_DEADLINE,
				    response);
	close_fd(fds[0]);
	client_close(&w->client);
	return rc;
}

static bool has_gone(int rc)
{
	return rc == -ENOENT || rc == -ECONNREFUSED || rc == -ECONNRESET ||
	       rc == -EPIPE;
}

static enum status watch(struct watching *w)
{
	bool told = false;

	for (;;) {
		AUTO(json_put) struct json_object *response = NULL;
		int rc;

		w->heard = false;
		rc = ask(w, &response);

		if (w->enough)
			return STATUS_DONE;
		if (rc == 0)
			return out_get(response, "error") ?
				       out_error(w->ctx->out,
						 out_get(response, "error")) :
				       STATUS_DONE;
		if (!has_gone(rc) || !cmd_opt(w->ctx, "reconnect"))
			return client_explain(w->ctx, rc);
		if (!told || w->heard)
			fprintf(stderr, "swctl: the daemon has gone; waiting "
				"for the next\n");
		told = true;
		(void)poll(NULL, 0, RETRY_MS);
	}
}

static enum status parse_options(struct watching *w)
{
	const char *since = cmd_opt(w->ctx, "since");
	const char *count = cmd_opt(w->ctx, "count");
	const char *epoch = cmd_opt(w->ctx, "epoch");
	struct error err;
	uint64_t kinds;

	if (event_kinds_parse(w->kinds, &kinds, &err) < 0)
		return cmd_usage(w->ctx, "%s", err.msg);
	if (since && parse_u64(since, INT64_MAX, &w->since) < 0)
		return cmd_usage(w->ctx, "--since: '%s' is not a number of an "
				 "event", since);
	w->has_since = since;
	if (count && (parse_u64(count, INT64_MAX, &w->left) < 0 || !w->left))
		return cmd_usage(w->ctx, "--count: '%s' is not a number from "
				 "1 up", count);
	if (epoch && (!*epoch || strlen(epoch) >= sizeof(w->epoch)))
		return cmd_usage(w->ctx, "--epoch: '%s' is none", epoch);
	if (epoch && !since)
		return cmd_usage(w->ctx, "--epoch: without --since");
	if (epoch)
		(void)snprintf(w->epoch, sizeof(w->epoch), "%s", epoch);
	return STATUS_DONE;
}

static void on_interrupt(int sig)
{
	(void)sig;
	_exit(EXIT_INTERRUPTED);
}

enum status monitor_run(struct ctx *ctx)
{
	const struct sigaction act = { .sa_handler = on_interrupt };
	AUTO(free) char *kinds = cmd_join(ctx, 0);
	struct watching w = { .ctx = ctx, .kinds = kinds,
			      .client.conn.fd = -1 };
	enum status status;

	if (!kinds)
		return out_failure(ctx->out, ENOMEM, STATUS_FAILED,
				   "out of memory");
	status = parse_options(&w);
	if (status)
		return status;
	(void)sigaction(SIGINT, &act, NULL);
	status = watch(&w);
	/* As out_finish() will find it. */
	errno = w.write_err;
	return status;
}
