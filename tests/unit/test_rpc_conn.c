/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines and descriptors over a socketpair. */
#include "tests/unittest.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/base/cleanup.h"
#include "common/rpc/conn.h"

struct ends {
	struct conn a, b;      /* a sends, b receives */
};

static int set_up(void **state)
{
	static struct ends e;
	int fds[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0)
		return -1;
	conn_init(&e.a, fds[0], RPC_MAX_LINE_SIZE);
	conn_init(&e.b, fds[1], RPC_MAX_LINE_SIZE);
	*state = &e;
	return 0;
}

static int tear_down(void **state)
{
	struct ends *e = *state;

	conn_fini(&e->a);
	conn_fini(&e->b);
	return 0;
}

static void send_text(struct ends *e, const char *text, const int *fds, int n)
{
	assert_int_equal(conn_send(&e->a, text, strlen(text), fds, n), 0);
}

static int next(struct ends *e, char **line, int fds[RPC_MAX_FDS])
{
	size_t size;
	int n = 0;

	assert_true(conn_next_line(&e->b, line, &size, fds, &n));
	assert_int_equal(strlen(*line), size);
	return n;
}

static void a_line_comes_in_pieces(void **state)
{
	struct ends *e = *state;
	int fds[RPC_MAX_FDS], n;
	size_t size;
	char *line;

	send_text(e, "hel", NULL, 0);
	assert_int_equal(conn_read(&e->b), 3);
	assert_false(conn_next_line(&e->b, &line, &size, fds, &n));
	assert_true(conn_has_partial(&e->b));

	send_text(e, "lo\nyou\n", NULL, 0);
	assert_int_equal(conn_read(&e->b), 7);
	assert_int_equal(next(e, &line, fds), 0);
	assert_string_equal(line, "hello");
	assert_int_equal(next(e, &line, fds), 0);
	assert_string_equal(line, "you");
	assert_false(conn_has_partial(&e->b));
}

static void descriptors_belong_to_their_line(void **state)
{
	struct ends *e = *state;
	int fds[RPC_MAX_FDS], null = open("/dev/null", O_RDWR | O_CLOEXEC);
	char *line;

	send_text(e, "first\n", NULL, 0);
	send_text(e, "second\n", (int[]){ null, null }, 2);
	send_text(e, "third\n", NULL, 0);
	close(null);
	while (conn_read(&e->b) > 0)
		;

	assert_int_equal(next(e, &line, fds), 0);
	assert_int_equal(next(e, &line, fds), 2);
	assert_string_equal(line, "second");
	for (int i = 0; i < 2; i++) {
		assert_true(fcntl(fds[i], F_GETFD) & FD_CLOEXEC);
		close(fds[i]);
	}
	assert_int_equal(next(e, &line, fds), 0);
}

static int count_fds(void)
{
	int n = 0;

	for (int fd = 0; fd < 64; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

static void send_many_fds(int socket, int fd, size_t n)
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(32 * sizeof(int))];
	} control = { 0 };
	struct iovec iov = { .iov_base = (char[]){ "x\n" }, .iov_len = 2 };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1,
			      .msg_control = &control,
			      .msg_controllen = CMSG_SPACE(n * sizeof(int)) };

	control.align.cmsg_level = SOL_SOCKET;
	control.align.cmsg_type = SCM_RIGHTS;
	control.align.cmsg_len = CMSG_LEN(n * sizeof(int));
	for (size_t i = 0; i < n; i++)
		memcpy(CMSG_DATA(&control.align) + i * sizeof(int), &fd,
		       sizeof(fd));
	assert_int_equal(sendmsg(socket, &msg, 0), 2);
}

static void surplus_descriptors_are_closed(void **state)
{
	struct ends *e = *state;
	int fds[RPC_MAX_FDS], before = count_fds();
	char *line;

	send_many_fds(e->a.fd, e->a.fd, 5);
	assert_int_equal(conn_read(&e->b), 2);
	assert_int_equal(count_fds(), before + RPC_MAX_FDS);
	assert_int_equal(next(e, &line, fds), RPC_MAX_FDS);
	for (int i = 0; i < RPC_MAX_FDS; i++)
		close(fds[i]);
	assert_int_equal(count_fds(), before);
}

static void a_truncated_set_of_descriptors_is_none(void **state)
{
	struct ends *e = *state;
	int fds[RPC_MAX_FDS], before = count_fds();
	char *line;

	send_many_fds(e->a.fd, e->a.fd, 32);
	assert_int_equal(conn_read(&e->b), 2);
	assert_int_equal(next(e, &line, fds), 0);
	assert_int_equal(count_fds(), before);
}

static void descriptors_nobody_took_are_closed_at_the_end(void **state)
{
	struct ends *e = *state;
	int before = count_fds();

	send_many_fds(e->a.fd, e->a.fd, 2);
	assert_int_equal(conn_read(&e->b), 2);
	conn_fini(&e->b);
	assert_int_equal(count_fds(), before - 1);
}

static void a_line_beyond_the_limit_is_an_error(void **state)
{
	struct ends *e = *state;
	char block[4096];
	ssize_t n = 0;

	memset(block, 'x', sizeof(block));
	for (int i = 0; n >= 0 && i < 1024; i++) {
		assert_int_equal(conn_send(&e->a, block, sizeof(block), NULL,
					   0), 0);
		n = conn_read(&e->b);
		if (n > 0) {
			int fds[RPC_MAX_FDS], n_fds;
			size_t size;
			char *line;

			assert_false(conn_next_line(&e->b, &line, &size, fds,
						    &n_fds));
		}
	}
	assert_int_equal(n, -EMSGSIZE);
	assert_true(e->b.in_size <= 2 * RPC_MAX_LINE_SIZE);
}

static void the_end_is_zero(void **state)
{
	struct ends *e = *state;

	conn_fini(&e->a);
	assert_int_equal(conn_read(&e->b), 0);
}

static void nothing_there_is_eagain(void **state)
{
	struct ends *e = *state;

	assert_int_equal(conn_read(&e->b), -EAGAIN);
}

static void what_does_not_go_out_stays_queued(void **state)
{
	struct ends *e = *state;
	static char block[1024 * 1024];
	size_t left, got = 0;
	ssize_t n;

	memset(block, 'y', sizeof(block));
	assert_int_equal(conn_queue(&e->a, block, sizeof(block)), 0);
	assert_int_equal(conn_flush(&e->a), 0);
	left = conn_queued(&e->a);
	assert_true(left > 0 && left < sizeof(block));

	while ((n = read(e->b.fd, block, sizeof(block))) > 0) {
		got += (size_t)n;
		assert_int_equal(conn_flush(&e->a), 0);
		if (got == sizeof(block))
			break;
	}
	assert_int_equal(conn_queued(&e->a), 0);
}

static void a_peer_that_has_gone_is_an_error_and_no_signal(void **state)
{
	struct ends *e = *state;

	conn_fini(&e->b);
	assert_int_equal(conn_queue(&e->a, "x", 1), 0);
	assert_int_equal(conn_flush(&e->a), -EPIPE);
	assert_int_equal(conn_send(&e->a, "x", 1, NULL, 0), -EPIPE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_line_comes_in_pieces),
		TEST(descriptors_belong_to_their_line),
		TEST(surplus_descriptors_are_closed),
		TEST(a_truncated_set_of_descriptors_is_none),
		TEST(descriptors_nobody_took_are_closed_at_the_end),
		TEST(a_line_beyond_the_limit_is_an_error),
		TEST(the_end_is_zero),
		TEST(nothing_there_is_eagain),
		TEST(what_does_not_go_out_stays_queued),
		TEST(a_peer_that_has_gone_is_an_error_and_no_signal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
