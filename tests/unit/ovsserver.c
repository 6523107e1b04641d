/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/unit/ovsserver.h"

#include "tests/unittest.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/rpc/rpc.h"

#define ROUND_MS 1

static void read_golden(struct ovsserver *s)
{
	const char *srcdir = getenv("srcdir");
	char path[512], *line = NULL, *name = NULL;
	size_t size = 0;
	ssize_t n;
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/tests/golden/ovsdb.txt",
		       srcdir ? srcdir : ".");
	f = fopen(path, "r");
	assert_non_null(f);
	while ((n = getline(&line, &size, f)) > 0) {
		line[n - 1] = '\0';
		if (*line == '=') {
			name = strdup(line + 2);
		} else if (*line == '{') {
			assert_true(s->n_golden < OVSSERVER_MAX_GOLDEN);
			s->golden[s->n_golden].name = name;
			s->golden[s->n_golden++].text = strdup(line);
		}
	}
	free(line);
	(void)fclose(f);
}

struct ovsserver *ovsserver_new(void)
{
	struct ovsserver *s = calloc(1, sizeof(*s));

	assert_non_null(s);
	s->fd = s->listen_fd = -1;
	assert_int_equal(loop_new(&s->loop), 0);
	strcpy(s->dir, "/tmp/swoffd-ovsdb-XXXXXX");
	assert_non_null(mkdtemp(s->dir));
	(void)snprintf(s->path, sizeof(s->path), "%s/db.sock", s->dir);
	read_golden(s);
	return s;
}

void ovsserver_free(struct ovsserver *s)
{
	ovsserver_down(s);
	rmdir(s->dir);
	loop_free(s->loop);
	for (size_t i = 0; i < s->n_golden; i++) {
		free(s->golden[i].name);
		free(s->golden[i].text);
	}
	free(s);
}

void ovsserver_up(struct ovsserver *s)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };

	strcpy(addr.sun_path, s->path);
	s->listen_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC |
			      SOCK_NONBLOCK, 0);
	assert_true(s->listen_fd >= 0);
	assert_int_equal(bind(s->listen_fd, (struct sockaddr *)&addr,
			      sizeof(addr)), 0);
	assert_int_equal(listen(s->listen_fd, 1), 0);
}

void ovsserver_hang_up(struct ovsserver *s)
{
	close_fd(s->fd);
	s->fd = -1;
}

void ovsserver_down(struct ovsserver *s)
{
	ovsserver_hang_up(s);
	close_fd(s->listen_fd);
	s->listen_fd = -1;
	unlink(s->path);
}

const char *ovsserver_golden(const struct ovsserver *s, const char *name)
{
	for (size_t i = 0; i < s->n_golden; i++)
		if (strcmp(s->golden[i].name, name) == 0)
			return s->golden[i].text;
	fail_msg("nothing captured is called %s", name);
	return NULL;
}

void ovsserver_rounds(struct ovsserver *s, int n)
{
	while (n--)
		assert_int_equal(loop_once(s->loop, ROUND_MS), 0);
}

static bool has_client(struct ovsserver *s)
{
	s->fd = accept4(s->listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	return s->fd >= 0;
}

void ovsserver_accept(struct ovsserver *s)
{
	for (int n = 0; n < 5000; n++) {
		if (has_client(s))
			return;
		/* It learns that the last connection ended, then waits, which
		 * takes no time. */
		assert_int_equal(loop_once(s->loop, 0), 0);
		loop_advance(s->loop, OVSDB_RETRY_MAX_MS);
	}
	fail_msg("nobody connects");
}

struct json_object *ovsserver_expect(struct ovsserver *s, const char *method)
{
	struct json_tokener *tok = json_tokener_new();
	struct json_object *o = NULL;

	for (int i = 0; i < 5000 && !o; i++) {
		char data[4096];
		ssize_t n = recv(s->fd, data, sizeof(data), 0);

		if (n > 0) {
			o = json_tokener_parse_ex(tok, data, (int)n);
		} else {
			assert_int_equal(errno, EAGAIN);
			ovsserver_rounds(s, 1);
		}
	}
	json_tokener_free(tok);
	assert_non_null(o);
	if (method)
		assert_string_equal(json_object_get_string(
			json_object_object_get(o, "method")), method);
	return o;
}

void ovsserver_say(struct ovsserver *s, const char *text, size_t size)
{
	while (size) {
		ssize_t n = send(s->fd, text, size, MSG_NOSIGNAL);

		if (n < 0 && errno == EPIPE)
			return;
		if (n < 0) {
			assert_int_equal(errno, EAGAIN);
			n = 0;
		}
		text += n;
		size -= (size_t)n;
		assert_int_equal(loop_once(s->loop, 0), 0);
	}
}

void ovsserver_tell(struct ovsserver *s, const char *text)
{
	ovsserver_say(s, text, strlen(text));
}

void ovsserver_greet(struct ovsserver *s)
{
	ovsserver_accept(s);
	json_put(ovsserver_expect(s, "list_dbs"));
	ovsserver_tell(s, ovsserver_golden(s, "list"));
	json_put(ovsserver_expect(s, "monitor_cond"));
}

void ovsserver_load(struct ovsserver *s)
{
	ovsserver_greet(s);
	ovsserver_tell(s, ovsserver_golden(s, "load"));
}
