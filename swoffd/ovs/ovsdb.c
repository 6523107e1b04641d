/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A connection goes through its states once.  Whatever is wrong ends it, and
 * the next one reads everything anew: there is no other way to recover.
 */
#include "swoffd/ovs/ovsdb.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "common/base/log.h"
#include "common/rpc/rpc.h"
#include "swoffd/ovs/ovsdb_priv.h"

/* Of RPC_READ_SIZE, in a round of the loop: others wait meanwhile. */
#define READS_A_ROUND 16

void ovsdb_drop(struct ovsdb *o, struct error *why)
{
	uint64_t now = loop_now_ms(o->loop);

	error_prefix(why, "%s", o->path);
	/* Who drops us again and again is not asked again and again. */
	if (ovsdb_is_ready(o) && now - o->ready_since_ms > OVSDB_RETRY_MAX_MS)
		o->retry_ms = OVSDB_RETRY_MIN_MS;
	if (strcmp(o->why.msg, why->msg) != 0)
		log_info("Open vSwitch: %s", why->msg);
	o->why = *why;
	loop_del(&o->watch);
	ovsdb_stream_close(&o->stream);
	o->state = OVSDB_WAITING;
	timer_set(o->loop, &o->timer, o->retry_ms);
	o->retry_ms = o->retry_ms * 2 < OVSDB_RETRY_MAX_MS ?
			      o->retry_ms * 2 : OVSDB_RETRY_MAX_MS;
	ovsdb_transact_lost(o, why);
}

static int failed(const char *what, int rc, struct error *err)
{
	return error_set(err, -rc, "%s: %s", what, strerror(-rc));
}

/* What is not sent now is sent when the socket has room. */
static int watch_output(struct ovsdb *o)
{
	bool more = conn_queued(&o->stream.conn) > 0;

	return loop_change(&o->watch, EPOLLIN | (more ? EPOLLOUT : 0u));
}

int ovsdb_send(struct ovsdb *o, struct json_object *message,
	       struct error *err)
{
	int rc = ovsdb_stream_send(&o->stream, message);

	if (rc == 0)
		rc = watch_output(o);
	return rc < 0 ? failed("send", rc, err) : 0;
}

static void enter(struct ovsdb *o, enum ovsdb_state state, uint64_t limit_ms)
{
	o->state = state;
	timer_set(o->loop, &o->timer, limit_ms);
}

static int on_list(struct ovsdb *o, struct json_object *result,
		   struct error *err)
{
	if (!ovsdb_list_has(result))
		return error_set(err, ENOENT, "the server has no database "
				 OVSDB_NAME);
	enter(o, OVSDB_LOADING, OVSDB_ANSWER_MS);
	return ovsdb_send(o, ovsdb_monitor_request(true), err);
}

static int on_load(struct ovsdb *o, struct json_object *result,
		   struct error *err)
{
	int rc = ovsdb_replica_update(&o->replica, result, true, err);

	if (rc < 0)
		return rc;
	enter(o, OVSDB_READY, OVSDB_IDLE_MS);
	o->ready_since_ms = loop_now_ms(o->loop);
	o->why = (struct error){ 0 };
	o->n_loads++;
	log_info("Open vSwitch: connected to %s: %u bridges, %u interfaces",
		 o->path, o->replica.n[OVSDB_BRIDGE],
		 o->replica.n[OVSDB_INTERFACE]);
	return 0;
}

static int on_echo(struct ovsdb *o, struct json_object *result,
		   struct error *err)
{
	(void)result;
	(void)err;
	enter(o, OVSDB_READY, OVSDB_IDLE_MS);
	return 0;
}

/* What we asked, when, and who takes the answer. */
static const struct answer {
	enum ovsdb_state state;
	const char *id;
	int (*take)(struct ovsdb *o, struct json_object *result,
		    struct error *err);
} answers[] = {
	{ OVSDB_LISTING, OVSDB_ID_LIST, on_list },
	{ OVSDB_LOADING, OVSDB_ID_MONITOR, on_load },
	{ OVSDB_PROBING, OVSDB_ID_ECHO, on_echo },
};

static int on_answer(struct ovsdb *o, const struct ovsdb_message *m,
		     struct error *err)
{
	for (size_t i = 0; i < ARRAY_LEN(answers); i++)
		if (answers[i].state == o->state &&
		    strcmp(answers[i].id, m->answers) == 0)
			return answers[i].take(o, m->result, err);
	return ovsdb_transact_answer(o, m, NULL, err);
}

/* told: what the server says, in its own words. */
static int on_refusal(struct ovsdb *o, const struct ovsdb_message *m,
		      const struct error *told, struct error *err)
{
	if (o->state == OVSDB_LOADING && !o->plain) {
		o->plain = true;
		return ovsdb_send(o, ovsdb_monitor_request(false), err);
	}
	return ovsdb_transact_answer(o, m, told, err);
}

static int on_method(struct ovsdb *o, const struct ovsdb_message *m,
		     struct error *err)
{
	struct json_object *updates;

	if (strcmp(m->method, "echo") == 0)
		return ovsdb_send(o, ovsdb_echo_reply(m->id, m->params), err);
	if (strcmp(m->method, "update") != 0 &&
	    strcmp(m->method, "update2") != 0)
		return 0;
	updates = ovsdb_update_of(m->params);
	if (!ovsdb_is_ready(o) || !updates)
		return error_set(err, EBADMSG, "an update of nothing that was "
				 "asked for");
	return ovsdb_replica_update(&o->replica, updates, false, err);
}

static int take(struct ovsdb *o, struct json_object *message,
		struct error *err)
{
	AUTO(json_put) struct json_object *owned = message;
	struct error told = { 0 };
	struct ovsdb_message m;
	int rc = ovsdb_message_parse(owned, &m, &told);

	if (rc == -EREMOTEIO)
		return on_refusal(o, &m, &told, err);
	*err = told;
	if (rc == 0)
		rc = m.method ? on_method(o, &m, err) : on_answer(o, &m, err);
	return rc;
}

static int take_all(struct ovsdb *o, struct error *err)
{
	struct json_object *message;
	int rc;

	while ((rc = ovsdb_stream_next(&o->stream, &message, err)) > 0) {
		rc = take(o, message, err);
		if (rc < 0)
			break;
	}
	return rc;
}

static int read_once(struct ovsdb *o, struct error *err)
{
	ssize_t n = ovsdb_stream_read(&o->stream);

	if (n == -EAGAIN)
		return 0;
	if (n == 0)
		return error_set(err, ECONNRESET, "the server has gone");
	if (n < 0)
		return failed("read", (int)n, err);
	if (o->state == OVSDB_READY)
		timer_set(o->loop, &o->timer, OVSDB_IDLE_MS);
	n = take_all(o, err);
	return n < 0 ? (int)n : 1;
}

static void on_socket(struct watch *w, uint32_t events)
{
	struct ovsdb *o = container_of(w, struct ovsdb, watch);
	struct error err = { 0 };
	int rc = 0, left = READS_A_ROUND;

	if (events & EPOLLOUT) {
		rc = conn_flush(&o->stream.conn);
		if (rc == 0)
			rc = watch_output(o);
		if (rc < 0)
			failed("send", rc, &err);
	}
	if (rc == 0 && events & (EPOLLIN | EPOLLHUP | EPOLLERR))
		do {
			rc = read_once(o, &err);
		} while (rc > 0 && --left);
	if (rc < 0)
		ovsdb_drop(o, &err);
}

static int open_socket(const struct ovsdb *o, int *out)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	AUTO(close_fd) int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC |
				       SOCK_NONBLOCK, 0);

	if (fd < 0)
		return -errno;
	memcpy(addr.sun_path, o->path, sizeof(addr.sun_path));
	/* Of a Unix socket that is done at once, or (EAGAIN) not at all. */
	if (connect(fd, (struct sockaddr *)&addr, sizeof(addr)) < 0)
		return -errno;
	*out = steal_fd(&fd);
	return 0;
}

static int start(struct ovsdb *o, struct error *err)
{
	int fd = -1, rc = open_socket(o, &fd);

	if (rc == 0)
		rc = ovsdb_stream_open(&o->stream, fd);
	if (rc == 0)
		rc = loop_add(o->loop, &o->watch, fd, EPOLLIN, on_socket);
	if (rc < 0)
		return failed("connect", rc, err);
	o->plain = false;
	enter(o, OVSDB_LISTING, OVSDB_ANSWER_MS);
	return ovsdb_send(o, ovsdb_list_request(), err);
}

static void on_timer(struct timer *t)
{
	struct ovsdb *o = container_of(t, struct ovsdb, timer);
	struct error err = { 0 };
	int rc;

	if (o->state == OVSDB_WAITING) {
		rc = start(o, &err);
	} else if (o->state == OVSDB_READY) {
		enter(o, OVSDB_PROBING, OVSDB_ANSWER_MS);
		rc = ovsdb_send(o, ovsdb_echo_request(), &err);
	} else {
		rc = error_set(&err, ETIMEDOUT, "no answer for %d s",
			       OVSDB_ANSWER_MS / 1000);
	}
	if (rc < 0)
		ovsdb_drop(o, &err);
}

int ovsdb_new(struct loop *loop, const char *path,
	      void (*changed)(struct ovsdb_replica *r,
			      enum ovsdb_change change,
			      const struct ovsdb_row *row),
	      struct ovsdb **out)
{
	struct ovsdb *o;

	if (strlen(path) >= OVSDB_PATH_SIZE)
		return -ENAMETOOLONG;
	o = calloc(1, sizeof(*o));
	if (!o)
		return -ENOMEM;
	o->loop = loop;
	o->stream.conn.fd = -1;
	o->retry_ms = OVSDB_RETRY_MIN_MS;
	memcpy(o->path, path, strlen(path));
	ovsdb_replica_init(&o->replica, changed);
	ovsdb_transact_init(o);
	timer_init(&o->timer, on_timer);
	timer_set(loop, &o->timer, 0);
	*out = o;
	return 0;
}

void ovsdb_free(struct ovsdb *o)
{
	if (!o)
		return;
	loop_del(&o->watch);
	timer_cancel(&o->timer);
	ovsdb_transact_fini(o);
	ovsdb_stream_close(&o->stream);
	ovsdb_replica_fini(&o->replica);
	free(o);
}
