/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Accepts while there is room.  At the limit of clients, or when descriptors
 * have run out, the listener is left alone: the kernel's backlog holds them.
 */
#include "swoffd/ctl/server.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "common/base/log.h"
#include "swoffd/ctl/call.h"
#include "swoffd/ctl/client.h"

/* Nobody else must wait for a crowd to be let in. */
#define SERVER_ACCEPT_ROUND 16

static void pause_accept(struct server *s)
{
	loop_del(&s->watch);
}

static void refuse(struct server *s, int fd, const struct peer *peer,
		   const char *why)
{
	static const char text[] =
		"{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32000,"
		"\"message\":\"%s\",\"data\":{\"errno\":%d,"
		"\"errno_name\":\"%s\",\"extack\":\"\"}}}\n";
	char line[256];
	int err = peer->may_read ? EBUSY : EACCES;
	int n = snprintf(line, sizeof(line), text, why, err,
			 strerrorname_np(err));

	(void)send(fd, line, (size_t)n, MSG_DONTWAIT | MSG_NOSIGNAL);
	close_fd(fd);
	s->n_refused++;
	log_debug("pid %d uid %u refused: %s", (int)peer->pid, peer->uid, why);
}

static void admit(struct server *s, int fd)
{
	struct peer peer;
	int rc = listener_peer(&s->listener, fd, &peer);

	if (rc < 0) {
		close_fd(fd);
		return;
	}
	if (!peer.may_read) {
		refuse(s, fd, &peer, "not permitted to use this socket");
		return;
	}
	if (!peer.may_write && s->n_readers >= s->max_readers) {
		refuse(s, fd, &peer, "too many clients");
		return;
	}
	rc = client_new(s, fd, &peer);
	if (rc < 0)
		log_warning("client of pid %d: %s", (int)peer.pid,
			    strerror(-rc));
}

/* What accept() says when it is not the peer's fault. */
static bool out_of_resources(int err)
{
	return err == EMFILE || err == ENFILE || err == ENOBUFS ||
	       err == ENOMEM;
}

static void on_listener_readable(struct watch *w, uint32_t epoll_events)
{
	struct server *s = container_of(w, struct server, watch);

	(void)epoll_events;
	for (int i = 0; i < SERVER_ACCEPT_ROUND; i++) {
		int fd;

		if (s->n_clients >= s->max_clients) {
			pause_accept(s);
			return;
		}
		fd = accept4(s->listener.fd, NULL, NULL,
			     SOCK_CLOEXEC | SOCK_NONBLOCK);
		if (fd >= 0) {
			admit(s, fd);
			continue;
		}
		if (out_of_resources(errno)) {
			log_warning("%s: accept: %s", s->listener.path,
				    strerror(errno));
			pause_accept(s);
			timer_set(s->loop, &s->retry, RPC_NO_FD_RETRY_MS);
		}
		return;
	}
}

void server_resume(struct server *s)
{
	int rc;

	if (s->watch.loop || s->n_clients >= s->max_clients)
		return;
	rc = loop_add(s->loop, &s->watch, s->listener.fd, EPOLLIN,
		      on_listener_readable);
	if (rc < 0)
		timer_set(s->loop, &s->retry, RPC_NO_FD_RETRY_MS);
}

static void on_retry(struct timer *t)
{
	server_resume(container_of(t, struct server, retry));
}

int server_new(struct loop *loop, struct core *core,
	       const struct server_config *config, struct server **out,
	       struct error *err)
{
	AUTO(server_free) struct server *s = calloc(1, sizeof(*s));
	int rc;

	if (!s)
		return error_set(err, ENOMEM, "out of memory");
	s->loop = loop;
	s->core = core;
	s->listener.fd = s->listener.lock_fd = -1;
	s->max_clients = config->max_clients ? config->max_clients :
					       RPC_MAX_CLIENTS;
	s->max_readers = s->max_clients * RPC_MAX_READERS / RPC_MAX_CLIENTS;
	s->half_request_ms = config->half_request_ms ?
				     config->half_request_ms :
				     RPC_HALF_REQUEST_MS;
	s->started_ms = loop_now_ms(loop);
	list_init(&s->clients);
	list_init(&s->calls);
	timer_init(&s->retry, on_retry);
	(void)signal(SIGPIPE, SIG_IGN);

	rc = listener_open(&s->listener, config->path, config->group,
			   config->others, err);
	if (rc < 0)
		return rc;
	rc = loop_add(loop, &s->watch, s->listener.fd, EPOLLIN,
		      on_listener_readable);
	if (rc < 0)
		return error_set(err, -rc, "%s: %s", config->path,
				 strerror(-rc));
	*out = steal_ptr(s);
	return 0;
}

void server_free(struct server *s)
{
	struct client *c;
	struct call *call;

	if (!s)
		return;
	loop_del(&s->watch);
	timer_cancel(&s->retry);
	s->max_clients = 0;            /* nobody is let in any more */
	/* Calls first: a client that goes would let them run on. */
	list_for_each(call, &s->calls, node)
		call_free(call);
	list_for_each(c, &s->clients, node)
		client_free(c);
	listener_close(&s->listener);
	free(s);
}
