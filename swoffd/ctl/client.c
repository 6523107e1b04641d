/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A client is never freed from within its own callbacks: client_drop() only
 * takes it off the loop, and the deferred work at the end of the round frees.
 */
#include "swoffd/ctl/client.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/base/log.h"
#include "common/rpc/rpc.h"
#include "swoffd/ctl/call.h"

/* Lines of one client in one round; then it is the others' turn. */
#define CLIENT_ROUND 64

static void client_drop(struct client *c, const char *why)
{
	if (c->closed)
		return;
	if (why) {
		c->server->n_dropped++;
		log_info("client pid %d uid %u dropped: %s", (int)c->peer.pid,
			 c->peer.uid, why);
	}
	c->closed = true;
	loop_del(&c->watch);
	defer(c->server->loop, &c->work);
}

static bool may_take(const struct client *c)
{
	return !c->closed && c->n_calls < RPC_MAX_CALLS &&
	       conn_queued(&c->conn) <= RPC_MAX_OUTPUT_SIZE / 2;
}

static void watch_again(struct client *c)
{
	uint32_t events = 0;

	if (c->closed)
		return;
	if (!c->eof && may_take(c))
		events |= EPOLLIN;
	if (conn_queued(&c->conn))
		events |= EPOLLOUT;
	else if (c->eof && c->n_calls == 0 && list_empty(&c->work.node)) {
		client_drop(c, NULL);
		return;
	}
	if (loop_change(&c->watch, events) < 0)
		client_drop(c, "it cannot be watched");
}

static void flush(struct client *c)
{
	size_t before = conn_queued(&c->conn);
	int rc = conn_flush(&c->conn);
	size_t after = conn_queued(&c->conn);

	if (rc < 0) {
		client_drop(c, rc == -EPIPE || rc == -ECONNRESET ?
				       NULL : strerror(-rc));
		return;
	}
	if (after == 0)
		timer_cancel(&c->stall_timer);
	else if (after < before || list_empty(&c->stall_timer.node))
		timer_set(c->server->loop, &c->stall_timer, RPC_STALLED_MS);
}

static void settle_half_timer(struct client *c, bool progress)
{
	if (c->eof || !may_take(c) || !conn_has_partial(&c->conn))
		timer_cancel(&c->half_timer);
	else if (progress || list_empty(&c->half_timer.node))
		timer_set(c->server->loop, &c->half_timer,
			  c->server->half_request_ms);
}

static void take_lines(struct client *c)
{
	int n = 0;

	for (; may_take(c) && n < CLIENT_ROUND; n++) {
		int fds[RPC_MAX_FDS], n_fds;
		size_t size;
		char *line;

		if (!conn_next_line(&c->conn, &line, &size, fds, &n_fds))
			break;
		call_dispatch(c, line, size, fds, n_fds);
	}
	if (c->closed)
		return;
	if (n == CLIENT_ROUND)
		defer(c->server->loop, &c->work);
	if (conn_queued(&c->conn))
		flush(c);
	settle_half_timer(c, n > 0);
	watch_again(c);
}

/* The last words to a peer that is not read from any more. */
static void say_goodbye(struct client *c, const char *msg)
{
	c->eof = true;
	client_send(c, rpc_error_new(NULL, RPC_INVALID_REQUEST, msg, NULL));
	if (!c->closed)
		flush(c);
	watch_again(c);
}

static void on_half_timer(struct timer *t)
{
	struct client *c = container_of(t, struct client, half_timer);

	say_goodbye(c, "a request was begun and not ended in time");
}

static void on_stall_timer(struct timer *t)
{
	client_drop(container_of(t, struct client, stall_timer),
		    "it does not read its replies");
}

static void read_some(struct client *c)
{
	ssize_t n = conn_read(&c->conn);

	if (n == -EAGAIN)
		return;
	if (n == -EMSGSIZE) {
		char msg[64];

		(void)snprintf(msg, sizeof(msg),
			       "a request longer than %d bytes",
			       RPC_MAX_LINE_SIZE);
		say_goodbye(c, msg);
		return;
	}
	if (n < 0) {
		client_drop(c, n == -ECONNRESET ? NULL : strerror((int)-n));
		return;
	}
	/* Who has half closed still gets the answers. */
	if (n == 0)
		c->eof = true;
	take_lines(c);
}

static void on_client_ready(struct watch *w, uint32_t epoll_events)
{
	struct client *c = container_of(w, struct client, watch);
	bool reading = !c->eof && may_take(c);

	if (epoll_events & EPOLLOUT) {
		flush(c);
		take_lines(c);
	}
	if (c->closed)
		return;
	if (reading && (epoll_events & EPOLLIN))
		read_some(c);
	else if (epoll_events & (EPOLLHUP | EPOLLERR))
		client_drop(c, NULL);
}

static void on_work(struct deferred *d)
{
	struct client *c = container_of(d, struct client, work);

	if (c->closed)
		client_free(c);
	else
		take_lines(c);
}

void client_send(struct client *c, struct json_object *o)
{
	AUTO(json_put) struct json_object *owned = o;
	AUTO(free) char *line = NULL;
	size_t size;

	if (c->closed)
		return;
	line = owned ? rpc_line(owned, &size) : NULL;
	if (!line || conn_queue(&c->conn, line, size) < 0) {
		client_drop(c, "out of memory");
		return;
	}
	if (conn_queued(&c->conn) > RPC_MAX_OUTPUT_SIZE)
		flush(c);
	if (!c->closed && conn_queued(&c->conn) > RPC_MAX_OUTPUT_SIZE)
		client_drop(c, "too many replies that it does not read");
}

/* Answers of one round go out together. */
void client_notify(struct client *c, struct json_object *o)
{
	client_send(c, o);
	if (!c->closed)
		defer(c->server->loop, &c->work);
}

void client_call_done(struct client *c)
{
	c->n_calls--;
	if (!c->closed)
		defer(c->server->loop, &c->work);
}

int client_new(struct server *s, int fd, const struct peer *peer)
{
	struct client *c = calloc(1, sizeof(*c));
	int rc;

	if (!c) {
		close_fd(fd);
		return -ENOMEM;
	}
	conn_init(&c->conn, fd, RPC_MAX_LINE_SIZE);
	c->server = s;
	c->peer = *peer;
	list_init(&c->calls);
	timer_init(&c->half_timer, on_half_timer);
	timer_init(&c->stall_timer, on_stall_timer);
	deferred_init(&c->work, on_work);
	list_add_tail(&s->clients, &c->node);
	s->n_clients++;
	s->n_readers += !peer->may_write;
	s->n_served++;
	rc = loop_add(s->loop, &c->watch, fd, EPOLLIN, on_client_ready);
	if (rc < 0)
		client_free(c);
	return rc;
}

void client_free(struct client *c)
{
	struct server *s = c->server;
	struct call *call;

	c->closed = true;
	list_for_each(call, &c->calls, client_node)
		call_client_gone(call);
	loop_del(&c->watch);
	timer_cancel(&c->half_timer);
	timer_cancel(&c->stall_timer);
	defer_cancel(&c->work);
	conn_fini(&c->conn);
	list_del(&c->node);
	s->n_clients--;
	s->n_readers -= !c->peer.may_write;
	free(c);
	server_resume(s);
}
