/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The control socket in one process: server, core and fake kernel on a loop
 * that the test turns by hand. */
#include "tests/unittest.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "common/base/log.h"
#include "common/rpc/conn.h"
#include "common/rpc/rpc.h"
#include "swoffd/ctl/server.h"
#include "swoffd/recipe_file.h"
#include "tests/fake_kernel.h"
#include "tests/unit/flowcase.h"

#define MAX_ROUNDS 20000

struct world {
	char dir[32], path[64];
	struct loop *loop;
	struct fake_kernel *fk;
	struct core *core;
	struct recipes *recipes;
	struct server_config config;
	struct server *server;
};

static int set_up(void **state)
{
	static struct world w;
	struct error err;

	w = (struct world){ .dir = "/tmp/swoffd-XXXXXX" };
	if (!mkdtemp(w.dir))
		return -1;
	(void)snprintf(w.path, sizeof(w.path), "%s/s", w.dir);
	log_init(LOG_LEVEL_ERROR, false);
	w.config = (struct server_config){ .path = w.path, .max_clients = 4,
					   .half_request_ms = 30 };
	if (loop_new(&w.loop) < 0 || fake_kernel_new(w.loop, &w.fk) < 0)
		return -1;
	(void)fake_device_add(w.fk, "fake/dev0", "eth0", 2, 8);
	if (recipe_file_builtin(&w.recipes, &err) < 0 ||
	    core_new(w.loop, &w.fk->base, NULL, &w.core) < 0)
		return -1;
	w.core->recipes = w.recipes;
	if (server_new(w.loop, w.core, &w.config, &w.server, &err) < 0 ||
	    core_start(w.core, &err) < 0)
		return -1;
	*state = &w;
	return 0;
}

static int tear_down(void **state)
{
	struct world *w = *state;
	char lock[80];

	server_free(w->server);
	core_free(w->core);
	fake_kernel_free(w->fk);
	loop_free(w->loop);
	recipes_free(w->recipes);
	(void)snprintf(lock, sizeof(lock), "%s.lock", w->path);
	(void)unlink(lock);
	return rmdir(w->dir);
}

static int dial(const struct world *w)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
			0);

	(void)snprintf(addr.sun_path, sizeof(addr.sun_path), "%s", w->path);
	assert_int_equal(connect(fd, (struct sockaddr *)&addr, sizeof(addr)),
			 0);
	return fd;
}

static void say(int fd, const char *text)
{
	assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL),
			 strlen(text));
}

/* Turns the loop until a line has come; NULL: the server closed. */
static const char *hear(struct world *w, int fd)
{
	static char line[65536];
	size_t len = 0;

	for (int i = 0; i < MAX_ROUNDS; i++) {
		ssize_t n;

		assert_int_equal(loop_once(w->loop, 1), 0);
		while ((n = recv(fd, line + len, 1, 0)) == 1)
			if (line[len++] == '\n') {
				line[len] = '\0';
				return line;
			}
		if (n == 0 || errno == ECONNRESET)
			return NULL;
	}
	fail_msg("no answer");
	return NULL;
}

static const char *ask(struct world *w, int fd, const char *method,
		       const char *params)
{
	char text[512];

	(void)snprintf(text, sizeof(text),
		       "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"%s\",\"params\":%s}\n",
		       method, params);
	say(fd, text);
	return hear(w, fd);
}

static void expect(const char *line, const char *part)
{
	assert_non_null(line);
	if (!strstr(line, part))
		fail_msg("no %s in %s", part, line);
}

static void wait_is_answered_when_core_is_ready(void **state)
{
	struct world *w = *state;
	AUTO(close_fd) int fd = dial(w);

	expect(ask(w, fd, "daemon.wait", "{}"), "\"result\":{}");
	expect(ask(w, fd, "daemon.status", "{}"), "\"ready\":true");
}

static void parameters_are_checked_from_the_table(void **state)
{
	static const struct {
		const char *method, *params, *part;
	} bad[] = {
		{ "nix", "{}", "-32601" },
		{ "device.show", "{}", "device is missing" },
		{ "device.show", "{\"device\":5}", "device: not a string" },
		{ "device.show", "{\"device\":\"a\\u0000b\"}", "not a string" },
		{ "device.show", "{\"dev\":\"x\"}", "unknown parameter 'dev'" },
		{ "vf.set_count", "{\"device\":\"eth0\",\"count\":-1}",
		  "count: not a number" },
		{ "vf.set_count", "{\"device\":\"eth0\",\"count\":4294967296}",
		  "count: not a number" },
		{ "eswitch.set", "{\"device\":\"eth0\",\"mode\":\"x\"}",
		  "mode: 'x'" },
		{ "flow.show", "{}", "takes 1 descriptors" },
		{ "flow.add", "{\"flow\":\"\"}", "no flow" },
		{ "flow.add", "{\"flow\":\"in_port(\"}", "column" },
		{ "device.show", "{\"device\":\"nix\"}", "ENODEV" },
	};
	struct world *w = *state;
	AUTO(close_fd) int fd = dial(w);

	expect(ask(w, fd, "daemon.wait", "{}"), "result");
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		expect(ask(w, fd, bad[i].method, bad[i].params), bad[i].part);
}

static void a_notification_is_done_and_not_answered(void **state)
{
	struct world *w = *state;
	AUTO(close_fd) int fd = dial(w);

	expect(ask(w, fd, "daemon.wait", "{}"), "result");
	say(fd, "{\"jsonrpc\":\"2.0\",\"method\":\"eswitch.set\",\"params\":"
		"{\"device\":\"eth0\",\"mode\":\"switchdev\"}}\n"
		"{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":\"rpc.methods\"}\n");
	expect(hear(w, fd), "\"id\":9");
	for (int i = 0; i < 50; i++)
		(void)loop_once(w->loop, 1);
	assert_int_equal(fake_device_find(w->fk, "fake/dev0")->info.mode,
			 ESWITCH_MODE_SWITCHDEV);
}

static void an_answer_outlives_its_client(void **state)
{
	struct world *w = *state;
	int fd = dial(w);

	expect(ask(w, fd, "daemon.wait", "{}"), "result");
	w->fk->hold_jobs = true;
	say(fd, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"eswitch.set\","
		"\"params\":{\"device\":\"eth0\",\"mode\":\"switchdev\"}}\n");
	for (int i = 0; i < 10; i++)
		(void)loop_once(w->loop, 1);
	close(fd);
	for (int i = 0; i < 10; i++)
		(void)loop_once(w->loop, 1);
	assert_int_equal(w->server->n_clients, 0);
	assert_false(list_empty(&w->server->calls));

	w->fk->hold_jobs = false;
	fake_release(w->fk);
	for (int i = 0; i < 50; i++)
		(void)loop_once(w->loop, 1);
	assert_true(list_empty(&w->server->calls));
	assert_int_equal(fake_device_find(w->fk, "fake/dev0")->info.mode,
			 ESWITCH_MODE_SWITCHDEV);
}

static void a_server_may_end_with_calls_under_way(void **state)
{
	struct world *w = *state;
	AUTO(close_fd) int fd = dial(w);

	expect(ask(w, fd, "daemon.wait", "{}"), "result");
	w->fk->hold_jobs = true;
	say(fd, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"eswitch.set\","
		"\"params\":{\"device\":\"eth0\",\"mode\":\"switchdev\"}}\n");
	for (int i = 0; i < 10; i++)
		(void)loop_once(w->loop, 1);
	assert_false(list_empty(&w->server->calls));
	/* tear_down() frees all of it. */
}

static void half_a_request_is_waited_for_and_then_refused(void **state)
{
	struct world *w = *state;
	AUTO(close_fd) int fd = dial(w);

	say(fd, "{\"jsonrpc\":");
	expect(hear(w, fd), "not ended in time");
	assert_null(hear(w, fd));
	assert_int_equal(w->server->n_clients, 0);
}

static void who_waits_at_the_limit_is_let_in_later(void **state)
{
	struct world *w = *state;
	int fds[5];

	for (int i = 0; i < 5; i++)
		fds[i] = dial(w);
	for (int i = 0; i < 4; i++)
		expect(ask(w, fds[i], "daemon.wait", "{}"), "result");
	say(fds[4], "{\"jsonrpc\":\"2.0\",\"id\":5,\"method\":\"daemon.wait\"}\n");
	for (int i = 0; i < 10; i++)
		(void)loop_once(w->loop, 1);
	assert_int_equal(w->server->n_clients, 4);

	close(fds[0]);
	expect(hear(w, fds[4]), "\"id\":5");
	for (int i = 1; i < 5; i++)
		close(fds[i]);
}

static void who_half_closes_still_gets_all_answers(void **state)
{
	struct world *w = *state;
	AUTO(close_fd) int fd = dial(w);

	for (int i = 0; i < 200; i++)
		say(fd, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"device.list\"}\n");
	shutdown(fd, SHUT_WR);
	for (int i = 0; i < 200; i++)
		expect(hear(w, fd), "result");
	assert_null(hear(w, fd));
}

static void a_slow_reader_is_not_read_from_any_more(void **state)
{
	static const char line[] =
		"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"rpc.methods\"}\n";
	struct world *w = *state;
	AUTO(close_fd) int fd = dial(w);
	size_t sent = 0;

	/* Until the socket takes no more although the loop turns. */
	for (int idle = 0; idle < 100;) {
		if (send(fd, line, sizeof(line) - 1, MSG_NOSIGNAL) > 0) {
			sent++;
			idle = 0;
		} else {
			assert_int_equal(errno, EAGAIN);
			idle++;
		}
		(void)loop_once(w->loop, 0);
		assert_true(sent < 1000000);
	}
	assert_int_equal(w->server->n_clients, 1);
	assert_int_equal(w->server->n_dropped, 0);

	assert_true(sent > 100);
	for (size_t i = 0; i < sent && i < 1000; i++)
		expect(hear(w, fd), "rpc.methods");
}

static void turn(struct world *w, int rounds)
{
	while (rounds--)
		assert_int_equal(loop_once(w->loop, 0), 0);
}

/* More flows than fit into a pipe when they are told. */
static void put_many_flows(struct world *w)
{
	struct reason_list reasons;
	struct line_flow flow;
	struct error err;
	uint32_t slot;
	char line[200];

	for (int i = 0; i < 500; i++) {
		(void)snprintf(line, sizeof(line),
			       "in_port(eth0),eth_type(0x0800),ipv4(dst=192.0.%d.%d),actions:drop",
			       i / 256, i % 256);
		assert_int_equal(line_parse(flowcase_reader(), line, &flow, &reasons, &err),
				 LINE_FLOW);
		assert_int_equal(engine_put(w->core->engine, &flow, &slot,
					    &reasons, &err), 0);
	}
	turn(w, 200);
}

static void ask_show(int fd, int out)
{
	static const char line[] =
		"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"flow.show\"}\n";
	struct conn c;

	conn_init(&c, fd, RPC_MAX_LINE_SIZE);
	assert_int_equal(conn_send(&c, line, sizeof(line) - 1, &out, 1), 0);
}

static void a_stream_ends_with_its_client(void **state)
{
	struct world *w = *state;
	int fd = dial(w), out[2];

	expect(ask(w, fd, "daemon.wait", "{}"), "result");
	put_many_flows(w);
	assert_int_equal(pipe2(out, O_CLOEXEC), 0);
	ask_show(fd, out[1]);
	turn(w, 200);
	assert_int_equal(w->server->n_streams, 1);

	/* The pipe stays, full and with a reader. */
	close(fd);
	turn(w, 200);
	assert_int_equal(w->server->n_streams, 0);
	assert_true(list_empty(&w->server->calls));
	close(out[0]);
	close(out[1]);
}

static void streams_that_stand_are_limited(void **state)
{
	struct world *w = *state;
	int fd = dial(w), out[2];
	AUTO(close_fd) int other = dial(w);

	expect(ask(w, fd, "daemon.wait", "{}"), "result");
	put_many_flows(w);
	assert_int_equal(pipe2(out, O_CLOEXEC), 0);
	for (int i = 0; i < RPC_MAX_STREAMS; i++) {
		ask_show(fd, out[1]);
		turn(w, 50);
	}
	assert_int_equal(w->server->n_streams, RPC_MAX_STREAMS);
	ask_show(other, out[1]);
	expect(hear(w, other), "too many are under way");

	close(fd);
	close(out[0]);
	close(out[1]);
}

static void a_second_server_is_refused(void **state)
{
	struct world *w = *state;
	struct server *second = NULL;
	struct error err = { 0 };

	assert_int_equal(server_new(w->loop, w->core, &w->config, &second,
				    &err), -EADDRINUSE);
	assert_non_null(strstr(err.msg, w->path));
	assert_null(second);
}

static void a_stale_socket_is_replaced_and_its_mode_is_right(void **state)
{
	struct world *w = *state;
	struct error err = { 0 };
	struct stat st;
	mode_t old;

	/* As after a kill: the file is there, nobody serves it. */
	close_fd(steal_fd(&w->server->listener.lock_fd));
	loop_del(&w->server->watch);
	close_fd(steal_fd(&w->server->listener.fd));
	server_free(w->server);
	w->server = NULL;
	assert_int_equal(stat(w->path, &st), 0);

	old = umask(0077);
	assert_int_equal(server_new(w->loop, w->core, &w->config, &w->server,
				    &err), 0);
	umask(old);
	assert_int_equal(stat(w->path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0666);
}

static void a_file_that_is_no_socket_stays(void **state)
{
	struct world *w = *state;
	struct error err = { 0 };
	struct stat st;

	server_free(w->server);
	w->server = NULL;
	close_fd(open(w->path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
	assert_int_equal(server_new(w->loop, w->core, &w->config, &w->server,
				    &err), -EEXIST);
	assert_int_equal(stat(w->path, &st), 0);
	assert_true(S_ISREG(st.st_mode));
	unlink(w->path);
}

static void a_path_too_long_is_refused(void **state)
{
	struct world *w = *state;
	struct server *second = NULL;
	struct error err = { 0 };
	char path[200];

	memset(path, 'x', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	w->config.path = path;
	assert_int_equal(server_new(w->loop, w->core, &w->config, &second,
				    &err), -ENAMETOOLONG);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(wait_is_answered_when_core_is_ready),
		TEST(parameters_are_checked_from_the_table),
		TEST(a_notification_is_done_and_not_answered),
		TEST(an_answer_outlives_its_client),
		TEST(a_server_may_end_with_calls_under_way),
		TEST(half_a_request_is_waited_for_and_then_refused),
		TEST(who_waits_at_the_limit_is_let_in_later),
		TEST(who_half_closes_still_gets_all_answers),
		TEST(a_slow_reader_is_not_read_from_any_more),
		TEST(a_stream_ends_with_its_client),
		TEST(streams_that_stand_are_limited),
		TEST(a_second_server_is_refused),
		TEST(a_stale_socket_is_replaced_and_its_mode_is_right),
		TEST(a_file_that_is_no_socket_stays),
		TEST(a_path_too_long_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
